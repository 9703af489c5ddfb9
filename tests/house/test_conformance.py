"""features/conformance leaves out nothing that a rule book can say: every node, pattern, scope and verdict is there."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from policyengine.engines.choose import engine_named
from policyengine.rulebook import read_shelf
from policyengine.scenarios.books import Books
from policyengine.scenarios.examples import ExpectDue, ExpectVerdict
from policyengine.scenarios.lint import lint
from policyengine.scenarios.read import feature_files, read_examples
from policyengine.scenarios.run import run
from policyengine.semantics import ir
from policyengine.semantics.ir import (
    ArithmeticOperator,
    Comparator,
    DayUnit,
    Hit,
    Modality,
    Pattern,
    PatternKind,
    ScopeKind,
    Verdict,
)
from policyengine.values import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
CONFORMANCE = ROOT / "features" / "conformance"
PLACES_IN_PATTERNS = ("target", "closing", "key", "limit", "times", "starts", "ends")
NODE_KINDS = [
    *(name.strip() for alias in (ir.Expression, ir.Condition) for name in alias.split("|")),
    *("DecisionTable", "TableRow", "Definition", "Parameter"),
    *("Pattern", "Selector", "Repeated", "Scope", "Limit"),
]
TERM_KINDS = list(Kind)
CHOICES = [ArithmeticOperator, Comparator, DayUnit, Hit, Modality, PatternKind, ScopeKind]
# 先有, 不得有 and 有效期内 look back, so they are never due.
LOOKING_FORWARD = [PatternKind.EXISTENCE, PatternKind.RESPONSE, PatternKind.RECURRENCE]


def _nodes(what: object) -> Iterator[object]:
    """Give a node and everything below it."""
    yield what
    if is_dataclass(what):
        for one in fields(what):
            yield from _nodes(getattr(what, one.name))
    elif isinstance(what, tuple):
        for one in what:
            yield from _nodes(one)


@pytest.fixture(scope="module")
def books():
    return Books(read_shelf(ROOT))


@pytest.fixture(scope="module")
def examples(books):
    return read_examples(feature_files(ROOT, [CONFORMANCE]), ROOT, books)


@pytest.fixture(scope="module")
def outcomes(examples, books):
    return run(examples, engine_named("reference"), books.of)


@pytest.fixture(scope="module")
def judging(examples, books):
    """Give the rules that scenarios judge, by the scenario; the whole book where all of it is judged."""
    return [
        (one, [rule for rule in books.of(one.book).rules if one.rule in {"", rule.id}]) for one in examples
    ]


@pytest.fixture(scope="module")
def nodes(judging, books):
    """Give every node of the rules that are judged, and of the terms, derived terms and parameters of their books."""
    rules = {(one.book, rule.id): rule for one, found in judging for rule in found}
    found = [node for rule in rules.values() for node in _nodes((rule.applies, rule.requires, rule.modality))]
    for key in {one.book for one, _ in judging}:
        book = books.of(key)
        found += [
            node for part in (book.definitions, tuple(book.parameters.values())) for node in _nodes(part)
        ]
    return found


def _shown(judging, outcomes):
    """Map each pattern that is judged to the verdicts that a scenario expects of it, and rightly."""
    found = defaultdict(set)
    for (example, rules), outcome in zip(judging, outcomes, strict=True):
        for rule in rules if example.rule and outcome.holds else ():
            if isinstance(rule.requires, Pattern):
                found[rule.requires] |= {
                    one.verdict for one in example.expectations if isinstance(one, ExpectVerdict)
                }
                if any(isinstance(one, ExpectDue) and one.days for one in example.expectations):
                    found[rule.requires].add("待办")
    return found


@pytest.mark.parametrize("kind", NODE_KINDS)
def test_every_kind_of_node_occurs(kind, nodes):
    """Each node of the meaning stands in a rule that some scenario judges."""
    assert any(isinstance(node, getattr(ir, kind)) for node in nodes)


@pytest.mark.parametrize("one", [one for choice in CHOICES for one in choice], ids=lambda one: f"{one}")
def test_every_choice_of_a_node_occurs(one: Enum, nodes):
    """Each operator, comparator, unit, hit policy, modality, pattern and scope stands in a rule that is judged."""
    assert any(node is one for node in nodes)


@pytest.mark.parametrize("kind", TERM_KINDS)
def test_every_type_of_term_is_read(kind, nodes):
    """Terms of each type stand in the rules that are judged."""
    assert any(isinstance(node, ir.TermRef) and node.type.kind is kind for node in nodes)


@pytest.mark.parametrize("place", PLACES_IN_PATTERNS)
def test_every_place_of_a_pattern_is_filled(place, nodes):
    """Each optional part of a pattern is used, and left out."""
    used = {bool(getattr(node, place)) for node in nodes if isinstance(node, Pattern)}
    assert used == {True, False}


def test_scopes_come_with_and_without_their_start(nodes):
    """含起点 is written, and left out, for a scope that has a start."""
    assert {node.from_start for node in nodes if isinstance(node, ir.Scope) and node.opening} == {True, False}


@pytest.mark.parametrize("kind", PatternKind)
def test_every_pattern_shows_every_verdict(kind, judging, outcomes):
    """Each pattern is met, violated, without obligation and undetermined, and due if it looks forward."""
    shown = {
        word for pattern, words in _shown(judging, outcomes).items() if pattern.kind is kind for word in words
    }
    expected = {one.chinese for one in Verdict}
    assert shown == expected | ({"待办"} if kind in LOOKING_FORWARD else set())


@pytest.mark.parametrize("kind", ScopeKind)
def test_every_scope_shows_what_lies_inside_and_outside(kind, judging, outcomes):
    """Each scope has a scenario that is met, one that is violated and one without a segment."""
    shown = {
        word
        for pattern, words in _shown(judging, outcomes).items()
        if pattern.scope.kind is kind
        for word in words
    }
    assert shown >= {"符合", "不符合", "不适用"}


def test_every_verdict_of_facts_occurs(judging, outcomes):
    """Rules of facts show all four verdicts under 应 and all that 宜 and 可 can have."""
    shown = {
        (rule.modality, outcome.verdict)
        for (example, rules), outcome in zip(judging, outcomes, strict=True)
        for rule in rules
        if example.rule and outcome.holds and not isinstance(rule.requires, Pattern)
    }
    of_shall = {(Modality.SHALL, one.chinese) for one in Verdict}
    of_should = {(Modality.SHOULD, word) for word in ("符合", "不符合", "无法判定")}
    of_may = {(Modality.MAY, word) for word in ("符合", "不适用", "无法判定")}
    assert shown == of_shall | of_should | of_may


def test_every_rule_of_a_conformance_book_is_judged(judging, books):
    """No rule stands in a book without a scenario that judges it."""
    judged = {(example.book.text, rule.id) for example, rules in judging for rule in rules}
    written = {
        (example.book.text, rule.id) for example, _ in judging for rule in books.of(example.book).rules
    }
    assert written == judged


def test_every_conformance_scenario_brings_its_own_book(examples):
    """No change of policy can turn a conformance scenario red."""
    assert [one.place for one in examples if not one.book.text or one.book.layer != "000000"] == []


def test_conformance_scenarios_say_something_new(examples, books):
    """No conformance scenario repeats another, asserts nothing, or names a fact that its rule does not read."""
    assert [(one.example.place, one.message) for one in lint(examples, books.of)] == []
