"""The smallest set of changes to recorded facts that would make a subject's rules of facts pass together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

import z3

from policyengine.engines.reference.judge import judge
from policyengine.proofs import wording
from policyengine.proofs.encode import Meaning
from policyengine.proofs.logic import Formula, conj, disj
from policyengine.proofs.plain import verdict_on
from policyengine.proofs.solve import Clock, NotDecidedError, Search, Situation, nearest
from policyengine.proofs.world import Known, World, world_of
from policyengine.semantics.ir import Modality, Pattern, Verdict
from policyengine.semantics.reads import terms_read
from policyengine.semantics.truth import truth_of
from policyengine.values import Kind, day_number, day_of
from policyengine.vocabulary.terms import Subject

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from policyengine.engines.cases import Case
    from policyengine.semantics.ir import Book, Rule
    from policyengine.values import Value

# What a change costs. To report what was left out is cheaper than to change what is; what decides whether rules
# apply at all (the state of an outlet, its level) should change last.
_FILL, _CHANGE, _CHANGE_OF_SCOPE = 1, 2, 8
_WEIGHT = 100
_ROUNDS = 8
_GOOD = frozenset({Verdict.PASS, Verdict.NOT_APPLICABLE})


class Status(StrEnum):
    """How a search for advice ended."""

    NOTHING_NEEDED = "nothing_needed"
    FOUND = "found"
    IMPOSSIBLE = "impossible"
    NOT_IN_TIME = "not_in_time"


@dataclass(frozen=True, slots=True)
class FactChange:
    """One recorded fact to change; `before` is None where it is missing. Values are encoded."""

    term: str
    before: Value | None
    after: Value


@dataclass(frozen=True, slots=True)
class Advice:
    """What would make the 应 rules pass. `rules`: those that do not pass now. `text`: 整改建议, in Chinese.

    `changes` are about rules of facts only; what rules of events find is told in `text`.
    """

    status: Status
    changes: tuple[FactChange, ...] = ()
    rules: tuple[str, ...] = ()
    text: str = ""


def least_change(book: Book, case: Case, timeout: float = 1.0) -> Advice:
    """Advise on one case: the cheapest changes after which every 应 rule of facts passes or does not apply.

    Rules that apply now still apply afterwards, if that is possible at all. For an outlet the rules of its
    institution count too. `timeout` is in seconds; what is not found by then is said to be so. A typical outlet
    takes a twentieth of a second.
    """
    failing = tuple(rule for rule in _rules(book, case) if verdict_on(rule, book, case.values) not in _GOOD)
    status: Status = Status.NOTHING_NEEDED
    changes: tuple[FactChange, ...] = ()
    if failing:
        status, changes = _solve(failing, book, case, Clock(timeout))
    return Advice(
        status,
        changes,
        tuple(rule.id for rule in failing),
        wording.advice(status, changes, failing, _events(book, case), book),
    )


def applied(case: Case, advice: Advice) -> Case:
    """Give the case as it would be after the changes."""
    return replace(case, values={**case.values, **{one.term: one.after for one in advice.changes}})


# --- which rules and which terms ---------------------------------------------------------------------


def _rules(book: Book, case: Case) -> tuple[Rule, ...]:
    subjects = {case.subject} | ({Subject.INSTITUTION} if case.subject is Subject.OUTLET else set())
    return tuple(
        rule
        for rule in book.rules
        if rule.subject in subjects
        and rule.modality is Modality.SHALL
        and not isinstance(rule.requires, Pattern)
        and rule.id not in case.waived
    )


@dataclass(slots=True)
class _Task:
    """Rules to be met, the terms that may change for it, the facts as they are."""

    book: Book
    values: dict[str, Value]
    rules: tuple[Rule, ...]
    free: frozenset[str]
    scope: frozenset[str]
    clock: Clock


def _solve(
    failing: tuple[Rule, ...], book: Book, case: Case, clock: Clock
) -> tuple[Status, tuple[FactChange, ...]]:
    rules = _rules(book, case)
    reads = {rule.id: frozenset(terms_read(rule, book)) for rule in rules}
    asked = {rule.id: frozenset(terms_read(rule.requires, book)) for rule in rules}
    scope = frozenset(name for rule in rules for name in terms_read(rule.applies, book))
    wanted = frozenset(name for rule in failing for name in asked[rule.id])
    wanted |= frozenset(name for rule in failing for name in reads[rule.id] if name not in case.values)
    # What changes may break other rules, whose own terms may then have to change as well.
    free = wanted | frozenset(name for rule in rules if reads[rule.id] & wanted for name in asked[rule.id])
    values = dict(case.values)
    parts = _parts(rules, reads, free, failing)
    try:
        changed = _together(
            _cheapest(_Task(book, values, part, free, scope, clock), still_apply=True) for part in parts
        )
        if changed is None:
            everything = frozenset(name for names in reads.values() for name in names)
            changed = _cheapest(_Task(book, values, rules, everything, scope, clock), still_apply=False)
    except NotDecidedError:
        return Status.NOT_IN_TIME, ()
    if changed is None:
        return Status.IMPOSSIBLE, ()
    return Status.FOUND, tuple(FactChange(name, values.get(name), after) for name, after in changed.items())


def _together(parts: Iterable[dict[str, Value] | None]) -> dict[str, Value] | None:
    """Join the changes of all groups; None as soon as one has no answer."""
    changed: dict[str, Value] = {}
    for part in parts:
        if part is None:
            return None
        changed |= part
    return changed


def _parts(
    rules: tuple[Rule, ...], reads: dict[str, frozenset[str]], free: frozenset[str], failing: tuple[Rule, ...]
) -> Iterator[tuple[Rule, ...]]:
    """Split the rules that read free terms into groups that share none; only groups that need a change."""
    wrong = {rule.id for rule in failing}
    groups: list[tuple[frozenset[str], tuple[Rule, ...]]] = []
    for rule in rules:
        terms = reads[rule.id] & free
        if not terms and rule.id not in wrong:
            continue
        members: tuple[Rule, ...] = ()
        apart = []
        for names, group in groups:
            if names & terms:
                terms, members = terms | names, members + group
            else:
                apart.append((names, group))
        groups = [*apart, (terms, (*members, rule))]
    for _, group in groups:
        if any(rule.id in wrong for rule in group):
            yield group


# --- the cheapest change -----------------------------------------------------------------------------


def _cheapest(task: _Task, *, still_apply: bool) -> dict[str, Value] | None:
    """Give the changed values, or None if no change helps.

    Raises:
        NotDecidedError: if that is not decided in time.

    """
    world = world_of(task.book.vocabulary, task.book.as_of, task.book.as_of)
    for name in dict.fromkeys(name for rule in task.rules for name in terms_read(rule, task.book)):
        _place(world, name, task)
    meaning = Meaning(task.book, world)
    wishes = [_wish(rule, meaning, task, still_apply=still_apply) for rule in task.rules]
    if any(wish is False for wish in wishes):
        return None
    optimizer = z3.Optimize()
    optimizer.add(*(one for one in (*world.bounds, *wishes) if one is not True))
    _prefer(optimizer, world, task)
    for _ in range(_ROUNDS):
        if not task.clock.left:
            raise NotDecidedError("time")
        optimizer.set("timeout", max(1, int(task.clock.left * 1000)))
        answer = optimizer.check()
        if answer == z3.unsat:
            return None
        if answer == z3.unknown:
            raise NotDecidedError("solver")
        model = optimizer.model()
        after = task.values | {
            name: value for name, value in world.read(model).items() if _is_free(name, task)
        }
        if all(verdict_on(rule, task.book, after) in _GOOD for rule in task.rules):
            return _tidy(task, world, wishes, after)
        exact = world.pin(model)
        if not exact:
            raise NotDecidedError("confirmation")
        optimizer.add(*exact)
    raise NotDecidedError("rounds")


def _wish(rule: Rule, meaning: Meaning, task: _Task, *, still_apply: bool) -> Formula:
    verdicts = meaning.verdicts(rule)
    if still_apply and truth_of(rule.applies, task.values, task.book) is True:
        return conj(meaning.truth(rule.applies).true, verdicts.passes)
    return disj(verdicts.passes, verdicts.not_applicable)


def _is_free(name: str, task: _Task) -> bool:
    return name in task.free


def _place(world: World, name: str, task: _Task) -> None:
    """Put a fact into the world: as it is, or free to change, but never to be taken away."""
    if name in task.free:
        fact = world.fact(name)
        if name in task.values:
            world.facts[name] = Known(fact.value, known=True)
    elif name in task.values:
        world.facts[name] = Known(world.encode(task.values[name], world.terms[name].type), known=True)
    else:
        world.facts[name] = Known(_nothing(world, name), known=False)


def _nothing(world: World, name: str) -> object:
    of = world.terms[name].type
    if of.kind is Kind.CHOICES:
        return dict.fromkeys(of.members, False)
    return False if of.kind is Kind.BOOLEAN else 0


def _prefer(optimizer: z3.Optimize, world: World, task: _Task) -> None:
    for name, fact in world.facts.items():
        if name not in task.free:
            continue
        before = task.values.get(name)
        if before is None:
            optimizer.add_soft(z3.Not(fact.known), _WEIGHT * _FILL)
            continue
        cost = _CHANGE_OF_SCOPE if name in task.scope else _CHANGE
        optimizer.add_soft(world.is_value(name, before), _WEIGHT * cost)
        if isinstance(before, frozenset):
            for member, inside in fact.value.items():
                optimizer.add_soft(inside if member in before else z3.Not(inside), 1)


def _tidy(task: _Task, world: World, wishes: list[Formula], after: dict[str, Value]) -> dict[str, Value]:
    """Keep which facts change, and bring each number near to what it was, each date to the day."""
    changed = {name: value for name, value in after.items() if task.values.get(name) != value}
    solver = z3.SimpleSolver()
    solver.add(*(one for one in (*world.bounds, *wishes) if one is not True))
    for name, fact in world.facts.items():
        if name in task.free and name not in changed:
            before = task.values.get(name)
            solver.add(z3.Not(fact.known) if before is None else world.is_value(name, before))

    def confirm(found: Situation) -> bool:
        return all(verdict_on(rule, task.book, task.values | found.values) in _GOOD for rule in task.rules)

    question = Search(world, solver, confirm, task.clock)
    found = Situation({**after}, task.book.as_of)
    for name, value in changed.items():
        # What has no distance stays as it was found.
        question.require(
            world.facts[name].known if _anchor(name, task, world) is not None else world.is_value(name, value)
        )
    try:
        for name in changed:
            anchor = _anchor(name, task, world)
            if anchor is not None:
                found = nearest(question, name, anchor, found)
    except NotDecidedError:
        return changed
    return {name: found.values[name] for name in changed}


def _anchor(name: str, task: _Task, world: World) -> int | None:
    term, before = world.terms[name], task.values.get(name)
    match term.type.kind:
        case Kind.DATE:
            return day_number(task.book.as_of)
        case Kind.INTEGER | Kind.DECIMAL:
            return int(before) if isinstance(before, int) else max(0, term.low or 0)
        case _:
            return None


# --- rules of events ---------------------------------------------------------------------------------


def _events(book: Book, case: Case) -> Iterable[str]:
    """Word what rules of events find broken or still owed."""
    for rule in book.rules:
        if (
            rule.subject is case.subject
            and isinstance(rule.requires, Pattern)
            and rule.modality is Modality.SHALL
        ):
            finding = judge(rule, case, book)
            if finding.verdict is Verdict.FAIL:
                yield wording.violated(rule, finding.evidence.violated)
            for due in sorted({one.day for one in finding.evidence.due}):
                yield wording.due(rule, day_of(due))
