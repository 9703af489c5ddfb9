"""Short traces on which two event rules differ, looked for among events that hug the limits of both.

Only a search: what it finds is a counterexample, what it does not find proves nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING

import z3

from policyengine.engines.cases import Event
from policyengine.engines.reference.judge import judge
from policyengine.proofs.encode import Meaning
from policyengine.proofs.logic import Formula, conj, neg
from policyengine.proofs.order import field_world, number
from policyengine.semantics.ir import DayUnit, Pattern, PatternKind, Rule, Verdict
from policyengine.semantics.reads import selectors_of
from policyengine.semantics.workdays import TABLE_FIRST, first_day_with_ordinal, ordinal_of, workday_ordinal
from policyengine.values import Kind, day_number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from policyengine.engines.cases import Case
    from policyengine.proofs.answers import Weakening
    from policyengine.proofs.solve import Clock
    from policyengine.semantics.ir import Book, Limit, Selector
    from policyengine.values import Type, Value

    Side = tuple[Rule, Book]
    Compare = Callable[[Rule, Verdict, Verdict], Weakening | None]

_DAY = 86_400
_HOUR = 3600
_MOST_ATOMS = 4
_MOST_COPIES = 60
_LONGEST = 4000  # days; longer limits are not looked into


@dataclass(frozen=True, slots=True)
class _Atom:
    """Copies of one event at one moment."""

    type: str
    values: tuple[tuple[str, Value], ...]
    at: int
    copies: int = 1


def counter_trace(upper: Side, lower: Side, case: Case, clock: Clock, compare: Compare) -> Case | None:
    """Find a trace for a case on which the rule below is weaker; None if none was found in time."""
    (rule, above), (own, below) = upper, lower

    def weaker(one: Case) -> bool:
        return compare(rule, judge(rule, one, above).verdict, judge(own, one, below).verdict) is not None

    return _find((upper, lower), case, clock, weaker)


def failing_trace(rule: Rule, book: Book, case: Case, clock: Clock) -> Case | None:
    """Find a trace for a case that a rule of events fails."""
    return _find(((rule, book),), case, clock, lambda one: judge(rule, one, book).verdict is Verdict.FAIL)


def _find(sides: Sequence[Side], case: Case, clock: Clock, wanted: Callable[[Case], bool]) -> Case | None:
    atoms = tuple(_atoms(sides))
    for size in range(_MOST_ATOMS + 1):
        for chosen in combinations(atoms, size):
            if not clock.left:
                return None
            trial = replace(case, trace=_trace(chosen))
            if wanted(trial):
                return _shorter(trial, wanted)
    return None


def _shorter(case: Case, wanted: Callable[[Case], bool]) -> Case:
    """Leave out every event that is not needed."""
    for event in case.trace:
        fewer = replace(case, trace=tuple(one for one in case.trace if one.id != event.id))
        if wanted(fewer):
            case = fewer
    return replace(case, trace=tuple(replace(one, id=f"E{place}") for place, one in enumerate(case.trace, 1)))


def _trace(atoms: Sequence[_Atom]) -> tuple[Event, ...]:
    moments = sorted(
        ((one.at + copy, one) for one in atoms for copy in range(one.copies)), key=lambda it: it[0]
    )
    return tuple(
        Event(f"E{place:03d}", one.type, at, dict(one.values)) for place, (at, one) in enumerate(moments, 1)
    )


def _atoms(sides: Sequence[Side]) -> Iterator[_Atom]:
    days = _days(sides)
    copies = sorted({1, *(n for n in _counts(sides) if 1 < n <= _MOST_COPIES)})
    for many in copies:
        for hour, name, values in _variants(sides):
            for day in days:
                yield _Atom(name, values, day * _DAY + hour * _HOUR, many)


def _variants(sides: Sequence[Side]) -> list[tuple[int, str, tuple[tuple[str, Value], ...]]]:
    """Give event types with fields on either side of the conditions, with the hour at which such events happen."""
    found: dict[tuple[int, str, tuple[tuple[str, Value], ...]], None] = {}
    for rule, book in sides:
        assert isinstance(rule.requires, Pattern)  # noqa: S101 -- told by the callers
        for hour, selector in _by_hour(rule.requires):
            for name in selector.events:
                for values in _fields(name, selector, book, sides):
                    found[hour, name, tuple(sorted(values.items()))] = None
    return list(found)


def _by_hour(pattern: Pattern) -> list[tuple[int, Selector]]:
    before = pattern.kind in {PatternKind.PRECEDENCE, PatternKind.IN_FORCE}
    hours = (
        (8, pattern.scope.opening),
        (10, pattern.activation),
        (9 if before else 11, pattern.target),
        (17, pattern.closing),
        (18, pattern.scope.closing),
    )
    return [(hour, selector) for hour, selector in hours if selector is not None]


def _fields(event: str, selector: Selector, book: Book, sides: Sequence[Side]) -> Iterator[dict[str, Value]]:
    """Give fields that meet the condition as it is read on every side, on some side only, or may meet it."""
    kind = book.vocabulary.events[event]
    plain = {name: _default(book.vocabulary.event_fields[name].type, book) for name in kind.required}
    world = field_world(book, event)
    pairs = [
        Meaning(replace(of, definitions=()), world).truth(_twin(selector, rule, event).condition)
        for rule, of in sides
    ]
    wishes: list[Formula] = [conj(*(one.true for one in pairs)), pairs[0].unknown]
    if len(pairs) == 2:
        wishes += [conj(pairs[0].true, neg(pairs[1].true)), conj(pairs[1].true, neg(pairs[0].true))]
    for wish in wishes:
        if wish is False:
            continue
        solver = z3.Solver()
        solver.set("timeout", 200)
        solver.add(*(one for one in world.bounds if one is not True), wish)
        if solver.check() == z3.sat:
            yield plain | {
                name: value for name, value in world.read(solver.model()).items() if name in world.facts
            }


def _twin(selector: Selector, rule: Rule, event: str) -> Selector:
    """Find the selector of a rule that stands where `selector` stands, by the event; else take itself."""
    assert isinstance(rule.requires, Pattern)  # noqa: S101 -- told by the callers
    own = [one for one in selectors_of(rule.requires) if event in one.events]
    return selector if selector in own or len(own) != 1 else own[0]


def _default(of: Type, book: Book) -> Value:
    match of.kind:
        case Kind.BOOLEAN:
            return False
        case Kind.INTEGER | Kind.DECIMAL:
            return 0
        case Kind.DATE:
            return day_number(book.as_of)
        case Kind.CHOICE:
            return of.members[0]
        case Kind.CHOICES:
            return frozenset(of.members[:1])
        case Kind.TEXT:
            return "甲"


def _limits(sides: Sequence[Side]) -> list[tuple[int, DayUnit]]:
    found: list[tuple[Limit, Book]] = []
    for rule, book in sides:
        assert isinstance(rule.requires, Pattern)  # noqa: S101 -- told by the callers
        if rule.requires.limit is not None:
            found.append((rule.requires.limit, book))
        found += [(one.repeated.window, book) for one in selectors_of(rule.requires) if one.repeated]
    return sorted({(number(limit.amount, book), limit.unit) for limit, book in found})


def _counts(sides: Sequence[Side]) -> Iterator[int]:
    for rule, book in sides:
        assert isinstance(rule.requires, Pattern)  # noqa: S101 -- told by the callers
        times = [rule.requires.times] + [
            one.repeated.times for one in selectors_of(rule.requires) if one.repeated
        ]
        for one in times:
            if one is not None:
                yield from (number(one, book), number(one, book) - 1)


def _days(sides: Sequence[Side]) -> list[int]:
    """Give the as-of day, a day long before, and the days just within and just past every limit from either."""
    today = day_number(sides[0][1].as_of)
    limits = [(amount, unit) for amount, unit in _limits(sides) if 0 <= amount <= _LONGEST]
    longest = max((amount for amount, _ in limits), default=5)
    start = max(TABLE_FIRST, today - 3 * longest - 10)
    days = {today, start}
    for amount, unit in limits:
        # Counted from the long past: the last day within the limit, and the first beyond it.
        days |= {_after(start, amount, unit), _after(start, amount + 1, unit)}
        days |= {_before(today, amount, unit), _before(today, amount + 1, unit)}
    return sorted(day for day in days if day <= today)


def _after(day: int, amount: int, unit: DayUnit) -> int:
    return day + amount if unit is DayUnit.DAYS else first_day_with_ordinal(workday_ordinal(day) + amount)


def _before(day: int, amount: int, unit: DayUnit) -> int:
    if unit is DayUnit.DAYS:
        return day - amount
    return first_day_with_ordinal(max(1, ordinal_of(day, unit) - amount))
