"""The days on which a book can change. Between two of them its meaning is one and the same."""

from __future__ import annotations

import dataclasses
from datetime import date


def turning_days(*texts: object) -> tuple[date, ...]:
    """Give every date that stands in what is written as a beginning, oldest first."""
    found: set[date] = set()
    for text in texts:
        _collect(text, found)
    return tuple(sorted(found))


def _collect(thing: object, found: set[date]) -> None:
    if isinstance(thing, date):
        found.add(thing)
    elif isinstance(thing, tuple | list):
        for one in thing:
            _collect(one, found)
    elif isinstance(thing, dict):
        for one in thing.values():
            _collect(one, found)
    elif dataclasses.is_dataclass(thing) and not isinstance(thing, type):
        for one in dataclasses.fields(thing):
            if one.compare:
                _collect(getattr(thing, one.name), found)
