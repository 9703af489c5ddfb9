"""The input of an evaluation: a folder of tables, one file, or data frames; typed, bound, and checked.

What is wrong with a whole file (it is damaged, a column is unknown) refuses the input, all problems at once. What is
wrong with a row sets that row aside, with its reason. Nothing is dropped in silence.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars as pl

from policyengine.batch import wording
from policyengine.batch.by_type import Events
from policyengine.batch.clashes import clashing_ids
from policyengine.batch.discovery import Found, find_tables
from policyengine.batch.divisions import load_divisions
from policyengine.batch.events import EventsRead, Known, read_events
from policyengine.batch.files import ROW, Raw
from policyengine.batch.inputs import EventPart, Input, waivers_in_force
from policyengine.batch.layouts import (
    EVENTS,
    MAIN_TABLES,
    WAIVERS,
    Cell,
    Layout,
    layouts_of,
)
from policyengine.batch.quarantine import Quarantine, Why
from policyengine.batch.subjects import Bound, bind
from policyengine.batch.tables import Typed, matched, typed
from policyengine.diagnostics import BookRefusedError, Problems, Span
from policyengine.overlays.layers import PROVINCES
from policyengine.vocabulary.terms import Subject

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    import pandas as pd

    from policyengine.batch.divisions import Divisions
    from policyengine.vocabulary.terms import Vocabulary

__all__ = ["EventPart", "Input", "read_frames", "read_input", "refused", "waivers_in_force"]
_DIVIDED = (Subject.OUTLET, Subject.OPERATOR)
_WAIVER_NAMES = {
    "网点编号": "outlet_id",
    "规则": "rule",
    "截止日期": "until",
    "批准单位": "approved_by",
    "理由": "reason",
}


def read_input(
    path: Path,
    vocabulary: Vocabulary,
    *,
    as_of: date,
    divisions: Divisions | None = None,
    only: Collection[str] | None = None,
    province: str = "",
) -> Input:
    """Read a folder of tables or a single file (Parquet, CSV, Excel).

    `only` names the tables to read, the others being of no interest; then none of them must be there. `province`
    (a code of six digits) leaves the outlets, operators and events of other provinces unread where their files are
    named by province; institutions are read all, for an outlet's may be registered elsewhere. An event id that stands
    in two provinces' files is then not noticed.

    Raises:
        BookRefusedError: with every problem that keeps the input from being read.

    """
    problems = Problems()
    layouts = layouts_of(vocabulary)
    found = find_tables(path, layouts, problems)
    if only is not None:
        found.tables = {name: raws for name, raws in found.tables.items() if name in only}
    elif path.is_dir() and not problems.found:
        for subject in MAIN_TABLES:
            table = vocabulary.table_of.get(subject)
            if table and table.file not in found.tables:
                problems.add(
                    "I009", wording.missing_table(table.file, str(subject)), Span(str(path.name), 1, 1, 1, 1)
                )
    if province:
        for name in (EVENTS, *(one.file for one in vocabulary.tables if one.subject in _DIVIDED)):
            if here := [raw for raw in found.tables.get(name, []) if not _is_of_another(raw, province)]:
                found.tables[name] = here
    return _assemble(found, layouts, vocabulary, as_of, divisions or load_divisions(), problems)


def _is_of_another(raw: Raw, province: str) -> bool:
    return raw.name != province and raw.name in PROVINCES


def read_frames(
    frames: Mapping[str, pd.DataFrame | pl.DataFrame],
    vocabulary: Vocabulary,
    *,
    as_of: date,
    divisions: Divisions | None = None,
) -> Input:
    """Read tables that are already in memory, by table name: `{"outlets": frame, …}`.

    Raises:
        BookRefusedError: if a table or a column is unknown.

    """
    problems = Problems()
    layouts = layouts_of(vocabulary)
    found = Found()
    for name, frame in frames.items():
        if name not in layouts:
            problems.add(
                "I010",
                wording.unknown_table(name),
                Span(name, 1, 1, 1, 1),
                help=wording.NAMES_HELP + "、".join(layouts),
            )
            continue
        own = frame if isinstance(frame, pl.DataFrame) else _from_pandas(frame)
        raw = Raw(name, name, tuple(own.columns), own.lazy().with_row_index(ROW, offset=1))
        found.tables[name] = [raw]
    return _assemble(found, layouts, vocabulary, as_of, divisions or load_divisions(), problems)


def _from_pandas(frame: pd.DataFrame) -> pl.DataFrame:
    columns: dict[str, Any] = {}
    for name in frame.columns:
        column = frame[name]
        try:
            columns[str(name)] = pl.Series(str(name), pl.from_pandas(column))
        except Exception:  # noqa: BLE001 -- columns that mix types fail in many ways; each value is then read by its text
            columns[str(name)] = pl.Series(
                [None if one is None else str(one) for one in column], dtype=pl.String
            )
    return pl.DataFrame(columns)


def _assemble(
    found: Found,
    layouts: dict[str, Layout],
    vocabulary: Vocabulary,
    as_of: date,
    divisions: Divisions,
    problems: Problems,
) -> Input:
    parts = {name: matched(raws, layouts[name], problems) for name, raws in found.tables.items()}
    problems.stop_if_any()
    quarantine = Quarantine()
    tables: dict[Subject, Typed] = {}
    for table in vocabulary.tables:
        if table.file in parts:
            tables[table.subject] = typed(parts[table.file], layouts[table.file], quarantine)
    bound = bind(tables, vocabulary, divisions)
    frames = {
        subject: bound.frames[subject]
        if subject in bound.frames
        else _empty(subject, vocabulary, layouts, divisions)
        for subject in vocabulary.table_of
    }
    read = {layouts[tables[subject].layout.file].file: tables[subject].rows_read for subject in tables}
    waivers, waiver_rows = _waivers(parts.get(WAIVERS), layouts[WAIVERS], bound, quarantine)
    if WAIVERS in parts:
        read[WAIVERS] = waiver_rows
    subjects = _known(frames, vocabulary)
    ids_differ = subjects["subject_id"].n_unique() == subjects.height
    known = Known(subjects, bound.lost, ids_differ)
    plain = Input(
        as_of, vocabulary, frames, waivers, (), tuple(found.fingerprints), read, _notices(found, vocabulary),
        known=known,
    )  # fmt: skip
    return _with_events(plain, parts.get(EVENTS, []), layouts[EVENTS], quarantine)


def _with_events(
    plain: Input, parts: Sequence[tuple[Raw, dict[str, Cell]]], layout: Layout, quarantine: Quarantine
) -> Input:
    """Type events of mixed files now; leave those of one province's own file until that province is asked for."""
    assert plain.known is not None  # noqa: S101 -- set by the caller
    clashing = clashing_ids(parts)
    provinces = set(plain.provinces)
    later: list[EventPart] = []
    now: list[EventsRead] = []
    for raw, headers in parts:
        if raw.name in provinces:
            later.append(EventPart(raw, headers, raw.name))
        else:
            one = read_events(
                (raw, headers), layout, plain.vocabulary, plain.known, plain.as_of, clashing=clashing
            )
            now.append(one)
            quarantine.entries += one.quarantine
    events = Events.together((one.events for one in now), plain.vocabulary)
    loaded = EventsRead(events, (), sum(one.rows for one in now))
    return replace(
        plain, set_aside=tuple(quarantine.entries), parts=tuple(later), loaded=loaded, clashing=clashing
    )


def _waivers(
    parts: list[tuple[Raw, dict[str, Cell]]] | None, layout: Layout, bound: Bound, quarantine: Quarantine
) -> tuple[pl.DataFrame, int]:
    if not parts:
        schema = {
            "outlet_id": pl.String(),
            "rule": pl.String(),
            "until": pl.Int64(),
            "approved_by": pl.String(),
            "reason": pl.String(),
        }
        return pl.DataFrame(schema=schema), 0
    table = typed(parts, layout, quarantine)
    outlets = bound.frames.get(Subject.OUTLET)
    if outlets is not None:
        name = layout.key.name
        unknown = ~table.frame[name].is_in(outlets["id"].implode())
        word = str(Subject.OUTLET)
        lost = unknown & table.frame[name].is_in(sorted(bound.lost.get(Subject.OUTLET, set())))
        table.set_aside(
            lost, name, Why.QUARANTINED_REFERENCE, lambda value: wording.quarantined_reference(word, value)
        )
        table.set_aside(
            unknown.filter(~lost),
            name,
            Why.UNKNOWN_REFERENCE,
            lambda value: wording.unknown_reference(word, value),
        )
    return table.frame.select(pl.col(name).alias(new) for name, new in _WAIVER_NAMES.items()), table.rows_read


def _empty(
    subject: Subject, vocabulary: Vocabulary, layouts: dict[str, Layout], divisions: Divisions
) -> pl.DataFrame:
    layout = layouts[vocabulary.table_of[subject].file]
    headers = {cell.column: cell for cell in layout.cells}
    frame = pl.DataFrame(schema=dict.fromkeys(headers, pl.String())).lazy().with_row_index(ROW)
    raw = Raw(layout.file, layout.file, tuple(headers), frame)
    table = typed([(raw, headers)], layout, Quarantine())
    return bind({subject: table}, vocabulary, divisions).frames[subject]


def _known(frames: Mapping[Subject, pl.DataFrame], vocabulary: Vocabulary) -> pl.DataFrame:
    happens_to = {event.subject for event in vocabulary.event_types} or set(frames)
    return pl.concat(
        frame.select(
            pl.lit(str(subject)).alias("subject"), pl.col("id").alias("subject_id"), "province",
            pl.lit(value=True).alias("__known"),
        )
        for subject, frame in frames.items()
        if subject in happens_to
    )  # fmt: skip


def _notices(found: Found, vocabulary: Vocabulary) -> tuple[str, ...]:
    absent = [table for table in vocabulary.tables if table.file not in found.tables]
    said = [wording.absent_table(table.file, str(table.subject)) for table in absent]
    if EVENTS not in found.tables:
        said.append(wording.absent_events())
    return tuple(said)


def refused(error: BookRefusedError) -> Iterator[str]:
    """Give what to print about a refused input."""
    for one in error.diagnostics:
        yield one.render()
