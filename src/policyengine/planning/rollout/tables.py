"""A plan's list as the input tables that the night reads, with Chinese headers and values as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from policyengine.values import show
from policyengine.vocabulary.terms import Subject

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from policyengine.engines.cases import Case
    from policyengine.planning.rollout.check import Listing
    from policyengine.vocabulary.terms import Vocabulary


def tables_of(listing: Listing, vocabulary: Vocabulary) -> dict[str, pl.DataFrame]:
    """Give item_lists, rollout_batches and provinces by table name."""
    cases: dict[Subject, Iterable[Case]] = {
        Subject.ITEM: listing.items,
        Subject.BATCH: listing.batches,
        Subject.PROVINCE: [listing.own] if listing.own else [],
    }
    return {vocabulary.table_of[one].file: _table(some, one, vocabulary) for one, some in cases.items()}


def _table(cases: Iterable[Case], subject: Subject, vocabulary: Vocabulary) -> pl.DataFrame:
    table = vocabulary.table_of[subject]
    rows: list[tuple[str | None, ...]] = []
    for case in cases:
        above = [case.province for _ in table.references]
        cells = (
            show(case.values[term.name], term.type) if term.name in case.values else None
            for term in table.terms
        )
        rows.append((case.id, *above, *cells))
    headers = [
        table.key.name,
        *(one.name for _, one in table.references),
        *(term.name for term in table.terms),
    ]
    return pl.DataFrame(rows, schema=dict.fromkeys(headers, pl.String), orient="row")


def write_tables(listing: Listing, vocabulary: Vocabulary, folder: Path) -> list[Path]:
    """Write the tables as CSV (with a BOM, or spreadsheets read Chinese wrongly); gives the paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, frame in tables_of(listing, vocabulary).items():
        path = folder / f"{name}.csv"
        frame.write_csv(path, include_bom=True)
        paths.append(path)
    return paths
