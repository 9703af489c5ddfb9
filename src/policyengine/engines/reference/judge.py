"""The reference engine: the plain definition of verdicts and evidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from policyengine.engines.findings import Evidence, Finding
from policyengine.engines.reference.patterns import answer
from policyengine.semantics.ir import Modality, Pattern, Verdict
from policyengine.semantics.reads import terms_read
from policyengine.semantics.truth import blame, derive, truth_of, verdict_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from policyengine.engines.cases import Case
    from policyengine.engines.reference.patterns import Answer
    from policyengine.semantics.ir import Book, Condition, Rule
    from policyengine.values import Value


@dataclass(frozen=True, slots=True)
class Reference:
    """Judges case by case, slowly and plainly."""

    def evaluate(self, book: Book, cases: Iterable[Case]) -> Iterator[Finding]:
        """Give the finding of every rule of the case's subject, case by case, in the order of the book."""
        read = {rule.id: terms_read(rule, book) for rule in book.rules}
        for case in cases:
            known = {**case.values, **derive(book, case.subject, case.values)}
            for rule in book.rules:
                if rule.subject is case.subject:
                    yield _finding(rule, case, known, read[rule.id], book)


def judge(rule: Rule, case: Case, book: Book) -> Finding:
    """Judge one case by one rule."""
    known = {**case.values, **derive(book, case.subject, case.values)}
    return _finding(rule, case, known, terms_read(rule, book), book)


def _finding(
    rule: Rule, case: Case, known: Mapping[str, Value], read: tuple[str, ...], book: Book
) -> Finding:
    if rule.waivable and rule.id in case.waived:
        return _said(rule, case, Verdict.NOT_APPLICABLE, Evidence())
    values = {name: case.values[name] for name in read if name in case.values}
    if isinstance(rule.requires, Pattern):
        return _by_events(rule, rule.requires, case, known, values, book)
    return _by_facts(rule, rule.requires, case, known, values, book)


def _by_facts(
    rule: Rule,
    requires: Condition,
    case: Case,
    known: Mapping[str, Value],
    values: dict[str, Value],
    book: Book,
) -> Finding:
    verdict = verdict_of(truth_of(rule.applies, known, book), truth_of(requires, known, book), rule.modality)
    missing = blame(rule.applies, known, book) | blame(requires, known, book)
    return _said(rule, case, verdict, Evidence(values), missing)


def _by_events(
    rule: Rule,
    pattern: Pattern,
    case: Case,
    known: Mapping[str, Value],
    values: dict[str, Value],
    book: Book,
) -> Finding:
    applies = truth_of(rule.applies, known, book)
    if applies is False:
        return _said(rule, case, Verdict.NOT_APPLICABLE, Evidence(values))
    found = answer(pattern, case.trace, book)
    evidence = Evidence(values, found.violated, found.met, found.due)
    missing = blame(rule.applies, known, book) | set(found.missing)
    return _said(rule, case, _event_verdict(applies, found, rule.modality), evidence, missing)


def _event_verdict(applies: bool | None, found: Answer, modality: Modality) -> Verdict:
    """Join 适用 (not false) and the answer of a pattern, by the table of docs/events.md."""
    if found.holds is None and not found.unknown:
        return Verdict.NOT_APPLICABLE
    return verdict_of(applies, found.holds, modality)


def _said(
    rule: Rule, case: Case, verdict: Verdict, evidence: Evidence, missing: Iterable[str] = ()
) -> Finding:
    return Finding(
        subject=case.subject,
        subject_id=case.id,
        outlet_id=case.outlet_id,
        province=case.province,
        rule=rule.id,
        verdict=verdict,
        missing=tuple(sorted(missing)) if verdict is Verdict.UNDETERMINED else (),
        evidence=evidence,
    )
