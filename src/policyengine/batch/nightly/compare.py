"""Tonight's verdicts against those of the night before: what changed, and why.

Why is found out by judging again the subjects that changed: by last night's book, on last night's day, and without
the events since. States are fail, undetermined, or neither (empty): passing and not applicable are no news.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

import polars as pl

from policyengine.batch.nightly.judge import ROW, SHOWN, books_needed
from policyengine.batch.nightly.tables import tables_of, waivers_on
from policyengine.engines.columnar.evaluate import evaluate_tables
from policyengine.values import day_number
from policyengine.vocabulary.terms import Subject

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from policyengine.batch.by_type import Events
    from policyengine.batch.nightly.book_changes import BookChanges
    from policyengine.batch.nightly.windows import Window
    from policyengine.rulebook import Shelf
    from policyengine.semantics.ir import Book

SCHEMA: dict[str, pl.DataType] = {
    **dict.fromkeys(
        ("subject", "subject_id", "outlet_id", "province", "rule", "clause", "modality"), pl.String()
    ),
    "before": pl.String(),
    "after": pl.String(),
    "kind": pl.String(),
    "causes": pl.List(pl.String()),
    "detail": pl.String(),
}
_SECONDS = 86_400


class Kind(StrEnum):
    """What became of a verdict."""

    NEW_FAILURE = "new_failure"
    RECOVERY = "recovery"
    NEW_UNDETERMINED = "new_undetermined"
    SETTLED = "settled"  # could not be told, and now neither fails
    GONE = "gone"  # the subject is no longer evaluated


class Cause(StrEnum):
    """Why a verdict is another than the night before."""

    FACTS = "facts"
    RULE = "rule"
    PARAMETER = "parameter"
    OVERLAY = "overlay"
    TIME = "time"
    WAIVER = "waiver"
    UNKNOWN = "unknown"  # last night's book cannot be read any more


@dataclass(frozen=True, slots=True)
class Before:
    """The run to compare with. `shelf` is None if its rule book cannot be used."""

    day: date
    run: Path
    shelf: Shelf | None
    books: Mapping[str, Book] = field(default_factory=dict, repr=False)

    def verdicts(self, provinces: tuple[str, ...]) -> pl.DataFrame:
        """Read the failing and undetermined rows of some provinces."""
        files = [path for one in provinces if (path := self.run / "verdicts" / f"{one}.parquet").exists()]
        columns = (*ROW, "outlet_id", "province", "clause", "modality", "verdict")
        if not files:
            return pl.DataFrame(schema=dict.fromkeys(columns, pl.String()))
        return pl.scan_parquet(files).filter(pl.col("verdict").is_in(SHOWN)).select(columns).collect()


@dataclass(frozen=True, slots=True)
class Comparison:
    """Compares windows with the night before."""

    before: Before
    shelf: Shelf
    books: Mapping[str, Book] = field(repr=False)
    book_changes: BookChanges = field(repr=False)

    def changes(self, window: Window, verdicts: pl.DataFrame) -> pl.DataFrame:
        """Give the changes of a window with the columns of `SCHEMA`; `verdicts` are those of its provinces."""
        columns = (*ROW, "outlet_id", "province", "clause", "modality", "verdict")
        now = verdicts.filter(pl.col("verdict").is_in(SHOWN)).select(columns)
        then = self.before.verdicts(window.provinces)
        both = then.join(now, on=ROW, how="full", coalesce=True, suffix="_now")
        changed = both.select(
            *ROW,
            *(
                pl.coalesce(f"{name}_now", name).alias(name)
                for name in ("outlet_id", "province", "clause", "modality")
            ),
            before=pl.col("verdict").fill_null(""),
            after=pl.col("verdict_now").fill_null(""),
        ).filter(pl.col("before") != pl.col("after"))
        if changed.is_empty():
            return pl.DataFrame(schema=SCHEMA)
        known = pl.concat(
            frame.select(
                pl.lit(str(subject)).alias("subject"),
                pl.col("id").alias("subject_id"),
                pl.coalesce("region", "province").alias("place"),
            )
            for subject, frame in window.part.tables.items()
        )
        changed = changed.join(known, on=("subject", "subject_id"), how="left")
        changed = changed.with_columns(kind=_kind())
        return self._explained(changed.sort(ROW), window)

    def _explained(self, changed: pl.DataFrame, window: Window) -> pl.DataFrame:
        gone = pl.col("kind") == Kind.GONE.value
        told = [_gone(changed.filter(gone))]
        here = changed.filter(~gone)
        if self.before.shelf is None:
            causes = pl.Series([[Cause.UNKNOWN.value]] * here.height, dtype=pl.List(pl.String))
            told.append(here.with_columns(causes=causes, detail=pl.lit("")))
        elif here.height:
            told.append(self._replayed(here, window, self.before.shelf))
        return pl.concat([_shaped(one) for one in told]).sort(ROW)

    def _replayed(self, changed: pl.DataFrame, window: Window, shelf: Shelf) -> pl.DataFrame:
        """Judge the changed subjects again in last night's ways, and read the causes from what comes out."""
        then, part = self.before.day, _only(window, changed)
        old = {layer: replace(book, as_of=part.part.as_of) for layer, book in self.before.books.items()}
        earlier = part.events.before((day_number(then) + 1) * _SECONDS)
        ways = {
            "old_book": _states(part, old, shelf, part.events, part.part.as_of),
            "old_day": _states(part, dict(self.before.books), shelf, earlier, then),
            "old_events": _states(part, old, shelf, earlier, part.part.as_of),
        }
        for name, states in ways.items():
            changed = changed.join(states.rename({"verdict": name}), on=ROW, how="left").with_columns(
                pl.col(name).fill_null("")
            )
        changed = changed.join(self._waived(window), on=("outlet_id", "rule"), how="left")
        rows = [self._causes(row) for row in changed.iter_rows(named=True)]
        return changed.with_columns(
            causes=pl.Series([[str(one) for one in causes] for causes, _ in rows], dtype=pl.List(pl.String)),
            detail=pl.Series([detail for _, detail in rows], dtype=pl.String),
        )

    def _waived(self, window: Window) -> pl.DataFrame:
        """Give the waivers that were in force on one of the two days."""
        days = (window.part.as_of, self.before.day)
        books = (*self.books.values(), *self.before.books.values())
        waivable = sorted({rule.id for book in books for rule in book.rules if rule.waivable})
        found = pl.concat(waivers_on(window.part, day) for day in days).unique(maintain_order=True)
        found = found.filter(pl.col("rule").is_in(waivable))
        return found.rename({"subject_id": "outlet_id"}).with_columns(waived=True)

    def _causes(self, row: Mapping[str, str]) -> tuple[list[Cause], str]:
        causes: list[Cause] = []
        details: list[str] = []
        if row["old_book"] != row["after"]:
            for kind, detail in self.book_changes.of(row["rule"], row["place"]):
                causes.append(Cause(kind))
                details.append(detail)
        if row["old_book"] != row["before"]:
            causes.append(_cause_of_data(row))
        return list(dict.fromkeys(causes)), "；".join(details)


def _kind() -> pl.Expr:
    before, after = pl.col("before"), pl.col("after")
    return (
        pl.when(pl.col("place").is_null())
        .then(pl.lit(Kind.GONE.value))
        .when(after == "fail")
        .then(pl.lit(Kind.NEW_FAILURE.value))
        .when(after == "undetermined")
        .then(pl.lit(Kind.NEW_UNDETERMINED.value))
        .when(before == "fail")
        .then(pl.lit(Kind.RECOVERY.value))
        .otherwise(pl.lit(Kind.SETTLED.value))
    )


def _shaped(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select(pl.col(name).cast(of) for name, of in SCHEMA.items())


def _gone(rows: pl.DataFrame) -> pl.DataFrame:
    causes = pl.Series([[Cause.FACTS.value]] * rows.height, dtype=pl.List(pl.String))
    return rows.with_columns(causes=causes, detail=pl.lit(""))


def _cause_of_data(row: Mapping[str, str]) -> Cause:
    if row["waived"]:
        return Cause.WAIVER
    if row["old_day"] != row["before"]:
        return Cause.FACTS
    # Last night's day and events give last night's verdict: the day alone, or what happened since, made the rest.
    return Cause.TIME if row["old_events"] == row["old_book"] else Cause.FACTS


def _states(part: Window, books: Mapping[str, Book], shelf: Shelf, events: Events, day: date) -> pl.DataFrame:
    one = replace(part.part, as_of=day)
    needed = books_needed(part, books, shelf.layer_of)
    found = evaluate_tables(needed, tables_of(one, events, shelf.layer_of), explain=False).verdicts
    return found.select(pl.col(*ROW, "verdict").cast(pl.String))


def _only(window: Window, changed: pl.DataFrame) -> Window:
    """Keep the subjects that changed, and those above them."""
    tables = dict(window.part.tables)
    ids = {
        str(subject): set(changed.filter(pl.col("subject") == str(subject))["subject_id"])
        for subject in tables
    }
    for subject in (Subject.ITEM, Subject.BATCH, Subject.OPERATOR):
        tables[subject] = _with_ids(tables[subject], ids[str(subject)])
    needed = ids[str(Subject.OUTLET)] | set(tables[Subject.OPERATOR]["outlet_id"].drop_nulls())
    tables[Subject.OUTLET] = _with_ids(tables[Subject.OUTLET], needed)
    needed = ids[str(Subject.INSTITUTION)] | set(tables[Subject.OUTLET]["institution_id"].drop_nulls())
    tables[Subject.INSTITUTION] = _with_ids(tables[Subject.INSTITUTION], needed)
    kept = pl.concat([frame["id"] for frame in tables.values()]).unique()
    events = window.events.of_subjects(kept)
    return replace(window, part=replace(window.part, tables=tables), events=events)


def _with_ids(frame: pl.DataFrame, ids: set[str]) -> pl.DataFrame:
    return frame.filter(pl.col("id").is_in(sorted(ids)))


def gone_with_province(before: Before, provinces: tuple[str, ...]) -> pl.DataFrame:
    """Give the changes of provinces that tonight's input no longer has."""
    names = sorted(path.stem for path in (before.run / "verdicts").glob("*.parquet"))
    rows = before.verdicts(tuple(name for name in names if name not in provinces))
    frame = rows.rename({"verdict": "before"}).with_columns(after=pl.lit(""), kind=pl.lit(Kind.GONE.value))
    return _shaped(_gone(frame)).sort(ROW)
