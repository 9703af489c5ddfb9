"""Overlay files, good and bad: every bad one is told at the right place, in full."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from policyengine.diagnostics import Problems
from unit.overlays.small_shelf import shelf_with

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
DAY = date(2025, 9, 1)
EXPECTED = re.compile(r"^# 期望 (\S+) ?(.*)$", re.MULTILINE)
# Told of two files, or of a file's name, or of a layer asked for: shown in tests of their own.
ELSEWHERE = {"O001", "O004", "O050"}


def _files(folder: str) -> list[Path]:
    return sorted((HERE / folder).glob("*.yaml"))


def _found(path: Path, day: date = DAY) -> Problems:
    problems = Problems()
    shelf = shelf_with(path, problems)
    shelf.check(day, problems)
    return problems


def _expected(path: Path) -> set[tuple[str, str]]:
    return set(EXPECTED.findall(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", _files("good"), ids=lambda path: path.stem)
def test_a_good_overlay_loads_without_a_word(path):
    """A good overlay raises no diagnostic, whichever the day."""
    for day in (date(2025, 3, 1), DAY, date(2027, 1, 1)):
        assert not [one.render() for one in _found(path, day).found]


@pytest.mark.parametrize("path", _files("bad"), ids=lambda path: path.stem)
def test_a_bad_overlay_is_told_with_its_culprit_underlined(path):
    """Exactly the expected diagnostics are raised, and what they underline is the culprit itself."""
    found = _found(path).found
    assert {(one.code, one.underlined) for one in found} == _expected(path), [one.render() for one in found]


@pytest.mark.parametrize("path", _files("bad"), ids=lambda path: path.stem)
def test_a_bad_overlay_is_told_before_its_day_too(path):
    """What is wrong with a change is told even on a day before the change begins."""
    early = {(one.code, one.underlined) for one in _found(path, date(2025, 2, 1)).found}
    assert early == _expected(path)


def test_every_diagnostic_of_an_overlay_says_what_to_write_instead():
    """Each diagnostic about an overlay comes with help."""
    silent = {
        one.code
        for path in _files("bad")
        for one in _found(path).found
        if one.code.startswith("O") and not one.help
    }
    assert not silent


def test_every_diagnostic_of_overlays_has_its_bad_file():
    """No code is raised by overlays and their admission that no bad file shows."""
    rooms = [
        *(ROOT / "src/policyengine/overlays").glob("*.py"),
        *(ROOT / "src/policyengine/rulebook").glob("*.py"),
    ]
    raised = {code for path in rooms for code in re.findall(r'"(O\d{3})"', path.read_text(encoding="utf-8"))}
    shown = {code for path in _files("bad") for code, _ in _expected(path)}
    assert raised - shown == ELSEWHERE


def test_a_rendered_diagnostic_reads_as_a_whole():
    """Place, message, line, underline, clause and help stand together."""
    (one,) = _found(HERE / "bad" / "wrong-direction.yaml").found
    assert one.render().split("\n", 1)[1] == (
        "  |\n"
        "6 |     取值: {2025-06-01: 1}\n"
        "  |                        ^\n"
        "  条款：五（五）\n"
        "  建议：自 2025-06-01 起写不低于 2 人 的值"
    )
    assert (
        one.message == "参数“最少经办人员数”只可调高：自 2025-06-01 起本层为 1 人，上一层为 2 人，放宽了要求"
    )
