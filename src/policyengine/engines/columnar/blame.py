"""Which recorded terms make a condition unknown, as boolean columns: the same answer as `semantics.truth.blame`.

Run only on the rows whose verdict is undetermined. Derived terms are columns there, and so are recorded ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never

import polars as pl

from policyengine.engines.columnar.expressions import CONDITIONS, condition_expression
from policyengine.semantics.ir import (
    All,
    Any,
    Arithmetic,
    AsOf,
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

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from policyengine.engines.columnar.expressions import Words
    from policyengine.semantics.ir import Condition, Definition, Expression

_NEVER = pl.lit(value=False)


@dataclass(frozen=True, slots=True)
class Blame:
    """Finds the terms to blame; `definitions` are the derived terms by name, none for event fields."""

    words: Words
    definitions: Mapping[str, Definition]

    def of_condition(self, condition: Condition) -> dict[str, pl.Expr]:
        """Give, for each term that may be to blame, the condition under which it is."""
        match condition:
            case Truth() | Filled():
                return {}
            case Holds(operand):
                return self.of_value(operand)
            case Negation(operand):
                return self.of_condition(operand)
            case Compare(_, one, two) | Member(one, two) | Includes(one, two):
                return either([self.of_value(one), self.of_value(two)])
            case All(parts) | Any(parts):
                unknown = condition_expression(condition, self.words).is_null()
                return _only_if(unknown, either(self.of_condition(part) for part in parts))
            case _:
                assert_never(condition)

    def of_value(self, expression: Expression) -> dict[str, pl.Expr]:
        """Give the same for an expression."""
        match expression:
            case Constant() | ParameterRef() | AsOf():
                return {}
            case TermRef(name):
                return self._of_term(name)
            case Rescale(operand):
                return self.of_value(operand)
            case Arithmetic(_, left, right) | DaysBetween(left, right):
                return either([self.of_value(left), self.of_value(right)])
            case _:
                assert_never(expression)

    def _of_term(self, name: str) -> dict[str, pl.Expr]:
        unknown = pl.col(name).is_null()
        definition = self.definitions.get(name)
        if definition is None:
            return {name: unknown}
        body = definition.body
        if isinstance(body, DecisionTable):
            found = either(self._of_table(body))
        elif isinstance(body, CONDITIONS):
            found = self.of_condition(body)
        else:
            found = self.of_value(body)
        nothing_missing = ~pl.any_horizontal(_NEVER, *found.values())
        return _only_if(unknown, {**found, name: nothing_missing})

    def _of_table(self, table: DecisionTable) -> Iterator[dict[str, pl.Expr]]:
        """Blame the value of the row that decides, or else the unknown rows in its way."""
        truths = [condition_expression(row.when, self.words) for row in table.rows]
        for place, (row, truth) in enumerate(zip(table.rows, truths, strict=True)):
            true_above = _some(one.fill_null(value=False) for one in truths[:place])
            if table.hit is Hit.FIRST:
                in_the_way = ~true_above
                decides = truth & ~true_above & ~_some(one.is_null() for one in truths[:place])
            else:
                in_the_way = ~_some(one.fill_null(value=False) for one in truths)
                decides = truth & ~true_above
            yield _only_if(truth.is_null() & in_the_way, self.of_condition(row.when))
            yield _only_if(decides.fill_null(value=False), self.of_value(row.gives))


def names_of(blamed: Mapping[str, pl.Expr]) -> pl.Expr:
    """Give the blamed names of each row as a sorted list of texts."""
    if not blamed:
        return pl.lit(pl.Series([], dtype=pl.String)).implode()
    return pl.concat_list(
        pl.when(blamed[name]).then(pl.lit(name)) for name in sorted(blamed)
    ).list.drop_nulls()


def either(sides: Iterable[dict[str, pl.Expr]]) -> dict[str, pl.Expr]:
    """Join what several parts blame."""
    joined: dict[str, pl.Expr] = {}
    for side in sides:
        for name, blamed in side.items():
            joined[name] = joined[name] | blamed if name in joined else blamed
    return joined


def _only_if(guard: pl.Expr, blamed: dict[str, pl.Expr]) -> dict[str, pl.Expr]:
    return {name: guard & one for name, one in blamed.items()}


def _some(truths: Iterable[pl.Expr]) -> pl.Expr:
    return pl.any_horizontal(_NEVER, *truths)
