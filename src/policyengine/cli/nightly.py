"""`policyengine nightly`: the whole country in one run, published whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import polars as pl
import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from policyengine.batch.divisions import load_divisions
from policyengine.batch.nightly import wording
from policyengine.batch.nightly.choose import ENGINES
from policyengine.batch.nightly.recheck import AgreementFault
from policyengine.batch.nightly.run import Options, Outcome, Signed, run_night
from policyengine.cli import exits
from policyengine.cli.console import err, out
from policyengine.cli.options import AsOf, Root
from policyengine.cli.summaries import print_failing_rules
from policyengine.reports.nightly.page import PAGE
from policyengine.reports.nightly.write import Report
from policyengine.rulebook.place import find_root
from policyengine.semantics.rollup import Conclusion

if TYPE_CHECKING:
    from rich.progress import TaskID

_STYLES = {Conclusion.QUALIFIED: "green", Conclusion.PENDING: "yellow", Conclusion.UNQUALIFIED: "red"}


def nightly_command(
    source: Annotated[
        str, typer.Argument(metavar="INPUT", help="数据目录、单个文件，或 postgresql:// 数据库地址")
    ],
    store: Annotated[Path, typer.Option(help="结果库目录；每次评估发布在其下的 DATE 目录")],
    as_of: AsOf,
    engine: Annotated[str, typer.Option(help=f"引擎：{'、'.join(ENGINES)}")] = "columnar",
    master: Annotated[str, typer.Option(help="Spark 主节点，如 spark://主机:7077（仅 --engine spark）")] = "",
    keep_all: Annotated[bool, typer.Option("--keep-all", help="符合与不适用的结论也写出")] = False,
    sample_check: Annotated[int, typer.Option(min=0, help="用另一引擎复核的随机网点数；0 为不复核")] = 200,
    seed: Annotated[int | None, typer.Option(help="抽样种子；默认由规则书和数据的指纹得出")] = None,
    require_signed: Annotated[
        Path | None,
        typer.Option(
            "--require-signed", help="只用签发过的规则书：发布件（.book.json）或其所在目录", exists=True
        ),
    ] = None,
    key: Annotated[
        Path | None, typer.Option("--key", help="核验用的公钥文件", exists=True, dir_okay=False)
    ] = None,
    root: Root = None,
) -> int:
    """评估全部网点，抽样复核，与上次比对，整体发布到结果库。"""
    if engine not in ENGINES:
        raise typer.BadParameter(f"没有名为“{engine}”的引擎；可选 {'、'.join(ENGINES)}")
    if (engine == "spark") != bool(master):
        raise typer.BadParameter(wording.no_master())
    options = Options(as_of, engine, keep_all, sample_check, seed, master, _signed(require_signed, key))
    columns = (TextColumn("评估 {task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    try:
        with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
            watcher = _Watcher(bar, bar.add_task("读取数据", total=None))
            outcome = run_night(source, store, find_root(root), options, Report(), watcher)
    except AgreementFault as fault:
        err.print(str(fault), style="bold red", markup=False)
        return exits.FAULT
    _print_summary(outcome)
    return exits.DONE


def _signed(releases: Path | None, key: Path | None) -> Signed | None:
    """Read the releases that a run is bound to."""
    if releases is None and key is None:
        return None
    if releases is None or key is None:
        raise typer.BadParameter("--require-signed 与 --key 要一起给出")
    files = sorted(releases.glob("*.book.json")) if releases.is_dir() else [releases]
    if not files:
        raise typer.BadParameter(f"“{releases}”中没有发布件（*.book.json）")
    return Signed(tuple(one.read_bytes() for one in files), key.read_bytes())


@dataclass(slots=True)
class _Watcher:
    """Shows how the night goes on: a bar on a terminal, else a line for each step."""

    bar: Progress
    task: TaskID
    _said: list[str] = field(default_factory=list)

    def step(self, provinces: tuple[str, ...], outlets: int, total: int) -> None:
        """Move the bar."""
        names = [load_divisions().name(one) or one for one in provinces]
        shown = "、".join(names[:3]) + (f"等 {len(names)} 省" if len(names) > 3 else "")
        self.bar.update(self.task, description=shown, completed=outlets, total=total)
        if not err.is_terminal:
            err.print(f"已评估 {outlets}/{total} 个网点（{shown}）", markup=False)

    def say(self, message: str) -> None:
        """Tell something above the bar."""
        err.print(message, style="yellow", markup=False)


def _print_summary(outcome: Outcome) -> None:
    counts, recheck = outcome.manifest["counts"], outcome.manifest["recheck"]
    assert isinstance(counts, dict) and isinstance(recheck, dict)  # noqa: S101, PT018 -- made by run_night
    total = int(counts["rows_outlets"])
    out.print(
        f"评估日 {outcome.manifest['as_of']}，网点 {total:,} 个，事件 {counts['events']:,} 条", style="bold"
    )
    for conclusion, style in _STYLES.items():
        number = int(counts.get(str(conclusion), 0))
        share = f"（{number / total:.1%}）" if total else ""
        out.print(f"  {conclusion}：{number:,} 个{share}", style=style)
    rules = pl.read_parquet(outcome.folder / "rules.parquet")
    most = (
        rules.group_by("rule", "title", "clause", "modality")
        .agg(pl.col("fail").sum())
        .filter(pl.col("fail") > 0)
        .sort(["fail", "rule"], descending=[True, False])
        .head(10)
    )
    print_failing_rules(most.iter_rows())
    if counts["rows_quarantine"]:
        out.print(f"隔离 {counts['rows_quarantine']:,} 条原因，逐行见 quarantine.parquet", style="yellow")
    if recheck["verdicts"]:
        out.print(f"抽样复核 {recheck['outlets']} 个网点、{recheck['verdicts']:,} 条结论，全部一致")
    out.print(
        f"全部结论：{outcome.folder / 'verdicts'}（各省一个文件，另有 outlets、due、changes）", markup=False
    )
    out.print(f"报告：{outcome.folder / PAGE}", markup=False)
    out.print(f"用时 {outcome.timings['seconds']} 秒，内存最高 {outcome.timings['peak_mb']} MB", markup=False)
