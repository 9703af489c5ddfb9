"""The official calendar as lookup columns: day → ordinal, ordinal → first day."""

from __future__ import annotations

from bisect import bisect_left
from functools import cache

import polars as pl

from policyengine.semantics.ir import DayUnit
from policyengine.semantics.workdays import TABLE_FIRST, ordinal_table

DAY = 86_400


@cache
def _ordinals() -> pl.Series:
    return pl.Series("ordinal", ordinal_table(), dtype=pl.Int64)


@cache
def _first_days() -> pl.Series:
    """Give, for each ordinal from 0, the first day that reaches it."""
    table = ordinal_table()
    days = [TABLE_FIRST + bisect_left(table, ordinal) for ordinal in range(table[-1] + 1)]
    return pl.Series("day", days, dtype=pl.Int64)


def ordinal(day: pl.Expr, unit: DayUnit) -> pl.Expr:
    """Give the number that limits subtract: the day number, or the ordinal of the working day."""
    if unit is DayUnit.DAYS:
        return day
    table = _ordinals()
    return pl.lit(table).gather((day - TABLE_FIRST).clip(0, len(table) - 1))


def last_day(start: pl.Expr, amount: pl.Expr, unit: DayUnit) -> pl.Expr:
    """Give the last day on which `amount` days from `start` are not yet over, never before `start`."""
    if unit is DayUnit.DAYS:
        return start + pl.max_horizontal(amount, pl.lit(0, dtype=pl.Int64))
    table = _first_days()
    reached = pl.lit(table).gather((ordinal(start, unit) + amount).clip(0, len(table) - 1))
    return pl.max_horizontal(start, reached)


def iso(day: pl.Expr) -> pl.Expr:
    """Write days since 1970-01-01 as `2025-02-01`."""
    return day.cast(pl.Int32).cast(pl.Date).dt.to_string("%Y-%m-%d")
