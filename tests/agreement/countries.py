"""Generated cases rearranged as a country: outlets that share institutions and provinces, two layers, real tables."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import polars as pl

from policyengine.engines.cases import Case, Event
from policyengine.engines.columnar.expressions import stored_type, stored_value
from policyengine.engines.columnar.tables import Tables
from policyengine.semantics.ir import Modality
from policyengine.values import Kind
from policyengine.vocabulary.terms import ABOVE, Subject

if TYPE_CHECKING:
    from collections.abc import Iterable

    from policyengine.semantics.ir import Book, Rule
    from policyengine.values import Type, Value
    from policyengine.vocabulary.terms import Vocabulary

LAYERS = ("000000", "320000")


@dataclass
class Entity:
    """A row of a subject table, with the events that happened to it."""

    subject: Subject
    id: str
    values: dict[str, Value]
    above: dict[Subject, Entity]
    events: list[Event] = field(default_factory=list)

    @property
    def layer(self) -> str:
        """The layer of its province."""
        province = self.above.get(Subject.PROVINCE, self)
        return LAYERS[int(province.id[1:]) % 2]

    @property
    def outlet_id(self) -> str:
        """Its outlet, if it has one."""
        return (
            self.id
            if self.subject is Subject.OUTLET
            else self.above[Subject.OUTLET].id
            if Subject.OUTLET in self.above
            else ""
        )

    def case(self, waived: frozenset[str]) -> Case:
        """Everything that its rules may read, as one case."""
        values = dict(self.values)
        events = list(self.events)
        for upper in self.above.values():
            values |= upper.values
            events += upper.events
        trace = tuple(sorted(events, key=lambda one: (one.at, one.id)))
        return Case(self.subject, self.id, values, trace, self.outlet_id, self.layer, "", waived)


@dataclass(frozen=True)
class Country:
    """Entities, the book of each layer, and who is excused from what."""

    entities: tuple[Entity, ...]
    books: dict[str, Book]
    waivers: tuple[tuple[str, str], ...]

    def cases(self, layer: str) -> list[Case]:
        """The cases that a layer's book judges."""
        return [one.case(self._waived(one)) for one in self.entities if one.layer == layer]

    def tables(self) -> Tables:
        """The same as tables: each term once, in the table of its own subject."""
        vocabulary = next(iter(self.books.values())).vocabulary
        waivers = pl.DataFrame(
            self.waivers, schema={"subject_id": pl.String, "rule": pl.String}, orient="row"
        )
        frames = {subject: self._frame(subject, vocabulary).lazy() for subject in Subject}
        return Tables(
            {subject: frame for subject, frame in frames.items() if frame.collect().height},
            self._events(vocabulary).lazy(),
            waivers.lazy(),
        )

    def _waived(self, entity: Entity) -> frozenset[str]:
        return frozenset(rule for id_, rule in self.waivers if id_ in {entity.id, entity.outlet_id})

    def _frame(self, subject: Subject, vocabulary: Vocabulary) -> pl.DataFrame:
        rows = [one for one in self.entities if one.subject is subject]
        columns = {
            "id": pl.Series([one.id for one in rows], dtype=pl.String),
            "outlet_id": pl.Series([one.outlet_id for one in rows], dtype=pl.String),
            "layer": pl.Series([one.layer for one in rows], dtype=pl.String),
        }
        columns["province"] = columns["region"] = columns["layer"]
        for above in ABOVE[subject]:
            columns[above] = pl.Series([one.above[above].id for one in rows], dtype=pl.String)
        for term in vocabulary.table_of[subject].terms:
            columns[term.name] = _series((one.values.get(term.name) for one in rows), term.type)
        return pl.DataFrame(columns)

    def _events(self, vocabulary: Vocabulary) -> pl.DataFrame:
        found = [(entity, event) for entity in self.entities for event in entity.events]
        columns = {
            "id": pl.Series([event.id for _, event in found], dtype=pl.String),
            "type": pl.Series([event.type for _, event in found], dtype=pl.String),
            "at": pl.Series([event.at for _, event in found], dtype=pl.Int64),
            "subject": pl.Series([entity.subject for entity, _ in found], dtype=pl.String),
            "subject_id": pl.Series([entity.id for entity, _ in found], dtype=pl.String),
        }
        for name, term in vocabulary.event_fields.items():
            columns[name] = _series((event.values.get(name) for _, event in found), term.type)
        return pl.DataFrame(columns)


def country_of(book: Book, cases: tuple[Case, ...]) -> Country:
    """Place each case somewhere in a country of two provinces, three institutions and two outlets more."""
    vocabulary = book.vocabulary
    provinces = [
        Entity(Subject.PROVINCE, f"P{place}", _own(cases[place], Subject.PROVINCE, vocabulary), {})
        for place in range(2)
    ]
    institutions = [
        Entity(
            Subject.INSTITUTION,
            f"I{place}",
            _own(cases[place + 2], Subject.INSTITUTION, vocabulary),
            {Subject.PROVINCE: provinces[place % 2]},
        )
        for place in range(3)
    ]
    above = {Subject.PROVINCE: provinces, Subject.INSTITUTION: institutions}
    outlets = [
        _place(replace(cases[place], subject=Subject.OUTLET), f"O{place}", place, above, vocabulary)
        for place in range(2)
    ]
    above[Subject.OUTLET] = outlets
    placed = []
    for place, case in enumerate(cases):
        if case.subject is Subject.PROVINCE:
            continue
        entity = _place(case, f"S{place}", place, above, vocabulary)
        placed.append(entity)
        for event in case.trace:
            happens_to = vocabulary.events[event.type].subject
            owner = entity.above.get(happens_to, entity)
            owner.events.append(replace(event, id=f"{place}{event.id}"))
    waivers = tuple((f"S{place}", rule) for place, case in enumerate(cases) for rule in sorted(case.waived))
    books = dict(zip(LAYERS, (book, _adjusted(book)), strict=True))
    return Country((*provinces, *institutions, *outlets, *placed), books, waivers)


def _place(
    case: Case, id_: str, place: int, above: dict[Subject, list[Entity]], vocabulary: Vocabulary
) -> Entity:
    owners = {upper: above[upper][place % len(above[upper])] for upper in ABOVE[case.subject]}
    if Subject.OUTLET in owners:
        owners |= owners[Subject.OUTLET].above
    return Entity(case.subject, id_, _own(case, case.subject, vocabulary), owners)


def _own(case: Case, subject: Subject, vocabulary: Vocabulary) -> dict[str, Value]:
    return {name: value for name, value in case.values.items() if vocabulary.terms[name].subject is subject}


def _adjusted(book: Book) -> Book:
    """The same book with other values (numbers one higher, sets emptied) and other rules.

    The first rule is not taken over, the second is raised or lowered, the third applies only where the second does.
    """
    parameters = {}
    for name, parameter in book.parameters.items():
        value = parameter.value
        match parameter.type.kind:
            case Kind.INTEGER | Kind.DECIMAL | Kind.DATE:
                value += 1
            case Kind.CHOICES:
                value = frozenset()
            case Kind.BOOLEAN:
                value = not value
        current = replace(parameter.current, value=value)
        parameters[name] = replace(parameter, current=current, history=(current,))
    return replace(book, layer=LAYERS[1], parameters=parameters, rules=_other_rules(book.rules))


def _other_rules(rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
    if len(rules) < 2:
        return rules
    _, second, *others = rules
    other = Modality.SHOULD if second.modality is Modality.SHALL else Modality.SHALL
    changed = [replace(second, modality=other)]
    if others and others[0].subject is second.subject:
        changed.append(replace(others.pop(0), applies=second.applies))
    return (*changed, *others)


def _series(values: Iterable[Value | None], of: Type) -> pl.Series:
    return pl.Series([stored_value(value, of) for value in values], dtype=stored_type(of))
