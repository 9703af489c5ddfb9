"""The night on a real standalone Spark gives the bytes of the night on one machine."""

from __future__ import annotations

import polars as pl
import pytest

from acceptance.nights import FIRST, SECOND, night, small_input, small_root, tree
from acceptance.spark_cluster import cluster, why_not


@pytest.mark.skipif(bool(why_not()), reason=why_not())
def test_spark_gives_the_same_bytes(tmp_path, monkeypatch):
    """A master and two workers judge county by county, publish what one machine publishes, and read it back.

    What Spark reads over all nights of the store is what Polars reads.
    """
    monkeypatch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    root = small_root(tmp_path / "book")
    source = small_input(tmp_path / "input", outlets=12)
    night(source, tmp_path / "one", root, FIRST, sample=1)
    night(source, tmp_path / "many", root, SECOND, sample=0)
    with cluster() as master:
        outcome = night(source, tmp_path / "many", root, FIRST, sample=1, engine="spark", master=master)
        read = _read_by_spark(tmp_path / "many", master)
    assert outcome.timings["engine"] == "spark"
    assert tree(tmp_path / "many" / FIRST.isoformat()) == tree(tmp_path / "one" / FIRST.isoformat())
    for table, rows in read.items():
        by_day = pl.read_parquet(tmp_path / "many" / "*" / table / "*.parquet").group_by("date").len()
        assert rows == dict(by_day.iter_rows())
    assert set(read["verdicts"]) == {FIRST, SECOND}


def _read_by_spark(store, master):
    """Count the rows of each night, table by table, the way docs/nightly.md says."""
    from pyspark.sql import SparkSession

    session = SparkSession.builder.master(master).appName("reading").getOrCreate()
    try:
        return {
            table: {
                row["date"]: row["count"]
                for row in session.read.parquet(f"{store}/*/{table}").groupBy("date").count().collect()
            }
            for table in ("verdicts", "outlets", "due")
        }
    finally:
        session.stop()


def test_without_spark_the_night_says_what_to_install(tmp_path, monkeypatch):
    """Where pyspark is not installed, --engine spark ends with a message and publishes nothing."""
    import importlib

    from policyengine.batch.nightly import spark
    from policyengine.batch.nightly.spark_session import SparkUnusableError

    def absent(name):
        if name.startswith("pyspark"):
            raise ImportError(name)
        return importlib.import_module(name)

    monkeypatch.setattr(spark, "import_module", absent)
    root = small_root(tmp_path / "book")
    source = small_input(tmp_path / "input", outlets=12)
    with pytest.raises(SparkUnusableError, match=r"requirements-spark\.lock"):
        night(source, tmp_path / "runs", root, FIRST, engine="spark", master="local[1]")
    assert [path.name for path in (tmp_path / "runs").iterdir()] == [".lock"]
