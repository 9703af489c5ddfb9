"""MC/DC by scenarios: for each simple condition, a pair of scenarios that shows its effect by itself.

One scenario in which the condition is true and, were it false, the scenario would no longer hold; and one the
other way round. (This is the masking form: the other conditions may differ between the two.)
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from policyengine.engines.choose import engine_named
from policyengine.scenarios.mutation import wording
from policyengine.scenarios.mutation.mutants import Mutant
from policyengine.scenarios.mutation.patterns import selector_slots
from policyengine.scenarios.mutation.spread import spread
from policyengine.scenarios.mutation.tables import CONDITIONS, conditional_rows, with_rows
from policyengine.scenarios.mutation.trials import killer
from policyengine.scenarios.mutation.variants import Kind
from policyengine.semantics.ir import All, Any, Condition, DecisionTable, Negation, Pattern, Rule, Truth
from policyengine.semantics.truth import derive, truth_of
from policyengine.semantics.words import condition_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from policyengine.engines.cases import Case
    from policyengine.scenarios.mutation.trials import Owner, Target
    from policyengine.semantics.ir import Book, Definition, Selector

    Put: TypeAlias = Callable[[Condition], Owner]


@dataclass(frozen=True, slots=True)
class Atom:
    """A simple condition where it stands: `forced` is its owner with the condition always true or always false."""

    condition: Condition
    words: str
    of_events: bool
    when_true: Mutant
    when_false: Mutant


@dataclass(frozen=True, slots=True)
class Effect:
    """A simple condition and the places of the two scenarios that show its effect; empty where none does."""

    target: Target
    atom: Atom
    shown_true: str
    shown_false: str

    @property
    def shown(self) -> bool:
        """Whether there is a pair."""
        return bool(self.shown_true and self.shown_false)


def effects(targets: Sequence[Target], workers: int = 2) -> Iterator[tuple[Effect, ...]]:
    """Find the pairs for every simple condition of each target; gives one batch a target."""
    for target, places in zip(targets, spread(_places, targets, workers), strict=True):
        found = zip(atoms_of(target), places, strict=True)
        yield tuple(Effect(target, atom, *pair) for atom, pair in found)


def atoms_of(target: Target) -> tuple[Atom, ...]:
    """Give every simple condition of a rule or derived term, those in event selectors included."""
    owner = target.owner
    slots = _rule_slots(owner) if isinstance(owner, Rule) else _definition_slots(owner)
    found: list[Atom] = []
    for where, condition, put, of_events in slots:
        for atom, put_atom in _atoms(condition):
            words = f"{where}{condition_words(atom, target.book)}"

            def forced(value: bool, put: Put = put, inner: _Inner = put_atom, words: str = words) -> Mutant:
                name = wording.forced(words, value)
                return Mutant(target.name, Kind.NEGATED, name, put(inner(Truth(value))))

            found.append(Atom(atom, words, of_events, forced(True), forced(False)))
    return tuple(found)


if TYPE_CHECKING:
    _Inner: TypeAlias = Callable[[Condition], Condition]
    _Slot: TypeAlias = tuple[str, Condition, Put, bool]


def _places(target: Target) -> list[tuple[str, str]]:
    engine = engine_named("reference")
    found: list[tuple[str, str]] = []
    for atom in atoms_of(target):
        truths = [truth_at(atom.condition, one.example.case, one.book) for one in target.trials]
        told = list(zip(target.trials, truths, strict=True))
        true = [one for one, truth in told if atom.of_events or truth is True]
        false = [one for one, truth in told if atom.of_events or truth is False]
        pair = killer(atom.when_false, true, engine), killer(atom.when_true, false, engine)
        found.append((pair[0].example.place if pair[0] else "", pair[1].example.place if pair[1] else ""))
    return found


def truth_at(condition: Condition, case: Case, book: Book) -> bool | None:
    """Work out a simple condition over the facts of a case."""
    return truth_of(condition, {**case.values, **derive(book, case.subject, case.values)}, book)


def _atoms(condition: Condition) -> Iterator[tuple[Condition, _Inner]]:
    match condition:
        case Truth():
            return
        case Negation(operand):
            for atom, put in _atoms(operand):
                yield atom, lambda new, put=put: Negation(put(new))  # type: ignore[misc]
        case All(parts) | Any(parts):
            joint = type(condition)
            for place, part in enumerate(parts):
                before, after = parts[:place], parts[place + 1 :]
                for atom, put in _atoms(part):
                    yield (
                        atom,
                        lambda new, put=put, joint=joint, before=before, after=after: joint(  # type: ignore[misc]
                            (*before, put(new), *after)
                        ),
                    )
        case _:
            yield condition, lambda new: new


def _rule_slots(rule: Rule) -> Iterator[_Slot]:
    yield wording.part("适用"), rule.applies, lambda new: replace(rule, applies=new), False
    if isinstance(rule.requires, Pattern):
        yield from _pattern_slots(rule, rule.requires)
    else:
        yield wording.part("要求"), rule.requires, lambda new: replace(rule, requires=new), False


def _pattern_slots(rule: Rule, pattern: Pattern) -> Iterator[_Slot]:
    for name, selector, put in selector_slots(pattern):

        def put_condition(
            new: Condition, selector: Selector = selector, put: Callable[[Selector], Pattern] = put
        ) -> Rule:
            return replace(rule, requires=put(replace(selector, condition=new)))

        yield wording.part(name), selector.condition, put_condition, True


def _definition_slots(definition: Definition) -> Iterator[_Slot]:
    body = definition.body
    if isinstance(body, DecisionTable):
        for place, row in enumerate(body.rows[: conditional_rows(body)]):

            def put(new: Condition, place: int = place) -> Definition:
                rows = (*body.rows[:place], replace(body.rows[place], when=new), *body.rows[place + 1 :])
                return replace(definition, body=with_rows(body, rows))

            yield wording.row(place + 1), row.when, put, False
    elif isinstance(body, CONDITIONS):
        yield "", body, lambda new: replace(definition, body=new), False
