"""Which sites to open: the choice that covers the most that is not covered yet (maximum covering location)."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

import polars as pl

from policyengine.planning.layout import wording
from policyengine.planning.layout.coverage import townships_of, villages_of
from policyengine.planning.layout.places import ACTIVE, standing
from policyengine.planning.layout.sites import Known, Reach, Site, near
from policyengine.planning.refusals import InfeasibleWishError
from policyengine.planning.solver import Choice, best_coverage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from policyengine.planning.layout.places import Places
    from policyengine.planning.layout.sites import Point


class By(StrEnum):
    """What a choice should cover most of."""

    TOWNSHIP = "township"
    VILLAGE = "village"
    PEOPLE = "people"


@dataclass(frozen=True, slots=True)
class Picked:
    """A site and what it adds to those before it: townships, villages (codes), people where known."""

    site: Site
    townships: tuple[str, ...]
    villages: tuple[str, ...]
    people: int | None

    @property
    def reason(self) -> str:
        """What it adds, in words."""
        return wording.gains(len(self.villages), len(self.townships), self.people)


@dataclass(frozen=True, slots=True)
class Chosen:
    """The choice for one county. `gained` of `open` (both counted by `by`); no choice could gain more than `bound`."""

    county: str
    name: str
    by: By
    picks: tuple[Picked, ...]
    gained: int
    open: int
    bound: int
    notes: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class _Open:
    """What is not covered: codes, what each is worth, and its second worth among equal choices."""

    codes: list[str]
    gains: list[int]
    ties: list[int]


def choose(
    outlets: pl.DataFrame,
    places: Places,
    county: str,
    pick: int,
    by: By,
    candidates: Sequence[Site] | None = None,
    known: Known | None = None,
    reach: Reach | None = None,
) -> Chosen:
    """Choose at most `pick` sites in a county.

    outlets, places: those of the county are used. candidates: default every place that is not covered. Distances count
    only where both ends have coordinates and `reach` is given.

    Raises:
        InfeasibleWishError: if there are fewer candidates than sites to pick, or no people are known.

    """
    known = known or Known()
    places = places.within(county)
    name = places.county_name(county)
    outlets = outlets.filter(pl.col("region").str.starts_with(county))
    townships, villages = townships_of(outlets, places), villages_of(outlets, places)
    served = _served(outlets, places, known, reach)
    open_townships = townships.filter(~pl.col("covered") & ~pl.col("code").is_in(served))
    open_villages = villages.filter(~pl.col("covered") & ~pl.col("code").is_in(served))
    points = _open_points(by, open_townships, open_villages, known)
    if not points.codes:
        return Chosen(county, name, by, (), 0, 0, 0, (wording.all_covered(name, by.value),))
    sites = _sites(candidates, county, points, places)
    if candidates is not None and not sites:
        raise InfeasibleWishError(wording.none_in_county(name))
    if candidates is not None and pick > len(sites):
        raise InfeasibleWishError(wording.too_few(pick, len(sites), name))
    covers = _covers(sites, points.codes, known, reach)
    choice = _best(covers, points, pick)
    left = pick - len(choice.picked)
    notes = (wording.spare(left),) if left > 0 else ()
    every = [*open_townships["code"], *open_villages["code"]]
    picks = _told([sites[one] for one in choice.picked], every, known, reach)
    return Chosen(county, name, by, picks, choice.gained, sum(points.gains), choice.bound, notes)


def _best(covers: Sequence[Sequence[int]], points: _Open, pick: int) -> Choice:
    """Where no place is covered by two sites, the best are simply those that gain most; else search."""
    if sum(len(one) for one in covers) == len({point for one in covers for point in one}):
        worth = [(-sum(points.gains[p] for p in one), -sum(points.ties[p] for p in one), n) for n, one in enumerate(covers)]  # fmt: skip
        best = [(gain, number) for gain, _, number in sorted(worth)[:pick] if gain]
        gained = -sum(gain for gain, _ in best)
        return Choice(tuple(number for _, number in best), gained, gained)
    return best_coverage(covers, points.gains, points.ties, pick)


def _served(outlets: pl.DataFrame, places: Places, known: Known, reach: Reach | None) -> list[str]:
    """Give the divisions within reach of an outlet whose coordinates are known."""
    if reach is None or not known.outlets:
        return []
    ids = standing(outlets, places, ACTIVE)["id"]
    here = [(code, known.points[code]) for code in _codes(places) if code in known.points]
    found = near([known.outlets.get(one) for one in ids], here, reach)
    return sorted({here[place][0] for one in found for place in one})


def _codes(places: Places) -> list[str]:
    return [*places.townships["code"], *places.villages["code"]]


def _open_points(by: By, townships: pl.DataFrame, villages: pl.DataFrame, known: Known) -> _Open:
    match by:
        case By.TOWNSHIP:
            codes = townships["code"].to_list()
            left = dict(villages.group_by("township").len().iter_rows())
            return _Open(codes, [1] * len(codes), [left.get(code, 0) for code in codes])
        case By.VILLAGE:
            codes = villages["code"].to_list()
            alone = set(townships["code"])
            return _Open(codes, [1] * len(codes), [int(code[:9] in alone) for code in codes])
        case By.PEOPLE:
            if not known.people:
                raise InfeasibleWishError(wording.NO_PEOPLE)
            level = villages if any(len(code) == 12 for code in known.people) else townships
            codes = [code for code in level["code"] if known.people.get(code)]
            return _Open(codes, [known.people[code] for code in codes], [1] * len(codes))


def _sites(candidates: Sequence[Site] | None, county: str, points: _Open, places: Places) -> list[Site]:
    if candidates is not None:
        return sorted((one for one in candidates if one.region.startswith(county)), key=lambda one: one.id)
    names = dict(places.townships.iter_rows()) | dict(places.villages.iter_rows())
    return [Site(code, names.get(code, code), code) for code in points.codes]


def _covers(
    sites: Sequence[Site], codes: Sequence[str], known: Known, reach: Reach | None
) -> list[list[int]]:
    """Give the positions in `codes` that each site covers: its own place, what it is said to cover, what is near."""
    position = {code: place for place, code in enumerate(codes)}
    here = [(code, known.points[code]) for code in codes if reach is not None and code in known.points]
    by_distance = (
        near([_point_of(one, known) for one in sites], here, reach) if reach else [[] for _ in sites]
    )
    found = []
    for site, close in zip(sites, by_distance, strict=True):
        named = {site.region, site.region[:9], *site.covers, *(one[:9] for one in site.covers)}
        own = {position[code] for code in named if code in position}
        found.append(sorted(own | {position[here[place][0]] for place in close}))
    return found


def _point_of(site: Site, known: Known) -> Point | None:
    return site.point or known.points.get(site.region)


def _told(
    sites: Sequence[Site], codes: Sequence[str], known: Known, reach: Reach | None
) -> tuple[Picked, ...]:
    """Say what each site adds, those that add most first."""
    covers = dict(zip(sites, (set(one) for one in _covers(sites, codes, known, reach)), strict=True))
    left, found = list(sites), []
    done: set[int] = set()
    while left:
        best = max(left, key=lambda one: (len(covers[one] - done), -left.index(one)))
        left.remove(best)
        new = [codes[place] for place in sorted(covers[best] - done)]
        done |= covers[best]
        townships, villages = (tuple(code for code in new if len(code) == digits) for digits in (9, 12))
        people = sum(known.people.get(code, 0) for code in villages) or sum(
            known.people.get(code, 0) for code in townships
        )
        found.append(Picked(best, townships, villages, people if known.people else None))
    return tuple(found)
