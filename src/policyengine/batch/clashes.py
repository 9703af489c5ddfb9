"""Event ids that stand in more than one file, found without holding the ids of a country side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from policyengine.batch.layouts import EVENT_ID

if TYPE_CHECKING:
    from collections.abc import Sequence

    from policyengine.batch.files import Raw
    from policyengine.batch.layouts import Cell


def clashing_ids(parts: Sequence[tuple[Raw, dict[str, Cell]]]) -> frozenset[str]:
    """Find event ids that stand in more than one part."""
    if len(parts) < 2:
        return frozenset()
    columns = [
        raw.lazy.select(
            pl.col(next(h for h, cell in headers.items() if cell == EVENT_ID)).cast(pl.String).alias("id")
        )
        for raw, headers in parts
    ]
    columns = _overlapping(columns)
    if len(columns) < 2:
        return frozenset()
    # One hash an id: the ids of a whole country do not fit side by side.
    together = pl.concat(_hashes(lazy) for lazy in columns)
    twice = together.filter(together.is_duplicated()).unique()
    if twice.is_empty():
        return frozenset()
    seen: dict[str, int] = {}
    for lazy in columns:
        ids = lazy.filter(pl.col("id").hash(seed=0).is_in(twice.implode())).unique().collect()["id"]
        for one in ids.drop_nulls():
            seen[one] = seen.get(one, 0) + 1
    return frozenset(one for one, count in seen.items() if count > 1)


def _overlapping(columns: list[pl.LazyFrame]) -> list[pl.LazyFrame]:
    """Keep the parts whose ids may stand in another part too: ids between the smallest and the largest overlap."""
    id_ = pl.col("id")
    ends = [lazy.select(id_.min().alias("low"), id_.max().alias("high")).collect().row(0) for lazy in columns]
    return [
        lazy
        for place, (lazy, (low, high)) in enumerate(zip(columns, ends, strict=True))
        if low is not None
        and any(
            other_low is not None and low <= other_high and other_low <= high
            for other, (other_low, other_high) in enumerate(ends)
            if other != place
        )
    ]


def _hashes(lazy: pl.LazyFrame) -> pl.Series:
    return lazy.select(pl.col("id").hash(seed=0)).collect(engine="streaming")["id"].unique()
