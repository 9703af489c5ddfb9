"""Layers that share one plan: parameters that differ by layer are columns, and each rule knows its layers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from policyengine.engines.columnar.expressions import (
    Words,
    parameter_column,
    size,
    stored_type,
    stored_value,
)
from policyengine.semantics.ir import (
    Arithmetic,
    AsOf,
    Constant,
    DaysBetween,
    DecisionTable,
    ParameterRef,
    Rescale,
    TermRef,
)
from policyengine.semantics.reads import definitions_read, parameters_read, terms_read
from policyengine.values import LARGEST, day_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from policyengine.semantics.ir import Book, Definition, Rule
    from policyengine.values import Type
    from policyengine.vocabulary.terms import Subject


@dataclass(frozen=True)
class Variant:
    """A rule as some layers have it. Layers that raise or tighten a rule have another variant of the same id.

    layers: those that have it; None stands for all layers of the plan. place: its place in the plan.
    """

    rule: Rule
    layers: tuple[str, ...] | None
    place: int

    @property
    def elsewhere(self) -> pl.Expr | None:
        """Tell the rows that are judged without this variant; None if there are none."""
        return None if self.layers is None else ~pl.col("layer").is_in(list(self.layers))


@dataclass(frozen=True)
class Plan:
    """The rules of some layers, judged in one pass.

    book: any of their books, for the vocabulary and the derived terms, on which they agree.
    parameters: one row a layer: `layer` and a column for each parameter on which the layers differ.
    """

    layers: tuple[str, ...]
    book: Book
    words: Words
    parameters: pl.DataFrame
    variants: tuple[Variant, ...]

    def variants_of(self, subject: Subject) -> tuple[Variant, ...]:
        """Give the rules of a subject in the order of the books."""
        return tuple(one for one in self.variants if one.rule.subject is subject)

    def definitions_of(self, rules: Iterable[Rule]) -> tuple[Definition, ...]:
        """Give the derived terms that rules read, each after those it reads."""
        needed = {name for rule in rules for name in definitions_read(rule, self.book)}
        return tuple(one for one in self.book.definitions if one.name in needed)

    def terms_of(self, rules: Iterable[Rule]) -> dict[str, Type]:
        """Give the types of the recorded terms that rules read."""
        terms = self.book.vocabulary.terms
        names = dict.fromkeys(name for rule in rules for name in terms_read(rule, self.book))
        return {name: terms[name].type for name in names}

    def varying(self, rules: Iterable[Rule]) -> list[str]:
        """Name the parameter columns that rules need."""
        names = dict.fromkeys(
            parameter_column(name) for rule in rules for name in parameters_read(rule, self.book)
        )
        return [name for name in names if name in self.parameters.columns]


def plans_of(books: Mapping[str, Book]) -> list[Plan]:
    """Group layers; those of one group agree on derived terms and on the types of parameters that they share."""
    groups: list[dict[str, Book]] = []
    for layer, book in books.items():
        group = next((one for one in groups if all(_agree(book, other) for other in one.values())), None)
        if group is None:
            group = {}
            groups.append(group)
        group[layer] = book
    return [_plan(group) for group in groups]


def _agree(one: Book, two: Book) -> bool:
    shared = one.parameters.keys() & two.parameters.keys()
    return (
        one.as_of == two.as_of
        and _derived(one) == _derived(two)
        and all(one.parameters[name].type == two.parameters[name].type for name in shared)
    )


def _derived(book: Book) -> object:
    return tuple((one.name, one.subject, one.type, one.body) for one in book.definitions)


def _plan(group: Mapping[str, Book]) -> Plan:
    book = next(iter(group.values()))
    constants, varying = {}, {"layer": pl.Series(list(group), dtype=pl.String)}
    for name in dict.fromkeys(name for one in group.values() for name in one.parameters):
        # A layer that has no such parameter has no rule that reads it.
        had = {layer: one.parameters[name] for layer, one in group.items() if name in one.parameters}
        first = next(iter(had.values()))
        if all(one.value == first.value for one in had.values()):
            constants[name] = first.value
        else:
            values = [stored_value(had[layer].value, first.type) if layer in had else None for layer in group]
            varying[parameter_column(name)] = pl.Series(values, dtype=stored_type(first.type))
    words = Words(day_number(book.as_of), constants, _sizes(book, constants))
    return Plan(tuple(group), book, words, pl.DataFrame(varying), _variants(group))


def _variants(group: Mapping[str, Book]) -> tuple[Variant, ...]:
    found: dict[object, tuple[Rule, list[str]]] = {}
    for layer, book in group.items():
        for rule in book.rules:
            key = (rule.id, rule.subject, rule.modality, rule.clause, rule.applies, rule.requires)
            found.setdefault(key, (rule, []))[1].append(layer)
    return tuple(
        Variant(rule, None if len(layers) == len(group) else tuple(layers), place)
        for place, (rule, layers) in enumerate(found.values())
    )


def _sizes(book: Book, constants: Mapping[str, Any]) -> dict[str, int]:
    """Bound the numbers that columns hold: recorded terms by their range, derived ones by what makes them."""
    sizes = {
        name: max(abs(bound) for bound in term.bounds)
        for name, term in book.vocabulary.terms.items()
        if term.low is not None and term.high is not None
    }
    words = Words(0, constants, sizes)
    for definition in book.definitions:
        body = definition.body
        if isinstance(body, DecisionTable):
            parts = [row.gives for row in body.rows]
        elif isinstance(body, Constant | TermRef | ParameterRef | AsOf | Arithmetic | Rescale | DaysBetween):
            parts = [body]
        else:
            continue
        sizes[definition.name] = max((size(part, words) for part in parts), default=LARGEST)
    return sizes
