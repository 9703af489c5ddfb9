"""Why a finding is as it is, clause by clause, in Chinese."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from policyengine.engines.reference import wording
from policyengine.engines.reference.reasons import Narrator
from policyengine.engines.reference.stories import Story, stories
from policyengine.semantics.ir import Modality, Pattern, Verdict
from policyengine.semantics.reads import parameters_read
from policyengine.semantics.truth import derive, truth_of
from policyengine.semantics.words import pattern_words
from policyengine.values import day_of, show_with_unit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policyengine.engines.cases import Case
    from policyengine.engines.findings import Finding
    from policyengine.semantics.ir import Book, Rule

_NO_NAMES: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class ParameterNote:
    """A parameter that the rule reads: its value in words, and who set it, since when (ISO date), on what basis."""

    name: str
    value: str
    layer: str
    since: str
    basis: str
    source: str


@dataclass(frozen=True, slots=True)
class DueNote:
    """An obligation still open: its last day (ISO date), the event that raised it (or empty), and a sentence."""

    day: str
    event: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """A finding in words.

    `sentences` tell the whole reason in order; `failed` are those of them about what is not met; `stories` tell
    the violated events; `advice` is what to do, for what fails.
    """

    rule: str
    title: str
    clause: str
    quotations: tuple[str, ...]
    modality: Modality
    verdict: Verdict
    sentences: tuple[str, ...]
    failed: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    parameters: tuple[ParameterNote, ...] = ()
    stories: tuple[Story, ...] = ()
    due: tuple[DueNote, ...] = ()
    advice: str = ""


def explain(book: Book, case: Case, finding: Finding, layers: Mapping[str, str] = _NO_NAMES) -> Explanation:
    """Explain a finding of this case by this book. `layers` gives display names of layers by code (江苏省).

    Raises:
        KeyError: if the book has no such rule.

    """
    rule = next((one for one in book.rules if one.id == finding.rule), None)
    if rule is None:
        raise KeyError(finding.rule)
    narrator = Narrator(book, {**case.values, **derive(book, case.subject, case.values)}, layers)
    told = stories(rule, case, finding, narrator)
    due = tuple(
        DueNote(day_of(one.day).isoformat(), one.event, sentence)
        for one, sentence in zip(finding.evidence.due, told.due, strict=True)
    )
    sentences, failed = _reasons(rule, case, finding, narrator)
    violated = tuple(story.sentence for story in told.violated)
    return Explanation(
        rule=rule.id,
        title=rule.title,
        clause=rule.clause,
        quotations=rule.quotations,
        modality=rule.modality,
        verdict=finding.verdict,
        sentences=(*sentences, *violated, *told.notes, *(note.sentence for note in due)),
        failed=(*failed, *violated),
        missing=finding.missing,
        parameters=_parameters(rule, narrator),
        stories=told.violated,
        due=due,
        advice=rule.message if finding.verdict is Verdict.FAIL else "",
    )


def _reasons(rule: Rule, case: Case, finding: Finding, narrator: Narrator) -> tuple[list[str], list[str]]:
    """Give the sentences about 适用, 要求 and what is missing; and those of them that fail."""
    requires = rule.requires
    applies = truth_of(rule.applies, narrator.values, narrator.book)
    match finding.verdict:
        case Verdict.NOT_APPLICABLE:
            if rule.waivable and rule.id in case.waived:
                return [wording.WAIVED], []
            if applies is False:
                reasons = narrator.reasons(rule.applies, met=True, positive=False)
                return [wording.not_applicable(reasons)], []
            if isinstance(requires, Pattern):
                return [_quiet(rule, finding)], []
            return [wording.NEVER_GRANTED, *narrator.reasons(requires, met=False)], []
        case Verdict.PASS:
            if isinstance(requires, Pattern):
                return [wording.kept(pattern_words(requires, narrator.book), finding.evidence.met)], []
            return replace(narrator, deep=False).reasons(requires, met=True), []
        case Verdict.FAIL:
            failed = [] if isinstance(requires, Pattern) else narrator.reasons(requires, met=False)
            return failed, failed
        case Verdict.UNDETERMINED:
            failed = [] if isinstance(requires, Pattern) else narrator.reasons(requires, met=False)
            broken = bool(failed or finding.evidence.violated)
            opening = [wording.APPLIES_UNKNOWN] if applies is None and broken else []
            return [*opening, *failed, wording.missing(finding.missing)], failed


def _quiet(rule: Rule, finding: Finding) -> str:
    """Say why an event rule that applies has no verdict."""
    if rule.modality is Modality.MAY and finding.evidence.violated:
        return wording.NEVER_GRANTED
    return wording.ONLY_DUE if finding.evidence.due else wording.NO_ACTIVATION


def _parameters(rule: Rule, narrator: Narrator) -> tuple[ParameterNote, ...]:
    found = []
    for name in parameters_read(rule, narrator.book):
        parameter = narrator.book.parameters[name]
        current = parameter.current
        found.append(
            ParameterNote(
                name,
                show_with_unit(current.value, parameter.type),
                wording.layer_name(current.layer, narrator.layers.get(current.layer)),
                current.since.isoformat(),
                current.basis.value,
                current.source,
            )
        )
    return tuple(found)
