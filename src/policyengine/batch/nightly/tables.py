"""An input, or a part of it, as the tables that the columnar engine reads."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from policyengine.batch.events import EventsRead
from policyengine.engines.columnar.tables import Tables
from policyengine.values import day_number
from policyengine.vocabulary.terms import ABOVE, Subject

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import date

    from policyengine.batch.by_type import Events
    from policyengine.batch.sources import Input

_OWNER_COLUMN = {
    Subject.INSTITUTION: "institution_id",
    Subject.OUTLET: "outlet_id",
    Subject.PROVINCE: "province",
}
_COUNTY_DIGITS = 6


def tables_of(one: Input, events: Events, layer_of: Callable[[str], str]) -> Tables:
    """Make the engine's tables of a part of an input. `layer_of` gives the layer of a division code."""
    subjects = {
        subject: _subject_table(frame, subject, layer_of).lazy()
        for subject, frame in one.tables.items()
        if frame.height
    }
    return Tables(subjects, events.by_type, waivers_on(one, one.as_of).lazy())


def waivers_on(one: Input, day: date) -> pl.DataFrame:
    """Give `subject_id` (an outlet) and `rule` of the waivers in force on a day; the last day counts."""
    in_force = one.waivers.filter(pl.col("until") >= day_number(day))
    return in_force.select(pl.col("outlet_id").alias("subject_id"), "rule").unique(maintain_order=True)


def _subject_table(frame: pl.DataFrame, subject: Subject, layer_of: Callable[[str], str]) -> pl.DataFrame:
    above = [pl.col(_OWNER_COLUMN[one]).alias(str(one)) for one in ABOVE[subject]]
    terms = [name for name in frame.columns if name not in {"institution_id", "outlet_id", "name"}]
    return frame.select(
        *terms,
        *above,
        pl.col("outlet_id").fill_null(""),
        layers(frame, layer_of).alias("layer"),
    )


def layers(frame: pl.DataFrame, layer_of: Callable[[str], str]) -> pl.Series:
    """Give the layer of each row of a bound table; no layer is smaller than a city, so six digits tell."""
    place = frame.select(
        pl.coalesce("region", "province").fill_null("").str.slice(0, _COUNTY_DIGITS).alias("place")
    )["place"]
    known = {code: layer_of(code) for code in place.unique()}
    return place.replace_strict(known, return_dtype=pl.String) if known else place


def narrow(one: Input, events: Events, outlets: Collection[str]) -> Input:
    """Keep some outlets and all that decides about them; their events are held ready in the result."""
    chosen = one.tables[Subject.OUTLET].filter(pl.col("id").is_in(list(outlets)))
    tables = {
        Subject.PROVINCE: one.tables[Subject.PROVINCE],
        Subject.INSTITUTION: one.tables[Subject.INSTITUTION].filter(
            pl.col("id").is_in(chosen["institution_id"].drop_nulls().unique().implode())
        ),
        Subject.OUTLET: chosen,
        Subject.OPERATOR: one.tables[Subject.OPERATOR].filter(pl.col("outlet_id").is_in(list(outlets))),
    }
    ids = pl.concat([frame["id"] for frame in tables.values()]).unique()
    kept = events.of_subjects(ids)
    return replace(
        one,
        tables=dict(one.tables) | tables,
        waivers=one.waivers.filter(pl.col("outlet_id").is_in(list(outlets))),
        set_aside=(),
        parts=(),
        loaded=EventsRead(kept, (), kept.height),
    )
