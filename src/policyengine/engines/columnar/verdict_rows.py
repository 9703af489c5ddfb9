"""Verdict rows of one rule: who, what, what is missing, and the evidence. Built for the rows that are shown only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from policyengine.engines.columnar import evidence
from policyengine.engines.columnar.answers import details
from policyengine.engines.columnar.blame import Blame, either, names_of
from policyengine.engines.columnar.subjects import CODES, applies_column
from policyengine.engines.columnar.traces import UNIT
from policyengine.semantics.ir import Modality, Pattern, Verdict
from policyengine.vocabulary.terms import Subject

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from policyengine.engines.columnar.answers import Answer
    from policyengine.engines.columnar.plans import Plan, Variant
    from policyengine.semantics.ir import Book

VERDICT_TYPE = pl.Enum([verdict.value for verdict in CODES])
SUBJECT_TYPE = pl.Enum([subject.value for subject in Subject])
MODALITY_TYPE = pl.Enum([modality.value for modality in Modality])
_UNDETERMINED = CODES[Verdict.UNDETERMINED]
_NOTHING_MISSING = pl.lit(pl.Series([], dtype=pl.String)).implode()


@dataclass(frozen=True, slots=True)
class Labels:
    """Column types for the ids of rules and clauses, over all books."""

    rules: pl.Enum
    clauses: pl.Enum


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdicts of one rule over one frame: `codes` a row, `answer` and `units` (a row's unit) for event rules.

    A code is null where the row's layer does not have the rule.
    """

    variant: Variant
    codes: pl.Series
    waived: pl.Series | None
    answer: Answer | None = None
    units: pl.Series | None = None


def labels_of(books: Iterable[Book]) -> Labels:
    """Collect the ids of all rules and clauses."""
    rules = [rule for book in books for rule in book.rules]
    return Labels(
        pl.Enum(list(dict.fromkeys(rule.id for rule in rules))),
        pl.Enum(list(dict.fromkeys(rule.clause for rule in rules))),
    )


def schema_of(labels: Labels) -> dict[str, pl.DataType]:
    """Give the columns of verdict rows."""
    return {
        "subject": SUBJECT_TYPE,
        "subject_id": pl.String(),
        "outlet_id": pl.String(),
        "province": pl.String(),
        "rule": labels.rules,
        "clause": labels.clauses,
        "modality": MODALITY_TYPE,
        "verdict": VERDICT_TYPE,
        "missing": pl.List(pl.String),
        "evidence": pl.String(),
    }


def verdict_rows(
    judged: Judged, plan: Plan, frame: pl.DataFrame, labels: Labels, *, keep_all: bool, explain: bool
) -> Iterator[pl.DataFrame]:
    """Make the rows of a rule: failing, then undetermined ones; with `keep_all` the others too, first.

    Without `explain`, `missing` and `evidence` are left empty.
    """
    codes = judged.codes
    others = (codes != _UNDETERMINED) if keep_all else (codes == CODES[Verdict.FAIL])
    for chosen, unknown in ((others, False), (codes == _UNDETERMINED, True)):
        if chosen.any():
            places = chosen.arg_true()
            yield _rows(judged, plan, frame, labels, places, unknown=unknown, explain=explain)


def _rows(
    judged: Judged,
    plan: Plan,
    frame: pl.DataFrame,
    labels: Labels,
    places: pl.Series,
    *,
    unknown: bool,
    explain: bool,
) -> pl.DataFrame:
    rule = judged.variant.rule
    rows = frame.select(_columns_read(judged, plan, frame) if explain else ["id", "outlet_id", "province"])[
        places
    ]
    rows = rows.with_columns(judged.codes.gather(places).alias("_code"))
    missing, text = _NOTHING_MISSING, pl.lit("")
    if explain:
        rows = _with_details(rows, judged, places)
        text = _evidence(judged, plan)
        if unknown:
            missing = _missing(judged, plan)
    return rows.select(
        subject=pl.lit(rule.subject.value, dtype=SUBJECT_TYPE),
        subject_id="id",
        outlet_id="outlet_id",
        province="province",
        rule=pl.lit(rule.id, dtype=labels.rules),
        clause=pl.lit(rule.clause, dtype=labels.clauses),
        modality=pl.lit(rule.modality.value, dtype=MODALITY_TYPE),
        verdict=pl.col("_code").cat.to(VERDICT_TYPE),
        missing=missing,
        evidence=text,
    )


def _columns_read(judged: Judged, plan: Plan, frame: pl.DataFrame) -> list[str]:
    rules = [judged.variant.rule]
    names = [
        "id",
        "outlet_id",
        "province",
        *plan.terms_of(rules),
        *(one.name for one in plan.definitions_of(rules)),
        *plan.varying(rules),
    ]
    applies = applies_column(judged.variant)
    return [*names, applies] if applies in frame.columns else names


def _with_details(rows: pl.DataFrame, judged: Judged, places: pl.Series) -> pl.DataFrame:
    if judged.waived is not None:
        rows = rows.with_columns(judged.waived.gather(places).alias("_waived"))
    if judged.answer is None or judged.units is None:
        return rows
    units = judged.units.gather(places).alias(UNIT)
    rows = rows.with_columns(units)
    found = details(judged.answer, units)
    return rows.join(found, on=UNIT, how="left", maintain_order="left").join(
        judged.answer.missing, on=UNIT, how="left", maintain_order="left"
    )


def _evidence(judged: Judged, plan: Plan) -> pl.Expr:
    entries = evidence.fact_entries(plan.terms_of([judged.variant.rule]))
    nothing: tuple[pl.Expr, ...] = ()
    text = evidence.joined(entries)
    if judged.answer is not None:
        nothing = tuple(pl.lit(entry) for entry in evidence.NO_EVENTS)
        happened = (pl.col("violated"), pl.col("met"), pl.col("due"))
        told = (one.fill_null(none) for one, none in zip(happened, nothing, strict=True))
        text = (
            pl.when(~pl.col(applies_column(judged.variant)))
            .then(evidence.joined([*entries, *nothing]))
            .otherwise(evidence.joined([*entries, *told]))
        )
    if judged.waived is not None:
        text = pl.when(pl.col("_waived")).then(evidence.joined(nothing)).otherwise(text)
    return text


def _missing(judged: Judged, plan: Plan) -> pl.Expr:
    rule = judged.variant.rule
    blame = Blame(plan.words, {one.name: one for one in plan.book.definitions})
    if isinstance(rule.requires, Pattern):
        terms = names_of(blame.of_condition(rule.applies))
        fields = pl.col("fields").fill_null(_NOTHING_MISSING)
        return pl.concat_list(terms, fields).list.unique().list.sort()
    return names_of(either([blame.of_condition(rule.applies), blame.of_condition(rule.requires)]))
