"""An overlay and the layer above it on every stretch of days between two turning days, cut down to what it touches."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from policyengine.diagnostics import Problems
from policyengine.language.syntax import BookText
from policyengine.overlays.apply import apply
from policyengine.overlays.layers import NATION, above, chain
from policyengine.overlays.syntax import Addition, Setting
from policyengine.rulebook.layering import LAST_DAY
from policyengine.rulebook.turning_days import turning_days
from policyengine.semantics.lower import lower
from policyengine.semantics.reads import definitions_read, parameters_read

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from policyengine.rulebook import Shelf
    from policyengine.semantics.ir import Book


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days on which neither book changes. The books hold only what the overlay touches and what that needs."""

    first_day: date
    last_day: date
    above: Book
    below: Book


def stretches(shelf: Shelf, code: str) -> Iterator[Stretch]:
    """Give every stretch from the overlay's first effect on, oldest first.

    Raises:
        BookRefusedError: with the diagnostics of the layer and those above it, if they do not load.

    """
    problems = Problems(dict(shelf.lines))
    for step in (NATION, *chain(code, shelf.overlays)):
        problems.found += shelf.layer(step).found
    problems.stop_if_any()
    upper = above(code, shelf.overlays)
    needed = _needed(shelf, code, upper)
    own = [shelf.overlays[step] for step in chain(code, shelf.overlays)]
    first = min(turning_days(shelf.overlays[code]), default=None)
    days = [day for day in turning_days(shelf.national, *own) if first is not None and day >= first]
    for place, day in enumerate(days):
        last = days[place + 1] - timedelta(days=1) if place + 1 < len(days) else LAST_DAY
        yield Stretch(day, last, _book(shelf, upper, day, needed), _book(shelf, code, day, needed))


@dataclass(frozen=True, slots=True)
class _Needed:
    rules: frozenset[str]
    definitions: frozenset[str]

    def cut(self, text: BookText) -> BookText:
        """Leave out what is not needed."""
        return BookText(
            tuple(one for one in text.rules if one.id.text in self.rules),
            tuple(one for one in text.definitions if one.name.text in self.definitions),
        )


def _needed(shelf: Shelf, code: str, upper: str) -> _Needed:
    """Find the rules that the overlay touches on any day, and all that they read, with the owners of parameters."""
    books = (shelf.layer(upper).book, shelf.layer(code).book)
    written = {one.id.text: one for one in shelf.layer(upper).text.rules}
    rules = {one.id.text for one in shelf.layer(code).text.rules if written.get(one.id.text) != one}
    set_here = {one.parameter.text for one in shelf.overlays[code].changes if isinstance(one, Setting)}
    rules |= {rule.id for rule in books[0].rules if not set_here.isdisjoint(parameters_read(rule, books[0]))}
    definitions = {
        one.name.text
        for change in shelf.overlays[code].changes
        if isinstance(change, Addition)
        for one in change.text.definitions
    }
    while True:
        more_rules, more_definitions = rules | set(), definitions | set()
        for book in books:
            for owner in _owners(rules, definitions, book):
                (more_definitions if owner in {one.name for one in book.definitions} else more_rules).add(
                    owner
                )
        if (more_rules, more_definitions) == (rules, definitions):
            return _Needed(frozenset(rules), frozenset(definitions))
        rules, definitions = more_rules, more_definitions


def _owners(rules: set[str], definitions: set[str], book: Book) -> Iterable[str]:
    """Name the derived terms that these read, and what declares the parameters that they read."""
    readers = [one for one in book.rules if one.id in rules] + [
        one for one in book.definitions if one.name in definitions
    ]
    for one in readers:
        yield from definitions_read(one, book)
        yield from (book.parameters[name].rule for name in parameters_read(one, book))


def _book(shelf: Shelf, layer: str, day: date, needed: _Needed) -> Book:
    text = shelf.layer(NATION).text
    for step in chain(layer, shelf.overlays):
        overlay = shelf.layer(step).overlay
        assert overlay is not None  # noqa: S101 -- only the nation has none
        text = apply(text, overlay, day)
    # What does not load was told before; a part of a book may lack what gives its parameters their direction.
    return lower(needed.cut(text), shelf.vocabulary, day, layer, Problems())
