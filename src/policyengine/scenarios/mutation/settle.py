"""What becomes of a mutant that no scenario noticed: proved equivalent, or alive with a scenario that would kill it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import TYPE_CHECKING, Protocol

from policyengine.engines.cases import Case
from policyengine.scenarios.draft import draft, told_apart
from policyengine.scenarios.examples import ExpectDerived
from policyengine.scenarios.mutation import wording
from policyengine.scenarios.mutation.search import Point, differing, near, two_steps
from policyengine.scenarios.mutation.trials import cut_down, findings, home_of
from policyengine.semantics.ir import Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from policyengine.engines.findings import Engine
    from policyengine.scenarios.mutation.survey import Tried
    from policyengine.scenarios.mutation.trials import Target
    from policyengine.semantics.ir import Book
    from policyengine.values import Value

# A derived term may be read by many rules; this many of their scenarios are enough to start from.
_STARTS = 24


class Compared(Protocol):
    """An answer of a prover: `same` is None if it could not tell; else, if not the same, facts and a day show it."""

    @property
    def same(self) -> bool | None:
        """Whether the two mean the same."""
        ...

    @property
    def values(self) -> Mapping[str, Value]:
        """Facts on which they differ."""
        ...

    @property
    def day(self) -> date | None:
        """The day on which they differ."""
        ...


@dataclass(frozen=True, slots=True)
class Survivor:
    """A mutant alive: `draft` is a scenario that would kill it, empty if none was found; `point` is its case."""

    tried: Tried
    draft: str = ""
    point: Point | None = None


@dataclass(frozen=True, slots=True)
class Equivalent:
    """A mutant proved to mean the same."""

    tried: Tried


def settle(
    tried: Tried,
    equivalent: Callable[[str, Book, Book], Compared],
    engine: Engine,
    fits: Callable[[Point], bool] = lambda _: True,
) -> Survivor | Equivalent:
    """Settle a mutant that no scenario noticed; the case found is as near as can be to a scenario that there is.

    Only a case that `fits` will do for the draft.
    """
    target, mutant = tried.target, tried.mutant
    home = home_of(mutant, target)
    compared = equivalent(target.name, home, mutant.mutated(home))
    if compared.same:
        return Equivalent(tried)
    starts = starting_points(target)
    if home is not target.book:
        # A layer with its own value: the scenarios of the others tell its cases, its book judges them.
        starts = [replace(one, book=cut_down(home, _rule_of(one), _terms(target))) for one in starts]
    seeds = _witnesses(target, home, compared)
    points = chain(starts, near(starts), two_steps(starts), seeds, near(seeds))
    found = differing(mutant, points, engine, fits)
    return Survivor(tried, "" if found is None else drafted(found, target, engine, mutant.change), found)


def starting_points(target: Target) -> list[Point]:
    """Give the cases of the scenarios there are, those that assert the changed term first; else an empty subject."""
    # A case with more facts makes a scenario that reads like a real one.
    trials = sorted(
        target.trials,
        key=lambda one: (-_asserts(one.example.expectations, target.name), -len(one.example.case.values)),
    )
    points = {
        repr((one.example.case.values, one.example.case.trace, one.example.book.as_of)): Point(
            replace(one.example.case, outlet_id=""), one.example.book.as_of, one.book
        )
        for one in trials
    }
    if points:
        return list(islice(points.values(), _STARTS if not isinstance(target.owner, Rule) else None))
    book = cut_down(target.book, next(iter(target.readers), ""), _terms(target))
    subject = book.rules[0].subject if book.rules else target.owner.subject
    blank = [Point(Case(subject, "SYN-0001", {}), target.book.as_of, book)]
    return [replace(one, case=trial.example.case) for trial in target.kin for one in blank] or blank


def drafted(point: Point, target: Target, engine: Engine, reason: str = "") -> str:
    """Write the scenario of a point; `reason`, the change that it would notice, stands above as a comment."""
    book = point.day_book
    apart = told_apart(point.case, point.base, book) if point.base else ""
    comment = f"  # {wording.would_notice(reason)}\n" if reason else ""
    if not book.rules:
        return comment + draft(
            f"{target.name}——{apart or wording.AS_IT_STANDS}", point.case, None, book, _terms(target)
        )
    (finding,) = findings(point.case, book, engine)
    name = f"{book.rules[0].title}——{apart or finding.verdict.chinese}"
    return comment + draft(name, point.case, finding, book, _terms(target))


def _terms(target: Target) -> tuple[str, ...]:
    return () if isinstance(target.owner, Rule) else (target.owner.name,)


def _asserts(expectations: tuple[object, ...], term: str) -> bool:
    return any(isinstance(one, ExpectDerived) and one.term == term for one in expectations)


def _rule_of(point: Point) -> str:
    return next((one.id for one in point.book.rules), "")


def _witnesses(target: Target, home: Book, compared: Compared) -> list[Point]:
    """Give the prover's facts as a case, for each rule that the change reaches."""
    if compared.same is not False or compared.day is None:
        return []
    found: list[Point] = []
    for reader in target.readers[:8] or ("",):
        book = cut_down(home, reader, _terms(target))
        subject = book.rules[0].subject if book.rules else target.owner.subject
        case = Case(subject, "SYN-0001", dict(compared.values))
        found.append(Point(case, compared.day, book))
    return found
