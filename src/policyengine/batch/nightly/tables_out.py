"""The tables of a run, as Parquet; each row carries its date, so that the runs of a store read as one table."""

from __future__ import annotations

import errno
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from policyengine.batch.nightly import wording
from policyengine.batch.nightly.compare import SCHEMA as CHANGES
from policyengine.batch.quarantine import frame_of
from policyengine.diagnostics import RefusedError
from policyengine.semantics.ir import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date
    from pathlib import Path

    from policyengine.batch.quarantine import SetAside
    from policyengine.semantics.ir import Book

_NO_ROOM = {errno.ENOSPC, errno.EFBIG, errno.EDQUOT}


class StoreUnwritableError(RefusedError):
    """The run cannot be written; the message is for people."""


@contextmanager
def writing(store: Path) -> Iterator[None]:
    """Tell people why writing failed.

    Raises:
        StoreUnwritableError: if there is no room, or no permission.

    """
    try:
        yield
    except (OSError, pl.exceptions.PolarsError) as error:
        number = error.errno if isinstance(error, OSError) else None
        text = str(error)
        full = number in _NO_ROOM or any(
            word in text for word in ("No space left", "File too large", "quota")
        )
        reason = wording.no_room(str(store)) if full else wording.cannot_write(str(store), text)
        raise StoreUnwritableError(reason) from error


@dataclass(slots=True)
class Out:
    """Writes the tables of one run into a folder."""

    folder: Path
    store: Path
    day: date
    rows: dict[str, int] = field(default_factory=dict)

    def by_province(self, table: str, frame: pl.DataFrame, provinces: Iterable[str]) -> None:
        """Write a part for each province, `verdicts/330000.parquet`; empty parts too, so that a table always reads."""
        parts = frame.partition_by("province", as_dict=True)
        for province in provinces:
            self.write(f"{table}/{province}", parts.get((province,), frame.clear()))

    def write(self, name: str, frame: pl.DataFrame) -> None:
        """Write one file.

        Raises:
            StoreUnwritableError: if there is no room, or no permission.

        """
        path = self.folder / f"{name}.parquet"
        table = name.split("/", maxsplit=1)[0]
        self.rows[table] = self.rows.get(table, 0) + frame.height
        with writing(self.store):
            path.parent.mkdir(parents=True, exist_ok=True)
            frame.with_columns(date=pl.lit(self.day)).write_parquet(path, compression="zstd", statistics=True)


def rules_table(counts: Iterable[pl.DataFrame], books: Mapping[str, Book]) -> pl.DataFrame:
    """Give one row a rule and province: what the rule is, and how many verdicts of each kind it gave."""
    schema = {"subject": pl.String, "rule": pl.String, "modality": pl.String, "province": pl.String,
              "verdict": pl.String, "count": pl.Int64}  # fmt: skip
    every = pl.concat([pl.DataFrame(schema=schema), *counts])
    # A city may raise a 宜 to 应 within its province: both stand, each with its numbers.
    named = {rule.id: (rule.title, rule.clause) for book in books.values() for rule in book.rules}
    known = pl.DataFrame(
        [(rule, title, clause) for rule, (title, clause) in named.items()],
        schema={"rule": pl.String, "title": pl.String, "clause": pl.String},
        orient="row",
    )
    numbers = [
        pl.col("count").filter(pl.col("verdict") == verdict.value).sum().alias(verdict.value)
        for verdict in Verdict
    ]
    found = (
        every.group_by("rule", "province", "subject", "modality")
        .agg(numbers)
        .join(known, on="rule", how="left")
    )
    columns = (
        "rule",
        "title",
        "clause",
        "modality",
        "subject",
        "province",
        *(verdict.value for verdict in Verdict),
    )
    return found.select(columns).sort("rule", "province", "modality")


def quarantine_table(entries: Iterable[SetAside]) -> pl.DataFrame:
    """Give everything set aside, by table, file, row and field."""
    return frame_of(entries)


def no_changes() -> pl.DataFrame:
    """Give a table of changes without rows."""
    return pl.DataFrame(schema=CHANGES)
