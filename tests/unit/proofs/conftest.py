"""Small books written as text, over the vocabulary of the rule book."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from policyengine.diagnostics import Problems
from policyengine.documents import read_text
from policyengine.language.read_rules import read_rules
from policyengine.rulebook.shelf import Shelf, read_shelf
from policyengine.semantics.lower import lower
from policyengine.vocabulary.load import load_vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable

    from policyengine.semantics.ir import Book
    from policyengine.vocabulary.terms import Vocabulary

ROOT = Path(__file__).parents[3]
DAY = date(2026, 6, 30)


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    problems = Problems()
    found = load_vocabulary(ROOT / "rules" / "vocabulary", problems)
    problems.stop_if_any()
    return found


@pytest.fixture(scope="session")
def book_of(vocabulary: Vocabulary) -> Callable[..., Book]:
    """Make a book of a text of rules."""

    def make(text: str, layer: str = "000000", as_of: date = DAY) -> Book:
        problems = Problems()
        book = lower(
            read_rules(read_text(text, "规则书", problems), problems), vocabulary, as_of, layer, problems
        )
        problems.stop_if_any()
        return book

    return make


@pytest.fixture
def shelf_of(tmp_path: Path) -> Callable[..., Shelf]:
    """Make a shelf of one national file and overlays by file name, over the real vocabulary and standard."""

    def make(national: str, **overlays: str) -> Shelf:
        (tmp_path / "rules" / "national").mkdir(parents=True)
        (tmp_path / "rules" / "overlays").mkdir()
        shutil.copytree(ROOT / "rules" / "vocabulary", tmp_path / "rules" / "vocabulary")
        (tmp_path / "data").mkdir()
        shutil.copytree(ROOT / "data" / "standard", tmp_path / "data" / "standard")
        (tmp_path / "rules" / "national" / "rules.yaml").write_text(national, encoding="utf-8")
        for name, text in overlays.items():
            code = name.removeprefix("overlay_")
            (tmp_path / "rules" / "overlays" / f"{code}-test.yaml").write_text(text, encoding="utf-8")
        return read_shelf(tmp_path)

    return make
