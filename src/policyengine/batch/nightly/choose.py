"""Which engine judges the night, and which one it is held to."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from policyengine.batch.nightly.judge import ByCases, ByColumns
from policyengine.engines.choose import engine_named

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from policyengine.batch.nightly.judge import Judge

ENGINES = ("columnar", "durable", "spark")


@dataclass(frozen=True, slots=True)
class Judges:
    """`night` judges everything; `small` judges a sample the same way; `other` is what the sample is held to."""

    night: Judge
    small: Judge
    other: Judge


@contextmanager
def judge_named(name: str, layer_of: Callable[[str], str], master: str = "") -> Iterator[Judges]:
    """Make the judges of a night; a Spark session lives as long as the context.

    Raises:
        KeyError: if there is no engine of that name.
        SparkUnusableError: if Spark is not there.

    """
    columns = ByColumns(layer_of)
    durable = ByCases(layer_of, engine_named("durable"))
    match name:
        case "columnar":
            yield Judges(columns, columns, durable)
        case "durable":
            yield Judges(durable, durable, columns)
        case "spark":
            from policyengine.batch.nightly.spark import spark_judge  # noqa: PLC0415 -- an optional extra

            with spark_judge(master, layer_of) as spark:
                yield Judges(spark, columns, durable)
        case _:
            raise KeyError(name)
