"""Slips of the pen in the text: where, as written, and how they are read. The text itself is never corrected."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from policyengine.standard import wording
from policyengine.standard.entries import range_at, read_entries, text_at
from policyengine.standard.text import shown

if TYPE_CHECKING:
    from pathlib import Path

    from policyengine.diagnostics import Problems, Span
    from policyengine.standard.text import RawText

SLIP_FILE = "slips.yaml"
_KEYS = ("原文", "读作", "位置", "行", "说明")


@dataclass(frozen=True, slots=True)
class Slip:
    """One slip: offsets into the text, the words as written, their reading and why."""

    written: str
    reading: str
    range: tuple[int, int]
    remark: str
    span: Span | None = field(default=None, compare=False)


def load_slips(folder: Path, text: RawText, problems: Problems) -> tuple[Slip, ...]:
    """Read the slips and check that the words stand where they are said to stand."""
    found = []
    for entry in read_entries(folder / SLIP_FILE, shown(folder, SLIP_FILE), _KEYS, problems):
        written = text_at(entry, "原文", problems)
        reading = text_at(entry, "读作", problems)
        remark = text_at(entry, "说明", problems)
        place = range_at(entry, "位置", len(text.text), problems)
        if place is None or not written or not reading:
            continue
        if text.text[slice(*place)] != written or text_at(entry, "行", problems) != str(text.line(place[0])):
            problems.add("ST12", wording.slip_differs(written), entry.span, help=wording.REBUILD)
            continue
        found.append(Slip(written, reading, place, remark, entry.span))
    return tuple(found)
