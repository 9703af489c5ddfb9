"""What is evaluated: typed tables of subjects, waivers, and events that are read province by province."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import polars as pl

from policyengine.batch.by_type import Events
from policyengine.batch.events import EventsRead, Known, read_events
from policyengine.batch.layouts import EVENT_SUBJECT, EVENTS, layouts_of
from policyengine.batch.quarantine import SetAside, frame_of
from policyengine.values import day_number
from policyengine.vocabulary.terms import Subject

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from policyengine.batch.files import Fingerprint, Raw
    from policyengine.batch.layouts import Cell
    from policyengine.vocabulary.terms import Vocabulary


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
        found = list(self._of_institutions_elsewhere(province))
        aside: list[SetAside] = []
        rows = 0
        if self.loaded is not None:
            kept = self.loaded.events
            found.append(kept if province is None else self._of_province(kept, province))
            rows += self.loaded.rows if province is None else kept.of_province(province).height
        for part in self.parts:
            if province is not None and part.province != province:
                continue
            one = read_events(
                (part.raw, part.headers), layout, self.vocabulary, self.known, self.as_of,
                clashing=self.clashing, province=part.province,
            )  # fmt: skip
            found.append(one.events)
            aside += one.quarantine
            rows += one.rows
        return EventsRead(Events.together(found, self.vocabulary), tuple(aside), rows)

    def _of_institutions_elsewhere(self, province: str | None) -> Iterator[Events]:
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
            yield one.events.of_kind(Subject.INSTITUTION)

    def _of_province(self, events: Events, province: str) -> Events:
        outlets = self.tables[Subject.OUTLET].filter(pl.col("province") == province)
        return events.of_province(province, outlets["institution_id"].drop_nulls().unique())


def waivers_in_force(one: Input) -> dict[str, frozenset[str]]:
    """Give the rules that each outlet is excused from on the as-of day; the last day counts."""
    found: dict[str, set[str]] = {}
    in_force = one.waivers.filter(pl.col("until") >= day_number(one.as_of))
    for outlet, rule in in_force.select("outlet_id", "rule").iter_rows():
        found.setdefault(outlet, set()).add(rule)
    return {outlet: frozenset(rules) for outlet, rules in found.items()}
