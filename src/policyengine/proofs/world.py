"""The possible facts of one subject, as Z3 variables: for each recorded term a value and whether it is filled."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias, assert_never

import z3

from policyengine.proofs.logic import Formula, Number, conj, disj, number_in, truth_in
from policyengine.semantics.workdays import workday_ordinal
from policyengine.values import EARLIEST, LARGEST, LATEST, Kind, day_number

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from policyengine.values import Type, Value
    from policyengine.vocabulary.terms import EventTerm, Term, Vocabulary

    # A formula, a number, or for sets a mapping of members to formulas.
    Encoded: TypeAlias = Any


@dataclass(frozen=True, slots=True)
class Known:
    """A value and the formula that it is known. Sets map members to whether they are in."""

    value: Encoded
    known: Formula


@dataclass(slots=True)
class World:
    """Recorded terms (or event fields) by name, made when they are first read. `bounds` are what is always true.

    Choices and texts are numbers of words; a text may be any word, named or not. Working days are a function
    of days that keeps order and never runs faster than the calendar; `pin` gives it exact values.
    """

    terms: Mapping[str, Term | EventTerm]
    first_day: date
    last_day: date
    prefix: str = ""
    always_filled: frozenset[str] = frozenset()
    facts: dict[str, Known] = field(default_factory=dict)
    bounds: list[Formula] = field(default_factory=list)
    words: dict[str, int] = field(default_factory=dict)
    day: Number = field(init=False)
    _workdays: z3.FuncDeclRef = field(init=False)
    _days: list[Number] = field(default_factory=list)

    def __post_init__(self) -> None:
        first, last = day_number(self.first_day), day_number(min(self.last_day, LATEST))
        self._workdays = z3.Function(f"{self.prefix}workdays", z3.IntSort(), z3.IntSort())
        if first == last:
            self.day = first
        else:
            self.day = z3.Int(f"{self.prefix}as_of")
            self.bounds += [self.day >= first, self.day <= last]

    def word(self, text: str) -> int:
        """Give the number of a word."""
        return self.words.setdefault(text, len(self.words))

    def fact(self, name: str) -> Known:
        """Give the variables of a recorded term."""
        if name not in self.facts:
            self.facts[name] = self._make(name)
        return self.facts[name]

    def encode(self, value: Value, of: Type) -> Encoded:
        """Encode a plain value."""
        if isinstance(value, frozenset):
            return {member: member in value for member in dict.fromkeys((*of.members, *sorted(value)))}
        return self.word(value) if isinstance(value, str) else value

    def workdays(self, day: Number) -> Number:
        """Give the ordinal of a day: exact for a plain day, else what is sure about it."""
        if isinstance(day, int):
            return workday_ordinal(day)
        found = self._workdays(day)
        if not any(day.eq(other) for other in self._days if not isinstance(other, int)):
            for other in self._days:
                self._keep_order(day, other)
            self._days.append(day)
        return found

    def pin(self, model: z3.ModelRef) -> list[Formula]:
        """Give the exact working days of the days in a model, and keep their order with all the others."""
        made: list[Formula] = []
        for day in [one for one in self._days if not isinstance(one, int)]:
            exact = number_in(model, day)
            if exact not in self._days:
                before = len(self.bounds)
                for other in self._days:
                    self._keep_order(other, exact)
                self._days.append(exact)
                made += self.bounds[before:]
        return made

    def read(self, model: z3.ModelRef) -> dict[str, Value]:
        """Read the filled facts in a model."""
        return {
            name: self._value(model, fact.value, self.terms[name].type)
            for name, fact in self.facts.items()
            if truth_in(model, fact.known)
        }

    def is_value(self, name: str, value: Value) -> Formula:
        """Say that a term has a plain value."""
        fact = self.fact(name)
        if isinstance(value, frozenset):
            assert isinstance(fact.value, dict)  # noqa: S101 -- by its type
            same = [inside if member in value else z3.Not(inside) for member, inside in fact.value.items()]
            return conj(fact.known, *same)
        return conj(fact.known, fact.value == self.encode(value, self.terms[name].type))

    def _make(self, name: str) -> Known:
        term = self.terms[name]
        named = f"{self.prefix}{name}"
        known = True if name in self.always_filled else z3.Bool(f"{named}?")
        match term.type.kind:
            case Kind.BOOLEAN:
                return Known(z3.Bool(named), known)
            case Kind.CHOICES:
                return Known({member: z3.Bool(f"{named}∋{member}") for member in term.type.members}, known)
            case Kind.CHOICE:
                value = z3.Int(named)
                self.bounds.append(disj(*(value == self.word(member) for member in term.type.members)))
                return Known(value, known)
            case Kind.TEXT:
                value = z3.Int(named)
                self.bounds.append(value >= 0)
                return Known(value, known)
            case Kind.INTEGER | Kind.DECIMAL | Kind.DATE:
                value = z3.Int(named)
                low, high = _bounds(term)
                self.bounds += [value >= low, value <= high]
                return Known(value, known)
            case _:
                assert_never(term.type.kind)

    def _keep_order(self, one: Number, other: Number) -> None:
        """Later days have no smaller ordinals, and no more working days lie between than days."""
        first = workday_ordinal(one) if isinstance(one, int) else self._workdays(one)
        second = workday_ordinal(other) if isinstance(other, int) else self._workdays(other)
        self.bounds.append(z3.Implies(one <= other, z3.And(first <= second, second - first <= other - one)))
        self.bounds.append(z3.Implies(other <= one, z3.And(second <= first, first - second <= one - other)))

    def _value(self, model: z3.ModelRef, value: Encoded, of: Type) -> Value:
        if isinstance(value, dict):
            return frozenset(member for member, inside in value.items() if truth_in(model, inside))
        if of.kind is Kind.BOOLEAN:
            return truth_in(model, value)
        number = number_in(model, value)
        if of.kind in {Kind.CHOICE, Kind.TEXT}:
            return next((word for word, place in self.words.items() if place == number), f"其他文本{number}")
        return number


def world_of(vocabulary: Vocabulary, first_day: date, last_day: date) -> World:
    """Make the world of all recorded terms of a vocabulary."""
    return World(vocabulary.terms, first_day, last_day)


def _bounds(term: Term | EventTerm) -> tuple[int, int]:
    if term.type.kind is Kind.DATE:
        natural = (day_number(EARLIEST), day_number(LATEST))
    else:
        natural = (-LARGEST, LARGEST)
    return (natural[0] if term.low is None else term.low, natural[1] if term.high is None else term.high)
