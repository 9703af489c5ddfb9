"""Plants violations of facts into compliant subjects and says what was planted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from policyengine.batch.sample.changes import PLANTS
from policyengine.batch.sample.plants import After, Ago, Change, Plant
from policyengine.values import day_number
from policyengine.vocabulary.terms import Subject

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from policyengine.vocabulary.terms import Vocabulary

TRUTH = {
    "subject": pl.String(),
    "subject_id": pl.String(),
    "outlet_id": pl.String(),
    "rule": pl.String(),
    "verdict": pl.String(),
    "kind": pl.String(),
}
# The part of each kind of subject that gets something planted.
PART = {
    Subject.OUTLET: 0.12,
    Subject.OPERATOR: 0.02,
    Subject.INSTITUTION: 0.10,
    Subject.ITEM: 0.05,
    Subject.PROVINCE: 0.10,
    Subject.BATCH: 0.10,
}


def plant_facts(
    tables: Mapping[Subject, pl.DataFrame],
    vocabulary: Vocabulary,
    as_of: date,
    random: np.random.Generator,
    spared: Mapping[Subject, pl.Series],
) -> tuple[dict[Subject, pl.DataFrame], pl.DataFrame]:
    """Change some subjects; gives the changed tables and the truth: every verdict that the changes cause.

    `spared` marks subjects that nothing may happen to, because something is planted in their events.
    """
    changed: dict[Subject, pl.DataFrame] = {}
    truth = [pl.DataFrame(schema=TRUTH)]
    for subject, frame in tables.items():
        table = vocabulary.table_of[subject]
        outlet = next((ref.name for owner, ref in table.references if owner is Subject.OUTLET), None)
        free = random.random(frame.height) < PART[subject]
        if subject in spared:
            free &= ~spared[subject].to_numpy()
        changed[subject], said = _plant(
            frame,
            PLANTS[subject],
            free,
            as_of,
            random,
            table.key.name,
            outlet or (table.key.name if subject is Subject.OUTLET else None),
        )
        truth.append(said)
    return changed, pl.concat(truth)


def _plant(
    frame: pl.DataFrame,
    plants: tuple[Plant, ...],
    free: np.ndarray[tuple[int], np.dtype[np.bool_]],
    as_of: date,
    random: np.random.Generator,
    key: str,
    outlet: str | None,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    truth = [pl.DataFrame(schema=TRUTH)]
    if not plants or not free.any():
        return frame, truth[0]
    # Ids tell where their subjects are.
    places = frame[key].str.strip_prefix("SYN-")
    # Every chosen subject draws a plant; where that does not fit the subject, nothing is planted.
    which = np.where(free, random.integers(0, len(plants), frame.height), -1)
    for number, plant in enumerate(plants):
        hit = pl.Series(which == number)
        for term, allowed in plant.where.items():
            hit &= frame[term].cast(pl.String).is_in([str(one) for one in allowed]).fill_null(value=False)
        if plant.places:
            hit &= _begins_with(places, plant.places)
        if plant.spared:
            hit &= ~_begins_with(places, plant.spared)
        for change in plant.change.values():  # a day after a date that is not there is no change
            if isinstance(change, After):
                hit &= frame[change.term].is_not_null()
        if not hit.any():
            continue
        truth.append(_truth(frame.filter(hit), plant, (plant.rule, *plant.also), key, outlet))
        for place, rules in plant.local.items():
            there = hit & _begins_with(places, (place,))
            truth.append(_truth(frame.filter(there), plant, rules, key, outlet))
        frame = _apply(frame, plant, hit, as_of)
    return frame, pl.concat(truth)


def _apply(frame: pl.DataFrame, plant: Plant, hit: pl.Series, as_of: date) -> pl.DataFrame:
    return frame.with_columns(
        pl.when(hit).then(_value(change, as_of, frame.schema[term])).otherwise(pl.col(term)).alias(term)
        for term, change in plant.change.items()
    )


def _value(change: Change, as_of: date, dtype: pl.DataType) -> pl.Expr:
    match change:
        case None:
            return pl.lit(None, dtype)
        case Ago(days):
            return pl.lit(day_number(as_of) - days, pl.Int32).cast(pl.Date)
        case After(term, days):
            return (pl.col(term).cast(pl.Int32) + days).cast(pl.Date)
        case _:
            return pl.lit(change).cast(dtype)


def _begins_with(places: pl.Series, beginnings: tuple[str, ...]) -> pl.Series:
    return pl.select(pl.any_horizontal(places.str.starts_with(one) for one in beginnings)).to_series()


def _truth(
    hit: pl.DataFrame, plant: Plant, rules: tuple[str, ...], key: str, outlet: str | None
) -> pl.DataFrame:
    verdict = "undetermined" if plant.missing else "fail"
    rows = [
        hit.select(
            pl.lit(str(plant.subject)).alias("subject"),
            pl.col(key).alias("subject_id"),
            (pl.col(outlet) if outlet else pl.lit("")).alias("outlet_id"),
            pl.lit(rule).alias("rule"),
            pl.lit(verdict).alias("verdict"),
            pl.lit("缺项" if plant.missing else "事实").alias("kind"),
        )
        for rule in rules
    ]
    return pl.concat(rows)
