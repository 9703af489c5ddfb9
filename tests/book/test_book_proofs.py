"""The rule book itself has no flaw that can be proved, in any layer."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from policyengine.proofs.book import Severity, book_findings, table_findings
from policyengine.rulebook.shelf import read_shelf

ROOT = Path(__file__).parents[2]
DAY = date(2026, 6, 30)


def test_the_national_book_has_no_error() -> None:
    """Tables have no gap and no overlap, every rule can fail and be met, no two exclude each other."""
    found = book_findings(read_shelf(ROOT).book(DAY))
    assert [one.message for one in found if one.severity is Severity.ERROR] == []


def test_the_tables_of_every_layer_are_whole() -> None:
    """No layer's values open a gap in a decision table, or make two rows hold at once."""
    shelf = read_shelf(ROOT)
    assert [one.message for layer in shelf.layers for one in table_findings(shelf.book(DAY, layer))] == []
