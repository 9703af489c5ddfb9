"""The run to compare with: the latest of an earlier day, with the rule book that it kept."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from policyengine.batch.nightly import wording
from policyengine.batch.nightly.book_changes import BookChanges
from policyengine.batch.nightly.compare import Before, Comparison
from policyengine.batch.nightly.manifest import altered
from policyengine.batch.nightly.snapshot import FILE, unpack
from policyengine.batch.nightly.store import latest_before, read_manifest
from policyengine.diagnostics import BookRefusedError
from policyengine.rulebook.shelf import read_shelf

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date
    from pathlib import Path

    from policyengine.rulebook import Shelf
    from policyengine.semantics.ir import Book
    from policyengine.vocabulary.terms import Vocabulary


@dataclass(frozen=True, slots=True)
class NightBefore(Before):
    """The night before, ready to be compared with."""

    counts: Mapping[str, int] = field(default_factory=dict)

    def comparison(self, shelf: Shelf, books: Mapping[str, Book]) -> Comparison:
        """Compare tonight's book and verdicts with it."""
        old = self.shelf or shelf
        changes = BookChanges(
            self.books, books, old.layer_of, shelf.layer_of, dict(old.layers) | shelf.layers
        )
        return Comparison(self, shelf, books, changes)


def night_before(
    store: Path, day: date, working: Path, shelf: Shelf, say: Callable[[str], None]
) -> NightBefore | None:
    """Find the night before and read its book; None if there is none, or its verdicts were altered."""
    found = latest_before(store, day)
    if found is None:
        return None
    that, run = found
    manifest = read_manifest(run)
    numbers = manifest.get("counts")
    counts = {str(name): int(number) for name, number in numbers.items()} if isinstance(numbers, dict) else {}
    if altered(run, manifest, "verdicts/"):
        say(wording.damaged_run(that.isoformat()))
        return None
    try:
        unpack(run / FILE).lay_out(working / "before")
        old = read_shelf(working / "before")
        if not _same_types(old.vocabulary, shelf.vocabulary):
            say(wording.not_replayable(that.isoformat(), wording.OTHER_TYPES))
            return NightBefore(that, run, None, counts=counts)
        books = {layer: old.book(that, layer) for layer in old.layers}
    except (OSError, zipfile.BadZipFile, BookRefusedError):
        say(wording.not_replayable(that.isoformat(), wording.BOOK_UNREADABLE))
        return NightBefore(that, run, None, counts=counts)
    return NightBefore(that, run, old, books, counts)


def _same_types(one: Vocabulary, other: Vocabulary) -> bool:
    """Whether the words that both know mean the same kind of value."""
    terms = all(
        one.terms[name].type == other.terms[name].type for name in one.terms.keys() & other.terms.keys()
    )
    fields = one.event_fields.keys() & other.event_fields.keys()
    return terms and all(one.event_fields[name].type == other.event_fields[name].type for name in fields)
