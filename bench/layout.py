"""How long choosing sites takes: one dense county, and every county of the country.

The county is made up (villages at random, candidates at all of them); the country has the real divisions and outlets
at random townships. Run: python bench/layout.py [--pick K]
"""

from __future__ import annotations

import argparse
import random
import time
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from policyengine.planning.api import read_divisions
from policyengine.planning.layout.choose import By, choose
from policyengine.planning.layout.coverage import counties_of
from policyengine.planning.layout.sites import Known, Point, Reach, Site

if TYPE_CHECKING:
    from policyengine.planning.layout.places import Places

ROOT = Path(__file__).parents[1]
REACH = Reach(15, 5.0)


def outlets_at(regions: list[str]) -> pl.DataFrame:
    rows = [(f"N{n}", f"I{n % 5}", region, "合作中") for n, region in enumerate(regions)]
    return pl.DataFrame(
        rows, schema=dict.fromkeys(("id", "institution_id", "region", "网点状态"), pl.String), orient="row"
    )


def counties(places: Places, pick: int, chance: random.Random) -> None:
    """Time the largest county and two smaller ones, with candidates and people at every village."""
    sizes = (
        places.villages.group_by(pl.col("code").str.slice(0, 6).alias("county"))
        .len()
        .sort(["len", "county"], descending=[True, False])
    )
    for county, villages in (sizes.row(place) for place in (1200, 300, 0)):
        codes = places.within(county).villages["code"].to_list()
        points = {code: Point(115 + chance.random() * 0.6, 35 + chance.random() * 0.5) for code in codes}
        known = Known({code: chance.randint(200, 5000) for code in codes}, points)
        sites = [Site(code, code, code, (), points[code]) for code in codes]
        for by in (By.VILLAGE, By.PEOPLE):
            started = time.perf_counter()
            found = choose(outlets_at([]), places, county, pick, by, sites, known, REACH)
            took = time.perf_counter() - started
            gap = (found.bound - found.gained) / found.bound
            print(
                f"{county} {villages} villages, {by}, pick {pick}: {took:.2f} s, gained {found.gained} of {found.open}, gap {gap:.2%}"
            )


def country(places: Places, pick: int, chance: random.Random) -> None:
    towns = places.townships["code"].to_list()
    outlets = outlets_at(chance.sample(towns, len(towns) * 6 // 10))
    started = time.perf_counter()
    table = counties_of(outlets, places)
    print(f"country, coverage: {time.perf_counter() - started:.2f} s, {table.height} counties")
    for by in (By.TOWNSHIP, By.VILLAGE):
        started = time.perf_counter()
        chosen = [choose(outlets, places, county, pick, by) for county in table["county"]]
        took = time.perf_counter() - started
        proved = sum(one.gained >= one.bound for one in chosen)
        print(f"country, {by}, pick {pick} a county: {took:.1f} s, proved best in {proved} of {len(chosen)}")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--pick", type=int, default=10)
    pick = arguments.parse_args().pick
    places, chance = read_divisions(ROOT / "data" / "divisions"), random.Random(1)
    counties(places, pick, chance)
    country(places, pick, chance)


if __name__ == "__main__":
    main()
