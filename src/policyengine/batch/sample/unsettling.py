"""Applies mishaps to histories and says what they break."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from policyengine.batch.sample.happenings import DAY
from policyengine.batch.sample.mishaps import CASE_AGE, MISHAPS
from policyengine.batch.sample.planting import TRUTH
from policyengine.batch.sample.steps import Copy, Drop, Fill, Mishap, Move, OfCase, Step

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np

PART = 0.10


def plant_mishaps(
    events: pl.DataFrame,
    outlets: pl.DataFrame,
    today: int,
    random: np.random.Generator,
    *,
    mishaps: Sequence[Mishap] = MISHAPS,
    part: float = PART,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Let something happen to some outlets (`outlet_id`, `rich`, `plaque` as day number or null).

    Gives the changed events and the truth. An outlet has one mishap at most.
    """
    chosen = outlets.filter(pl.Series(random.random(outlets.height) < part))
    which = pl.Series("which", random.integers(0, len(mishaps), chosen.height))
    chosen = chosen.with_columns(which)
    truth = [pl.DataFrame(schema=TRUTH)]
    affected = events.join(
        chosen.select(pl.col("outlet_id").alias("owner")), on="owner", how="semi", maintain_order="left"
    )
    untouched = events.join(
        chosen.select(pl.col("outlet_id").alias("owner")), on="owner", how="anti", maintain_order="left"
    )
    parts = [untouched]
    for number, mishap in enumerate(mishaps):
        drew = chosen.filter(pl.col("which") == number)
        mine = affected.join(
            drew.select(pl.col("outlet_id").alias("owner")), on="owner", how="semi", maintain_order="left"
        )
        fitting = _fitting(drew, mine, mishap, today)
        hit = mine.filter(pl.col("owner").is_in(fitting["outlet_id"].implode()))
        parts.append(mine.filter(~pl.col("owner").is_in(fitting["outlet_id"].implode())))
        if hit.is_empty():
            continue
        for step in mishap.steps:
            hit = _apply(hit, step, today)
        parts.append(hit)
        truth += [_truth(fitting["outlet_id"], rule) for rule in (mishap.rule, *mishap.also)]
    return pl.concat(parts), pl.concat(truth)


def _fitting(drew: pl.DataFrame, events: pl.DataFrame, mishap: Mishap, today: int) -> pl.DataFrame:
    fits = drew.filter(pl.col("rich") == mishap.rich) if mishap.rich else drew.filter(~pl.col("rich"))
    if mishap.age:
        fits = fits.filter(pl.col("plaque") <= today - mishap.age)
    for needed in mishap.needs:
        fits = fits.filter(
            pl.col("outlet_id").is_in(events.filter(pl.col("type") == needed)["owner"].implode())
        )
    for unwanted in mishap.lacks:
        fits = fits.filter(
            ~pl.col("outlet_id").is_in(events.filter(pl.col("type") == unwanted)["owner"].implode())
        )
    for step in mishap.steps:
        if isinstance(step, OfCase):
            fits = fits.filter(pl.col("outlet_id").is_in(_cases(events, step, today)["owner"].implode()))
    return fits


def _cases(events: pl.DataFrame, step: OfCase, today: int) -> pl.DataFrame:
    """Choose the first case of each owner that fits: `owner`, `办件编号`."""
    found = events.filter((pl.col("type") == "业务受理") & (pl.col("at") <= (today - CASE_AGE) * DAY))
    if step.kind:
        found = found.filter(pl.col("业务类别") == step.kind)
    if step.has:
        having = events.filter(pl.col("type") == step.has)["办件编号"]
        found = found.filter(pl.col("办件编号").is_in(having.implode()))
    if step.complete:
        lacking = events.filter(pl.col("type") == "材料不齐")["办件编号"]
        found = found.filter(~pl.col("办件编号").is_in(lacking.implode()))
    return (
        found.sort("at", "办件编号")
        .unique("owner", keep="first", maintain_order=True)
        .select("owner", "办件编号")
    )


def _apply(events: pl.DataFrame, step: Step, today: int) -> pl.DataFrame:
    match step:
        case Drop(kind, where, first):
            gone = (pl.col("type") == kind) & _fits(where)
            if first:
                gone &= pl.col("at") == pl.col("at").min().over("owner", "type", "人员编号")
            return events.filter(~gone.fill_null(value=False))
        case Move(types, days):
            moved = pl.when(pl.col("type").is_in(types)).then(pl.col("at") + days * DAY).otherwise("at")
            return events.with_columns(moved.alias("at"))
        case Fill():
            return events.with_columns(_filled(events, step, pl.col("type") == step.type))
        case Copy():
            return pl.concat(
                [events, _copied(events.filter((pl.col("type") == step.type) & _fits(step.where)), step)]
            )
        case OfCase():
            chosen = _cases(events, step, today)["办件编号"]
            of_case = pl.col("办件编号").is_in(chosen.implode()).fill_null(value=False)
            for one in step.fill:
                events = events.with_columns(_filled(events, one, of_case & (pl.col("type") == one.type)))
            copies = [
                _copied(events.filter(of_case & (pl.col("type") == one.type)), one) for one in step.copy
            ]
            kept = events.filter(~(of_case & pl.col("type").is_in(step.drop)))
            return pl.concat([kept, *copies])


def _fits(where: Mapping[str, str]) -> pl.Expr:
    fits = pl.lit(value=True)
    for name, value in where.items():
        wanted = pl.lit(value)
        if value.startswith("{owner}"):
            wanted = pl.col("owner") + value.removeprefix("{owner}")
        fits &= (pl.col(name) == wanted).fill_null(value=False)
    return fits


def _filled(events: pl.DataFrame, step: Fill, rows: pl.Expr) -> pl.Expr:
    dtype = events.schema[step.name]
    value: pl.Expr
    if dtype == pl.Date and isinstance(step.value, int):
        value = (pl.col("at").floordiv(DAY) + step.value).cast(pl.Int32).cast(pl.Date)
    elif isinstance(step.value, str) and "{owner}" in step.value:
        value = pl.col("owner") + step.value.removeprefix("{owner}")
    else:
        value = pl.lit(step.value).cast(dtype)
    return pl.when(rows).then(value).otherwise(pl.col(step.name)).alias(step.name)


def _copied(rows: pl.DataFrame, step: Copy) -> pl.DataFrame:
    rows = rows.with_columns(at=pl.col("at") + step.days * DAY + step.seconds)
    key, suffix = step.suffix
    if key:
        rows = rows.with_columns(pl.col(key) + suffix)
    return rows.with_columns(pl.lit(value).alias(name) for name, value in step.values.items())


def _truth(outlets: pl.Series, rule: str) -> pl.DataFrame:
    return pl.DataFrame({"subject_id": outlets}).select(
        pl.lit("网点").alias("subject"),
        "subject_id",
        pl.col("subject_id").alias("outlet_id"),
        pl.lit(rule).alias("rule"),
        pl.lit("fail").alias("verdict"),
        pl.lit("事件").alias("kind"),
    )
