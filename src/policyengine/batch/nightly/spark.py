"""The night on Spark, the only door to it: the same evaluation, county by county, wherever the master puts it.

The driver reads and types, as on one machine. Each county becomes one row that packs its outlets, their operators and
all events and facts that decide about them; items, batches and the verdicts of institutions and provinces make one row
a province. `applyInArrow` judges row groups; the driver unpacks what comes back. Workers need this package.
"""

from __future__ import annotations

import io
import os
import pickle
import sys
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib import import_module
from typing import TYPE_CHECKING, Any

import polars as pl
import pyarrow as pa

from policyengine.batch.nightly import wording
from policyengine.batch.nightly.judge import Judged, books_needed, in_order
from policyengine.batch.nightly.spark_session import SparkUnusableError
from policyengine.batch.nightly.tables import tables_of
from policyengine.engines.columnar.evaluate import evaluate_tables
from policyengine.engines.columnar.tables import Tables
from policyengine.semantics.reads import events_read
from policyengine.vocabulary.terms import Subject

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from policyengine.batch.nightly.windows import Window
    from policyengine.semantics.ir import Book

_LOWER = (Subject.OUTLET, Subject.OPERATOR)
_COUNTY, _NO_COUNTY = "__county", "-"
_EVENTS, _WAIVERS = "events", "waivers"
_PARTS = ("verdicts", "counts", "due")
_RESULT = "key string, part string, frame binary"


@dataclass(frozen=True, slots=True)
class BySpark:
    """Judges by county on the executors of a session."""

    session: Any
    layer_of: Callable[[str], str]

    def __call__(self, window: Window, books: Mapping[str, Book], *, keep_all: bool) -> Judged:
        """Judge the counties of a window, each on its own."""
        needed = books_needed(window, books, self.layer_of)
        packed = pa.Table.from_pylist(list(_packed(window, needed, self.layer_of)), schema=_schema())
        sent = self.session.sparkContext.broadcast(pickle.dumps(needed))
        try:
            frame = self.session.createDataFrame(packed)
            # As many tasks as there are groups, up to a few for each core: one group must not wait for another.
            cores = self.session.sparkContext.defaultParallelism
            self.session.conf.set(
                "spark.sql.shuffle.partitions", str(max(1, min(packed.num_rows, 4 * cores)))
            )
            parts = frame.groupBy("key").applyInArrow(_judge_with(sent, keep_all=keep_all), _RESULT).toArrow()
        except Exception as error:
            raise SparkUnusableError(wording.spark_failed(_first_line(error))) from error
        finally:
            sent.unpersist()
        frames: dict[str, list[pl.DataFrame]] = {name: [] for name in _PARTS}
        for part, content in zip(parts["part"].to_pylist(), parts["frame"].to_pylist(), strict=True):
            frames[part].append(_read(content))
        return in_order(*(pl.concat(frames[name]) for name in _PARTS))


def _schema() -> pa.Schema:
    return pa.schema([("key", pa.string()), ("content", pa.binary())])


def _packed(
    window: Window, books: Mapping[str, Book], layer_of: Callable[[str], str]
) -> Iterator[dict[str, object]]:
    """Give a row for each county, and one a province for the subjects that belong to no county."""
    tables = tables_of(window.part, window.events, layer_of)
    frames = {subject: frame.collect() for subject, frame in tables.subjects.items()}
    upper = {subject: frame for subject, frame in frames.items() if subject not in _LOWER}
    provinces = pl.concat([frame["province"] for frame in upper.values()]).unique().sort()
    events = window.events.whole()
    for province in provinces:
        some = {subject: frame.filter(pl.col("province") == province) for subject, frame in upper.items()}
        yield _row(f"{province}{_NO_COUNTY}", some, events, None)
    if Subject.OUTLET not in frames:
        return
    waivers = None if tables.waivers is None else tables.waivers.collect()
    from_above = {
        name
        for book in books.values()
        for rule in book.rules
        if rule.subject in _LOWER
        for name in events_read(rule)
    }
    events = events.filter(
        pl.col("subject").is_in([str(one) for one in _LOWER]) | pl.col("type").is_in(sorted(from_above))
    )
    outlets = frames[Subject.OUTLET].with_columns(pl.col("region").str.slice(0, 6).alias(_COUNTY))
    for (county,), some_outlets in outlets.partition_by(_COUNTY, as_dict=True, maintain_order=True).items():
        own = some_outlets.drop(_COUNTY)
        chosen = {Subject.OUTLET: own}
        if Subject.OPERATOR in frames:
            operators = frames[Subject.OPERATOR]
            chosen[Subject.OPERATOR] = operators.filter(
                pl.col(str(Subject.OUTLET)).is_in(own["id"].implode())
            )
        for above in (Subject.INSTITUTION, Subject.PROVINCE):
            if above in upper:
                ids = own[str(above)].drop_nulls().unique()
                chosen[above] = upper[above].filter(pl.col("id").is_in(ids.implode()))
        waived = None if waivers is None else waivers.filter(pl.col("subject_id").is_in(own["id"].implode()))
        yield _row(str(county), chosen, events, waived)


def _row(
    key: str, subjects: Mapping[Subject, pl.DataFrame], events: pl.DataFrame, waivers: pl.DataFrame | None
) -> dict[str, object]:
    """Pack the tables of one task, with the events of its subjects."""
    filled = {subject: frame for subject, frame in subjects.items() if frame.height}
    ids = pl.concat([frame["id"] for frame in filled.values()]).unique()
    content = {str(subject): _written(frame) for subject, frame in filled.items()}
    content[_EVENTS] = _written(events.filter(pl.col("subject_id").is_in(ids.implode())))
    if waivers is not None:
        content[_WAIVERS] = _written(waivers)
    return {"key": key, "content": pickle.dumps(content)}


def _judge_with(sent: Any, *, keep_all: bool) -> Callable[[pa.Table], pa.Table]:
    """Make the function that executors run on each group."""

    def judge(group: pa.Table) -> pa.Table:
        books = pickle.loads(sent.value)  # noqa: S301 -- sent by the driver of this very run
        rows = []
        for key, content in zip(group["key"].to_pylist(), group["content"].to_pylist(), strict=True):
            for part, frame in judge_packed(key, content, books, keep_all=keep_all):
                rows.append({"key": key, "part": part, "frame": frame})
        return pa.Table.from_pylist(
            rows, schema=pa.schema([("key", pa.string()), ("part", pa.string()), ("frame", pa.binary())])
        )

    return judge


def judge_packed(
    key: str, content: bytes, books: Mapping[str, Book], *, keep_all: bool
) -> Iterator[tuple[str, bytes]]:
    """Judge one task: gives the name and the content of each part of the result."""
    packed = pickle.loads(content)  # noqa: S301 -- sent by the driver of this very run
    events, waivers = _read(packed.pop(_EVENTS)), packed.pop(_WAIVERS, None)
    subjects = {Subject(name): _read(frame) for name, frame in packed.items()}
    present = {layer for frame in subjects.values() for layer in frame["layer"].unique()}
    wanted = [subject for subject in Subject if (subject in _LOWER) != key.endswith(_NO_COUNTY)]
    some = {
        layer: replace(book, rules=tuple(rule for rule in book.rules if rule.subject in wanted))
        for layer, book in books.items()
        if layer in present
    }
    tables = Tables(
        {subject: frame.lazy() for subject, frame in subjects.items()},
        events.lazy(),
        None if waivers is None else _read(waivers).lazy(),
    )
    found = evaluate_tables(some, tables, keep_all=keep_all)
    judged = in_order(found.verdicts, found.counts, found.due)
    for name in _PARTS:
        yield name, _written(getattr(judged, name))


def _written(frame: pl.DataFrame) -> bytes:
    held = io.BytesIO()
    frame.write_ipc(held, compression="zstd")
    return held.getvalue()


def _read(content: bytes) -> pl.DataFrame:
    return pl.read_ipc(io.BytesIO(content))


@contextmanager
def spark_judge(master: str, layer_of: Callable[[str], str]) -> Iterator[BySpark]:
    """Open a session on a master for one night.

    Raises:
        SparkUnusableError: if Spark is not installed or the master does not answer.

    """
    try:
        sql: Any = import_module("pyspark.sql")
    except ImportError as error:
        raise SparkUnusableError(wording.no_spark(str(error))) from None
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = sql.SparkSession.builder.master(master).appName("policyengine nightly")
    settings = {
        # One task, one core: Polars must not start as many threads as the machine has, in every worker.
        "spark.executorEnv.POLARS_MAX_THREADS": "1",
        "spark.driver.maxResultSize": "0",
        "spark.sql.execution.arrow.pyspark.enabled": "true",
        # Merging tasks by their bytes would put all of a small night on one core.
        "spark.sql.adaptive.enabled": "false",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "ERROR",
    }
    for name, value in settings.items():
        builder = builder.config(name, value)
    try:
        session = builder.getOrCreate()
    except Exception as error:
        raise SparkUnusableError(wording.no_spark(_first_line(error))) from error
    try:
        yield BySpark(session, layer_of)
    finally:
        session.stop()


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
