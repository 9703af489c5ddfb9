"""Waivers for some of the violations that may be waived: in force, or run out."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    import numpy as np

# Rules that the national book lets an authority excuse an outlet from.
WAIVABLE = ("outlet.queue-device", "outlet.waiting-seats", "outlet.service-area", "outlet.screen-privacy")


def waive(truth: pl.DataFrame, as_of: date, random: np.random.Generator) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Waive some violations; those in force leave the truth as `not_applicable`, those run out change nothing."""
    may = pl.col("rule").is_in(WAIVABLE) & (pl.col("verdict") == "fail")
    draw = pl.Series("draw", random.random(truth.height))
    marked = truth.with_columns(draw, may.alias("may"))
    in_force, run_out = (
        pl.col("may") & (pl.col("draw") < 0.3),
        pl.col("may") & pl.col("draw").is_between(0.3, 0.45),
    )
    waivers = [
        marked.filter(chosen).select(
            pl.col("outlet_id").alias("网点编号"),
            pl.col("rule").alias("规则"),
            pl.lit(as_of + timedelta(days=days)).alias("截止日期"),
            pl.lit("合成市人力资源和社会保障局").alias("批准单位"),
            pl.lit(reason).alias("理由"),
        )
        for chosen, days, reason in (
            (in_force, 90, "合成数据：改造期内"),
            (run_out, -10, "合成数据：改造期已满"),
        )
    ]
    settled = marked.with_columns(
        verdict=pl.when(in_force).then(pl.lit("not_applicable")).otherwise("verdict"),
        kind=pl.when(in_force).then(pl.lit("豁免")).otherwise("kind"),
    )
    return pl.concat(waivers), settled.drop("draw", "may")
