"""`policyengine evaluate`: an input, a day, every verdict with its reason."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import polars as pl
import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from policyengine.batch.evaluate import Evaluation, evaluate
from policyengine.batch.sources import Input, read_input
from policyengine.cli import exits
from policyengine.cli.console import err, out
from policyengine.cli.options import AsOf, Root, book_chooser
from policyengine.cli.summaries import print_failing_rules
from policyengine.engines.choose import NAMES, engine_named
from policyengine.rulebook.place import find_root
from policyengine.rulebook.shelf import read_shelf
from policyengine.semantics.rollup import Conclusion

if TYPE_CHECKING:
    from collections.abc import Callable

    from policyengine.rulebook import Shelf
    from policyengine.semantics.ir import Book

_CHINESE = {"pass": "符合", "fail": "不符合", "not_applicable": "不适用", "undetermined": "无法判定"}
_MOST_ROWS = 20
InputPath = Annotated[
    Path, typer.Argument(metavar="INPUT", help="数据目录（institutions、outlets、operators… 表）或单个文件")
]
Overlays = Annotated[list[Path] | None, typer.Option("--overlay", help="另加的覆盖层文件，可多次给出")]


def evaluate_command(
    source: InputPath,
    as_of: AsOf,
    engine: Annotated[str, typer.Option(help=f"引擎：{'、'.join(NAMES)}")] = "durable",
    overlay: Overlays = None,
    all_rows: Annotated[bool, typer.Option("--all", help="也写出符合与不适用的结论")] = False,
    out_file: Annotated[Path | None, typer.Option("--out", help="结果文件：.csv、.json 或 .parquet")] = None,
    root: Root = None,
) -> int:
    """按规则书评估一份数据，逐条给出结论和证据。"""
    if engine not in NAMES:
        raise typer.BadParameter(f"没有名为“{engine}”的引擎；可选 {'、'.join(NAMES)}")
    if out_file is not None and out_file.suffix not in {".csv", ".json", ".parquet"}:
        raise typer.BadParameter("结果文件的后缀应是 .csv、.json 或 .parquet")
    if out_file is not None:
        out_file.parent.mkdir(parents=True, exist_ok=True)  # told now, not after the work
        with out_file.open("ab"):
            pass
    shelf = read_shelf(find_root(root))
    choose = book_chooser(shelf, as_of, overlay)
    data = read_input(source, shelf.vocabulary, as_of=as_of)
    found = _evaluate(data, choose, engine, all_rows)
    _print_summary(data, found, shelf)
    if out_file is None:
        _print_rows(found)
    else:
        _write(out_file, data, found)
    return exits.DONE


def _evaluate(data: Input, choose: Callable[[str], Book], engine: str, all_rows: bool) -> Evaluation:
    total = sum(frame.height for frame in data.tables.values())
    columns = (TextColumn("评估"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task("", total=total)
        return evaluate(
            data, choose, engine_named(engine), keep_all=all_rows, progress=lambda n: bar.advance(task, n)
        )


def _print_summary(data: Input, found: Evaluation, shelf: Shelf) -> None:
    outlets = found.outlets
    out.print(f"评估日 {data.as_of.isoformat()}，网点 {outlets.height} 个", style="bold")
    for conclusion in Conclusion:
        number = outlets.filter(pl.col("conclusion") == str(conclusion)).height
        share = f"（{number / outlets.height:.1%}）" if outlets.height else ""
        style = {"合格": "green", "不合格": "red", "待核实": "yellow"}[str(conclusion)]
        out.print(f"  {conclusion}：{number} 个{share}", style=style)
    verdicts = dict(found.counts.group_by("verdict").agg(pl.col("number").sum()).iter_rows())
    out.print("结论：" + "，".join(f"{word} {verdicts.get(key, 0)} 条" for key, word in _CHINESE.items()))
    titles = {rule.id.text: (rule.title, rule.clause.text, rule.modality) for rule in shelf.national.rules}
    failing = (
        found.counts.filter(pl.col("verdict") == "fail")
        .sort(["number", "rule"], descending=[True, False])
        .head(10)
    )
    print_failing_rules(
        (rule, *titles.get(rule, ("", "", "")), number) for rule, _, number in failing.iter_rows()
    )
    quarantined = data.quarantine
    if quarantined.height:
        out.print(
            f"有 {quarantined.select('file', 'row').unique().height} 行数据因故未用（隔离），原因随结果写出",
            style="yellow",
        )
    if all(rule.since > data.as_of for rule in shelf.national.rules):
        out.print("提示：评估日早于全部规则的生效日，没有规则可评", style="yellow")
    for rule, number in _idle_waivers(data, shelf).items():
        out.print(f"提示：{number} 条豁免不起作用：规则“{rule}”不存在或不可豁免", style="yellow")
    for notice in data.notices:
        out.print(f"提示：{notice}", markup=False)


def _idle_waivers(data: Input, shelf: Shelf) -> dict[str, int]:
    """Count the waivers of rules that no layer has or that may not be waived, by rule."""
    written = dict(data.waivers.group_by("rule").len().sort("rule").iter_rows())
    open_rules = {rule.id.text for rule in shelf.national.rules if rule.waivable}
    idle = {rule: number for rule, number in written.items() if rule not in open_rules}
    if idle:  # an overlay may have added the rule
        open_rules |= {
            rule.id for code in shelf.overlays for rule in shelf.layer(code).book.rules if rule.waivable
        }
    return {rule: number for rule, number in idle.items() if rule not in open_rules}


def _print_rows(found: Evaluation) -> None:
    shown = Table(title="不符合与无法判定的结论（节选；用 --out 写出全部）", title_justify="left")
    for heading in ("对象", "编号", "规则", "条款", "用语", "结论", "缺少"):
        shown.add_column(heading, overflow="fold")
    wanted = found.rows.filter(pl.col("verdict").is_in(["fail", "undetermined"]))
    for row in wanted.head(_MOST_ROWS).iter_rows(named=True):
        verdict = _CHINESE[row["verdict"]]
        shown.add_row(
            row["subject"],
            row["subject_id"],
            row["rule"],
            row["clause"],
            row["modality"],
            verdict,
            "、".join(row["missing"]),
        )
    out.print(shown)
    if wanted.height > _MOST_ROWS:
        out.print(f"共 {wanted.height} 条，以上为前 {_MOST_ROWS} 条")


def _write(path: Path, data: Input, found: Evaluation) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = {"网点结论": (found.outlets, "outlets"), "隔离的数据": (data.quarantine, "quarantine")}
    write_table(path, found.rows)
    out.print(f"全部结论：{path}", markup=False)
    for what, (frame, name) in beside.items():
        other = path.with_name(f"{path.stem}.{name}{path.suffix}")
        write_table(other, frame)
        out.print(f"{what}：{other}", markup=False)


def write_table(path: Path, frame: pl.DataFrame) -> None:
    """Write by ending. CSV carries a BOM, or spreadsheets read Chinese wrongly; lists are joined by 、."""
    if path.suffix == ".parquet":
        frame.write_parquet(path)
    elif path.suffix == ".json":
        frame.write_json(path)
    else:
        flat = [pl.col(name).list.join("、") for name, of in frame.schema.items() if isinstance(of, pl.List)]
        frame.with_columns(flat).write_csv(path, include_bom=True)
