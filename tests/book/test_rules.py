"""The shipped rules keep the promises of the field: sourced numbers, honest bases, plain titles."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from policyengine.rulebook import read_shelf
from policyengine.semantics.ir import (
    All,
    Any,
    Arithmetic,
    Basis,
    Compare,
    Constant,
    DaysBetween,
    DecisionTable,
    Negation,
    Pattern,
    Rescale,
)
from policyengine.semantics.reads import parameters_read, selectors_of

ROOT = Path(__file__).parents[2]
DAY = date(2026, 6, 30)
AREAS = {"基本要求", "合作程序", "经办规范", "管理培训", "安全要求", "监督评价", "退出机制"}


@pytest.fixture(scope="module")
def shelf():
    return read_shelf(ROOT)


@pytest.fixture(scope="module")
def book(shelf):
    return shelf.book(DAY)


def _numbers(thing) -> list[int]:
    """Give the numbers that stand in a condition itself."""
    match thing:
        case Constant():
            return [thing.value] if thing.type.is_number else []
        case Compare(_, left, right) | Arithmetic(_, left, right) | DaysBetween(left, right):
            return _numbers(left) + _numbers(right)
        case Negation(operand) | Rescale(operand):
            return _numbers(operand)
        case All(parts) | Any(parts):
            return [number for part in parts for number in _numbers(part)]
        case DecisionTable(_, rows):
            return [number for row in rows for number in _numbers(row.when)]
        case Pattern():
            amounts = [thing.times] if thing.times else []
            amounts += [thing.limit.amount] if thing.limit else []
            return [n for one in amounts for n in _numbers(one)] + [
                n for s in selectors_of(thing) for n in _numbers(s.condition)
            ]
    return []


def test_every_number_is_a_parameter(book):
    """Apart from 0 and 1, no number stands in a rule, a definition or a table."""
    found = {rule.id: _numbers(rule.applies) + _numbers(rule.requires) for rule in book.rules}
    found |= {one.name: _numbers(one.body) for one in book.definitions}
    assert {name: numbers for name, numbers in found.items() if set(numbers) - {0, 1}} == {}


def test_an_assumption_says_that_it_is_one(book):
    """A value of basis 示例 is worded as one, so that nobody takes it for law."""
    silent = [
        one.name
        for one in book.parameters.values()
        if one.current.basis is Basis.EXAMPLE and "示例默认值，需按本地规定核定" not in one.current.source
    ]
    assert silent == []


def test_a_value_of_law_names_its_article(book):
    """A value of basis 法律法规 names the law and the article."""
    vague = [
        one.name
        for one in book.parameters.values()
        if one.current.basis is Basis.LAW
        and not re.search(r"第.+条|令第.+号|附件|自.+日起施行", one.current.source)
    ]
    assert vague == []


def test_every_parameter_is_read(book):
    """No parameter stands in the book that nothing reads."""
    read = {name for rule in book.rules for name in parameters_read(rule, book)}
    read |= {name for one in book.definitions for name in parameters_read(one, book)}
    assert set(book.parameters) - read == set()


def test_all_seven_unified_areas_have_rules(book):
    """七统一: each area is carried by 应 rules."""
    assert {rule.area for rule in book.rules if str(rule.modality) == "应"} >= AREAS


def test_titles_are_distinct_and_short(book):
    """A committee member tells rules apart by their titles."""
    titles = Counter(rule.title for rule in book.rules)
    assert {title for title, number in titles.items() if number > 1} == set()
    assert [rule.id for rule in book.rules if len(rule.title) > 24] == []


def test_every_rule_that_can_fail_says_what_to_do(book):
    """A failing outlet is told what to do."""
    assert [rule.id for rule in book.rules if str(rule.modality) != "可" and not rule.message] == []


def test_every_layer_has_a_book_on_every_turning_day(shelf):
    """No day on which something changes leaves a layer without a sound book."""
    for layer in shelf.layers:
        for day in (date(2025, 2, 1), DAY, date(2027, 1, 1)):
            assert shelf.book(day, layer).rules
