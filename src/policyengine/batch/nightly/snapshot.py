"""The rule book's files as they stood when the run began: read once, kept with the run, read again another night."""

from __future__ import annotations

import hashlib
import io
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from policyengine.batch.nightly import wording
from policyengine.diagnostics import RefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FILE = "rulebook.zip"
_FOLDERS = (("rules", ".yaml"), ("data/standard", ""))
_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Bytes of every file that the book is made of, by path from the root."""

    files: Mapping[str, bytes] = field(repr=False)

    @property
    def fingerprint(self) -> str:
        """Give the first 32 hexadecimal digits of the SHA-256 of all files and their names."""
        digest = hashlib.sha256()
        for name, content in sorted(self.files.items()):
            digest.update(f"{name}\0{len(content)}\0".encode())
            digest.update(content)
        return digest.hexdigest()[:32]

    def changed(self, root: Path) -> list[str]:
        """Name the files that are now others than they were."""
        now = take(root).files
        return sorted(
            name for name in now.keys() | self.files.keys() if now.get(name) != self.files.get(name)
        )

    def packed(self) -> bytes:
        """Give one ZIP file, the same bytes for the same files."""
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
            for name, content in sorted(self.files.items()):
                archive.writestr(zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED)
        return held.getvalue()

    def lay_out(self, folder: Path) -> None:
        """Write the files into a folder, to be read as a rule book.

        Raises:
            OSError: if there is no room.

        """
        for name, content in self.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)


def take(root: Path) -> Snapshot:
    """Read every file of the rule book under `root`.

    Raises:
        RefusedError: if one cannot be read.

    """
    files = {}
    for folder, ending in _FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            if path.is_file() and path.name.endswith(ending) and not path.name.startswith("."):
                name = path.relative_to(root).as_posix()
                try:
                    files[name] = path.read_bytes()
                except OSError as error:
                    raise RefusedError(wording.rule_unreadable(name, error.strerror or "")) from error
    return Snapshot(files)


def unpack(path: Path) -> Snapshot:
    """Read a snapshot that was kept with a run.

    Raises:
        OSError: if the file cannot be read.
        zipfile.BadZipFile: if it is damaged.

    """
    with zipfile.ZipFile(path) as archive:
        return Snapshot({name: archive.read(name) for name in archive.namelist()})
