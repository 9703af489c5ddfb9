"""What a rule reads: recorded terms, parameters and event types, each once, in order of first reading."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, assert_never

from policyengine.semantics.ir import (
    All,
    Any,
    Arithmetic,
    AsOf,
    Compare,
    Constant,
    DaysBetween,
    DecisionTable,
    Definition,
    Filled,
    Holds,
    Includes,
    Limit,
    Member,
    Negation,
    ParameterRef,
    Pattern,
    Rescale,
    Rule,
    Selector,
    TermRef,
    Truth,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policyengine.semantics.ir import Book, Condition, Expression

    Readable: TypeAlias = Expression | Condition | DecisionTable | Definition | Pattern | Rule
    Leaf: TypeAlias = TermRef | ParameterRef


def terms_read(what: Readable, book: Book) -> tuple[str, ...]:
    """Name the recorded terms, through definitions. A pattern reads event fields, which are no terms."""
    return tuple(dict.fromkeys(leaf.name for leaf in _leaves(what, book) if isinstance(leaf, TermRef)))


def parameters_read(what: Readable, book: Book) -> tuple[str, ...]:
    """Name the parameters, through definitions and in every part of a pattern."""
    return tuple(dict.fromkeys(leaf.name for leaf in _leaves(what, book) if isinstance(leaf, ParameterRef)))


def definitions_read(what: Readable, book: Book) -> tuple[str, ...]:
    """Name the derived terms, those that derived terms read included, each after those it reads."""
    found: dict[str, None] = {}

    def visit(one: Readable) -> None:
        for leaf in _direct(one):
            definition = _definition(leaf, book)
            if definition is not None and definition.name not in found:
                visit(definition)
                found[definition.name] = None

    visit(what)
    return tuple(found)


def events_read(what: Pattern | Rule) -> tuple[str, ...]:
    """Name the event types; none for a rule of facts."""
    if isinstance(what, Rule):
        return events_read(what.requires) if isinstance(what.requires, Pattern) else ()
    return tuple(dict.fromkeys(name for selector in selectors_of(what) for name in selector.events))


def fields_read(selector: Selector) -> tuple[str, ...]:
    """Name the event fields that a selector's condition reads."""
    return tuple(
        dict.fromkeys(leaf.name for leaf in _direct(selector.condition) if isinstance(leaf, TermRef))
    )


def selectors_of(pattern: Pattern) -> tuple[Selector, ...]:
    """Give every selector of a pattern: activation, target, closing, scope opening, scope closing."""
    found = (
        pattern.activation,
        pattern.target,
        pattern.closing,
        pattern.scope.opening,
        pattern.scope.closing,
    )
    return tuple(selector for selector in found if selector is not None)


def _leaves(what: Readable, book: Book) -> Iterator[Leaf]:
    """Give the recorded terms and parameters, every definition opened once."""
    opened: set[str] = set()

    def visit(one: Readable) -> Iterator[Leaf]:
        for leaf in _direct(one):
            definition = _definition(leaf, book)
            if definition is None:
                yield leaf
            elif definition.name not in opened:
                opened.add(definition.name)
                yield from visit(definition)

    return visit(what)


def _definition(leaf: Leaf, book: Book) -> Definition | None:
    if isinstance(leaf, ParameterRef):
        return None
    return next((one for one in book.definitions if one.name == leaf.name), None)


def _direct(what: Readable) -> Iterator[Leaf]:
    """Give the terms and parameters that stand in the text itself."""
    match what:
        case Constant() | AsOf() | Truth():
            return
        case TermRef() | ParameterRef():
            yield what
        case Holds(one) | Filled(one) | Negation(one) | Rescale(one):
            yield from _direct(one)
        case (
            Arithmetic(_, one, two)
            | Compare(_, one, two)
            | Member(one, two)
            | Includes(one, two)
            | DaysBetween(one, two)
        ):
            yield from _direct(one)
            yield from _direct(two)
        case All(parts) | Any(parts):
            for part in parts:
                yield from _direct(part)
        case DecisionTable(_, rows):
            for row in rows:
                yield from _direct(row.when)
                yield from _direct(row.gives)
        case Definition():
            yield from _direct(what.body)
        case Rule():
            yield from _direct(what.applies)
            yield from _direct(what.requires)
        case Pattern():
            yield from _of_pattern(what)
        case _:
            assert_never(what)


def _of_pattern(pattern: Pattern) -> Iterator[Leaf]:
    """Give the parameters only: the names in event conditions are fields, not terms."""
    for selector in selectors_of(pattern):
        yield from _parameters(selector.condition)
        if selector.repeated is not None:
            yield from _parameters(selector.repeated.times)
            yield from _of_limit(selector.repeated.window)
    if pattern.times is not None:
        yield from _parameters(pattern.times)
    if pattern.limit is not None:
        yield from _of_limit(pattern.limit)


def _of_limit(limit: Limit) -> Iterator[Leaf]:
    return _parameters(limit.amount)


def _parameters(what: Expression | Condition) -> Iterator[Leaf]:
    return (leaf for leaf in _direct(what) if isinstance(leaf, ParameterRef))
