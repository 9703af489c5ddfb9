"""How large a number can become, so that no engine's integers overflow.

The engines count in integers of up to 128 bits. Every number that a rule can make stays below `LARGEST_MADE`, or the
book is refused; what is left above it is room to bring both sides of a comparison to one scale.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from policyengine.semantics.ir import (
    Arithmetic,
    ArithmeticOperator,
    AsOf,
    Constant,
    DaysBetween,
    DecisionTable,
    ParameterRef,
    Rescale,
    TermRef,
)
from policyengine.values import LARGEST

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from policyengine.semantics.ir import Expression
    from policyengine.vocabulary.terms import EventTerm, Term

LARGEST_MADE = 10**30
_MOST_DAYS = 200_000  # past both ends of the calendar


def magnitude(what: Expression | DecisionTable, sizes: Mapping[str, int]) -> int:
    """Bound the absolute value of an encoded number; `sizes` has the bounds of terms that are known to be smaller."""
    match what:
        case Constant(value):
            return abs(value) if isinstance(value, int) else 0
        case TermRef(name, of):
            return sizes.get(name, LARGEST * int(10**of.places))
        case ParameterRef(_, of):
            return LARGEST * int(10**of.places)
        case AsOf() | DaysBetween():
            return _MOST_DAYS
        case Rescale(operand, factor):
            return magnitude(operand, sizes) * abs(factor)
        case Arithmetic(ArithmeticOperator.TIMES, left, right):
            return magnitude(left, sizes) * magnitude(right, sizes)
        case Arithmetic(_, left, right):
            return magnitude(left, sizes) + magnitude(right, sizes)
        case DecisionTable(_, rows):
            return max((magnitude(row.gives, sizes) for row in rows), default=0)
        case _:
            assert_never(what)


def sizes_of(terms: Iterable[Term | EventTerm]) -> dict[str, int]:
    """Bound the terms that have a 范围."""
    return {
        one.name: max(abs(one.low), abs(one.high))
        for one in terms
        if one.low is not None and one.high is not None
    }
