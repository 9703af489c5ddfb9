"""A real standalone Spark: a master and two workers on loopback, started for a test and stopped after it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_READY = re.compile(r"Starting Spark master at (spark://\S+)")
_REGISTERED = re.compile(r"Successfully registered with master")


def why_not() -> str:
    """Say why Spark cannot be tested here; empty if it can."""
    if find_spec("pyspark") is None:
        return "pyspark is not installed: pip install --require-hashes -r requirements-spark.lock"
    return "" if shutil.which("java") else "Spark needs Java 17 or later, and there is no java on the PATH"


@contextmanager
def cluster(workers: int = 2) -> Iterator[str]:
    """Start a master and workers of one core each; gives the address of the master."""
    spec = find_spec("pyspark")
    assert spec is not None
    assert spec.origin is not None
    home = Path(spec.origin).parent
    with ExitStack() as held:
        folder = held.enter_context(tempfile.TemporaryDirectory())
        environment = os.environ | {
            "SPARK_HOME": str(home),
            "SPARK_LOCAL_IP": "127.0.0.1",
            "SPARK_LOG_DIR": folder,
            "SPARK_WORKER_DIR": folder,
            "PYSPARK_PYTHON": sys.executable,
            "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        }
        start = [str(home / "bin" / "spark-class")]
        master_class = "org.apache.spark.deploy.master.Master"
        master = held.enter_context(
            _running(
                [*start, master_class, "--host", "127.0.0.1", "--port", "0", "--webui-port", "0"], environment
            )
        )
        address = _wait(master, _READY)
        for _ in range(workers):
            worker_class = "org.apache.spark.deploy.worker.Worker"
            options = ["--host", "127.0.0.1", "--cores", "1", "--memory", "1g", "--webui-port", "0", address]
            _wait(held.enter_context(_running([*start, worker_class, *options], environment)), _REGISTERED)
        yield address


@contextmanager
def _running(command: list[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.terminate()
            process.communicate(timeout=60)


def _wait(process: subprocess.Popen[str], sign: re.Pattern[str]) -> str:
    """Read the log until a sign comes; gives its first group, if it has one."""
    assert process.stderr is not None
    for line in process.stderr:
        if found := sign.search(line):
            return found.group(1) if sign.groups else ""
    raise AssertionError(f"Spark ended before it said {sign.pattern!r}")
