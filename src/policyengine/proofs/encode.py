"""Meaning to Z3: a condition becomes the pair (certainly true, certainly false), as `semantics/truth.py` has it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias, assert_never

from policyengine.proofs.logic import Formula, choose, conj, disj, neg, same
from policyengine.proofs.world import Known
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
    DayUnit,
    DecisionTable,
    Filled,
    Hit,
    Holds,
    Includes,
    Member,
    Modality,
    Negation,
    ParameterRef,
    Pattern,
    Rescale,
    TermRef,
    Truth,
)

if TYPE_CHECKING:
    from policyengine.proofs.world import World
    from policyengine.semantics.ir import Book, Condition, Expression, Rule

    Body: TypeAlias = Expression | Condition | DecisionTable

_CONDITIONS = (Truth, Holds, Compare, Member, Includes, Filled, Negation, All, Any)


@dataclass(frozen=True, slots=True)
class Pair:
    """When a condition is certainly true, and when certainly false; neither: unknown."""

    true: Formula
    false: Formula

    @property
    def unknown(self) -> Formula:
        """When it is neither."""
        return conj(neg(self.true), neg(self.false))


@dataclass(frozen=True, slots=True)
class Verdicts:
    """When a rule of facts gives each verdict. For 可, `unmet` is what would fail if it were a requirement."""

    passes: Formula
    unmet: Formula
    undetermined: Formula
    not_applicable: Formula


@dataclass(slots=True)
class Meaning:
    """Reads a book in a world. Two books read in one world are about the same facts."""

    book: Book
    world: World
    _derived: dict[str, Known] = field(default_factory=dict)
    _bodies: dict[str, Body] = field(init=False)

    def __post_init__(self) -> None:
        self._bodies = {one.name: one.body for one in self.book.definitions}

    def truth(self, condition: Condition) -> Pair:
        """Encode a condition."""
        match condition:
            case Truth(value):
                return Pair(value, not value)
            case Holds(operand):
                found = self.value(operand)
                return Pair(conj(found.known, found.value), conj(found.known, neg(found.value)))
            case Compare(comparator, left, right):
                one, two = self.value(left), self.value(right)
                return _decided(one, two, _compare(comparator, one, two))
            case Member(item, collection):
                one, two = self.value(item), self.value(collection)
                inside = disj(
                    *(conj(one.value == self.world.word(name), is_in) for name, is_in in two.value.items())
                )
                return _decided(one, two, _plain(inside))
            case Includes(collection, members):
                one, two = self.value(collection), self.value(members)
                all_in = conj(
                    *(disj(neg(wanted), one.value.get(name, False)) for name, wanted in two.value.items())
                )
                return _decided(one, two, all_in)
            case Filled(term):
                known = self.value(term).known
                return Pair(known, neg(known))
            case Negation(operand):
                inner = self.truth(operand)
                return Pair(inner.false, inner.true)
            case All(parts):
                pairs = [self.truth(part) for part in parts]
                return Pair(conj(*(one.true for one in pairs)), disj(*(one.false for one in pairs)))
            case Any(parts):
                pairs = [self.truth(part) for part in parts]
                return Pair(disj(*(one.true for one in pairs)), conj(*(one.false for one in pairs)))
            case _:
                assert_never(condition)

    def value(self, expression: Expression) -> Known:
        """Encode an expression."""
        match expression:
            case Constant(value, of):
                return Known(self.world.encode(value, of), known=True)
            case ParameterRef(name):
                parameter = self.book.parameters[name]
                return Known(self.world.encode(parameter.value, parameter.type), known=True)
            case AsOf():
                return Known(self.world.day, known=True)
            case TermRef(name):
                return self._term(name)
            case Arithmetic(operator, left, right):
                one, two = self.value(left), self.value(right)
                return Known(_calculate(operator, one, two), conj(one.known, two.known))
            case Rescale(operand, factor):
                inner = self.value(operand)
                return Known(inner.value * factor, inner.known)
            case DaysBetween(start, end, unit):
                one, two = self.value(start), self.value(end)
                known = conj(one.known, two.known)
                if unit is DayUnit.DAYS:
                    return Known(two.value - one.value, known)
                return Known(self.world.workdays(two.value) - self.world.workdays(one.value), known)
            case _:
                assert_never(expression)

    def verdicts(self, rule: Rule) -> Verdicts:
        """Encode the verdicts of a rule of facts."""
        assert not isinstance(rule.requires, Pattern)  # noqa: S101 -- event rules are compared by their patterns
        applies, requires = self.truth(rule.applies), self.truth(rule.requires)
        unmet = conj(applies.true, requires.false)
        undetermined = conj(neg(applies.false), neg(requires.true), neg(unmet))
        may = rule.modality is Modality.MAY
        return Verdicts(
            passes=conj(neg(applies.false), requires.true),
            unmet=unmet,
            undetermined=undetermined,
            not_applicable=disj(applies.false, unmet) if may else applies.false,
        )

    def fails(self, rule: Rule) -> Formula:
        """Say that a rule of facts fails; a permission never does."""
        return False if rule.modality is Modality.MAY else self.verdicts(rule).unmet

    def _term(self, name: str) -> Known:
        if name not in self._bodies:
            return self.world.fact(name)
        if name not in self._derived:
            self._derived[name] = self._body(self._bodies[name])
        return self._derived[name]

    def _body(self, body: Body) -> Known:
        if isinstance(body, DecisionTable):
            return self._table(body)
        if isinstance(body, _CONDITIONS):
            pair = self.truth(body)
            return Known(pair.true, disj(pair.true, pair.false))
        return self.value(body)

    def _table(self, table: DecisionTable) -> Known:
        """唯一: the first row that is true. 首个: the first row that is true while all above are false."""
        above: list[Formula] = []
        chosen: list[tuple[Formula, Known]] = []
        for row in table.rows:
            pair = self.truth(row.when)
            chosen.append((conj(pair.true, *above), self.value(row.gives)))
            above.append(pair.false if table.hit is Hit.FIRST else neg(pair.true))
        known = disj(*(conj(when, gives.known) for when, gives in chosen))
        value = chosen[-1][1].value
        for when, gives in reversed(chosen[:-1]):
            value = _either(when, gives.value, value)
        return Known(value, known)


def _either(when: Formula, then: object, other: object) -> object:
    if isinstance(then, dict) and isinstance(other, dict):
        members = dict.fromkeys((*then, *other))
        return {name: choose(when, then.get(name, False), other.get(name, False)) for name in members}
    return choose(when, then, other)


def _decided(one: Known, two: Known, holds: Formula) -> Pair:
    known = conj(one.known, two.known)
    return Pair(conj(known, holds), conj(known, neg(holds)))


def _plain(formula: Formula) -> Formula:
    return bool(formula) if isinstance(formula, int) else formula


def _compare(comparator: Comparator, one: Known, two: Known) -> Formula:
    left, right = one.value, two.value
    match comparator:
        case Comparator.EQUAL:
            return _equal(left, right)
        case Comparator.UNEQUAL:
            return neg(_equal(left, right))
        case Comparator.LESS:
            return left < right
        case Comparator.AT_MOST:
            return left <= right
        case Comparator.GREATER:
            return left > right
        case Comparator.AT_LEAST:
            return left >= right
        case _:
            assert_never(comparator)


def _equal(left: object, right: object) -> Formula:
    if isinstance(left, dict) and isinstance(right, dict):
        members = dict.fromkeys((*left, *right))
        return conj(*(same(left.get(name, False), right.get(name, False)) for name in members))
    if isinstance(left, bool) or isinstance(right, bool):
        return same(left, right)
    return left == right


def _calculate(operator: ArithmeticOperator, one: Known, two: Known) -> object:
    match operator:
        case ArithmeticOperator.PLUS:
            return one.value + two.value
        case ArithmeticOperator.MINUS:
            return one.value - two.value
        case ArithmeticOperator.TIMES:
            return one.value * two.value
        case _:
            assert_never(operator)
