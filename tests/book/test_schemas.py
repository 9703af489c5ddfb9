"""The JSON Schemas that editors use agree with the reader: what ships is valid, what the reader refuses by shape is not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from policyengine.diagnostics import Problems
from policyengine.documents import Mapping, Scalar, Sequence, read_file

ROOT = Path(__file__).parents[2]
RULES = Draft202012Validator(json.loads((ROOT / "rules/rules.schema.json").read_text(encoding="utf-8")))
WORDS = Draft202012Validator(json.loads((ROOT / "rules/vocabulary.schema.json").read_text(encoding="utf-8")))
GOLDEN = ROOT / "tests" / "golden" / "language"
SHAPES = (
    "unknown-key",
    "missing-key",
    "not-a-text",
    "word-outside-list",
    "not-a-list",
    "no-kind",
    "rule-id",
    "no-requirement",
    "dated-value-shape",
    "selector-shape",
)


def _plain(node: object) -> object:
    match node:
        case Scalar():
            return node.text
        case Sequence():
            return [_plain(one) for one in node.items]
        case Mapping():
            return {key.text: _plain(value) for key, value in node}
    raise TypeError(node)


def _load(path: Path) -> object:
    node = read_file(path, path.name, Problems())
    assert node is not None
    return _plain(node)


@pytest.mark.parametrize("path", sorted((ROOT / "rules/national").rglob("*.yaml")), ids=lambda p: p.stem)
def test_shipped_rule_files_are_valid(path):
    """Every rule file of the nation meets the schema."""
    assert [error.message for error in RULES.iter_errors(_load(path))] == []


@pytest.mark.parametrize("path", sorted((ROOT / "rules/vocabulary").glob("*.yaml")), ids=lambda p: p.stem)
def test_shipped_vocabulary_is_valid(path):
    """Every vocabulary file meets the schema."""
    assert [error.message for error in WORDS.iter_errors(_load(path))] == []


@pytest.mark.parametrize("name", ["every-operator", "every-pattern", "first-hit-table"])
def test_good_golden_files_are_valid(name):
    """What the reader accepts, the schema accepts."""
    assert [error.message for error in RULES.iter_errors(_load(GOLDEN / "good" / f"{name}.yaml"))] == []


@pytest.mark.parametrize("name", SHAPES)
def test_misshapen_files_are_refused(name):
    """What the reader refuses for its shape, the schema refuses."""
    assert not RULES.is_valid(_load(GOLDEN / "bad" / f"{name}.yaml"))
