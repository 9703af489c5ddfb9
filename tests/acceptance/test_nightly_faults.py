"""Whatever happens to a night, what is published is whole or absent, a rerun gives the same bytes, and people are told."""

from __future__ import annotations

import fcntl
import os
import resource
import shutil
import subprocess

import polars as pl
import pytest

from acceptance.nights import FIRST, Quiet, command, night, small_input, small_root, started, tree
from policyengine.batch.nightly.inputs import InputChangedError
from policyengine.batch.nightly.store import StoreBusyError

# Counts what the process does to the store's files and ends it, without warning, at the n-th.
COUNTER = """
import os, signal, sys
_seen = 0
def _watch(event, arguments):
    global _seen
    if event in {{"open", "os.mkdir", "os.rename", "os.rmdir", "os.remove", "ctypes.dlsym"}}:
        told = str(arguments[0]) + str(arguments[1] if len(arguments) > 1 else "")
        if {store!r} in told or event == "ctypes.dlsym" and "renameat2" in told:
            _seen += 1
            if _seen == {at}:
                os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(_watch)
import atexit
atexit.register(lambda: print("steps", _seen))
"""


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return small_root(tmp_path_factory.mktemp("book"))


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    return small_input(tmp_path_factory.mktemp("city") / "input", outlets=12)


@pytest.fixture(scope="module")
def whole(tmp_path_factory, source, root):
    """A run that nothing disturbed."""
    folder = tmp_path_factory.mktemp("whole")
    night(source, folder, root, FIRST, sample=1)
    return tree(folder / FIRST.isoformat())


@pytest.fixture(scope="module")
def steps(tmp_path_factory, source, root):
    """How many times a run touches the store."""
    store = tmp_path_factory.mktemp("counted")
    found = started(command(source, store, root, FIRST), script=COUNTER.format(store=str(store), at=0))
    assert found.returncode == 0, found.stderr
    return int(found.stdout.split("steps")[1])


@pytest.mark.parametrize("share", [0.01, 0.35, 0.7, 0.9, 0.97, 0.99])
def test_a_killed_night_leaves_no_half_run_and_runs_again(share, steps, source, root, whole, tmp_path):
    """Killed at any instant, the store shows the run whole or not at all, and the next run gives the same bytes."""
    script = COUNTER.format(store=str(tmp_path), at=max(1, int(steps * share)))
    killed = started(command(source, tmp_path, root, FIRST), script=script)
    assert killed.returncode == -9
    run = tmp_path / FIRST.isoformat()
    assert not run.exists() or tree(run) == whole
    night(source, tmp_path, root, FIRST, sample=1)
    assert tree(run) == whole
    assert sorted(path.name for path in tmp_path.iterdir()) == [".lock", FIRST.isoformat()]


@pytest.mark.parametrize("back", [0, 1, 2, 30, 60])
def test_a_night_killed_while_it_replaces_another_leaves_one_of_both(back, source, root, whole, tmp_path):
    """A rerun that is killed while it takes the place of an earlier run leaves the one or the other, whole."""
    night(source, tmp_path, root, FIRST, sample=1, keep_all=True)
    earlier = tree(tmp_path / FIRST.isoformat())
    store = shutil.copytree(tmp_path, tmp_path.parent / f"{tmp_path.name}-counted")
    arguments = command(source, store, root, FIRST)
    counted = started(arguments, script=COUNTER.format(store=str(store), at=0))
    at = int(counted.stdout.split("steps")[1]) - back
    script = COUNTER.format(store=str(tmp_path), at=at)
    assert started(command(source, tmp_path, root, FIRST), script=script).returncode == -9
    assert tree(tmp_path / FIRST.isoformat()) in (earlier, whole)
    night(source, tmp_path, root, FIRST, sample=1)
    assert tree(tmp_path / FIRST.isoformat()) == whole


@pytest.mark.parametrize("most", [4_096, 20_000, 60_000])
def test_a_night_without_room_says_so(most, source, root, tmp_path):
    """When files may not grow any further, nothing is published and the message says what to do."""
    found = started(
        command(source, tmp_path, root, FIRST),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most)),
    )
    assert found.returncode == 3, found.stderr
    assert "空间" in found.stderr
    assert "重新运行" in found.stderr
    assert not (tmp_path / FIRST.isoformat()).exists()


def test_a_full_disk_says_so(source, root, whole, tmp_path):
    """On a disk that fills up, nothing is published; once there is room, the same command gives the same bytes."""
    # Room for the copy of the rule book and a little more, in pages of 4 KB: the run itself does not fit.
    pages = sum(-(-path.stat().st_size // 4096) for path in root.rglob("*") if path.is_file()) + 40
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={4 * pages}k", "tmpfs", str(tmp_path)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip("a small file system cannot be mounted here: it takes root and CAP_SYS_ADMIN")
    try:
        found = started(command(source, tmp_path, root, FIRST))
        assert found.returncode == 3, found.stderr
        assert "空间" in found.stderr
        assert not (tmp_path / FIRST.isoformat()).exists()
        subprocess.run(["mount", "-o", "remount,size=64m", str(tmp_path)], check=True)
        night(source, tmp_path, root, FIRST, sample=1)
        assert tree(tmp_path / FIRST.isoformat()) == whole
    finally:
        subprocess.run(["umount", str(tmp_path)], check=True)


@pytest.mark.parametrize("table", ["outlets/330000.parquet", "events/330000.parquet", "institutions.parquet"])
def test_a_truncated_file_is_named(table, source, root, tmp_path):
    """A Parquet file that was cut short refuses the input, by name, and nothing is published."""
    given = shutil.copytree(source, tmp_path / "input")
    os.truncate(given / table, (given / table).stat().st_size // 2)
    found = started(command(given, tmp_path / "store", root, FIRST))
    assert found.returncode == 3
    assert table in found.stderr
    assert not (tmp_path / "store" / FIRST.isoformat()).exists()


def test_a_file_without_permission_is_named(source, root, tmp_path):
    """A file that may not be read refuses the input, by name."""
    given = shutil.copytree(source, tmp_path / "input")
    (given / "outlets" / "330000.parquet").chmod(0)
    store = tmp_path / "store"
    # Root passes over permissions unless it gives that power up, which it does for that process only.
    found = started(command(given, store, root, FIRST), script=_DROP if os.geteuid() == 0 else "")
    assert found.returncode == 3, found.stdout + found.stderr
    assert "outlets/330000.parquet" in found.stderr
    assert "权限" in found.stderr


# Clears CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH from the effective set (capset, version 3).
_DROP = """
import ctypes
class _Head(ctypes.Structure):
    _fields_ = [("version", ctypes.c_uint32), ("pid", ctypes.c_int)]
class _Sets(ctypes.Structure):
    _fields_ = [("effective", ctypes.c_uint32), ("permitted", ctypes.c_uint32), ("inheritable", ctypes.c_uint32)]
_head, _sets = _Head(0x20080522, 0), (_Sets * 2)()
assert ctypes.CDLL(None).capget(ctypes.byref(_head), ctypes.byref(_sets)) == 0
_sets[0].effective &= ~0b110
assert ctypes.CDLL(None).capset(ctypes.byref(_head), ctypes.byref(_sets)) == 0
"""


def test_two_nights_at_once_do_not_mix(source, root, tmp_path):
    """While one run holds the store, another is told who does, and leaves everything as it is."""
    tmp_path.mkdir(exist_ok=True)
    with (tmp_path / ".lock").open("w") as lock:
        lock.write("进程 1")
        lock.flush()
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(StoreBusyError, match="进程 1"):
            night(source, tmp_path, root, FIRST)
        found = started(command(source, tmp_path, root, FIRST))
    assert found.returncode == 3
    assert "另一个夜间评估正在写入" in found.stderr
    assert [path.name for path in tmp_path.iterdir()] == [".lock"]


@pytest.mark.parametrize("how", ["changed", "gone"])
def test_an_input_that_changes_under_the_night_is_not_published(how, source, root, tmp_path):
    """If a file of the input is another at the end than at the start, the run is not published, and names it."""
    given = shutil.copytree(source, tmp_path / "input")
    file = given / "outlets" / "330000.parquet"

    class Meddler(Quiet):
        def step(self, provinces, outlets, total):  # noqa: ARG002 -- the contract
            if how == "gone":
                file.unlink()
            else:
                pl.read_parquet(file).head(1).write_parquet(file)

    with pytest.raises(InputChangedError, match=r"outlets/330000\.parquet"):
        night(given, tmp_path / "store", root, FIRST, Meddler(), sample=0)
    assert [path.name for path in (tmp_path / "store").iterdir()] == [".lock"]


def test_a_run_that_was_altered_is_not_compared_with(source, root, tmp_path):
    """A night before whose verdicts are not what its manifest says is left out, and the operator hears of it."""
    from acceptance.nights import SECOND

    night(source, tmp_path, root, FIRST, sample=0)
    path = tmp_path / FIRST.isoformat() / "verdicts" / "330000.parquet"
    path.write_bytes(path.read_bytes()[:-1] + b"2")
    watcher = Quiet()
    outcome = night(source, tmp_path, root, SECOND, watcher, sample=0)
    assert outcome.manifest["compared_with"] is None
    assert any(FIRST.isoformat() in message for message in watcher.said)
