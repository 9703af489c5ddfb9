"""Everything written, read once; the book of any layer on any day is made from it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from policyengine.diagnostics import BookRefusedError, Problems
from policyengine.documents import read_file
from policyengine.language.read_rules import read_rules
from policyengine.language.syntax import BookText
from policyengine.rulebook.citations import check_citations
from policyengine.rulebook.fingerprint import fingerprint
from policyengine.semantics.lower import lower
from policyengine.standard import load_standard
from policyengine.vocabulary.load import load_vocabulary

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from policyengine.semantics.ir import Book
    from policyengine.standard import Standard
    from policyengine.vocabulary.terms import Vocabulary

NATION = "000000"


@dataclass(slots=True)
class Shelf:
    """What the files say, before a day is chosen."""

    root: Path
    vocabulary: Vocabulary
    standard: Standard
    national: BookText
    lines: dict[str, list[str]]
    _books: dict[tuple[str, date], Book] = field(default_factory=dict)

    def book(self, as_of: date, layer: str = NATION) -> Book:
        """Give the book of a layer on a day, made once.

        Raises:
            BookRefusedError: with every diagnostic, if it does not load.

        """
        key = (layer, as_of)
        if key not in self._books:
            problems = Problems(dict(self.lines))
            book = lower(self.national, self.vocabulary, as_of, layer, problems)
            problems.stop_if_any()
            self._books[key] = replace(book, fingerprint=fingerprint(book))
        return self._books[key]


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
    return Shelf(root, vocabulary, standard, national, problems.lines)


def read_national(root: Path, problems: Problems) -> BookText:
    """Read every rule file of the nation, by path."""
    folder = root / "rules" / "national"
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
    found = list(problems.found)
    meaning = Problems(dict(problems.lines))
    book = lower(shelf.national, shelf.vocabulary, as_of, NATION, meaning)
    found += meaning.found
    if found:
        raise BookRefusedError(found)
    return [book]
