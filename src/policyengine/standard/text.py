"""The text of the standard as it came, and the same text with its page breaks closed.

A place in the text is a pair of character offsets into the file decoded as UTF-8, the end exclusive. Line ends
are the only characters that joining removes: the source was typed from pages and breaks inside sentences.
"""

from __future__ import annotations

import bisect
from dataclasses import dataclass
from typing import TYPE_CHECKING

from policyengine.diagnostics import Problems, Span
from policyengine.standard import wording

if TYPE_CHECKING:
    from pathlib import Path

TEXT_FILE = "编制说明.txt"


@dataclass(frozen=True, slots=True)
class Joined:
    """A stretch of the text without line ends; `offsets[i]` is the place in the file of its character `i`."""

    text: str
    offsets: tuple[int, ...]

    def raw_range(self, start: int, end: int) -> tuple[int, int]:
        """Give the place in the file of characters `start` to `end` (at least one) of the joined text."""
        return self.offsets[start], self.offsets[end - 1] + 1


@dataclass(frozen=True, slots=True)
class RawText:
    """The file, character for character. `starts` are the offsets of its lines."""

    file: str
    text: str
    starts: tuple[int, ...]

    def line(self, offset: int) -> int:
        """Give the 1-based line of an offset."""
        return bisect.bisect_right(self.starts, offset)

    def span(self, start: int, end: int) -> Span:
        """Give the place of a stretch as lines and columns."""
        line, end_line = self.line(start), self.line(max(start, end - 1))
        return Span(
            self.file, line, start - self.starts[line - 1] + 1, end_line, end - self.starts[end_line - 1] + 1
        )

    def joined(self, start: int, end: int) -> Joined:
        """Close the page breaks of a stretch."""
        kept = tuple(offset for offset in range(start, end) if self.text[offset] != "\n")
        return Joined("".join(self.text[offset] for offset in kept), kept)


def raw_text(text: str, file: str = TEXT_FILE) -> RawText:
    """Wrap a text already read."""
    starts = [0, *(offset + 1 for offset, character in enumerate(text) if character == "\n")]
    return RawText(file, text, tuple(starts))


def load_text(folder: Path, problems: Problems) -> RawText:
    """Read the text; an empty one, with the reason in `problems`, if it cannot be read.

    A checkout that turned line ends into CRLF is read as the LF file that it was.
    """
    shown_as = shown(folder, TEXT_FILE)
    try:
        text = (folder / TEXT_FILE).read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError) as error:
        problems.add("ST01", wording.unreadable(error), Span(shown_as, 1, 1, 1, 1), help=wording.RESTORE_TEXT)
        text = ""
    problems.lines[shown_as] = text.split("\n")
    return raw_text(text, shown_as)


def shown(folder: Path, name: str) -> str:
    """Name a file of the folder as messages show it, the same on every machine."""
    return "/".join([*folder.resolve().parts[-2:], name])
