"""Evaluate an input case by case with any engine, and roll its verdicts up to outlets."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

import polars as pl

from policyengine.batch.cases import cases
from policyengine.engines.rows import COLUMNS, verdict_rows
from policyengine.semantics.ir import Modality, Verdict
from policyengine.semantics.rollup import Conclusion
from policyengine.vocabulary.terms import Subject

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from policyengine.batch.sources import Input
    from policyengine.engines.cases import Case
    from policyengine.engines.findings import Engine, Finding
    from policyengine.semantics.ir import Book

SCHEMA = dict.fromkeys(COLUMNS, pl.String()) | {"missing": pl.List(pl.String())}
_SLICE = 500


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What an evaluation says.

    rows: verdict rows with the columns of the contract. outlets: one row an outlet: `outlet_id`, `outlet_name`,
    `province`, `region`, `conclusion` (合格, 待核实, 不合格), `failed` and `undetermined` (numbers of 应 rules). counts:
    `rule`, `verdict` and `number`, passes included, whether or not rows were kept. dues: `subject`, `subject_id`,
    `outlet_id`, `rule`, `event`, `day`.
    """

    rows: pl.DataFrame = field(repr=False)
    outlets: pl.DataFrame = field(repr=False)
    counts: pl.DataFrame = field(repr=False)
    dues: pl.DataFrame = field(repr=False)


def evaluate(
    one: Input,
    book_of: Callable[[str], Book],
    engine: Engine,
    *,
    keep_all: bool = False,
    progress: Callable[[int], None] | None = None,
) -> Evaluation:
    """Judge every subject of an input by the book of its place.

    `book_of` gives the book of a division code. Rows of failing and undetermined verdicts are kept; all of them
    with `keep_all`. `progress` is told the number of subjects judged after each slice.
    """
    events = one.events_of().events.whole()
    kept: list[tuple[object, ...]] = []
    deciding: list[tuple[str, str, str]] = []
    counts: dict[tuple[str, str], int] = {}
    dues: list[tuple[str, str, str, str, str, int]] = []
    for subject in one.tables:
        for book, judged in _by_book(cases(one, subject, events), book_of):
            findings = list(engine.evaluate(book, judged))
            modality = {rule.id: rule.modality for rule in book.rules}
            _count(findings, counts, dues)
            deciding += _deciding(findings, modality)
            wanted = (
                findings
                if keep_all
                else [f for f in findings if f.verdict in {Verdict.FAIL, Verdict.UNDETERMINED}]
            )
            kept += verdict_rows(wanted, book)
            if progress:
                progress(len(judged))
    return Evaluation(
        pl.DataFrame(kept, schema=SCHEMA, orient="row"),
        roll_up(one, deciding),
        pl.DataFrame([(*key, number) for key, number in sorted(counts.items())], schema={"rule": pl.String, "verdict": pl.String, "number": pl.Int64}, orient="row"),
        pl.DataFrame(
            dues,
            schema={"subject": pl.String, "subject_id": pl.String, "outlet_id": pl.String, "rule": pl.String, "event": pl.String, "day": pl.Date},
            orient="row",
        ),
    )  # fmt: skip


def _by_book(judged: Iterator[Case], book_of: Callable[[str], Book]) -> Iterator[tuple[Book, list[Case]]]:
    while batch := list(islice(judged, _SLICE)):
        groups: dict[str, tuple[Book, list[Case]]] = {}
        for case in batch:
            book = book_of(case.region or case.province)
            groups.setdefault(book.layer, (book, []))[1].append(case)
        yield from groups.values()


def _count(
    findings: Iterable[Finding],
    counts: dict[tuple[str, str], int],
    dues: list[tuple[str, str, str, str, str, int]],
) -> None:
    for one in findings:
        key = (one.rule, one.verdict.value)
        counts[key] = counts.get(key, 0) + 1
        dues += [
            (str(one.subject), one.subject_id, one.outlet_id, one.rule, due.event, due.day)
            for due in one.evidence.due
        ]


def _deciding(findings: Iterable[Finding], modality: dict[str, Modality]) -> Iterator[tuple[str, str, str]]:
    """Give (subject, id that finds its outlets, verdict) of what decides about outlets."""
    for one in findings:
        if modality[one.rule] is Modality.SHALL and one.verdict in {Verdict.FAIL, Verdict.UNDETERMINED}:
            if one.subject is Subject.INSTITUTION:
                yield "institution_id", one.subject_id, one.verdict.value
            elif one.outlet_id:
                yield "id", one.outlet_id, one.verdict.value


def roll_up(one: Input, deciding: Iterable[tuple[str, str, str]]) -> pl.DataFrame:
    """Fold verdicts of 应 rules to their outlets; see `Evaluation.outlets`."""
    found = pl.DataFrame(
        list(deciding), schema={"by": pl.String, "key": pl.String, "verdict": pl.String}, orient="row"
    )
    outlets = one.tables[Subject.OUTLET]
    name = pl.col("网点名称") if "网点名称" in outlets.columns else pl.lit("")
    table = outlets.select("id", "institution_id", "province", "region", name.alias("outlet_name"))
    for by in ("institution_id", "id"):
        numbers = found.filter(pl.col("by") == by).group_by("key").agg(
            (pl.col("verdict") == "fail").sum().alias(f"fail_{by}"),
            (pl.col("verdict") == "undetermined").sum().alias(f"undetermined_{by}"),
        )  # fmt: skip
        table = table.join(numbers, left_on=by, right_on="key", how="left", maintain_order="left")
    failed, undetermined = (
        (pl.col(f"{kind}_institution_id").fill_null(0) + pl.col(f"{kind}_id").fill_null(0)).cast(pl.Int64)
        for kind in ("fail", "undetermined")
    )
    conclusion = (
        pl.when(pl.col("failed") > 0)
        .then(pl.lit(str(Conclusion.UNQUALIFIED)))
        .when(pl.col("undetermined") > 0)
        .then(pl.lit(str(Conclusion.PENDING)))
        .otherwise(pl.lit(str(Conclusion.QUALIFIED)))
    )
    return (
        table.with_columns(failed.alias("failed"), undetermined.alias("undetermined"))
        .with_columns(conclusion.alias("conclusion"))
        .select(
            pl.col("id").alias("outlet_id"),
            "outlet_name",
            "province",
            "region",
            "conclusion",
            "failed",
            "undetermined",
        )
    )
