"""The rows of one subject with everything that its rules read: terms of those above, parameters, derived terms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from policyengine.engines.columnar.compute import scanned
from policyengine.engines.columnar.expressions import (
    condition_expression,
    definition_expression,
    stored_type,
)
from policyengine.semantics.ir import Modality, Pattern, Verdict
from policyengine.semantics.reads import definitions_read
from policyengine.vocabulary.terms import ABOVE, Subject

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from policyengine.engines.columnar.plans import Plan, Variant
    from policyengine.engines.columnar.tables import Tables
    from policyengine.semantics.ir import Condition, Definition, Rule

# A verdict in a column is a byte; the odd ones make rows of the result.
CODES = {Verdict.PASS: 0, Verdict.FAIL: 1, Verdict.NOT_APPLICABLE: 2, Verdict.UNDETERMINED: 3}
_MOST_SLICES = 200
IDENTITY = ("id", "outlet_id", "province", "layer")


def code_column(variant: Variant) -> str:
    """Name the column with the verdicts of a rule of facts; null where a row's layer does not have it so."""
    return f"结论·{variant.place}"


def applies_column(variant: Variant) -> str:
    """Name the column that says whether a rule of events applies."""
    return f"适用·{variant.place}"


def subject_frame(plan: Plan, subject: Subject, tables: Tables, *, all_layers: bool) -> pl.DataFrame:
    """Read the rows of a plan's layers once and judge them by every rule of facts."""
    variants = plan.variants_of(subject)
    rules = [one.rule for one in variants]
    frame = tables.subjects[subject]
    if not all_layers:
        frame = frame.filter(pl.col("layer").is_in(list(plan.layers)))
    frame = _with_terms(frame, plan, subject, tables, rules)
    varying = plan.varying(rules)
    if varying:
        frame = frame.join(
            plan.parameters.lazy().select("layer", *varying), on="layer", how="left", maintain_order="left"
        )
    for stage in _stages(plan.definitions_of(rules), plan):
        frame = frame.with_columns(definition_expression(one, plan.words).alias(one.name) for one in stage)
    judged = scanned(frame.with_columns(_judged(one, plan) for one in variants))
    # Counting goes by slices of a province; sources mostly have them together already.
    return (
        judged
        if judged["province"].rle().len() <= _MOST_SLICES
        else judged.sort("province", maintain_order=True)
    )


def verdict_code(applies: pl.Expr | None, requires: pl.Expr, modality: Modality) -> pl.Expr:
    """Join 适用 (nothing: always) and 要求 as `semantics.truth.verdict_of` does."""
    unmet = Verdict.NOT_APPLICABLE if modality is Modality.MAY else Verdict.FAIL
    if applies is None:
        return (
            pl.when(requires)
            .then(_byte(Verdict.PASS))
            .when(~requires)
            .then(_byte(unmet))
            .otherwise(_byte(Verdict.UNDETERMINED))
        )
    return (
        pl.when(~applies)
        .then(_byte(Verdict.NOT_APPLICABLE))
        .when(requires)
        .then(_byte(Verdict.PASS))
        .when(applies & ~requires)
        .then(_byte(unmet))
        .otherwise(_byte(Verdict.UNDETERMINED))
    )


def _byte(verdict: Verdict) -> pl.Expr:
    return pl.lit(CODES[verdict], dtype=pl.UInt8)


def _judged(variant: Variant, plan: Plan) -> pl.Expr:
    rule = variant.rule
    if isinstance(rule.requires, Pattern):
        return condition_expression(rule.applies, plan.words).alias(applies_column(variant))
    applies = None if _always(rule.applies) else condition_expression(rule.applies, plan.words)
    requires = condition_expression(rule.requires, plan.words)
    code = verdict_code(applies, requires, rule.modality)
    if variant.elsewhere is not None:
        code = pl.when(~variant.elsewhere).then(code)
    return code.alias(code_column(variant))


def _always(condition: Condition) -> bool:
    return getattr(condition, "value", None) is True


def _with_terms(
    frame: pl.LazyFrame, plan: Plan, subject: Subject, tables: Tables, rules: Collection[Rule]
) -> pl.LazyFrame:
    """Keep the columns that are read, and join in the terms of the subjects above."""
    present = set(frame.collect_schema().names())
    wanted = plan.terms_of(rules)
    above = [str(one) for one in ABOVE[subject] if str(one) in present]
    own = [name for name in wanted if name in present]
    frame = frame.select(*IDENTITY, *above, *own)
    terms = plan.book.vocabulary.terms
    for upper in ABOVE[subject]:
        names = [name for name in wanted if name not in present and terms[name].subject is upper]
        table = tables.subjects.get(upper)
        if not names or table is None or str(upper) not in above:
            continue
        found = [name for name in names if name in table.collect_schema().names()]
        right = table.select(pl.col("id").alias(str(upper)), *found)
        frame = frame.join(right, on=str(upper), how="left", maintain_order="left")
        present |= set(found)
    absent = [name for name in wanted if name not in present]
    return frame.with_columns(pl.lit(None, dtype=stored_type(wanted[name])).alias(name) for name in absent)


def _stages(definitions: Sequence[Definition], plan: Plan) -> list[list[Definition]]:
    """Order derived terms so that each stage reads earlier stages only."""
    depth: dict[str, int] = {}
    stages: list[list[Definition]] = []
    for one in definitions:
        depth[one.name] = 1 + max((depth[name] for name in definitions_read(one, plan.book)), default=-1)
        if len(stages) <= depth[one.name]:
            stages.append([])
        stages[depth[one.name]].append(one)
    return stages
