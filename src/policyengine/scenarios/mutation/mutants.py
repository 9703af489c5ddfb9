"""Every mutant of a rule, of a derived term, and of the parameters that they read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from policyengine.scenarios.mutation import wording
from policyengine.scenarios.mutation.conditions import condition_variants
from policyengine.scenarios.mutation.patterns import pattern_variants
from policyengine.scenarios.mutation.tables import definition_variants
from policyengine.scenarios.mutation.variants import Kind, Variant, inside
from policyengine.semantics.ir import ALWAYS, Definition, Modality, Parameter, Pattern, Rule
from policyengine.semantics.reads import definitions_read, parameters_read
from policyengine.values import Kind as ValueKind
from policyengine.values import Value, show_with_unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from policyengine.semantics.ir import Book


@dataclass(frozen=True, slots=True)
class Shift:
    """A parameter with another value: `step` for numbers and dates, `member` put in or taken out of a set.

    `value` is the value that is shifted; books in which the parameter has another one are left as they are.
    """

    name: str
    value: Value
    step: int = 0
    member: str = ""


Edit: TypeAlias = "Rule | Definition | Shift"


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change to a rule or a derived term, named `owner`; `change` says in Chinese what was changed."""

    owner: str
    kind: Kind
    change: str
    edit: Edit

    def mutated(self, book: Book) -> Book:
        """Give the book with the change made."""
        match self.edit:
            case Rule() as rule:
                rules = tuple(rule if one.id == rule.id else one for one in book.rules)
                return replace(book, rules=rules)
            case Definition() as definition:
                return replace(
                    book,
                    definitions=tuple(
                        definition if one.name == definition.name else one for one in book.definitions
                    ),
                )
            case Shift(name, before):
                parameter = book.parameters[name]
                value = shifted(parameter, self.edit) if parameter.value == before else parameter.value
                moved = replace(parameter, current=replace(parameter.current, value=value))
                return replace(book, parameters={**book.parameters, name: moved})


def mutants_of(owner: Rule | Definition, book: Book, others: Iterable[Book] = ()) -> tuple[Mutant, ...]:
    """Give every mutant of a rule or derived term, each meaning something else as written.

    `others` are books in which the owner means the same but parameters may have other values, to be shifted too.
    """
    name = owner.id if isinstance(owner, Rule) else owner.name
    variants: Iterator[Variant[Rule]] | Iterator[Variant[Definition]]
    variants = _rule_variants(owner, book) if isinstance(owner, Rule) else definition_variants(owner, book)
    seen: set[Edit] = {owner}
    found: list[Mutant] = []
    for one in variants:
        if one.part not in seen:
            seen.add(one.part)
            found.append(Mutant(name, one.kind, one.words, one.part))
    for each in (book, *others):
        for shift in _shifts(owner, each):
            if shift.part not in seen:
                seen.add(shift.part)
                found.append(Mutant(name, shift.kind, shift.words, shift.part))
    return tuple(found)


def shifted(parameter: Parameter, shift: Shift) -> Value:
    """Give the value of a parameter after a shift."""
    value, of = parameter.value, parameter.type
    if isinstance(value, frozenset):
        return value - {shift.member} if shift.member in value else value | {shift.member}
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + shift.step
    return (
        of.members[(of.members.index(value) + shift.step) % len(of.members)] if value in of.members else value
    )


def _rule_variants(rule: Rule, book: Book) -> Iterator[Variant[Rule]]:
    for modality in Modality:
        if modality is not rule.modality:
            words = wording.modality(rule.modality, modality)
            yield Variant(replace(rule, modality=modality), Kind.MODALITY, words)
    if rule.applies != ALWAYS:
        yield Variant(replace(rule, applies=ALWAYS), Kind.APPLIES, wording.NEVER_APPLIED)
        yield from inside(
            condition_variants(rule.applies, book),
            lambda new: replace(rule, applies=new),
            wording.part("适用"),
        )
    if isinstance(rule.requires, Pattern):
        yield from inside(
            pattern_variants(rule.requires, book),
            lambda new: replace(rule, requires=new),
            wording.part("事件"),
        )
    else:
        yield from inside(
            condition_variants(rule.requires, book),
            lambda new: replace(rule, requires=new),
            wording.part("要求"),
        )


def _shifts(owner: Rule | Definition, book: Book) -> Iterator[Variant[Shift]]:
    """Shift each parameter that stands in the owner itself."""
    through = {
        name
        for definition in book.definitions
        if definition.name in definitions_read(owner, book)
        for name in parameters_read(definition, book)
    }
    direct = set(parameters_read(owner, replace(book, definitions=())))
    for name in parameters_read(owner, book):
        if name in through and name not in direct:
            continue
        parameter = book.parameters[name]
        of = parameter.type
        if of.kind is ValueKind.CHOICES:
            shifts = [Shift(name, parameter.value, member=member) for member in of.members]
        elif of.kind is ValueKind.BOOLEAN:
            shifts = [Shift(name, parameter.value, step=1)]
        elif of.kind is ValueKind.CHOICE:
            shifts = [Shift(name, parameter.value, step=step) for step in range(1, len(of.members))]
        else:
            shifts = [Shift(name, parameter.value, step=1), Shift(name, parameter.value, step=-1)]
        for shift in shifts:
            value = shifted(parameter, shift)
            words = wording.parameter(name, show_with_unit(parameter.value, of), show_with_unit(value, of))
            yield Variant(shift, Kind.MEMBERS if shift.member else Kind.BOUNDARY, words)
