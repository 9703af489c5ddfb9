"""Provinces divided into windows, and samples drawn."""

from __future__ import annotations

from types import SimpleNamespace

import polars as pl

from policyengine.batch.nightly.recheck import drawn, seed_of
from policyengine.batch.nightly.windows import windows
from policyengine.vocabulary.terms import Subject


def _input(numbers):
    rows = [
        (f"{code}-{place}", code, f"{code[:4]}01")
        for code, number in numbers.items()
        for place in range(number)
    ]
    outlets = pl.DataFrame(rows, schema=["id", "province", "region"], orient="row")
    return SimpleNamespace(tables={Subject.OUTLET: outlets}, provinces=tuple(sorted(numbers)))


def _layer_of(code):
    return "330000" if code.startswith("33") else "000000"


def test_windows_hold_every_province_once_and_stay_small():
    """Every province stands in one window; a window is larger than allowed only if one province is."""
    numbers = {"110000": 3, "120000": 4, "330000": 2, "440000": 20, "650000": 1}
    found = windows(_input(numbers), _layer_of, most_outlets=8)
    assert sorted(code for window in found for code in window) == sorted(numbers)
    assert all(len(window) == 1 or sum(numbers[code] for code in window) <= 8 for window in found)


def test_provinces_with_rules_of_their_own_come_last():
    """Those that only the nation's book judges stand together, so that they share its plan."""
    found = windows(_input({"110000": 1, "330000": 1, "650000": 1}), _layer_of, most_outlets=100)
    assert found == [("110000", "650000", "330000")]


def test_a_draw_is_repeatable_and_follows_its_seed():
    """The same seed draws the same outlets whatever their order; another seed draws others; never more than there are."""
    ids = pl.Series([f"o{place}" for place in range(100)])
    assert drawn(ids, 1, 10) == drawn(ids.reverse(), 1, 10)
    assert len(drawn(ids, 1, 10)) == 10
    assert drawn(ids, 1, 10) != drawn(ids, 2, 10)
    assert drawn(ids, 1, 1000) == frozenset(ids)
    assert seed_of(["a", "b"]) == seed_of(["a", "b"]) != seed_of(["b", "a"])
