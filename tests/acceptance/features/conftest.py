"""The step table of the package, given to pytest-bdd; every scenario runs on every engine."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from pytest_bdd import given, parsers, then, when

from policyengine.engines.choose import NAMES, engine_named
from policyengine.rulebook import read_shelf
from policyengine.scenarios.books import Books
from policyengine.scenarios.run import run
from policyengine.scenarios.situation import Situation
from policyengine.scenarios.steps import STEPS, Attachment, Step, take

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def books() -> Books:
    return Books(read_shelf(ROOT))


@pytest.fixture(scope="session")
def engines() -> dict[str, object]:
    return {name: engine_named(name) for name in NAMES}


@pytest.fixture(params=NAMES, autouse=True)
def engine(request, engines):
    return engines[request.param]


@pytest.fixture
def situation() -> Situation:
    return Situation()


def _register(step: Step) -> None:
    matcher = parsers.re(f"(?P<whole>{step.pattern})$")
    keyword = {"given": given, "when": when, "then": then}[step.kind]

    def act(whole, situation, engine, books, attachment=None):
        take(situation, step.kind, whole, attachment or Attachment())
        if step.kind == "then":
            example = situation.example(books.of(situation.book_key), "", 0, "", "")
            example = replace(example, expectations=example.expectations[-1:])
            (outcome,) = run([example], engine, books.of)
            assert outcome.holds, "；".join(outcome.failures)

    if step.takes == "table":

        def with_table(whole, situation, engine, books, datatable):
            act(whole, situation, engine, books, Attachment(table=datatable))

        keyword(matcher, stacklevel=2)(with_table)
    elif step.takes == "text":

        def with_text(whole, situation, engine, books, docstring):
            act(whole, situation, engine, books, Attachment(text=docstring))

        keyword(matcher, stacklevel=2)(with_text)
    else:

        def plain(whole, situation, engine, books):
            act(whole, situation, engine, books)

        keyword(matcher, stacklevel=2)(plain)


for _step in STEPS:
    assert re.compile(_step.pattern)
    _register(_step)
