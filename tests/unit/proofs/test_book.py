"""Each flaw of a book is found, with a witness; a book without it is left alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from policyengine.proofs.book import Flaw, book_findings
from policyengine.semantics.ir import TermRef
from policyengine.semantics.truth import truth_of, value_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from policyengine.proofs.book import BookFinding
    from policyengine.semantics.ir import Book

RULE = """
- 规则: outlet.{id}
  名称: {id}
  条款: 五（五）
  引文: 服务人员及服务形式要求
  用语: 应
  对象: 网点
  适用: {applies}
  要求: {requires}
"""
TABLE = """
- 判定表: 人数等级
  对象: 网点
  取值: [少, 多]
  命中: {hit}
  行:
    - {{当: 在岗经办人员数 < {low}, 得: 少}}
    - {{当: 在岗经办人员数 >= {high}, 得: 多}}
"""
PARAMETER = """  参数:
    人数: {{单位: 人, 取值: {values}, 依据: 示例, 来源: 示例, 可调: 不可, 范围: [0, 9]}}
"""


def rule(requires: str, name: str = "first", applies: str = "网点状态 = 合作中") -> str:
    return RULE.format(id=name, applies=applies, requires=requires)


def flaws(book: Book) -> list[BookFinding]:
    return [one for one in book_findings(book) if one.flaw is not Flaw.UNUSED]


GRADED = rule("人数等级 = 多")


def test_a_gap_that_leaves_a_rule_undecided_is_found(book_of: Callable[..., Book]) -> None:
    """The witness is complete, and the table has no value on it."""
    book = book_of(GRADED + TABLE.format(hit="唯一", low=2, high=3))
    (found,) = flaws(book)
    assert found.flaw is Flaw.GAP
    assert found.facts["在岗经办人员数"] == 2
    assert value_of(TermRef("人数等级", book.definitions[0].type), found.facts, book) is None


def test_a_gap_that_no_rule_runs_into_is_left_alone(book_of: Callable[..., Book]) -> None:
    """A table may have no value where the rules that read it do not apply."""
    text = rule("人数等级 = 多", applies="在岗经办人员数 != 2") + TABLE.format(hit="唯一", low=2, high=3)
    assert flaws(book_of(text)) == []


def test_rows_that_hold_at_once_are_found_where_one_must_be_unique(book_of: Callable[..., Book]) -> None:
    """命中唯一 with an overlap is a flaw, 命中首个 with the same rows is not."""
    book = book_of(GRADED + TABLE.format(hit="唯一", low=4, high=3))
    (found,) = flaws(book)
    assert (found.flaw, found.facts) == (Flaw.OVERLAP, {"在岗经办人员数": 3})
    assert flaws(book_of(GRADED + TABLE.format(hit="首个", low=4, high=3))) == []
    assert flaws(book_of(GRADED + TABLE.format(hit="唯一", low=3, high=3))) == []


@pytest.mark.parametrize(
    ("requires", "flaw"),
    [
        ("在岗经办人员数 >= 0", Flaw.NEVER_FAILS),
        ("在岗经办人员数 >= 1 或 在岗经办人员数 < 1", Flaw.NEVER_FAILS),
        ("在岗经办人员数 >= 501", Flaw.NEVER_MET),
        ("在岗经办人员数 < 1 且 在岗经办人员数 > 1", Flaw.NEVER_MET),
    ],
)
def test_a_rule_that_is_always_or_never_met_is_found(
    requires: str, flaw: Flaw, book_of: Callable[..., Book]
) -> None:
    """Bounds of the vocabulary count: nobody has fewer than no staff or more than five hundred."""
    assert [one.flaw for one in flaws(book_of(rule(requires)))] == [flaw]


def test_rules_that_cannot_be_met_together_are_found(book_of: Callable[..., Book]) -> None:
    """The witness is a case to which both apply."""
    first, second = rule("在岗经办人员数 <= 2"), "在岗经办人员数 >= 3"
    book = book_of(first + rule(second, "second", applies="网点层级 = 县城"))
    (found,) = flaws(book)
    assert (found.flaw, found.about) == (Flaw.CONFLICT, ("outlet.first", "outlet.second"))
    assert all(truth_of(one.applies, found.facts, book) for one in book.rules)
    assert flaws(book_of(first + rule(second, "second", applies="网点状态 = 暂停"))) == []


def test_a_parameter_that_begins_after_its_rule_is_found(book_of: Callable[..., Book]) -> None:
    """The day of the finding is the first on which the rule has no value."""
    text = rule("在岗经办人员数 >= 人数") + PARAMETER.format(values="{2025-06-01: 2}")
    (found,) = flaws(book_of(text))
    assert (found.flaw, str(found.day)) == (Flaw.NO_VALUE, "2025-02-01")
    assert flaws(book_of(rule("在岗经办人员数 >= 人数") + PARAMETER.format(values="{2025-02-01: 2}"))) == []


def test_tables_are_examined_on_every_day_on_which_a_value_changes(book_of: Callable[..., Book]) -> None:
    """A parameter that opens a gap only later is found today, with the day."""
    parameter = PARAMETER.replace("人数:", "下限:").format(values="{2025-02-01: 3, 2027-01-01: 2}")
    book = book_of(GRADED + TABLE.format(hit="唯一", low="下限", high=3) + parameter)
    (found,) = flaws(book)
    assert (found.flaw, str(found.day)) == (Flaw.GAP, "2027-01-01")


def test_words_that_no_rule_uses_are_named(book_of: Callable[..., Book]) -> None:
    """Terms, derived terms and parameters that nothing reads are told, those that are read are not."""
    unused = {
        one.about[0]
        for one in book_findings(book_of(GRADED + TABLE.format(hit="唯一", low=3, high=3)))
        if one.flaw is Flaw.UNUSED
    }
    assert "网点层级" in unused
    assert not unused & {"网点状态", "在岗经办人员数", "人数等级"}
