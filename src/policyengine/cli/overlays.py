"""`policyengine overlay`: new, check, diff, impact, waivers."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from policyengine.cli import exits
from policyengine.cli.console import Format, out, print_json
from policyengine.cli.options import AsOf, OptionalAsOf, OutputFormat, Root
from policyengine.cli.overlays_shown import (
    print_changes,
    print_proof,
    proof_as_json,
    scenarios_of,
)
from policyengine.diagnostics import BookRefusedError, Problems
from policyengine.overlays.layers import NATION, above, is_layer, province_of
from policyengine.rulebook.overlay_files import read_overlay_file
from policyengine.rulebook.place import find_root
from policyengine.rulebook.shelf import Shelf, read_shelf

if TYPE_CHECKING:
    from policyengine.semantics.ir import Book

overlay_app = typer.Typer(help="覆盖层：新建、检查合法、比较含义、看影响、查豁免", no_args_is_help=True)

OverlayFile = Annotated[Path, typer.Argument(metavar="FILE", help="覆盖层文件", exists=True, dir_okay=False)]
InputPath = Annotated[
    Path, typer.Argument(metavar="INPUT", help="数据目录（institutions、outlets、operators… 表）")
]


@overlay_app.command("check")
def check(
    file: OverlayFile,
    timeout: Annotated[float, typer.Option(help="每条规则的证明时限（秒）")] = 5.0,
    scenario: Annotated[Path | None, typer.Option(metavar="FILE", help="把反例写成场景文件")] = None,
    root: Root = None,
    format: OutputFormat = Format.TEXT,  # noqa: A002
) -> int:
    """检查覆盖层是否合法：对一切可能的网点，上一层不符合的本层也不符合。合法为 0，不合法为 1，不能载入为 3。"""
    from policyengine.proofs.overlay import added_flaws, lawful_overlay  # noqa: PLC0415 -- Z3 is loaded on demand

    shelf, code = _laid_on(read_shelf(find_root(root)), file)
    proof, flaws = lawful_overlay(shelf, code, timeout), added_flaws(shelf, code)
    holds = proof.answer.value == "proved" and not flaws
    if scenario is not None and proof.refuted:
        scenario.write_text(scenarios_of(proof), encoding="utf-8")
    if format is Format.JSON:
        print_json(proof_as_json(code, proof, flaws))
    else:
        print_proof(shelf, code, proof, flaws)
        if scenario is not None and proof.refuted:
            out.print(f"反例已写成场景：{scenario}", markup=False)
    return exits.DONE if holds else exits.DOES_NOT_HOLD


@overlay_app.command("diff")
def diff_command(
    first: Annotated[str, typer.Argument(metavar="A", help="覆盖层文件，或层的代码（000000 是全国）")],
    second: Annotated[str, typer.Argument(metavar="B", help="同上")],
    as_of: OptionalAsOf = None,
    root: Root = None,
    format: OutputFormat = Format.TEXT,  # noqa: A002
) -> int:
    """用文字说明两层的含义有什么不同，每处附一个见证网点。"""
    from policyengine.proofs.diff import diff  # noqa: PLC0415 -- Z3 is loaded on demand

    shelf, day = read_shelf(find_root(root)), as_of or date.today()  # noqa: DTZ011 -- the official's own calendar
    before, after = (_book(shelf, one, day) for one in (first, second))
    print_changes(diff(before, after), after, as_json=format is Format.JSON)
    return exits.DONE


@overlay_app.command("new")
def new(
    code: Annotated[str, typer.Argument(metavar="CODE", help="省级或设区的市的行政区划代码，如 330000")],
    name: Annotated[str, typer.Option(help="设区的市的名称")] = "",
    as_of: OptionalAsOf = None,
    out_file: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="写到文件；默认写到屏幕")
    ] = None,
    root: Root = None,
) -> int:
    """写一份带注释的覆盖层，可以直接使用，也可以在此基础上修改。"""
    from policyengine.overlays.draft import new_overlay  # noqa: PLC0415

    if not is_layer(code):
        raise typer.BadParameter(f"“{code}”不是省级或设区的市的行政区划代码，如 330000、330100")
    shelf = read_shelf(find_root(root))
    day = as_of or date.today()  # noqa: DTZ011 -- the official's own calendar
    text = new_overlay(code, shelf.layer(above(code, shelf.overlays)).text, day, name)
    if out_file is None:
        typer.echo(text, nl=False)
        return exits.DONE
    if out_file.exists():
        raise typer.BadParameter(f"文件 {out_file} 已存在，请换一个文件名")
    out_file.write_text(text, encoding="utf-8")
    out.print(f"已写到 {out_file}", markup=False)
    return exits.DONE


@overlay_app.command("impact")
def impact_command(
    file: OverlayFile,
    source: InputPath,
    as_of: AsOf,
    out_file: Annotated[Path | None, typer.Option("--out", metavar="FILE.csv", help="写出全部变化")] = None,
    root: Root = None,
) -> int:
    """看一个覆盖层会使哪些网点的结论改变：先总数，再按县和规则，再逐个网点。"""
    from policyengine.batch.divisions import load_divisions  # noqa: PLC0415
    from policyengine.batch.impact import impact  # noqa: PLC0415
    from policyengine.batch.sources import read_input  # noqa: PLC0415
    from policyengine.cli.overlay_impact import print_impact  # noqa: PLC0415

    before = read_shelf(find_root(root))
    after, code = _laid_on(before, file)
    if before.overlays.get(code) == after.overlays[code]:
        before = _without(before, code)
    data = read_input(source, before.vocabulary, as_of=as_of, province=province_of(code))
    found = impact(data, before, after, code, _differing)
    print_impact(found, after, code, as_of, load_divisions())
    if out_file is not None:
        found.rows.write_csv(out_file, include_bom=True)
        out.print(f"全部变化：{out_file}", markup=False)
    return exits.DONE


@overlay_app.command("waivers")
def waivers(
    source: InputPath,
    as_of: AsOf,
    days: Annotated[int, typer.Option(min=0, help="多少天之内到期")] = 30,
    root: Root = None,
    format: OutputFormat = Format.TEXT,  # noqa: A002
) -> int:
    """列出即将到期的豁免；已过期的不再适用。"""
    from policyengine.batch.sources import read_input  # noqa: PLC0415
    from policyengine.cli.overlay_impact import print_waivers  # noqa: PLC0415

    shelf = read_shelf(find_root(root))
    data = read_input(source, shelf.vocabulary, as_of=as_of)
    print_waivers(data, as_of, as_of + timedelta(days=days), shelf, as_json=format is Format.JSON)
    return exits.DONE


def _laid_on(shelf: Shelf, file: Path) -> tuple[Shelf, str]:
    """Lay a file on a shelf, and give its code.

    Raises:
        BookRefusedError: if it does not read.

    """
    problems = Problems(dict(shelf.lines))
    overlay = read_overlay_file(file, shelf.root, problems)
    if overlay is None:
        raise BookRefusedError(problems.found)
    return shelf.with_overlay(file), overlay.code.text


def _without(shelf: Shelf, code: str) -> Shelf:
    """Give a shelf without a layer: what its own overlay changes is seen against the layer above."""
    others = {one: text for one, text in shelf.overlays.items() if one != code}
    return Shelf(shelf.root, shelf.vocabulary, shelf.standard, shelf.national, shelf.lines, others)


def _book(shelf: Shelf, name: str, day: date) -> Book:
    """Give the book of an overlay file or of a layer's code."""
    path = Path(name)
    if path.is_file():
        laid, code = _laid_on(shelf, path)
        return laid.book(day, code)
    if name != NATION and name not in shelf.overlays:
        raise typer.BadParameter(f"“{name}”不是文件，也不是层的代码；已有：{'、'.join(shelf.layers)}")
    return shelf.book(day, name)


def _differing(before: Book, after: Book) -> set[str]:
    from policyengine.proofs.touched import touched  # noqa: PLC0415

    known = {rule.id for rule in before.rules}
    return {rule.id for rule, _ in touched(before, after)} | {rule.id for rule in after.rules} - known
