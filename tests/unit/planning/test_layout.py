"""Coverage counts real townships and villages; sites are chosen for what they add."""

from __future__ import annotations

from types import SimpleNamespace

import polars as pl
import pytest

from policyengine.diagnostics import Problems
from policyengine.planning.intake import Source
from policyengine.planning.layout.choose import By, choose
from policyengine.planning.layout.coverage import counties_of, coverage_by_county, townships_of, villages_of
from policyengine.planning.layout.places import Places, prefix_of
from policyengine.planning.layout.sites import Known, Point, Reach, Site, near, read_places, read_sites
from policyengine.planning.refusals import InfeasibleWishError
from policyengine.vocabulary.terms import Subject

COUNTY = "990101"


def frame(*rows):
    return pl.DataFrame(rows, schema={"code": pl.String, "name": pl.String}, orient="row")


# 甲街道 (two villages), 乙镇 (three), 丙乡 (one); and a county of one town.
PLACES = Places(
    frame((COUNTY, "某县"), ("990102", "邻县")),
    frame(("990101001", "甲街道"), ("990101100", "乙镇"), ("990101200", "丙乡"), ("990102100", "邻镇")),
    frame(
        ("990101001001", "甲一"), ("990101001002", "甲二"), ("990101100201", "乙一"), ("990101100202", "乙二"),
        ("990101100203", "乙三"), ("990101200201", "丙一"), ("990102100201", "邻一"),
    ),
)  # fmt: skip


def outlets(*rows):
    full = [(f"N{n}", "I", region, state) for n, (region, state) in enumerate(rows)]
    return pl.DataFrame(
        full, schema=dict.fromkeys(("id", "institution_id", "region", "网点状态"), pl.String), orient="row"
    )


NONE = outlets()
SOME = outlets(
    ("990101001001", "合作中"), ("990101100", "合作中"), ("990101200", "暂停"), ("990101999", "合作中")
)


def test_an_outlet_covers_its_township_and_its_village():
    """Only outlets that cooperate; a code of nine digits covers no village; one that names nothing covers nothing."""
    townships = townships_of(SOME, PLACES.within(COUNTY))
    assert townships["covered"].to_list() == [True, True, False]
    assert townships["villages_covered"].to_list() == [1, 0, 0]
    assert villages_of(SOME, PLACES.within(COUNTY)).filter("covered")["name"].to_list() == ["甲一"]


def test_a_county_sums_its_townships():
    """Numbers of both levels, and what could not be placed."""
    (county, neighbour) = counties_of(SOME, PLACES).to_dicts()
    assert county == {
        "county": COUNTY, "name": "某县", "outlets": 3, "townships": 3, "townships_covered": 2, "villages": 6,
        "villages_covered": 1, "crowded": 0, "unplaced": 1,
    }  # fmt: skip
    assert (neighbour["outlets"], neighbour["townships_covered"]) == (0, 0)


def test_outlets_crowd_where_they_are_many_and_more_than_elsewhere():
    """At least three, and twice the mean of the county's townships."""
    many = outlets(*[("990101001", "合作中")] * 5, ("990101100", "合作中"))
    assert townships_of(many, PLACES.within(COUNTY))["crowded"].to_list() == [True, False, False]
    even = outlets(*[(code, "合作中") for code in ("990101001", "990101100", "990101200")] * 3)
    assert townships_of(even, PLACES.within(COUNTY))["crowded"].to_list() == [False, False, False]


def test_coverage_by_county_is_about_the_provinces_of_the_input():
    """Counties of other provinces are left out."""

    other = Places(
        pl.concat([PLACES.counties, frame(("110101", "东城区"))]), PLACES.townships, PLACES.villages
    )
    assert coverage_by_county(SimpleNamespace(tables={Subject.OUTLET: SOME}), other)["county"].to_list() == [
        COUNTY,
        "990102",
    ]


def test_prefixes_of_divisions():
    """Province, city and county begin with two, four and six digits."""
    assert [prefix_of(code) for code in ("330000", "331000", "331002")] == ["33", "3310", "331002"]


def test_without_candidates_every_open_place_is_one():
    """By township the one with most open villages goes first; covered places are no candidates."""
    found = choose(outlets(("990101001", "合作中")), PLACES, COUNTY, 1, By.TOWNSHIP)
    assert [one.site.name for one in found.picks] == ["乙镇"]
    assert (found.gained, found.open, found.bound) == (1, 2, 1)


def test_places_left_over_are_told():
    """More to pick than adds anything: the rest is not used."""
    found = choose(SOME, PLACES, COUNTY, 3, By.TOWNSHIP)
    assert [one.site.name for one in found.picks] == ["丙乡"]
    assert "另 2 个名额" in found.notes[0]


def test_a_county_covered_whole_needs_nothing():
    """It says so."""
    full = outlets(*((code, "合作中") for code in PLACES.townships["code"]))
    found = choose(full, PLACES, COUNTY, 2, By.TOWNSHIP)
    assert (found.picks, found.open) == ((), 0)
    assert "已全部覆盖" in found.notes[0]


def test_the_best_two_are_not_the_best_one_and_another():
    """A site that alone is best may not be in the best pair: the choice is exact."""
    codes = PLACES.within(COUNTY).villages["code"].to_list()
    sites = [
        Site("大", "大", "990101999", (codes[0], codes[1], codes[3], codes[4])),
        Site("左", "左", "990101999", (codes[0], codes[1], codes[2])),
        Site("右", "右", "990101999", (codes[3], codes[4], codes[5])),
    ]
    found = choose(NONE, PLACES, COUNTY, 2, By.VILLAGE, sites)
    assert {one.site.id for one in found.picks} == {"左", "右"}
    assert (found.gained, found.bound) == (6, 6)


def test_people_are_counted_where_they_live():
    """By people a small number of large villages wins; without people it cannot be done."""
    people = Known({"990101100201": 900, "990101001001": 100, "990101001002": 100})
    found = choose(NONE, PLACES, COUNTY, 1, By.PEOPLE, None, people)
    assert [(one.site.name, one.people) for one in found.picks] == [("乙一", 900)]
    with pytest.raises(InfeasibleWishError, match="人口"):
        choose(NONE, PLACES, COUNTY, 1, By.PEOPLE)


def test_distance_reaches_further_in_the_country_than_in_streets():
    """About 3 km away: within 5 km of a village, not within 15 minutes on foot of a street."""
    reach = Reach(15, 5.0)
    here, there = Point(120.0, 30.0), Point(120.0, 30.027)
    assert near([here, None], [("990101100201", there), ("990101001001", there)], reach) == [[0], []]
    assert near([here], [("990101001001", Point(120.0, 30.01))], reach) == [[0]]


def test_coordinates_widen_what_a_site_and_an_outlet_cover():
    """Places near an outlet are served already; a candidate near two open villages covers both."""
    known = Known(
        {}, {"990101100201": Point(120.0, 30.0), "990101100202": Point(120.0, 30.02), "990101200201": Point(121.0, 31.0)},
        {"N0": Point(121.0, 31.01)},
    )  # fmt: skip
    site = Site("候", "候", "990101100", (), Point(120.0, 30.01))
    found = choose(
        outlets(("990101001", "合作中")), PLACES, COUNTY, 1, By.VILLAGE, [site], known, Reach(15, 5.0)
    )
    assert set(found.picks[0].villages) == {"990101100201", "990101100202"}
    assert found.open == 5


@pytest.mark.parametrize(
    ("candidates", "pick", "told"),
    [
        ([Site("外", "外", "990102100")], 1, "没有候选点"),
        ([Site("内", "内", "990101200")], 2, "只有 1 个候选点"),
    ],
)
def test_wishes_without_candidates_are_refused(candidates, pick, told):
    """No candidate in the county, or fewer than asked for."""
    with pytest.raises(InfeasibleWishError, match=told):
        choose(NONE, PLACES, COUNTY, pick, By.TOWNSHIP, candidates)


def read(reader, **columns):
    problems = Problems()
    found = reader(Source(pl.DataFrame(columns), "表.csv"), problems)
    return found, [(one.code, one.span.line, one.message) for one in problems.found]


def test_candidates_are_read_and_what_is_wrong_is_told_with_its_row():
    """Codes lose closing zeros; doubles, codes above the township and half coordinates are named."""
    good, said = read(read_sites, 候选点编号=["C1"], 行政区划代码=["990101100000"], 可覆盖区划=["990101100201、990101200201"], 经度=[120.5], 纬度=[30])  # fmt: skip
    assert said == []
    assert good == [Site("C1", "C1", "990101100", ("990101100201", "990101200201"), Point(120.5, 30.0))]
    _, said = read(
        read_sites,
        候选点编号=["C1", "C1", "C2"],
        行政区划代码=["990101100", "990101100", "990101"],
        经度=[None, None, 120.0],
    )
    assert [(code, line) for code, line, _ in said] == [("P010", 3), ("P011", 4)]
    assert read(read_sites, 候选点编号=[], 行政区划代码=[])[1][0][0] == "P012"


def test_places_are_read_and_what_is_wrong_is_told():
    """A row is about a division or an outlet; each stands once; coordinates come in pairs."""
    known, said = read(read_places, 行政区划代码=["990101100201", None], 网点编号=[None, "N1"], 人口=[500, None], 经度=[120.0, 120.1], 纬度=[30.0, 30.1])  # fmt: skip
    assert said == []
    assert known == Known(
        {"990101100201": 500}, {"990101100201": Point(120.0, 30.0)}, {"N1": Point(120.1, 30.1)}
    )
    _, said = read(read_places, 行政区划代码=["990101100201", "990101100201", None], 人口=[1, 2, 3], 经度=[None, 120.0, None], 纬度=[None, None, None])  # fmt: skip
    assert [code for code, _, _ in said] == ["P015", "P014", "P013"]
