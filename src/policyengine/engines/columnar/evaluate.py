"""The whole evaluation: books and tables in, verdict rows and summaries out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from policyengine.engines.columnar.answers import BROKEN, HOLDS, NOTHING, answer
from policyengine.engines.columnar.compute import computed
from policyengine.engines.columnar.plans import plans_of
from policyengine.engines.columnar.subjects import CODES, applies_column, code_column, subject_frame
from policyengine.engines.columnar.summaries import (
    Severities,
    conclusions,
    count_verdicts,
)
from policyengine.engines.columnar.traces import UNIT, EventStore, View, load_events
from policyengine.engines.columnar.verdict_rows import (
    MODALITY_TYPE,
    SUBJECT_TYPE,
    VERDICT_TYPE,
    Judged,
    Labels,
    labels_of,
    schema_of,
    verdict_rows,
)
from policyengine.semantics.ir import Modality, Pattern, Verdict
from policyengine.vocabulary.terms import Subject

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from policyengine.engines.columnar.plans import Plan, Variant
    from policyengine.engines.columnar.tables import Tables
    from policyengine.semantics.ir import Book


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What an evaluation found. Words that repeat are Enum columns; cast them to String to join with text.

    verdicts: `subject, subject_id, outlet_id, province, rule, clause, modality, verdict, missing` (a list),
        `evidence` (see `evidence`); failing and undetermined rows, or all.
    counts: `subject, rule, modality, province, verdict, count`; how many rows have each verdict, those not shown
        in `verdicts` included.
    outlets: `outlet_id, province, layer, conclusion` (合格, 待核实, 不合格), the rules of its institution and of
        its operators folded in.
    due: `subject, subject_id, outlet_id, province, rule, clause, event, day` (Date); obligations still open.
    """

    verdicts: pl.DataFrame
    counts: pl.DataFrame
    outlets: pl.DataFrame
    due: pl.DataFrame


@dataclass(slots=True)
class _Found:
    """Parts of an evaluation, as they come."""

    verdicts: list[pl.DataFrame] = field(default_factory=list)
    counts: list[pl.DataFrame] = field(default_factory=list)
    due: list[pl.DataFrame] = field(default_factory=list)
    severities: Severities = field(default_factory=Severities)


def evaluate_tables(
    books: Mapping[str, Book], tables: Tables, *, keep_all: bool = False, explain: bool = True
) -> Evaluation:
    """Judge every row of the tables by the book of its layer.

    `keep_all` makes rows of passing and not applicable verdicts too. Without `explain`, `missing` and `evidence`
    stay empty. All books must be of one day.

    Raises:
        ValueError: if a row's layer has no book, or the books are of different days.

    """
    if len({book.as_of for book in books.values()}) > 1:
        raise ValueError("books of different days")
    labels, found = labels_of(books.values()), _Found()
    plans = plans_of(books)
    subjects = [subject for subject in Subject if subject in tables.subjects]
    for subject in subjects:
        _check_layers(tables.subjects[subject], books, subject)
    waivers = None if tables.waivers is None else computed(tables.waivers.select("subject_id", "rule"))
    store = _load(plans, tables)
    for plan in plans:
        for subject in subjects:
            if subject is Subject.OUTLET or plan.variants_of(subject):
                frame = subject_frame(plan, subject, tables, all_layers=len(plans) == 1)
                view = View(plan, subject, frame, store)
                _judge_frame(view, waivers, labels, found, keep_all=keep_all, explain=explain)
    return Evaluation(
        verdicts=pl.concat([pl.DataFrame(schema=schema_of(labels)), *found.verdicts]),
        counts=_summed(pl.concat([pl.DataFrame(schema=_counts_schema(labels)), *found.counts])),
        outlets=conclusions(found.severities),
        due=pl.concat([pl.DataFrame(schema=_due_schema(labels)), *found.due]),
    )


def _check_layers(frame: pl.LazyFrame, books: Mapping[str, Book], subject: Subject) -> None:
    layers = computed(frame.select(pl.col("layer").unique()))["layer"].to_list()
    unknown = sorted(str(layer) for layer in layers if layer not in books)
    if unknown:
        raise ValueError(f"no book for layer {'、'.join(unknown)} of {subject}")


def _load(plans: list[Plan], tables: Tables) -> EventStore:
    rules = [one.rule for plan in plans for one in plan.variants if one.rule.subject in tables.subjects]
    if not plans:
        return EventStore({})
    return load_events(tables.events, rules, plans[0].book.vocabulary, plans[0].words.as_of)


def _judge_frame(
    view: View, waivers: pl.DataFrame | None, labels: Labels, found: _Found, *, keep_all: bool, explain: bool
) -> None:
    """Judge the rows of one subject by every rule, and keep what is to be told."""
    frame, plan = view.frame, view.plan
    variants = plan.variants_of(view.subject)
    waived = _waived_rows(frame, waivers)
    codes: list[pl.Series] = []
    for variant in variants:
        judged = _judge(variant, view, waived.get(variant.rule.id) if variant.rule.waivable else None)
        codes.append(judged.codes.alias(str(variant.place)))
        found.verdicts += verdict_rows(judged, plan, frame, labels, keep_all=keep_all, explain=explain)
        found.due += _due_rows(judged, frame, labels)
    found.counts += count_verdicts(
        codes, [one.rule for one in variants], frame["province"], _counts_schema(labels)
    )
    found.severities.add(
        view.subject,
        frame,
        [one for one, made in zip(codes, variants, strict=True) if made.rule.modality is Modality.SHALL],
    )


def _judge(variant: Variant, view: View, waived: pl.Series | None) -> Judged:
    rule = variant.rule
    if not isinstance(rule.requires, Pattern):
        return Judged(variant, _excused(view.frame[code_column(variant)], waived), waived)
    answered = answer(view, rule.requires)
    units = view.unit_of_row(answered.level)
    told = answered.codes if answered.level is view.subject else answered.codes.gather(units)
    code = _event_code(rule.modality)
    if variant.elsewhere is not None:
        code = pl.when(~variant.elsewhere).then(code)
    codes = (
        view.frame.select(pl.col(applies_column(variant)).alias("applies"), "layer")
        .with_columns(told.alias("told"))
        .select(code.alias(rule.id))[rule.id]
    )
    return Judged(variant, _excused(codes, waived), waived, answered, units)


def _event_code(modality: Modality) -> pl.Expr:
    """Join 适用 and the answer of a pattern, by the table of docs/events.md."""
    unmet = Verdict.NOT_APPLICABLE if modality is Modality.MAY else Verdict.FAIL
    applies, told = pl.col("applies"), pl.col("told")
    return (
        pl.when(~applies | (told == NOTHING))
        .then(_byte(Verdict.NOT_APPLICABLE))
        .when(told == HOLDS)
        .then(_byte(Verdict.PASS))
        .when(applies & (told == BROKEN))
        .then(_byte(unmet))
        .otherwise(_byte(Verdict.UNDETERMINED))
    )


def _byte(verdict: Verdict) -> pl.Expr:
    return pl.lit(CODES[verdict], dtype=pl.UInt8)


def _excused(codes: pl.Series, waived: pl.Series | None) -> pl.Series:
    if waived is None:
        return codes
    return codes.set(waived & codes.is_not_null(), CODES[Verdict.NOT_APPLICABLE])


def _waived_rows(frame: pl.DataFrame, waivers: pl.DataFrame | None) -> dict[str, pl.Series]:
    """Give, for each rule that is waived somewhere in the frame, which rows are excused."""
    if waivers is None or not waivers.height:
        return {}
    rows = frame.select("id", "outlet_id").with_row_index("_row")
    placed = pl.concat(
        waivers.join(rows, left_on="subject_id", right_on=name).select("rule", "_row")
        for name in ("id", "outlet_id")
    )
    found = {}
    for (rule,), part in placed.partition_by("rule", as_dict=True).items():
        excused = pl.repeat(value=False, n=frame.height, eager=True)
        found[str(rule)] = excused.scatter(part["_row"].unique(), values=True)
    return found


def _due_rows(judged: Judged, frame: pl.DataFrame, labels: Labels) -> Iterator[pl.DataFrame]:
    """Give the open obligations of a rule on each row that it applies to."""
    if judged.answer is None or judged.units is None or not judged.answer.owes:
        return
    owed = judged.answer.activations.filter(pl.col("due").is_not_null()).select(UNIT, "event", "due")
    if not owed.height:
        return
    hidden = (~frame[applies_column(judged.variant)]).fill_null(value=False) | judged.codes.is_null()
    if judged.waived is not None:
        hidden |= judged.waived
    rows = frame.select("id", "outlet_id", "province").with_columns(judged.units.alias(UNIT)).filter(~hidden)
    schema, rule = _due_schema(labels), judged.variant.rule
    yield (
        rows.join(owed, on=UNIT, maintain_order="left")
        .select(
            subject=pl.lit(rule.subject.value, dtype=SUBJECT_TYPE),
            subject_id="id",
            outlet_id="outlet_id",
            province="province",
            rule=pl.lit(rule.id, dtype=labels.rules),
            clause=pl.lit(rule.clause, dtype=labels.clauses),
            event="event",
            day=pl.col("due").cast(pl.Int32).cast(pl.Date),
        )
        .match_to_schema(schema)
    )


def _summed(counts: pl.DataFrame) -> pl.DataFrame:
    """Join the parts of a province that plans or slices set apart."""
    return counts.group_by(pl.exclude("count"), maintain_order=True).agg(pl.col("count").sum())


def _counts_schema(labels: Labels) -> dict[str, pl.DataType]:
    return {
        "subject": SUBJECT_TYPE,
        "rule": labels.rules,
        "modality": MODALITY_TYPE,
        "province": pl.String(),
        "verdict": VERDICT_TYPE,
        "count": pl.Int64(),
    }


def _due_schema(labels: Labels) -> dict[str, pl.DataType]:
    verdicts = schema_of(labels)
    names = ("subject", "subject_id", "outlet_id", "province", "rule", "clause")
    return {**{name: verdicts[name] for name in names}, "event": pl.String(), "day": pl.Date()}
