"""Layers that share one plan: books that differ in nothing but the values of parameters."""

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
class Plan:
    """One structure of rules for some layers.

    book: any of their books, for everything but the values of parameters.
    parameters: one row a layer: `layer` and a column for each parameter on which the layers differ.
    """

    layers: tuple[str, ...]
    book: Book
    words: Words
    parameters: pl.DataFrame

    def rules_of(self, subject: Subject) -> tuple[Rule, ...]:
        """Give the rules of a subject in the order of the book."""
        return tuple(rule for rule in self.book.rules if rule.subject is subject)

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
    """Group layers by the structure of their books."""
    groups: dict[object, dict[str, Book]] = {}
    for layer, book in books.items():
        groups.setdefault(_structure(book), {})[layer] = book
    return [_plan(group) for group in groups.values()]


def _structure(book: Book) -> object:
    return (
        book.as_of,
        tuple((one.name, one.subject, one.type, one.body) for one in book.definitions),
        tuple(
            (one.id, one.subject, one.modality, one.clause, one.applies, one.requires) for one in book.rules
        ),
        frozenset((one.name, one.type) for one in book.parameters.values()),
    )


def _plan(group: Mapping[str, Book]) -> Plan:
    book = next(iter(group.values()))
    constants, varying = {}, {"layer": pl.Series(list(group), dtype=pl.String)}
    for name, parameter in book.parameters.items():
        values = [one.parameters[name].value for one in group.values()]
        if all(value == values[0] for value in values):
            constants[name] = values[0]
        else:
            varying[parameter_column(name)] = pl.Series(
                [stored_value(value, parameter.type) for value in values], dtype=stored_type(parameter.type)
            )
    words = Words(day_number(book.as_of), constants, _sizes(book, constants))
    return Plan(tuple(group), book, words, pl.DataFrame(varying))


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
