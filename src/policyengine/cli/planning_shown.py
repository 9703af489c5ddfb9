"""Plans, orders and layouts as text and as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from policyengine.cli.console import err, out
from policyengine.planning.layout import wording as layout_wording
from policyengine.planning.layout.sites import Known, Reach
from policyengine.planning.rank.wording import NOBODY
from policyengine.planning.rollout.facts import BEGUN
from policyengine.planning.rollout.wording import moves
from policyengine.planning.rollout.workbook import NOTICE, SUMMARY, notice_rows, summary_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date
    from pathlib import Path

    from policyengine.planning.layout.choose import Chosen
    from policyengine.planning.rank.order import Ranking
    from policyengine.planning.rollout.check import Claim, ProvinceCheck
    from policyengine.planning.rollout.plan import Plan
    from policyengine.semantics.ir import Book

_MOST_COUNTIES = 40
_MOST_PLACES = 60
_BAR = 20


@dataclass(frozen=True, slots=True)
class Near:
    """How far an outlet serves, and what coordinates are known."""

    reach: Reach
    known: Known


def table(title: str, headers: Iterable[str], rows: Iterable[Iterable[object]]) -> Table:
    """Make a table whose columns fold."""
    made = Table(title=title, title_justify="left")
    for heading in headers:
        made.add_column(heading, overflow="fold")
    for row in rows:
        made.add_row(*("" if cell is None else str(cell) for cell in row))
    return made


def steps(codes: Sequence[str]) -> Iterator[str]:
    """Show progress over counties when there are many."""
    columns = (TextColumn("选点"), BarColumn(), MofNCompleteColumn())
    with Progress(
        *columns, console=err, transient=True, disable=len(codes) < 20 or not err.is_terminal
    ) as bar:
        yield from bar.track(codes)


# --- rollout -----------------------------------------------------------------------------------------


def show_checks(checks: Sequence[ProvinceCheck]) -> None:
    """Show what was found of each province, what does not hold first."""
    for one in checks:
        word, style = ("成立", "green") if one.holds else ("不成立", "red")
        out.print(f"{one.name}（{one.code}，{one.state}）：{one.batches} 批，{one.items} 项，次序{word}", style=f"bold {style}", markup=False)  # fmt: skip
        _show_claims("不符合", one.broken, "red")
        for told in one.differences:
            out.print(f"  不一致 {told}", style="red", markup=False)
        _show_claims("无法判定", one.open, "yellow")
        _show_claims("建议", one.advice, "yellow")
        for told in one.notes:
            out.print(f"  提示：{told}", markup=False)
    bad = sum(not one.holds for one in checks)
    out.print(f"共 {len(checks)} 个省份，{bad} 个不成立", style="red" if bad else "green")


def _show_claims(word: str, claims: Iterable[Claim], style: str) -> None:
    for claim in claims:
        one = claim.judged
        data = "，按事项推算" if claim.derived else ""
        out.print(
            f"  {word} {claim.what}：{one.title}（{one.rule}，条款 {one.clause}{data}）",
            style=style,
            markup=False,
        )
        for reason in one.reasons:
            out.print(f"      {reason}", markup=False)
        if one.advice:
            out.print(f"      处理：{one.advice}", markup=False)


def check_json(one: ProvinceCheck) -> dict[str, object]:
    """Give a check as plain data."""
    return {
        "province": one.code, "name": one.name, "state": one.state, "batches": one.batches, "items": one.items,
        "holds": one.holds, "differences": list(one.differences), "notes": list(one.notes),
        "claims": [
            {
                "what": claim.what, "subject_id": claim.subject_id, "derived": claim.derived, "rule": claim.judged.rule,
                "title": claim.judged.title, "clause": claim.judged.clause, "modality": str(claim.judged.modality),
                "verdict": claim.judged.verdict.value, "reasons": list(claim.judged.reasons),
                "missing": list(claim.judged.missing),
            }
            for claim in one.claims
        ],
    }  # fmt: skip


def show_plan(made: Plan, book: Book, written: Sequence[Path]) -> None:
    """Show the batches with the reason of each item, what is left out, and the judgement."""
    for number, some in sorted(made.batches.items()):
        days = made.days[number]
        dates = f"，{days.published} 公布，{days.effective} 实施" if days.published else ""
        head = "一次公布" if made.state == BEGUN else f"第 {number} 批"
        out.print(f"{head}：{len(some)} 项{dates}", style="bold", markup=False)
        for place, one in enumerate(some, 1):
            out.print(f"  {place:>2} {one.name}", markup=False)
            out.print(f"     {'；'.join(one.reasons)}", markup=False, style="dim")
    out.print(table("批次汇总", SUMMARY, summary_rows(made, book)))
    _show_left("未列入", [(one.name, one.reasons) for one in made.kept_out])
    _show_left("调出", [(str(case.values.get("事项名称", case.id)), (told,)) for case, told in made.dropped])
    if made.kept:
        out.print(moves(made.moved, made.kept))
    show_checks([made.check])
    for told in made.notes:
        out.print(f"提示：{told}", markup=False)
    for path in written:
        out.print(f"已写出：{path}", markup=False)


def _show_left(title: str, some: Sequence[tuple[str, Sequence[str]]]) -> None:
    """Show names, each with its reasons under it."""
    if some:
        out.print(f"{title}（{len(some)}）", style="bold yellow", markup=False)
    for name, reasons in some:
        out.print(f"  {name}", markup=False)
        for told in reasons:
            out.print(f"     {told}", markup=False, style="dim")


def plan_json(made: Plan, book: Book, written: Sequence[Path]) -> dict[str, object]:
    """Give a plan as plain data."""
    return {
        "province": made.province, "state": made.state, "moved": made.moved, "kept": made.kept,
        "items": [dict(zip(NOTICE, row, strict=True)) for row in notice_rows(made)],
        "batches": [dict(zip(SUMMARY, row, strict=True)) for row in summary_rows(made, book)],
        "kept_out": [{"name": one.name, "reasons": list(one.reasons)} for one in made.kept_out],
        "dropped": [{"name": str(case.values.get("事项名称", case.id)), "reason": told} for case, told in made.dropped],
        "check": check_json(made.check), "notes": list(made.notes), "files": [str(one) for one in written],
    }  # fmt: skip


# --- rank --------------------------------------------------------------------------------------------


def show_ranking(found: Ranking, as_of: date) -> None:
    """Show the order of the applicants."""
    out.print(
        f"{found.name}（{found.county}）申请机构的先后，评估日 {as_of.isoformat()}",
        style="bold",
        markup=False,
    )
    if not found.positions and not found.not_ranked:
        out.print(NOBODY, style="yellow")
        return
    rows = [
        (one.rank, one.applicant.name, one.applicant.grade, one.applicant.extent, one.applicant.reach.townships, one.applicant.reach.villages)
        for one in found.positions
    ]  # fmt: skip
    if rows:
        out.print(
            table("先后次序", ("名次", "机构", "条件档", "延伸等次", "乡镇（街道）", "村（社区）"), rows)
        )
    for one in found.positions:
        out.print(f"第 {one.rank} 名{'（并列）' if one.tied else ''} {one.applicant.name}", markup=False)
        for told in one.reasons:
            out.print(f"     {told}", markup=False, style="dim")
    _show_left("不具备资格", [(one.name, one.reasons) for one in found.not_ranked if not one.open])
    _show_left("待核实，暂不排序", [(one.name, one.reasons) for one in found.not_ranked if one.open])


def ranking_json(found: Ranking) -> dict[str, object]:
    """Give an order as plain data."""
    return {
        "county": found.county,
        "name": found.name,
        "positions": [
            {
                "rank": one.rank, "institution_id": one.applicant.id, "name": one.applicant.name,
                "grade": one.applicant.grade, "extent": one.applicant.extent,
                "townships": one.applicant.reach.townships, "villages": one.applicant.reach.villages,
                "tied": list(one.tied), "reasons": list(one.reasons),
            }
            for one in found.positions
        ],
        "not_ranked": [
            {"institution_id": one.id, "name": one.name, "open": one.open, "reasons": list(one.reasons)}
            for one in found.not_ranked
        ],
    }  # fmt: skip


# --- layout ------------------------------------------------------------------------------------------


def show_layout(
    counties: pl.DataFrame,
    detail: tuple[pl.DataFrame, pl.DataFrame] | None,
    chosen: Sequence[Chosen],
    near: Near,
) -> None:
    """Show coverage as tables and bars, and the sites chosen. Never a map."""
    rows = [
        (one["county"], one["name"], one["outlets"], _share(one["townships_covered"], one["townships"]), _share(one["villages_covered"], one["villages"]), one["crowded"], one["unplaced"] or "")
        for one in counties.sort("townships_covered", "county").head(_MOST_COUNTIES).iter_rows(named=True)
    ]  # fmt: skip
    headers = (
        "代码",
        "县（市、区）",
        "合作网点",
        "乡镇（街道）覆盖",
        "村（社区）覆盖",
        "拥挤的乡镇",
        "未落到乡镇的网点",
    )
    out.print(table("县域覆盖", headers, rows))
    if counties.height > _MOST_COUNTIES:
        out.print(
            f"共 {counties.height} 个县（市、区），以上为覆盖乡镇最少的 {_MOST_COUNTIES} 个；全部见 --format json"
        )
    if detail:
        _show_detail(*detail)
    for one in chosen:
        _show_chosen(one)
    if chosen and (near.known.points or near.known.outlets):
        reach = near.reach
        out.print(
            f"服务圈：街道步行 {reach.minutes} 分钟，其他 {reach.kilometres:g} 公里；"
            + layout_wording.AS_THE_CROW_FLIES.format(pace=reach.pace)
        )
    out.print(layout_wording.NO_MAP, style="dim")


def _show_detail(townships: pl.DataFrame, villages: pl.DataFrame) -> None:
    rows = [
        (one["code"], one["name"], "已覆盖" if one["covered"] else "未覆盖", f"{one['outlets']} {'█' * min(one['outlets'], _BAR)}", f"{one['villages_covered']}/{one['villages']}", "拥挤" if one["crowded"] else "")
        for one in townships.sort("covered", "code").iter_rows(named=True)
    ]  # fmt: skip
    out.print(table("乡镇（街道）", ("代码", "名称", "覆盖", "合作网点", "已覆盖村（社区）", ""), rows))
    left = villages.filter(~pl.col("covered"))
    names = "、".join(left["name"].head(_MOST_PLACES))
    more = f" 等 {left.height} 个" if left.height > _MOST_PLACES else ""
    out.print(f"未覆盖的村（社区）{left.height} 个：{names}{more}", markup=False)


def _show_chosen(one: Chosen) -> None:
    by = layout_wording.BY[one.by.value]
    if one.picks:
        rows = [(place, pick.site.id, pick.site.name, pick.reason) for place, pick in enumerate(one.picks, 1)]
        out.print(table(f"{one.name}：按{by}选点", ("序", "候选点", "名称", "作用"), rows))
        unit = layout_wording.UNIT[one.by.value]
        out.print(f"未覆盖 {one.open} {unit}，所选新覆盖 {one.gained} {unit}。{layout_wording.gap(one.gained, one.bound, one.by.value)}", markup=False)  # fmt: skip
    for told in one.notes:
        out.print(f"提示：{told}", markup=False)


def _share(part: int, whole: int) -> str:
    full = round(_BAR / 2 * part / whole) if whole else 0
    return f"{'█' * full}{'░' * (_BAR // 2 - full)} {part}/{whole}"


def layout_json(
    counties: pl.DataFrame, detail: tuple[pl.DataFrame, pl.DataFrame] | None, chosen: Sequence[Chosen]
) -> dict[str, Any]:
    """Give coverage and choices as plain data."""
    found: dict[str, Any] = {"counties": counties.to_dicts()}
    if detail:
        found |= {"townships": detail[0].to_dicts(), "villages": detail[1].to_dicts()}
    found["picks"] = [
        {
            "county": one.county, "name": one.name, "by": one.by.value, "gained": one.gained, "open": one.open,
            "bound": one.bound, "optimal": one.gained >= one.bound, "notes": list(one.notes),
            "sites": [
                {"site_id": pick.site.id, "name": pick.site.name, "division": pick.site.region, "townships": list(pick.townships), "villages": list(pick.villages), "people": pick.people}
                for pick in one.picks
            ],
        }
        for one in chosen
    ]  # fmt: skip
    return found
