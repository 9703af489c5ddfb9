"""Ways to draw a column of values, from a generator that a seed determines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import polars as pl

from policyengine.values import day_number

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class Draw:
    """What a column is drawn from: randomness, the number of rows, the as-of day, and the columns drawn before."""

    random: np.random.Generator
    rows: int
    as_of: date
    drawn: Mapping[str, pl.Series]


Spec: TypeAlias = "Callable[[Draw], pl.Series]"


def always(value: bool | float | str) -> Spec:
    """One value for all."""
    return lambda draw: pl.Series([value]).new_from_index(0, draw.rows)


def never(dtype: pl.DataType | type[pl.DataType] = pl.String) -> Spec:
    """Not filled in."""
    return lambda draw: pl.Series([None], dtype=dtype).new_from_index(0, draw.rows)


def between(low: int, high: int) -> Spec:
    """Whole numbers, both ends included."""
    return lambda draw: pl.Series(draw.random.integers(low, high, draw.rows, endpoint=True))


def decimals(low: float, high: float, places: int) -> Spec:
    """Numbers with so many decimal places."""

    def spec(draw: Draw) -> pl.Series:
        factor = 10**places
        whole = draw.random.integers(round(low * factor), round(high * factor), draw.rows, endpoint=True)
        return pl.Series(whole / factor).round(places)

    return spec


def pick(weights: Mapping[str, float]) -> Spec:
    """One of several words."""

    def spec(draw: Draw) -> pl.Series:
        share = np.array(list(weights.values()))
        chosen = draw.random.choice(len(share), draw.rows, p=share / share.sum())
        return pl.Series(list(weights)).gather(chosen)

    return spec


def members(wanted: Sequence[str], optional: Sequence[str] = ()) -> Spec:
    """All the wanted members of a 多选 term and some of the optional ones, joined as people write them."""
    sets = ["、".join(wanted)] + ["、".join([*wanted, *optional[: end + 1]]) for end in range(len(optional))]

    def spec(draw: Draw) -> pl.Series:
        return pl.Series(sets).gather(draw.random.integers(0, len(sets), draw.rows))

    return spec


def days_ago(low: int, high: int) -> Spec:
    """Days before the as-of day."""
    return lambda draw: dates(
        day_number(draw.as_of) - draw.random.integers(low, high, draw.rows, endpoint=True)
    )


def days_ahead(low: int, high: int) -> Spec:
    """Days after the as-of day."""
    return lambda draw: dates(
        day_number(draw.as_of) + draw.random.integers(low, high, draw.rows, endpoint=True)
    )


def after(term: str, low: int, high: int) -> Spec:
    """Days after another date, or before it if negative."""

    def spec(draw: Draw) -> pl.Series:
        start = draw.drawn[term].cast(pl.Int32)
        return (
            (start + pl.Series(draw.random.integers(low, high, draw.rows, endpoint=True)))
            .cast(pl.Int32)
            .cast(pl.Date)
        )

    return spec


def same_as(term: str) -> Spec:
    """Repeat another column."""
    return lambda draw: draw.drawn[term]


def on(day: date) -> Spec:
    """One day for all."""
    return lambda draw: pl.Series([day]).new_from_index(0, draw.rows)


def dates(numbers: npt.NDArray[np.int64]) -> pl.Series:
    """Turn day numbers into dates."""
    return pl.Series(numbers).cast(pl.Int32).cast(pl.Date)


def draw_all(
    specs: Mapping[str, Spec],
    random: np.random.Generator,
    given: Mapping[str, pl.Series],
    rows: int,
    as_of: date,
) -> dict[str, pl.Series]:
    """Draw every column in order; columns in `given` are taken as they are."""
    drawn = dict(given)
    for name, spec in specs.items():
        if name not in given:
            drawn[name] = spec(Draw(random, rows, as_of, drawn)).alias(name)
    return drawn


def days_before(day: date, days: int) -> date:
    """Go back some days."""
    return day - timedelta(days=days)


def frame_of(
    specs: Mapping[str, Spec],
    given: dict[str, pl.Series],
    rows: int,
    as_of: date,
    random: np.random.Generator,
) -> pl.DataFrame:
    """Draw a table; see `draw_all`."""
    drawn = draw_all(specs, random, given, rows, as_of)
    return pl.DataFrame([series.alias(name) for name, series in drawn.items()])
