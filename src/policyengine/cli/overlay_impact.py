"""How the impact of an overlay and waivers are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
from rich.table import Table

from policyengine.cli.console import out, print_json
from policyengine.semantics.ir import Verdict
from policyengine.values import day_number, day_of

if TYPE_CHECKING:
    from datetime import date

    from policyengine.batch.divisions import Divisions
    from policyengine.batch.impact import Impact
    from policyengine.batch.sources import Input
    from policyengine.rulebook import Shelf

_MOST_ROWS = 20
_NO_RULE = "没有这条规则"


# --- impact ------------------------------------------------------------------------------------------


def print_impact(found: Impact, shelf: Shelf, code: str, as_of: date, divisions: Divisions) -> None:
    """Print totals, then counties and rules, then outlets."""
    idle = _idle(found)
    changed = found.rows.filter(~idle)
    touched = changed.filter(pl.col("outlet_id") != "")["outlet_id"].n_unique()
    out.print(f"{shelf.layers[code]}（{code}）在 {as_of.isoformat()} 的影响", style="bold")
    out.print(f"  所辖网点 {found.outlets} 个，有结论改变的网点 {touched} 个，改变的结论 {changed.height} 条")
    if idle.any():
        out.print(f"  另有 {idle.sum()} 条结论只因规则有增减而出现或消失，均为符合或不适用")
    if found.recounted:
        out.print(
            f"  另有 {found.recounted} 条不符合或无法判定的结论不变，但规则的用语在宜与应之间改变，整体结论随之改变"
        )
    if not found.rows.height and not found.conclusions.height:
        out.print("没有网点的结论改变", style="green")
        return
    turns = found.conclusions.group_by("before", "after").len().sort("len", descending=True)
    for before, after, number in turns.iter_rows():
        out.print(f"  整体结论由{before}变为{after}：{number} 个网点")
    titles = {rule.id: rule.title for rule in (*shelf.book(as_of, code).rules, *shelf.book(as_of).rules)}
    table = Table(title="按县和规则", title_justify="left")
    for heading in ("县（市、区）", "规则", "名称", "原来", "现在", "条数"):
        table.add_column(heading, overflow="fold")
    counts = (
        changed.group_by("county", "rule", "before", "after")
        .len()
        .sort("len", "county", "rule", descending=[True, False, False])
    )
    for county, rule, before, after, number in counts.head(2 * _MOST_ROWS).iter_rows():
        place = divisions.name(county) or county if county else "—"
        table.add_row(place, rule, titles.get(rule, ""), _word(before), _word(after), str(number))
    out.print(table)
    outlets = Table(title="整体结论改变的网点", title_justify="left")
    for heading in ("网点", "县（市、区）", "原来", "现在"):
        outlets.add_column(heading, overflow="fold")
    for row in found.conclusions.head(_MOST_ROWS).iter_rows(named=True):
        outlets.add_row(
            row["outlet_id"], divisions.name(row["county"]) or row["county"], row["before"], row["after"]
        )
    out.print(outlets)
    if found.conclusions.height > _MOST_ROWS or counts.height > 2 * _MOST_ROWS:
        out.print("以上为节选；用 --out 写出全部")


def _idle(found: Impact) -> pl.Series:
    """Mark the verdicts of rules that only one side has, if they are of no consequence."""
    told = found.rows.select(
        one_sided=pl.col("before").is_null() | pl.col("after").is_null(),
        verdict=pl.coalesce("before", "after"),
    )
    return told["one_sided"] & told["verdict"].is_in([Verdict.PASS.value, Verdict.NOT_APPLICABLE.value])


def _word(verdict: str | None) -> str:
    return Verdict(verdict).chinese if verdict else _NO_RULE


# --- waivers -----------------------------------------------------------------------------------------


def print_waivers(data: Input, first: date, last: date, shelf: Shelf, *, as_json: bool) -> None:
    """Print the waivers in force that expire up to a day, soonest first, and how many are past."""
    until = pl.col("until")
    soon = data.waivers.filter(until >= day_number(first), until <= day_number(last)).sort(
        "until", "outlet_id", "rule"
    )
    past = data.waivers.filter(until < day_number(first)).height
    waivable = {rule.id.text: rule.title for rule in shelf.national.rules if rule.waivable}
    if as_json:
        rows = [row | {"until": day_of(row["until"]).isoformat()} for row in soon.iter_rows(named=True)]
        print_json({"expiring": rows, "expired": past, "in_force": data.waivers.height - past})
        return
    out.print(f"在用的豁免 {data.waivers.height - past} 项，已过期 {past} 项（不再适用）", style="bold")
    table = Table(title=f"{last.isoformat()} 以前到期的 {soon.height} 项", title_justify="left")
    for heading in ("截止", "网点", "规则", "名称", "批准单位", "理由"):
        table.add_column(heading, overflow="fold")
    for row in soon.iter_rows(named=True):
        title = waivable.get(row["rule"], "（不可豁免）")
        table.add_row(
            day_of(row["until"]).isoformat(),
            row["outlet_id"],
            row["rule"],
            title,
            row["approved_by"] or "",
            row["reason"] or "",
        )
    out.print(table)
