"""Conditions of the book → two positive formulas: certainly true, certainly false.

`T(a 且 b) = T(a) ∧ T(b)`, `F(a 且 b) = F(a) ∨ F(b)`, `T(非 a) = F(a)`, and an atom over a missing value is neither.

Definitions are opened. A derived term is a list of cases, each a formula and what the term is if it holds: the
rows of a decision table with the formula that selects the row, or true and false of a boolean definition. A
comparison is then certain if some case is and the comparison with its value is.

Two things need "not claimed", which no positive formula says, and so wait for a round of their own (`Settled`):
that a derived term has no value (未填报), and that the rows above a row of a 唯一 table are not true.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING, TypeAlias, assert_never

from policyengine.engines.durable.formulas import (
    ALWAYS,
    NEVER,
    Atom,
    Between,
    Exists,
    Formula,
    every,
    settled,
    some,
)
from policyengine.engines.durable.properties import (
    AS_OF,
    Answered,
    Difference,
    HasMember,
    Recorded,
    reader_of,
    text_of,
)
from policyengine.engines.durable.ruleset import LARGEST
from policyengine.semantics.ir import (
    All,
    Any,
    Arithmetic,
    AsOf,
    Comparator,
    Compare,
    Constant,
    DaysBetween,
    DecisionTable,
    Definition,
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
from policyengine.values import BOOLEAN, DATE, Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from policyengine.semantics.ir import Book, Condition, Expression
    from policyengine.values import Type

    Case: TypeAlias = tuple[Formula, Expression]
    Join: TypeAlias = Callable[[Expression, Expression], Formula]

_OPERATORS = {
    Comparator.EQUAL: "$eq",
    Comparator.UNEQUAL: "$neq",
    Comparator.LESS: "$lt",
    Comparator.AT_MOST: "$lte",
    Comparator.GREATER: "$gt",
    Comparator.AT_LEAST: "$gte",
}
_OPPOSITES = {"$eq": "$neq", "$neq": "$eq", "$lt": "$gte", "$gte": "$lt", "$gt": "$lte", "$lte": "$gt"}
_TURNED = {"$eq": "$eq", "$neq": "$neq", "$lt": "$gt", "$gt": "$lt", "$lte": "$gte", "$gte": "$lte"}
_DAY = TermRef(AS_OF, DATE)
_NOTHING = Constant(0, BOOLEAN)
_COMPOUND = (Truth, Holds, Compare, Member, Includes, Filled, Negation, All, Any)


@dataclass
class Claims:
    """The claims over one book's terms; with `definitions` empty, over the fields of events."""

    book: Book
    definitions: dict[str, Definition]
    _certain: dict[tuple[Condition, bool], Formula] = field(default_factory=dict)

    @classmethod
    def of_terms(cls, book: Book) -> Claims:
        """Claims about subjects."""
        return cls(book, {one.name: one for one in book.definitions})

    @classmethod
    def of_fields(cls, book: Book) -> Claims:
        """Claims about events: fields have a name space of their own, where nothing is derived."""
        return cls(book, {})

    def certainly(self, condition: Condition, *, truth: bool) -> Formula:
        """Give the formula that holds where the condition certainly is (`truth`) true or false."""
        key = (condition, truth)
        if key not in self._certain:
            self._certain[key] = self._work_out(condition, truth)
        return self._certain[key]

    def _work_out(self, condition: Condition, truth: bool) -> Formula:
        match condition:
            case Truth(value):
                return ALWAYS if value == truth else NEVER
            case Negation(operand):
                return self.certainly(operand, truth=not truth)
            case All(parts) | Any(parts):
                join = every if isinstance(condition, All) == truth else some
                return join(self.certainly(part, truth=truth) for part in parts)
            case Holds(operand):
                return self._holds(operand, truth)
            case Compare(comparator, left, right):
                sign = _OPERATORS[comparator] if truth else _OPPOSITES[_OPERATORS[comparator]]
                return self._over_cases(left, right, lambda one, two: _compare(one, sign, two))
            case Member(item, collection):
                return self._over_cases(item, collection, lambda one, two: _member(one, two, truth))
            case Includes(collection, members):
                return self._over_cases(collection, members, lambda one, two: _includes(one, two, truth))
            case Filled(term):
                known = self._known(term)
                return known if truth else settled(known, claimed=False)
            case _:
                assert_never(condition)

    def _holds(self, operand: TermRef | ParameterRef, truth: bool) -> Formula:
        if isinstance(operand, TermRef) and operand.name in self.definitions:
            body = self.definitions[operand.name].body
            if isinstance(body, _COMPOUND):
                return self.certainly(body, truth=truth)
        return self._over_cases(operand, Constant(truth, BOOLEAN), lambda one, two: _compare(one, "$eq", two))

    def _known(self, term: TermRef) -> Formula:
        if term.name not in self.definitions:
            return Exists(
                Answered(term.name) if term.type.kind is Kind.CHOICES else Recorded(term.name, term.type.kind)
            )
        return some(every((when, _known_value(value))) for when, value in self.cases(term))

    def _over_cases(self, left: Expression, right: Expression, join: Join) -> Formula:
        pairs = product(self.cases(left), self.cases(right))
        return some(every((when, also, join(one, two))) for (when, one), (also, two) in pairs)

    def cases(self, expression: Expression) -> list[Case]:
        """Give what an expression is, over recorded terms alone, and when."""
        match expression:
            case Constant():
                return [(ALWAYS, expression)]
            case AsOf():
                return [(ALWAYS, _DAY)]
            case ParameterRef(name, kind):
                return [(ALWAYS, Constant(self.book.parameters[name].value, kind))]
            case TermRef(name):
                definition = self.definitions.get(name)
                return [(ALWAYS, expression)] if definition is None else self._derived(definition)
            case Rescale(operand, factor, kind):
                return [(when, Rescale(one, factor, kind)) for when, one in self.cases(operand)]
            case Arithmetic(sign, left, right, kind):
                return [
                    (every((when, also)), Arithmetic(sign, one, two, kind))
                    for (when, one), (also, two) in product(self.cases(left), self.cases(right))
                ]
            case DaysBetween(start, end, unit, kind):
                return [
                    (every((when, also)), DaysBetween(one, two, unit, kind))
                    for (when, one), (also, two) in product(self.cases(start), self.cases(end))
                ]
            case _:
                assert_never(expression)

    def _derived(self, definition: Definition) -> list[Case]:
        body = definition.body
        if isinstance(body, DecisionTable):
            return [
                (every((selected, when)), value)
                for selected, gives in self._rows(body)
                for when, value in self.cases(gives)
            ]
        if isinstance(body, _COMPOUND):
            return [(self.certainly(body, truth=truth), Constant(truth, BOOLEAN)) for truth in (True, False)]
        return self.cases(body)

    def _rows(self, table: DecisionTable) -> list[Case]:
        """Give what selects each row. 首个: those above are false. 唯一: those above are not known to be true."""
        rows: list[Case] = []
        above: list[Formula] = []
        for row in table.rows:
            selected = self.certainly(row.when, truth=True)
            rows.append((every((selected, *above)), row.gives))
            if table.hit is Hit.FIRST:
                above.append(self.certainly(row.when, truth=False))
            else:
                above.append(settled(selected, claimed=False))
        return rows


def _compare(left: Expression, operator: str, right: Expression) -> Formula:
    if isinstance(left, Constant) and not isinstance(right, Constant):
        return _compare(right, _TURNED[operator], left)
    match left, right:
        case TermRef(name, kind), _ if kind.kind is Kind.CHOICES:
            return _compare_sets(left, operator, right)
        case Constant(one), Constant(two):
            return ALWAYS if _holds_between(one, operator, two) else NEVER
        case TermRef(name, kind), Constant(value):
            plain = _plain(value)
            if plain is not None:
                return Atom(Recorded(name, kind.kind), operator, plain)
        case TermRef(name, kind), TermRef(other, also):
            return Between(Recorded(name, kind.kind), operator, Recorded(other, also.kind))
    return Atom(Difference(left, right), operator, 0)


def _plain(value: object) -> bool | int | str | None:
    """Give the constant as the engine compares it; None if its integers do not hold it."""
    if isinstance(value, str):
        return text_of(value)
    assert isinstance(value, int)  # noqa: S101 -- sets go elsewhere
    return value if isinstance(value, bool) or abs(value) < LARGEST else None


def _holds_between(one: object, operator: str, two: object) -> bool:
    match one, two:
        case int(), int():
            return {
                "$eq": one == two,
                "$neq": one != two,
                "$lt": one < two,
                "$lte": one <= two,
                "$gt": one > two,
                "$gte": one >= two,
            }[operator]
    return (one == two) == (operator == "$eq")


def _compare_sets(left: TermRef, operator: str, right: Expression) -> Formula:
    members = sorted({*left.type.members, *_members_of(right)})
    known = every((_has_any(left), _has_any(right)))
    if operator == "$eq":
        same = (_same(left, right, one) for one in members)
        return every((known, *same))
    return every((known, some(_differ(left, right, one) for one in members)))


def _same(left: Expression, right: Expression, member: str) -> Formula:
    both = every((_has(left, member, True), _has(right, member, True)))
    neither = every((_has(left, member, False), _has(right, member, False)))
    return some((both, neither))


def _differ(left: Expression, right: Expression, member: str) -> Formula:
    only_left = every((_has(left, member, True), _has(right, member, False)))
    only_right = every((_has(left, member, False), _has(right, member, True)))
    return some((only_left, only_right))


def _member(item: Expression, collection: Expression, truth: bool) -> Formula:
    known = every((_known_value(item), _has_any(collection)))
    candidates = _members_of(collection)
    equal = [(_compare(item, "$eq", Constant(one, _type_of(item))), one) for one in candidates]
    if truth:
        return every((known, some(every((same, _has(collection, one, True))) for same, one in equal)))
    other = every(_compare(item, "$neq", Constant(one, _type_of(item))) for one in candidates)
    absent = (every((same, _has(collection, one, False))) for same, one in equal)
    return every((known, some((other, *absent))))


def _includes(collection: Expression, members: Expression, truth: bool) -> Formula:
    known = every((_has_any(collection), _has_any(members)))
    wanted = _members_of(members)
    if truth:
        each = (some((_has(members, one, False), _has(collection, one, True))) for one in wanted)
        return every((known, *each))
    lacking = (every((_has(members, one, True), _has(collection, one, False))) for one in wanted)
    return every((known, some(lacking)))


def _has(collection: Expression, member: str, truth: bool) -> Formula:
    match collection:
        case Constant(value) if isinstance(value, frozenset):
            return ALWAYS if (member in value) == truth else NEVER
        case TermRef(name):
            return Atom(HasMember(name, member), "$eq", truth)
    raise AssertionError("a set is a constant or a term")


def _has_any(collection: Expression) -> Formula:
    """Say that a set has a value, be it empty."""
    return Exists(Answered(collection.name)) if isinstance(collection, TermRef) else ALWAYS


def _members_of(collection: Expression) -> Iterable[str]:
    match collection:
        case Constant(value) if isinstance(value, frozenset):
            return sorted(value)
        case TermRef(_, kind):
            return kind.members
    raise AssertionError("a set is a constant or a term")


def _known_value(expression: Expression) -> Formula:
    """Say that an expression over recorded terms has a value."""
    match expression:
        case Constant():
            return ALWAYS
        case TermRef(name, kind):
            return Exists(Answered(name) if kind.kind is Kind.CHOICES else Recorded(name, kind.kind))
    reader_of(expression)  # numbers only
    return Exists(Difference(expression, _NOTHING))


def _type_of(expression: Expression) -> Type:
    return expression.type if isinstance(expression, TermRef | Constant) else BOOLEAN
