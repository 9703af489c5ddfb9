"""Verdicts of one window, by whichever engine, in one shape and order."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import polars as pl

from policyengine.batch.cases import cases
from policyengine.batch.nightly.tables import layers, tables_of
from policyengine.engines.columnar.evaluate import evaluate_tables
from policyengine.engines.rows import COLUMNS, verdict_rows
from policyengine.semantics.ir import Modality, Verdict
from policyengine.semantics.rollup import Conclusion
from policyengine.vocabulary.terms import Subject

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from policyengine.batch.nightly.windows import Window
    from policyengine.engines.findings import Engine, Finding
    from policyengine.semantics.ir import Book

VERDICTS: dict[str, pl.DataType] = dict.fromkeys(COLUMNS, pl.String()) | {"missing": pl.List(pl.String())}
COUNTS: dict[str, pl.DataType] = dict.fromkeys(
    ("subject", "rule", "modality", "province", "verdict"), pl.String()
) | {"count": pl.Int64()}
DUE: dict[str, pl.DataType] = dict.fromkeys(
    ("subject", "subject_id", "outlet_id", "province", "rule", "clause", "event"), pl.String()
) | {"day": pl.Date()}
SHOWN = ("fail", "undetermined")
ROW = ("subject", "subject_id", "rule")


@dataclass(frozen=True, slots=True)
class Judged:
    """Verdict rows (all, or failing and undetermined), numbers by rule, province and verdict, and open obligations.

    Columns: `VERDICTS`, `COUNTS`, `DUE`; rows in the order of subject, id and rule.
    """

    verdicts: pl.DataFrame = field(repr=False)
    counts: pl.DataFrame = field(repr=False)
    due: pl.DataFrame = field(repr=False)


class Judge(Protocol):
    """Judges a window by the books of its layers."""

    def __call__(self, window: Window, books: Mapping[str, Book], *, keep_all: bool) -> Judged:
        """Give the verdicts of every subject of the window, institutions of other provinces included."""
        ...


@dataclass(frozen=True, slots=True)
class ByColumns:
    """The columnar engine."""

    layer_of: Callable[[str], str]

    def __call__(self, window: Window, books: Mapping[str, Book], *, keep_all: bool) -> Judged:
        """Judge all rows at once."""
        found = evaluate_tables(
            books_needed(window, books, self.layer_of),
            tables_of(window.part, window.events, self.layer_of),
            keep_all=keep_all,
        )
        return in_order(found.verdicts, found.counts, found.due)


@dataclass(frozen=True, slots=True)
class ByCases:
    """An engine that judges case by case."""

    layer_of: Callable[[str], str]
    engine: Engine
    batch: int = 500

    def __call__(self, window: Window, books: Mapping[str, Book], *, keep_all: bool) -> Judged:
        """Judge case by case."""
        verdicts: list[tuple[object, ...]] = []
        counts: dict[tuple[str, ...], int] = {}
        due: list[tuple[object, ...]] = []
        events = window.events.whole()
        for subject in Subject:
            if subject not in window.part.tables:
                continue
            by_layer: dict[str, list[object]] = {}
            for case in cases(window.part, subject, events):
                by_layer.setdefault(self.layer_of(case.region or case.province), []).append(case)
            for layer, some in by_layer.items():
                book = books[layer]
                findings = list(self.engine.evaluate(book, some))  # type: ignore[arg-type]
                _count(findings, book, counts, due)
                shown = findings if keep_all else [one for one in findings if one.verdict.value in SHOWN]
                verdicts += verdict_rows(shown, book)
        return in_order(
            pl.DataFrame(verdicts, schema=VERDICTS, orient="row"),
            pl.DataFrame([(*key, number) for key, number in counts.items()], schema=COUNTS, orient="row"),
            pl.DataFrame(due, schema=DUE | {"day": pl.Int32()}, orient="row"),
        )


def _count(
    findings: Iterable[Finding], book: Book, counts: dict[tuple[str, ...], int], due: list[tuple[object, ...]]
) -> None:
    rules = {rule.id: rule for rule in book.rules}
    for one in findings:
        rule = rules[one.rule]
        key = (str(one.subject), one.rule, str(rule.modality), one.province, one.verdict.value)
        counts[key] = counts.get(key, 0) + 1
        due += (
            (
                str(one.subject),
                one.subject_id,
                one.outlet_id,
                one.province,
                one.rule,
                rule.clause,
                owed.event,
                owed.day,
            )
            for owed in one.evidence.due
        )


def in_order(verdicts: pl.DataFrame, counts: pl.DataFrame, due: pl.DataFrame) -> Judged:
    """Give frames of any engine the one shape and order."""
    return Judged(
        verdicts.select(pl.col(name).cast(of) for name, of in VERDICTS.items()).sort(
            ROW, maintain_order=True
        ),
        counts.select(pl.col(name).cast(of) for name, of in COUNTS.items())
        .group_by(pl.exclude("count"))
        .agg(pl.col("count").sum())
        .sort(pl.exclude("count")),
        due.select(pl.col(name).cast(of) for name, of in DUE.items()).sort(
            *ROW, "day", "event", maintain_order=True
        ),
    )


def books_needed(
    window: Window, books: Mapping[str, Book], layer_of: Callable[[str], str]
) -> dict[str, Book]:
    """Give the books of the layers that stand in a window, the nation's first."""
    present = {layer for frame in window.part.tables.values() for layer in layers(frame, layer_of).unique()}
    return {layer: book for layer, book in books.items() if layer in present}


def roll_up(window: Window, verdicts: pl.DataFrame, layer_of: Callable[[str], str]) -> pl.DataFrame:
    """Fold the 应 rules of outlets, operators and institutions into one row an outlet.

    Columns: `outlet_id, outlet_name, institution_id, province, region, county, layer, conclusion, failed,
    undetermined` (numbers of verdicts); by id.
    """
    deciding = verdicts.filter(pl.col("modality") == str(Modality.SHALL), pl.col("verdict").is_in(SHOWN))
    institution = pl.col("subject") == str(Subject.INSTITUTION)
    of_outlets = deciding.filter(~institution, pl.col("outlet_id") != "").group_by("outlet_id")
    of_institutions = deciding.filter(institution).group_by("subject_id")
    failed = (pl.col("verdict") == Verdict.FAIL.value).sum()
    unknown = (pl.col("verdict") == Verdict.UNDETERMINED.value).sum()
    outlets = window.part.tables[Subject.OUTLET]
    called = pl.col("name").fill_null("")
    frame = outlets.select(
        pl.col("id").alias("outlet_id"),
        called.alias("outlet_name"),
        "institution_id",
        "province",
        "region",
        pl.col("region").str.slice(0, 6).alias("county"),
        layers(outlets, layer_of).alias("layer"),
    )
    frame = frame.join(of_outlets.agg(f1=failed, u1=unknown), on="outlet_id", how="left").join(
        of_institutions.agg(f2=failed, u2=unknown),
        left_on="institution_id",
        right_on="subject_id",
        how="left",
    )
    numbers = frame.with_columns(
        failed=(pl.col("f1").fill_null(0) + pl.col("f2").fill_null(0)).cast(pl.Int64),
        undetermined=(pl.col("u1").fill_null(0) + pl.col("u2").fill_null(0)).cast(pl.Int64),
    )
    conclusion = (
        pl.when(pl.col("failed") > 0)
        .then(pl.lit(str(Conclusion.UNQUALIFIED)))
        .when(pl.col("undetermined") > 0)
        .then(pl.lit(str(Conclusion.PENDING)))
        .otherwise(pl.lit(str(Conclusion.QUALIFIED)))
    )
    return (
        numbers.with_columns(conclusion=conclusion)
        .select(
            "outlet_id", "outlet_name", "institution_id", "province", "region", "county", "layer", "conclusion",
            "failed", "undetermined",
        )
        .sort("outlet_id")
    )  # fmt: skip


def of_provinces(judged: Judged, provinces: Iterable[str], *, keep_all: bool) -> Judged:
    """Leave out institutions of other provinces, told with their own, and rows that are not to be shown."""
    here = pl.col("province").is_in(list(provinces))
    shown = here if keep_all else here & pl.col("verdict").is_in(SHOWN)
    return Judged(judged.verdicts.filter(shown), judged.counts.filter(here), judged.due.filter(here))
