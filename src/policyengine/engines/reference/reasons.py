"""Why a condition came out as it did: only the parts that decided, each as a sentence with its values."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, assert_never

from policyengine.engines.reference import wording
from policyengine.semantics.ir import (
    All,
    Any,
    Compare,
    Constant,
    DaysBetween,
    Definition,
    Filled,
    Holds,
    Includes,
    Member,
    Negation,
    ParameterRef,
    TermRef,
    Truth,
)
from policyengine.semantics.reads import parameters_read, terms_read
from policyengine.semantics.truth import truth_of, value_of
from policyengine.semantics.words import (
    comparator_words,
    condition_words,
    expression_words,
    member_words,
    oriented,
    spaced,
    type_of,
)
from policyengine.values import show, show_with_unit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policyengine.semantics.ir import Book, Condition, Expression
    from policyengine.values import Value

_CONDITIONS = (Truth, Holds, Compare, Member, Includes, Filled, Negation, All, Any)


@dataclass(frozen=True, slots=True)
class Narrator:
    """Tells about one case.

    `values` has its facts and derived terms; `layers` names layers by code; `deep` tells also why derived terms
    came out as they did.
    """

    book: Book
    values: Mapping[str, Value]
    layers: Mapping[str, str]
    deep: bool = True

    def reasons(self, condition: Condition, *, met: bool, positive: bool = True) -> list[str]:
        """Say why a condition (or its opposite, if not `positive`) holds (`met`) or not, in the parts that decide.

        Parts that are unknown, or that had no say, are left out.
        """
        if truth_of(condition, self.values, self.book) is not (met is positive):
            return []
        match condition:
            case Negation(operand):
                return self.reasons(operand, met=met, positive=not positive)
            case All(parts) | Any(parts):
                every = [one for part in parts for one in self.reasons(part, met=met, positive=positive)]
                together = isinstance(condition, All) is positive
                if together or met or len(every) < 2:
                    return every
                return [wording.none_of(every)]
            case Truth():
                return [condition_words(condition, self.book)]
            case _:
                return [self._atom(condition, met=met, positive=positive)]

    def source(self, name: str) -> str:
        """Say where the value of a parameter comes from."""
        current = self.book.parameters[name].current
        layer = wording.layer_name(current.layer, self.layers.get(current.layer))
        return wording.parameter_source(name, layer, current.since.isoformat(), current.basis)

    def _atom(self, atom: Holds | Compare | Member | Includes | Filled, *, met: bool, positive: bool) -> str:
        notes = wording.in_brackets([self.source(name) for name in self._own_parameters(atom)])
        match atom:
            case Compare():
                comparator, left, right = oriented(atom, positive=positive)
                standard = spaced(comparator_words(comparator, type_of(left)), self._standard(right))
                said = wording.compared(self._named(left), self._shown(left), standard, notes, met=met)
                return self._with_derived(said, left)
            case Member(item, collection):
                if isinstance(collection, Constant) and not met:
                    standard = member_words(collection, self.book, positive=positive)
                else:
                    standard = f"{'属于' if positive else '不属于'}{self._standard(collection)}"
                said = wording.compared(self._named(item), self._shown(item), standard, notes, met=met)
                return self._with_derived(said, item)
            case Includes(collection, members):
                return self._includes(collection, members, notes, met=met, positive=positive)
            case Filled(term):
                return wording.filled(term.name, filled=met is positive, met=met)
            case Holds(operand):
                name = expression_words(operand, self.book)
                value, wanted = ("是", "否") if met is positive else ("否", "是")
                said = f"{name}为{value}" if met else f"{name}为{value}，应为{wanted}"
                return self._with_derived(f"{said}{notes}", operand)
            case _:
                assert_never(atom)

    def _includes(
        self, collection: Expression, members: Expression, notes: str, *, met: bool, positive: bool
    ) -> str:
        what, wanted = expression_words(collection, self.book), self._standard(members)
        if not positive and not met:
            return wording.excluded(what, wanted, notes)
        present = value_of(collection, self.values, self.book)
        needed = value_of(members, self.values, self.book)
        assert isinstance(present, frozenset)  # noqa: S101 -- the condition is known, and typed
        assert isinstance(needed, frozenset)  # noqa: S101
        of = type_of(members)
        absent = show(needed - present, of) if needed - present else ""
        return wording.included(what, show(present, type_of(collection)), absent, wanted, notes, met=met)

    def _with_derived(self, sentence: str, expression: Expression) -> str:
        """Add why a derived term has its value."""
        definition = next(
            (one for one in self.book.definitions if one.name == getattr(expression, "name", "")), None
        )
        return (
            sentence
            if definition is None or not self.deep
            else wording.derived(sentence, self._behind(definition))
        )

    def _behind(self, definition: Definition) -> list[str]:
        body = definition.body
        if isinstance(body, _CONDITIONS):
            truth = truth_of(body, self.values, self.book)
            return [] if truth is None else self.reasons(body, met=True, positive=truth)
        return [
            f"{name}{self._shown(TermRef(name, self.book.vocabulary.terms[name].type))}"
            for name in terms_read(definition, self.book)
            if name in self.values
        ]

    def _own_parameters(self, atom: Condition) -> tuple[str, ...]:
        """Name the parameters that stand in the atom itself, not in definitions behind it."""
        return parameters_read(atom, replace(self.book, definitions=()))

    def _named(self, expression: Expression) -> str:
        """Name what is judged; days between two dates name the dates too."""
        if isinstance(expression, DaysBetween):
            start, end = (self._dated(one) for one in (expression.start, expression.end))
            return f"从{start}到{end}的{'天数' if expression.unit == '日' else '工作日数'}"
        return expression_words(expression, self.book)

    def _dated(self, expression: Expression) -> str:
        return f"{expression_words(expression, self.book)}（{self._text(expression)}）"

    def _shown(self, expression: Expression) -> str:
        return spaced("为", self._text(expression))

    def _standard(self, expression: Expression) -> str:
        """Word what a value is held to: the value itself, after the name of a term."""
        match expression:
            case Constant() | ParameterRef():
                return self._text(expression)
            case _:
                return f"{expression_words(expression, self.book)}（{self._text(expression)}）"

    def _text(self, expression: Expression) -> str:
        value = value_of(expression, self.values, self.book)
        return wording.MISSING_VALUE if value is None else show_with_unit(value, type_of(expression))
