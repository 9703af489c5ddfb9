"""Tests of the tests: the shipped scenarios notice every change to the shipped book, and none of them is idle."""

from pathlib import Path

import pytest

from policyengine.proofs.equivalence import equivalent
from policyengine.rulebook import read_shelf
from policyengine.scenarios.books import Books
from policyengine.scenarios.lint import lint
from policyengine.scenarios.mutation.examine import examine, targets
from policyengine.scenarios.mutation.variants import Kind
from policyengine.scenarios.read import feature_files, read_examples

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def books():
    return Books(read_shelf(ROOT))


@pytest.fixture(scope="module")
def examples(books):
    return read_examples(
        feature_files(ROOT, [ROOT / "features" / "national", ROOT / "features" / "overlays"]), ROOT, books
    )


@pytest.fixture(scope="module")
def scores(books, examples):
    return list(examine(targets(books.shelf, books, examples), equivalent, workers=2))


def test_no_mutant_of_the_shipped_book_is_alive(scores):
    """Every change to a rule or derived term of any layer is noticed by a scenario or proved to mean the same."""
    alive = [one.draft or one.tried.mutant.change for score in scores for one in score.survivors]
    assert alive == [], "\n".join(alive)


def test_every_simple_condition_has_its_pair_of_scenarios(scores):
    """MC/DC: each condition that can make a difference by itself is seen to make it, both ways."""
    unshown = [one.effect.atom.words for score in scores for one in score.unshown]
    assert unshown == []


def test_every_kind_of_change_is_made_somewhere(scores):
    """The shipped book has something of each kind to change, so that no kind of mutant lies idle."""
    made = {one.mutant.kind for score in scores for one in (*score.killed, *score.equivalent)}
    assert made == set(Kind)


def test_every_rule_of_the_nation_is_examined(books, examples, scores):
    """None of the rules in force on the last day of the scenarios is left out, and each has mutants."""
    book = books.shelf.book(max(one.book.as_of for one in examples))
    examined = {score.target.name for score in scores if score.mutants}
    assert {rule.id for rule in book.rules} <= examined


def test_shipped_scenarios_are_clean(books):
    """No duplicate, none that asserts nothing, none with facts that its rule does not read."""
    every = read_examples(feature_files(ROOT), ROOT, books)
    slips = [f"{one.example.place} {one.message}" for one in lint(every, books.of)]
    assert slips == [], "\n".join(slips)
