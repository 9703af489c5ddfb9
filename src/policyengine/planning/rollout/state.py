"""How far each province is, for the nightly report."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from policyengine.planning.rollout.check import by_province, check_listing
from policyengine.planning.rollout.facts import NUMBER, PUBLISHED, PUBLISHED_ON, STATUS
from policyengine.values import day_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from policyengine.engines.cases import Case
    from policyengine.planning.rollout.check import Listing, ProvinceCheck
    from policyengine.rulebook import Shelf

SCHEMA = {
    "province": pl.String(), "name": pl.String(), "state": pl.String(), "items": pl.Int64(), "batches": pl.Int64(),
    "published": pl.Int64(), "latest": pl.Date(), "next": pl.Date(), "holds": pl.Boolean(), "broken": pl.Int64(),
    "open": pl.Int64(), "differences": pl.Int64(), "first": pl.String(),
}  # fmt: skip


def check_provinces(
    shelf: Shelf,
    as_of: date,
    items: Iterable[Case],
    batches: Iterable[Case],
    provinces: Iterable[Case] = (),
    *,
    state: str = "",
    names: dict[str, str] | None = None,
) -> list[tuple[Listing, ProvinceCheck]]:
    """Judge every province that has items or batches, by the book of its layer, in order of code.

    Where the input says nothing of 开展情形, the province's overlay does, else `state`.
    """
    found = []
    for code, listing in by_province(items, batches, provinces).items():
        overlay = shelf.overlays.get(code)
        declared = overlay.rollout.state if overlay and overlay.rollout else state
        called = (names or {}).get(code) or shelf.layers.get(code, code)
        book = shelf.book(as_of, shelf.layer_of(code))
        found.append((listing, check_listing(listing, book, called, shelf.layers, state or declared)))
    return found


def rollout_state(
    shelf: Shelf,
    as_of: date,
    items: Iterable[Case],
    batches: Iterable[Case],
    provinces: Iterable[Case] = (),
    names: dict[str, str] | None = None,
) -> pl.DataFrame:
    """Give a row for each province that has a list.

    province, name, state (开展情形), items on the list, batches, how many of them are published, the day of the latest
    published one and of the next planned one; whether the order holds, how many obligations are broken, how many cannot
    be judged, how many things do not fit together, and the first of all these in words.
    """
    rows = [
        _row(listing, check, as_of)
        for listing, check in check_provinces(shelf, as_of, items, batches, provinces, names=names)
    ]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def _row(listing: Listing, check: ProvinceCheck, as_of: date) -> tuple[object, ...]:
    days = [
        (one.values.get(STATUS) == PUBLISHED, day_of(day))
        for one in listing.batches
        if isinstance(day := one.values.get(PUBLISHED_ON), int) and NUMBER in one.values
    ]
    past = [day for public, day in days if public and day <= as_of]
    coming = [day for public, day in days if day > as_of or not public]
    told = [f"{one.what}不符合“{one.judged.title}”" for one in check.broken] + list(check.differences)
    told += [f"{one.what}无法判定“{one.judged.title}”" for one in check.open]
    return (
        check.code, check.name, check.state, check.items, check.batches, len(past), max(past, default=None),
        min(coming, default=None), check.holds, len(check.broken), len(check.open), len(check.differences),
        told[0] if told else "",
    )  # fmt: skip
