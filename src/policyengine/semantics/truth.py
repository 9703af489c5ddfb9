"""The plain definition of values, three-valued truth and verdicts. `None` is unknown.

Slow and obvious on purpose: the fast engines are held to it. `values` are the facts of the subject and of those
above it (or the fields of an event), encoded, missing ones absent. Derived terms are worked out when they are
read, unless `values` has them already.
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, TypeAlias, assert_never
from typing import Any as _Untyped

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
    Modality,
    Negation,
    ParameterRef,
    Rescale,
    TableRow,
    TermRef,
    Truth,
    Verdict,
)
from policyengine.semantics.workdays import ordinal_of
from policyengine.values import day_number
from policyengine.vocabulary.terms import ABOVE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from policyengine.semantics.ir import Book, Condition, Definition, Expression
    from policyengine.values import Value
    from policyengine.vocabulary.terms import Subject

    Values: TypeAlias = Mapping[str, Value]
    Body: TypeAlias = Expression | Condition | DecisionTable

_CONDITIONS = (Truth, Holds, Compare, Member, Includes, Filled, Negation, All, Any)
_COMPARE: dict[Comparator, Callable[[_Untyped, _Untyped], bool]] = {
    Comparator.EQUAL: operator.eq,
    Comparator.UNEQUAL: operator.ne,
    Comparator.LESS: operator.lt,
    Comparator.AT_MOST: operator.le,
    Comparator.GREATER: operator.gt,
    Comparator.AT_LEAST: operator.ge,
}
_COMBINE: dict[ArithmeticOperator, Callable[[int, int], int]] = {
    ArithmeticOperator.PLUS: operator.add,
    ArithmeticOperator.MINUS: operator.sub,
    ArithmeticOperator.TIMES: operator.mul,
}


def value_of(expression: Expression, values: Values, book: Book) -> Value | None:
    """Work out an expression; any missing operand makes it unknown."""
    match expression:
        case Constant(value):
            return value
        case TermRef(name):
            return _term(name, values, book)
        case ParameterRef(name):
            return book.parameters[name].value
        case AsOf():
            return day_number(book.as_of)
        case Arithmetic(sign, left, right):
            return _both(left, right, values, book, _COMBINE[sign])
        case Rescale(operand, factor):
            number = value_of(operand, values, book)
            return None if number is None else _integer(number) * factor
        case DaysBetween(start, end, unit):
            return _both(
                start, end, values, book, lambda one, two: ordinal_of(two, unit) - ordinal_of(one, unit)
            )
        case _:
            assert_never(expression)


def truth_of(condition: Condition, values: Values, book: Book) -> bool | None:
    """Work out a condition by Kleene's tables."""
    match condition:
        case Truth(value):
            return value
        case Holds(operand):
            found = value_of(operand, values, book)
            return None if found is None else bool(found)
        case Compare(comparator, left, right):
            one, two = value_of(left, values, book), value_of(right, values, book)
            return None if one is None or two is None else _COMPARE[comparator](one, two)
        case Member(item, collection):
            one, two = value_of(item, values, book), value_of(collection, values, book)
            return None if one is None or two is None else one in _members(two)
        case Includes(collection, members):
            one, two = value_of(collection, values, book), value_of(members, values, book)
            return None if one is None or two is None else _members(one) >= _members(two)
        case Filled(term):
            return value_of(term, values, book) is not None
        case Negation(operand):
            truth = truth_of(operand, values, book)
            return None if truth is None else not truth
        case All(parts):
            return conjunction([truth_of(part, values, book) for part in parts])
        case Any(parts):
            return disjunction([truth_of(part, values, book) for part in parts])
        case _:
            assert_never(condition)


def conjunction(truths: list[bool | None]) -> bool | None:
    """Join by 且: one false is false, else one unknown is unknown."""
    if False in truths:
        return False
    return None if None in truths else True


def disjunction(truths: list[bool | None]) -> bool | None:
    """Join by 或: one true is true, else one unknown is unknown."""
    if True in truths:
        return True
    return None if None in truths else False


def derive(book: Book, subject: Subject, values: Values) -> dict[str, Value]:
    """Work out every derived term that a rule of `subject` may read; unknown ones are absent."""
    readable = (subject, *ABOVE[subject])
    known = dict(values)
    derived: dict[str, Value] = {}
    for definition in book.definitions:
        if definition.subject in readable:
            found = _body(definition.body, known, book)
            if found is not None:
                derived[definition.name] = known[definition.name] = found
    return derived


def blame(condition: Condition, values: Values, book: Book) -> frozenset[str]:
    """Name the recorded terms whose absence makes a condition unknown; empty if it is known.

    A derived term that is unknown although nothing it reads is missing (a gap in a table) is blamed itself.
    """
    if truth_of(condition, values, book) is not None:
        return frozenset()
    match condition:
        case Truth() | Filled():
            return frozenset()  # never unknown
        case Holds(operand) | Negation(operand):
            return _blame_either(operand, values, book)
        case Compare(_, one, two) | Member(one, two) | Includes(one, two):
            return blame_of_value(one, values, book) | blame_of_value(two, values, book)
        case All(parts) | Any(parts):
            return frozenset().union(*(blame(part, values, book) for part in parts))
        case _:
            assert_never(condition)


def blame_of_value(expression: Expression, values: Values, book: Book) -> frozenset[str]:
    """Name the recorded terms whose absence makes an expression unknown; empty if it is known."""
    match expression:
        case Constant() | ParameterRef() | AsOf():
            return frozenset()
        case TermRef(name):
            return _blame_term(name, values, book)
        case Rescale(operand):
            return blame_of_value(operand, values, book)
        case Arithmetic(_, left, right) | DaysBetween(left, right):
            return blame_of_value(left, values, book) | blame_of_value(right, values, book)
        case _:
            assert_never(expression)


def verdict_of(applies: bool | None, requires: bool | None, modality: Modality = Modality.SHALL) -> Verdict:
    """Join 适用 and 要求 into a verdict. 可 grants and never fails: what would fail does not apply."""
    if applies is False:
        return Verdict.NOT_APPLICABLE
    if requires is True:
        return Verdict.PASS
    if applies is None or requires is None:
        return Verdict.UNDETERMINED
    return Verdict.NOT_APPLICABLE if modality is Modality.MAY else Verdict.FAIL


def choose(table: DecisionTable, values: Values, book: Book) -> tuple[TableRow | None, tuple[TableRow, ...]]:
    """Find the row that decides, if one does, and the rows whose unknown conditions stand in its way.

    唯一: the first row that is true. 首个: the first row that is true, if all rows above it are false.
    """
    unknown: list[TableRow] = []
    for row in table.rows:
        truth = truth_of(row.when, values, book)
        if truth is None:
            unknown.append(row)
        elif truth:
            blocked = table.hit is Hit.FIRST and unknown
            return (None, tuple(unknown)) if blocked else (row, ())
    return None, tuple(unknown)


def _term(name: str, values: Values, book: Book) -> Value | None:
    if name in values:
        return values[name]
    definition = _definition(name, book)
    return None if definition is None else _body(definition.body, values, book)


def _definition(name: str, book: Book) -> Definition | None:
    return next((one for one in book.definitions if one.name == name), None)


def _body(body: Body, values: Values, book: Book) -> Value | None:
    if isinstance(body, DecisionTable):
        row, _ = choose(body, values, book)
        return None if row is None else value_of(row.gives, values, book)
    if isinstance(body, _CONDITIONS):
        return truth_of(body, values, book)
    return value_of(body, values, book)


def _blame_either(operand: Expression | Condition, values: Values, book: Book) -> frozenset[str]:
    if isinstance(operand, _CONDITIONS):
        return blame(operand, values, book)
    return blame_of_value(operand, values, book)


def _blame_term(name: str, values: Values, book: Book) -> frozenset[str]:
    if name in values:
        return frozenset()
    definition = _definition(name, book)
    if definition is None:
        return frozenset({name})
    if _body(definition.body, values, book) is not None:
        return frozenset()
    return _blame_body(definition.body, values, book) or frozenset({name})


def _blame_body(body: Body, values: Values, book: Book) -> frozenset[str]:
    if not isinstance(body, DecisionTable):
        return _blame_either(body, values, book)
    row, unknown = choose(body, values, book)
    if row is not None:
        return blame_of_value(row.gives, values, book)
    return frozenset().union(*(blame(one.when, values, book) for one in unknown))


def _both(
    left: Expression, right: Expression, values: Values, book: Book, join: Callable[[int, int], int]
) -> int | None:
    one, two = value_of(left, values, book), value_of(right, values, book)
    return None if one is None or two is None else join(_integer(one), _integer(two))


def _integer(value: Value) -> int:
    assert isinstance(value, int)  # noqa: S101 -- the loader typed it
    return value


def _members(value: Value) -> frozenset[str]:
    assert isinstance(value, frozenset)  # noqa: S101 -- the loader typed it
    return value
