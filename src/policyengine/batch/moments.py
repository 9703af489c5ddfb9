"""Times of events: columns of text or of timestamps into seconds since 1970-01-01, local wall clock."""

from __future__ import annotations

import polars as pl

from policyengine.batch.casts import BLANKS, Cast, as_written
from policyengine.values import EARLIEST, LATEST, ValueRefusedError, day_number, parse_moment, second_number

_SHAPE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2}$"
_FIRST, _LAST = day_number(EARLIEST) * 86_400, (day_number(LATEST) + 1) * 86_400 - 1


def cast_moments(raw: pl.Series, name: str) -> Cast:
    """Type a raw column of times; a bare day is its first second."""
    made = _typed(raw).alias(name)
    written = raw
    if raw.dtype == pl.String:
        written = (
            raw.to_frame()
            .select(
                pl.when(pl.first().str.strip_chars(BLANKS) != "").then(pl.first().str.strip_chars(BLANKS))
            )
            .to_series()
        )
    left = written.is_not_null() & made.is_null()
    if left.any():
        texts = as_written(written).alias("text")
        rest = texts.filter(left).unique().drop_nulls().sort()
        read = pl.DataFrame(
            {"text": rest, "read": pl.Series([_parsed(text) for text in rest], dtype=pl.Int64)}
        )
        both = pl.DataFrame({"text": texts, "made": made}).join(
            read, on="text", how="left", maintain_order="left"
        )
        made = both.select(pl.coalesce("made", "read")).to_series().alias(name)
    bad = written.is_not_null() & made.is_null()
    return Cast(made, bad if bad.any() else None)


def why_refused(text: str) -> str:
    """Say why a text is no time."""
    try:
        parse_moment(text)
    except ValueRefusedError as error:
        return str(error)
    return f"“{text}”不是时间"


def _typed(raw: pl.Series) -> pl.Series:
    column = pl.col(raw.name)
    if raw.dtype == pl.String:
        # The T of ISO 8601 and the blank are both in use.
        plain = pl.when(column.str.contains(_SHAPE)).then(column.str.replace("T", " ", literal=True))
        moment = plain.str.to_datetime("%Y-%m-%d %H:%M:%S", time_unit="us", strict=False)
    elif (isinstance(raw.dtype, pl.Datetime) and raw.dtype.time_zone is None) or raw.dtype == pl.Date:
        moment = column.cast(pl.Datetime("us"))
    else:
        return pl.Series(raw.name, [None], dtype=pl.Int64).new_from_index(0, len(raw))
    seconds = moment.dt.epoch("us").floordiv(1_000_000)
    return raw.to_frame().select(pl.when(seconds.is_between(_FIRST, _LAST)).then(seconds)).to_series()


def _parsed(text: str) -> int | None:
    try:
        return second_number(parse_moment(text))
    except ValueRefusedError:
        return None
