"""What a run is made from and what it is: enough to make it again bit for bit and to tell whether it was altered."""

from __future__ import annotations

import hashlib
import json
import platform
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FORMAT = 1
# What the bytes of a run may depend on besides the input and the book.
_PACKAGES = ("shebao-policyengine", "polars", "chinesecalendar", "durable-rules", "jinja2", "xlsxwriter")


def versions() -> dict[str, str]:
    """Give the versions of everything that has a part in the bytes of a run."""
    found = {"python": platform.python_version()}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = ""
    return found


def file_hashes(folder: Path, leave_out: frozenset[str]) -> dict[str, str]:
    """Give the SHA-256 of every file of a run, by path within it."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name not in leave_out:
            with path.open("rb") as opened:
                found[name] = hashlib.file_digest(opened, "sha256").hexdigest()
    return found


def write_json(path: Path, content: Mapping[str, object]) -> None:
    """Write JSON for people to read and programs to compare."""
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def altered(run: Path, manifest: Mapping[str, object], under: str = "") -> list[str]:
    """Name the files of a run, or of one of its folders, that are not what the manifest says."""
    files = manifest.get("files")
    if not isinstance(files, dict):
        return ["manifest.json"]
    wrong = []
    for name, expected in files.items():
        if name.startswith(under):
            path = run / name
            if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != expected:
                wrong.append(name)
    return wrong
