"""The workbooks of a large night, written by a process of its own."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest

from acceptance.nights import SECOND, night, small_input, small_root
from policyengine.reports.nightly import write
from policyengine.reports.nightly.beside import Beside


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A night that wrote its workbooks itself."""
    folder = tmp_path_factory.mktemp("beside")
    root, source = small_root(folder / "book"), small_input(folder / "input")
    night(source, folder / "runs", root, SECOND)
    return folder


def _workbooks(run):
    return {path.name: path.read_bytes() for path in (run / "workbooks").iterdir()}


def test_the_workbooks_are_the_same(place, monkeypatch):
    """Whoever writes them, the bytes are the same."""
    monkeypatch.setattr(write, "_MANY_OUTLETS", 1)
    started = []
    start = Beside.start
    monkeypatch.setattr(Beside, "start", lambda *given: started.append(start(*given)) or started[-1])
    night(place / "input", place / "again", place / "book", SECOND)
    assert len(started) == 1
    ours = _workbooks(place / "runs" / SECOND.isoformat())
    assert ours
    assert _workbooks(place / "again" / SECOND.isoformat()) == ours


def test_its_errors_come_to_the_one_who_waits(place, tmp_path):
    """No room, or no folder, is told as this process would tell it; anything else is our own fault."""
    copy = shutil.copytree(place / "runs" / SECOND.isoformat(), tmp_path / "run")
    with pytest.raises(FileExistsError):
        Beside.start(copy, SECOND).wait()
    (copy / "quarantine.parquet").write_bytes(b"no table")
    shutil.rmtree(copy / "workbooks")
    with pytest.raises(RuntimeError, match="parquet"):
        Beside.start(copy, SECOND).wait()


def test_it_can_be_stopped(place, tmp_path):
    """Leaving the report early ends the other process."""
    copy = shutil.copytree(place / "runs" / SECOND.isoformat(), tmp_path / "run")
    with write.Report() as report:
        report.begin(copy, SECOND, 10**6)
        process = report._beside.process
        assert process.poll() is None
    assert process.returncode not in {0, None}


def test_it_does_not_outlive_its_parent(place, tmp_path):
    """When the night is killed, nothing goes on to write into the folder of a later one."""
    copy = shutil.copytree(place / "runs" / SECOND.isoformat(), tmp_path / "run")
    command = [sys.executable, "-m", "policyengine.reports.nightly.beside", str(copy), SECOND.isoformat()]
    orphan = subprocess.Popen(command, stdin=subprocess.PIPE)
    orphan.stdin.close()
    assert orphan.wait(60) not in {0, None}
