"""Small books and features written as text, over the vocabulary of the rule book."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from policyengine.diagnostics import Problems
from policyengine.documents import read_text
from policyengine.language.read_rules import read_rules
from policyengine.scenarios.read import read_examples
from policyengine.semantics.lower import lower
from policyengine.vocabulary.load import load_vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable

    from policyengine.scenarios.examples import BookKey, Example
    from policyengine.semantics.ir import Book

ROOT = Path(__file__).parents[3]
DAY = date(2026, 6, 30)


@dataclass(frozen=True)
class OneBook:
    """Gives one book whatever is asked for."""

    book: Book

    def of(self, _: BookKey) -> Book:
        return self.book


@pytest.fixture(scope="session")
def book_of() -> Callable[[str], Book]:
    """Make a book of a text of rules."""
    problems = Problems()
    vocabulary = load_vocabulary(ROOT / "rules" / "vocabulary", problems)
    problems.stop_if_any()

    def make(text: str) -> Book:
        found = Problems()
        book = lower(read_rules(read_text(text, "规则书", found), found), vocabulary, DAY, "000000", found)
        found.stop_if_any()
        return book

    return make


@pytest.fixture
def examples_of(tmp_path) -> Callable[[str, Book], list[Example]]:
    """Read the scenarios of a feature, judged by one book."""

    def read(scenarios: str, book: Book) -> list[Example]:
        file = tmp_path / "试.feature"
        file.write_text(f"# language: zh-CN\n功能: 试\n\n{scenarios}\n", encoding="utf-8")
        return read_examples([file], tmp_path, OneBook(book))

    return read
