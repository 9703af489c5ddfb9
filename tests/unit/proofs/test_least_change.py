"""Advice is the cheapest set of changes, worded for people, and honest about what it cannot do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policyengine.engines.cases import Event
from policyengine.proofs.least_change import FactChange, Status, least_change
from policyengine.proofs.replay import case_of
from policyengine.values import day_number
from policyengine.vocabulary.terms import Subject

if TYPE_CHECKING:
    from collections.abc import Callable

    from policyengine.semantics.ir import Book

RULE = """
- 规则: outlet.{id}
  名称: {id}
  条款: 五（五）
  引文: 服务人员及服务形式要求
  用语: {modality}
  对象: 网点
  适用: {applies}
  {requires}
"""


def rule(requires: str, name: str = "first", modality: str = "应", applies: str = "网点状态 = 合作中") -> str:
    return RULE.format(id=name, modality=modality, applies=applies, requires=requires)


def test_numbers_move_as_little_as_can_be(book_of: Callable[..., Book]) -> None:
    """Two rules about one number get one change, to the nearest number that meets both."""
    book = book_of(
        rule("要求: 在岗经办人员数 >= 1") + rule("要求: 在岗经办人员数 + 兼职经办人员数 >= 1", "second")
    )
    case = case_of(Subject.OUTLET, {"网点状态": "合作中", "在岗经办人员数": 0, "兼职经办人员数": 0})
    advice = least_change(book, case, timeout=20)
    assert advice.changes == (FactChange("在岗经办人员数", 0, 1),)
    assert advice.rules == ("outlet.first", "outlet.second")
    assert "将“在岗经办人员数”由 0 人增加到 1 人" in advice.text
    assert "不是正式决定" in advice.text


def test_what_is_missing_is_asked_for_first(book_of: Callable[..., Book]) -> None:
    """To report what was left out is cheaper than to change what is."""
    book = book_of(rule("要求: 叫号设备完好 或 业务系统已接入"))
    case = case_of(Subject.OUTLET, {"网点状态": "合作中", "叫号设备完好": False})
    assert least_change(book, case, timeout=20).changes == (FactChange("业务系统已接入", None, True),)


def test_the_outlet_stays_what_it_is(book_of: Callable[..., Book]) -> None:
    """To close the outlet is no advice, although no rule would apply any more."""
    book = book_of(rule("要求: 叫号设备完好") + rule("要求: 业务系统已接入", "second"))
    case = case_of(Subject.OUTLET, {"网点状态": "合作中", "叫号设备完好": False, "业务系统已接入": False})
    assert {one.term for one in least_change(book, case, timeout=20).changes} == {
        "叫号设备完好",
        "业务系统已接入",
    }


def test_a_change_does_not_break_what_holds(book_of: Callable[..., Book]) -> None:
    """Where one rule wants more and another holds it to less, what both depend on changes too."""
    book = book_of(
        rule("要求: 在岗经办人员数 >= 1 且 在岗经办人员数 > 导办人员数")
        + rule("要求: 导办人员数 >= 1", "second")
    )
    case = case_of(Subject.OUTLET, {"网点状态": "合作中", "在岗经办人员数": 1, "导办人员数": 0})
    assert {(one.term, one.after) for one in least_change(book, case, timeout=20).changes} == {
        ("在岗经办人员数", 2), ("导办人员数", 1),
    }  # fmt: skip


def test_dates_move_to_the_day(book_of: Callable[..., Book]) -> None:
    """What has to be done again is done on the day of the evaluation."""
    book = book_of(rule("要求: 挂牌日期 <= 评估日 且 天数(挂牌日期, 评估日) <= 1 日"))
    case = case_of(Subject.OUTLET, {"网点状态": "合作中", "挂牌日期": 15000})
    assert least_change(book, case, timeout=20).changes == (
        FactChange("挂牌日期", 15000, day_number(book.as_of)),
    )


def test_what_cannot_be_is_said(book_of: Callable[..., Book]) -> None:
    """Where no facts would do, no advice is made up; where all is well, none is given; 宜 asks for nothing."""
    case = case_of(Subject.OUTLET, {"网点状态": "合作中", "在岗经办人员数": 1})
    impossible = rule("要求: 在岗经办人员数 > 1 且 在岗经办人员数 < 1", applies="在岗经办人员数 >= 0")
    assert least_change(book_of(impossible), case, timeout=20).status is Status.IMPOSSIBLE
    assert least_change(book_of(rule("要求: 在岗经办人员数 >= 1")), case).status is Status.NOTHING_NEEDED
    assert (
        least_change(book_of(rule("要求: 在岗经办人员数 > 1", modality="宜")), case).status
        is Status.NOTHING_NEEDED
    )
    assert (
        least_change(book_of(rule("要求: 在岗经办人员数 > 1")), case, timeout=0).status is Status.NOT_IN_TIME
    )


def test_events_are_told_in_words(book_of: Callable[..., Book]) -> None:
    """What rules of events find broken stands beside the changes."""
    book = book_of(rule("事件: {模式: 不得有, 事件: 违规行为}"))
    trace = (Event("E7", "违规行为", 20000 * 86_400),)
    advice = least_change(book, case_of(Subject.OUTLET, {"网点状态": "合作中"}, trace))
    assert advice.status is Status.NOTHING_NEEDED
    assert "“first”不符合（事件 E7）" in advice.text
