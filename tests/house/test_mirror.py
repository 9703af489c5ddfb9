"""features/national mirrors rules/national: every file, every rule, every verdict that can occur."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest

from policyengine.engines.choose import engine_named
from policyengine.rulebook import read_shelf
from policyengine.scenarios.books import Books
from policyengine.scenarios.examples import ExpectVerdict
from policyengine.scenarios.read import feature_files, read_examples
from policyengine.scenarios.run import run
from policyengine.scenarios.verdicts import possible_verdicts

ROOT = Path(__file__).parents[2]
RULES, FEATURES = ROOT / "rules" / "national", ROOT / "features" / "national"


@pytest.fixture(scope="module")
def shelf():
    return read_shelf(ROOT)


@pytest.fixture(scope="module")
def outcomes(shelf):
    books = Books(shelf)
    examples = read_examples(feature_files(ROOT, [FEATURES]), ROOT, books)
    return run(examples, engine_named("reference"), books.of)


def test_every_rule_file_has_its_feature_and_the_other_way_round():
    """The two folders hold the same files."""
    rules = {path.relative_to(RULES).with_suffix("") for path in RULES.rglob("*.yaml")}
    features = {path.relative_to(FEATURES).with_suffix("") for path in FEATURES.rglob("*.feature")}
    assert rules == features


def test_a_rule_is_tried_where_it_stands(shelf, outcomes):
    """Scenarios of a rule stand in the feature that mirrors its file."""
    home = {
        rule.id.text: rule.span.file.replace("rules/", "features/").replace(".yaml", ".feature")
        for rule in shelf.national.rules
    }
    astray = {
        (one.example.rule, one.example.file)
        for one in outcomes
        if one.example.rule and home[one.example.rule] != one.example.file
    }
    assert astray == set()


def test_every_rule_shows_every_verdict_that_can_occur(shelf, outcomes):
    """For each rule there is a scenario of each verdict it can give."""
    shown = defaultdict(set)
    for one in outcomes:
        if one.holds and any(isinstance(expected, ExpectVerdict) for expected in one.example.expectations):
            shown[one.example.rule].add(one.verdict)
    book = shelf.book(date(2026, 6, 30))
    missing = {
        rule.id: sorted(
            verdict.chinese
            for verdict in possible_verdicts(rule, book)
            if verdict.chinese not in shown[rule.id]
        )
        for rule in book.rules
    }
    assert {rule: verdicts for rule, verdicts in missing.items() if verdicts} == {}
