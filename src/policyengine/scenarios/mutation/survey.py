"""Try every mutant on its scenarios."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from policyengine.engines.choose import engine_named
from policyengine.scenarios.mutation.mutants import Mutant, mutants_of
from policyengine.scenarios.mutation.spread import spread
from policyengine.scenarios.mutation.trials import killer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from policyengine.scenarios.mutation.trials import Target


@dataclass(frozen=True, slots=True)
class Tried:
    """A mutant and the place of the scenario that noticed it; empty if none did."""

    target: Target
    mutant: Mutant
    killed_by: str

    @property
    def killed(self) -> bool:
        """Whether a scenario noticed."""
        return bool(self.killed_by)


def survey(targets: Sequence[Target], workers: int = 2) -> Iterator[tuple[Tried, ...]]:
    """Try every mutant of each target, in the order of the targets; gives one batch a target."""
    for target, killers in zip(targets, spread(_killers, targets, workers), strict=True):
        mutants = mutants_of(target.owner, target.book, target.others)
        yield tuple(Tried(target, mutant, place) for mutant, place in zip(mutants, killers, strict=True))


def _killers(target: Target) -> list[str]:
    """Give, for each mutant, the place of the scenario that notices it."""
    engine = engine_named("reference")
    found: list[str] = []
    trials = list(target.trials)
    for mutant in mutants_of(target.owner, target.book, target.others):
        trial = killer(mutant, trials, engine)
        if trial is not None:
            # What noticed one mutant is likely to notice the next.
            trials.remove(trial)
            trials.insert(0, trial)
        found.append(trial.example.place if trial else "")
    return found
