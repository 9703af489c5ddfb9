"""Verdicts of rules of facts by their plain definition: what Z3 finds is held to it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from policyengine.semantics.ir import Pattern
from policyengine.semantics.truth import truth_of, verdict_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policyengine.proofs.solve import Situation
    from policyengine.semantics.ir import Book, Rule, Verdict
    from policyengine.values import Value


def verdict_in(rule: Rule, book: Book, found: Situation) -> Verdict:
    """Judge a situation, on its own day."""
    return verdict_on(rule, book if book.as_of == found.day else replace(book, as_of=found.day), found.values)


def verdict_on(rule: Rule, book: Book, values: Mapping[str, Value]) -> Verdict:
    """Judge facts on the day of the book."""
    assert not isinstance(rule.requires, Pattern)  # noqa: S101 -- rules of events are judged by the engines
    truths = truth_of(rule.applies, values, book), truth_of(rule.requires, values, book)
    return verdict_of(*truths, rule.modality)


def applies_in(rule: Rule, book: Book, found: Situation) -> bool | None:
    """Tell whether a rule applies in a situation; None if that is unknown."""
    return truth_of(rule.applies, found.values, replace(book, as_of=found.day))
