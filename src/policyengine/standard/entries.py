"""Read the lists of data/standard field by field, telling every field that is missing, unknown or malformed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from policyengine.diagnostics import did_you_mean
from policyengine.documents import Mapping, Scalar, Sequence, read_file
from policyengine.standard import wording

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from policyengine.diagnostics import Problems
    from policyengine.documents import Node

_NUMBER = re.compile(r"0|[1-9]\d{0,8}")


def read_entries(path: Path, shown_as: str, known: tuple[str, ...], problems: Problems) -> list[Mapping]:
    """Read a file that is a list of mappings; unknown keys are told, entries of another shape are left out."""
    node = read_file(path, shown_as, problems)
    return list(entries_of(node, known, problems)) if node is not None else []


def entries_of(node: Node, known: tuple[str, ...], problems: Problems) -> Iterator[Mapping]:
    """Give the mappings of a list."""
    if not isinstance(node, Sequence):
        problems.add("ST02", wording.NOT_A_LIST, node.span)
        return
    for item in node.items:
        if checked := entry_of(item, known, problems):
            yield checked


def entry_of(node: Node, known: tuple[str, ...], problems: Problems) -> Mapping | None:
    """Take a node for a mapping and tell its unknown keys."""
    if not isinstance(node, Mapping):
        problems.add("ST02", wording.not_an_entry(known), node.span)
        return None
    for key, _ in node:
        if key.text not in known:
            problems.add("ST03", wording.unknown_key(key.text), key.span, help=did_you_mean(key.text, known))
    return node


def text_at(entry: Mapping, key: str, problems: Problems, *, optional: bool = False) -> str:
    """Give a text; empty, and told unless `optional`, if it is not there."""
    match entry.get(key):
        case Scalar(text=text) if text.strip() or optional:
            return text
        case None if optional:
            return ""
        case Scalar() | None:
            problems.add("ST03", wording.missing_key(key), entry.span)
        case other:
            problems.add("ST03", wording.not_a_text(key), other.span)
    return ""


def pair_at(
    entry: Mapping, key: str, problems: Problems, *, optional: bool = False
) -> tuple[int, int] | None:
    """Give two whole numbers `[a, b]`; None, with the reason told, if they are not that."""
    node = entry.get(key)
    if node is None:
        if not optional:
            problems.add("ST03", wording.missing_key(key), entry.span)
        return None
    texts = (
        [item.text for item in node.items if isinstance(item, Scalar)] if isinstance(node, Sequence) else []
    )
    if len(texts) == 2 and all(_NUMBER.fullmatch(text) for text in texts):
        return int(texts[0]), int(texts[1])
    problems.add("ST04", wording.not_a_pair(key), node.span, help=wording.REBUILD)
    return None


def range_at(
    entry: Mapping, key: str, length: int, problems: Problems, *, optional: bool = False
) -> tuple[int, int] | None:
    """Give a pair of offsets with start < end ≤ `length`; None, with the reason told, if it is no such pair."""
    pair = pair_at(entry, key, problems, optional=optional)
    if pair is not None and not pair[0] < pair[1] <= length:
        problems.add("ST04", wording.not_a_range(key, length), entry.span, help=wording.REBUILD)
        return None
    return pair
