"""Differences of two books are told by meaning, each with a case that shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from policyengine.engines.reference.judge import judge
from policyengine.proofs.diff import Kind, diff
from policyengine.proofs.diff_wording import NO_DIFFERENCE, NO_EFFECT, render

if TYPE_CHECKING:
    from collections.abc import Callable

    from policyengine.semantics.ir import Book

RULE = """
- 规则: outlet.{id}
  名称: 人员
  条款: 五（五）
  引文: 服务人员及服务形式要求
  用语: {modality}
  对象: 网点
  适用: {applies}
  要求: {requires}
  参数:
    人数: {{单位: 人, 取值: {{2025-02-01: {number}}}, 依据: 示例, 来源: 示例, 可调: 不可}}
"""


def rule(**changed: object) -> str:
    plain = {
        "id": "staff", "modality": "应", "applies": "网点状态 = 合作中", "requires": "在岗经办人员数 >= 人数", "number": 2,
    }  # fmt: skip
    return RULE.format(**plain | changed)


@pytest.mark.parametrize(
    "changed",
    [
        {"number": 3},
        {"applies": "网点状态 属于 {合作中, 暂停}"},
        {"requires": "在岗经办人员数 > 人数"},
        {"requires": "在岗经办人员数 已填报 且 在岗经办人员数 >= 人数"},
    ],
)
def test_a_change_of_meaning_has_a_witness(changed: dict[str, object], book_of: Callable[..., Book]) -> None:
    """The witness gets the two verdicts that are told, and they differ."""
    before, after = book_of(rule()), book_of(rule(**changed))
    (found,) = diff(before, after)
    assert found.kind is Kind.CHANGED
    assert found.witness is not None
    verdicts = [judge(book.rules[0], found.witness.case, book).verdict for book in (before, after)]
    assert verdicts == [found.witness.before, found.witness.after]
    assert verdicts[0] is not verdicts[1]


def test_other_words_for_one_meaning_have_no_effect(book_of: Callable[..., Book]) -> None:
    """A rule written otherwise that means the same is said to mean the same."""
    (found,) = diff(book_of(rule()), book_of(rule(requires="非 (在岗经办人员数 < 人数)")))
    assert found.kind is Kind.SAME
    assert NO_EFFECT in found.words


def test_a_raised_modality_is_told_with_a_case_that_fails(book_of: Callable[..., Book]) -> None:
    """宜 to 应 changes no verdict but what the failure means."""
    after = book_of(rule())
    (found,) = diff(book_of(rule(modality="宜")), after)
    assert "原来不符合（宜），现在不符合（应）" in render((found,), after)


def test_rules_that_come_and_go_are_told(book_of: Callable[..., Book]) -> None:
    """An added rule has a case that fails it, a removed one a case that it failed."""
    before, after = book_of(rule()), book_of(rule(id="other"))
    kinds = {one.kind: one.witness for one in diff(before, after)}
    assert set(kinds) == {Kind.ADDED, Kind.REMOVED}
    assert all(witness is not None for witness in kinds.values())


def test_equal_books_have_no_difference(book_of: Callable[..., Book]) -> None:
    """Nothing is told of a book compared with itself."""
    book = book_of(rule())
    assert diff(book, book) == ()
    assert render((), book) == NO_DIFFERENCE
