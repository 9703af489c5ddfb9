"""The whole examination of scenarios: every mutant tried and settled, every simple condition's effect looked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Protocol

from policyengine.engines.choose import engine_named
from policyengine.scenarios.mutation.effects import effects, truth_at
from policyengine.scenarios.mutation.settle import Equivalent, Survivor, settle
from policyengine.scenarios.mutation.survey import Tried, survey
from policyengine.scenarios.mutation.trials import targets_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from policyengine.engines.findings import Engine
    from policyengine.rulebook import Shelf
    from policyengine.scenarios.books import Books
    from policyengine.scenarios.examples import Example
    from policyengine.scenarios.mutation.effects import Effect
    from policyengine.scenarios.mutation.mutants import Mutant
    from policyengine.scenarios.mutation.search import Point
    from policyengine.scenarios.mutation.settle import Compared
    from policyengine.scenarios.mutation.trials import Target
    from policyengine.semantics.ir import Book


class Prover(Protocol):
    """Compares what a rule or derived term means in two books; with `complete`, for subjects with all facts filled."""

    def __call__(self, name: str, book: Book, other: Book, /, *, complete: bool = False) -> Compared:
        """Compare."""
        ...


@dataclass(frozen=True, slots=True)
class Unshown:
    """A simple condition whose effect no pair of scenarios shows, with drafts of the scenarios that would."""

    effect: Effect
    drafts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """What came of one rule or derived term.

    `idle` are simple conditions that cannot make a difference by themselves; `unshown` those that could, but no
    pair of scenarios shows it.
    """

    target: Target
    killed: tuple[Tried, ...]
    equivalent: tuple[Tried, ...]
    survivors: tuple[Survivor, ...]
    shown: tuple[Effect, ...] = ()
    idle: tuple[Effect, ...] = ()
    unshown: tuple[Unshown, ...] = ()

    @property
    def mutants(self) -> int:
        """How many mutants there are, equivalent ones included."""
        return len(self.killed) + len(self.equivalent) + len(self.survivors)

    @property
    def percent(self) -> int:
        """How many in a hundred of the mutants that mean something else were noticed, rounded down."""
        different = len(self.killed) + len(self.survivors)
        return 100 if not different else 100 * len(self.killed) // different


def targets(
    shelf: Shelf, books: Books, examples: Sequence[Example], only: Sequence[str] = ()
) -> tuple[Target, ...]:
    """Find what to examine in every layer: all rules and derived terms, or those named in `only`.

    Naming a rule names the derived terms that it reads, too. Layers are taken on the last day of the examples.
    """
    last = max((one.book.as_of for one in examples), default=None)
    whole = [] if last is None else [shelf.book(last, layer) for layer in shelf.layers]
    found = targets_of(examples, books.of, whole)
    wanted = set(only)
    return tuple(one for one in found if not wanted or one.name in wanted or wanted & set(one.readers))


def examine(
    chosen: Sequence[Target],
    prover: Prover,
    *,
    workers: int = 2,
    advance: Callable[[Target], None] = lambda _: None,
) -> Iterator[Score]:
    """Examine each target; `advance` is told of each when it is done."""
    engine = engine_named("reference")
    for target, tried, found in zip(
        chosen, list(survey(chosen, workers)), list(effects(chosen, workers)), strict=True
    ):
        settled = [settle(one, prover, engine) for one in tried if not one.killed]
        missing = [one for one in found if not one.shown]
        idle = tuple(one for one in missing if _is_idle(one, prover))
        advance(target)
        yield Score(
            target,
            tuple(one for one in tried if one.killed),
            tuple(one.tried for one in settled if isinstance(one, Equivalent)),
            tuple(one for one in settled if isinstance(one, Survivor)),
            tuple(one for one in found if one.shown),
            idle,
            tuple(_unshown(one, prover, engine) for one in missing if one not in idle),
        )


def _is_idle(effect: Effect, prover: Prover) -> bool:
    """Whether the side that is not shown is proved to make no difference, all facts being filled."""
    target = effect.target
    return any(
        bool(prover(target.name, target.book, forced.mutated(target.book), complete=True).same)
        for _, forced in _lacking(effect)
    )


def _unshown(effect: Effect, prover: Prover, engine: Engine) -> Unshown:
    """Draft a scenario for each side that is not shown: there the condition has the truth that is asked for."""
    drafts: list[str] = []
    for truth, forced in _lacking(effect):

        def fits(point: Point, truth: bool = truth) -> bool:
            return (
                effect.atom.of_events or truth_at(effect.atom.condition, point.case, point.day_book) is truth
            )

        found = settle(Tried(effect.target, forced, ""), partial(prover, complete=True), engine, fits)
        drafts.append(found.draft if isinstance(found, Survivor) else "")
    return Unshown(effect, tuple(drafts))


def _lacking(effect: Effect) -> list[tuple[bool, Mutant]]:
    """Give the sides that no scenario shows: the truth of the condition, and the owner with the other forced on it."""
    sides = [
        (True, effect.shown_true, effect.atom.when_false),
        (False, effect.shown_false, effect.atom.when_true),
    ]
    return [(truth, forced) for truth, place, forced in sides if not place]
