"""Where outlets stand: real townships and villages, in believable proportions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from policyengine.batch.divisions import Level

if TYPE_CHECKING:
    from policyengine.batch.divisions import Divisions

# About 4.6 outlets a township make 190,000 in the country; past that they are service points in villages.
COUNTRY_WIDE = 190_000
_VILLAGE_SHARE = 0.12
_WEIGHTS = {"街道": 7.0, "镇": 4.6, "乡": 2.2, "类似乡级单位": 1.2}


@dataclass(frozen=True, slots=True)
class Share:
    """How many outlets one province (or the one city) gets."""

    province: str
    prefix: str
    outlets: int


def shares(outlets: int, divisions: Divisions, city: str = "") -> list[Share]:
    """Split a number of outlets over the provinces, by their townships."""
    if city:
        return [Share(f"{city[:2]}0000", city[:4], outlets)]
    weights = _townships(divisions, "").group_by("province").agg(pl.col("weight").sum()).sort("province")
    exact = weights["weight"].to_numpy() / weights["weight"].sum() * outlets
    counts = np.floor(exact).astype(int)
    # The largest remainders get what is left; ties go to the smaller code.
    for place in np.argsort(-(exact - counts), kind="stable")[: outlets - counts.sum()]:
        counts[place] += 1
    return [
        Share(province, province[:2], int(count))
        for province, count in zip(weights["province"], counts, strict=True)
    ]


def outlets_of(
    share: Share, total: int, divisions: Divisions, random: np.random.Generator, *, dense: bool = False
) -> pl.DataFrame:
    """Place the outlets of a share: `division`, `level` (网点层级), `place` (name of the place), by division.

    `dense` keeps the country's usual part of village points whatever the total.
    """
    towns = _townships(divisions, share.prefix)
    weight = towns["weight"].to_numpy()
    chosen = towns[random.choice(towns.height, share.outlets, p=weight / weight.sum())].drop("weight")
    over = total > COUNTRY_WIDE and not dense
    village_share = 1 - (1 - _VILLAGE_SHARE) * COUNTRY_WIDE / total if over else _VILLAGE_SHARE
    in_village = pl.Series(random.random(share.outlets) < village_share)
    villages = divisions.table(Level.VILLAGE).filter(pl.col("code").str.starts_with(share.prefix))
    by_town = (
        villages.with_columns(town=pl.col("code").str.slice(0, 9))
        .group_by("town", maintain_order=True)
        .agg(pl.col("code").alias("codes"), pl.col("name").alias("names"))
    )
    draw = pl.Series("draw", random.random(share.outlets))
    placed = chosen.with_columns(draw, in_village.alias("in_village")).join(
        by_town, left_on="code", right_on="town", how="left", maintain_order="left"
    )
    at = (pl.col("draw") * pl.col("codes").list.len()).floor().cast(pl.Int64)
    is_village = pl.col("in_village") & (pl.col("codes").list.len() > 0).fill_null(value=False)
    return placed.select(
        pl.when(is_village)
        .then(pl.col("codes").list.get(at, null_on_oob=True))
        .otherwise("code")
        .alias("division"),
        pl.when(is_village).then(pl.lit("村（社区）")).otherwise("level").alias("level"),
        pl.when(is_village)
        .then(pl.col("name") + pl.col("names").list.get(at, null_on_oob=True))
        .otherwise("name")
        .alias("place"),
    ).sort("division", "level")


def _townships(divisions: Divisions, prefix: str) -> pl.DataFrame:
    counties = divisions.table(Level.COUNTY).select(
        pl.col("code").alias("county"), pl.col("name").alias("county_name")
    )
    number = pl.col("code").str.slice(6, 3).cast(pl.Int32)
    kind = (
        pl.when(number < 100)
        .then(pl.lit("街道"))
        .when(number < 200)
        .then(pl.lit("镇"))
        .when(number < 400)
        .then(pl.lit("乡"))
        .otherwise(pl.lit("类似乡级单位"))
    )
    towns = (
        divisions.table(Level.TOWNSHIP)
        .filter(pl.col("code").str.starts_with(prefix))
        .with_columns(
            county=pl.col("code").str.slice(0, 6),
            province=pl.col("code").str.slice(0, 2) + "0000",
            kind=kind,
        )
        .join(counties, on="county", how="left", maintain_order="left")
    )
    seat = pl.col("code") == pl.col("code").filter(pl.col("kind") == "镇").first().over("county")
    in_district = pl.col("county_name").str.ends_with("区") | pl.col("county").str.ends_with("00")
    level = (
        pl.when((pl.col("kind") == "街道") & in_district)
        .then(pl.lit("设区市"))
        .when((pl.col("kind") == "街道") | (seat.fill_null(value=False) & ~in_district))
        .then(pl.lit("县城"))
        .otherwise(pl.lit("乡镇（街道）"))
    )
    weight = pl.col("kind").replace_strict(_WEIGHTS, return_dtype=pl.Float64)
    return towns.select("code", "name", "province", level.alias("level"), weight.alias("weight"))
