"""Figures into a section of a Markdown file, with the machine and the day."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def machine() -> str:
    """Say on what and when it was measured."""
    model = platform.processor() or platform.machine()
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    load = os.getloadavg()[0]
    day = datetime.now(UTC).date().isoformat()
    return f"{day}，{os.cpu_count()} 核 {model}，内存 {pages / 2**30:.0f} GiB，测时系统负载 {load:.1f}"


def write_section(path: Path, title: str, note: str, table: Sequence[Sequence[str]]) -> None:
    """Put a table under `## title`, in place of what stands there, or at the end."""
    heads, *rows = table
    lines = [f"## {title}", "", note, "", _row(heads), _row(["---"] * len(heads)), *map(_row, rows), ""]
    text = path.read_text(encoding="utf-8") if path.exists() else "# 测量\n"
    before, found, after = text.partition(f"## {title}\n")
    rest = after.partition("\n## ")
    tail = f"\n## {rest[2]}" if found and rest[1] else ""
    path.write_text(before.rstrip("\n") + "\n\n" + "\n".join(lines) + tail, encoding="utf-8")


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"
