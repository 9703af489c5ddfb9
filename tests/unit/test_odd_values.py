"""Texts that look like values and are none, or are more than a value can hold."""

from __future__ import annotations

import pytest

from policyengine.values import Kind, Type, ValueRefusedError, parse

COUNT = Type(Kind.INTEGER, "人")
SHARE = Type(Kind.DECIMAL, "%", 2)
ZONES = Type(Kind.CHOICES, members=("办理区", "等候区"))


@pytest.mark.parametrize("text", ["9" * 5000, "9" * 13, "1_0", "²", "0x2", "1e3", "", "二"])
def test_a_text_that_is_no_believable_integer_is_refused(text):
    """Refused in words, however long the text is."""
    with pytest.raises(ValueRefusedError) as caught:
        parse(text, COUNT)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    "text", ["1e400", "1e999999999", "1e-400", "9" * 5000, "1_2.5", "NaN", "Infinity", "12.5" + "0" * 200]
)
def test_a_text_that_is_no_believable_decimal_is_refused(text):
    """Refused in words, and no arithmetic overflows on the way."""
    with pytest.raises(ValueRefusedError):
        parse(text, SHARE)


def test_digits_past_the_decimal_places_are_refused_however_far_they_stand():
    """The forty-sixth digit counts too: nothing is rounded away in silence."""
    with pytest.raises(ValueRefusedError):
        parse("12.5" + "0" * 42 + "1", SHARE)
    assert parse("12.5" + "0" * 42, SHARE) == 1250


@pytest.mark.parametrize(
    ("text", "value"), [("1e2", 10000), (".5", 50), ("5.", 500), ("-0.0", 0), ("２．５", None), ("２", 200)]
)
def test_a_decimal_may_be_written_in_these_ways(text, value):
    """As spreadsheets and people write them; a full-width point is no point."""
    if value is None:
        with pytest.raises(ValueRefusedError):
            parse(text, SHARE)
    else:
        assert parse(text, SHARE) == value


@pytest.mark.parametrize("text", ["、、", "；", "无、办理区"])
def test_a_set_that_says_nothing_or_contradicts_itself_is_refused(text):
    """Separators alone are no answer, and 无 stands alone."""
    with pytest.raises(ValueRefusedError):
        parse(text, ZONES)


def test_none_of_a_set_is_written_as_such():
    """无 is the empty set, and an empty text too where a caller passes one."""
    assert parse("无", ZONES) == frozenset()
    assert parse("办理区、办理区", ZONES) == {"办理区"}
