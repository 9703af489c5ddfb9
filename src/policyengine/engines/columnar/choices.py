"""多选 values in columns: a bit a member while they fit into an Int64, else a list of texts.

Two sides of a comparison may know different members (a parameter may allow fewer than the term), so both are
brought to one universe first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_BITS = 62


@dataclass(frozen=True, slots=True)
class Bits:
    """Bit i of an Int64 says that `members[i]` is in the set."""

    column: pl.Expr
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Texts:
    """A List(Utf8) without repetition."""

    column: pl.Expr


Choices: TypeAlias = "frozenset[str] | Bits | Texts"


def fits(members: Iterable[str]) -> bool:
    """Whether a set of these members is stored as bits."""
    return len(tuple(members)) <= MOST_BITS


def mask(value: frozenset[str], members: tuple[str, ...]) -> int:
    """Encode a set as bits over `members`."""
    return sum(1 << place for place, member in enumerate(members) if member in value)


def stored(value: frozenset[str], members: tuple[str, ...]) -> int | list[str]:
    """Encode a set as its column has it."""
    return mask(value, members) if fits(members) else sorted(value)


def column(name: str, members: tuple[str, ...]) -> Bits | Texts:
    """Read a column that holds sets over `members`."""
    return Bits(pl.col(name), members) if fits(members) else Texts(pl.col(name))


def to_column(value: Choices, members: tuple[str, ...]) -> pl.Expr:
    """Bring a set into the form that a column over `members` has."""
    return _bits(value, members) if fits(members) else _texts(value)


def equal(one: Choices, two: Choices) -> pl.Expr:
    """Whether two sets have the same members; unknown if either is missing."""
    if isinstance(one, frozenset):
        one, two = two, one  # a literal on the right, see `expressions`
    members = _universe(one, two)
    if members is not None:
        return _bits(one, members) == _bits(two, members)
    return _texts(one).list.sort().list.join("\n") == _texts(two).list.sort().list.join("\n")


def includes(collection: Choices, wanted: Choices) -> pl.Expr:
    """Whether a set has every one of `wanted`."""
    members = _universe(collection, wanted)
    if members is not None:
        bits = _bits(wanted, members)
        return (_bits(collection, members) & bits) == bits
    both = _texts(collection).list.set_intersection(_texts(wanted))
    return both.list.len() == _texts(wanted).list.len()


def member(item: pl.Expr, collection: Choices) -> pl.Expr:
    """Whether a choice is one of a set."""
    match collection:
        case frozenset():
            return item.is_in(pl.lit(pl.Series(sorted(collection), dtype=pl.String)).implode())
        case Bits(bits, members):
            found = pl.any_horizontal(
                pl.lit(value=False),
                *((item == one) & (bits & (1 << place) != 0) for place, one in enumerate(members)),
            )
            return pl.when(item.is_not_null() & bits.is_not_null()).then(found)
        case Texts(texts):
            return pl.when(item.is_not_null() & texts.is_not_null()).then(texts.list.contains(item))


def names(value: Bits | Texts) -> pl.Expr:
    """Give a set as a list of texts, in the order of its members."""
    if isinstance(value, Texts):
        return value.column
    return _texts(value)


def _universe(one: Choices, two: Choices) -> tuple[str, ...] | None:
    """Give the members that both sides can be written over, or nothing if only lists will do."""
    known: dict[str, None] = {}
    for side in (one, two):
        if isinstance(side, Texts):
            return None
        known |= dict.fromkeys(side.members if isinstance(side, Bits) else sorted(side))
    return tuple(known) if fits(known) else None


def _bits(value: Choices, members: tuple[str, ...]) -> pl.Expr:
    match value:
        case frozenset():
            return pl.lit(mask(value, members), dtype=pl.Int64)
        case Bits(bits, known) if known == members[: len(known)]:
            return bits
        case Bits(bits, known):
            return pl.sum_horizontal(
                pl.when(bits & (1 << place) != 0).then(1 << members.index(one)).otherwise(0).cast(pl.Int64)
                for place, one in enumerate(known)
                if one in members
            ) + (bits & 0)  # keeps a missing set missing
        case Texts(texts):
            return (
                pl.sum_horizontal(
                    pl.when(texts.list.contains(one)).then(1 << place).otherwise(0).cast(pl.Int64)
                    for place, one in enumerate(members)
                )
                + texts.list.len().cast(pl.Int64) * 0
            )


def _texts(value: Choices) -> pl.Expr:
    match value:
        case frozenset():
            return pl.lit(pl.Series(sorted(value), dtype=pl.String)).implode()
        case Bits(bits, ()):
            return pl.when(bits.is_not_null()).then(pl.lit(pl.Series([], dtype=pl.String)).implode())
        case Bits(bits, members):
            listed = pl.concat_list(
                pl.when(bits & (1 << place) != 0).then(pl.lit(one)) for place, one in enumerate(members)
            )
            return pl.when(bits.is_not_null()).then(listed.list.drop_nulls())
        case Texts(texts):
            return texts
