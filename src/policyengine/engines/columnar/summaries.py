"""Counts by province and the conclusions of outlets, from columns of verdicts; no rows are made."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from policyengine.engines.columnar.subjects import CODES
from policyengine.semantics.ir import Verdict
from policyengine.vocabulary.terms import Subject

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from policyengine.semantics.ir import Rule

CONCLUSIONS = ("合格", "待核实", "不合格")
CONCLUSION_TYPE = pl.Enum(CONCLUSIONS)
_QUALIFIED, _TO_BE_CHECKED, _UNQUALIFIED = range(3)


@dataclass(slots=True)
class Severities:
    """How bad things are, by subject: 0 合格, 1 待核实, 2 不合格."""

    outlets: list[pl.DataFrame] = field(default_factory=list)
    institutions: list[pl.DataFrame] = field(default_factory=list)
    operators: list[pl.DataFrame] = field(default_factory=list)

    def add(self, subject: Subject, frame: pl.DataFrame, codes: Sequence[pl.Series]) -> None:
        """Take in the verdicts of the 应 rules over a frame."""
        severity = _severity(codes, frame.height)
        match subject:
            case Subject.OUTLET:
                institution = str(Subject.INSTITUTION)
                names = ["id", "province", "layer", *([institution] if institution in frame.columns else [])]
                self.outlets.append(frame.select(names).with_columns(severity))
            case Subject.INSTITUTION:
                self.institutions.append(_bad(frame.select("id").with_columns(severity), "id"))
            case Subject.OPERATOR:
                self.operators.append(_bad(frame.select("outlet_id").with_columns(severity), "outlet_id"))
            case _:
                return


def conclusions(severities: Severities) -> pl.DataFrame:
    """Fold the rules of institutions and operators into their outlets."""
    if not severities.outlets:
        return pl.DataFrame(
            schema={
                "outlet_id": pl.String,
                "province": pl.String,
                "layer": pl.String,
                "conclusion": CONCLUSION_TYPE,
            }
        )
    outlets = pl.concat(severities.outlets, how="diagonal")
    above = [
        ("id", "outlet_id", severities.operators),
        (str(Subject.INSTITUTION), "id", severities.institutions),
    ]
    for left, right, parts in above:
        if parts and left in outlets.columns:
            other = pl.concat(parts).group_by(right).agg(pl.col("severity").max())
            outlets = outlets.join(
                other, left_on=left, right_on=right, how="left", suffix="_other", maintain_order="left"
            ).select(
                pl.exclude("severity", "severity_other"),
                pl.max_horizontal("severity", "severity_other").alias("severity"),
            )
    return outlets.select(
        outlet_id="id",
        province="province",
        layer="layer",
        conclusion=pl.col("severity").cat.to(CONCLUSION_TYPE),
    )


def count_verdicts(
    codes: Sequence[pl.Series], rules: Sequence[Rule], provinces: pl.Series, schema: dict[str, pl.DataType]
) -> Iterator[pl.DataFrame]:
    """Count verdicts by rule and province. Rows are sorted by province, so a province is one slice.

    A row whose code is null is not judged by the rule.
    """
    if not codes:
        return
    frame = pl.DataFrame(codes)
    counted = [
        (pl.col(one.name) == code).sum().cast(pl.Int64).alias(f"{verdict.value}·{one.name}")
        for one in codes
        for verdict, code in CODES.items()
        if verdict is not Verdict.PASS
    ]
    start = 0
    for length, province in _runs(provinces):
        part = frame.slice(start, length)
        numbers = part.select(counted).row(0, named=True)
        start += length
        totals = [length - one.null_count() for one in part]
        yield _province_counts(frame.columns, rules, province, totals, numbers, schema)


def _province_counts(
    names: Sequence[str],
    rules: Sequence[Rule],
    province: str | None,
    totals: Sequence[int],
    numbers: dict[str, int],
    schema: dict[str, pl.DataType],
) -> pl.DataFrame:
    rows = []
    for name, rule, total in zip(names, rules, totals, strict=True):
        by_verdict = {verdict: numbers.get(f"{verdict.value}·{name}", 0) for verdict in CODES}
        by_verdict[Verdict.PASS] = total - sum(by_verdict.values())
        rows += [
            (rule.subject.value, rule.id, rule.modality.value, province, verdict.value, count)
            for verdict, count in by_verdict.items()
            if count
        ]
    return pl.DataFrame(rows, schema=schema, orient="row")


def _runs(provinces: pl.Series) -> list[tuple[int, str | None]]:
    runs = provinces.rle().struct.unnest()
    return list(zip(runs["len"].to_list(), runs["value"].to_list(), strict=True))


def _severity(codes: Sequence[pl.Series], height: int) -> pl.Series:
    severity = pl.repeat(_QUALIFIED, height, dtype=pl.UInt8, eager=True).alias("severity")
    for verdict, value in ((Verdict.UNDETERMINED, _TO_BE_CHECKED), (Verdict.FAIL, _UNQUALIFIED)):
        if codes:
            is_so = (pl.all() == CODES[verdict]).fill_null(value=False)
            some = pl.DataFrame(codes).select(pl.any_horizontal(is_so).alias("some"))["some"]
            severity = severity.set(some, value)
    return severity


def _bad(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    return frame.filter(pl.col("severity") > _QUALIFIED).filter(pl.col(name).is_not_null())
