"""A short name for exactly what a book means: equal meaning, equal fingerprint.

Places in files do not count, nor does the day: a book that says the same on two days has one fingerprint.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping
from datetime import date
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from policyengine.semantics.ir import Book


def fingerprint(book: Book) -> str:
    """Give the first 32 hexadecimal digits of the SHA-256 of the book's canonical text."""
    return hashlib.sha256(canonical_book(book).encode()).hexdigest()[:32]


def canonical_book(book: Book) -> str:
    """Write the whole meaning of a book as text; its hash is the fingerprint."""
    return canonical((book.layer, book.definitions, book.rules, book.parameters, book.vocabulary))


_COMPARED: dict[type, tuple[str, ...] | None] = {}


def _compared(kind: type) -> tuple[str, ...] | None:
    """Give the fields of a dataclass that count, looked up once; None for any other type."""
    if kind not in _COMPARED:
        known = dataclasses.is_dataclass(kind)
        _COMPARED[kind] = (
            tuple(one.name for one in dataclasses.fields(kind) if one.compare) if known else None
        )
    return _COMPARED[kind]


def canonical(thing: object) -> str:
    """Write any part of the meaning as text that depends on nothing but its content."""
    kind = type(thing)
    if kind is str or kind is int:  # most of a book
        return repr(thing)
    names = _compared(kind)
    if names is not None:
        return f"{kind.__name__}({','.join([f'{name}={canonical(getattr(thing, name))}' for name in names])})"
    match thing:
        case Enum():
            return canonical(thing.value)
        case Mapping():
            return (
                "{"
                + ",".join(sorted(f"{canonical(key)}:{canonical(value)}" for key, value in thing.items()))
                + "}"
            )
        case frozenset() | set():
            return "{" + ",".join(sorted(canonical(one) for one in thing)) + "}"
        case tuple() | list():
            return "[" + ",".join(canonical(one) for one in thing) + "]"
        case date():
            return thing.isoformat()
        case str() | int() | None:
            return repr(thing)
    raise TypeError(thing)
