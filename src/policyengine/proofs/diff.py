"""What changed in meaning between two books, in words, with a witness for each change."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from policyengine.engines.reference.judge import judge
from policyengine.proofs import diff_wording as wording
from policyengine.proofs.answers import Weakening
from policyengine.proofs.encode import Meaning
from policyengine.proofs.equivalence import equivalent
from policyengine.proofs.logic import conj, neg
from policyengine.proofs.plain import applies_in, verdict_in
from policyengine.proofs.replay import case_of
from policyengine.proofs.solve import Clock, NotDecidedError, Search, Situation, search, smallest
from policyengine.proofs.touched import changed_parameters, touched
from policyengine.proofs.traces import counter_trace, failing_trace
from policyengine.proofs.world import world_of
from policyengine.semantics.ir import Modality, Pattern, Rule, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    from policyengine.engines.cases import Case
    from policyengine.proofs.logic import Formula
    from policyengine.semantics.ir import Book


class Kind(StrEnum):
    """What became of a rule or a parameter."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    SAME = "same"  # written otherwise, but the meaning is the same
    UNDECIDED = "undecided"  # written otherwise; whether it means the same was not found out


@dataclass(frozen=True, slots=True)
class Witness:
    """A case on which two books differ, with what each finds and in which 用语; None where a book has no such rule."""

    case: Case
    day: date
    before: Verdict | None
    after: Verdict | None
    modality_before: Modality | None = None
    modality_after: Modality | None = None


@dataclass(frozen=True, slots=True)
class MeaningChange:
    """One difference. `words` are Chinese, one line each; a change without a witness was not found to matter."""

    kind: Kind
    name: str
    title: str
    words: tuple[str, ...]
    witness: Witness | None = None


def diff(before: Book, after: Book, timeout: float = 2.0) -> tuple[MeaningChange, ...]:
    """Compare two books of one vocabulary rule by rule, then the parameters that no rule reads.

    `timeout` is in seconds, for each rule.
    """
    changes = [*_of_rules(before, after, timeout), *_added(before, after, timeout)]
    told = " ".join(word for one in changes for word in one.words)
    for name in sorted(changed_parameters(before, after)):
        words = wording.parameter(name, before, after)
        if words not in told:
            changes.append(MeaningChange(Kind.SAME, name, name, (words, wording.NO_EFFECT)))
    return tuple(changes)


def _of_rules(before: Book, after: Book, timeout: float) -> Iterator[MeaningChange]:
    for rule, other in touched(before, after):
        if other is None:
            witness = _failure(rule, before, timeout)
            turned = None if witness is None else replace(witness, before=witness.after, after=None)
            yield MeaningChange(Kind.REMOVED, rule.id, rule.title, wording.removed(rule, before), turned)
            continue
        words = wording.changed(rule, other, before, after)
        found = equivalent(rule.id, before, after, timeout)
        if found.same:
            yield MeaningChange(Kind.SAME, rule.id, rule.title, (*words, wording.NO_EFFECT))
            continue
        witness = _difference(rule, other, before, after, timeout)
        kind = Kind.CHANGED if found.same is False or witness is not None else Kind.UNDECIDED
        yield MeaningChange(kind, rule.id, rule.title, words, witness)


def _added(before: Book, after: Book, timeout: float) -> Iterator[MeaningChange]:
    known = {rule.id for rule in before.rules}
    for rule in after.rules:
        if rule.id not in known:
            witness = _failure(rule, after, timeout)
            yield MeaningChange(Kind.ADDED, rule.id, rule.title, wording.added(rule, after), witness)


# --- witnesses ---------------------------------------------------------------------------------------


def _failure(rule: Rule, book: Book, timeout: float) -> Witness | None:
    """Give the smallest case that a rule fails."""
    clock = Clock(timeout)
    if isinstance(rule.requires, Pattern):
        case = _applying(rule, book, clock)
        case = None if case is None else failing_trace(rule, book, case, clock)
        return None if case is None else Witness(case, book.as_of, None, Verdict.FAIL)
    found = _ask(
        book,
        lambda meaning: meaning.fails(rule),
        lambda it: verdict_in(rule, book, it) is Verdict.FAIL,
        clock,
    )
    return (
        None if found is None else Witness(case_of(rule.subject, found.values), found.day, None, Verdict.FAIL)
    )


def _difference(one: Rule, two: Rule, before: Book, after: Book, timeout: float) -> Witness | None:
    clock = Clock(timeout)
    if not isinstance(one.requires, Pattern) and not isinstance(two.requires, Pattern):
        return _fact_difference(one, two, before, after, clock)
    case = _applying(one, before, clock) or _applying(two, after, clock)
    if case is None:
        return None

    def differs(_: Rule, first: Verdict, second: Verdict) -> Weakening | None:
        return Weakening.FAILURE_LOST if first is not second else None

    case = counter_trace((one, before), (two, after), case, clock, differs)
    if case is None:
        return None
    return Witness(
        case,
        before.as_of,
        judge(one, case, before).verdict,
        judge(two, case, after).verdict,
        one.modality,
        two.modality,
    )


def _fact_difference(one: Rule, two: Rule, before: Book, after: Book, clock: Clock) -> Witness | None:
    """Give the smallest case that shows the difference, rather one that is decided in both books."""
    world = world_of(before.vocabulary, before.as_of, before.as_of)
    first, second = Meaning(before, world).verdicts(one), Meaning(after, world).verdicts(two)
    wishes = [
        conj(first.passes, second.unmet),
        conj(first.unmet, second.passes),
        conj(first.not_applicable, second.unmet),
        conj(first.unmet, second.not_applicable),
        conj(first.unmet, second.unmet) if one.modality is not two.modality else False,
        conj(neg(first.undetermined), second.undetermined),
        conj(first.undetermined, neg(second.undetermined)),
        conj(first.passes, neg(second.passes)),
        conj(neg(first.passes), second.passes),
    ]

    def differs(found: Situation) -> bool:
        return one.modality is not two.modality or verdict_in(one, before, found) is not verdict_in(
            two, after, found
        )

    for wish in wishes:
        found = None if wish is False else _found(search(world, [wish], differs, clock))
        if found is not None:
            verdicts = verdict_in(one, before, found), verdict_in(two, after, found)
            return Witness(
                case_of(one.subject, found.values), found.day, *verdicts, one.modality, two.modality
            )
    return None


def _applying(rule: Rule, book: Book, clock: Clock) -> Case | None:
    found = _ask(
        book,
        lambda meaning: meaning.truth(rule.applies).true,
        lambda it: applies_in(rule, book, it) is True,
        clock,
    )
    return None if found is None else case_of(rule.subject, found.values)


def _ask(
    book: Book, ask: Callable[[Meaning], Formula], confirm: Callable[[Situation], bool], clock: Clock
) -> Situation | None:
    world = world_of(book.vocabulary, book.as_of, book.as_of)
    return _found(search(world, [ask(Meaning(book, world))], confirm, clock))


def _found(question: Search) -> Situation | None:
    try:
        found = question.holds()
    except NotDecidedError:
        return None
    return None if found is None else smallest(question, found)
