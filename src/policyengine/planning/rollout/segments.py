"""Cut items into batches, from nothing: exact.

With 由简到繁 kept item by item, batches are consecutive stretches of the items by complexity, and within one
complexity by yearly cases, most first. What is left to choose is where to cut, and dynamic programming tries every way.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

# First batch too large, squared excess over the wished size, cases × batch: the first that differs decides.
Cost: TypeAlias = "tuple[int, int, int]"
_NOTHING: Cost = (0, 0, 0)


@dataclass(frozen=True, slots=True)
class Piece:
    """What placing needs to know of an item. `before`: its batch in the plan so far; `fixed`: in a published one."""

    id: str
    complexity: int
    cases: int
    before: int | None = None
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class Sizes:
    """`batches`: how many. `wished`: items a batch. `first`: what the first batch should not exceed. `most`: a hard limit."""

    batches: int
    wished: int
    first: int
    most: int | None = None


def in_order(pieces: Sequence[Piece]) -> list[Piece]:
    """Order from simple to complex, among equals the frequent first, then by id."""
    return sorted(pieces, key=lambda one: (one.complexity, -one.cases, one.id))


def cut(pieces: Sequence[Piece], sizes: Sizes) -> list[list[Piece]] | None:
    """Cut into the batches that serve most people soonest within the sizes; None if there is no lawful way."""
    ordered = in_order(pieces)
    whole = len(ordered)
    running = [0]
    for one in ordered:
        running.append(running[-1] + one.cases)
    best: list[dict[int, tuple[Cost, int]]] = [{0: (_NOTHING, 0)}]
    for batch in range(1, sizes.batches + 1):
        row: dict[int, tuple[Cost, int]] = {}
        for start, (spent, _) in best[-1].items():
            for end in _ends(ordered, start, whole - (sizes.batches - batch), sizes.most):
                price = _price(batch, end - start, running[end] - running[start], sizes)
                total = (spent[0] + price[0], spent[1] + price[1], spent[2] + price[2])
                if end not in row or total < row[end][0]:
                    row[end] = (total, start)
        best.append(row)
    if whole not in best[-1]:
        return None
    cuts = [whole]
    for batch in range(sizes.batches, 0, -1):
        cuts.append(best[batch][cuts[-1]][1])
    cuts.reverse()
    return [ordered[start:end] for start, end in pairwise(cuts)]


def _ends(ordered: Sequence[Piece], start: int, last: int, most: int | None) -> list[int]:
    """Give where a batch from `start` may end: never so that a more frequent equal is left for later."""
    found = []
    rarest = None
    for end in range(start + 1, (last if most is None else min(last, start + most)) + 1):
        newest = ordered[end - 1]
        rarest = newest.cases if rarest is None else min(rarest, newest.cases)
        following = ordered[end] if end < len(ordered) else None
        # Following items of the same complexity come by falling frequency: the next is the most frequent of them.
        if following is None or following.complexity > newest.complexity or rarest >= following.cases:
            found.append(end)
    return found


def _price(batch: int, size: int, cases: int, sizes: Sizes) -> Cost:
    return (
        int(batch == 1 and size > sizes.first),
        max(0, size - sizes.wished) ** 2,
        cases * batch,
    )
