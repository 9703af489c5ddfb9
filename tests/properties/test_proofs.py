"""The prover and plain evaluation of every possible case say the same."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date
from itertools import product
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agreement import generated_facts, generated_patterns
from agreement.generated_words import CHOICE, INTEGER, MEMBERS
from policyengine.engines.reference.judge import judge
from policyengine.proofs.answers import Answer
from policyengine.proofs.lawful import lawful, weakening
from policyengine.semantics.ir import (
    ALWAYS,
    All,
    Any,
    Book,
    Constant,
    Limit,
    Modality,
    Negation,
    ParameterRef,
    Pattern,
    Rule,
    Selector,
    TermRef,
)
from policyengine.semantics.reads import terms_read
from policyengine.semantics.truth import truth_of, verdict_of
from policyengine.values import BOOLEAN, DATE, Kind, Type, day_number
from policyengine.vocabulary.terms import Column, Subject, Table, Term, Vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hypothesis.strategies import DrawFn

    from policyengine.semantics.ir import Condition
    from policyengine.values import Value

EXAMPLES = int(os.environ.get("PROOF_CASES", "300"))
PROOFS = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
# A weekend of make-up days and the days around it.
AS_OF = date(2025, 10, 12)
TODAY = day_number(AS_OF)
_PAIR = Type(Kind.CHOICES, members=MEMBERS[:2])
_DOMAINS: dict[str, tuple[Type, tuple[Value, ...]]] = {
    "数": (INTEGER, (0, 1, 2)),
    "数二": (INTEGER, (1, 2)),
    "真": (BOOLEAN, (True, False)),
    "选": (CHOICE, MEMBERS),
    "日": (DATE, (TODAY - 1, TODAY, TODAY + 1)),
    "多": (_PAIR, tuple(frozenset(one) for one in ((), MEMBERS[:1], MEMBERS[1:2], MEMBERS[:2]))),
}


def _term(name: str, of: Type, values: tuple[Value, ...]) -> Term:
    numbers = [one for one in values if isinstance(one, int) and of.kind is not Kind.BOOLEAN]
    ends = (min(numbers), max(numbers)) if numbers else (None, None)
    return Term(name, f"column_{len(name)}", of, Subject.OUTLET, "", "", *ends)


VOCABULARY = Vocabulary(
    (
        Table(
            Subject.OUTLET,
            "outlets",
            Column("网点编号", "outlet_id"),
            (),
            tuple(_term(name, *domain) for name, domain in _DOMAINS.items()),
        ),
    )
)


def _palette(book: Book) -> generated_facts.Palette:
    palette = generated_facts.Palette(TODAY)
    for name, (of, _) in _DOMAINS.items():
        palette.add(TermRef(name, of))
    for parameter in book.parameters.values():
        palette.add(ParameterRef(parameter.name, parameter.type))
    return palette


def _rule(applies: Condition, requires: Condition, modality: Modality = Modality.SHALL) -> Rule:
    return Rule("outlet.drawn", "生成", "五", (), modality, Subject.OUTLET, applies, requires)


@st.composite
def books_and_overlays(draw: DrawFn) -> tuple[Book, Book]:
    """Draw a book of one rule, and a layer below that changes it in one of the ways that overlays have, or worse."""
    bare = Book("000000", AS_OF, VOCABULARY, parameters=generated_facts.parameters(draw, AS_OF))
    palette = _palette(bare)
    definition = generated_facts._definition(draw, "导出", Subject.OUTLET, palette)
    palette.add(TermRef(definition.name, definition.type))
    palette.add(TermRef(definition.name, definition.type))

    def condition(depth: int) -> Condition:
        return generated_facts.condition(draw, palette, depth)

    applies = condition(0) if draw(st.booleans()) else ALWAYS
    rule = _rule(
        applies, condition(1), draw(st.sampled_from((Modality.SHALL, Modality.SHOULD, Modality.MAY)))
    )
    above = replace(bare, definitions=(definition,), rules=(rule,))
    own, below = rule, replace(above, layer="320000")
    match draw(st.integers(0, 6)):
        case 0:
            below = replace(below, parameters=generated_facts.parameters(draw, AS_OF))
        case 1:
            own = replace(rule, requires=All((rule.requires, condition(0))))  # type: ignore[arg-type]
        case 2:
            own = replace(rule, requires=Any((rule.requires, condition(0))))  # type: ignore[arg-type]
        case 3:
            own = replace(rule, applies=All((rule.applies, condition(0))))
        case 4:
            own = replace(rule, applies=Any((rule.applies, condition(0))))
        case 5:
            changed = generated_facts._definition(draw, "导出", Subject.OUTLET, _palette(bare))
            if changed.type == definition.type:
                below = replace(below, definitions=(changed,))
        case _:
            own = replace(rule, requires=Negation(Negation(rule.requires)))  # type: ignore[arg-type]
    return above, replace(below, rules=(own,))


def _cases(above: Book, below: Book) -> Iterator[dict[str, Value]]:
    """Give every case over the terms that either rule reads, missing values included."""
    names = dict.fromkeys(name for book in (above, below) for name in terms_read(book.rules[0], book))
    domains = [(*_DOMAINS[name][1], None) for name in names]
    for values in product(*domains):
        yield {name: value for name, value in zip(names, values, strict=True) if value is not None}


def _verdict(book: Book, values: dict[str, Value]) -> object:
    rule = book.rules[0]
    assert not isinstance(rule.requires, Pattern)
    return verdict_of(
        truth_of(rule.applies, values, book), truth_of(rule.requires, values, book), rule.modality
    )


@PROOFS
@given(books_and_overlays())
def test_prover_and_exhaustive_evaluation_agree(drawn: tuple[Book, Book]) -> None:
    """A layer is proved lawful if and only if no case over the small domains is weaker below."""
    above, below = drawn
    weaker = any(
        weakening(above.rules[0], _verdict(above, values), _verdict(below, values)) is not None  # type: ignore[arg-type]
        for values in _cases(above, below)
    )
    assert lawful(above, below, timeout=20).answer is (Answer.REFUTED if weaker else Answer.PROVED)


@st.composite
def event_overlays(draw: DrawFn):  # type: ignore[no-untyped-def]
    """Draw a book of event rules with cases, and a layer that changes parts of its patterns."""
    book, cases = draw(generated_patterns.pattern_books_and_cases())
    rules = tuple(replace(rule, requires=_altered(draw, rule.requires)) for rule in book.rules)
    return book, replace(book, layer="320000", rules=rules), cases


def _altered(draw: DrawFn, pattern: Pattern) -> Pattern:
    match draw(st.integers(0, 4)):
        case 0 if pattern.limit is not None:
            return replace(
                pattern, limit=Limit(Constant(draw(st.integers(0, 6)), INTEGER), pattern.limit.unit)
            )
        case 1 if pattern.times is not None:
            return replace(pattern, times=Constant(draw(st.integers(1, 3)), INTEGER))
        case 2:
            return replace(pattern, activation=_reselected(draw, pattern.activation))
        case 3 if pattern.target is not None:
            return replace(pattern, target=_reselected(draw, pattern.target))
        case _:
            return pattern


def _reselected(draw: DrawFn, selector: Selector) -> Selector:
    condition = generated_patterns._required_condition(draw)
    match draw(st.integers(0, 3)):
        case 0:
            return replace(selector, events=selector.events[:1])
        case 1:
            return replace(selector, condition=All((selector.condition, condition)))
        case 2:
            return replace(selector, condition=Any((selector.condition, condition)))
        case _:
            return replace(selector, repeated=None)


@PROOFS
@given(event_overlays())
def test_no_trace_contradicts_a_proof_about_events(drawn) -> None:  # type: ignore[no-untyped-def]
    """What is proved of an event rule holds on every trace that was drawn for it."""
    above, below, cases = drawn
    for rule, own in zip(above.rules, below.rules, strict=True):
        one, other = replace(above, rules=(rule,)), replace(below, rules=(own,))
        if lawful(one, other, timeout=0.3).answer is not Answer.PROVED:
            continue
        for case in cases:
            plain = replace(case, waived=frozenset())
            verdicts = judge(rule, plain, one).verdict, judge(own, plain, other).verdict
            assert weakening(rule, *verdicts) is None
