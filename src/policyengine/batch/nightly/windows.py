"""Parts of a country that are judged together: some provinces, small enough to be held in memory."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import polars as pl

from policyengine.batch.by_type import Events
from policyengine.vocabulary.terms import Subject

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from policyengine.batch.quarantine import SetAside
    from policyengine.batch.sources import Input

# At twenty events an outlet this is two and a half million events. Three windows are held at a time: one is being read,
# one judged, one told.
MOST_OUTLETS = 125_000


@dataclass(frozen=True, slots=True)
class Window:
    """Some provinces with all that decides about them; `part` also has institutions registered in other provinces."""

    provinces: tuple[str, ...]
    part: Input = field(repr=False)
    events: Events = field(repr=False)
    set_aside: tuple[SetAside, ...] = field(default=(), repr=False)
    event_rows: int = 0


def windows(
    one: Input, layer_of: Callable[[str], str], most_outlets: int = MOST_OUTLETS
) -> list[tuple[str, ...]]:
    """Divide the provinces. Those with rules of their own stand together, so that plans are shared by the others."""
    outlets = one.tables[Subject.OUTLET]
    numbers = dict(outlets.group_by("province").len().iter_rows())
    own = {
        code[:2] + "0000"
        for code in outlets["region"].drop_nulls().str.slice(0, 6).unique()
        if layer_of(code) != "000000"
    }
    found: list[list[str]] = []
    held = 0
    for province in sorted(one.provinces, key=lambda code: (code in own, code)):
        number = numbers.get(province, 0)
        if not found or held + number > most_outlets:
            found.append([])
            held = 0
        found[-1].append(province)
        held += number
    return [tuple(provinces) for provinces in found]


def open_window(one: Input, provinces: Sequence[str]) -> Window:
    """Read the facts and events of some provinces."""
    if tuple(provinces) == one.provinces:
        every = one.events_of()
        part = replace(one, set_aside=())
        return Window(tuple(provinces), part, every.events, every.quarantine, every.rows)
    chosen = {
        subject: frame.filter(pl.col("province").is_in(list(provinces)))
        for subject, frame in one.tables.items()
    }
    used = chosen[Subject.OUTLET]["institution_id"].drop_nulls().unique()
    chosen[Subject.INSTITUTION] = one.tables[Subject.INSTITUTION].filter(
        pl.col("province").is_in(list(provinces)) | pl.col("id").is_in(used.implode())
    )
    waivers = one.waivers.filter(pl.col("outlet_id").is_in(chosen[Subject.OUTLET]["id"].implode()))
    part = replace(one, tables=chosen, waivers=waivers, set_aside=())
    aside: list[SetAside] = []
    rows = 0
    own, foreign = [], []
    for province in provinces:
        read = one.events_of(province)
        aside += read.quarantine
        rows += read.rows
        own.append(read.events.of_province(province))
        # An institution of another province comes with each province that it has outlets in.
        foreign.append(read.events.elsewhere(provinces))
    elsewhere = Events.together(foreign, one.vocabulary, apart=False)
    events = Events.together([*own, elsewhere], one.vocabulary)
    return Window(tuple(provinces), part, events, tuple(aside), rows)
