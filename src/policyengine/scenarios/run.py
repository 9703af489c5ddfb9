"""Judge examples in process, in batches: one evaluation for all examples of one book and rule."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, assert_never

from policyengine.scenarios import wording
from policyengine.scenarios.examples import (
    Example,
    Expectation,
    ExpectConclusion,
    ExpectDerived,
    ExpectDue,
    ExpectMissing,
    ExpectVerdict,
    ExpectViolated,
    Outcome,
)
from policyengine.semantics.rollup import conclude
from policyengine.semantics.truth import derive
from policyengine.values import day_of, show

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from policyengine.engines.cases import Case
    from policyengine.engines.findings import Engine, Finding
    from policyengine.scenarios.examples import BookKey
    from policyengine.semantics.ir import Book


def run(examples: Iterable[Example], engine: Engine, book_of: Callable[[BookKey], Book]) -> list[Outcome]:
    """Judge examples; outcomes come in the order of the examples."""
    ordered = list(examples)
    groups: dict[tuple[BookKey, str], list[int]] = defaultdict(list)
    for index, example in enumerate(ordered):
        groups[example.book, example.rule].append(index)
    outcomes: dict[int, Outcome] = {}
    for (key, rule), indexes in groups.items():
        book = focus(book_of(key), rule)
        # Each example needs a subject of its own, or findings could not be told apart.
        cases = [_own(ordered[index], index) for index in indexes]
        found: dict[str, list[Finding]] = defaultdict(list)
        for finding in engine.evaluate(book, cases):
            found[finding.subject_id].append(finding)
        for index, case in zip(indexes, cases, strict=True):
            outcomes[index] = judge(ordered[index], book, found[case.id])
    return [outcomes[index] for index in range(len(ordered))]


def focus(book: Book, rule: str) -> Book:
    """Keep one rule of a book; all of them for an empty name."""
    return replace(book, rules=tuple(one for one in book.rules if one.id == rule)) if rule else book


def judge(example: Example, book: Book, findings: list[Finding]) -> Outcome:
    """Hold the findings on an example against what it expects."""
    failures = tuple(
        failure
        for expectation in example.expectations
        if (failure := _failure(expectation, example, book, findings))
    )
    verdict = findings[0].verdict.chinese if example.rule and findings else ""
    return Outcome(example, failures, verdict)


def _own(example: Example, index: int) -> Case:
    name = f"SYN-{index:06d}"
    outlet = name if example.case.outlet_id else ""
    return replace(example.case, id=name, outlet_id=outlet)


def _failure(expectation: Expectation, example: Example, book: Book, findings: list[Finding]) -> str:
    match expectation:
        case ExpectConclusion(expected):
            modality = {rule.id: rule.modality for rule in book.rules}
            overall = conclude((modality[one.rule], one.verdict) for one in findings)
            return _compare("整体结论", expected, str(overall))
        case ExpectDerived(term, expected):
            return _derived(term, expected, example, book)
        case ExpectVerdict() | ExpectMissing() | ExpectViolated() | ExpectDue():
            if not findings:
                return f"规则“{example.rule}”没有对这个对象作出结论"
            return _of_finding(expectation, findings[0])
        case _:
            assert_never(expectation)


def _of_finding(
    expectation: ExpectVerdict | ExpectMissing | ExpectViolated | ExpectDue, finding: Finding
) -> str:
    match expectation:
        case ExpectVerdict(expected):
            return _compare("结论", expected, finding.verdict.chinese)
        case ExpectMissing(terms):
            return _compare("缺少的词", "、".join(sorted(terms)), "、".join(sorted(finding.missing)))
        case ExpectViolated(events):
            return _compare("违反的事件", "、".join(sorted(events)), "、".join(finding.evidence.violated))
        case ExpectDue(days):
            due = sorted(day_of(one.day).isoformat() for one in finding.evidence.due)
            return _compare("待办期限", "、".join(sorted(days)), "、".join(due))
        case _:
            assert_never(expectation)


def _derived(term: str, expected: str, example: Example, book: Book) -> str:
    definition = next((one for one in book.definitions if one.name == term), None)
    if definition is None:
        return f"规则书中没有定义“{term}”"
    value = derive(book, example.case.subject, example.case.values).get(term)
    found = "无" if value is None else show(value, definition.type)
    return _compare(f"“{term}”", expected, found)


def _compare(what: str, expected: str, found: str) -> str:
    return "" if expected == found else wording.differs(what, expected, found)
