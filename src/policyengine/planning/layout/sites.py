"""Sites to choose among and what is known of places: read from people's tables, with distances where there are coordinates."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from policyengine.planning.intake import TEXT, Column, read_rows
from policyengine.planning.layout import wording
from policyengine.values import Kind, Type

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from policyengine.diagnostics import Problems
    from policyengine.planning.intake import Row, Source

_DEGREES = Type(Kind.DECIMAL, "度", 6)
_LONGITUDE = Column("经度", "longitude", _DEGREES, low=73_000_000, high=136_000_000)
_LATITUDE = Column("纬度", "latitude", _DEGREES, low=3_000_000, high=54_000_000)
_REGION = Column("行政区划代码", "division", TEXT)
_SITE_COLUMNS = (
    Column("候选点编号", "site_id", TEXT, required=True), Column("候选点名称", "site_name", TEXT),
    Column("行政区划代码", "division", TEXT, required=True), Column("可覆盖区划", "covers", TEXT), _LONGITUDE, _LATITUDE,
)  # fmt: skip
_PLACE_COLUMNS = (
    _REGION, Column("网点编号", "outlet_id", TEXT), _LONGITUDE, _LATITUDE,
    Column("人口", "people", Type(Kind.INTEGER, "人"), low=0, high=10**8),
)  # fmt: skip
_EARTH = 6371.0088  # mean radius, km


@dataclass(frozen=True, slots=True)
class Point:
    """Degrees east and north."""

    longitude: float
    latitude: float


@dataclass(frozen=True, slots=True)
class Site:
    """Where an outlet could be opened. `covers`: divisions that whoever proposes it says it serves, besides its own."""

    id: str
    name: str
    region: str
    covers: tuple[str, ...] = ()
    point: Point | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of divisions and outlets besides their codes; empty where nothing is."""

    people: Mapping[str, int] = field(default_factory=dict)
    points: Mapping[str, Point] = field(default_factory=dict)
    outlets: Mapping[str, Point] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reach:
    """How far an outlet serves: in streets a walk of so many minutes, elsewhere so many kilometres, both as the crow flies.

    `pace` is metres a minute; it turns the book's minutes into a distance.
    """

    minutes: int
    kilometres: float
    pace: int = 80

    def of(self, region: str) -> float:
        """Give the kilometres within which a place of this division is served. 街道 have 001 to 099 for township."""
        is_street = region[6:9].isdigit() and int(region[6:9]) < 100
        return self.minutes * self.pace / 1000 if is_street else self.kilometres


def read_sites(source: Source, problems: Problems) -> list[Site]:
    """Read candidates; each stands there once, in a township (nine digits) or a village (twelve)."""
    found: dict[str, Site] = {}
    for row in read_rows(source, _SITE_COLUMNS, problems):
        values = row.values
        if "候选点编号" not in values or "行政区划代码" not in values:
            continue
        identifier, region = str(values["候选点编号"]), _code(str(values["行政区划代码"]))
        if identifier in found:
            problems.add("P010", wording.site_twice(identifier), row.span)
        elif len(region) not in {9, 12} or not region.isdigit():
            problems.add("P011", wording.not_a_township(region), row.span, help=wording.CODE_HELP)
        else:
            name = str(values.get("候选点名称", identifier))
            covers = tuple(_code(one) for one in str(values.get("可覆盖区划", "")).replace("，", "、").replace(",", "、").split("、") if one.strip())  # fmt: skip
            found[identifier] = Site(identifier, name, region, covers, _point(row, problems))
    if not found and not problems.found:
        problems.add("P012", wording.NO_CANDIDATES, source.head, help=wording.CANDIDATES_HELP)
    return list(found.values())


def read_places(source: Source, problems: Problems) -> Known:
    """Read people and coordinates of divisions, and coordinates of outlets."""
    known = Known({}, {}, {})
    people, points, outlets = dict(known.people), dict(known.points), dict(known.outlets)
    for row in read_rows(source, _PLACE_COLUMNS, problems):
        region, outlet = _code(str(row.values.get("行政区划代码", ""))), str(row.values.get("网点编号", ""))
        point = _point(row, problems)
        if bool(region) == bool(outlet):
            problems.add("P013", wording.PLACE_OR_OUTLET, row.span)
        elif region in people or region in points or outlet in outlets:
            problems.add("P014", wording.place_twice(region or outlet), row.span)
        if outlet and point:
            outlets[outlet] = point
        elif region:
            if point:
                points[region] = point
            if "人口" in row.values:
                people[region] = int(str(row.values["人口"]))
    return Known(people, points, outlets)


def near(sites: Sequence[Point | None], places: Sequence[tuple[str, Point]], reach: Reach) -> list[list[int]]:
    """Give for each site the positions of the places within reach; nothing for sites without coordinates."""
    if not places:
        return [[] for _ in sites]
    east = np.radians([point.longitude for _, point in places])
    north = np.radians([point.latitude for _, point in places])
    limits = np.array([reach.of(region) for region, _ in places])
    return [
        [] if site is None else np.flatnonzero(_kilometres(site, east, north) <= limits).tolist()
        for site in sites
    ]


def _kilometres(site: Point, east: NDArray[np.float64], north: NDArray[np.float64]) -> NDArray[np.float64]:
    """Haversine distance from one point to many."""
    longitude, latitude = np.radians(site.longitude), np.radians(site.latitude)
    half = (
        np.sin((north - latitude) / 2) ** 2
        + np.cos(latitude) * np.cos(north) * np.sin((east - longitude) / 2) ** 2
    )
    result: NDArray[np.float64] = 2 * _EARTH * np.arcsin(np.sqrt(half))
    return result


def _point(row: Row, problems: Problems) -> Point | None:
    longitude, latitude = row.values.get("经度"), row.values.get("纬度")
    if (longitude is None) != (latitude is None):
        problems.add("P015", wording.HALF_A_POINT, row.span)
    if not isinstance(longitude, int) or not isinstance(latitude, int):
        return None
    return Point(longitude / 10**6, latitude / 10**6)


def _code(text: str) -> str:
    """Give a code without the closing zeros of a township's twelve digits."""
    text = text.strip()
    return text[:9] if len(text) == 12 and text.endswith("000") else text
