"""Everything written, read once; the book of any layer on any day is made from it."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from policyengine.diagnostics import BookRefusedError, Problems, Span
from policyengine.documents import read_file
from policyengine.language.read_rules import read_rules
from policyengine.language.syntax import BookText
from policyengine.overlays.draft import new_overlay
from policyengine.overlays.layers import NATION, NATION_NAME, above, chain, layer_of
from policyengine.overlays.syntax import Waiving
from policyengine.rulebook.citations import check_citations
from policyengine.rulebook.fingerprint import fingerprint
from policyengine.rulebook.layering import Layering
from policyengine.rulebook.overlay_files import read_overlay_file, read_overlays
from policyengine.rulebook.turning_days import turning_days
from policyengine.semantics.lower import lower
from policyengine.standard import load_standard
from policyengine.vocabulary.load import load_vocabulary

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from policyengine.overlays.syntax import OverlayText
    from policyengine.rulebook.layering import Layer
    from policyengine.semantics.ir import Book
    from policyengine.standard import Standard
    from policyengine.vocabulary.terms import Vocabulary


@dataclass(slots=True)
class Shelf:
    """What the files say, before a day is chosen. `overlays` maps division codes to what is laid on the nation."""

    root: Path
    vocabulary: Vocabulary
    standard: Standard
    national: BookText
    lines: dict[str, list[str]]
    overlays: dict[str, OverlayText] = field(default_factory=dict)
    _laid_on: frozenset[str] = frozenset()
    _books: dict[tuple[str, int], Book] = field(default_factory=dict, init=False)
    _days: dict[str, tuple[date, ...]] = field(default_factory=dict, init=False)
    _layering: list[Layering] = field(default_factory=list, init=False)

    @property
    def layers(self) -> dict[str, str]:
        """Every layer's code and name, the nation first."""
        return {NATION: NATION_NAME} | {code: self.overlays[code].name for code in sorted(self.overlays)}

    def layer_of(self, division: str) -> str:
        """Give the layer whose book judges what lies in a division (6 to 12 digits)."""
        return layer_of(division, self.overlays)

    def layer(self, code: str) -> Layer:
        """Give a layer as written, whatever the day, with its diagnostics."""
        if not self._layering:
            self._layering.append(
                Layering(self.national, self.vocabulary, self.standard, self.overlays, self.lines)
            )
        return self._layering[0].layer(code)

    def book(self, as_of: date, layer: str = NATION) -> Book:
        """Give the book of a layer on a day, made once.

        Raises:
            BookRefusedError: with every diagnostic, if it does not load or there is no such layer.

        """
        key = (layer, bisect_right(self._turning_days(layer), as_of))
        if key not in self._books:
            problems = Problems(dict(self.lines))
            book = self.book_with(as_of, layer, problems)
            problems.stop_if_any()
            self._books[key] = book
        found = self._books[key]
        return found if found.as_of == as_of else replace(found, as_of=as_of)

    def _turning_days(self, layer: str) -> tuple[date, ...]:
        if layer not in self._days:
            if layer == NATION:
                self._days[layer] = turning_days(self.national)
            else:
                laid = [self.overlays[step] for step in chain(layer, self.overlays)]
                self._days[layer] = tuple(sorted({*self._turning_days(NATION), *turning_days(*laid)}))
        return self._days[layer]

    def _is_settled(self, as_of: date, layer: str) -> bool:
        """Whether all that is written for a layer has begun and nothing has ended or will."""
        waived = any(
            isinstance(change, Waiving)
            for step in chain(layer, self.overlays)
            for change in self.overlays[step].changes
        )
        return not waived and as_of >= max(self._turning_days(layer), default=as_of)

    def book_with(self, as_of: date, layer: str, problems: Problems) -> Book:
        """Give the book of a layer on a day, collecting what is wrong with it and with the layers above."""
        if layer != NATION and layer not in self.overlays:
            message = f"没有覆盖层“{layer}”"
            problems.add(
                "O050", message, Span("rules/overlays", 1, 1, 1, 1), help=f"已有：{'、'.join(self.layers)}"
            )
            raise BookRefusedError(problems.found)
        for step in (NATION, *chain(layer, self.overlays)):
            problems.found += self.layer(step).found
        if self._is_settled(as_of, layer):
            book = replace(self.layer(layer).book, as_of=as_of)
        else:
            book = lower(self._layering[0].text_on(layer, as_of), self.vocabulary, as_of, layer, problems)
        # A book that does not load needs no name.
        return book if problems.found else replace(book, fingerprint=fingerprint(book))

    def with_overlay(self, path: Path) -> Shelf:
        """Give a shelf with one more overlay, which takes the place of the shelf's own of the same code.

        Raises:
            BookRefusedError: if it does not read, or an overlay of that code was laid on before.

        """
        problems = Problems(dict(self.lines))
        overlay = read_overlay_file(path, self.root, problems)
        if overlay is not None and overlay.code.text in self._laid_on:
            code = overlay.code.text
            problems.add(
                "O004", f"覆盖层 {code} 给出了两次", overlay.code.span, help="同一层只能加一个覆盖层"
            )
        problems.stop_if_any()
        assert overlay is not None  # noqa: S101 -- None comes with a diagnostic
        overlays = self.overlays | {overlay.code.text: overlay}
        laid_on = self._laid_on | {overlay.code.text}
        return Shelf(
            self.root, self.vocabulary, self.standard, self.national, problems.lines, overlays, laid_on
        )

    def new_overlay(self, code: str, as_of: date, name: str = "") -> str:
        """Write an overlay to start from for a province or city; see `overlays.draft`."""
        return new_overlay(code, self.layer(above(code, self.overlays)).text, as_of, name)

    def check(self, as_of: date, problems: Problems) -> list[Book]:
        """Give every layer's book on a day, collecting everything that is wrong with any of them."""
        return [self.book_with(as_of, layer, problems) for layer in self.layers]


def read_shelf(root: Path) -> Shelf:
    """Read vocabulary, standard, national rules and overlays under `root`.

    Raises:
        BookRefusedError: with every diagnostic of reading and of citation.

    """
    problems = Problems()
    shelf = read_shelf_with(root, problems)
    problems.stop_if_any()
    return shelf


def read_shelf_with(root: Path, problems: Problems) -> Shelf:
    """Read all, collecting problems, so that `check` can go on to meaning and tell everything at once."""
    vocabulary = load_vocabulary(root / "rules" / "vocabulary", problems)
    standard = load_standard(root / "data" / "standard", problems)
    national = read_national(root, problems)
    check_citations(national, standard, problems)
    overlays = read_overlays(root, problems)
    return Shelf(root, vocabulary, standard, national, problems.lines, overlays)


def read_national(root: Path, problems: Problems) -> BookText:
    """Read every rule file of the nation, by path."""
    folder = root / "rules" / "national"
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix != ".yaml" and path.suffix.lower() in {".yml", ".yaml"}:
            shown = path.relative_to(root).as_posix()
            problems.add(
                "Y008", "规则文件的后缀应是 .yaml", Span(shown, 1, 1, 1, 1), help="改名，否则读不到它"
            )
    texts = [
        read_rules(read_file(path, path.relative_to(root).as_posix(), problems), problems)
        for path in sorted(folder.rglob("*.yaml"))
    ]
    return BookText(
        tuple(rule for text in texts for rule in text.rules),
        tuple(one for text in texts for one in text.definitions),
    )


def check_everything(root: Path, as_of: date) -> list[Book]:
    """Load everything there is and give every layer's book on a day.

    Raises:
        BookRefusedError: with all diagnostics of all files at once, reading and meaning together.

    """
    problems = Problems()
    shelf = read_shelf_with(root, problems)
    books = shelf.check(as_of, problems)
    problems.stop_if_any()
    return books
