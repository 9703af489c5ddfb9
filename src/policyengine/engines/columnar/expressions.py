"""Expressions and conditions as Polars expressions. A missing value is null, and null is unknown.

Polars joins nulls by Kleene's tables in `&` and `|`, and every comparison with a null is null, so conditions
translate node by node. Terms, derived terms and event fields are columns named as they are.
"""

from __future__ import annotations

import operator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, assert_never
from typing import Any as _Untyped

import polars as pl

from policyengine.engines.columnar import calendar, choices
from policyengine.semantics.ir import (
    All,
    Any,
    Arithmetic,
    ArithmeticOperator,
    AsOf,
    Comparator,
    Compare,
    Constant,
    DaysBetween,
    DecisionTable,
    Filled,
    Hit,
    Holds,
    Includes,
    Member,
    Negation,
    ParameterRef,
    Rescale,
    TermRef,
    Truth,
)
from policyengine.values import LARGEST, Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from policyengine.engines.columnar.choices import Choices
    from policyengine.semantics.ir import Condition, Definition, Expression
    from policyengine.values import Type, Value

_COMPARE: dict[Comparator, Callable[[pl.Expr, pl.Expr], pl.Expr]] = {
    Comparator.EQUAL: operator.eq,
    Comparator.UNEQUAL: operator.ne,
    Comparator.LESS: operator.lt,
    Comparator.AT_MOST: operator.le,
    Comparator.GREATER: operator.gt,
    Comparator.AT_LEAST: operator.ge,
}
_MIRRORED = {
    Comparator.LESS: Comparator.GREATER,
    Comparator.AT_MOST: Comparator.AT_LEAST,
    Comparator.GREATER: Comparator.LESS,
    Comparator.AT_LEAST: Comparator.AT_MOST,
}
_NARROW = 2**62
CONDITIONS = (Truth, Holds, Compare, Member, Includes, Filled, Negation, All, Any)


@dataclass(frozen=True, slots=True)
class Words:
    """What names stand for.

    `constants`: parameters that all layers of the plan agree on; the others are columns, see `parameter_column`.
    `sizes`: the largest absolute value of terms, where it is known; products that could overflow are made wider.
    """

    as_of: int
    constants: Mapping[str, Value]
    sizes: Mapping[str, int] = field(default_factory=dict)


def parameter_column(name: str) -> str:
    """Name the column of a parameter that differs by layer."""
    return f"参数·{name}"


def stored_type(of: Type) -> pl.DataType:
    """Give the type of the column that holds values of a type."""
    match of.kind:
        case Kind.BOOLEAN:
            return pl.Boolean()
        case Kind.INTEGER | Kind.DECIMAL | Kind.DATE:
            return pl.Int64()
        case Kind.CHOICE | Kind.TEXT:
            return pl.String()
        case Kind.CHOICES:
            return pl.Int64() if choices.fits(of.members) else pl.List(pl.String)
        case _:
            assert_never(of.kind)


def stored_value(value: Value | None, of: Type) -> bool | int | str | list[str] | None:
    """Encode a value as its column has it."""
    return choices.stored(value, of.members) if isinstance(value, frozenset) else value


def value_expression(expression: Expression, words: Words) -> pl.Expr:
    """Translate an expression whose value is no set."""
    match expression:
        case Constant(value, of):
            return pl.lit(value, dtype=stored_type(of))
        case TermRef(name):
            return pl.col(name)
        case ParameterRef(name, of):
            if name in words.constants:
                return pl.lit(words.constants[name], dtype=stored_type(of))
            return pl.col(parameter_column(name))
        case AsOf():
            return pl.lit(words.as_of, dtype=pl.Int64)
        case Arithmetic(sign, left, right):
            one, two = value_expression(left, words), value_expression(right, words)
            if size(expression, words) >= _NARROW:
                one, two = one.cast(pl.Int128), two.cast(pl.Int128)
            return _combine(sign, one, two)
        case Rescale(operand, factor):
            number = value_expression(operand, words)
            if size(expression, words) >= _NARROW:
                number = number.cast(pl.Int128)
            return number * factor
        case DaysBetween(start, end, unit):
            one, two = value_expression(start, words), value_expression(end, words)
            return calendar.ordinal(two, unit) - calendar.ordinal(one, unit)
        case _:
            assert_never(expression)


def set_expression(expression: Expression, words: Words) -> Choices:
    """Translate an expression whose value is a set (多选)."""
    match expression:
        case Constant(frozenset() as value):
            return value
        case TermRef(name, of):
            return choices.column(name, of.members)
        case ParameterRef(name, of):
            constant = words.constants.get(name)
            if isinstance(constant, frozenset):
                return constant
            return choices.column(parameter_column(name), of.members)
        case _:
            raise TypeError(expression)


def condition_expression(condition: Condition, words: Words) -> pl.Expr:
    """Translate a condition; the result is true, false or null."""
    match condition:
        case Truth(value):
            return pl.lit(value)
        case Holds(operand):
            return value_expression(operand, words)
        case Compare(comparator, left, right):
            if _is_set(left) or _is_set(right):
                same = choices.equal(set_expression(left, words), set_expression(right, words))
                return same if comparator is Comparator.EQUAL else ~same
            return _compared(comparator, value_expression(left, words), value_expression(right, words))
        case Member(item, collection):
            return choices.member(value_expression(item, words), set_expression(collection, words))
        case Includes(collection, members):
            return choices.includes(set_expression(collection, words), set_expression(members, words))
        case Filled(TermRef(name)):
            return pl.col(name).is_not_null()
        case Negation(operand):
            return ~condition_expression(operand, words)
        case All(parts):
            return _join(operator.and_, parts, words)
        case Any(parts):
            return _join(operator.or_, parts, words)
        case _:
            assert_never(condition)


def definition_expression(definition: Definition, words: Words) -> pl.Expr:
    """Translate the body of a derived term; an unknown value is null."""
    body = definition.body
    if isinstance(body, DecisionTable):
        return _table(body, definition.type, words)
    if isinstance(body, CONDITIONS):
        return condition_expression(body, words)
    return _in_column_form(body, definition.type, words)


def size(expression: Expression, words: Words) -> int:
    """Bound the absolute value of a number."""
    match expression:
        case Constant(value):
            return abs(value) if isinstance(value, int) else 0
        case TermRef(name, of):
            return words.sizes.get(name, LARGEST * 10**of.places)
        case ParameterRef(name, of):
            constant = words.constants.get(name)
            return abs(constant) if isinstance(constant, int) else LARGEST * 10**of.places
        case AsOf() | DaysBetween():
            return 200_000
        case Rescale(operand, factor):
            return size(operand, words) * abs(factor)
        case Arithmetic(ArithmeticOperator.TIMES, left, right):
            return size(left, words) * size(right, words)
        case Arithmetic(_, left, right):
            return size(left, words) + size(right, words)
        case _:
            assert_never(expression)


def _compared(comparator: Comparator, one: pl.Expr, two: pl.Expr) -> pl.Expr:
    """Compare two values, a literal on the right.

    Polars 2.1 gives one row for all if a literal stands on the left of a column that is the same throughout.
    """
    if one.meta.root_names():
        return _COMPARE[comparator](one, two)
    return _COMPARE[_MIRRORED.get(comparator, comparator)](two, one)


def _combine(sign: ArithmeticOperator, one: pl.Expr, two: pl.Expr) -> pl.Expr:
    match sign:
        case ArithmeticOperator.PLUS:
            return one + two
        case ArithmeticOperator.MINUS:
            return one - two
        case ArithmeticOperator.TIMES:
            return one * two
        case _:
            assert_never(sign)


def _join(
    join: Callable[[_Untyped, _Untyped], pl.Expr], parts: tuple[Condition, ...], words: Words
) -> pl.Expr:
    first, *others = (condition_expression(part, words) for part in parts)
    for other in others:
        first = join(first, other)
    return first


def _is_set(expression: Expression) -> bool:
    match expression:
        case Constant(_, of) | TermRef(_, of) | ParameterRef(_, of):
            return of.kind is Kind.CHOICES
        case _:
            return False


def _in_column_form(expression: Expression, of: Type, words: Words) -> pl.Expr:
    if of.kind is Kind.CHOICES:
        return choices.to_column(set_expression(expression, words), of.members)
    return value_expression(expression, words)


def _table(table: DecisionTable, of: Type, words: Words) -> pl.Expr:
    """唯一: the first row that is true. 首个: the same, but an unknown row above makes it unknown."""
    chain: _Untyped = pl.when(pl.lit(value=False)).then(None)
    for row in table.rows:
        when = condition_expression(row.when, words)
        if table.hit is Hit.FIRST:
            chain = chain.when(when.is_null()).then(None)
        chain = chain.when(when).then(_in_column_form(row.gives, of, words))
    found: pl.Expr = chain.otherwise(None)
    return found if of.is_number else found.cast(stored_type(of))
