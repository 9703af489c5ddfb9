"""The shipped divisions are the Bureau's list, and its oddities are handled."""

from __future__ import annotations

import pytest

from policyengine.batch.divisions import (
    Level,
    TownshipKind,
    VillageKind,
    level_of,
    load_divisions,
    normal,
    province_of,
    township_kind,
    village_kind,
)

DIVISIONS = load_divisions()


@pytest.mark.parametrize(
    ("level", "rows"),
    [
        (Level.PROVINCE, 31),
        (Level.CITY, 342),
        (Level.COUNTY, 2978),
        (Level.TOWNSHIP, 41_352),
        (Level.VILLAGE, 620_573 - 1_447),
    ],
)
def test_every_level_is_whole(level, rows):
    """All rows are there, codes are unique, and the virtual communities are left out of the villages."""
    table = DIVISIONS.table(level)
    assert (table.height, table["code"].n_unique()) == (rows, rows)


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("331002001", "浙江省台州市椒江区海门街道"),
        ("110101001001", "北京市东城区东华门街道多福巷社区居委会"),
        ("419001", "河南省济源市"),
        ("441900003", "广东省东莞市东城街道"),
        ("331002000000", "浙江省台州市椒江区"),
    ],
)
def test_a_full_name_leaves_out_what_exists_only_in_the_coding(code, name):
    """Pseudo-cities are not named, and a city that is its own county is named once."""
    assert DIVISIONS.full_name(code) == name


@pytest.mark.parametrize(
    ("code", "known"),
    [
        ("330000", True),
        ("331000", True),
        ("331002", True),
        ("331002999", True),
        ("710000", False),
        ("33100", False),
        ("33１002", False),
        ("339999", False),
    ],
)
def test_a_code_is_known_by_its_county(code, known):
    """Six, nine or twelve digits of which the first six are real; later digits change every year."""
    assert DIVISIONS.is_known(code) is known


def test_digits_tell_kinds_and_levels():
    """The seventh to ninth and tenth to twelfth digits give the kind of township and village."""
    assert [township_kind(f"331002{n:03}") for n in (99, 100, 200, 400)] == list(TownshipKind)
    assert [village_kind(f"331002001{n:03}") for n in (199, 200, 400)] == list(VillageKind)
    assert [level_of(code) for code in ("330000", "331000", "331002", "331002001", "331002001001")] == list(
        Level
    )
    assert (normal("331002001000"), province_of("331002001")) == ("331002001", "330000")


def test_what_lies_below_is_found():
    """Cities of a province and counties of a city or province."""
    assert len(DIVISIONS.cities_below("330000")) == 11
    assert DIVISIONS.counties_below("331000")[:2] == ("331002", "331003")
    assert "419001" in DIVISIONS.counties_below("410000")
