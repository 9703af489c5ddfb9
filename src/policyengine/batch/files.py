"""Files as raw tables: what stands in them, as written, before the vocabulary gives it types.

CSV is read as UTF-8 (a BOM allowed) or GB18030, whichever fits. A table may also be a folder of Parquet or CSV
files with the same columns, one a province: `events/330000.parquet`.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl
import pyarrow as pa
from pyarrow import csv as arrow_csv

from policyengine.batch import wording
from policyengine.diagnostics import Span
from policyengine.documents import why_not

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from policyengine.diagnostics import Problems

ENDINGS = (".parquet", ".csv", ".xlsx")
ROW = "__row"
_BLOCK = 1 << 24


@dataclass(frozen=True, slots=True)
class Ragged:
    """A line whose number of cells is not that of the header."""

    row: int
    expected: int
    found: int
    text: str


@dataclass(frozen=True, slots=True)
class Raw:
    """One table of one file: headers as written; `lazy` has a column for each, and `__row` (see quarantine.SCHEMA)."""

    name: str
    file: str
    headers: tuple[str, ...]
    lazy: pl.LazyFrame
    ragged: tuple[Ragged, ...] = ()


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """A file of the input and the hash of its bytes."""

    file: str
    bytes: int
    sha256: str


def fingerprint(path: Path, shown_as: str) -> Fingerprint:
    """Hash a file."""
    with path.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    return Fingerprint(shown_as, path.stat().st_size, digest)


def raw_tables(path: Path, shown_as: str, problems: Problems) -> Iterator[Raw]:
    """Open one file; a workbook gives a table for each sheet that is not blank. Problems are collected."""
    nowhere = Span(shown_as, 1, 1, 1, 1)
    try:
        size = path.stat().st_size
        with path.open("rb") as opened:
            opened.read(1)
    except OSError as error:
        problems.add("I002", wording.unreadable(why_not(error)), nowhere, help=wording.SAVE_AGAIN)
        return
    if size == 0:
        problems.add("I005", wording.no_header(), nowhere, help=wording.SAVE_AGAIN)
        return
    try:
        match path.suffix.lower():
            case ".parquet":
                yield _parquet(path, shown_as)
            case ".csv":
                yield from _csv(path, shown_as, problems)
            case ".xlsx":
                yield from _workbook(path, shown_as, problems)
    except pa.ArrowInvalid as error:
        kind = path.suffix.lower().removeprefix(".")
        long_row = "straddling" in str(error)
        message = wording.row_too_long() if long_row else wording.broken_file(kind)
        problems.add("I003", message, nowhere, help=wording.SAVE_AGAIN)
    except (
        pl.exceptions.PolarsError,
        pa.ArrowException,
        OSError,
        ValueError,
        _excel_errors(),
    ):
        kind = path.suffix.lower().removeprefix(".")
        problems.add("I003", wording.broken_file(kind), nowhere, help=wording.SAVE_AGAIN)


def _excel_errors() -> type[Exception]:
    from fastexcel import FastExcelError  # noqa: PLC0415 -- only named here

    return FastExcelError


def _parquet(path: Path, shown_as: str) -> Raw:
    lazy = pl.scan_parquet(path, glob=False)
    headers = tuple(lazy.collect_schema().names())
    # Touch the last rows now, so that a file cut short is told before the work begins.
    lazy.select(pl.len()).collect()
    return Raw(path.stem, shown_as, headers, lazy.with_row_index(ROW, offset=1))


def _csv(path: Path, shown_as: str, problems: Problems) -> Iterator[Raw]:
    encoding = _encoding(path)
    if encoding is None:
        problems.add(
            "I004",
            wording.broken_encoding(),
            Span(shown_as, 1, 1, 1, 1),
            help="用 Excel 或编辑器另存为 UTF-8 编码的 CSV",
        )
        return
    with path.open(encoding="utf-8-sig" if encoding == "utf-8" else encoding, newline="") as opened:
        headers = next(csv.reader(opened), [])
    if not any(header.strip() for header in headers):
        problems.add("I005", wording.no_header(), Span(shown_as, 1, 1, 1, 1), help=wording.SAVE_AGAIN)
        return
    if len({header.strip() for header in headers}) < len(headers):
        # Two columns of one name cannot be told apart; matching the headers reports it.
        yield Raw(path.stem, shown_as, tuple(headers), pl.LazyFrame())
        return
    if not _has_rows(path):
        nothing = pl.LazyFrame(schema=dict.fromkeys(headers, pl.String()))
        yield Raw(path.stem, shown_as, tuple(headers), nothing.with_row_index(ROW, offset=2))
        return
    table, ragged = _arrow_rows(path, headers, encoding)
    frame = pl.DataFrame(table)
    rows = _row_numbers(frame.height, {one.row for one in ragged})
    yield Raw(path.stem, shown_as, tuple(headers), frame.lazy().with_columns(rows), ragged)


def _has_rows(path: Path) -> bool:
    """Whether anything follows the header: the reader refuses a file that ends with it."""
    with path.open("rb") as opened:
        start = opened.read(_BLOCK)
        return len(start) == _BLOCK or len(start.strip(b"\r\n").splitlines()) > 1


def _encoding(path: Path) -> str | None:
    for name in ("utf-8", "gb18030"):
        decoder = codecs.getincrementaldecoder(name)()
        try:
            with path.open("rb") as opened:
                while block := opened.read(_BLOCK):
                    decoder.decode(block)
                decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return name
    return None


def _arrow_rows(path: Path, headers: list[str], encoding: str) -> tuple[pa.Table, tuple[Ragged, ...]]:
    ragged: list[Ragged] = []

    def set_aside(row: Any) -> str:
        ragged.append(Ragged(row.number or 0, row.expected_columns, row.actual_columns, row.text))
        return "skip"

    def read(*, threads: bool) -> pa.Table:
        return arrow_csv.read_csv(
            path,
            read_options=arrow_csv.ReadOptions(
                use_threads=threads, encoding=encoding, column_names=headers, skip_rows=1
            ),
            parse_options=arrow_csv.ParseOptions(
                newlines_in_values=True, invalid_row_handler=set_aside, ignore_empty_lines=False
            )
            if len(headers) > 1
            else arrow_csv.ParseOptions(newlines_in_values=True, invalid_row_handler=set_aside),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(headers, pa.string()), strings_can_be_null=True, null_values=[""]
            ),
        )

    table = read(threads=True)
    if ragged:  # the numbers of rows are known only to the reader that goes line by line
        ragged.clear()
        table = read(threads=False)
    return table, tuple(one for one in ragged if one.text.strip())


def _row_numbers(height: int, skipped: set[int]) -> pl.Series:
    numbers = pl.int_range(2, height + len(skipped) + 2, eager=True, dtype=pl.UInt32).alias(ROW)
    return numbers.filter(~numbers.is_in(list(skipped))) if skipped else numbers


def _workbook(path: Path, shown_as: str, problems: Problems) -> Iterator[Raw]:
    from fastexcel import read_excel  # noqa: PLC0415 -- loads a second reader of spreadsheets

    book = read_excel(path)
    blank = True
    for name in book.sheet_names:
        sheet = book.load_sheet(name, header_row=0, dtypes="string")
        frame = pl.DataFrame(sheet.to_polars())
        headers = tuple(frame.columns)
        if not headers or all(header.startswith("__UNNAMED__") for header in headers):
            continue
        blank = False
        _tell_errors(sheet, headers, f"{shown_as}[{name}]", problems)
        frame = frame.with_row_index(ROW, offset=2)
        filled = pl.any_horizontal(pl.col(headers).is_not_null())
        yield Raw(name, f"{shown_as}[{name}]", headers, frame.lazy().filter(filled))
    if blank:
        problems.add("I005", wording.no_header(), Span(shown_as, 1, 1, 1, 1), help=wording.SAVE_AGAIN)


def _tell_errors(sheet: Any, headers: tuple[str, ...], file: str, problems: Problems) -> None:
    """Tell cells that show an error of a formula (#DIV/0! …): the reader would pass them as empty."""
    _, found = sheet.to_arrow_with_errors()
    for error in found.errors if found else ():
        row, column = error.position
        problems.add(
            "I012",
            wording.formula_error(row + 1, headers[column]),
            Span(file, row + 1, 1, row + 1, 1),
            help=wording.FORMULA_HELP,
        )
