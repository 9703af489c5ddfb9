"""Searching for the best choice. The only door to OR-Tools.

Searches run in one thread. Placing items is limited by work done, choosing sites by the clock; where no limit is
reached, which is the rule, the same input gives the same answer everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from ortools.linear_solver import pywraplp
from ortools.sat.python import cp_model

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from policyengine.planning.rollout.segments import Piece, Sizes

_MILLISECONDS = 1_200
# Units of the solver's own measure of work; about a second each on a usual machine.
_EFFORT_BATCHES = 20.0


@dataclass(frozen=True, slots=True)
class Choice:
    """Sites chosen (positions), what they gain, and the most that any choice could gain."""

    picked: tuple[int, ...]
    gained: int
    bound: int

    @property
    def is_optimal(self) -> bool:
        """Whether no choice gains more."""
        return self.bound <= self.gained


@dataclass(frozen=True, slots=True)
class Placing:
    """A batch for each piece by id, and whether it is proved that none is better."""

    batch_of: Mapping[str, int]
    proved: bool


def _solver(effort: float) -> cp_model.CpSolver:
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 20250201
    solver.parameters.max_deterministic_time = effort
    return solver


def best_coverage(
    covers: Sequence[Sequence[int]], gains: Sequence[int], ties: Sequence[int], pick: int
) -> Choice:
    """Choose at most `pick` sites so that the points covered gain most (maximum covering location).

    covers: for each site the points that it covers. gains: the worth of each point. ties: a second worth of each point,
    which decides among choices that gain the same.
    """
    scale = sum(ties) + 1
    worth = [gain * scale + tie for gain, tie in zip(gains, ties, strict=True)]
    first = _greedy(covers, worth, pick)
    together = {
        by: sum(worth[point] for point in points) for by, points in _alike(covers, len(gains)).items()
    }
    model = pywraplp.Solver.CreateSolver("CBC")
    sites = [model.BoolVar("") for _ in covers]
    objective = model.Objective()
    objective.SetMaximization()
    for by, total in together.items():
        # Between 0 and 1 is enough: when sites are whole, so is the best of these.
        covered = model.NumVar(0, 1, "")
        objective.SetCoefficient(covered, total)
        link = model.Constraint(0, model.infinity())
        link.SetCoefficient(covered, -1)
        for site in by:
            link.SetCoefficient(sites[site], 1)
    count = model.Constraint(0, pick)
    for one in sites:
        count.SetCoefficient(one, 1)
    model.SetTimeLimit(_MILLISECONDS)
    exactly = pywraplp.MPSolverParameters()
    exactly.SetDoubleParam(exactly.RELATIVE_MIP_GAP, 0.0)
    status = model.Solve(exactly)
    most = sum(together.values()) // scale
    if status not in {model.OPTIMAL, model.FEASIBLE}:
        return Choice(first, _gain(first, covers, gains), most)
    found = tuple(site for site, one in enumerate(sites) if one.solution_value() > 0.5)
    picked = _needed(max(found, first, key=lambda one: _gain(one, covers, worth)), covers, worth)
    gained = _gain(picked, covers, gains)
    # Worth is whole and the second worth never adds up to one of the first.
    bound = gained if status == model.OPTIMAL else min(most, int(objective.BestBound() / scale + 1e-6))
    return Choice(picked, gained, max(bound, gained))


def _alike(covers: Sequence[Sequence[int]], points: int) -> dict[tuple[int, ...], list[int]]:
    """Group points by the sites that cover them; points that none covers are left out."""
    by: list[list[int]] = [[] for _ in range(points)]
    for site, covered in enumerate(covers):
        for point in covered:
            by[point].append(site)
    found: dict[tuple[int, ...], list[int]] = {}
    for point, sites in enumerate(by):
        if sites:
            found.setdefault(tuple(sites), []).append(point)
    return found


def _greedy(covers: Sequence[Sequence[int]], worth: Sequence[int], pick: int) -> tuple[int, ...]:
    """Take the best site again and again: an answer to fall back on."""
    left = list(worth)
    chosen: list[int] = []
    for _ in range(min(pick, len(covers))):
        gains = [sum(left[point] for point in points) for points in covers]
        best = max(range(len(covers)), key=gains.__getitem__)
        if not gains[best]:
            break
        chosen.append(best)
        for point in covers[best]:
            left[point] = 0
    return tuple(sorted(chosen))


def _needed(picked: Sequence[int], covers: Sequence[Sequence[int]], worth: Sequence[int]) -> tuple[int, ...]:
    """Leave out sites that add nothing to the others."""
    kept = list(picked)
    for site in reversed(picked):
        others = {point for one in kept if one != site for point in covers[one]}
        if not any(worth[point] for point in covers[site] if point not in others):
            kept.remove(site)
    return tuple(kept)


def _gain(picked: Sequence[int], covers: Sequence[Sequence[int]], gains: Sequence[int]) -> int:
    return sum(gains[point] for point in {point for site in picked for point in covers[site]})


def fewest_moves(pieces: Sequence[Piece], published: int, sizes: Sizes) -> Placing | None:
    """Place pieces in batches after the `published` ones, moving as few as possible; None if there is no lawful way.

    Pieces that are `fixed` stay in `before`. After the number of moves count, in this order: batches that have
    something simpler than the batch before and items over the wished size, then cases × batch.
    """
    model = _Batches(pieces, published, sizes)
    proved = True
    found: dict[str, int] | None = None
    for aim in (model.moves(), model.untidiness(), model.delay()):
        model.model.minimize(aim)
        solver = _solver(_EFFORT_BATCHES)
        status = solver.solve(model.model)
        if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
            proved = False
            break
        proved = proved and status == cp_model.OPTIMAL
        found = model.read(solver)
        # A constant aim has nothing to hold on to.
        if not isinstance(aim, int):
            model.model.add(aim <= int(solver.objective_value + 0.5))
        model.hint(solver)
    return None if found is None else Placing(found, proved)


class _Batches:
    """The rules of order as constraints: 由少到多, 由简到繁 (of means), 高频事项优先 (within the range of a batch)."""

    def __init__(self, pieces: Sequence[Piece], published: int, sizes: Sizes) -> None:
        self.model = cp_model.CpModel()
        self.pieces = pieces
        self.sizes = sizes
        self.later = range(published + 1, sizes.batches + 1)
        self.all = range(1, sizes.batches + 1)
        self.inside: dict[tuple[str, int], Any] = {}
        for one in pieces:
            for batch in self.all:
                free = not one.fixed and batch in self.later
                self.inside[one.id, batch] = (
                    self.model.new_bool_var(f"{one.id}@{batch}") if free else int(one.fixed and one.before == batch)
                )  # fmt: skip
            self.model.add_exactly_one(self.inside[one.id, batch] for batch in self.all)
        self.size = {batch: sum(self.inside[one.id, batch] for one in pieces) for batch in self.all}
        self.weight = {
            batch: sum(one.complexity * self.inside[one.id, batch] for one in pieces) for batch in self.all
        }
        for batch in self.later:
            self.model.add(self.size[batch] >= 1)
            if sizes.most is not None:
                self.model.add(self.size[batch] <= sizes.most)
            if batch > 1:
                self._not_simpler_on_average(batch)
            self._frequent_first(batch)

    def moves(self) -> Any:
        return sum(
            1 - self.inside[one.id, one.before]
            for one in self.pieces
            if one.before is not None and not one.fixed and one.before in self.later
        )

    def untidiness(self) -> Any:
        """Count what the recommendations and the wished size would rather not see; a recommendation weighs more."""
        found: Any = 0
        whole = len(self.pieces)
        for batch in self.later:
            over = self.model.new_int_var(0, whole, f"over{batch}")
            self.model.add(over >= self.size[batch] - self.sizes.wished)
            found += over
            if batch == 1:
                large = self.model.new_bool_var("large")
                self.model.add(self.size[1] <= self.sizes.first + whole * large)
                found += large * (whole + 1)
            else:
                found += self._simpler_left(batch) * (whole + 1)
        return found

    def delay(self) -> Any:
        return sum(
            one.cases * batch * self.inside[one.id, batch] for one in self.pieces for batch in self.later
        )

    def read(self, solver: cp_model.CpSolver) -> dict[str, int]:
        return {
            one.id: next(batch for batch in self.all if self._value(solver, one.id, batch))
            for one in self.pieces
        }

    def hint(self, solver: cp_model.CpSolver) -> None:
        self.model.clear_hints()  # type: ignore[no-untyped-call]
        for (one, batch), inside in self.inside.items():
            if not isinstance(inside, int):
                self.model.add_hint(inside, self._value(solver, one, batch))

    def _value(self, solver: cp_model.CpSolver, one: str, batch: int) -> bool:
        inside = self.inside[one, batch]
        return bool(inside) if isinstance(inside, int) else bool(solver.boolean_value(inside))

    def _not_simpler_on_average(self, batch: int) -> None:
        """Compare means without dividing: sum × the other's size."""
        whole = sum(one.complexity for one in self.pieces)
        count = len(self.pieces)
        sides = []
        for of, against in ((batch, batch - 1), (batch - 1, batch)):
            total = self.model.new_int_var(0, whole, "")
            size = self.model.new_int_var(0, count, "")
            product = self.model.new_int_var(0, whole * count, "")
            self.model.add(total == self.weight[of])
            self.model.add(size == self.size[against])
            self.model.add_multiplication_equality(product, [total, size])
            sides.append(product)
        self.model.add(sides[0] >= sides[1])

    def _simpler_left(self, batch: int) -> Any:
        """Give 1 if the batch has an item simpler than one of the batch before."""
        border = self.model.new_int_var(0, 100, f"border{batch}")
        broken = self.model.new_bool_var(f"simpler{batch}")
        for one in self.pieces:
            mine, before = self.inside[one.id, batch], self.inside[one.id, batch - 1]
            self.model.add(border <= one.complexity + 100 * (1 - mine) + 100 * broken)
            self.model.add(border >= one.complexity - 100 * (1 - before))
        return broken

    def _frequent_first(self, batch: int) -> None:
        """Ask that no later item within the batch's range of complexity is more frequent than its rarest."""
        levels = sorted({one.cases for one in self.pieces})
        rank = {cases: place for place, cases in enumerate(levels)}
        top = len(levels)
        rarest = self.model.new_int_var(0, top, f"rarest{batch}")
        below: dict[int, Any] = {}
        above: dict[int, Any] = {}
        for complexity in sorted({one.complexity for one in self.pieces}):
            below[complexity] = self.model.new_bool_var(f"below{batch}.{complexity}")
            above[complexity] = self.model.new_bool_var(f"above{batch}.{complexity}")
            for one in self.pieces:
                if one.complexity <= complexity:
                    self.model.add(below[complexity] >= self.inside[one.id, batch])
                if one.complexity >= complexity:
                    self.model.add(above[complexity] >= self.inside[one.id, batch])
        for one in self.pieces:
            self.model.add(rarest <= rank[one.cases] + top * (1 - self.inside[one.id, batch]))
            after = sum(self.inside[one.id, later] for later in self.all if later > batch)
            within = below[one.complexity] + above[one.complexity] + cast("Any", after)
            self.model.add(rarest >= rank[one.cases] - top * (3 - within))
