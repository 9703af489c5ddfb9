"""Questions to Z3: a world in which all this holds, and the smallest such world."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import z3

from policyengine.proofs.logic import Formula, neg, number_in
from policyengine.values import Kind, Value, day_number, day_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

    from policyengine.proofs.world import World

# How often the working days of a model may prove to be others than the calendar's.
_ROUNDS = 40


class NotDecidedError(Exception):
    """Z3 did not decide in time, or what it gave could not be confirmed."""


@dataclass(frozen=True, slots=True)
class Situation:
    """Facts on a day: an answer in plain values."""

    values: dict[str, Value]
    day: date


class Clock:
    """The time that is left, in seconds."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    @property
    def left(self) -> float:
        """Give the seconds left, never less than none."""
        return max(0.0, self._end - time.monotonic())


@dataclass(slots=True)
class Search:
    """One question in one world. `confirm` says whether plain values are really an answer."""

    world: World
    solver: z3.Solver
    confirm: Callable[[Situation], bool]
    clock: Clock

    def holds(self, *extra: Formula) -> Situation | None:
        """Give an answer that also meets `extra`; None if there is none.

        Raises:
            NotDecidedError: if that is not decided in time.

        """
        for _ in range(_ROUNDS):
            if not self.clock.left:
                raise NotDecidedError("time")
            self.solver.set("timeout", max(1, int(self.clock.left * 1000)))
            answer = self.solver.check(*(_assumed(one) for one in extra))
            if answer == z3.unsat:
                return None
            if answer == z3.unknown:
                raise NotDecidedError("solver")
            model = self.solver.model()
            found = Situation(self.world.read(model), day_of(number_in(model, self.world.day)))
            if self.confirm(found):
                return found
            exact = self.world.pin(model)
            if not exact:
                raise NotDecidedError("confirmation")
            self.solver.add(*exact)
        raise NotDecidedError("rounds")

    def require(self, formula: Formula) -> None:
        """Narrow the question."""
        self.solver.add(formula)


def search(
    world: World, formulas: Iterable[Formula], confirm: Callable[[Situation], bool], clock: Clock
) -> Search:
    """Put a question. Everything must be encoded before, so that all bounds of the world are known."""
    solver = z3.SimpleSolver()
    solver.add(*(one for one in world.bounds if one is not True))
    solver.add(*formulas)
    return Search(world, solver, confirm, clock)


def smallest(question: Search, found: Situation) -> Situation:
    """Make an answer small: as few filled facts as can be, the first day, numbers near nought, dates near the day.

    No filled fact of the result can be left out, all else equal. If time runs out, what was reached is given.
    """
    world = question.world
    try:
        found = _try(question, world.day == day_number(world.first_day), found)
        for name, fact in list(world.facts.items()):
            if name in found.values:
                found = _try(question, neg(fact.known), found)
            else:
                question.require(neg(fact.known))
        for name, value in sorted(found.values.items()):
            term = world.terms[name]
            if term.type.kind in {Kind.INTEGER, Kind.DECIMAL, Kind.DATE}:
                anchor = day_number(found.day) if term.type.kind is Kind.DATE else max(0, term.low or 0)
                found = nearest(question, name, anchor, found)
            elif isinstance(value, frozenset):
                found = _fewest(question, name, found)
    except NotDecidedError:
        return found
    return found


def _try(question: Search, wish: Formula, found: Situation) -> Situation:
    if isinstance(wish, bool):
        return found
    better = question.holds(wish)
    if better is None:
        return found
    question.require(wish)
    return better


def nearest(question: Search, name: str, anchor: int, found: Situation) -> Situation:
    """Bring a number or a date as near to `anchor` as the question allows, by halving the distance.

    Raises:
        NotDecidedError: if that is not decided in time.

    """
    variable = question.world.facts[name].value
    value = int(found.values[name])  # type: ignore[arg-type]
    exact = question.holds(variable == anchor)
    if exact is not None:
        question.require(variable == anchor)
        return exact
    near, far = 0, abs(value - anchor)
    while far - near > 1:
        middle = (near + far) // 2
        better = question.holds(z3.And(variable - anchor <= middle, anchor - variable <= middle))
        if better is None:
            near = middle
        else:
            found = better
            reached = better.values.get(name, anchor)
            far = min(middle, abs(int(reached) - anchor))  # type: ignore[arg-type]
    question.require(z3.And(variable - anchor <= far, anchor - variable <= far))
    return found


def _fewest(question: Search, name: str, found: Situation) -> Situation:
    for inside in question.world.facts[name].value.values():
        found = _try(question, neg(inside), found)
    return found


def _assumed(formula: Formula) -> Formula:
    return z3.BoolVal(formula) if isinstance(formula, bool) else formula
