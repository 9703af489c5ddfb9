"""Events, typed part by part: a part is a file, or all of a table in memory.

A typed frame has `id`, `type` (Chinese name), `subject` (Chinese name), `subject_id`, `at` (seconds), and a column by
Chinese name for each field of the vocabulary. Rows stand by (`at`, `id`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from policyengine.batch import wording
from policyengine.batch.casts import dtype_of
from policyengine.batch.layouts import (
    EVENT_ID,
    EVENT_RECORDED,
    EVENT_SUBJECT,
    EVENT_TIME,
    EVENT_TYPE,
)
from policyengine.batch.moments import cast_moments, why_refused
from policyengine.batch.quarantine import Quarantine, SetAside, Why
from policyengine.batch.tables import drop_duplicates, typed
from policyengine.values import day_number

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from policyengine.batch.files import Raw
    from policyengine.batch.layouts import Cell, Layout
    from policyengine.batch.tables import Typed
    from policyengine.vocabulary.terms import Subject, Vocabulary


@dataclass(frozen=True, slots=True)
class Known:
    """What events are checked against: ids of subjects with their provinces, and the ids that were quarantined."""

    provinces: pl.DataFrame  # subject, subject_id, province
    lost: Mapping[Subject, set[str]]


@dataclass(frozen=True, slots=True)
class EventsRead:
    """The events of a part that can be used, and the rows that were set aside; `rows` counts both."""

    frame: pl.DataFrame
    quarantine: tuple[SetAside, ...]
    rows: int


def read_events(
    part: tuple[Raw, dict[str, Cell]],
    layout: Layout,
    vocabulary: Vocabulary,
    known: Known,
    as_of: date,
    *,
    clashing: frozenset[str] = frozenset(),
    province: str = "",
) -> EventsRead:
    """Type one part. `clashing` are ids that stand in other parts too; `province` is the only one allowed, if given."""
    quarantine = Quarantine()
    raw, headers = part
    table = typed([(_with_moments(raw, headers), headers)], layout, quarantine)
    _settle_moments(table)
    _check_types(table, vocabulary)
    _check_time(table, as_of)
    _check_required(table, vocabulary)
    if clashing:
        key = EVENT_ID.name
        elsewhere = table.frame[key].is_in(sorted(clashing))
        table.set_aside(elsewhere, key, Why.DUPLICATE, lambda value: wording.elsewhere(key, value))
    drop_duplicates(table)
    _check_subjects(table, known, province)
    fields = [term.name for term in vocabulary.event_terms]
    frame = table.frame.select(
        pl.col(EVENT_ID.name).alias("id"),
        pl.col(EVENT_TYPE.name).alias("type"),
        pl.col("__subject").alias("subject"),
        pl.col(EVENT_SUBJECT.name).alias("subject_id"),
        pl.col("__province").alias("province"),
        pl.col("__at").alias("at"),
        *fields,
    ).sort("at", "id")
    return EventsRead(frame, tuple(quarantine.entries), table.rows_read)


def _with_moments(raw: Raw, headers: dict[str, Cell]) -> Raw:
    """Timestamps pass through the typing of text untouched, as their own text."""
    moments = [header for header, cell in headers.items() if cell in {EVENT_TIME, EVENT_RECORDED}]
    schema = raw.lazy.collect_schema()
    stamps = [one for one in moments if schema[one] != pl.String]
    if not stamps:
        return raw
    shown = [
        pl.col(one).cast(pl.Datetime("us")).dt.strftime("%Y-%m-%d %H:%M:%S").alias(one) for one in stamps
    ]
    return type(raw)(raw.name, raw.file, raw.headers, raw.lazy.with_columns(shown), raw.ragged)


def _settle_moments(table: Typed) -> None:
    for cell, name in ((EVENT_TIME, "__at"), (EVENT_RECORDED, "__recorded")):
        result = cast_moments(table.frame[cell.name], name)
        table.frame = table.frame.with_columns(result.values)
        if result.bad is not None:
            table.set_aside(result.bad, cell.name, Why.BAD_VALUE, why_refused)


def _check_types(table: Typed, vocabulary: Vocabulary) -> None:
    names = {one.code: one.name for one in vocabulary.event_types} | {
        one.name: one.name for one in vocabulary.event_types
    }
    subjects = {one.name: str(one.subject) for one in vocabulary.event_types}
    name = EVENT_TYPE.name
    unknown = ~table.frame[name].is_in(list(names))
    table.set_aside(unknown, name, Why.UNKNOWN_EVENT, wording.unknown_event)
    table.frame = table.frame.with_columns(
        pl.col(name).replace_strict(names, return_dtype=pl.String, default=None)
    ).with_columns(
        pl.col(name).replace_strict(subjects, return_dtype=pl.String, default=None).alias("__subject")
    )


def _check_time(table: Typed, as_of: date) -> None:
    end = (day_number(as_of) + 1) * 86_400
    day = as_of.isoformat()
    table.set_aside(
        table.frame["__at"] >= end, EVENT_TIME.name, Why.FUTURE, lambda _: wording.after_as_of(day)
    )
    recorded_early = (table.frame["__recorded"] < table.frame["__at"]).fill_null(value=False)
    table.set_aside(recorded_early, EVENT_RECORDED.name, Why.OUT_OF_ORDER, lambda _: wording.out_of_order())


def _check_required(table: Typed, vocabulary: Vocabulary) -> None:
    by_field: dict[str, list[str]] = {}
    for event in vocabulary.event_types:
        for name in event.required:
            by_field.setdefault(name, []).append(event.name)
    for name, events in by_field.items():
        column = table.frame[name]
        if column.null_count() == 0:
            continue
        missing = table.frame[EVENT_TYPE.name].is_in(events) & column.is_null()
        if not missing.any():
            continue
        for event in sorted(set(table.frame[EVENT_TYPE.name].filter(missing))):
            only = (table.frame[EVENT_TYPE.name] == event) & table.frame[name].is_null()
            table.set_aside(only, name, Why.MISSING, partial(wording.required_by, event, name))


def _check_subjects(table: Typed, known: Known, province: str) -> None:
    name = EVENT_SUBJECT.name
    joined = table.frame.join(
        known.provinces, left_on=["__subject", name], right_on=["subject", "subject_id"], how="left",
        maintain_order="left",
    )  # fmt: skip
    table.frame = joined.rename({"province": "__province"})
    gone = pl.repeat(value=False, n=table.frame.height, eager=True)
    unknown = table.frame["__known"].is_null()
    if unknown.any():
        for subject, ids in known.lost.items():
            gone |= (
                unknown & (table.frame["__subject"] == str(subject)) & table.frame[name].is_in(sorted(ids))
            )
        for subject in sorted(set(table.frame["__subject"].filter(gone))):
            only = gone & (table.frame["__subject"] == subject)
            table.set_aside(
                only, name, Why.QUARANTINED_REFERENCE,
                partial(wording.quarantined_reference, subject),
            )  # fmt: skip
            gone = gone.filter(~only)
        for subject in sorted(set(table.frame["__subject"].filter(table.frame["__known"].is_null()))):
            only = table.frame["__known"].is_null() & (table.frame["__subject"] == subject)
            table.set_aside(
                only, name, Why.UNKNOWN_REFERENCE,
                partial(wording.unknown_reference, subject),
            )  # fmt: skip
    if province:
        strange = (table.frame["__province"] != province).fill_null(value=False)
        table.set_aside(strange, name, Why.WRONG_PROVINCE, lambda _: wording.wrong_province(province))


def empty_events(vocabulary: Vocabulary) -> pl.DataFrame:
    """Give a typed frame without rows."""
    fixed: dict[str, pl.DataType] = {
        "id": pl.String(),
        "type": pl.String(),
        "subject": pl.String(),
        "subject_id": pl.String(),
        "province": pl.String(),
        "at": pl.Int64(),
    }
    return pl.DataFrame(schema=fixed | {term.name: dtype_of(term.type) for term in vocabulary.event_terms})
