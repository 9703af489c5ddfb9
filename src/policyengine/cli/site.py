"""`policyengine site`: the committee's review site."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, Progress, TextColumn

from policyengine.cli import exits
from policyengine.cli.console import err, out
from policyengine.cli.options import OptionalAsOf, Root
from policyengine.reports.site.build import NotOursError, write_site
from policyengine.reports.site.gather import Extras, gather
from policyengine.reports.site.mutation import read_mutation
from policyengine.reports.site.nights import read_nights
from policyengine.rulebook.place import find_root

if TYPE_CHECKING:
    from policyengine.reports.site.model import SiteView

site_app = typer.Typer(help="评审网站：条文、规则、场景逐句对照", no_args_is_help=True)


@site_app.callback()
def site() -> None:
    """评审网站：条文、规则、场景逐句对照。"""


@site_app.command("build")
def build(
    folder: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="网站写到哪个目录；不存在、为空或是上次生成的网站")
    ],
    runs: Annotated[
        Path | None,
        typer.Option("--runs", exists=True, file_okay=False, help="夜间运行的结果库；给出则生成夜间运行页"),
    ] = None,
    mutation: Annotated[
        Path | None,
        typer.Option(
            "--mutation",
            exists=True,
            dir_okay=False,
            help="变异检验的结果（policyengine mutate --format json 的输出）",
        ),
    ] = None,
    as_of: OptionalAsOf = None,
    root: Root = None,
) -> int:
    """生成静态网站：可离线浏览、打印，打开 index.html 即可。有场景不成立时退出码为 1。"""
    columns = (TextColumn("{task.description}"), BarColumn())
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task("读取规则书，运行场景", total=None)
        day = as_of or date.today()  # noqa: DTZ011 -- the official's own calendar
        found = gather(find_root(root), day, Extras(read_nights(runs), read_mutation(mutation)))
        bar.update(task, description="写出网页")
        try:
            number = write_site(
                found, folder, lambda done, total: bar.update(task, completed=done, total=total)
            )
        except NotOursError as error:
            raise typer.BadParameter(str(error), param_hint="--out") from None
    return _tell(found, folder, number)


def _tell(found: SiteView, folder: Path, number: int) -> int:
    red = sum(one.failed for one in found.engines)
    scenarios = found.engines[0].held + found.engines[0].failed
    out.print(f"网站共 {number} 页：{folder / 'index.html'}", markup=False)
    if red:
        out.print(f"{scenarios} 个场景中有不成立的，见网站“覆盖率与变异得分”页", style="red")
        return exits.DOES_NOT_HOLD
    out.print(f"{scenarios} 个场景在三个引擎上全部成立", style="green")
    return exits.DONE
