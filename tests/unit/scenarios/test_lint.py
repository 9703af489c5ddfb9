"""Scenarios that say nothing new are found, and only those."""

import pytest

from policyengine.scenarios.lint import Slip, lint
from unit.scenarios.small_rules import STAFF

GOOD = """
  场景: 人数够
    假如 评估日为"2026-06-30"
    而且 有一个网点
    而且 "网点状态"为"合作中"
    而且 "在岗经办人员数"为"2"
    当 按规则"outlet.tried"评估
    那么 结论为"符合"
"""
OTHER = GOOD.replace("人数够", "人数不够").replace('为"2"', '为"1"').replace('"符合"', '"不符合"')
SLIPS = {
    Slip.DUPLICATE: GOOD.replace("人数够", "人数还是够"),
    Slip.ASSERTS_NOTHING: OTHER.replace('    那么 结论为"不符合"\n', ""),
    Slip.UNREAD: OTHER.replace("    当", '    而且 "网点层级"为"县城"\n    当'),
}


def slips(examples, book):
    """Give the slips with the names of their scenarios."""
    return [(one.slip, one.example.name) for one in lint(examples, lambda _: book)]


def test_scenarios_that_each_say_something_are_clean(book_of, examples_of):
    """Two different situations with their verdicts have no slip."""
    book = book_of(STAFF)
    assert slips(examples_of(GOOD + OTHER, book), book) == []


@pytest.mark.parametrize("slip", SLIPS)
def test_each_slip_is_found_where_it_is(book_of, examples_of, slip):
    """The second scenario has the slip, and no other."""
    book = book_of(STAFF)
    examples = examples_of(GOOD + SLIPS[slip], book)
    assert slips(examples, book) == [(slip, examples[1].name)]


def test_a_fact_said_to_be_missing_counts_as_named(book_of, examples_of):
    """`未填报` of a term that the rule does not read is as idle as a value."""
    book = book_of(STAFF)
    idle = OTHER.replace("    当", '    而且 "网点层级"未填报\n    当')
    assert slips(examples_of(idle, book), book) == [(Slip.UNREAD, "人数不够")]


def test_what_the_background_says_is_not_the_scenarios_own(book_of, examples_of):
    """背景 serves all scenarios of a file, so it may say what one of them does not need."""
    book = book_of(STAFF)
    shared = (
        '  背景:\n    假如 评估日为"2026-06-30"\n    而且 有一个网点\n    而且 "网点层级"为"县城"\n' + GOOD
    )
    assert slips(examples_of(shared, book), book) == []
