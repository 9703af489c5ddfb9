"""Events, typed part by part: a part is a file, or all of a table in memory.

A typed frame has `id`, `type` (Chinese name), `subject` (Chinese name), `subject_id`, `at` (seconds), and a column by
Chinese name for each field of the vocabulary. Rows stand in no order: a trace is ordered by (`at`, `id`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from policyengine.batch import wording
from policyengine.batch.by_type import Events
from policyengine.batch.casts import cast
from policyengine.batch.files import ROW
from policyengine.batch.layouts import (
    EVENT_ID,
    EVENT_RECORDED,
    EVENT_SUBJECT,
    EVENT_TIME,
    EVENT_TYPE,
)
from policyengine.batch.quarantine import Quarantine, SetAside, Why
from policyengine.batch.tables import drop_duplicates, repeated, typed
from policyengine.values import day_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from policyengine.batch.files import Raw
    from policyengine.batch.layouts import Cell, Layout
    from policyengine.batch.tables import Typed
    from policyengine.vocabulary.terms import Subject, Vocabulary


_KIND = "__kind"
_TOGETHER = 250_000  # rows


@dataclass(frozen=True, slots=True)
class Known:
    """What events are checked against: ids of subjects with their provinces, and the ids that were quarantined."""

    provinces: pl.DataFrame  # subject, subject_id, province, and `__known`, always true
    lost: Mapping[Subject, set[str]]
    # Whether no two subjects of different kinds share an id.
    ids_differ: bool


@dataclass(frozen=True, slots=True)
class EventsRead:
    """The events of a part that can be used, and the rows that were set aside; `rows` counts both."""

    events: Events
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
    own = known.provinces.filter(pl.col("province") == province) if province else known.provinces
    found: list[Events] = []
    rows = 0
    for piece, may_repeat in _pieces(part):
        table = typed([piece], layout, quarantine)
        rows += table.rows_read
        table.narrow(
            [cell.name for cell in (EVENT_ID, EVENT_TYPE, EVENT_SUBJECT, EVENT_TIME, EVENT_RECORDED)]
        )
        _check_types(table, vocabulary)
        _check_time(table, as_of)
        if clashing:
            elsewhere = table.frame[EVENT_ID.name].is_in(sorted(clashing))
            table.set_aside(
                elsewhere, EVENT_ID.name, Why.DUPLICATE, partial(wording.elsewhere, EVENT_ID.name)
            )
        if may_repeat:
            drop_duplicates(table)
        _check_subjects(table, known, own, province)
        table.widen()
        _check_required(table, vocabulary)
        frame = table.frame.select(
            pl.col(EVENT_ID.name).alias("id"),
            pl.col(EVENT_TYPE.name).alias("type"),
            pl.col(EVENT_SUBJECT.name).alias("subject_id"),
            pl.col("__province").alias("province"),
            pl.col(EVENT_TIME.name).alias("at"),
            *(term.name for term in vocabulary.event_terms),
        )
        found.append(Events.of(frame, vocabulary))
    return EventsRead(Events.together(found, vocabulary), tuple(quarantine.entries), rows)


def _pieces(part: tuple[Raw, dict[str, Cell]]) -> Iterator[tuple[tuple[Raw, dict[str, Cell]], bool]]:
    """Cut a large part: typed as a whole it would take many times the room of what comes out.

    Rows that share an id, by which copies are told, stay together in one piece, which is marked.
    """
    raw, headers = part
    frame = raw.lazy.select(ROW, *headers).collect()
    if frame.height <= _TOGETHER:
        yield (replace(raw, lazy=frame.lazy()), headers), True
        return
    header = next(one for one, cell in headers.items() if cell == EVENT_ID)
    ids = cast(frame.select(header), {header: EVENT_ID})[header].values
    twice = repeated(ids) & ids.is_not_null()
    yield (replace(raw, lazy=frame.filter(twice).lazy()), headers), True
    for start in range(0, frame.height, _TOGETHER):
        rest = frame.slice(start, _TOGETHER).filter(~twice.slice(start, _TOGETHER))
        yield (replace(raw, lazy=rest.lazy(), ragged=()), headers), False


def _check_types(table: Typed, vocabulary: Vocabulary) -> None:
    """Replace codes by names, and add the number of each row's type and the subject that it happens to."""
    kinds = vocabulary.event_types
    numbers = {word: place for place, one in enumerate(kinds) for word in (one.code, one.name)}
    name = EVENT_TYPE.name
    number = table.frame[name].replace_strict(numbers, default=None, return_dtype=pl.UInt16).alias(_KIND)
    table.frame = table.frame.with_columns(number)
    table.set_aside(number.is_null(), name, Why.UNKNOWN_EVENT, wording.unknown_event)
    number = table.frame[_KIND]
    table.frame = table.frame.with_columns(
        pl.Series(name, [one.name for one in kinds], dtype=pl.String).gather(number),
        pl.Series("__subject", [str(one.subject) for one in kinds], dtype=pl.String).gather(number),
    )


def _check_time(table: Typed, as_of: date) -> None:
    end = (day_number(as_of) + 1) * 86_400
    day = as_of.isoformat()
    future = table.frame[EVENT_TIME.name] >= end
    table.set_aside(future, EVENT_TIME.name, Why.FUTURE, lambda _: wording.after_as_of(day))
    early = (table.frame[EVENT_RECORDED.name] < table.frame[EVENT_TIME.name]).fill_null(value=False)
    table.set_aside(early, EVENT_RECORDED.name, Why.OUT_OF_ORDER, lambda _: wording.out_of_order())


def _check_required(table: Typed, vocabulary: Vocabulary) -> None:
    by_field: dict[str, list[int]] = {}
    for place, event in enumerate(vocabulary.event_types):
        for name in event.required:
            by_field.setdefault(name, []).append(place)
    if not by_field:
        return
    kind = pl.col(_KIND)
    lacking = {
        name: pl.any_horizontal(kind == place for place in places) & pl.col(name).is_null()
        for name, places in by_field.items()
    }
    found = table.frame.select(test.any().alias(name) for name, test in lacking.items()).row(0, named=True)
    for name in (name for name, is_lacking in found.items() if is_lacking):
        for place in by_field[name]:
            only = table.frame.select((kind == place) & pl.col(name).is_null()).to_series()
            carrier = vocabulary.event_types[place].name
            table.set_aside(only, name, Why.MISSING, partial(wording.required_by, carrier, name))


def _check_subjects(table: Typed, known: Known, own: pl.DataFrame, province: str) -> None:
    name = EVENT_SUBJECT.name
    table.frame = _located(table.frame, known, own, province)
    if table.frame["__known"].null_count():
        for subject, ids in known.lost.items():
            of_it = (pl.col("__subject") == str(subject)) & pl.col(name).is_in(sorted(ids))
            gone = table.frame.select(pl.col("__known").is_null() & of_it).to_series()
            table.set_aside(
                gone, name, Why.QUARANTINED_REFERENCE, partial(wording.quarantined_reference, str(subject))
            )
        for subject in sorted(set(table.frame["__subject"].filter(table.frame["__known"].is_null()))):
            only = table.frame["__known"].is_null() & (table.frame["__subject"] == subject)
            table.set_aside(only, name, Why.UNKNOWN_REFERENCE, partial(wording.unknown_reference, subject))
    if province:
        strange = (table.frame["__province"] != province).fill_null(value=False)
        table.set_aside(strange, name, Why.WRONG_PROVINCE, lambda _: wording.wrong_province(province))


def _located(frame: pl.DataFrame, known: Known, own: pl.DataFrame, province: str) -> pl.DataFrame:
    """Add `__province` and `__known`; a province's own file is asked of that province's subjects first."""
    found = _joined(frame, own, known)
    if not province or not found["__known"].null_count():
        return found
    far = found.filter(pl.col("__known").is_null()).drop("__province", "__known")
    others = known.provinces.filter(pl.col("subject_id").is_in(far[EVENT_SUBJECT.name].unique().implode()))
    return pl.concat([found.filter(pl.col("__known").is_not_null()), _joined(far, others, known)])


def _joined(frame: pl.DataFrame, some: pl.DataFrame, known: Known) -> pl.DataFrame:
    by = EVENT_SUBJECT.name
    if not known.ids_differ:
        return frame.join(
            some,
            left_on=["__subject", by],
            right_on=["subject", "subject_id"],
            how="left",
            maintain_order="left",
        ).rename({"province": "__province"})
    found = frame.join(some, left_on=by, right_on="subject_id", how="left", maintain_order="left").rename(
        {"province": "__province"}
    )
    is_it = found["subject"] == found["__subject"]
    if not is_it.fill_null(value=True).all():
        found = found.with_columns(pl.when(is_it).then(pl.col("__province", "__known")))
    return found.drop("subject")
