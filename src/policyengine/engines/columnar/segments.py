"""Scopes: the segments of sub-traces, and which events lie inside."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from policyengine.engines.columnar.calendar import DAY
from policyengine.engines.columnar.compute import computed
from policyengine.engines.columnar.traces import UNIT
from policyengine.semantics.ir import PatternKind, ScopeKind

if TYPE_CHECKING:
    from policyengine.engines.columnar.selection import Selection

SEGMENT = "_s"
# Borders of segments that have none: before and after every instant.
_BEFORE_ALL, _AFTER_ALL = -(2**60), 2**60


def segments_of(selection: Selection) -> pl.DataFrame:
    """Cut every sub-trace.

    Columns: the sub-trace, `_s` (its number), `open_at`, `close_at`, `start_day` (null where nothing relevant
    ever happened), `end_day`, `is_open`, and `opening`, the id of the event that opened it or an empty text.
    """
    scope, by = selection.pattern.scope, selection.by
    match scope.kind:
        case ScopeKind.WHOLE:
            found = _with_first_days(selection.sub_traces, selection).with_columns(
                open_at=_instant(_BEFORE_ALL), close_at=_instant(_AFTER_ALL), opening=pl.lit("")
            )
        case ScopeKind.BEFORE:
            closings = selection.selected(scope.closing, unknown=False)
            found = _with_first_days(
                closings.group_by(by).agg(pl.col("at").min().alias("close_at")), selection
            ).with_columns(open_at=_instant(_BEFORE_ALL), opening=pl.lit(""))
        case ScopeKind.AFTER:
            openings = selection.selected(scope.opening, unknown=False)
            found = _opened(openings.with_columns(close_at=_instant(_AFTER_ALL)), by)
        case ScopeKind.BETWEEN | ScopeKind.AFTER_UNTIL:
            found = _stretches(selection)
    is_open = pl.col("close_at") == _AFTER_ALL
    end = pl.when(is_open).then(pl.lit(selection.as_of, dtype=pl.Int64)).otherwise(pl.col("close_at") // DAY)
    return computed(
        found.select(*by, "open_at", "close_at", "start_day", "opening", end_day=end, is_open=is_open)
        .sort("open_at")
        .with_row_index(SEGMENT)
    )


def inside(events: pl.LazyFrame, segments: pl.DataFrame, selection: Selection) -> pl.LazyFrame:
    """Keep the events inside a segment, with its columns; sorted by `at`."""
    borders = segments.lazy()
    if selection.pattern.scope.kind in {ScopeKind.WHOLE, ScopeKind.BEFORE}:
        found = events.join(borders, on=selection.by, maintain_order="left")
    else:
        found = events.join_asof(
            borders,
            left_on="at",
            right_on="open_at",
            by=selection.by,
            allow_exact_matches=selection.pattern.scope.from_start,
            coalesce=False,
            check_sortedness=False,
        ).filter(pl.col(SEGMENT).is_not_null())
    return found.filter(pl.col("at") < pl.col("close_at"))


def _stretches(selection: Selection) -> pl.LazyFrame:
    """Pair openings with the next closing after them; the first of those that share one opens the segment.

    A later segment opens at or after the closing of the one before, so openings with one next closing are
    exactly those of one segment.
    """
    scope, by = selection.pattern.scope, selection.by
    opened = selection.selected(scope.opening, unknown=False)
    key, among = list(selection.pattern.key), None
    if key:
        opened = computed(opened).lazy()
        among = computed(opened.select(key).unique())
    closings = selection.selected(scope.closing, unknown=False, among=among).select(
        *by, pl.col("at").alias("close_at")
    )
    openings = opened.join_asof(
        closings,
        left_on="at",
        right_on="close_at",
        by=by,
        strategy="forward",
        allow_exact_matches=False,
        coalesce=False,
        check_sortedness=False,
    )
    if scope.kind is ScopeKind.BETWEEN:
        openings = openings.filter(pl.col("close_at").is_not_null())
    else:
        openings = openings.with_columns(pl.col("close_at").fill_null(_AFTER_ALL))
    return _opened(openings, by)


def _opened(openings: pl.LazyFrame, by: list[str]) -> pl.LazyFrame:
    """Make one segment of the openings of a sub-trace that share `close_at`."""
    # Sorted so that the first of a group is its first in time, and of those the one with the smallest id: an
    # aggregate that filters takes four times as long.
    return (
        openings.sort("at", "id")
        .group_by(*by, "close_at")
        .agg(pl.col("at").first().alias("open_at"), pl.col("id").first().alias("opening"))
        .with_columns(start_day=pl.col("open_at") // DAY)
    )


def _with_first_days(found: pl.LazyFrame, selection: Selection) -> pl.LazyFrame:
    """Add the start of segments that no event opens, where the pattern asks for it."""
    pattern = selection.pattern
    asks = pattern.kind is PatternKind.RECURRENCE or (
        pattern.kind is PatternKind.EXISTENCE and pattern.limit is not None
    )
    if not asks:
        return found.with_columns(start_day=pl.lit(None, dtype=pl.Int64))
    return found.join(selection.first_days, on=selection.by, how="left")


def _instant(number: int) -> pl.Expr:
    return pl.lit(number, dtype=pl.Int64)


__all__ = ["SEGMENT", "UNIT", "inside", "segments_of"]
