"""The night's input, and whether it stayed as it was while the night went on."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from policyengine.batch.files import fingerprint
from policyengine.batch.nightly.database import is_database, read_database, shown
from policyengine.batch.sources import read_input
from policyengine.diagnostics import RefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from policyengine.batch.sources import Input
    from policyengine.vocabulary.terms import Vocabulary


class InputChangedError(RefusedError):
    """The input is another than the one that was read; the message is for people."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where the facts come from: a folder, a file, or a database."""

    written: str
    _stats: Mapping[str, tuple[int, int]] = field(default_factory=dict, repr=False)

    @property
    def shown(self) -> str:
        """Give the source without passwords."""
        return shown(self.written) if is_database(self.written) else self.written

    def read(self, vocabulary: Vocabulary, as_of: date) -> Input:
        """Read all but the events of provinces that have their own file.

        Raises:
            BookRefusedError: with every problem that keeps the input from being read.
            DatabaseError: if the database cannot be read.

        """
        if is_database(self.written):
            return read_database(self.written, vocabulary, as_of=as_of)
        return read_input(Path(self.written), vocabulary, as_of=as_of)

    def changed(self, data: Input) -> list[str]:
        """Name the files that are no longer what was read. A database was read at one instant."""
        if is_database(self.written):
            return []
        path = Path(self.written)
        found = []
        for one in data.fingerprints:
            file = path / one.file if path.is_dir() else path
            try:
                if _stat(file) != self._stats.get(one.file) and fingerprint(file, one.file) != one:
                    found.append(one.file)
            except OSError:
                found.append(one.file)
        return found


def source_of(written: str) -> Source:
    """Take note of how the files stand before they are read."""
    if is_database(written):
        return Source(written)
    path = Path(written)
    if path.is_dir():
        files = [one for one in path.rglob("*") if one.is_file()]
        return Source(written, {one.relative_to(path).as_posix(): _stat(one) for one in files})
    return Source(written, {path.name: _stat(path)} if path.is_file() else {})


def _stat(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_size, found.st_mtime_ns
