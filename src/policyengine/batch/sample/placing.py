"""Writes a sample: tables under their names, the truth beside them, and a page that says it is synthetic."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from policyengine.batch.layouts import EVENT_TYPE, EVENTS, layouts_of
from policyengine.batch.sample.breakage import QUARANTINED
from policyengine.batch.sample.happenings import PLAIN
from policyengine.batch.sample.planting import TRUTH
from policyengine.batch.sample.wording import readme
from policyengine.values import Kind

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from policyengine.batch.layouts import Cell, Layout
    from policyengine.vocabulary.terms import Vocabulary

SINGLE_TABLES = frozenset({"institutions", "item_lists", "rollout_batches", "provinces"})
_ROWS = 250_000
# Texts of events that are drawn from short lists.
_FEW = frozenset({EVENT_TYPE.name, "岗位", "事项编号", "清单编号", "批次编号", "政策编号"})


class Writer:
    """Takes the tables of one province after the other.

    Parquet: outlets, operators and events are folders with a file a province; headers are ASCII. CSV: one file a
    table; headers are Chinese, the file begins with a BOM, so that spreadsheets show it right.
    """

    def __init__(self, out: Path, vocabulary: Vocabulary, form: str) -> None:
        self.out = out
        self.vocabulary = vocabulary
        self.csv = form == "csv"
        self.layouts = layouts_of(vocabulary)
        self.held: dict[str, list[pl.DataFrame]] = {}
        self.truth: list[pl.DataFrame] = [pl.DataFrame(schema=TRUTH)]
        self.quarantined: list[pl.DataFrame] = [pl.DataFrame(schema=QUARANTINED)]
        self.files: list[str] = []
        out.mkdir(parents=True, exist_ok=True)

    def write(self, table: str, frame: pl.DataFrame, province: str) -> None:
        """Take one table of one province; tables without a province of their own are held to the end."""
        shaped = _shaped(frame, self.layouts[table], chinese=self.csv)
        if self.csv or not province:
            self.held.setdefault(table, []).append(shaped)
        else:
            (self.out / table).mkdir(exist_ok=True)
            self._put(shaped, f"{table}/{province}.parquet")

    def say(self, truth: pl.DataFrame, quarantined: pl.DataFrame) -> None:
        """Take what was planted in one province."""
        self.truth.append(truth)
        self.quarantined.append(quarantined)

    def finish(self, late: int, as_of: date, seed: int) -> None:
        """Write what was held, the truth and the page."""
        ending = "csv" if self.csv else "parquet"
        for table, frames in self.held.items():
            self._put(pl.concat(frames), f"{table}.{ending}")
        (self.out / "truth").mkdir(exist_ok=True)
        truth = pl.concat(self.truth).sort("subject", "subject_id", "rule")
        self._put(truth, f"truth/violations.{ending}")
        counts = pl.concat(self.quarantined).sort("table", "code", "subject_id")
        self._put(counts, f"truth/quarantine.{ending}")
        page = readme(as_of, seed, truth, counts, late)
        (self.out / "README.md").write_text(page, encoding="utf-8")
        self.files.append("README.md")

    def _put(self, frame: pl.DataFrame, name: str) -> None:
        path = self.out / name
        if self.csv:
            frame.write_csv(path, include_bom=True, datetime_format="%Y-%m-%d %H:%M:%S")
        else:
            frame.write_parquet(path, compression="zstd", row_group_size=_ROWS, statistics=True)
        self.files.append(name)


def _repeats(cell: Cell, layout: Layout) -> bool:
    """Whether a column has few different words, which are then written once each."""
    return cell.type.kind in {Kind.CHOICE, Kind.CHOICES} or (layout.file == EVENTS and cell.name in _FEW)


def _shaped(frame: pl.DataFrame, layout: Layout, *, chinese: bool) -> pl.DataFrame:
    """Put the columns in the layout's order; only those that the layout knows. CSV writes 是 and 否."""
    columns = []
    for cell in layout.cells:
        if cell.name not in frame.columns:
            continue
        column = pl.col(cell.name)
        if chinese and cell.type.kind is Kind.BOOLEAN:
            column = pl.when(column).then(pl.lit("是")).when(~column).then(pl.lit("否"))
        elif frame.schema[cell.name] == pl.Null:
            column = column.cast(pl.String)
        elif not chinese and frame.schema[cell.name] == pl.String and _repeats(cell, layout):
            column = column.cast(pl.Categorical)
        columns.append(column.alias(cell.name if chinese else cell.column))
    missing = [cell for cell in layout.cells if cell.name not in frame.columns and layout.subject is None]
    columns += [
        pl.lit(None, PLAIN[cell.type.kind]).alias(cell.name if chinese else cell.column) for cell in missing
    ]
    return frame.select(columns)
