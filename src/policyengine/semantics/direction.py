"""Which way of moving a parameter only tightens the rules that name it, where the text shows it plainly.

A parameter that stands alone on one side of comparisons, under an even or odd number of negations, makes a
requirement harder in one direction. Wherever the direction cannot be read off (products, decision tables,
conditions of events), the answer is None and the author must say it.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, assert_never

from policyengine.semantics.ir import (
    Adjustable,
    All,
    Any,
    Book,
    Comparator,
    Compare,
    Constant,
    DecisionTable,
    Filled,
    Holds,
    Includes,
    Member,
    Negation,
    ParameterRef,
    Pattern,
    PatternKind,
    Rescale,
    Truth,
)
from policyengine.semantics.reads import parameters_read
from policyengine.vocabulary.terms import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from policyengine.semantics.ir import Condition, Expression, Rule

# A book without definitions, so that only what stands in the text itself is read.
_BARE = Book("", date.min, Vocabulary())


class Move(StrEnum):
    """What a change of the parameter does when made upwards (or by adding members)."""

    HARDER = "harder"
    EASIER = "easier"
    UNCLEAR = "unclear"

    @property
    def flipped(self) -> Move:
        """The same under a negation."""
        return {Move.HARDER: Move.EASIER, Move.EASIER: Move.HARDER, Move.UNCLEAR: Move.UNCLEAR}[self]


def tightening(name: str, book: Book) -> Adjustable | None:
    """Work out the direction that only tightens; None if the text does not show one."""
    parameter = book.parameters[name]
    moves = {move for rule in book.rules for move in _in_rule(name, rule)}
    for definition in book.definitions:
        body = definition.body
        if isinstance(body, DecisionTable):
            parts = [one for row in body.rows for one in (row.when, row.gives)]
            if any(name in parameters_read(part, _BARE) for part in parts):
                return None
        elif name in parameters_read(body, _BARE):
            return None
    sets = bool(parameter.type.members)
    if moves == {Move.HARDER}:
        return Adjustable.ADD if sets else Adjustable.UP
    if moves == {Move.EASIER}:
        return Adjustable.REMOVE if sets else Adjustable.DOWN
    return None


def _in_rule(name: str, rule: Rule) -> Iterator[Move]:
    # A narrower 适用 is easier for the outlet, so its moves count the other way.
    yield from (move.flipped for move in _in_condition(name, rule.applies))
    if isinstance(rule.requires, Pattern):
        yield from _in_pattern(name, rule.requires)
    else:
        yield from _in_condition(name, rule.requires)


def _in_pattern(name: str, pattern: Pattern) -> Iterator[Move]:
    if pattern.limit and name in parameters_read(pattern.limit.amount, _BARE):
        yield Move.EASIER if _stands_alone(name, pattern.limit.amount) else Move.UNCLEAR
    if pattern.times and name in parameters_read(pattern.times, _BARE):
        yield Move.HARDER if _stands_alone(name, pattern.times) else Move.UNCLEAR
    selectors = (
        pattern.activation,
        pattern.target,
        pattern.closing,
        pattern.scope.opening,
        pattern.scope.closing,
    )
    for selector in selectors:
        if selector is None:
            continue
        if name in parameters_read(selector.condition, _BARE):
            yield Move.UNCLEAR
        if selector.repeated:
            plain = selector is pattern.activation and pattern.kind in {
                PatternKind.ABSENCE,
                PatternKind.RESPONSE,
            }
            if name in parameters_read(selector.repeated.times, _BARE):
                yield Move.EASIER if plain else Move.UNCLEAR
            if name in parameters_read(selector.repeated.window.amount, _BARE):
                yield Move.HARDER if plain else Move.UNCLEAR


def _in_condition(name: str, condition: Condition) -> Iterable[Move]:
    match condition:
        case Truth() | Filled():
            return ()
        case Holds(operand):
            return (Move.UNCLEAR,) if operand.name == name and isinstance(operand, ParameterRef) else ()
        case Negation(operand):
            return tuple(move.flipped for move in _in_condition(name, operand))
        case All(parts) | Any(parts):
            return tuple(move for part in parts for move in _in_condition(name, part))
        case Compare(comparator, left, right):
            return _in_compare(name, comparator, left, right)
        case Member(item, collection):
            return _in_set(name, collection, item, Move.EASIER)
        case Includes(collection, members):
            return _in_set(name, members, collection, Move.HARDER)
        case _:
            assert_never(condition)


def _in_compare(name: str, comparator: Comparator, left: Expression, right: Expression) -> Iterable[Move]:
    mentioned = name in parameters_read(left, _BARE) or name in parameters_read(right, _BARE)
    if not mentioned:
        return ()
    on_right, on_left = _stands_alone(name, right), _stands_alone(name, left)
    if on_left == on_right or (name in parameters_read(left, _BARE)) == (
        name in parameters_read(right, _BARE)
    ):
        return (Move.UNCLEAR,)
    if comparator in {Comparator.EQUAL, Comparator.UNEQUAL}:
        return (Move.UNCLEAR,)
    lower_bound = comparator in {Comparator.AT_LEAST, Comparator.GREATER}
    return (Move.HARDER if lower_bound == on_right else Move.EASIER,)


def _in_set(name: str, here: Expression, other: Expression, move: Move) -> Iterable[Move]:
    if name in parameters_read(other, _BARE):
        return (Move.UNCLEAR,)
    if name not in parameters_read(here, _BARE):
        return ()
    return (move,) if _stands_alone(name, here) else (Move.UNCLEAR,)


def _stands_alone(name: str, expression: Expression) -> bool:
    match expression:
        case ParameterRef():
            return expression.name == name
        case Rescale(operand):
            return _stands_alone(name, operand)
        case Constant():
            return False
    return False
