"""Do two books mean the same by a rule or a derived term? For all typed, bounded and missing facts, on all days."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import z3

from policyengine.proofs.encode import Meaning
from policyengine.proofs.logic import Formula, conj, disj, neg
from policyengine.proofs.order import Sides, asks_no_less
from policyengine.proofs.solve import Clock, NotDecidedError, Search, Situation, search, smallest
from policyengine.proofs.standard_form import standard_form
from policyengine.proofs.world import World, world_of
from policyengine.semantics.ir import Pattern, Rule, TermRef
from policyengine.semantics.truth import derive, truth_of, verdict_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from policyengine.proofs.world import Known
    from policyengine.semantics.ir import Book, Definition
    from policyengine.values import Value

# A book is taken to stay in force this long when its meaning depends on the day.
_HORIZON = timedelta(days=5 * 366)


@dataclass(frozen=True, slots=True)
class Equivalence:
    """`same`: proved the same, refuted by the facts `values` on `day`, or None: not decided (no witness then)."""

    same: bool | None
    values: Mapping[str, Value] = field(default_factory=dict)
    day: date | None = None


def equivalent(
    name: str, book: Book, other: Book, timeout: float = 5.0, *, complete: bool = False
) -> Equivalence:
    """Compare what a rule (by id) or a derived term (by name) means in two books of one vocabulary.

    Rules of facts are the same if they give the same verdict and count the same in the roll-up. Event rules are
    proved the same by their form, never refuted. Derived terms are the same if they have one value everywhere.
    With `complete`, only subjects of whom every fact is filled are looked at.
    """
    clock = Clock(timeout)
    rules = [next((one for one in each.rules if one.id == name), None) for each in (book, other)]
    if rules[0] is not None and rules[1] is not None:
        return _compare_rules(_Sides(rules[0], rules[1], book, other, clock, complete))
    terms = [next((one for one in each.definitions if one.name == name), None) for each in (book, other)]
    if terms[0] is None or terms[1] is None:
        return Equivalence(same=None)
    return _compare_terms(terms[0], book, other, clock, complete)


@dataclass(frozen=True, slots=True)
class _Sides:
    one: Rule
    two: Rule
    book: Book
    other: Book
    clock: Clock
    complete: bool


def _compare_rules(sides: _Sides) -> Equivalence:
    if isinstance(sides.one.requires, Pattern) and isinstance(sides.two.requires, Pattern):
        return _compare_patterns(sides, sides.one.requires, sides.two.requires)
    world = _world(sides.book, sides.complete)
    first = Meaning(sides.book, world).verdicts(sides.one)
    second = Meaning(sides.other, world).verdicts(sides.two)
    different = [
        _differ(first.passes, second.passes),
        _differ(first.not_applicable, second.not_applicable),
        _differ(first.undetermined, second.undetermined),
    ]
    counted = sides.one.modality is sides.two.modality
    if not counted:
        different += [first.unmet, first.undetermined]

    def confirm(found: Situation) -> bool:
        verdicts = [
            _verdict(rule, found, book) for rule, book in ((sides.one, sides.book), (sides.two, sides.other))
        ]
        return verdicts[0] != verdicts[1] or not counted

    return _refute(world, disj(*different), confirm, sides.clock)


def _compare_patterns(sides: _Sides, one: Pattern, two: Pattern) -> Equivalence:
    if sides.one.modality is not sides.two.modality or not _same_condition(sides):
        return Equivalence(same=None)
    orders = Sides(sides.book, sides.other, sides.clock), Sides(sides.other, sides.book, sides.clock)
    one, two = (standard_form(each, sides.book.vocabulary) for each in (one, two))
    if asks_no_less(one, two, orders[0], grants=True) and asks_no_less(two, one, orders[1], grants=True):
        return Equivalence(same=True)
    return Equivalence(same=None)


def _same_condition(sides: _Sides) -> bool:
    """Whether 适用 has one truth value in both books, unknown included."""
    world = _world(sides.book, sides.complete)
    first = Meaning(sides.book, world).truth(sides.one.applies)
    second = Meaning(sides.other, world).truth(sides.two.applies)
    different = disj(_differ(first.true, second.true), _differ(first.false, second.false))

    def confirm(found: Situation) -> bool:
        truths = [
            truth_of(rule.applies, found.values, replace(book, as_of=found.day))
            for rule, book in ((sides.one, sides.book), (sides.two, sides.other))
        ]
        return truths[0] is not truths[1]

    return _refute(world, different, confirm, sides.clock).same is True


def _compare_terms(
    definition: Definition, book: Book, other: Book, clock: Clock, complete: bool
) -> Equivalence:
    world = _world(book, complete)
    term = TermRef(definition.name, definition.type)
    first, second = (Meaning(each, world).value(term) for each in (book, other))

    def confirm(found: Situation) -> bool:
        values = [
            derive(replace(each, as_of=found.day), definition.subject, found.values).get(definition.name)
            for each in (book, other)
        ]
        return bool(values[0] != values[1])

    return _refute(world, _values_differ(first, second), confirm, clock)


def _values_differ(one: Known, two: Known) -> Formula:
    if isinstance(one.value, dict) and isinstance(two.value, dict):
        members = dict.fromkeys((*one.value, *two.value))
        parts = [_differ(one.value.get(name, False), two.value.get(name, False)) for name in members]
        unlike = disj(*parts)
    elif isinstance(one.value, bool) or isinstance(two.value, bool) or z3.is_bool(one.value):
        unlike = _differ(one.value, two.value)
    else:
        unlike = one.value != two.value
    return disj(_differ(one.known, two.known), conj(one.known, two.known, unlike))


def _refute(
    world: World, different: Formula, confirm: Callable[[Situation], bool], clock: Clock
) -> Equivalence:
    if different is False:
        return Equivalence(same=True)
    question: Search = search(world, [different], confirm, clock)
    try:
        found = question.holds()
    except NotDecidedError:
        return Equivalence(same=None)
    if found is None:
        return Equivalence(same=True)
    found = smallest(question, found)
    return Equivalence(same=False, values=found.values, day=found.day)


def _verdict(rule: Rule, found: Situation, book: Book) -> object:
    assert not isinstance(rule.requires, Pattern)  # noqa: S101 -- event rules are compared by their form
    day_book = replace(book, as_of=found.day)
    applies = truth_of(rule.applies, found.values, day_book)
    return verdict_of(applies, truth_of(rule.requires, found.values, day_book), rule.modality)


def _differ(one: Formula, two: Formula) -> Formula:
    return disj(conj(one, neg(two)), conj(neg(one), two))


def _world(book: Book, complete: bool) -> World:
    world = world_of(book.vocabulary, book.as_of, book.as_of + _HORIZON)
    return replace(world, always_filled=frozenset(world.terms)) if complete else world
