"""Whole columns are typed as `values.parse` types each value."""

from __future__ import annotations

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from policyengine.batch.casts import Cast, as_written, why_refused
from policyengine.batch.casts import cast as cast_frame
from policyengine.batch.layouts import Cell
from policyengine.engines.columnar import choices
from policyengine.values import BOOLEAN, DATE, Kind, Type, ValueRefusedError, parse

MEMBERS = ("办理区", "等候区", "自助区")


def cast(raw: pl.Series, cell: Cell) -> Cast:
    """Type one column; without refused values, nothing is marked."""
    found = cast_frame(raw.to_frame(), {raw.name: cell})[raw.name]
    none = pl.Series([False] * len(raw), dtype=pl.Boolean)
    return Cast(found.values, none if found.bad is None else found.bad)


TYPES = (
    BOOLEAN,
    DATE,
    Type(Kind.INTEGER, "人"),
    Type(Kind.DECIMAL, "%", 2),
    Type(Kind.DECIMAL, "", 0),
    Type(Kind.CHOICE, members=MEMBERS),
    Type(Kind.CHOICES, members=MEMBERS),
    Type(Kind.TEXT),
)
WRITTEN = st.one_of(
    st.integers(-(10**14), 10**14).map(str),
    st.decimals(-(10**13), 10**13, places=3).map(str),
    st.decimals(-100, 100, places=2).map(str),
    st.integers(0, 300).map("{} 人".format),
    st.dates().map(str),
    st.builds("{}-{}-{}".format, st.integers(1890, 2210), st.integers(0, 13), st.integers(0, 32)),
    st.builds("{:04}/{:02}/{:02}".format, st.integers(1890, 2210), st.integers(0, 13), st.integers(0, 32)),
    st.lists(st.sampled_from((*MEMBERS, "厨房", "无")), max_size=4).map("、".join),
    st.sampled_from(
        ("是", "否", "true", "1", "0", "1.0", "+3", "-0", "1e3", "NaN", "inf", "", " ", " 3 ", "00012", "３")
    ),
    st.text(max_size=6),
)


def _refusal(text: str, of: Type) -> str | None:
    try:
        parse(text, of)
    except ValueRefusedError as error:
        return str(error)
    return None


@settings(max_examples=400, deadline=None)
@given(of=st.sampled_from(TYPES), written=st.lists(st.none() | WRITTEN, min_size=1, max_size=8))
def test_a_column_is_typed_as_its_values_are(of, written):
    """The fast ways and the definition agree on every value, on what is missing and on what is refused."""
    cell = Cell("列", "column", of)
    result = cast(pl.Series("raw", written, dtype=pl.String), cell)
    for text, value, bad in zip(written, result.values.to_list(), result.bad.to_list(), strict=True):
        if text is None or not text.strip():
            assert (value, bad) == (None, False)
            continue
        refusal = _refusal(text, of)
        if refusal is not None:
            assert (value, bad) == (None, True)
            assert why_refused(text, cell) == refusal
            continue
        meant = parse(text, of)
        stored = choices.stored(meant, of.members) if isinstance(meant, frozenset) else meant
        assert (value, bad) == (stored, False)


@settings(max_examples=200, deadline=None)
@given(
    values=st.lists(st.none() | st.integers(-(10**7), 10**7), min_size=1, max_size=8),
    places=st.integers(0, 4),
)
def test_a_float_stands_for_the_decimal_that_it_is_nearest_to(values, places):
    """Decimals survive the way through floats, which spreadsheets and pandas give."""
    floats = [None if value is None else value / 10**places for value in values]
    result = cast(
        pl.Series("raw", floats, dtype=pl.Float64), Cell("列", "column", Type(Kind.DECIMAL, "", places))
    )
    assert result.values.to_list() == values
    assert not result.bad.any()


@settings(max_examples=100, deadline=None)
@given(values=st.lists(st.none() | st.sets(st.sampled_from(MEMBERS)), min_size=1, max_size=6))
def test_sets_may_be_lists_or_texts(values):
    """A list column and its text give the same sets."""
    cell = Cell("列", "column", Type(Kind.CHOICES, members=MEMBERS))
    lists = pl.Series(
        "raw", [None if one is None else sorted(one) for one in values], dtype=pl.List(pl.String)
    )
    filled = [None if one is None else "、".join(sorted(one)) or "无" for one in values]
    from_lists, from_texts = cast(lists, cell), cast(pl.Series("raw", filled, dtype=pl.String), cell)
    assert from_lists.values.to_list() == from_texts.values.to_list()
    assert as_written(lists).null_count() == sum(one is None for one in values)
