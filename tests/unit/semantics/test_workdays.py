"""Working days follow the official calendar where there is one, and Monday to Friday elsewhere."""

import itertools
from datetime import date

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policyengine.semantics.ir import DayUnit
from policyengine.semantics.workdays import (
    TABLE_FIRST,
    TABLE_LAST,
    first_day_with_ordinal,
    is_official,
    last_day_within,
    official_range,
    ordinal_table,
    workday_ordinal,
)
from policyengine.values import day_number, day_of


def number(text: str) -> int:
    return day_number(date.fromisoformat(text))


def test_every_official_day_raises_the_ordinal_exactly_if_it_is_a_working_day():
    first, last = official_range()
    for day in range(first, last + 1):
        rise = workday_ordinal(day) - workday_ordinal(day - 1)
        assert rise == int(chinese_calendar.is_workday(day_of(day)))


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2025-01-26", True),  # a Sunday worked for the Spring Festival
        ("2025-01-28", False),  # the Spring Festival's first day off
        ("2025-10-08", False),
        ("2025-10-09", True),
        ("2025-10-11", True),  # a Saturday worked for the National Day
        ("1995-10-01", False),  # a Sunday before the official calendar begins
        ("1995-10-02", True),  # a Monday then, whatever the holiday
        ("2150-01-01", True),  # a Thursday after it ends
    ],
)
def test_known_days(day, works):
    """Days whose nature is known count as they should."""
    assert workday_ordinal(number(day)) - workday_ordinal(number(day) - 1) == int(works)


def test_the_count_starts_on_the_first_monday_of_the_table():
    assert workday_ordinal(TABLE_FIRST) == 1
    assert workday_ordinal(TABLE_FIRST - 1) == 0


def test_the_table_and_the_formula_beyond_it_join_without_a_step():
    ordinals = [workday_ordinal(day) for day in range(TABLE_LAST - 20, TABLE_LAST + 20)]
    rises = [later - earlier for earlier, later in itertools.pairwise(ordinals)]
    assert rises == [int(day_of(day).weekday() < 5) for day in range(TABLE_LAST - 19, TABLE_LAST + 20)]
    assert len(ordinal_table()) == TABLE_LAST - TABLE_FIRST + 1


@given(st.integers(TABLE_FIRST - 500, TABLE_LAST + 500))
def test_the_first_day_with_an_ordinal_is_the_inverse(day):
    """The first day with the ordinal of a day is that day, or the last working day before it."""
    found = first_day_with_ordinal(workday_ordinal(day))
    assert found <= day
    assert workday_ordinal(found) == workday_ordinal(day) == workday_ordinal(found - 1) + 1


@given(st.integers(number("1990-01-01"), number("2100-01-01")), st.integers(0, 60), st.sampled_from(DayUnit))
def test_the_due_day_is_within_the_limit_and_the_next_working_day_is_not(start, amount, unit):
    """On the due day the limit still holds; it is over at the next day that counts."""
    due = last_day_within(start, amount, unit)
    assert due >= start
    if unit is DayUnit.DAYS:
        assert due - start == amount
    else:
        assert workday_ordinal(due) - workday_ordinal(start) == amount
        following = first_day_with_ordinal(workday_ordinal(due) + 1)
        assert workday_ordinal(following) - workday_ordinal(start) > amount


def test_no_working_days_from_a_saturday_are_due_on_that_saturday():
    saturday = number("2025-06-14")
    assert last_day_within(saturday, 0, DayUnit.WORKDAYS) == saturday


def test_the_official_range_says_where_monday_to_friday_was_assumed():
    first, last = official_range()
    assert is_official(first)
    assert is_official(last)
    assert not is_official(first - 1)
    assert not is_official(last + 1)
    assert is_official(number("2025-06-30"))
