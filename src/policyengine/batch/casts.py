"""Raw columns into the one encoding of values: whole columns at a time, value by value only for what is left.

The encoding is that of `policyengine.values`; 多选 columns are what the columnar engine stores: a bit a member. `values.parse` stays the definition: whatever the fast ways do not recognise is handed to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from policyengine.batch import wording
from policyengine.engines.columnar import choices
from policyengine.engines.columnar.expressions import stored_type
from policyengine.values import (
    EARLIEST,
    LARGEST,
    LATEST,
    Kind,
    Type,
    ValueRefusedError,
    day_number,
    parse,
    show,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policyengine.batch.layouts import Cell

_TRUE = ["是", "true", "True", "TRUE", "1", "有"]
_FALSE = ["否", "false", "False", "FALSE", "0", "无"]
_FEWEST_DAY, _LAST_DAY = day_number(EARLIEST), day_number(LATEST)
_TYPED = "\0typed"  # no header has this ending
# What `str.strip` takes for blank; Polars by itself leaves out the separators of ASCII.
BLANKS = "".join(chr(code) for code in range(0x3001) if chr(code).isspace())
_MOST_KINDS = 10_000  # past that, a dictionary spares nothing
_LONGEST_EXACT = 15  # significant digits that a float carries without loss


@dataclass(frozen=True, slots=True)
class Cast:
    """A typed column; `bad` marks the rows whose value was refused (null in `values`), None if there are none."""

    values: pl.Series
    bad: pl.Series | None


def dtype_of(of: Type) -> pl.DataType:
    """Give the column type that holds encoded values of a type."""
    return stored_type(of)


def cast(frame: pl.DataFrame, cells: Mapping[str, Cell]) -> dict[str, Cast]:
    """Type columns of a frame as their cells say, by header; empty and blank cells and NaN are missing.

    Columns that hold values of their type already are taken as they are. The others are typed in one pass; only
    those with values left over or out of bounds are looked at again.
    """
    found: dict[str, Cast] = {}
    for header, cell in cells.items():
        values = _at_once(frame[header], cell)
        if values is not None:
            found[header] = Cast(values.alias(cell.name), None)
    return found | _worked_out(frame, {header: cell for header, cell in cells.items() if header not in found})


def _worked_out(frame: pl.DataFrame, cells: Mapping[str, Cell]) -> dict[str, Cast]:
    if not cells:
        return {}
    made = frame.select(_without_blanks(header, frame.schema[header]) for header in cells)
    exprs = [_typed(made, header, cell.type).alias(f"{header}{_TYPED}") for header, cell in cells.items()]
    made = made.with_columns(exprs)
    tests: list[pl.Expr] = []
    for header, cell in cells.items():
        left = pl.col(header).is_not_null() & pl.col(f"{header}{_TYPED}").is_null()
        tests.append((left.any() | _outside(pl.col(f"{header}{_TYPED}"), cell).any()).alias(header))
    suspect = made.select(tests).row(0, named=True) if made.height else {}
    found: dict[str, Cast] = {}
    for header, cell in cells.items():
        values = made[f"{header}{_TYPED}"].alias(cell.name)
        found[header] = _settled(made[header], values, cell) if suspect.get(header) else Cast(values, None)
    return found


def _at_once(raw: pl.Series, cell: Cell) -> pl.Series | None:
    """Give the values of a column that stand in it as they are meant; None if it must be looked at more closely."""
    of, dtype = cell.type, raw.dtype
    if raw.null_count() == len(raw):
        return pl.Series([None], dtype=dtype_of(of)).new_from_index(0, len(raw))
    if isinstance(dtype, (pl.Categorical, pl.Enum)):
        return _by_category(raw, cell)
    match of.kind:
        case Kind.BOOLEAN if dtype == pl.Boolean:
            return raw
        case Kind.INTEGER if dtype.is_integer():
            return raw.cast(pl.Int64) if _within(raw, cell, -LARGEST, LARGEST) else None
        case Kind.DATE if dtype == pl.Date:
            days = raw.cast(pl.Int32).cast(pl.Int64)
            return days if _within(days, cell, _FEWEST_DAY, _LAST_DAY) else None
        case Kind.CHOICE if dtype == pl.String:
            return raw if raw.drop_nulls().is_in(list(of.members)).all() else None
        case Kind.TEXT if dtype == pl.String:
            filled = raw.drop_nulls()
            # Stripping only takes away, so equal lengths mean that nothing was blank at the ends.
            left = filled.str.strip_chars(BLANKS).str.len_bytes()
            return raw if ((left == filled.str.len_bytes()) & (left > 0)).all() else None
        case _:
            return None


def _within(numbers: pl.Series, cell: Cell, low: int, high: int) -> bool:
    low = low if cell.low is None else max(low, cell.low)
    high = high if cell.high is None else min(high, cell.high)
    least, most = numbers.min(), numbers.max()
    return isinstance(least, int) and isinstance(most, int) and low <= least and most <= high


def _by_category(raw: pl.Series, cell: Cell) -> pl.Series | None:
    """Type each word of a dictionary-encoded column once; None if one of them is refused or blank."""
    kinds = raw.unique().drop_nulls()
    if len(kinds) > _MOST_KINDS:
        return None
    typed = _worked_out(kinds.cast(pl.String).to_frame(), {raw.name: cell})[raw.name].values
    if typed.null_count():
        return None
    numbers = kinds.to_physical().cast(pl.Int64)
    most = numbers.max()
    assert isinstance(most, int)  # noqa: S101 -- a column without values was taken before
    by_number = pl.Series([None], dtype=typed.dtype).new_from_index(0, most + 1).scatter(numbers, typed)
    return by_number.gather(raw.to_physical())


def _settled(raw: pl.Series, values: pl.Series, cell: Cell) -> Cast:
    left = raw.is_not_null() & values.is_null()
    if left.any():
        values = _one_by_one(raw, values, left, cell.type).alias(cell.name)
    column = pl.col(cell.name)
    values = values.to_frame().select(pl.when(~_outside(column, cell)).then(column)).to_series()
    bad = raw.is_not_null() & values.is_null()
    return Cast(values, bad if bad.any() else None)


def _outside(column: pl.Expr, cell: Cell) -> pl.Expr:
    if cell.low is None and cell.high is None:
        return pl.lit(value=False)
    low = -(2**62) if cell.low is None else cell.low
    high = 2**62 if cell.high is None else cell.high
    return (~column.is_between(low, high)).fill_null(value=False)


def as_written(raw: pl.Series) -> pl.Series:
    """Give the text of raw values, for messages."""
    if isinstance(raw.dtype, pl.List):
        return raw.cast(pl.List(pl.String)).list.join("、")
    if raw.dtype == pl.Binary:
        return pl.Series(raw.name, ["（二进制）"] * len(raw), dtype=pl.String)
    try:
        return raw.cast(pl.String, strict=False)
    except pl.exceptions.InvalidOperationError:
        # Durations, structs and the like: no text that anybody wrote, so no value of any kind.
        return pl.Series(
            raw.name, [None if one is None else f"（{raw.dtype}）" for one in raw], dtype=pl.String
        )


def why_refused(text: str, cell: Cell) -> str:
    """Say why a written value is no value of the cell; for values that `cast` marked bad."""
    try:
        value = parse(text, cell.type)
    except ValueRefusedError as error:
        return str(error)
    low, high = cell.low, cell.high
    if isinstance(value, int) and not ((low is None or value >= low) and (high is None or value <= high)):
        ends = ["不限" if end is None else show(end, cell.type) for end in (low, high)]
        return wording.out_of_bounds(text, ends[0], ends[1])
    return wording.not_a_day(text) if cell.type.kind is Kind.DATE else f"“{text}”不是{cell.type.kind}"


def _without_blanks(header: str, dtype: pl.DataType) -> pl.Expr:
    column = pl.col(header)
    if dtype.is_float():
        return column.fill_nan(None)
    if isinstance(dtype, (pl.Categorical, pl.Enum)):
        column, dtype = column.cast(pl.String), pl.String()
    if dtype == pl.String:
        stripped = column.str.strip_chars(BLANKS)
        return pl.when(stripped != "").then(stripped).alias(header)
    return column


def _typed(made: pl.DataFrame, header: str, of: Type) -> pl.Expr:
    """Type what can be typed at once; the rest is null."""
    target, dtype, column = dtype_of(of), made.schema[header], pl.col(header)
    expression: pl.Expr | None = None
    match of.kind:
        case _ if dtype == pl.Null:
            pass
        case Kind.BOOLEAN:
            expression = _boolean(column, dtype)
        case Kind.INTEGER:
            expression = _integer(column, dtype)
        case Kind.DECIMAL:
            expression = _decimal(column, dtype, of.places)
        case Kind.DATE:
            expression = _date(column, dtype)
        case Kind.CHOICE if dtype == pl.String:
            expression = pl.when(column.is_in(list(of.members))).then(column)
        case Kind.TEXT:
            expression = _text(column, dtype)
        case Kind.CHOICES:
            expression = _choices(column, dtype, of)
        case _:
            pass
    return pl.lit(None, target) if expression is None else expression.cast(target)


def _boolean(column: pl.Expr, dtype: pl.DataType) -> pl.Expr | None:
    if dtype == pl.Boolean:
        return column
    if dtype == pl.String:
        return pl.when(column.is_in(_TRUE)).then(True).when(column.is_in(_FALSE)).then(False)
    if dtype.is_integer() or dtype.is_float():
        return pl.when(column == 1).then(True).when(column == 0).then(False)
    return None


def _integer(column: pl.Expr, dtype: pl.DataType) -> pl.Expr | None:
    if dtype == pl.String:
        number = pl.when(column.str.contains(r"^[+-]?[0-9]{1,12}$")).then(column)
        return number.str.strip_prefix("+").cast(pl.Int64, strict=False)
    if dtype.is_integer():
        return pl.when(column.is_between(-LARGEST, LARGEST)).then(column)
    if dtype.is_float():
        return pl.when((column == column.round(0)) & (column.abs() <= LARGEST)).then(column)
    return None


def _decimal(column: pl.Expr, dtype: pl.DataType, places: int) -> pl.Expr | None:
    factor = 10**places
    if dtype == pl.String:
        digits = min(12, _LONGEST_EXACT - places)
        shape = rf"^[+-]?[0-9]{{1,{digits}}}(\.[0-9]{{1,{places}}})?$" if places else r"^[+-]?[0-9]{1,12}$"
        number = pl.when(column.str.contains(shape)).then(column).str.strip_prefix("+")
        scaled: pl.Expr = (number.cast(pl.Float64, strict=False) * factor).round(0)
        return scaled
    if dtype.is_integer():
        return pl.when(column.is_between(-LARGEST, LARGEST)).then(column.cast(pl.Int64) * factor)
    if dtype.is_float():
        scaled = column.cast(pl.Float64) * factor
        # 0.1 + 0.2 stands for 0.3: a float is the decimal that it is nearest to, if it is near.
        near = (scaled - scaled.round(0)).abs() <= 1e-6 * pl.max_horizontal(pl.lit(1.0), scaled.abs() * 1e-6)
        return pl.when(near & (column.abs() <= LARGEST)).then(scaled.round(0))
    return None


def _date(column: pl.Expr, dtype: pl.DataType) -> pl.Expr | None:
    if dtype == pl.String:
        written = pl.when(column.str.contains(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")).then(column)
        day = written.str.to_date("%Y-%m-%d", strict=False)
    elif dtype == pl.Date:
        day = column
    elif isinstance(dtype, pl.Datetime) and dtype.time_zone is None:
        day = pl.when(column == column.dt.truncate("1d")).then(column.cast(pl.Date))
    else:
        return None
    number = day.cast(pl.Int32).cast(pl.Int64)
    return pl.when(number.is_between(_FEWEST_DAY, _LAST_DAY)).then(number)


def _text(column: pl.Expr, dtype: pl.DataType) -> pl.Expr | None:
    if dtype == pl.String or dtype.is_integer():
        return column.cast(pl.String)
    return None


def _choices(column: pl.Expr, dtype: pl.DataType, of: Type) -> pl.Expr | None:
    if not isinstance(dtype, pl.List) or dtype.inner not in {pl.String, pl.Null}:
        return None
    given = column.cast(pl.List(pl.String))
    known = pl.lit(pl.Series(of.members, dtype=pl.String)).implode()
    stored = choices.to_column(choices.Texts(given), of.members)
    return pl.when(given.list.set_difference(known).list.len() == 0).then(stored)


def _one_by_one(raw: pl.Series, values: pl.Series, left: pl.Series, of: Type) -> pl.Series:
    """Parse the distinct values that are left over, each once, and put them where they belong."""
    written = as_written(raw).alias("written")
    rest = written.filter(left).unique().drop_nulls().sort()
    read = pl.DataFrame(
        {"written": rest, "read": pl.Series([_parsed(text, of) for text in rest], dtype=dtype_of(of))}
    )
    both = pl.DataFrame({"written": written, "value": values}).join(
        read, on="written", how="left", maintain_order="left"
    )
    return both.select(pl.coalesce("value", "read")).to_series().alias(raw.name)


def _parsed(text: str, of: Type) -> bool | int | str | list[str] | None:
    try:
        value = parse(text, of)
    except ValueRefusedError:
        return None
    return choices.stored(value, of.members) if isinstance(value, frozenset) else value
