"""Frames of events while they are made.

Columns: `owner` (id of the subject), `type` (Chinese name), `at` (seconds), and fields by Chinese name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from policyengine.values import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

    from policyengine.vocabulary.terms import Vocabulary

DAY = 86_400
# How values are held before they are written.
PLAIN: dict[Kind, pl.DataType] = {
    Kind.BOOLEAN: pl.Boolean(),
    Kind.INTEGER: pl.Int64(),
    Kind.DECIMAL: pl.Float64(),
    Kind.DATE: pl.Date(),
    Kind.CHOICE: pl.String(),
    Kind.TEXT: pl.String(),
    Kind.CHOICES: pl.String(),
}


def happen(
    kind: str,
    owner: pl.Series,
    at: npt.NDArray[np.int64] | pl.Series,
    fields: dict[str, pl.Series | str | int | bool] | None = None,
) -> pl.DataFrame:
    """Make one event of a type for each owner."""
    rows = len(owner)
    columns = [owner.alias("owner"), pl.Series("type", [kind], dtype=pl.String).new_from_index(0, rows)]
    columns.append(pl.Series("at", at).cast(pl.Int64))
    for name, value in (fields or {}).items():
        series = value if isinstance(value, pl.Series) else pl.Series([value]).new_from_index(0, rows)
        columns.append(series.alias(name))
    return pl.DataFrame(columns)


def at(day: npt.NDArray[np.int64], second: npt.NDArray[np.int64] | int) -> npt.NDArray[np.int64]:
    """Give the instant of a second of a day."""
    return day * DAY + second


def together(frames: Iterable[pl.DataFrame], vocabulary: Vocabulary) -> pl.DataFrame:
    """Put events into one frame with every field of the vocabulary; what a type does not carry is empty."""
    fixed: dict[str, pl.DataType] = {"owner": pl.String(), "type": pl.String(), "at": pl.Int64()}
    fields = {term.name: PLAIN[term.type.kind] for term in vocabulary.event_terms}
    return pl.concat(
        [pl.DataFrame(schema=fixed | fields), *(one for one in frames if one.height)], how="diagonal"
    )


def repeated(
    kind: str,
    owner: pl.Series,
    first: npt.NDArray[np.int64],
    last: int,
    gap: int,
    random: np.random.Generator,
) -> pl.DataFrame:
    """Make events of a type from `first` to `last`, never more than `gap` days apart, in the morning."""
    step = max(1, gap - 2)
    count = np.maximum((last - first) // step, 0)
    owners = owner.gather(np.repeat(np.arange(len(owner)), count))
    nth = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count) + 1
    day = np.repeat(first, count) + nth * step - random.integers(0, 2, int(count.sum()))
    return happen(kind, owners, at(day, 9 * 3600 + random.integers(0, 3600, int(count.sum()))))


def day_numbers(series: pl.Series) -> npt.NDArray[np.int64]:
    """Give dates as days since 1970-01-01."""
    return series.cast(pl.Int32).cast(pl.Int64).to_numpy()
