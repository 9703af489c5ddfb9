"""Whether a layer is nowhere weaker than the one above.

For every subject, with facts filled or missing:

- what fails above fails below, as 应 if it was 应;
- what is undetermined above neither passes nor stops to apply below;
- a permission (可) never fails; where it is undetermined above it is not given below.

A 宜 that the layer does not use (不采用) until a day is the one exception.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from policyengine.overlays.apply import WAIVED
from policyengine.proofs import wording
from policyengine.proofs.answers import (
    Counterexample,
    Outcome,
    Proof,
    Proved,
    Refuted,
    RuleProof,
    Unproved,
    Weakening,
)
from policyengine.proofs.encode import Meaning
from policyengine.proofs.logic import Formula, conj, disj, neg
from policyengine.proofs.order import Sides, asks_no_less
from policyengine.proofs.plain import applies_in, verdict_in
from policyengine.proofs.replay import case_of, replayed
from policyengine.proofs.scenario import scenario_of
from policyengine.proofs.solve import Clock, NotDecidedError, Situation, search, smallest
from policyengine.proofs.touched import touched
from policyengine.proofs.traces import counter_trace, failing_trace
from policyengine.proofs.world import world_of
from policyengine.semantics.ir import Modality, Pattern, Rule, Verdict

if TYPE_CHECKING:
    from datetime import date

    from policyengine.engines.cases import Case
    from policyengine.proofs.encode import Pair
    from policyengine.proofs.world import World
    from policyengine.semantics.ir import Book

_RANK = {Modality.MAY: 0, Modality.SHOULD: 1, Modality.SHALL: 2}
_UNTIL = re.compile(r"至 \d{4}-\d{2}-\d{2}")


def lawful(above: Book, below: Book, timeout: float = 5.0, *, until: date | None = None) -> Proof:
    """Prove or refute that `below` is nowhere weaker than `above`, from the day of the books to `until`.

    Both books must mean the same on all those days. `timeout` is in seconds, for each rule. Only rules that
    mean something else below are looked at.

    Raises:
        EnginesDisagreeError: if the engines differ on a counterexample.

    """
    last = until or above.as_of
    return Proof(
        tuple(
            RuleProof(
                rule.id,
                rule.title,
                _outcome(_Change(rule, own, above, below, last, timeout)),
                above.as_of,
                last,
            )
            for rule, own in touched(above, below)
        )
    )


@dataclass(frozen=True, slots=True)
class _Change:
    """A rule above and what has become of it below."""

    rule: Rule
    own: Rule | None
    above: Book
    below: Book
    last_day: date
    timeout: float


def _outcome(pair: _Change) -> Outcome:
    clock = Clock(pair.timeout)
    try:
        if pair.own is None:
            return (
                Proved()
                if pair.rule.modality is Modality.MAY
                else _any_failure(pair, Weakening.RULE_MISSING, clock)
            )
        if _waived(pair.own) and not _waived(pair.rule) and pair.rule.modality is Modality.SHOULD:
            ends = all(_UNTIL.fullmatch(one.text) for one in pair.own.changes if one.operation == WAIVED)
            return Proved() if ends else _any_failure(pair, Weakening.WITHOUT_END, clock)
        if _RANK[pair.own.modality] < _RANK[pair.rule.modality]:
            return _any_failure(pair, Weakening.MODALITY_LOWERED, clock)
        if isinstance(pair.rule.requires, Pattern) or isinstance(pair.own.requires, Pattern):
            return _of_events(pair, clock)
        return _of_facts(pair, clock)
    except NotDecidedError as error:
        return Unproved(wording.NOT_CONFIRMED if str(error) == "confirmation" else wording.NOT_IN_TIME)


def _waived(rule: Rule) -> bool:
    return any(one.operation == WAIVED for one in rule.changes)


def weakening(rule: Rule, above: Verdict, below: Verdict) -> Weakening | None:
    """Say how a pair of verdicts on one case is weaker below, if it is."""
    if rule.modality is Modality.MAY:
        doubtful = above is Verdict.UNDETERMINED and below is Verdict.PASS
        return Weakening.DOUBT_LOST if doubtful else None
    if above is Verdict.FAIL and below is not Verdict.FAIL:
        return Weakening.FAILURE_LOST
    if above is Verdict.UNDETERMINED and below in {Verdict.PASS, Verdict.NOT_APPLICABLE}:
        return Weakening.DOUBT_LOST
    return None


# --- rules of facts ----------------------------------------------------------------------------------


def _of_facts(pair: _Change, clock: Clock) -> Outcome:
    own = pair.own
    assert own is not None  # noqa: S101 -- told by the caller
    world = world_of(pair.above.vocabulary, pair.above.as_of, pair.last_day)
    upper = Meaning(pair.above, world).verdicts(pair.rule)
    lower = Meaning(pair.below, world).verdicts(own)
    weaker: list[Formula]
    if pair.rule.modality is Modality.MAY:
        weaker = [conj(upper.undetermined, lower.passes)]
    else:
        below_fails = False if own.modality is Modality.MAY else lower.unmet
        weaker = [
            conj(upper.unmet, neg(below_fails)),
            conj(upper.undetermined, disj(lower.passes, lower.not_applicable)),
        ]

    def confirm(found: Situation) -> bool:
        above, below = verdict_in(pair.rule, pair.above, found), verdict_in(own, pair.below, found)
        return weakening(pair.rule, above, below) is not None

    for formula in weaker:
        if formula is False:
            continue
        question = search(world, [formula], confirm, clock)
        found = question.holds()
        if found is not None:
            found = smallest(question, found)
            return _refuted(pair, case_of(pair.rule.subject, found.values, layer=pair.below.layer), found.day)
    return Proved()


def _any_failure(pair: _Change, how: Weakening, clock: Clock) -> Outcome:
    """Refute with the smallest case that fails above; without one, nothing is lost."""
    found = _failing(pair, clock)
    if found is None:
        # A rule that nobody can fail loses nothing.
        return Unproved(wording.NOT_IN_TIME) if isinstance(pair.rule.requires, Pattern) else Proved()
    return _refuted(pair, *found, how)


def _failing(pair: _Change, clock: Clock) -> tuple[Case, date] | None:
    world = world_of(pair.above.vocabulary, pair.above.as_of, pair.last_day)
    meaning = Meaning(pair.above, world)
    rule, above = pair.rule, pair.above
    if isinstance(rule.requires, Pattern):
        formula = meaning.truth(rule.applies).true

        def applies(found: Situation) -> bool:
            return applies_in(rule, above, found) is True

        question = search(world, [formula], applies, clock)
        situation = question.holds()
        if situation is None:
            return None
        situation = smallest(question, situation)
        case = case_of(rule.subject, situation.values, layer=pair.below.layer)
        traced = failing_trace(rule, replace(above, as_of=situation.day), case, clock)
        return None if traced is None else (traced, situation.day)
    question = search(
        world, [meaning.fails(rule)], lambda it: verdict_in(rule, above, it) is Verdict.FAIL, clock
    )
    answer = question.holds()
    if answer is None:
        return None
    answer = smallest(question, answer)
    return case_of(rule.subject, answer.values, layer=pair.below.layer), answer.day


# --- rules of events ---------------------------------------------------------------------------------


def _of_events(pair: _Change, clock: Clock) -> Outcome:
    rule, own = pair.rule, pair.own
    assert own is not None  # noqa: S101 -- told by the caller
    one, other = rule.requires, own.requires
    if not isinstance(one, Pattern) or not isinstance(other, Pattern):
        return Unproved(wording.PATTERN_NOT_COMPARED)
    world = world_of(pair.above.vocabulary, pair.above.as_of, pair.last_day)
    upper, lower = (
        Meaning(pair.above, world).truth(rule.applies),
        Meaning(pair.below, world).truth(own.applies),
    )
    # Whatever the trace: what applies above applies below, and what may apply above may apply below. Where a
    # permission applies decides nothing, if only its pattern asks no less.
    narrower = disj(conj(upper.true, neg(lower.true)), conj(neg(upper.false), lower.false))
    if rule.modality is Modality.MAY:
        narrower = False

    def confirm(found: Situation) -> bool:
        first = applies_in(rule, pair.above, found)
        second = applies_in(own, pair.below, found)
        return (first is True and second is not True) or (first is not False and second is False)

    question = search(world, [narrower], confirm, clock)
    situation = question.holds()
    fits = asks_no_less(one, other, Sides(pair.above, pair.below, clock))
    if situation is None and fits:
        return Proved()
    situation = _applying(pair, world, upper, clock) if situation is None else smallest(question, situation)
    if situation is None:
        return Proved()  # it can apply to nobody
    above, below = replace(pair.above, as_of=situation.day), replace(pair.below, as_of=situation.day)
    case = case_of(rule.subject, situation.values, layer=pair.below.layer)
    traced = counter_trace((rule, above), (own, below), case, clock, weakening)
    return Unproved(wording.PATTERN_NOT_COMPARED) if traced is None else _refuted(pair, traced, situation.day)


def _applying(pair: _Change, world: World, upper: Pair, clock: Clock) -> Situation | None:
    """Give the smallest facts to which the rule above applies, or else may apply."""
    ways: tuple[tuple[Formula, set[bool | None]], ...] = (
        (upper.true, {True}),
        (neg(upper.false), {True, None}),
    )
    for formula, wanted in ways:

        def confirm(found: Situation, wanted: set[bool | None] = wanted) -> bool:
            return applies_in(pair.rule, pair.above, found) in wanted

        question = search(world, [formula], confirm, clock)
        found = question.holds()
        if found is not None:
            return smallest(question, found)
    return None


# --- what is shown -----------------------------------------------------------------------------------


def _refuted(pair: _Change, case: Case, day: date, how: Weakening | None = None) -> Outcome:
    above = replayed(pair.rule, case, pair.above, day)
    below = None if pair.own is None else replayed(pair.own, case, pair.below, day)
    how = how or (None if below is None else weakening(pair.rule, above, below))
    if how is None:
        return Unproved(wording.NOT_CONFIRMED)
    found = Counterexample(how, pair.rule.id, day, case, above, below)
    return Refuted(replace(found, scenario=scenario_of(found, pair.rule, pair.own, pair.above, pair.below)))
