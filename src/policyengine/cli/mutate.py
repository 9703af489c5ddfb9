"""Command `policyengine mutate`: do the scenarios notice when a rule is changed?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.progress import Progress

from policyengine.cli import exits
from policyengine.cli.console import Format, err, out, print_json
from policyengine.cli.options import OutputFormat, Root
from policyengine.diagnostics import did_you_mean
from policyengine.proofs.equivalence import equivalent
from policyengine.rulebook.place import find_root
from policyengine.rulebook.shelf import read_shelf
from policyengine.scenarios.books import Books
from policyengine.scenarios.mutation.examine import Score, examine, targets
from policyengine.scenarios.read import feature_files, read_examples
from policyengine.semantics.ir import Rule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from policyengine.scenarios.mutation.trials import Target


def mutate(
    rules: Annotated[
        list[str] | None, typer.Argument(metavar="[规则]...", help="规则编号或派生词；默认全部")
    ] = None,
    workers: Annotated[int, typer.Option(min=1, help="进程数")] = 2,
    file: Annotated[Path | None, typer.Option("--out", help="把完整结果写成 JSON 文件")] = None,
    mcdc: Annotated[bool, typer.Option(help="同时检查每个简单条件是否有一对场景体现其作用（MC/DC）")] = True,
    root: Root = None,
    format: OutputFormat = Format.TEXT,  # noqa: A002
) -> int:
    """把规则逐处改动，看场景能否发现；未被发现的附上可用的场景。有未被发现的，退出码为 1。"""
    home = find_root(root)
    shelf = read_shelf(home)
    books = Books(shelf)
    folders = [home / "features" / "national", home / "features" / "overlays"]
    examples = read_examples(feature_files(home, [one for one in folders if one.is_dir()]), home, books)
    chosen = targets(shelf, books, examples, rules or ())
    _check_names(rules or (), chosen, targets(shelf, books, examples))
    with Progress(console=err, transient=True) as progress:
        task = progress.add_task("改动规则", total=len(chosen))
        scores = list(examine(chosen, equivalent, workers=workers, advance=lambda _: progress.advance(task)))
    report = _report(scores, mcdc=mcdc)
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(report, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    if format is Format.JSON:
        print_json(report)
    else:
        _print(scores, report, detailed=bool(rules), mcdc=mcdc)
    holds = not report["alive"] and not (mcdc and report["conditions"]["unshown"])
    return exits.DONE if holds else exits.DOES_NOT_HOLD


def _check_names(wanted: Sequence[str], chosen: Sequence[Target], every: Sequence[Target]) -> None:
    known = {name for one in chosen for name in (one.name, *one.readers)}
    for name in wanted:
        if name not in known:
            near = did_you_mean(name, [one.name for one in every])
            raise typer.BadParameter(f"规则书中没有“{name}”{f'；{near}' if near else ''}")


def _report(scores: Sequence[Score], *, mcdc: bool) -> dict[str, Any]:
    report: dict[str, Any] = {
        "mutants": sum(one.mutants for one in scores),
        "killed": sum(len(one.killed) for one in scores),
        "equivalent": sum(len(one.equivalent) for one in scores),
        "alive": sum(len(one.survivors) for one in scores),
    }
    if mcdc:
        report["conditions"] = {
            "shown": sum(len(one.shown) for one in scores),
            "idle": sum(len(one.idle) for one in scores),
            "unshown": sum(len(one.unshown) for one in scores),
        }
    report["rules"] = [_row(one, mcdc=mcdc) for one in scores]
    return report


def _row(score: Score, *, mcdc: bool) -> dict[str, Any]:
    owner = score.target.owner
    row: dict[str, Any] = {
        "rule": score.target.name,
        "title": owner.title if isinstance(owner, Rule) else owner.name,
        "layer": score.target.book.layer,
        "mutants": score.mutants,
        "killed": len(score.killed),
        "score": score.percent,
        "equivalent": [{"kind": one.mutant.kind, "change": one.mutant.change} for one in score.equivalent],
        "survivors": [
            {"kind": one.tried.mutant.kind, "change": one.tried.mutant.change, "scenario": one.draft}
            for one in score.survivors
        ],
    }
    if mcdc:
        row["conditions"] = [
            {
                "condition": one.atom.words, "state": state, "true": one.shown_true, "false": one.shown_false,
                "scenarios": list(drafts),
            }
            for state, one, drafts in (
                *(("shown", one, ()) for one in score.shown),
                *(("idle", one, ()) for one in score.idle),
                *(("unshown", one.effect, one.drafts) for one in score.unshown),
            )
        ]  # fmt: skip
    return row


def _print(scores: Sequence[Score], report: dict[str, Any], *, detailed: bool, mcdc: bool) -> None:
    for score in scores:
        if score.survivors or score.unshown or detailed:
            _print_score(score, mcdc=mcdc)
    killed, alive = report["killed"], report["alive"]
    out.print(
        f"{report['mutants']} 处改动：{killed} 处被场景发现，{report['equivalent']} 处经证明与原文同义，{alive} 处未被发现",
        style="red" if alive else "green",
    )
    if mcdc:
        found = report["conditions"]
        out.print(
            f"{sum(found.values())} 个简单条件：{found['shown']} 个有一对场景体现其作用，"
            f"{found['idle']} 个经证明不能单独起作用，{found['unshown']} 个没有体现",
            style="red" if found["unshown"] else "green",
        )


def _print_score(score: Score, *, mcdc: bool) -> None:
    layer = "" if score.target.book.layer == "000000" else f"（{score.target.book.layer}）"
    out.print(
        f"{score.target.name}{layer}：{len(score.killed)} 处被发现，{len(score.survivors)} 处未被发现，"
        f"得分 {score.percent}%",
        markup=False,
        style="red" if score.survivors else None,
    )
    for survivor in score.survivors:
        out.print(f"  ✗ {survivor.tried.mutant.change}", style="red", markup=False)
        out.print(survivor.draft or "    没有找到能发现它的场景，请人工判断\n", markup=False)
    for unshown in score.unshown if mcdc else ():
        effect = unshown.effect
        lacking = "、".join(
            word for word, place in (("成立", effect.shown_true), ("不成立", effect.shown_false)) if not place
        )
        out.print(f"  ✗ 没有场景体现“{effect.atom.words}”{lacking}时的作用", style="red", markup=False)
        out.print("\n".join(unshown.drafts), markup=False)
