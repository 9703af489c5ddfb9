"""Events as columns, on the units that they speak about.

A *unit* is what a pattern is evaluated for. It is the subject itself, unless all events of the pattern happen to
one subject above it: then the province (say) is evaluated once and its outlets share the answer. Units are
numbered; `_u` is the number.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from policyengine.engines.columnar.calendar import DAY
from policyengine.engines.columnar.compute import computed, scanned
from policyengine.engines.columnar.expressions import stored_type
from policyengine.engines.columnar.tables import level_of
from policyengine.semantics.ir import Pattern
from policyengine.semantics.reads import events_read, fields_read, selectors_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from policyengine.engines.columnar.plans import Plan
    from policyengine.semantics.ir import Rule, Scope
    from policyengine.vocabulary.terms import Subject, Vocabulary

UNIT = "_u"


@dataclass(frozen=True, slots=True)
class EventStore:
    """The events that some rules read, up to the as-of day, by type.

    Types that never happened are left out. Each frame is sorted by `at` and has `id`, `at`, `day`, `subject_id` and the
    fields that are read.
    """

    by_type: Mapping[str, pl.DataFrame]


def load_events(
    events: pl.LazyFrame | Mapping[str, pl.DataFrame] | None,
    rules: Iterable[Rule],
    vocabulary: Vocabulary,
    as_of: int,
) -> EventStore:
    """Keep what the rules read. A table of all types is scanned once for all of them."""
    read = _fields_by_type(rules)
    if events is None or not read:
        return EventStore({})
    in_time = pl.col("at") < (as_of + 1) * DAY
    if isinstance(events, pl.LazyFrame):
        parts = _divided(events.filter(in_time), read)
    else:
        parts = ((name, events[name].lazy().filter(in_time)) for name in read if name in events)
    loaded = ((name, _loaded(frame, read[name], vocabulary)) for name, frame in parts)
    return EventStore({name: frame for name, frame in loaded if frame.height})


def _divided(events: pl.LazyFrame, read: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, pl.LazyFrame]]:
    present = set(events.collect_schema().names())
    names = sorted({name for fields in read.values() for name in fields} & present)
    # Rows are picked out by type below, which takes a hundred times as long from a column in many pieces.
    found = scanned(events.select("id", "type", "at", "subject_id", *names)).rechunk()
    code = pl.col("type").replace_strict(
        list(read), list(range(len(read))), default=None, return_dtype=pl.UInt16
    )
    rows = found.select(code, row=pl.int_range(pl.len(), dtype=pl.get_index_type()))
    places = rows.drop_nulls("type").group_by("type").agg("row")
    kinds = list(read)
    for place, chosen in zip(places["type"], places["row"], strict=True):
        fields = (one for one in read[kinds[place]] if one in present)
        yield kinds[place], found.select("id", "at", "subject_id", *fields)[chosen].lazy()


def _loaded(events: pl.LazyFrame, fields: Iterable[str], vocabulary: Vocabulary) -> pl.DataFrame:
    """Give events of one type in order of time, with the fields that are read; those that nobody filled are null."""
    present = set(events.collect_schema().names())
    types = vocabulary.event_fields
    frame = computed(
        events.select(
            "id",
            "at",
            "subject_id",
            (pl.col("at") // DAY).alias("day"),
            *(
                pl.col(name)
                if name in present
                else pl.lit(None, dtype=stored_type(types[name].type)).alias(name)
                for name in fields
            ),
        )
    )
    return frame.set_sorted("at") if frame["at"].is_sorted() else frame.sort("at")


def _fields_by_type(rules: Iterable[Rule]) -> dict[str, list[str]]:
    """Say which fields of each event type are read by the patterns that it stands in."""
    found: dict[str, dict[str, None]] = {}
    for pattern in (rule.requires for rule in rules if isinstance(rule.requires, Pattern)):
        names = dict.fromkeys(sorted(_fields_of(pattern)))
        for name in events_read(pattern):
            found.setdefault(name, {}).update(names)
    return {name: list(fields) for name, fields in found.items()}


def _fields_of(pattern: Pattern) -> set[str]:
    read = {name for selector in selectors_of(pattern) for name in fields_read(selector)}
    dates = {name for name in (pattern.starts, pattern.ends) if name is not None}
    return read | dates | set(pattern.key)


@dataclass(frozen=True)
class View:
    """The traces of one subject's rows. `frame` has one row a subject, with its ids and varying parameters."""

    plan: Plan
    subject: Subject
    frame: pl.DataFrame
    store: EventStore
    _units: dict[Subject, tuple[pl.DataFrame, pl.Series]] = field(default_factory=dict)
    _events: dict[tuple[str, Subject], pl.DataFrame] = field(default_factory=dict)
    edges: dict[tuple[str, Subject], tuple[pl.Series, pl.Series]] = field(default_factory=dict)  # see `edges`
    segments: dict[tuple[Scope, Subject], pl.DataFrame] = field(default_factory=dict)  # see `Reading`

    def level(self, event_type: str) -> Subject:
        """Say to which subject of the trace events of a type belong."""
        return level_of(event_type, self.subject, self.plan.book.vocabulary)

    def level_of_pattern(self, pattern: Pattern) -> Subject:
        """Say for which units a pattern is evaluated."""
        levels = {self.level(name) for name in events_read(pattern)}
        return levels.pop() if len(levels) == 1 else self.subject

    def units(self, level: Subject) -> pl.DataFrame:
        """Give the units of a level, in order of their numbers, with the parameters that vary by layer."""
        return self._unit_table(level)[0]

    def unit_of_row(self, level: Subject) -> pl.Series:
        """Give, for each row of the frame, the number of its unit; null if it has none."""
        return self._unit_table(level)[1]

    def events(self, event_type: str, level: Subject, among: pl.DataFrame | None = None) -> pl.DataFrame:
        """Give the events of a type on the units of `level`, sorted by `at`; those of subjects above are repeated.

        Repeated are only those whose fields stand in `among`, if that is given.
        """
        if among is not None and self.level(event_type) is not level:
            return self._placed(event_type, level, among)
        if (event_type, level) not in self._events:
            self._events[event_type, level] = self._placed(event_type, level)
        return self._events[event_type, level]

    def _placed(self, event_type: str, level: Subject, among: pl.DataFrame | None = None) -> pl.DataFrame:
        events = self.store.by_type.get(event_type)
        if events is None:
            return pl.DataFrame()
        if among is not None:
            events = events.join(among, on=among.columns, how="semi", maintain_order="left")
        own = self.level(event_type)
        units = self.units(own).select("id", UNIT)
        placed = events.join(units, left_on="subject_id", right_on="id", maintain_order="left").drop(
            "subject_id"
        )
        if own is level:
            return placed
        rows = pl.DataFrame({UNIT: self.unit_of_row(own), "_row": self.unit_of_row(level)})
        return placed.join(rows, on=UNIT, maintain_order="left").drop(UNIT).rename({"_row": UNIT})

    def _unit_table(self, level: Subject) -> tuple[pl.DataFrame, pl.Series]:
        if level not in self._units:
            self._units[level] = self._number(level)
        return self._units[level]

    def _number(self, level: Subject) -> tuple[pl.DataFrame, pl.Series]:
        varying = [name for name in self.plan.parameters.columns if name in self.frame.columns]
        if level is self.subject:
            units = self.frame.select("id", *(name for name in varying if name != "layer")).with_row_index(
                UNIT
            )
            return units, units[UNIT]
        frame = self.frame
        if str(level) not in frame.columns:
            frame = frame.with_columns(pl.lit(None, dtype=pl.String).alias(str(level)))
        by = [str(level), "layer"] if len(varying) > 1 else [str(level)]
        others = [name for name in varying if name not in by and len(varying) > 1]
        units = frame.select(*by, *others).unique(by, keep="first", maintain_order=True).with_row_index(UNIT)
        # Rows without a subject above share a unit to which nothing ever happens.
        numbers = frame.select(by).join(units, on=by, how="left", nulls_equal=True, maintain_order="left")[
            UNIT
        ]
        return units.rename({str(level): "id"}), numbers
