"""Propositions for Z3, folded where they are plain: a formula is a Z3 expression or a Python `bool`."""

from __future__ import annotations

from typing import Any, TypeAlias

import z3

# Z3 has no types of its own to speak of; a formula is a `bool` or a `z3.BoolRef`, a number an `int` or `z3.ArithRef`.
Formula: TypeAlias = Any
Number: TypeAlias = Any


def conj(*parts: Formula) -> Formula:
    """Join by and."""
    if any(part is False for part in parts):
        return False
    left = [part for part in parts if part is not True]
    return True if not left else left[0] if len(left) == 1 else z3.And(left)


def disj(*parts: Formula) -> Formula:
    """Join by or."""
    if any(part is True for part in parts):
        return True
    left = [part for part in parts if part is not False]
    return False if not left else left[0] if len(left) == 1 else z3.Or(left)


def neg(part: Formula) -> Formula:
    """Deny."""
    return (not part) if isinstance(part, bool) else z3.Not(part)


def same(one: Formula, other: Formula) -> Formula:
    """Say that two formulas have one truth value."""
    return disj(conj(one, other), conj(neg(one), neg(other)))


def choose(condition: Formula, then: Any, other: Any) -> Any:
    """Give one of two formulas or numbers."""
    if isinstance(condition, bool):
        return then if condition else other
    if isinstance(then, bool) or isinstance(other, bool):
        return disj(conj(condition, then), conj(neg(condition), other))
    if isinstance(then, int) and isinstance(other, int) and then == other:
        return then
    return z3.If(condition, then, other)


def truth_in(model: z3.ModelRef, part: Formula) -> bool:
    """Read a formula in a model."""
    return part if isinstance(part, bool) else z3.is_true(model.eval(part, model_completion=True))


def number_in(model: z3.ModelRef, part: Number) -> int:
    """Read a number in a model."""
    return part if isinstance(part, int) else int(model.eval(part, model_completion=True).as_long())
