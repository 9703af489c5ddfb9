"""A small nation and a province, for tests of overlays."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from policyengine.diagnostics import Problems
from policyengine.documents import read_text
from policyengine.overlays.read import read_overlay
from policyengine.rulebook.overlay_files import read_overlay_file
from policyengine.rulebook.shelf import Shelf, read_national
from policyengine.standard import load_standard
from policyengine.vocabulary.load import load_vocabulary

if TYPE_CHECKING:
    from policyengine.overlays.syntax import OverlayText

ROOT = Path(__file__).parents[3]
BASE = ROOT / "tests" / "golden" / "overlays" / "base"
PROVINCE = BASE / "320000-jiangsu.yaml"


@cache
def small_shelf() -> Shelf:
    """Give the small nation without overlays."""
    problems = Problems()
    vocabulary = load_vocabulary(BASE / "rules" / "vocabulary", problems)
    standard = load_standard(ROOT / "data" / "standard", problems)
    national = read_national(BASE, problems)
    problems.stop_if_any()
    return Shelf(BASE, vocabulary, standard, national, problems.lines)


def shelf_with(path: Path, problems: Problems) -> Shelf:
    """Lay a file on the small nation; a city's file on the small province."""
    overlay = read_overlay_file(path, BASE, problems)
    return laid(overlay, problems)


def shelf_with_text(text: str, problems: Problems) -> Shelf:
    """Lay a text on the small nation."""
    return laid(read_overlay(read_text(text, "试.yaml", problems), "试.yaml", problems), problems)


def laid(overlay: OverlayText | None, problems: Problems) -> Shelf:
    """Lay an overlay on the small nation, and under a city the small province."""
    base = small_shelf()
    overlays = {}
    if overlay is not None and not overlay.code.text.endswith("0000"):
        province = read_overlay_file(PROVINCE, BASE, problems)
        assert province is not None
        overlays["320000"] = province
    if overlay is not None:
        overlays[overlay.code.text] = overlay
    return Shelf(BASE, base.vocabulary, base.standard, base.national, base.lines | problems.lines, overlays)
