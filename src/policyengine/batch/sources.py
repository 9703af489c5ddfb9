"""The input of an evaluation: a folder of tables, one file, or data frames; typed, bound, and checked.

What is wrong with a whole file (it is damaged, a column is unknown) refuses the input, all problems at once. What is
wrong with a row sets that row aside, with its reason. Nothing is dropped in silence.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import polars as pl

from policyengine.batch import wording
from policyengine.batch.discovery import Found, find_tables
from policyengine.batch.divisions import load_divisions
from policyengine.batch.events import EventsRead, Known, empty_events, read_events
from policyengine.batch.files import ROW, Fingerprint, Raw
from policyengine.batch.layouts import (
    EVENT_ID,
    EVENT_SUBJECT,
    EVENTS,
    MAIN_TABLES,
    WAIVERS,
    Cell,
    Layout,
    layouts_of,
)
from policyengine.batch.quarantine import Quarantine, SetAside, Why, frame_of
from policyengine.batch.subjects import Bound, bind
from policyengine.batch.tables import Typed, matched, typed
from policyengine.diagnostics import BookRefusedError, Problems, Span
from policyengine.values import day_number
from policyengine.vocabulary.terms import Subject

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    import pandas as pd

    from policyengine.batch.divisions import Divisions
    from policyengine.vocabulary.terms import Vocabulary

_WAIVER_NAMES = {
    "网点编号": "outlet_id",
    "规则": "rule",
    "截止日期": "until",
    "批准单位": "approved_by",
    "理由": "reason",
}


@dataclass(frozen=True, slots=True)
class EventPart:
    """Events still to be typed. `province` is set if the file's name says whose they are."""

    raw: Raw
    headers: dict[str, Cell]
    province: str = ""


@dataclass(frozen=True, slots=True)
class Input:
    """What is evaluated.

    tables: a frame for each subject; see `subjects`. A subject without a table has an empty frame.
    waivers: outlet_id, rule, until (days since 1970-01-01), approved_by, reason; those of unknown outlets are
        quarantined, those past their date are kept (the engines are told only of those in force).
    set_aside: the rows quarantined so far; events of parts that are not read yet come with `events_of`.
    read: rows read by table, quarantined ones included, without events.
    notices: what an operator should know about absent tables.
    """

    as_of: date
    vocabulary: Vocabulary = field(repr=False)
    tables: Mapping[Subject, pl.DataFrame] = field(repr=False)
    waivers: pl.DataFrame = field(repr=False)
    set_aside: tuple[SetAside, ...] = field(repr=False)
    fingerprints: tuple[Fingerprint, ...] = ()
    read: Mapping[str, int] = field(default_factory=dict)
    notices: tuple[str, ...] = ()
    parts: tuple[EventPart, ...] = field(default=(), repr=False)
    loaded: EventsRead | None = field(default=None, repr=False)
    known: Known | None = field(default=None, repr=False)
    clashing: frozenset[str] = field(default=frozenset(), repr=False)

    @property
    def quarantine(self) -> pl.DataFrame:
        """Give the rows set aside so far as a table; see `quarantine.SCHEMA`."""
        return frame_of(self.set_aside)

    @property
    def provinces(self) -> tuple[str, ...]:
        """The provinces that have a subject, by code."""
        codes = {code for frame in self.tables.values() for code in frame["province"].unique() if code}
        return tuple(sorted(codes))

    def in_province(self, province: str) -> Input:
        """Give the subjects of one province, with the institutions of its outlets wherever these are."""
        chosen = {
            subject: frame.filter(pl.col("province") == province) for subject, frame in self.tables.items()
        }
        outlets, all_institutions = chosen[Subject.OUTLET], self.tables[Subject.INSTITUTION]
        chosen[Subject.INSTITUTION] = all_institutions.filter(
            (pl.col("province") == province) | pl.col("id").is_in(outlets["institution_id"].implode())
        )
        waivers = self.waivers.filter(pl.col("outlet_id").is_in(outlets["id"].implode()))
        return replace(self, tables=chosen, waivers=waivers, set_aside=())

    def events_of(self, province: str | None = None) -> EventsRead:
        """Read the events of one province's subjects, or all; with the rows of its files that were set aside.

        Rows set aside in files that hold many provinces are told by `read_input` itself, once.
        """
        assert self.known is not None  # noqa: S101 -- set by the reader
        layout = layouts_of(self.vocabulary)[EVENTS]
        frames = [empty_events(self.vocabulary), *self._of_institutions_elsewhere(province)]
        aside: list[SetAside] = []
        rows = 0
        if self.loaded is not None:
            kept = self.loaded.frame
            frames.append(kept if province is None else self._of_province(kept, province))
            rows += (
                self.loaded.rows if province is None else kept.filter(pl.col("province") == province).height
            )
        for part in self.parts:
            if province is not None and part.province != province:
                continue
            one = read_events(
                (part.raw, part.headers), layout, self.vocabulary, self.known, self.as_of,
                clashing=self.clashing, province=part.province,
            )  # fmt: skip
            frames.append(one.frame)
            aside += one.quarantine
            rows += one.rows
        return EventsRead(pl.concat(frames), tuple(aside), rows)

    def _of_institutions_elsewhere(self, province: str | None) -> Iterator[pl.DataFrame]:
        """Read the events of institutions registered in another province, whose file then has them."""
        if province is None or not self.parts:
            return
        assert self.known is not None  # noqa: S101 -- set by the reader
        outlets = self.tables[Subject.OUTLET].filter(pl.col("province") == province)
        elsewhere = self.tables[Subject.INSTITUTION].filter(
            pl.col("id").is_in(outlets["institution_id"].implode()) & (pl.col("province") != province)
        )
        for part in self.parts:
            ids = elsewhere.filter(pl.col("province") == part.province)["id"]
            if ids.is_empty():
                continue
            header = next(one for one, cell in part.headers.items() if cell == EVENT_SUBJECT)
            raw = replace(
                part.raw, lazy=part.raw.lazy.filter(pl.col(header).cast(pl.String).is_in(ids.implode()))
            )
            layout = layouts_of(self.vocabulary)[EVENTS]
            one = read_events(
                (raw, part.headers), layout, self.vocabulary, self.known, self.as_of, clashing=self.clashing
            )
            yield one.frame.filter(pl.col("subject") == str(Subject.INSTITUTION))

    def _of_province(self, events: pl.DataFrame, province: str) -> pl.DataFrame:
        institutions = self.tables[Subject.OUTLET].filter(pl.col("province") == province)["institution_id"]
        of_them = (pl.col("subject") == str(Subject.INSTITUTION)) & pl.col("subject_id").is_in(
            institutions.drop_nulls().unique().implode()
        )
        return events.filter((pl.col("province") == province) | of_them)


def read_input(
    path: Path,
    vocabulary: Vocabulary,
    *,
    as_of: date,
    divisions: Divisions | None = None,
    only: Collection[str] | None = None,
) -> Input:
    """Read a folder of tables or a single file (Parquet, CSV, Excel).

    `only` names the tables to read, the others being of no interest; then none of them must be there.

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
    return _assemble(found, layouts, vocabulary, as_of, divisions or load_divisions(), problems)


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
    known = Known(_known(frames, vocabulary), bound.lost)
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
    clashing = _clashing(parts)
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
    frame = pl.concat([empty_events(plain.vocabulary), *(one.frame for one in now)])
    loaded = EventsRead(frame, (), sum(one.rows for one in now))
    return replace(
        plain, set_aside=tuple(quarantine.entries), parts=tuple(later), loaded=loaded, clashing=clashing
    )


def _clashing(parts: Sequence[tuple[Raw, dict[str, Cell]]]) -> frozenset[str]:
    """Find event ids that stand in more than one part."""
    if len(parts) < 2:
        return frozenset()
    columns = [
        raw.lazy.select(
            pl.col(next(h for h, cell in headers.items() if cell == EVENT_ID)).cast(pl.String).alias("id")
        )
        for raw, headers in parts
    ]
    columns = _overlapping(columns)
    if len(columns) < 2:
        return frozenset()
    # One hash an id: the ids of a whole country do not fit side by side.
    together = pl.concat(_hashes(lazy) for lazy in columns)
    twice = together.filter(together.is_duplicated()).unique()
    if twice.is_empty():
        return frozenset()
    seen: dict[str, int] = {}
    for lazy in columns:
        ids = lazy.filter(pl.col("id").hash(seed=0).is_in(twice.implode())).unique().collect()["id"]
        for one in ids.drop_nulls():
            seen[one] = seen.get(one, 0) + 1
    return frozenset(one for one, count in seen.items() if count > 1)


def _overlapping(columns: list[pl.LazyFrame]) -> list[pl.LazyFrame]:
    """Keep the parts whose ids may stand in another part too: ids between the smallest and the largest overlap."""
    id_ = pl.col("id")
    ends = [lazy.select(id_.min().alias("low"), id_.max().alias("high")).collect().row(0) for lazy in columns]
    return [
        lazy
        for place, (lazy, (low, high)) in enumerate(zip(columns, ends, strict=True))
        if low is not None
        and any(
            other_low is not None and low <= other_high and other_low <= high
            for other, (other_low, other_high) in enumerate(ends)
            if other != place
        )
    ]


def _hashes(lazy: pl.LazyFrame) -> pl.Series:
    return lazy.select(pl.col("id").hash(seed=0)).collect(engine="streaming")["id"].unique()


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


def waivers_in_force(one: Input) -> dict[str, frozenset[str]]:
    """Give the rules that each outlet is excused from on the as-of day; the last day counts."""
    found: dict[str, set[str]] = {}
    in_force = one.waivers.filter(pl.col("until") >= day_number(one.as_of))
    for outlet, rule in in_force.select("outlet_id", "rule").iter_rows():
        found.setdefault(outlet, set()).add(rule)
    return {outlet: frozenset(rules) for outlet, rules in found.items()}
