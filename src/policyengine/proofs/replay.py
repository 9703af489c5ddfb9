"""A counterexample is shown only if two engines that share no code find the same."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from policyengine.engines.cases import Case
from policyengine.engines.choose import engine_named
from policyengine.vocabulary.terms import Subject

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from policyengine.engines.cases import Event
    from policyengine.engines.findings import Engine
    from policyengine.semantics.ir import Book, Rule, Verdict
    from policyengine.values import Value

_PLACE = "410000"


class EnginesDisagreeError(Exception):
    """Two engines gave different verdicts on one case: our own fault."""


def case_of(
    subject: Subject, values: Mapping[str, Value], trace: tuple[Event, ...] = (), layer: str = "000000"
) -> Case:
    """Make a case of facts, in a province of the layer."""
    name = "SYN-0001"
    outlet = name if subject in {Subject.OUTLET, Subject.OPERATOR} else ""
    province = _PLACE if layer == "000000" else f"{layer[:2]}0000"
    return Case(subject, name, dict(values), trace, outlet, province, province)


def verdict(rule: Rule, case: Case, book: Book, as_of: date, *, engine: str = "reference") -> Verdict:
    """Judge one case by one rule of a book on a day."""
    return _judge(engine_named(engine), rule, case, book, as_of)


def replayed(rule: Rule, case: Case, book: Book, as_of: date) -> Verdict:
    """Judge one case by one rule on `reference` and on `durable`.

    Raises:
        EnginesDisagreeError: if they say different things.

    """
    first, second = (verdict(rule, case, book, as_of, engine=name) for name in ("reference", "durable"))
    if first is not second:
        raise EnginesDisagreeError(f"{rule.id}: reference {first}, durable {second}: {case}")
    return first


def _judge(engine: Engine, rule: Rule, case: Case, book: Book, as_of: date) -> Verdict:
    focused = replace(book, rules=(rule,), as_of=as_of, fingerprint="")
    return next(iter(engine.evaluate(focused, [case]))).verdict
