"""Values worth trying for a fact: on both sides of what the rule compares it with."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from policyengine.semantics.ir import (
    All,
    Any,
    Arithmetic,
    Compare,
    Constant,
    DaysBetween,
    DayUnit,
    DecisionTable,
    Holds,
    Includes,
    Member,
    Negation,
    ParameterRef,
    Pattern,
    Rescale,
)
from policyengine.semantics.reads import selectors_of
from policyengine.semantics.workdays import last_day_within
from policyengine.values import Kind, day_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from policyengine.engines.cases import Case
    from policyengine.semantics.ir import Book, Condition, Expression, Rule
    from policyengine.values import Value
    from policyengine.vocabulary.terms import Term

    Readable: TypeAlias = Expression | Condition | DecisionTable | Pattern | Rule


def numbers_in(book: Book) -> tuple[int, ...]:
    """Give every whole number that the rules and derived terms of a (cut-down) book state or take from parameters."""
    found: dict[int, None] = {}
    for rule in book.rules:
        for part in (rule.applies, rule.requires):
            found |= dict.fromkeys(_numbers(part, book))
    for definition in book.definitions:
        found |= dict.fromkeys(_numbers(definition.body, book))
    return tuple(found)


def values_for(term: Term, case: Case, book: Book, numbers: tuple[int, ...]) -> Iterator[Value | None]:
    """Give other values for a term, near ones first; None is a missing value."""
    current = case.values.get(term.name)
    seen: set[Value | None] = {current}
    found: list[Value | None] = list(_values(term, current, case.values, book, numbers))
    if isinstance(current, int) and not isinstance(current, bool):
        found.sort(key=lambda one: abs(one - current) if isinstance(one, int) else 0)
    for value in (*found, None):
        if value not in seen and (value is None or term.admits(value)):
            seen.add(value)
            yield value


def with_value(case: Case, name: str, value: Value | None) -> Case:
    """Give the case with one fact put in, or taken out for None."""
    values = {one: kept for one, kept in case.values.items() if one != name}
    return replace(case, values=values if value is None else {**case.values, name: value})


def _values(
    term: Term, current: Value | None, others: Mapping[str, Value], book: Book, numbers: tuple[int, ...]
) -> Iterator[Value]:
    of = term.type
    match of.kind:
        case Kind.BOOLEAN:
            yield from (True, False)
        case Kind.CHOICE:
            yield from of.members
        case Kind.CHOICES:
            base = current if isinstance(current, frozenset) else frozenset()
            yield from (base - {member} for member in of.members if member in base)
            yield from (base | {member} for member in of.members if member not in base)
            for members in _sets(book):
                yield members
                yield from (members - {member} for member in sorted(members))
            yield from (frozenset(of.members), frozenset())
        case Kind.TEXT:
            yield "A-001"
        case Kind.DATE:
            yield from _dates(current, others, book, numbers)
        case Kind.INTEGER | Kind.DECIMAL:
            yield from _near(current, others, numbers)


def _near(current: Value | None, others: Mapping[str, Value], numbers: tuple[int, ...]) -> Iterator[int]:
    if isinstance(current, int):
        yield from (current + 1, current - 1)
    yield from numbers
    for number in numbers:
        yield from (number + 1, number - 1)
    for other in others.values():
        if isinstance(other, int) and not isinstance(other, bool):
            yield from (other, other + 1, other - 1)
            yield from (other * number for number in numbers)
            yield from (other * number + 1 for number in numbers)
    yield from (0, 1)


def _dates(
    current: Value | None, others: Mapping[str, Value], book: Book, numbers: tuple[int, ...]
) -> Iterator[int]:
    today = day_number(book.as_of)
    if isinstance(current, int):
        yield from (current + 1, current - 1)
    known = [
        one for one in others.values() if isinstance(one, int) and not isinstance(one, bool) and one > 3650
    ]
    for anchor in (today, *known):
        yield from (anchor, anchor + 1, anchor - 1)
        for number in (one for one in numbers if 0 <= one < 20_000):
            yield from (anchor + number, anchor + number + 1, anchor - number, anchor - number - 1)
            yield from (anchor - number + 1, anchor + number - 1)
            last = last_day_within(anchor, number, DayUnit.WORKDAYS)
            yield from (last, last + 1, last - 1)


def _sets(book: Book) -> list[frozenset[str]]:
    return [one.value for one in book.parameters.values() if isinstance(one.value, frozenset)]


def _numbers(what: Readable, book: Book) -> Iterator[int]:
    match what:
        case Constant(value):
            if isinstance(value, int) and not isinstance(value, bool):
                yield value
        case ParameterRef(name):
            value = book.parameters[name].value
            if isinstance(value, int) and not isinstance(value, bool):
                yield value
        case Rescale(operand, factor):
            yield from (number * factor for number in _numbers(operand, book))
            yield from _numbers(operand, book)
        case Arithmetic(_, one, two) | Compare(_, one, two) | Member(one, two) | Includes(one, two):
            yield from _numbers(one, book)
            yield from _numbers(two, book)
        case DaysBetween(one, two):
            yield from _numbers(one, book)
            yield from _numbers(two, book)
        case Negation(operand) | Holds(operand):
            yield from _numbers(operand, book)
        case All(parts) | Any(parts):
            for part in parts:
                yield from _numbers(part, book)
        case DecisionTable(_, rows):
            for row in rows:
                yield from _numbers(row.when, book)
                yield from _numbers(row.gives, book)
        case Pattern():
            yield from _pattern_numbers(what, book)
        case _:
            return


def _pattern_numbers(pattern: Pattern, book: Book) -> Iterator[int]:
    for selector in selectors_of(pattern):
        yield from _numbers(selector.condition, book)
        if selector.repeated is not None:
            yield from _numbers(selector.repeated.times, book)
            yield from _numbers(selector.repeated.window.amount, book)
    if pattern.limit is not None:
        yield from _numbers(pattern.limit.amount, book)
    if pattern.times is not None:
        yield from _numbers(pattern.times, book)
