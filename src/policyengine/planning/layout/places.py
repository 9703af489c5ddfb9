"""Real townships and villages, and which outlets stand in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Callable

ACTIVE = ("合作中",)
GONE = ("已退出",)


@dataclass(frozen=True, slots=True)
class Places:
    """Divisions by level: `code` (6, 9 and 12 digits) and `name` each. Villages leave out the virtual ones."""

    counties: pl.DataFrame = field(repr=False)
    townships: pl.DataFrame = field(repr=False)
    villages: pl.DataFrame = field(repr=False)

    @classmethod
    def of(cls, table: Callable[[str], pl.DataFrame]) -> Places:
        """Take the tables `counties`, `townships` and `villages` from whoever has them."""
        return cls(*(table(name) for name in ("counties", "townships", "villages")))

    def within(self, prefix: str) -> Places:
        """Give what lies in a division, by the beginning of its code."""
        chosen = (
            frame.filter(pl.col("code").str.starts_with(prefix))
            for frame in (self.counties, self.townships, self.villages)
        )
        return Places(*chosen)

    def has_county(self, code: str) -> bool:
        """Whether there is a county of that code. A city without districts is its own county."""
        return not self.counties.filter(pl.col("code") == code).is_empty()

    def county_name(self, code: str) -> str:
        """Give a county's name, or its code."""
        found = self.counties.filter(pl.col("code") == code)["name"]
        return str(found[0]) if len(found) else code


def prefix_of(division: str) -> str:
    """Give the digits that all codes within a division begin with: 330000 → 33, 331000 → 3310, 331002 → 331002."""
    if division.endswith("0000"):
        return division[:2]
    return division[:4] if division.endswith("00") else division


def standing(outlets: pl.DataFrame, places: Places, states: tuple[str, ...]) -> pl.DataFrame:
    """Give the outlets of these states with the real township and village they stand in.

    outlets: `id`, `institution_id`, `region`, `网点状态`. Gives `id`, `institution_id`, `region`, `county`, `township` and
    `village`; the last two are empty where the code ends above them or names no real division.
    """
    of_state = outlets.filter(pl.col("网点状态").cast(pl.String).is_in(list(states)))
    region = pl.col("region")
    digits = region.str.len_chars()
    return of_state.select(
        "id",
        "institution_id",
        "region",
        region.str.slice(0, 6).alias("county"),
        pl.when(digits >= 9).then(region.str.slice(0, 9)).alias("township"),
        pl.when(digits == 12).then(region).alias("village"),
    ).with_columns(
        pl.when(pl.col("township").is_in(places.townships["code"].implode()))
        .then("township")
        .alias("township"),
        pl.when(pl.col("village").is_in(places.villages["code"].implode())).then("village").alias("village"),
    )
