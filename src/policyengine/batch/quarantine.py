"""Rows that were set aside, each with where it stands, what was written and why it cannot be used."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterable

# file, row: where. Rows of CSV and Excel count the header as row 1; Parquet and data frames count data rows from 1.
SCHEMA: dict[str, pl.DataType] = {
    "table": pl.String(),
    "file": pl.String(),
    "row": pl.Int64(),
    "subject_id": pl.String(),
    "field": pl.String(),
    "value": pl.String(),
    "code": pl.String(),
    "reason": pl.String(),
}


class Why(StrEnum):
    """The kinds of reasons, for counting."""

    RAGGED = "ragged"
    MISSING = "missing"
    BAD_VALUE = "bad_value"
    OUT_OF_BOUNDS = "out_of_bounds"
    DUPLICATE = "duplicate"
    REPEATED = "repeated"
    UNKNOWN_REFERENCE = "unknown_reference"
    QUARANTINED_REFERENCE = "quarantined_reference"
    UNKNOWN_DIVISION = "unknown_division"
    UNKNOWN_EVENT = "unknown_event"
    FUTURE = "future"
    OUT_OF_ORDER = "out_of_order"
    WRONG_PROVINCE = "wrong_province"


@dataclass(frozen=True, slots=True)
class SetAside:
    """One reason why one row is not used. A row has one entry for each thing that is wrong with it."""

    table: str
    file: str
    row: int
    subject_id: str
    field: str
    value: str
    code: Why
    reason: str


@dataclass(slots=True)
class Quarantine:
    """Collects the rows that are set aside while tables are read."""

    entries: list[SetAside] = field(default_factory=list)

    def frame(self) -> pl.DataFrame:
        """Give everything set aside as a table, by table, file, row and field."""
        return frame_of(self.entries)


def frame_of(entries: Iterable[SetAside]) -> pl.DataFrame:
    """Give entries as a table with the columns of `SCHEMA`, by table, file, row and field."""
    rows = [
        (one.table, one.file, one.row, one.subject_id, one.field, one.value, one.code.value, one.reason)
        for one in entries
    ]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row").sort("table", "file", "row", "field", "reason")
