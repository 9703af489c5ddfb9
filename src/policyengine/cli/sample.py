"""`policyengine sample`: a country of synthetic facts on real divisions."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from policyengine.batch.divisions import load_divisions
from policyengine.batch.sample.generate import AS_OF, generate
from policyengine.cli import exits
from policyengine.cli.console import err, out
from policyengine.cli.options import Root, read_day
from policyengine.rulebook.place import find_root
from policyengine.rulebook.shelf import read_shelf


def sample_command(
    outlets: Annotated[int, typer.Option(min=1, max=20_000_000, help="网点数")],
    seed: Annotated[int, typer.Option(min=0, help="随机种子；同一种子得到逐字节相同的数据")],
    target: Annotated[Path, typer.Option("--out", help="输出目录，须为空或不存在")],
    as_of: Annotated[
        date | None,
        typer.Option("--as-of", parser=read_day, metavar="DATE", help="数据截至的日期，默认 2025-12-31"),
    ] = None,
    city: Annotated[str, typer.Option(help="只生成一个地级市，如 331000")] = "",
    form: Annotated[str, typer.Option("--format", help="parquet 或 csv")] = "parquet",
    root: Root = None,
) -> int:
    """在真实行政区划上生成合成数据（编号以 SYN- 开头），附真值文件。"""
    if form not in {"parquet", "csv"}:
        raise typer.BadParameter("格式应是 parquet 或 csv")
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise typer.BadParameter(f"“{target}”不是空目录；请换一个目录，或先清空它")
    if city and not load_divisions().is_known(city):
        raise typer.BadParameter(f"没有行政区划“{city}”")
    day = as_of or AS_OF
    words = read_shelf(find_root(root)).vocabulary
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task("生成", total=None)

        def tell(name: str, number: int, total: int) -> None:
            bar.update(task, description=name, completed=number, total=total)

        found = generate(outlets, seed, target, words, as_of=day, city=city, form=form, progress=tell)
    out.print(
        f"已生成：网点 {found.outlets} 个，经办人员 {found.operators} 名，事件 {found.events} 条"
        f"（均为合成数据，评估日 {day.isoformat()}）"
    )
    out.print(
        f"已植入：不符合 {found.violations} 处，无法判定 {found.undetermined} 处，"
        f"应被隔离 {found.quarantined} 行；真值见 {target / 'truth'}",
        markup=False,
    )
    return exits.DONE
