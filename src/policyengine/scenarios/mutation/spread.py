"""Work spread over processes, results in order."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Item = TypeVar("Item")
Result = TypeVar("Result")

# What forked processes find in place: books and cases are large and need not be sent.
_SHARED: list[tuple[Callable[..., object], Sequence[object]]] = []


def spread(work: Callable[[Item], Result], items: Sequence[Item], workers: int) -> Iterator[Result]:
    """Give the result of each item in order. Only results cross processes, so only they must be plain."""
    if workers < 2 or len(items) < 2 or "fork" not in multiprocessing.get_all_start_methods():
        yield from map(work, items)
        return
    _SHARED.append((work, items))
    try:
        with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("fork")) as pool:
            yield from cast("Iterator[Result]", pool.map(_one, range(len(items)), chunksize=8))
    finally:
        _SHARED.pop()


def _one(index: int) -> object:
    work, items = _SHARED[-1]
    return work(items[index])
