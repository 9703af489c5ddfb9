"""Packages that have one door are imported behind it only."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "policyengine"
DOORS = {
    "yaml": {"documents.py"},
    "durable": set(),
    "durable_rules_engine": {"engines/durable/ruleset.py"},
    "jinja2": {"reports/templates.py"},
    "pyspark": {"batch/nightly/spark.py"},
}
FOLDERS = {
    "z3": ("proofs/",),
    "polars": ("engines/columnar/", "batch/", "planning/", "reports/", "cli/", "api.py"),
    "ortools": ("planning/",),
    "lark": ("language/",),
    "typer": ("cli/",),
    "rich": ("cli/",),
    "chinese_calendar": ("semantics/workdays.py",),
    "gherkin": ("scenarios/",),
}


def _imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {one.name.split(".")[0] for one in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return found


def _importers(package: str) -> set[str]:
    return {path.relative_to(SOURCE).as_posix() for path in SOURCE.rglob("*.py") if package in _imports(path)}


@pytest.mark.parametrize("package", DOORS)
def test_a_package_with_one_door_is_imported_there_only(package):
    """No module but the door imports the package."""
    assert _importers(package) <= DOORS[package]


@pytest.mark.parametrize("package", FOLDERS)
def test_a_package_stays_in_its_rooms(package):
    """A package that belongs to certain rooms is imported in no other."""
    assert {name for name in _importers(package) if not name.startswith(FOLDERS[package])} == set()


def test_the_project_names_no_place_of_one_machine():
    """No file of the project names an absolute path of somebody's machine."""
    import re
    import subprocess

    root = SOURCE.parents[1]
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=root, capture_output=True, check=True, text=True
    ).stdout
    place = re.compile(r"(?<![\w.])/(?:work|root|home|farm)/[A-Za-z]")
    found = []
    for name in filter(None, listed.split("\0")):
        path = root / name
        if (
            path.suffix in {".py", ".md", ".yaml", ".feature", ".toml", ".txt", ".lock", ".json", ".j2"}
            and path.is_file()
        ):
            found += [name for line in path.read_text(encoding="utf-8").splitlines() if place.search(line)]
    assert found == []
