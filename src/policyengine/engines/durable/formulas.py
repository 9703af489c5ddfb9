"""Positive formulas over the properties of one fact: what the engine's conditions can say for certain.

The engine knows two truth values and never matches a missing property. So a condition of a rule becomes two
formulas, one that matches if it is certainly true and one if it is certainly false (`claims.py`); what neither
claims is unknown. A formula has no negation: that was pushed down to the atoms.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, assert_never
from typing import Any as _Untyped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from policyengine.engines.durable.properties import Property


@dataclass(frozen=True, slots=True)
class Atom:
    """A property is there and compares so (`$eq`, `$neq`, `$lt`, `$lte`, `$gt`, `$gte`) with a value."""

    property: Property
    operator: str
    value: bool | int | str


@dataclass(frozen=True, slots=True)
class Between:
    """Two properties are there and compare so. The engine reads past the fact if the right one is not there."""

    left: Property
    operator: str
    right: Property


@dataclass(frozen=True, slots=True)
class Exists:
    """A property is there."""

    property: Property


@dataclass(frozen=True, slots=True)
class Settled:
    """Whether a formula was claimed, asked in an earlier round. The only place where "not claimed" can be said."""

    formula: Formula
    claimed: bool


@dataclass(frozen=True, slots=True)
class Every:
    """All of two or more."""

    parts: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """At least one of two or more."""

    parts: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Always:
    """Certain whatever the facts are."""


@dataclass(frozen=True, slots=True)
class Never:
    """Never certain."""


Formula: TypeAlias = "Atom | Between | Exists | Settled | Every | Some | Always | Never"
ALWAYS = Always()
NEVER = Never()


def every(parts: Iterable[Formula]) -> Formula:
    """Join by and, flat, each part once."""
    flat = dict.fromkeys(_flat(parts, Every))
    if NEVER in flat:
        return NEVER
    flat.pop(ALWAYS, None)
    kept = tuple(flat)
    return ALWAYS if not kept else kept[0] if len(kept) == 1 else Every(kept)


def some(parts: Iterable[Formula]) -> Formula:
    """Join by or, flat, each part once."""
    flat = dict.fromkeys(_flat(parts, Some))
    if ALWAYS in flat:
        return ALWAYS
    flat.pop(NEVER, None)
    kept = tuple(flat)
    return NEVER if not kept else kept[0] if len(kept) == 1 else Some(kept)


def settled(formula: Formula, *, claimed: bool) -> Formula:
    """Say that a formula was, or was not, claimed."""
    if isinstance(formula, Always | Never):
        return ALWAYS if isinstance(formula, Always) == claimed else NEVER
    return Settled(formula, claimed)


def properties_in(formula: Formula) -> Iterator[Property]:
    """Give the properties that a formula reads; those of earlier rounds are not among them."""
    match formula:
        case Atom(one) | Exists(one):
            yield one
        case Between(left, _, right):
            yield left
            yield right
        case Every(parts) | Some(parts):
            for part in parts:
                yield from properties_in(part)
        case Settled() | Always() | Never():
            return
        case _:
            assert_never(formula)


def settled_in(formula: Formula) -> Iterator[Formula]:
    """Give the formulas that must be asked a round earlier."""
    match formula:
        case Settled(inner):
            yield inner
        case Every(parts) | Some(parts):
            for part in parts:
                yield from settled_in(part)
        case Atom() | Between() | Exists() | Always() | Never():
            return
        case _:
            assert_never(formula)


def document_of(formula: Formula, name: Callable[[Property | Formula], str]) -> dict[str, _Untyped]:
    """Write a formula as the package's JSON; `name` gives the property name, also of a settled formula."""
    match formula:
        case Atom(one, "$eq", value):
            return {name(one): value}
        case Atom(one, operator, value):
            return {operator: {name(one): value}}
        case Exists(one):
            return {"$ex": {name(one): 1}}
        case Between():
            return {"$and": _guarded(formula, name)}
        case Settled(inner, claimed):
            return {name(inner): claimed}
        case Every(parts):
            documents = (
                _guarded(part, name) if isinstance(part, Between) else [document_of(part, name)]
                for part in parts
            )
            return {"$and": [one for documents_of_part in documents for one in documents_of_part]}
        case Some(parts):
            return {"$or": [document_of(part, name) for part in parts]}
        case Always() | Never():
            raise AssertionError("a constant needs no rule")
        case _:
            assert_never(formula)


def _guarded(formula: Between, name: Callable[[Property | Formula], str]) -> list[dict[str, _Untyped]]:
    """Ask for the right property before it is compared with."""
    right = name(formula.right)
    return [{"$ex": {right: 1}}, {formula.operator: {name(formula.left): {"$m": right}}}]


def _flat(parts: Iterable[Formula], kind: type[Every | Some]) -> Iterator[Formula]:
    for part in parts:
        if isinstance(part, kind):
            yield from part.parts
        else:
            yield part
