"""Raw tables typed by the vocabulary; rows that cannot be used go to quarantine, each with every reason.

A typed frame has the columns `__file` (index into `files`), `__row`, and one by Chinese name for each cell of the
layout; cells that no file had are empty.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from policyengine.batch import wording
from policyengine.batch.casts import as_written, cast, dtype_of, why_refused
from policyengine.batch.files import ROW
from policyengine.batch.layouts import match_headers
from policyengine.batch.moments import cast_moments
from policyengine.batch.moments import why_refused as why_no_moment
from policyengine.batch.quarantine import SetAside, Why
from policyengine.values import moment_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from policyengine.batch.files import Raw
    from policyengine.batch.layouts import Cell, Layout
    from policyengine.batch.quarantine import Quarantine
    from policyengine.diagnostics import Problems

FILE = "__file"
_PLACE = "__place"
_TOGETHER = 300_000  # rows


@dataclass(slots=True)
class Typed:
    """One table, typed, with the names of the files that its rows came from."""

    layout: Layout
    frame: pl.DataFrame
    quarantine: Quarantine
    files: list[str] = field(default_factory=list)
    rows_read: int = 0
    body: pl.DataFrame | None = None

    def narrow(self, columns: Sequence[str]) -> None:
        """Go on with a few columns; setting rows aside would copy the whole table each time."""
        self.body = self.frame
        # A query would align the pieces of all columns first, which copies the table.
        few = [self.frame.get_column(name) for name in (FILE, ROW, *columns)]
        self.frame = pl.DataFrame(few).with_row_index(_PLACE)

    def widen(self) -> None:
        """Take back the other columns, for the rows that are left; columns of the narrow frame win."""
        assert self.body is not None  # noqa: S101 -- narrowed before
        changed = self.frame.drop(_PLACE)
        body = self.body.drop(changed.columns, strict=False)
        places, self.body = self.frame[_PLACE], None
        self.frame = changed
        kept = None
        if places.is_sorted():  # a filter is far faster than picking rows
            every = pl.repeat(value=False, n=body.height, dtype=pl.Boolean, eager=True)
            kept = None if len(places) == body.height else every.scatter(places, values=True)
        elif body.width:
            body = body[places]
        # Column by column, so that no second table stands beside the first.
        columns = []
        for name in body.columns:
            column = body.drop_in_place(name)
            columns.append(column if kept is None else column.filter(kept))
        self.frame = self.frame.hstack(columns)

    def set_aside(self, bad: pl.Series, cell: str, code: Why, reason: Callable[[str], str]) -> None:
        """Move the rows marked in `bad` to quarantine; `reason` is told the value of the cell."""
        if not bad.any():
            return
        columns = [FILE, ROW, self.layout.key.name, cell]
        moments = {one.name for one in self.layout.cells if one.moment}
        for file, row, key, value in (
            self.frame.filter(bad)
            .select(pl.col(name).alias(str(place)) for place, name in enumerate(columns))
            .iter_rows()
        ):
            shown = "" if value is None else str(moment_of(value) if cell in moments else value)
            entry = SetAside(
                self.layout.file, self.files[file], row, key or "", cell, shown, code, reason(shown)
            )
            self.quarantine.entries.append(entry)
        self.frame = self.frame.filter(~bad)


def matched(raws: Sequence[Raw], layout: Layout, problems: Problems) -> list[tuple[Raw, dict[str, Cell]]]:
    """Match the headers of every file of a table; what is wrong goes to `problems`."""
    return [(raw, match_headers(list(raw.headers), layout, raw.file, problems)) for raw in raws]


def typed(parts: Sequence[tuple[Raw, dict[str, Cell]]], layout: Layout, quarantine: Quarantine) -> Typed:
    """Read and type all files of one table."""
    table = Typed(layout, pl.DataFrame(), quarantine)
    pending: list[tuple[pl.DataFrame, dict[str, Cell]]] = []
    done: list[pl.DataFrame] = []
    for raw, headers in parts:
        table.files.append(raw.file)
        for one in raw.ragged:
            reason = wording.ragged(one.expected, one.found)
            quarantine.entries.append(
                SetAside(layout.file, raw.file, one.row, "", "", one.text[:200], Why.RAGGED, reason)
            )
        frame = raw.lazy.select(ROW, *headers).collect().rechunk()
        if all(frame[header].null_count() for header in headers):  # else no row is blank
            frame = frame.filter(pl.any_horizontal(pl.col(list(headers)).is_not_null()))
        table.rows_read += frame.height + len(raw.ragged)
        place = pl.lit(len(table.files) - 1, pl.UInt16).alias(FILE)
        frame = frame.with_columns(place, pl.col(ROW).cast(pl.UInt32))
        if pending and not _goes_with(pending, frame):
            done.append(_typed_part(pl.concat([one for one, _ in pending]), pending[0][1], table))
            pending = []
        pending.append((frame, headers))
    done.append(_typed_part(pl.concat([one for one, _ in pending]), pending[0][1], table))
    table.frame = pl.concat(done)
    return table


def _goes_with(pending: list[tuple[pl.DataFrame, dict[str, Cell]]], frame: pl.DataFrame) -> bool:
    """Whether a part may be typed together with those before it: many small parts cost more than few large ones."""
    return pending[0][0].schema == frame.schema and sum(one.height for one, _ in pending) < _TOGETHER


def _typed_part(frame: pl.DataFrame, headers: dict[str, Cell], table: Typed) -> pl.DataFrame:
    plain = {header: cell for header, cell in headers.items() if not cell.moment}
    results = {headers[header].name: one for header, one in cast(frame, plain).items()}
    for header, cell in headers.items():
        if cell.moment:
            results[cell.name] = cast_moments(frame[header], cell.name)
    source = {cell.name: header for header, cell in headers.items()}
    columns: list[pl.Series | pl.Expr] = []
    bad_values: list[tuple[Cell, pl.Series]] = []
    for cell in table.layout.cells:
        if cell.name not in results:
            absent = pl.Int64() if cell.moment else dtype_of(cell.type)
            columns.append(pl.lit(None, absent).alias(cell.name))
            continue
        result = results[cell.name]
        columns.append(result.values)
        bad = result.bad
        if cell.required and result.values.null_count():
            bad = result.values.is_null() if bad is None else bad | result.values.is_null()
        if bad is not None:
            bad_values.append((cell, bad))
    whole = frame.select(FILE, ROW).with_columns(columns)
    if not bad_values:
        return whole
    key = whole[table.layout.key.name]
    bad_rows = pl.repeat(value=False, n=frame.height, dtype=pl.Boolean, eager=True)
    for cell, bad in bad_values:
        bad_rows |= bad
        places = frame.select(FILE, ROW).filter(bad)
        _report(cell, places, as_written(frame[source[cell.name]].filter(bad)), key.filter(bad), table)
    return whole.filter(~bad_rows)


def _report(cell: Cell, places: pl.DataFrame, written: pl.Series, keys: pl.Series, table: Typed) -> None:
    for (file, row), text, key in zip(places.iter_rows(), written, keys, strict=True):
        if text is None or not text.strip():
            code, reason = Why.MISSING, wording.required(cell.name)
        else:
            reason = why_no_moment(text.strip()) if cell.moment else why_refused(text, cell)
            code = Why.OUT_OF_BOUNDS if wording.is_out_of_bounds(reason) else Why.BAD_VALUE
        entry = SetAside(
            table.layout.file, table.files[file], row, key or "", cell.name, text or "", code, reason
        )
        table.quarantine.entries.append(entry)


def repeated(keys: pl.Series) -> pl.Series:
    """Mark what stands more than once; numbers made of the keys tell most of those that do not."""
    alike = keys.hash().is_duplicated()
    if alike.any():
        places = alike.arg_true()
        alike = alike.scatter(places, keys.gather(places).is_duplicated())
    return alike


def drop_duplicates(table: Typed) -> set[str]:
    """Settle rows that share a key: copies leave the first, rows that differ are all set aside.

    Gives the keys that were lost altogether.
    """
    key = table.layout.key.name
    frame = table.frame
    twice = repeated(frame[key])
    if not twice.any():
        return set()
    content = [cell.name for cell in table.layout.cells if cell.name != key]
    shared = frame.with_row_index("__nth").filter(twice)
    if table.body is not None:
        rest = [name for name in content if name not in shared.columns]
        shared = pl.concat([shared, table.body[shared[_PLACE]].select(rest)], how="horizontal")
    # Equality of whole rows is asked of the few that share a key, by a text that tells null from empty.
    shared = shared.with_columns(pl.struct(content).map_elements(repr, return_dtype=pl.String).alias("__all"))
    groups = shared.group_by(key, maintain_order=True).agg(
        pl.col("__all").n_unique().alias("kinds"), pl.col("__nth").min().alias("first")
    )
    shared = shared.join(groups, on=key, how="left", maintain_order="left")
    differ = set(shared.filter(pl.col("kinds") > 1)["__nth"])
    copies = set(shared.filter((pl.col("kinds") == 1) & (pl.col("__nth") != pl.col("first")))["__nth"])
    place = pl.int_range(frame.height, eager=True)
    is_differing = place.is_in(list(differ))
    is_copy = place.is_in(list(copies))
    lost = set(frame[key].filter(is_differing))
    table.set_aside(is_copy, key, Why.REPEATED, lambda value: wording.repeated(key, value))
    table.set_aside(
        is_differing.filter(~is_copy), key, Why.DUPLICATE, lambda value: wording.duplicated(key, value)
    )
    return lost
