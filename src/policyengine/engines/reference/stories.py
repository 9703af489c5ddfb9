"""What happened, and what should have: the violated and the open obligations of an event rule, told event by event."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never

from policyengine.engines.reference import wording
from policyengine.semantics.ir import DayUnit, Pattern, PatternKind
from policyengine.semantics.reads import parameters_read
from policyengine.semantics.truth import value_of
from policyengine.semantics.words import limit_words, pattern_words, selector_words
from policyengine.semantics.workdays import is_official, last_day_within, official_range
from policyengine.values import day_of, moment_of

if TYPE_CHECKING:
    from policyengine.engines.cases import Case, Event
    from policyengine.engines.findings import Finding
    from policyengine.engines.reference.reasons import Narrator
    from policyengine.semantics.ir import Rule


@dataclass(frozen=True, slots=True)
class Story:
    """A violated obligation: the event (id, type, moment; empty if nothing happened), what was expected, by when.

    `moment` is ISO-like, `by` an ISO date or empty where no day was set.
    """

    event: str
    type: str
    moment: str
    expected: str
    by: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Told:
    """The violated obligations, the sentences of those still open (in the order of the evidence), and notes."""

    violated: tuple[Story, ...] = ()
    due: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Teller:
    pattern: Pattern
    narrator: Narrator

    def story(self, event: Event | None) -> Story:
        """Tell one violated obligation; None for one that no event raised."""
        pattern, book = self.pattern, self.narrator.book
        what = "" if event is None else self.event(event)
        target = "" if pattern.target is None else selector_words(pattern.target, book)
        by = "" if event is None else self.deadline(event.day)
        match pattern.kind:
            case PatternKind.ABSENCE:
                sentence, expected, by = wording.forbidden(what, pattern_words(pattern, book)), "", ""
            case PatternKind.RESPONSE:
                sentence, expected = wording.never_followed(what, target, by), target
            case PatternKind.PRECEDENCE:
                within = "" if pattern.limit is None else limit_words(pattern.limit, book)
                sentence, expected, by = wording.never_preceded(what, target, within), target, ""
            case PatternKind.IN_FORCE:
                sentence, expected, by = wording.not_covered(what, target), target, ""
            case PatternKind.EXISTENCE | PatternKind.RECURRENCE:
                expected = pattern_words(pattern, book)
                sentence = wording.not_held(what, expected)
                by = by if pattern.kind is PatternKind.EXISTENCE else ""
            case _:
                assert_never(pattern.kind)
        if event is None:
            return Story("", "", "", expected, by, sentence)
        return Story(event.id, event.type, _moment(event), expected, by, sentence)

    def due(self, event: Event | None, day: int) -> str:
        """Tell one open obligation."""
        wanted = self.pattern.target or self.pattern.activation
        what = "" if event is None else self.event(event)
        return wording.due(what, day_of(day).isoformat(), selector_words(wanted, self.narrator.book))

    def event(self, event: Event) -> str:
        return wording.event(event.type, event.id, _moment(event))

    def deadline(self, start: int) -> str:
        """Give the last day within the limit, as an ISO date; empty without a limit."""
        limit = self.pattern.limit
        if limit is None:
            return ""
        amount = value_of(limit.amount, {}, self.narrator.book)
        assert isinstance(amount, int)  # noqa: S101 -- the loader allows nothing else
        return day_of(last_day_within(start, amount, limit.unit)).isoformat()


def stories(rule: Rule, case: Case, finding: Finding, narrator: Narrator) -> Told:
    """Tell the event evidence of a finding; nothing for a rule of facts."""
    pattern = rule.requires
    if not isinstance(pattern, Pattern):
        return Told()
    teller = _Teller(pattern, narrator)
    events = {event.id: event for event in case.trace}
    evidence = finding.evidence
    violated = tuple(teller.story(events[one]) for one in evidence.violated)
    if finding.verdict == "fail" and not violated:
        violated = (teller.story(None),)
    due = tuple(teller.due(events.get(one.event), one.day) for one in evidence.due)
    days = [events[one].day for one in evidence.violated] + [one.day for one in evidence.due]
    notes = (
        [wording.basis(narrator.source(name)) for name in parameters_read(pattern, narrator.book)]
        if violated
        else []
    )
    counts_workdays = pattern.limit is not None and pattern.limit.unit is DayUnit.WORKDAYS
    if counts_workdays and not all(is_official(day) for day in days):
        notes.append(wording.unofficial(*(day_of(day).year for day in official_range())))
    return Told(violated, due, tuple(notes))


def _moment(event: Event) -> str:
    return moment_of(event.at).isoformat(sep=" ")
