"""A plan as cases of 事项, 批次 and 省份: what the checker judges and what the night reads."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from policyengine.engines.cases import Case
from policyengine.planning.rollout.check import Listing
from policyengine.planning.rollout.facts import (
    BEGUN,
    EFFECTIVE_ON,
    NUMBER,
    PREVIOUS_ON,
    PUBLISHED,
    PUBLISHED_ON,
    STATE,
    STATUS,
    entry_of,
    facts_of,
)
from policyengine.values import day_number
from policyengine.vocabulary.terms import Subject

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from policyengine.planning.rollout.calendar import Days
    from policyengine.planning.rollout.plan import Placed
    from policyengine.semantics.ir import Book
    from policyengine.values import Value

_ITEM_DAYS, _BATCH_DAYS = ("事项公布日期", "事项实施日期"), (PUBLISHED_ON, EFFECTIVE_ON)
_CHANNELS, _NEEDED_CHANNELS = "批次公布渠道", "必备公布渠道"


def listing_of(
    province: str,
    state: str,
    placed: Sequence[Placed],
    dropped: Iterable[tuple[Case, str]],
    days: Mapping[int, Days],
    existing: Listing | None,
    book: Book,
) -> Listing:
    """Give a plan's list; batches already published stay as they were recorded."""
    own = {**(existing.own.values if existing and existing.own else {}), STATE: state}
    items = [_item(one, province, days[one.batch], own, existing) for one in placed]
    for case, reason in dropped:
        if case.values.get("清单状态") == "拟列入":
            continue  # never was on the list, so there is nothing to take off
        gone = {**case.values, "清单状态": "已调出", "事项调整理由": reason}
        items.append(Case(Subject.ITEM, case.id, own | gone, province=province, region=province))
    batches: list[Case] = []
    if state != BEGUN:
        entries = [entry_of(one, book) for one in items]
        recorded = {one.values.get(NUMBER): one for one in existing.batches} if existing else {}
        for number in sorted(days):
            known = recorded.get(number)
            if known and known.values.get(STATUS) == PUBLISHED:
                facts = facts_of(number, sorted(days), entries)
                batches.append(
                    replace(known, values={**known.values, **facts, STATE: state}, province=province)
                )
                continue
            values: dict[str, Value] = (
                own | {NUMBER: number, STATUS: "拟公布"} | facts_of(number, sorted(days), entries)
            )
            values |= _on(_BATCH_DAYS, days[number])
            if number - 1 in days:
                values |= _on((PREVIOUS_ON,), days[number - 1])
            if _NEEDED_CHANNELS in book.parameters:
                values[_CHANNELS] = book.parameters[_NEEDED_CHANNELS].value
            batches.append(
                Case(Subject.BATCH, f"{province}-B{number:02d}", values, province=province, region=province)
            )
    whole = Case(Subject.PROVINCE, province, own, province=province, region=province)
    return Listing(province, tuple(items), tuple(batches), whole)


def _item(one: Placed, province: str, days: Days, own: Mapping[str, Value], existing: Listing | None) -> Case:
    values: dict[str, Value] = {**own, **one.case.values, "公布批次序号": one.batch}
    if one.fixed and existing:
        recorded = next(
            item for item in existing.items if item.values.get("事项名称") == one.case.values["事项名称"]
        )
        values |= {
            name: recorded.values[name] for name in ("清单状态", *_ITEM_DAYS) if name in recorded.values
        }
        return replace(one.case, id=recorded.id, values=values, province=province, region=province)
    for name in _ITEM_DAYS:
        values.pop(name, None)
    values |= _on(_ITEM_DAYS, days)
    return replace(one.case, values=values, province=province, region=province)


def _on(names: tuple[str, ...], days: Days) -> dict[str, Value]:
    given: tuple[date | None, ...] = (days.published, days.effective)
    return {name: day_number(day) for name, day in zip(names, given, strict=False) if day is not None}
