"""Applicants are ranked by the rules of the book and by real places they reach."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from policyengine.engines.cases import Case
from policyengine.planning.api import read_divisions
from policyengine.planning.rank.order import rank
from policyengine.planning.rank.reach import reached
from policyengine.planning.results import ranking_frame
from policyengine.vocabulary.terms import Subject
from unit.planning.planning_cases import ROOT, book, shelf

COUNTY = "331002"
PLACES = read_divisions(ROOT / "data" / "divisions")
SYSTEMS = frozenset(
    {
        "岗位管理制度",
        "权限管理制度",
        "业务办理制度",
        "档案管理制度",
        "信息安全保密制度",
        "投诉处理制度",
        "培训考核制度",
    }
)
TOWNSHIPS = PLACES.within(COUNTY).townships["code"].to_list()
VILLAGES = PLACES.within(COUNTY).villages["code"].to_list()


def bank(name, region="330000", **more):
    values = {
        "机构名称": name, "机构状态": "申请中", "营业场所数": 9, "行业服务规范已印发": True, "服务管理部门已明确": True, "管理制度": SYSTEMS,
        "乡镇街道网点数": 0, "村社区服务点数": 0,
    } | more  # fmt: skip
    values = {key: value for key, value in values.items() if value is not None}
    return Case(Subject.INSTITUTION, name, values, province="330000", region=region)


def outlets(*rows):
    """Give (institution, division) or (institution, division, state) as outlets."""
    full = [(f"N{n}", *row, *(("筹备中",) if len(row) == 2 else ())) for n, row in enumerate(rows)]
    return pl.DataFrame(
        full, schema=dict.fromkeys(("id", "institution_id", "region", "网点状态"), pl.String), orient="row"
    )


def ranked(banks, *rows, of=None):
    return rank(banks, outlets(*rows), PLACES, COUNTY, of or book("000000"), shelf().layers)


def order(found):
    return [(one.rank, one.applicant.id) for one in found.positions]


def test_reach_counts_real_places_once():
    """Two outlets in one village reach one village and one township; a code that names nothing reaches nothing."""
    found = reached(
        outlets(("甲", VILLAGES[0]), ("甲", VILLAGES[0]), ("甲", "331002999"), ("甲", COUNTY), ("甲", VILLAGES[-1], "已退出")),
        PLACES, COUNTY, without=("已退出",),
    )  # fmt: skip
    assert (found["甲"].townships, found["甲"].villages, found["甲"].outlets) == (1, 1, 4)


def test_reach_decides_among_equals():
    """Extent first, then townships, then villages; each position says what it lacks against the one before."""
    found = ranked(
        [bank("甲"), bank("乙"), bank("丙"), bank("丁")],
        ("甲", TOWNSHIPS[0]), ("甲", TOWNSHIPS[1]), ("甲", TOWNSHIPS[2]),
        ("乙", VILLAGES[0]), ("丙", VILLAGES[0]), ("丙", VILLAGES[1]),
    )  # fmt: skip
    assert order(found) == [(1, "丙"), (2, "乙"), (3, "甲"), (4, "丁")]
    reasons = {one.applicant.id: one.reasons for one in found.positions}
    assert "覆盖村（社区） 1 个，少于 2 个" in reasons["乙"][1]
    assert "只延伸到乡镇，次于乡镇和村均延伸" in reasons["甲"][1]


def test_ties_are_shown_as_ties():
    """Equal reach: one rank, each names the other, and the next rank counts both."""
    found = ranked([bank("甲"), bank("乙"), bank("丙")], ("甲", TOWNSHIPS[0]), ("乙", TOWNSHIPS[1]))
    assert order(found) == [(1, "乙"), (1, "甲"), (3, "丙")]
    assert found.positions[0].tied == ("甲",)
    assert "与甲并列" in found.positions[0].reasons


def test_only_the_qualified_are_ranked():
    """Who fails a rule is out with its reason; who cannot be judged waits, with what is missing."""
    found = ranked([bank("甲"), bank("乙", 营业场所数=0), bank("丙", 管理制度=None)], ("乙", VILLAGES[0]))
    assert order(found) == [(1, "甲")]
    out, waiting = found.not_ranked
    assert (out.id, out.open, waiting.id, waiting.open) == ("乙", False, "丙", True)
    assert "institution.public-premises" in out.reasons[0]
    assert "管理制度" in waiting.reasons[0]
    assert ranking_frame(found)["名次"].to_list() == [1, None, None]


def test_conditions_come_before_reach():
    """Where a province asks for more systems to be of the first grade, that grade goes first whatever the reach."""
    plain = book("000000")
    wanted = plain.parameters["完善管理制度"]
    raised = replace(wanted, current=replace(wanted.current, value=SYSTEMS | {"应急处置制度"}))
    stricter = replace(plain, parameters={**plain.parameters, "完善管理制度": raised})
    banks = [bank("甲"), bank("乙", 管理制度=SYSTEMS | {"应急处置制度"})]
    assert order(ranked(banks, ("甲", VILLAGES[0]))) == [(1, "甲"), (2, "乙")]
    found = ranked(banks, ("甲", VILLAGES[0]), of=stricter)
    assert order(found) == [(1, "乙"), (2, "甲")]
    assert "条件不同等" in found.positions[1].reasons[1]


def test_what_is_claimed_but_not_placed_does_not_count():
    """An institution without an outlet in the county is told that its own numbers were not taken."""
    found = ranked([bank("甲", 乡镇街道网点数=99, 村社区服务点数=999), bank("乙")], ("乙", VILLAGES[0]))
    assert order(found) == [(1, "乙"), (2, "甲")]
    assert "自报乡镇网点 99 个" in found.positions[1].reasons[-1]


def test_who_applies_elsewhere_is_not_asked():
    """Other cities' branches and institutions that do not apply are left out; the city's own and a neighbour's with outlets stay."""
    found = ranked(
        [
            bank("省"),
            bank("市", "331000"),
            bank("邻", "330100"),
            bank("邻有点", "330100"),
            bank("已合作", 机构状态="合作中"),
        ],
        ("邻有点", TOWNSHIPS[0]),
    )
    assert {one.applicant.id for one in found.positions} == {"省", "市", "邻有点"}
