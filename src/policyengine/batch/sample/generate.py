"""Composes a country (or one city) of facts on real divisions, with a truth file of every violation planted.

Deterministic: the same number, seed, day and vocabulary give the same bytes. Written province by province, so
memory does not grow with the country.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from policyengine.batch.divisions import Divisions, load_divisions
from policyengine.batch.sample.breakage import QUARANTINED, break_events, break_tables
from policyengine.batch.sample.histories import histories
from policyengine.batch.sample.places import Share, shares
from policyengine.batch.sample.placing import SINGLE_TABLES, Writer
from policyengine.batch.sample.planting import plant_facts
from policyengine.batch.sample.subjects import World, build
from policyengine.batch.sample.unsettling import plant_mishaps
from policyengine.batch.sample.waiving import waive
from policyengine.values import day_number
from policyengine.vocabulary.terms import Subject

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from policyengine.vocabulary.terms import Vocabulary

AS_OF = date(2025, 12, 31)
# The mean number of cases of an outlet with a full history; makes about 20 events an outlet over all.
CASES = 16.0
# The provinces that have only begun (未开展), of the 31.
_BEGINNERS = frozenset({"150000", "220000", "460000", "530000", "540000", "620000", "630000", "640000"})


@dataclass(slots=True)
class Summary:
    """What was written."""

    outlets: int = 0
    operators: int = 0
    events: int = 0
    violations: int = 0
    undetermined: int = 0
    quarantined: int = 0
    late: int = 0
    files: list[str] = field(default_factory=list)


def generate(
    outlets: int,
    seed: int,
    out: Path,
    vocabulary: Vocabulary,
    *,
    as_of: date = AS_OF,
    divisions: Divisions | None = None,
    city: str = "",
    form: str = "parquet",
    cases: float = CASES,
    progress: Callable[[str, int, int], None] | None = None,
) -> Summary:
    """Write a sample into the folder `out`, which must be empty or absent.

    `form` is parquet or csv. `city` (six digits) keeps to one city. `progress` is told the name of each province,
    its number and how many there are.

    Raises:
        FileExistsError: if `out` has something in it.

    """
    if out.exists() and any(out.iterdir()):
        raise FileExistsError(out)
    divisions = divisions or load_divisions()
    plan = [share for share in shares(outlets, divisions, city) if share.outlets]
    writer = Writer(out, vocabulary, form)
    summary = Summary()
    for place, share in enumerate(plan):
        if progress:
            progress(divisions.name(share.province) or share.province, place + 1, len(plan))
        random = np.random.default_rng(np.random.SeedSequence([seed, int(share.prefix)]))
        _province(share, outlets, as_of, divisions, random, writer, summary, cases, dense=bool(city))
    writer.finish(summary.late, as_of, seed)
    summary.files = writer.files
    return summary


def _province(
    share: Share,
    total: int,
    as_of: date,
    divisions: Divisions,
    random: np.random.Generator,
    writer: Writer,
    summary: Summary,
    cases: float,
    *,
    dense: bool,
) -> None:
    world = build(share, total, as_of, divisions, random, begins=share.province in _BEGINNERS, dense=dense)
    events = histories(world, as_of, random, cases, writer.vocabulary)
    events, by_events = plant_mishaps(events, _outlets(world), day_number(as_of), random)
    hit = world.tables[Subject.OUTLET]["网点编号"].is_in(by_events["outlet_id"].unique().implode())
    tables, by_facts = plant_facts(world.tables, writer.vocabulary, as_of, random, {Subject.OUTLET: hit})
    truth = pl.concat([by_facts, by_events])
    waivers, truth = waive(truth, as_of, random)
    tables, broken = break_tables(tables, share.province, random)
    written, late = _as_written(events, share.province, random)
    written, broken_events = break_events(written, share.province, as_of, random)
    for subject, frame in tables.items():
        name = writer.vocabulary.table_of[subject].file
        writer.write(name, frame, "" if name in SINGLE_TABLES else share.province)
    writer.write("waivers", waivers, "")
    writer.write("events", written, share.province)
    writer.say(truth, pl.DataFrame([*broken, *broken_events], schema=QUARANTINED, orient="row"))
    summary.outlets += world.tables[Subject.OUTLET].height
    summary.operators += world.tables[Subject.OPERATOR].height
    summary.events += events.height
    summary.violations += truth.filter(pl.col("verdict") == "fail").height
    summary.undetermined += truth.filter(pl.col("verdict") == "undetermined").height
    summary.quarantined += len(broken) + len(broken_events)
    summary.late += late


def _outlets(world: World) -> pl.DataFrame:
    outlets = world.tables[Subject.OUTLET]
    return outlets.select(
        pl.col("网点编号").alias("outlet_id"),
        world.rich.alias("rich"),
        pl.col("挂牌日期").cast(pl.Int32).cast(pl.Int64).alias("plaque"),
    )


def _as_written(events: pl.DataFrame, province: str, random: np.random.Generator) -> tuple[pl.DataFrame, int]:
    """Give events their ids by time; a few arrive late and stand at the end."""
    ordered = events.sort("at", maintain_order=True)
    number = pl.Series(np.arange(1, ordered.height + 1)).cast(pl.String).str.zfill(8)
    at = pl.from_epoch("at", time_unit="s")
    written = ordered.select(
        (f"SYN-{province}-E" + number).alias("事件编号"),
        pl.col("type").alias("事件"),
        pl.col("owner").alias("对象编号"),
        at.alias("发生时间"),
        (at + pl.duration(minutes=1)).alias("登记时间"),
        pl.exclude("owner", "type", "at"),
    )
    late = pl.Series(random.random(written.height) < 0.002)
    return pl.concat([written.filter(~late), written.filter(late)]), int(late.sum())
