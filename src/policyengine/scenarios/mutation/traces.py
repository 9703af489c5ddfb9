"""Traces next to a trace: one event moved, left out, repeated, added or told otherwise."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from policyengine.engines.cases import Event
from policyengine.scenarios.mutation.candidates import numbers_in
from policyengine.semantics.ir import DayUnit, Pattern
from policyengine.semantics.reads import fields_read, selectors_of
from policyengine.semantics.workdays import last_day_within
from policyengine.values import Kind, day_number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policyengine.engines.cases import Case
    from policyengine.semantics.ir import Book
    from policyengine.values import Value
    from policyengine.vocabulary.terms import EventTerm

_DAY = 86_400
_MORNING = 10 * 3600


def traces_near(case: Case, pattern: Pattern, book: Book) -> Iterator[tuple[Event, ...]]:
    """Give traces that differ from the case's in one event, each in order of time."""
    limits = [number for number in numbers_in(book) if 0 <= number < 4000]
    trace = case.trace
    for place, event in enumerate(trace):
        rest = (*trace[:place], *trace[place + 1 :])
        yield rest
        for changed in _retold(event, pattern, book):
            yield _ordered((*rest, changed))
        for at in _moments(event, rest, limits, book):
            yield _ordered((*rest, replace(event, at=at)))
        for at in _moments(event, trace, limits, book):
            yield _ordered((*trace, replace(event, id=_new_id(trace), at=at)))
    yield from _with_another(case, pattern, book, limits)


def _with_another(case: Case, pattern: Pattern, book: Book, limits: list[int]) -> Iterator[tuple[Event, ...]]:
    """Add an event of each type that the pattern names, its fields taken from the events there are."""
    trace = case.trace
    types = dict.fromkeys(name for selector in selectors_of(pattern) for name in selector.events)
    for name in types:
        made = _made(name, case, book)
        for told in (made, *_retold(made, pattern, book)):
            for at in _moments(told, trace, limits, book):
                yield _ordered((*trace, replace(told, id=_new_id(trace), at=at)))


def _made(name: str, case: Case, book: Book) -> Event:
    kind = book.vocabulary.events[name]
    today = day_number(book.as_of)
    known = {field: value for event in case.trace for field, value in event.values.items()}
    values = {
        field: known.get(field, _plain(book.vocabulary.event_fields[field], today)) for field in kind.required
    }
    at = case.trace[-1].at if case.trace else (today - 30) * _DAY + _MORNING
    return Event("E0", name, at, values)


def _plain(term: EventTerm, today: int) -> Value:
    match term.type.kind:
        case Kind.BOOLEAN:
            return True
        case Kind.CHOICE:
            return term.type.members[0]
        case Kind.CHOICES:
            return frozenset(term.type.members[:1])
        case Kind.DATE:
            return today
        case Kind.INTEGER | Kind.DECIMAL:
            return max(1, term.low or 0)
        case Kind.TEXT:
            return f"{term.name.removesuffix('编号')}001"


def _moments(event: Event, others: tuple[Event, ...], limits: list[int], book: Book) -> Iterator[int]:
    """Give instants worth trying: next day, at others, and on both sides of each limit from the others."""
    clock = event.at % _DAY
    yield from (event.at + _DAY, event.at - _DAY, event.at + 3600, event.at - 3600)
    for other in (*others, event):
        yield from (other.at, other.at + 3600, other.at - 3600, other.at + _DAY, other.at - _DAY)
        for limit in limits:
            days = {other.day + limit, other.day + limit + 1, other.day - limit, other.day - limit - 1}
            last = last_day_within(other.day, limit, DayUnit.WORKDAYS)
            for day in sorted(days | {last, last + 1}):
                yield day * _DAY + clock
    yield day_number(book.as_of) * _DAY + clock


def _retold(event: Event, pattern: Pattern, book: Book) -> Iterator[Event]:
    """Give the event with one field, read by the pattern, told otherwise or left empty."""
    kind = book.vocabulary.events[event.type]
    read = {name for selector in selectors_of(pattern) for name in fields_read(selector)}
    read |= {*pattern.key, *(name for name in (pattern.starts, pattern.ends) if name)}
    for name in sorted(read):
        if name not in (*kind.required, *kind.optional):
            continue
        if name in event.values and name in kind.optional:
            yield replace(event, values={one: kept for one, kept in event.values.items() if one != name})
        for value in _others(book.vocabulary.event_fields[name], event, book):
            yield replace(event, values={**event.values, name: value})


def _others(term: EventTerm, event: Event, book: Book) -> Iterator[Value]:
    current = event.values.get(term.name)
    match term.type.kind:
        case Kind.BOOLEAN:
            yield from (one for one in (True, False) if one is not current)
        case Kind.CHOICE:
            yield from (one for one in term.type.members if one != current)
        case Kind.INTEGER | Kind.DECIMAL:
            numbers = [*numbers_in(book), current if isinstance(current, int) else 0]
            near = dict.fromkeys(one + step for one in numbers for step in (0, 1, -1))
            yield from (one for one in near if one != current and _within(one, term))
        case Kind.DATE:
            yield from (event.day, event.day + 1, event.day - 1)
        case Kind.TEXT:
            yield f"{current or term.name}-2"
        case Kind.CHOICES:
            yield frozenset()


def _within(number: int, term: EventTerm) -> bool:
    return (term.low is None or number >= term.low) and (term.high is None or number <= term.high)


def _ordered(events: tuple[Event, ...]) -> tuple[Event, ...]:
    return tuple(sorted(events, key=lambda one: (one.at, one.id)))


def _new_id(trace: tuple[Event, ...]) -> str:
    taken = {event.id for event in trace}
    return next(f"E{number}" for number in range(1, len(trace) + 2) if f"E{number}" not in taken)
