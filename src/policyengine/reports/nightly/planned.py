"""What the night says about planning: how far the outlets reach, county by county, and how provinces roll items out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from policyengine.batch.by_type import empty_events
from policyengine.batch.cases import cases
from policyengine.batch.divisions import Level, load_divisions
from policyengine.planning.layout.coverage import coverage_by_county
from policyengine.planning.layout.places import Places
from policyengine.planning.rollout.state import rollout_state
from policyengine.vocabulary.terms import Subject

if TYPE_CHECKING:
    from policyengine.batch.nightly.run import Night

_MOST_COUNTIES = 20


@dataclass(frozen=True, slots=True)
class Reach:
    """How far outlets reach into townships: of a province or a county. `share` is covered townships, in percent."""

    name: str
    outlets: int
    townships: int
    covered: int
    crowded: int

    @property
    def share(self) -> float:
        """Covered townships in percent of all."""
        return 100 * self.covered / self.townships if self.townships else 0.0


def reach(night: Night) -> tuple[list[Reach], list[Reach], int]:
    """Give provinces, the counties that are reached least, and how many counties have an outlet at all."""
    divisions = load_divisions()
    places = Places.of(lambda name: divisions.table(Level(name)))
    found = coverage_by_county(night.data, places).with_columns(
        pl.col("county").str.slice(0, 2).alias("part")
    )
    provinces = found.group_by("part").agg(
        pl.col("outlets", "townships", "townships_covered", "crowded").sum()
    )  # fmt: skip
    served = found.filter(pl.col("outlets") > 0)
    least = served.sort(
        [pl.col("townships_covered") / pl.col("townships"), pl.col("townships"), pl.col("county")],
        descending=[False, True, False],
    ).head(_MOST_COUNTIES)
    return (
        [
            Reach(divisions.name(f"{part}0000") or part, *numbers)
            for part, *numbers in provinces.sort("part").iter_rows()
        ],
        [
            Reach(divisions.full_name(row["county"]) or row["name"], row["outlets"], row["townships"], row["townships_covered"], row["crowded"])
            for row in least.iter_rows(named=True)
        ],
        served.height,
    )  # fmt: skip


def rollout(night: Night) -> list[dict[str, object]]:
    """Give a row for each province that has an item list; see `rollout_state`."""
    none = empty_events(night.data.vocabulary)
    divisions = load_divisions()
    names = {code: divisions.name(code) or code for code in night.data.provinces}
    items, batches, provinces = (
        list(cases(night.data, subject, none)) if subject in night.data.tables else []
        for subject in (Subject.ITEM, Subject.BATCH, Subject.PROVINCE)
    )
    return rollout_state(night.shelf, night.as_of, items, batches, provinces, names).to_dicts()
