"""Which townships and villages have an outlet, which have none, and where outlets crowd."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

import polars as pl

from policyengine.planning.layout.places import ACTIVE, standing
from policyengine.vocabulary.terms import Subject

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policyengine.planning.layout.places import Places

CROWDED = 3


class Facts(Protocol):
    """An input that was read: a frame for each subject."""

    @property
    def tables(self) -> Mapping[Subject, pl.DataFrame]:
        """Give the frames, as `batch.sources.Input` has them."""
        ...


def townships_of(outlets: pl.DataFrame, places: Places, crowded: int = CROWDED) -> pl.DataFrame:
    """Give a row for each township: county, code, name, outlets, institutions, villages, villages_covered, covered, crowded.

    An outlet covers the township and the village that its code names; only outlets that cooperate count. Outlets crowd
    where there are at least `crowded` and at least twice as many as in the county's mean township.
    """
    active = standing(outlets, places, ACTIVE)
    by_township = active.drop_nulls("township").group_by("township").agg(
        pl.len().cast(pl.Int64).alias("outlets"), pl.col("institution_id").n_unique().cast(pl.Int64).alias("institutions")
    )  # fmt: skip
    reached = (
        active.drop_nulls("village")
        .select(pl.col("village").alias("code"))
        .unique()
        .with_columns(covered=pl.lit(value=True))
    )
    villages = (
        places.villages.join(reached, on="code", how="left")
        .group_by(pl.col("code").str.slice(0, 9).alias("code"))
        .agg(
            pl.len().cast(pl.Int64).alias("villages"),
            pl.col("covered").count().cast(pl.Int64).alias("villages_covered"),
        )
    )
    return (
        places.townships.join(by_township, left_on="code", right_on="township", how="left")
        .join(villages, on="code", how="left")
        .with_columns(pl.col("outlets", "institutions", "villages", "villages_covered").fill_null(0))
        .select(
            pl.col("code").str.slice(0, 6).alias("county"), "code", "name", "outlets", "institutions", "villages",
            "villages_covered", (pl.col("outlets") > 0).alias("covered"),
            ((pl.col("outlets") >= crowded) & (pl.col("outlets") >= 2 * pl.col("outlets").mean().over(pl.col("code").str.slice(0, 6)))).alias("crowded"),
        )
        .sort("code")
    )  # fmt: skip


def villages_of(outlets: pl.DataFrame, places: Places) -> pl.DataFrame:
    """Give a row for each village: township, code, name, outlets, covered."""
    active = standing(outlets, places, ACTIVE)
    numbers = active.drop_nulls("village").group_by("village").agg(pl.len().cast(pl.Int64).alias("outlets"))
    return (
        places.villages.join(numbers, left_on="code", right_on="village", how="left")
        .with_columns(pl.col("outlets").fill_null(0))
        .select(
            pl.col("code").str.slice(0, 9).alias("township"),
            "code",
            "name",
            "outlets",
            (pl.col("outlets") > 0).alias("covered"),
        )
        .sort("code")
    )


def counties_of(outlets: pl.DataFrame, places: Places, crowded: int = CROWDED) -> pl.DataFrame:
    """Give a row for each county.

    county, name, outlets (that cooperate), townships, townships_covered, villages, villages_covered, crowded (townships
    where outlets crowd) and unplaced (outlets whose code names no real township).
    """
    active = standing(outlets, places, ACTIVE)
    whole = active.group_by("county").agg(
        pl.len().cast(pl.Int64).alias("outlets"),
        pl.col("township").null_count().cast(pl.Int64).alias("unplaced"),
    )
    numbers = townships_of(outlets, places, crowded).group_by("county").agg(
        pl.len().cast(pl.Int64).alias("townships"),
        pl.col("covered").sum().cast(pl.Int64).alias("townships_covered"),
        pl.col("villages").sum(),
        pl.col("villages_covered").sum(),
        pl.col("crowded").sum().cast(pl.Int64),
    )  # fmt: skip
    counted = (
        "outlets",
        "townships",
        "townships_covered",
        "villages",
        "villages_covered",
        "crowded",
        "unplaced",
    )
    return (
        places.counties.rename({"code": "county"})
        .join(whole, on="county", how="left")
        .join(numbers, on="county", how="left")
        .with_columns(pl.col(counted).fill_null(0))
        .filter((pl.col("townships") > 0) | (pl.col("outlets") > 0))
        .select("county", "name", *counted)
        .sort("county")
    )


def coverage_by_county(data: Facts, places: Places, crowded: int = CROWDED) -> pl.DataFrame:
    """Give `counties_of` for every county of the provinces where the input has outlets."""
    outlets = data.tables[Subject.OUTLET]
    provinces = outlets["region"].drop_nulls().str.slice(0, 2).unique()
    counties = places.counties.filter(pl.col("code").str.slice(0, 2).is_in(provinces.implode()))
    return counties_of(outlets, replace(places, counties=counties), crowded)
