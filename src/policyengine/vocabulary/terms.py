"""Subjects, their terms, and the events that happen to them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from policyengine.values import EARLIEST, LARGEST, LATEST, Kind, Type, Value, day_number

if TYPE_CHECKING:
    from policyengine.diagnostics import Span


class Subject(StrEnum):
    """What a rule is about."""

    INSTITUTION = "机构"
    OUTLET = "网点"
    OPERATOR = "人员"
    ITEM = "事项"
    BATCH = "批次"
    PROVINCE = "省份"


# A rule of a subject may also read the terms of the subjects it belongs to, nearest first.
ABOVE: dict[Subject, tuple[Subject, ...]] = {
    Subject.INSTITUTION: (Subject.PROVINCE,),
    Subject.OUTLET: (Subject.INSTITUTION, Subject.PROVINCE),
    Subject.OPERATOR: (Subject.OUTLET, Subject.INSTITUTION, Subject.PROVINCE),
    Subject.ITEM: (Subject.PROVINCE,),
    Subject.BATCH: (Subject.PROVINCE,),
    Subject.PROVINCE: (),
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of an input table: the Chinese header and its ASCII twin."""

    name: str
    column: str


@dataclass(frozen=True, slots=True)
class Term:
    """A word that rules may use, and the column it is recorded in.

    `low` and `high` bound numbers and dates, encoded, both ends allowed.
    """

    name: str
    column: str
    type: Type
    subject: Subject
    meaning: str
    source: str
    low: int | None = None
    high: int | None = None
    span: Span | None = field(default=None, compare=False)

    @property
    def bounds(self) -> tuple[int, int]:
        """The smallest and the largest encoded value allowed, for numbers and dates."""
        if self.type.kind is Kind.DATE:
            natural = (day_number(EARLIEST), day_number(LATEST))
        else:
            natural = (-LARGEST, LARGEST)
        return (natural[0] if self.low is None else self.low, natural[1] if self.high is None else self.high)

    def admits(self, value: Value) -> bool:
        """Whether an encoded value lies within the bounds."""
        if isinstance(value, int) and not isinstance(value, bool):
            low, high = self.bounds
            return low <= value <= high
        return True


@dataclass(frozen=True, slots=True)
class Table:
    """An input table: one row a subject. `references` are columns that hold the id of a subject above."""

    subject: Subject
    file: str
    key: Column
    references: tuple[tuple[Subject, Column], ...]
    terms: tuple[Term, ...]
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class EventTerm:
    """A field of events, shared by the event types that carry it."""

    name: str
    column: str
    type: Type
    meaning: str
    source: str = ""
    low: int | None = None
    high: int | None = None
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class EventType:
    """Something that happens to a subject. `required` fields are always there, or the event is quarantined."""

    name: str
    code: str
    subject: Subject
    required: tuple[str, ...]
    optional: tuple[str, ...]
    meaning: str
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Vocabulary:
    """All the words. Term names are unique over all subjects; event fields have a name space of their own."""

    tables: tuple[Table, ...] = ()
    event_terms: tuple[EventTerm, ...] = ()
    event_types: tuple[EventType, ...] = ()

    @cached_property
    def terms(self) -> dict[str, Term]:
        """Every term by its Chinese name."""
        return {term.name: term for table in self.tables for term in table.terms}

    @cached_property
    def table_of(self) -> dict[Subject, Table]:
        """The input table of each subject."""
        return {table.subject: table for table in self.tables}

    @cached_property
    def events(self) -> dict[str, EventType]:
        """Event types by their Chinese name."""
        return {event.name: event for event in self.event_types}

    @cached_property
    def event_fields(self) -> dict[str, EventTerm]:
        """Event fields by their Chinese name."""
        return {term.name: term for term in self.event_terms}

    def readable_by(self, subject: Subject) -> dict[str, Term]:
        """Give the terms that a rule of `subject` may read: its own and those of the subjects above."""
        return self._readable[subject]

    @cached_property
    def _readable(self) -> dict[Subject, dict[str, Term]]:
        return {
            subject: {
                name: term for name, term in self.terms.items() if term.subject in {subject, *ABOVE[subject]}
            }
            for subject in Subject
        }
