"""The folder of published runs: one at a time may write, and what is published is whole or absent.

A run is written to a hidden folder `.working-DATE`, flushed to the disk, and takes its name by one rename. A run of a
date that is already there changes places with it in one step where the system can (Linux), else in two, the second
of which is made good at the next start.
"""

from __future__ import annotations

import ctypes
import fcntl
import json
import os
import shutil
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from policyengine.batch.nightly import wording
from policyengine.diagnostics import RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MANIFEST = "manifest.json"
_LOCK = ".lock"
_WORKING = ".working-"
_OLD = ".old-"
_AT_CURRENT_FOLDER = -100
_EXCHANGE = 2


class StoreBusyError(RefusedError):
    """Another run holds the store; the message is for people."""


@contextmanager
def held(store: Path, day: date) -> Iterator[None]:
    """Hold the store alone. The system lets go of the lock however the process ends.

    Raises:
        StoreBusyError: if another process holds it.

    """
    store.mkdir(parents=True, exist_ok=True)
    with (store / _LOCK).open("a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise StoreBusyError(wording.locked(str(store), lock.read().strip())) from None
        lock.seek(0)
        lock.truncate()
        since = datetime.now(UTC).astimezone().strftime("%Y-%m-%d %H:%M:%S")
        lock.write(wording.holder(os.getpid(), since, day.isoformat()))
        lock.flush()
        _tidy(store)
        yield


def _tidy(store: Path) -> None:
    """Remove what killed runs left, and bring back a run that was moved aside for one that never came."""
    for left in sorted(store.glob(f"{_WORKING}*")):
        shutil.rmtree(left)
    for old in sorted(store.glob(f"{_OLD}*")):
        name = store / old.name.removeprefix(_OLD)
        if name.exists():
            shutil.rmtree(old)
        else:
            old.rename(name)


def working_folder(store: Path, day: date) -> Path:
    """Make the empty hidden folder that a run is written to."""
    folder = store / f"{_WORKING}{day.isoformat()}"
    folder.mkdir()
    return folder


def published(store: Path, day: date) -> Path:
    """Give the folder of a day's run, there or not."""
    return store / day.isoformat()


def publish(working: Path, store: Path, day: date) -> Path:
    """Flush a finished run to the disk and give it its name; gives the folder."""
    target = published(store, day)
    _flush(working)
    if not target.exists():
        working.rename(target)
    elif _exchanged(working, target):
        _flush_folder(store)
        shutil.rmtree(working)
    else:
        old = store / f"{_OLD}{day.isoformat()}"
        target.rename(old)
        working.rename(target)
        _flush_folder(store)
        shutil.rmtree(old)
    _flush_folder(store)
    return target


def latest_before(store: Path, day: date) -> tuple[date, Path] | None:
    """Find the latest published run of an earlier day."""
    runs = []
    for entry in store.iterdir() if store.exists() else ():
        try:
            that = date.fromisoformat(entry.name)
        except ValueError:
            continue
        if that < day and (entry / MANIFEST).is_file():
            runs.append((that, entry))
    return max(runs) if runs else None


def read_manifest(run: Path) -> dict[str, object]:
    """Read the manifest of a published run; empty if it is damaged."""
    try:
        found = json.loads((run / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _exchanged(one: Path, other: Path) -> bool:
    """Let two folders change names in one step; False if the system cannot."""
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    done = rename(
        _AT_CURRENT_FOLDER,
        os.fsencode(one.absolute()),
        _AT_CURRENT_FOLDER,
        os.fsencode(other.absolute()),
        _EXCHANGE,
    )
    return bool(done == 0)


def _flush(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_dir():
            _flush_folder(path)
        else:
            with path.open("rb") as opened:
                os.fsync(opened.fileno())
    _flush_folder(folder)


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
