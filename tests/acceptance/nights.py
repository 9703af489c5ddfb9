"""A small country and a small rule book for nights that tests run through."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

from policyengine.batch.nightly.run import Options, Outcome, run_night
from policyengine.batch.sample.generate import generate
from policyengine.reports.nightly.write import Report
from policyengine.rulebook.shelf import read_shelf

ROOT = Path(__file__).parents[2]
FIRST, SECOND = date(2025, 12, 30), date(2025, 12, 31)
OVERLAY = "330000-zhejiang.yaml"


class Quiet:
    """Keeps what the run says."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.steps: list[tuple[int, int]] = []

    def step(self, provinces: tuple[str, ...], outlets: int, total: int) -> None:  # noqa: ARG002 -- the contract
        """Keep a step."""
        self.steps.append((outlets, total))

    def say(self, message: str) -> None:
        """Keep a message."""
        self.said.append(message)


def small_root(folder: Path) -> Path:
    """Copy the rule book with one overlay only: a book for each of sixteen layers takes seconds."""
    shutil.copytree(ROOT / "rules", folder / "rules", ignore=lambda _, names: _others(names))
    shutil.copytree(ROOT / "data" / "standard", folder / "data" / "standard")
    return folder


def _others(names: list[str]) -> list[str]:
    """Name the other overlays, in the folder that holds overlays."""
    return [name for name in names if OVERLAY in names and name != OVERLAY]


def small_input(folder: Path, outlets: int = 40, city: str = "331000") -> Path:
    """Compose a city."""
    generate(outlets, 7, folder, read_shelf(ROOT).vocabulary, city=city)
    return folder


def night(
    source: Path | str, store: Path, root: Path, day: date, watcher: Quiet | None = None, **options: object
) -> Outcome:
    """Run a night through."""
    asked = Options(day, **({"sample": 3} | options))  # type: ignore[arg-type]
    return run_night(str(source), store, root, asked, Report(), watcher or Quiet())


def tree(run: Path) -> dict[str, str]:
    """Give the hash of every file of a run but its timings."""
    return {
        path.relative_to(run).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(run.rglob("*"))
        if path.is_file() and path.name != "timings.json"
    }


def command(source: Path | str, store: Path, root: Path, day: date, *more: str) -> list[str]:
    """Give the command line of a night."""
    arguments = [str(source), "--store", str(store), "--as-of", day.isoformat(), "--root", str(root)]
    return ["nightly", *arguments, "--sample-check", "1", *more]


def started(arguments: list[str], *, script: str = "", **given: object) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own; `script` runs first in that process."""
    code = (
        f"{script}\nimport sys\nfrom policyengine.cli.main import run_with\nsys.exit(run_with(sys.argv[1:]))"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT / "src"), *filter(None, sys.path)])}
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        **given,  # type: ignore[call-overload]
    )
