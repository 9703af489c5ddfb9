"""Commands about what comes next: batches of items, who first, where the next outlets."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from policyengine.batch.by_type import empty_events
from policyengine.batch.cases import cases
from policyengine.batch.divisions import Level, load_divisions, normal
from policyengine.batch.sources import read_input
from policyengine.cli import exits, planning_shown
from policyengine.cli.console import Format, err, print_json
from policyengine.cli.options import AsOf, OptionalAsOf, OutputFormat, Root, read_day
from policyengine.cli.planning_files import read_source, refuse_set_aside
from policyengine.diagnostics import BookRefusedError, Problems, Span
from policyengine.planning.intake import read_items
from policyengine.planning.layout.choose import By, choose
from policyengine.planning.layout.coverage import (
    CROWDED,
    counties_of,
    coverage_by_county,
    townships_of,
    villages_of,
)
from policyengine.planning.layout.places import Places
from policyengine.planning.layout.sites import Known, Reach, read_places, read_sites
from policyengine.planning.layout.wording import unknown_county
from policyengine.planning.rank.order import rank
from policyengine.planning.refusals import InfeasibleWishError
from policyengine.planning.rollout.calendar import Calendar
from policyengine.planning.rollout.facts import BEGUN, NOT_BEGUN
from policyengine.planning.rollout.plan import Wish, plan
from policyengine.planning.rollout.state import check_provinces
from policyengine.planning.rollout.tables import write_tables
from policyengine.planning.rollout.workbook import write_workbook
from policyengine.rulebook.place import find_root
from policyengine.rulebook.shelf import read_shelf
from policyengine.vocabulary.terms import Subject

if TYPE_CHECKING:
    from collections.abc import Sequence

    from policyengine.batch.sources import Input
    from policyengine.planning.layout.sites import Site
    from policyengine.planning.rollout.check import Listing, ProvinceCheck
    from policyengine.planning.rollout.plan import Plan
    from policyengine.rulebook import Shelf
    from policyengine.semantics.ir import Book

rollout_app = typer.Typer(help="分批次公布：校核已公布的批次，编排新的批次", no_args_is_help=True)

_LISTS = ("item_lists", "rollout_batches", "provinces")
_HERE = Span("参数", 1, 1, 1, 1)
Table = Annotated[Path, typer.Argument(metavar="INPUT", help="数据目录，或含有所需表的单个文件")]
Province = Annotated[str, typer.Option("--province", help="省级代码，如 540000")]
State = Annotated[str, typer.Option("--state", help="开展情形：已开展 或 未开展；数据中已填的以数据为准")]
OptionalDay = Annotated[
    date | None, typer.Option(parser=read_day, metavar="DATE", help="首个新批次的公布日期")
]


@rollout_app.command("check")
def check_command(
    source: Table,
    province: Province = "",
    as_of: OptionalAsOf = None,
    state: State = "",
    root: Root = None,
    format: OutputFormat = Format.TEXT,  # noqa: A002
) -> int:
    """校核各省公布的批次：由少到多、由简到繁、高频优先、先公布后实施；不成立时退出码为 1。"""
    _refuse_state(state)
    shelf = read_shelf(find_root(root))
    found = _checked(source, shelf, as_of or _today(), state)
    if province:
        found = [one for one in found if one[1].code == province]
        if not found:
            raise _refused("P030", f"数据中没有省份 {province} 的事项或批次")
    checks = [check for _, check in found]
    if format is Format.JSON:
        print_json({"provinces": [planning_shown.check_json(one) for one in checks]})
    else:
        planning_shown.show_checks(checks)
    return exits.DONE if all(one.holds for one in checks) else exits.DOES_NOT_HOLD


def _checked(source: Path, shelf: Shelf, as_of: date, state: str) -> list[tuple[Listing, ProvinceCheck]]:
    data = read_input(source, shelf.vocabulary, as_of=as_of, only=_LISTS)
    refuse_set_aside(data)
    nothing = empty_events(shelf.vocabulary)
    items, batches, provinces = (
        cases(data, one, nothing) for one in (Subject.ITEM, Subject.BATCH, Subject.PROVINCE)
    )
    names = dict(load_divisions().table(Level.PROVINCE).iter_rows())
    found = check_provinces(shelf, as_of, items, batches, provinces, state=state, names=names)
    if not found:
        raise _refused("P031", "数据中没有事项（item_lists），也没有批次（rollout_batches）")
    return found


@rollout_app.command("plan")
def plan_command(
    items: Annotated[
        Path, typer.Option("--items", help="事项表：事项名称、事项类别、风险等级、复杂度、年办件量…")
    ],
    batches: Annotated[int, typer.Option("--batches", min=1, max=99, help="共分几批（含已公布的）")],
    start: OptionalDay = None,
    every: Annotated[int, typer.Option(min=1, max=120, help="每隔几个月公布一批")] = 6,
    lead: Annotated[int, typer.Option(min=0, max=366, help="公布后多少天实施")] = 30,
    most: Annotated[int | None, typer.Option(min=1, help="每批至多几项")] = None,
    out_path: Annotated[Path | None, typer.Option("--out", help="结果目录，或 .xlsx 文件")] = None,
    keep: Annotated[Path | None, typer.Option(help="已有的清单和批次；已公布的不动，其余尽量少动")] = None,
    province: Province = "",
    state: State = "",
    as_of: OptionalAsOf = None,
    root: Root = None,
    format: OutputFormat = Format.TEXT,  # noqa: A002
) -> int:
    """编排分批次公布的事项：由简到繁、高频优先，逐项说明理由，并按规则书校核。"""
    _refuse_state(state)
    shelf = read_shelf(find_root(root))
    day = as_of or _today()
    if province and province not in load_divisions().codes_to_county:
        raise _refused("P032", f"没有代码为“{province}”的省份")
    existing = _existing(keep, shelf, day, province) if keep else None
    problems = Problems()
    wanted = read_items(
        read_source(items, problems, ("事项名称", "item_name")), shelf.vocabulary, problems, province
    )
    problems.stop_if_any()
    whose = province or (existing.province if existing else "") or wanted[0].province
    overlay = shelf.overlays.get(whose)
    declared = state or (overlay.rollout.state if overlay and overlay.rollout else "")
    book = shelf.book(day, shelf.layer_of(whose or "000000"))
    wish = Wish(batches, Calendar(start, every, lead), most, declared, whose)
    try:
        made = plan(wanted, book, shelf.layers, wish, existing)
    except InfeasibleWishError as error:
        return _infeasible(error)
    written = _write_plan(made, book, shelf, out_path) if out_path else ()
    if format is Format.JSON:
        print_json(planning_shown.plan_json(made, book, written))
    else:
        planning_shown.show_plan(made, book, written)
    return exits.DONE if made.check.holds else exits.DOES_NOT_HOLD


def _existing(path: Path, shelf: Shelf, day: date, province: str) -> Listing:
    found = {listing.province: listing for listing, _ in _checked(path, shelf, day, "")}
    if province:
        if province not in found:
            raise _refused("P030", f"“{path.name}”中没有省份 {province} 的事项或批次")
        return found[province]
    if len(found) > 1:
        raise _refused("P006", f"“{path.name}”中有多个省份（{'、'.join(found)}），请用 --province 选定一个")
    return next(iter(found.values()))


def _write_plan(made: Plan, book: Book, shelf: Shelf, out_path: Path) -> tuple[Path, ...]:
    """Write the workbook for people and the tables for the night, which lie in a folder of their own."""
    if out_path.suffix.lower() == ".xlsx":
        workbook, folder = out_path, out_path.with_name(f"{out_path.stem}-tables")
    else:
        workbook, folder = out_path / "分批方案.xlsx", out_path / "tables"
    try:
        write_workbook(made, book, workbook)
        return (workbook, *write_tables(made.listing, shelf.vocabulary, folder))
    except OSError as error:
        raise _refused("P033", f"写不进“{out_path}”：{error.strerror}") from None


def rank_command(
    source: Table,
    county: Annotated[str, typer.Option("--county", help="县（市、区）代码，六位")],
    as_of: AsOf,
    root: Root = None,
    format: OutputFormat = Format.TEXT,  # noqa: A002
) -> int:
    """排列申请机构的先后：先看资格，同等条件下看向乡镇（街道）、村（社区）的延伸。"""
    shelf = read_shelf(find_root(root))
    places = _places()
    _refuse_county(county, places)
    data = read_input(source, shelf.vocabulary, as_of=as_of, only=("institutions", "outlets", "provinces"))
    _tell_set_aside(data)
    if data.tables[Subject.INSTITUTION].is_empty():
        raise _refused("P034", "数据中没有机构（institutions）")
    book = shelf.book(as_of, shelf.layer_of(county))
    applicants = cases(data, Subject.INSTITUTION, empty_events(shelf.vocabulary))
    found = rank(applicants, data.tables[Subject.OUTLET], places, county, book, shelf.layers)
    if format is Format.JSON:
        print_json(planning_shown.ranking_json(found))
    else:
        planning_shown.show_ranking(found, as_of)
    return exits.DONE


def layout_command(
    source: Table,
    county: Annotated[str, typer.Option("--county", help="县（市、区）代码，六位；默认全部")] = "",
    pick: Annotated[int, typer.Option("--pick", min=0, help="每县新增几个点")] = 0,
    by: Annotated[By, typer.Option("--by", help="按什么覆盖最多：township、village、people")] = By.TOWNSHIP,
    candidates: Annotated[Path | None, typer.Option(help="候选点表；默认以未覆盖的区划为候选")] = None,
    places_file: Annotated[
        Path | None, typer.Option("--places", help="区划的人口、经纬度，网点的经纬度")
    ] = None,
    pace: Annotated[int, typer.Option(min=30, max=150, help="步行速度，每分钟多少米")] = 80,
    crowded: Annotated[
        int, typer.Option(min=2, help="一个乡镇（街道）至少有几个网点才算拥挤（且不少于全县平均的 2 倍）")
    ] = CROWDED,
    as_of: OptionalAsOf = None,
    root: Root = None,
    format: OutputFormat = Format.TEXT,  # noqa: A002
) -> int:
    """合理布点：哪些乡镇（街道）、村（社区）已覆盖，哪里拥挤，新增的点选在哪里覆盖最多。"""
    if candidates and not pick:
        raise typer.BadParameter("给了 --candidates，还要用 --pick 指明选几个点")
    shelf = read_shelf(find_root(root))
    day = as_of or _today()
    places = _places()
    if county:
        _refuse_county(county, places)
    problems = Problems()
    sites = (
        read_sites(read_source(candidates, problems, ("候选点编号", "site_id")), problems)
        if candidates
        else None
    )
    known = read_places(read_source(places_file, problems, ("行政区划代码", "division")), problems) if places_file else Known()  # fmt: skip
    problems.stop_if_any()
    data = read_input(source, shelf.vocabulary, as_of=day, only=("outlets",))
    _tell_set_aside(data)
    outlets = data.tables[Subject.OUTLET]
    if outlets.is_empty():
        raise _refused("P035", "数据中没有网点（outlets）")
    near = planning_shown.Near(_reach(shelf.book(day, shelf.layer_of(county or "000000")), pace), known)
    counties = (
        counties_of(outlets, places.within(county), crowded)
        if county
        else coverage_by_county(data, places, crowded)
    )
    try:
        codes = _where(counties["county"].to_list(), sites, anywhere=not county) if pick else []
        chosen = [
            choose(
                outlets,
                places,
                one,
                _how_many(one, pick, sites, anywhere=not county),
                by,
                sites,
                known,
                near.reach,
            )
            for one in planning_shown.steps(codes)
        ]
    except InfeasibleWishError as error:
        return _infeasible(error)
    within = places.within(county)
    detail = (townships_of(outlets, within, crowded), villages_of(outlets, within)) if county else None
    if format is Format.JSON:
        print_json(planning_shown.layout_json(counties, detail, chosen))
    else:
        planning_shown.show_layout(counties, detail, chosen, near)
    return exits.DONE


def _where(codes: list[str], sites: Sequence[Site] | None, *, anywhere: bool) -> list[str]:
    """Leave out counties without candidates, when no county is asked about in particular."""
    if sites is None or not anywhere:
        return codes
    there = {site.region[:6] for site in sites}
    if not there & set(codes):
        raise InfeasibleWishError("候选点都不在数据所及的县（市、区）内，请核对行政区划代码")
    return [code for code in codes if code in there]


def _how_many(county: str, pick: int, sites: Sequence[Site] | None, *, anywhere: bool) -> int:
    """Give how many to pick: over many counties, no more than there are candidates in each."""
    if sites is None or not anywhere:
        return pick
    return min(pick, sum(site.region.startswith(county) for site in sites))


def _reach(book: Book, pace: int) -> Reach:
    """Take the service circle from the book: minutes in towns, kilometres (one decimal) in the country."""
    minutes, tenths = (book.parameters[name].value for name in ("城镇最长步行时间", "农村最大服务半径"))
    return Reach(int(str(minutes)), int(str(tenths)) / 10, pace)


def _places() -> Places:
    divisions = load_divisions()
    return Places.of(lambda name: divisions.table(Level(name)))


def _refuse_county(code: str, places: Places) -> None:
    if normal(code) != code or not places.has_county(code):
        raise _refused("P036", unknown_county(code), help="填六位县级代码，如 331002")


def _refuse_state(state: str) -> None:
    if state not in {"", BEGUN, NOT_BEGUN}:
        raise typer.BadParameter(f"开展情形“{state}”不对，应为 {BEGUN} 或 {NOT_BEGUN}")


def _tell_set_aside(data: Input) -> None:
    rows = data.quarantine.select("file", "row").unique().height
    if rows:
        err.print(
            f"有 {rows} 行数据因故未用（隔离）；用 evaluate 可看到每一行的原因", style="yellow", markup=False
        )


def _infeasible(error: InfeasibleWishError) -> int:
    err.print(f"做不到：{error}", style="red", markup=False)
    return exits.DOES_NOT_HOLD


def _refused(code: str, message: str, help: str = "") -> BookRefusedError:  # noqa: A002
    problems = Problems()
    problems.add(code, message, _HERE, help=help)
    return BookRefusedError(problems.found)


def _today() -> date:
    return date.today()  # noqa: DTZ011 -- the official's own calendar
