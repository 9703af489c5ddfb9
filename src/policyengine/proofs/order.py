"""Which of two event patterns asks more, by the order of their parts.

A sound approximation: `asks_no_less` may be unable to tell, but what it affirms holds on every trace: what the
pattern above finds violated is violated below, and what is unknown above is unknown or violated below.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

import z3

from policyengine.proofs.encode import Meaning
from policyengine.proofs.logic import Formula, conj, disj, neg
from policyengine.proofs.world import World
from policyengine.semantics.ir import PatternKind, ScopeKind
from policyengine.semantics.reads import fields_read
from policyengine.semantics.truth import value_of

if TYPE_CHECKING:
    from policyengine.proofs.solve import Clock
    from policyengine.semantics.ir import Book, Expression, Limit, Pattern, Selector

_FROM_OPENING = frozenset({ScopeKind.AFTER, ScopeKind.BETWEEN, ScopeKind.AFTER_UNTIL})


class Relation(Enum):
    """How the events that a selector below takes stand to those that the one above takes."""

    SAME = "same"
    WIDER = "wider"
    NARROWER = "narrower"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Sides:
    """The two books whose patterns are compared."""

    above: Book
    below: Book
    clock: Clock


def asks_no_less(one: Pattern, other: Pattern, sides: Sides, *, grants: bool = False) -> bool:
    """Tell whether the pattern `other` below surely asks at least what `one` asks above.

    With `grants` nothing new may be met either, so that the activations must be the same.
    """
    frame = (one.kind, one.key, one.scope.kind, one.scope.from_start, one.starts, one.ends)
    if frame != (other.kind, other.key, other.scope.kind, other.scope.from_start, other.starts, other.ends):
        return False
    borders = ((one.scope.opening, other.scope.opening), (one.scope.closing, other.scope.closing))
    if any(relation(*pair, sides) is not Relation.SAME for pair in borders):
        return False
    activation = relation(one.activation, other.activation, sides)
    target = relation(one.target, other.target, sides)
    closing = relation(one.closing, other.closing, sides)
    plain = not any(
        _may_be_unknown(each, sides.above) for pattern in (one, other) for each in _parts(pattern)
    )
    if {activation, target, closing} != {Relation.SAME} and not plain and one.kind is not PatternKind.ABSENCE:
        return False
    if grants and activation is not Relation.SAME:
        return False
    return (
        _activation_fits(one, activation)
        and target in _targets(one)
        and closing in {Relation.SAME, Relation.WIDER}
        and _limit_fits(one, other, sides)
        and _times_fit(one, other, sides, plain=plain)
    )


def relation(one: Selector | None, other: Selector | None, sides: Sides) -> Relation:
    """Compare two selectors, event type by event type, over all fields filled or not."""
    if one is None or other is None:
        return Relation.SAME if one is other else Relation.OTHER
    wider = _takes_all(one, other, sides.above, sides.below, sides.clock)
    narrower = _takes_all(other, one, sides.below, sides.above, sides.clock)
    if wider and narrower:
        return Relation.SAME
    if wider:
        return Relation.WIDER
    return Relation.NARROWER if narrower else Relation.OTHER


def number(expression: Expression, book: Book) -> int:
    """Work out a limit's amount or a count."""
    found = value_of(expression, {}, book)
    assert isinstance(found, int)  # noqa: S101 -- the loader allows nothing else
    return found


def field_world(book: Book, event: str) -> World:
    """Make the world of the fields of an event type; required ones are always filled."""
    kind = book.vocabulary.events[event]
    return World(
        book.vocabulary.event_fields,
        book.as_of,
        book.as_of,
        prefix="事件.",
        always_filled=frozenset(kind.required),
    )


def _takes_all(few: Selector, many: Selector, few_book: Book, many_book: Book, clock: Clock) -> bool:
    """Whether every event that `few` takes (or may take) is taken (or may be taken) by `many`."""
    if not set(few.events) <= set(many.events) or not _counts_no_less(few, many, few_book, many_book):
        return False
    return all(_implies(few, many, few_book, many_book, event, clock) for event in few.events)


def _counts_no_less(few: Selector, many: Selector, few_book: Book, many_book: Book) -> bool:
    """累计: a lower count in a longer window takes more events."""
    if many.repeated is None:
        return True
    if few.repeated is None or few.repeated.window.unit is not many.repeated.window.unit:
        return False
    times = number(many.repeated.times, many_book) <= number(few.repeated.times, few_book)
    window = number(many.repeated.window.amount, many_book) >= number(few.repeated.window.amount, few_book)
    return times and window


def _implies(
    few: Selector, many: Selector, few_book: Book, many_book: Book, event: str, clock: Clock
) -> bool:
    world = field_world(few_book, event)
    first = Meaning(_without_definitions(few_book), world).truth(few.condition)
    second = Meaning(_without_definitions(many_book), world).truth(many.condition)
    # Certainly taken stays certainly taken; possibly taken stays possibly taken.
    return _never(
        disj(conj(first.true, neg(second.true)), conj(neg(first.false), second.false)), world, clock
    )


def _never(formula: Formula, world: World, clock: Clock) -> bool:
    if isinstance(formula, bool):
        return not formula
    solver = z3.Solver()
    solver.set("timeout", max(1, int(clock.left * 1000)))
    solver.add(*(one for one in world.bounds if one is not True), formula)
    return bool(solver.check() == z3.unsat)


def _without_definitions(book: Book) -> Book:
    return replace(book, definitions=())


def _parts(pattern: Pattern) -> list[Selector]:
    return [one for one in (pattern.activation, pattern.target, pattern.closing) if one is not None]


def _may_be_unknown(selector: Selector, book: Book) -> bool:
    read = fields_read(selector)
    return any(
        name not in book.vocabulary.events[event].required for event in selector.events for name in read
    )


def _activation_fits(pattern: Pattern, found: Relation) -> bool:
    if found is Relation.SAME:
        return True
    match pattern.kind:
        case PatternKind.ABSENCE | PatternKind.PRECEDENCE | PatternKind.RESPONSE | PatternKind.IN_FORCE:
            return found is Relation.WIDER
        case PatternKind.EXISTENCE | PatternKind.RECURRENCE:
            # Fewer relevant events may also mean fewer sub-traces, and a later start where none opens the segment.
            begins = pattern.scope.kind in _FROM_OPENING or (
                pattern.kind is PatternKind.EXISTENCE and pattern.limit is None
            )
            return found is Relation.NARROWER and not pattern.key and begins


def _targets(pattern: Pattern) -> set[Relation]:
    # A grant taken away can bring an older and longer one back, so what opens grants must be the same.
    helps = pattern.kind in {PatternKind.PRECEDENCE, PatternKind.RESPONSE}
    return {Relation.SAME, Relation.NARROWER} if helps else {Relation.SAME}


def _limit_fits(one: Pattern, other: Pattern, sides: Sides) -> bool:
    if one.limit is None or other.limit is None:
        # Without a limit a 先有 looks back for ever; elsewhere a limit also grants time that is left.
        return one.limit is other.limit or (one.limit is None and one.kind is PatternKind.PRECEDENCE)
    return one.limit.unit is other.limit.unit and _amount(other.limit, sides.below) <= _amount(
        one.limit, sides.above
    )


def _times_fit(one: Pattern, other: Pattern, sides: Sides, *, plain: bool) -> bool:
    above = 1 if one.times is None else number(one.times, sides.above)
    below = 1 if other.times is None else number(other.times, sides.below)
    return below == above or (below > above and plain)


def _amount(limit: Limit, book: Book) -> int:
    return number(limit.amount, book)
