"""What conditions and expressions may be changed into, one change at a time."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, assert_never

from policyengine.scenarios.mutation import wording
from policyengine.scenarios.mutation.variants import Kind, Variant, inside
from policyengine.semantics.ir import (
    All,
    Any,
    Arithmetic,
    ArithmeticOperator,
    AsOf,
    Comparator,
    Compare,
    Condition,
    Constant,
    DaysBetween,
    DayUnit,
    Expression,
    Filled,
    Holds,
    Includes,
    Member,
    Negation,
    ParameterRef,
    Rescale,
    TermRef,
    Truth,
)
from policyengine.semantics.words import condition_words, expression_words, type_of
from policyengine.values import Kind as ValueKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policyengine.semantics.ir import Book

# Each comparator and those next to it; its opposite comes from denying the whole comparison.
NEIGHBOURS = {
    Comparator.LESS: (Comparator.AT_MOST, Comparator.UNEQUAL),
    Comparator.AT_MOST: (Comparator.LESS, Comparator.EQUAL),
    Comparator.GREATER: (Comparator.AT_LEAST, Comparator.UNEQUAL),
    Comparator.AT_LEAST: (Comparator.GREATER, Comparator.EQUAL),
    Comparator.EQUAL: (Comparator.AT_MOST, Comparator.AT_LEAST),
    Comparator.UNEQUAL: (Comparator.LESS, Comparator.GREATER),
}
_STEPPED = frozenset({ValueKind.INTEGER, ValueKind.DECIMAL, ValueKind.DATE})


def condition_variants(condition: Condition, book: Book) -> Iterator[Variant[Condition]]:
    """Change one thing in a condition: deny it, or change something inside it."""
    if isinstance(condition, Truth):
        return
    if isinstance(condition, Filled):
        yield Variant(Negation(condition), Kind.FILLED, wording.filled_toggled(condition.term.name))
        return
    if not isinstance(condition, Negation):
        yield Variant(Negation(condition), Kind.NEGATED, wording.denied(condition_words(condition, book)))
    yield from _within(condition, book)


def _within(condition: Condition, book: Book) -> Iterator[Variant[Condition]]:
    match condition:
        case Truth() | Filled() | Holds():
            return
        case Negation(operand):
            yield Variant(operand, Kind.NEGATED, wording.denied(condition_words(condition, book)))
            if not isinstance(operand, Filled):
                yield from inside(_within(operand, book), Negation)
        case All(parts) | Any(parts):
            yield from _joined(type(condition), parts, book)
        case Compare():
            yield from _compared(condition, book)
        case Member(item, collection):
            yield from inside(set_variants(collection, book), lambda new: Member(item, new))
        case Includes(collection, members):
            yield from inside(set_variants(members, book), lambda new: Includes(collection, new))
        case _:
            assert_never(condition)


def _joined(joint: type[All | Any], parts: tuple[Condition, ...], book: Book) -> Iterator[Variant[Condition]]:
    whole = condition_words(joint(parts), book)
    other, word = (Any, "或") if joint is All else (All, "且")
    yield Variant(other(parts), Kind.JOINED, wording.joined_otherwise(whole, word))
    for place, part in enumerate(parts):
        left = (*parts[:place], *parts[place + 1 :])
        dropped = left[0] if len(left) == 1 else joint(left)
        yield Variant(dropped, Kind.DROPPED, wording.dropped(condition_words(part, book)))

        def put(new: Condition, place: int = place) -> Condition:
            return joint((*parts[:place], new, *parts[place + 1 :]))

        yield from inside(condition_variants(part, book), put)


def _compared(condition: Compare, book: Book) -> Iterator[Variant[Condition]]:
    left, right = condition.left, condition.right
    if type_of(left).kind in _STEPPED:
        for comparator in NEIGHBOURS[condition.comparator]:
            changed = replace(condition, comparator=comparator)
            yield Variant(
                changed,
                Kind.COMPARATOR,
                wording.changed(condition_words(condition, book), condition_words(changed, book)),
            )
    yield from inside(expression_variants(left, book), lambda new: replace(condition, left=new))
    yield from inside(expression_variants(right, book), lambda new: replace(condition, right=new))


def expression_variants(expression: Expression, book: Book) -> Iterator[Variant[Expression]]:
    """Change one thing in an expression: a number by one step of its scale, an operator, what days are counted."""
    match expression:
        case Constant(value, of):
            if of.kind in _STEPPED and isinstance(value, int):
                for step in (1, -1):
                    changed = Constant(value + step, of)
                    yield Variant(
                        changed,
                        Kind.BOUNDARY,
                        wording.changed(expression_words(expression, book), expression_words(changed, book)),
                    )
        case TermRef() | ParameterRef() | AsOf():
            return
        case Rescale(operand, factor, of):
            yield from inside(expression_variants(operand, book), lambda new: Rescale(new, factor, of))
        case Arithmetic():
            yield from _calculated(expression, book)
        case DaysBetween(start, end, unit):
            other = DayUnit.WORKDAYS if unit is DayUnit.DAYS else DayUnit.DAYS
            changed_days = replace(expression, unit=other)
            yield Variant(
                changed_days,
                Kind.DAYS,
                wording.changed(expression_words(expression, book), expression_words(changed_days, book)),
            )
            yield from inside(expression_variants(start, book), lambda new: replace(expression, start=new))
            yield from inside(expression_variants(end, book), lambda new: replace(expression, end=new))
        case _:
            assert_never(expression)


def _calculated(expression: Arithmetic, book: Book) -> Iterator[Variant[Expression]]:
    left, right = expression.left, expression.right
    opposite = {
        ArithmeticOperator.PLUS: ArithmeticOperator.MINUS,
        ArithmeticOperator.MINUS: ArithmeticOperator.PLUS,
    }.get(expression.operator)
    whole = expression_words(expression, book)
    if opposite is not None:
        changed = replace(expression, operator=opposite)
        yield Variant(changed, Kind.CALCULATION, wording.changed(whole, expression_words(changed, book)))
    else:
        for kept in (left, right):
            yield Variant(kept, Kind.CALCULATION, wording.changed(whole, expression_words(kept, book)))
    yield from inside(expression_variants(left, book), lambda new: replace(expression, left=new))
    yield from inside(expression_variants(right, book), lambda new: replace(expression, right=new))


def set_variants(collection: Expression, book: Book) -> Iterator[Variant[Expression]]:
    """Leave out or add one member of a set that the rule itself states."""
    if not isinstance(collection, Constant) or not isinstance(collection.value, frozenset):
        return
    for member in collection.type.members:
        if member in collection.value:
            changed = Constant(collection.value - {member}, collection.type)
            yield Variant(
                changed, Kind.MEMBERS, wording.member_dropped(expression_words(collection, book), member)
            )
        else:
            changed = Constant(collection.value | {member}, collection.type)
            yield Variant(
                changed, Kind.MEMBERS, wording.member_added(expression_words(collection, book), member)
            )
