"""Subjects as cases, one by one, for the engines that judge case by case."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from policyengine.batch.sources import Input, waivers_in_force
from policyengine.engines.cases import Case, Event
from policyengine.engines.columnar import choices
from policyengine.values import Kind
from policyengine.vocabulary.terms import ABOVE, Subject

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from policyengine.values import Type, Value

# Enough rows to make the conversion to Python cheap, few enough to keep memory flat.
_SLICE = 2_000
_UPPER_ID = {Subject.OUTLET: "outlet_id", Subject.INSTITUTION: "institution_id", Subject.PROVINCE: "province"}


def cases(one: Input, subject: Subject, events: pl.DataFrame | None = None) -> Iterator[Case]:
    """Give every subject of a kind as a case, in the order of its table.

    `events` are those of the subjects in `one` (default: all of them are read). Only a slice of the subjects is
    held at a time, besides the facts and events of the subjects above it.
    """
    if events is None:
        events = one.events_of().events.whole()
    upper = {above: _Upper.read(one, above, events) for above in ABOVE[subject] if above in one.tables}
    own_events = events.filter(pl.col("subject") == str(subject))
    waived = waivers_in_force(one)
    for part in one.tables[subject].iter_slices(_SLICE):
        traces = _traces(own_events.filter(pl.col("subject_id").is_in(part["id"].implode())), one)
        for row, values in zip(part.iter_rows(named=True), _facts(part, subject, one), strict=True):
            yield _case(subject, row, values, traces.get(row["id"], ()), upper, waived)


def case_of_outlet(one: Input, outlet_id: str) -> tuple[Case, ...]:
    """Give the cases that decide about one outlet: its own, its institution's, its province's, its operators'.

    Empty if there is no such outlet.
    """
    outlet = one.tables[Subject.OUTLET].filter(pl.col("id") == outlet_id)
    if outlet.is_empty():
        return ()
    province, institution = outlet["province"][0], outlet["institution_id"][0]
    chosen = {Subject.OUTLET: outlet} | {
        above: _only(one, above, column, value)
        for above, column, value in (
            (Subject.INSTITUTION, "id", institution),
            (Subject.OPERATOR, "outlet_id", outlet_id),
            (Subject.PROVINCE, "id", province),
        )
        if above in one.tables
    }
    ids = [one_id for frame in chosen.values() for one_id in frame["id"]]
    parts = [part.province for part in one.parts]
    read = one.events_of(province if province in parts else None).events
    events = read.of_subjects(pl.Series(ids, dtype=pl.String)).whole()
    small = Input(
        one.as_of, one.vocabulary, one.tables | chosen if isinstance(one.tables, dict) else chosen,
        one.waivers.filter(pl.col("outlet_id") == outlet_id), (),
    )  # fmt: skip
    return tuple(
        case for subject in chosen if subject in one.tables for case in cases(small, subject, events)
    )


def _only(one: Input, subject: Subject, column: str, value: str | None) -> pl.DataFrame:
    frame = one.tables[subject]
    return frame.filter(pl.col(column) == pl.lit(value, pl.String))


@dataclass(frozen=True, slots=True)
class _Upper:
    """Facts and events of the subjects above, by id."""

    facts: Mapping[str, Mapping[str, Value]]
    traces: Mapping[str, tuple[Event, ...]]

    @classmethod
    def read(cls, one: Input, subject: Subject, events: pl.DataFrame) -> _Upper:
        frame = one.tables[subject]
        own = events.filter(pl.col("subject") == str(subject))
        return cls(dict(zip(frame["id"], _facts(frame, subject, one), strict=True)), _traces(own, one))


def _case(
    subject: Subject,
    row: Mapping[str, str | None],
    values: dict[str, Value],
    trace: tuple[Event, ...],
    upper: Mapping[Subject, _Upper],
    waived: Mapping[str, frozenset[str]],
) -> Case:
    traces = [trace]
    for above, known in upper.items():
        owner = row.get(_UPPER_ID[above])
        if owner:
            values.update(known.facts.get(owner, {}))
            traces.append(known.traces.get(owner, ()))
    filled = [part for part in traces if part]
    together = (
        filled[0] if len(filled) == 1 else tuple(sorted((e for part in filled for e in part), key=_order))
    )
    outlet = row["outlet_id"] or ""
    return Case(
        subject,
        row["id"] or "",
        values,
        together if filled else (),
        outlet,
        row["province"] or "",
        row["region"] or "",
        waived.get(outlet, frozenset()),
    )


def _order(event: Event) -> tuple[int, str]:
    return event.at, event.id


def _facts(frame: pl.DataFrame, subject: Subject, one: Input) -> Iterator[dict[str, Value]]:
    types = {term.name: term.type for term in one.vocabulary.table_of[subject].terms}
    yield from _values(frame, types)


def _values(frame: pl.DataFrame, types: Mapping[str, Type]) -> Iterator[dict[str, Value]]:
    """Give what is filled in each row; 多选 come out as sets."""
    names = list(types)
    if not names:
        yield from ({} for _ in range(frame.height))
        return
    decoders: list[Callable[[object], Value] | None] = [_decoder(types[name]) for name in names]
    for row in frame.select(names).iter_rows():
        yield {
            name: value if decode is None else decode(value)
            for name, decode, value in zip(names, decoders, row, strict=True)
            if value is not None
        }


def _decoder(of: Type) -> Callable[[object], Value] | None:
    if of.kind is not Kind.CHOICES:
        return None
    if not choices.fits(of.members):
        return lambda value: frozenset(value) if isinstance(value, list) else frozenset()
    seen: dict[object, frozenset[str]] = {}

    def decode(value: object) -> frozenset[str]:
        if value not in seen:
            bits = value if isinstance(value, int) else 0
            seen[value] = frozenset(member for place, member in enumerate(of.members) if bits >> place & 1)
        return seen[value]

    return decode


def _traces(events: pl.DataFrame, one: Input) -> dict[str, tuple[Event, ...]]:
    types = {term.name: term.type for term in one.vocabulary.event_terms}
    found: dict[str, list[Event]] = {}
    heads: Iterable[tuple[str, str, str, int]] = events.select("subject_id", "id", "type", "at").iter_rows()
    for (owner, event_id, kind, at), values in zip(heads, _values(events, types), strict=True):
        found.setdefault(owner, []).append(Event(event_id, kind, at, values))
    return {owner: tuple(sorted(trace, key=_order)) for owner, trace in found.items()}
