"""Working days of the official calendar, as ordinals: every limit in working days is an integer subtraction.

The State Council's holidays and make-up days come from the package `chinesecalendar`. Outside the years that
it knows, Monday to Friday are taken as working days; `is_official` says which it was.
"""

from __future__ import annotations

from bisect import bisect_left
from datetime import date
from functools import cache

import chinese_calendar

from policyengine.semantics.ir import DayUnit
from policyengine.values import day_number, day_of

TABLE_FIRST = day_number(date(1900, 1, 1))
TABLE_LAST = day_number(date(2200, 12, 31))

# Holidays push a working day at most this far from where the week alone would put it.
_LEEWAY = 1000


def workday_ordinal(day: int) -> int:
    """Count the working days from 1900-01-01 up to and including `day` (days since 1970-01-01)."""
    if TABLE_FIRST <= day <= TABLE_LAST:
        return ordinal_table()[day - TABLE_FIRST]
    return _weekdays_up_to(day) + (_corrections()[-1] if day > TABLE_LAST else 0)


def first_day_with_ordinal(ordinal: int) -> int:
    """Find the first day whose ordinal is (at least) `ordinal`; it is a working day."""
    guess = TABLE_FIRST + ordinal * 7 // 5
    days = range(guess - _LEEWAY, guess + _LEEWAY)
    return days[bisect_left(days, ordinal, key=workday_ordinal)]


def ordinal_of(day: int, unit: DayUnit) -> int:
    """Give the number that limits subtract: the day number, or the ordinal of the working day."""
    return day if unit is DayUnit.DAYS else workday_ordinal(day)


def last_day_within(start_day: int, amount: int, unit: DayUnit) -> int:
    """Find the due day: the day on which `amount` days from `start_day` are used up, never before `start_day`."""
    if unit is DayUnit.DAYS:
        return max(start_day, start_day + amount)
    return max(start_day, first_day_with_ordinal(workday_ordinal(start_day) + amount))


@cache
def official_range() -> tuple[int, int]:
    """Give the first and the last day that the official calendar covers."""
    years = [day.year for day in chinese_calendar.holidays]
    return day_number(date(min(years), 1, 1)), day_number(date(max(years), 12, 31))


def is_official(day: int) -> bool:
    """Whether the official calendar covers the day; if not, Monday to Friday were taken."""
    first, last = official_range()
    return first <= day <= last


@cache
def ordinal_table() -> tuple[int, ...]:
    """Give the ordinals of all days from TABLE_FIRST to TABLE_LAST, for engines that look up columns."""
    first, last = official_range()
    corrections = _corrections()
    before = range(TABLE_FIRST, first)
    within = range(first, last + 1)
    after = range(last + 1, TABLE_LAST + 1)
    return (
        *(_weekdays_up_to(day) for day in before),
        *(_weekdays_up_to(day) + correction for day, correction in zip(within, corrections, strict=True)),
        *(_weekdays_up_to(day) + corrections[-1] for day in after),
    )


@cache
def _corrections() -> tuple[int, ...]:
    """Sum, up to each official day, what the official calendar adds to and takes from Monday to Friday."""
    first, last = official_range()
    total = 0
    sums = []
    for number in range(first, last + 1):
        day = day_of(number)
        total += int(chinese_calendar.is_workday(day)) - int(day.weekday() < 5)
        sums.append(total)
    return tuple(sums)


def _weekdays_up_to(day: int) -> int:
    """Count Mondays to Fridays from 1900-01-01, a Monday, up to and including `day`."""
    weeks, weekday = divmod(day - TABLE_FIRST, 7)
    return weeks * 5 + min(weekday + 1, 5)
