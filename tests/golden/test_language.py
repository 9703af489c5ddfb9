"""Rule and vocabulary files, good and bad: every bad one is told at the right place, in full."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from policyengine.diagnostics import Problems
from policyengine.documents import read_file
from policyengine.language.read_rules import read_rules
from policyengine.rulebook.citations import check_citations
from policyengine.semantics.lower import lower
from policyengine.standard import load_standard
from policyengine.vocabulary.load import load_vocabulary

HERE = Path(__file__).parent / "language"
ROOT = Path(__file__).parents[2]
SOURCES = ("language", "semantics", "vocabulary")
EXPECTED = re.compile(r"^# 期望 (\S+) ?(.*)$", re.MULTILINE)


def _files(folder: str) -> list[Path]:
    return sorted((HERE / folder).glob("*.yaml"))


def _read(path: Path) -> Problems:
    problems = Problems()
    vocabulary = load_vocabulary(HERE / "vocabulary", problems)
    standard = load_standard(ROOT / "data" / "standard", problems)
    assert not problems.found
    text = read_rules(read_file(path, path.name, problems), problems)
    check_citations(text, standard, problems)
    lower(text, vocabulary, date(2026, 6, 30), "000000", problems)
    return problems


def _expected(path: Path) -> set[tuple[str, str]]:
    return set(EXPECTED.findall(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", _files("good"), ids=lambda path: path.stem)
def test_a_good_file_loads_without_a_word(path):
    """A good file raises no diagnostic at all."""
    assert not [one.render() for one in _read(path).found]


@pytest.mark.parametrize("path", _files("bad"), ids=lambda path: path.stem)
def test_a_bad_file_is_told_with_its_culprit_underlined(path):
    """Exactly the expected diagnostics are raised, and what they underline is the culprit itself."""
    found = _read(path).found
    assert {(one.code, one.underlined) for one in found} == _expected(path), [one.render() for one in found]


@pytest.mark.parametrize("path", _files("bad-vocabulary"), ids=lambda path: path.stem)
def test_a_bad_vocabulary_is_told_with_its_culprit_underlined(path, tmp_path):
    """The same for vocabulary files."""
    (tmp_path / path.name).write_bytes(path.read_bytes())
    problems = Problems()
    load_vocabulary(tmp_path, problems)
    found = problems.found
    assert {(one.code, one.underlined) for one in found} == _expected(path), [one.render() for one in found]


def test_a_rendered_diagnostic_reads_as_a_whole():
    """Place, message, line, underline under wide characters, clause and help stand together."""
    (one,) = _read(HERE / "bad" / "unknown-name.yaml").found
    assert one.render() == (
        "unknown-name.yaml:8:7: 错误[T001] 网点的规则中没有“在岗经办人数”这个词或参数\n"
        "  |\n"
        "8 |   要求: 在岗经办人数 >= 1\n"
        "  |         ^^^^^^^^^^^^\n"
        "  条款：五（五）\n"
        "  建议：是否想写“在岗经办人员数”？"
    )


def test_every_diagnostic_has_its_bad_file():
    """No code is raised by the reader of rules and vocabulary that no bad file shows."""
    raised = set()
    for room in SOURCES:
        for path in (ROOT / "src" / "policyengine" / room).glob("*.py"):
            raised |= set(re.findall(r'"([FVLTPEQ]\d{3})"', path.read_text(encoding="utf-8")))
    for name in ("documents.py", "forms.py", "rulebook/citations.py"):
        raised |= set(
            re.findall(r'"([YFQ]\d{3})"', (ROOT / "src/policyengine" / name).read_text(encoding="utf-8"))
        )
    shown = {
        code for folder in ("bad", "bad-vocabulary") for path in _files(folder) for code, _ in _expected(path)
    }
    # Y001 and Y002 (unreadable file, wrong encoding), V001 and V011 (no files, two files) have tests of their own.
    assert raised - shown == {"Y001", "Y002", "V001", "V011"}
