"""Lookup columns of the calendar give what the functions of the calendar give."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policyengine.engines.columnar import calendar
from policyengine.semantics.ir import DayUnit
from policyengine.semantics.workdays import last_day_within, ordinal_of
from policyengine.values import day_number, parse_date

DAYS = st.lists(
    st.integers(day_number(parse_date("2000-01-01")), day_number(parse_date("2040-12-31"))), min_size=1
)


@pytest.mark.parametrize("unit", DayUnit)
@settings(deadline=None)  # the first example makes the tables
@given(days=DAYS)
def test_ordinals_are_those_of_the_calendar(unit, days):
    """A column of days maps to the ordinals that limits subtract."""
    found = pl.DataFrame({"day": days}).select(found=calendar.ordinal(pl.col("day"), unit))["found"]
    assert found.to_list() == [ordinal_of(day, unit) for day in days]


@pytest.mark.parametrize("unit", DayUnit)
@settings(deadline=None)  # the first example makes the tables
@given(days=DAYS, amount=st.integers(-5, 400))
def test_last_days_are_those_of_the_calendar(unit, days, amount):
    """Due days are the calendar's, on days off and with limits of nothing too."""
    last = calendar.last_day(pl.col("day"), pl.lit(amount, dtype=pl.Int64), unit)
    found = pl.DataFrame({"day": days}).select(last.alias("last"))["last"]
    assert found.to_list() == [last_day_within(day, amount, unit) for day in days]
