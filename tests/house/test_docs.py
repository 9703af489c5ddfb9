"""The papers tell the truth: every command is documented, every link leads somewhere, every room is on the map."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from policyengine.cli.main import _COMMANDS

ROOT = Path(__file__).parents[2]
PAPERS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "data").rglob("*.md")])


@pytest.mark.parametrize("paper", ["README.md", "README.zh-CN.md"])
def test_every_command_is_documented(paper):
    """No command exists that the paper does not name."""
    text = (ROOT / paper).read_text(encoding="utf-8")
    assert [name for name in _COMMANDS if not re.search(rf"[` ]{name}\b", text)] == []


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(paper):
    """Links between papers are not broken."""
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", paper.read_text(encoding="utf-8"))
    assert [link for link in links if not (paper.parent / link).exists()] == []


def test_every_room_is_on_the_map():
    """ARCHITECTURE.md names every folder of the package."""
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    rooms = [
        path.name for path in (ROOT / "src" / "policyengine").iterdir() if (path / "__init__.py").is_file()
    ]
    assert [room for room in rooms if f"`{room}/`" not in text] == []


def test_every_dependency_has_its_reason():
    """Each package that the project declares is explained in the decisions."""
    reasons = (ROOT / "docs" / "decisions" / "0002-dependencies.md").read_text(encoding="utf-8")
    declared = re.findall(
        r'^  "([A-Za-z0-9_-]+)', (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE
    )
    packages = {name for name in declared if not name.isupper() and not re.fullmatch(r"[A-Z]+\d+", name)}
    stubs = {"pandas-stubs", "types-jsonschema", "types-PyYAML"}
    assert sorted(name for name in packages - stubs if name.lower() not in reasons.lower()) == []
