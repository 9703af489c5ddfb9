"""What is wrong with a book or an input, where, and what to write instead.

A *diagnostic* is about what people wrote. It is not a *finding* (data that break a rule)
and not a *fault* (our own defect).
"""

from __future__ import annotations

import difflib
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of a file: 1-based lines and columns, the end column exclusive, in characters."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One problem, worded in Chinese: its code, place, the offending line, the clause, and what helps."""

    code: str
    message: str
    span: Span
    line_text: str = ""
    clause: str = ""
    help: str = ""

    @property
    def underlined(self) -> str:
        """The culprit, as it stands in the file."""
        end = self.span.end_column - 1 if self.span.end_line == self.span.line else len(self.line_text)
        return self.line_text[self.span.column - 1 : end]

    def render(self) -> str:
        """Write the diagnostic as text with the culprit underlined."""
        rows = [f"{self.span}: 错误[{self.code}] {self.message}"]
        if self.line_text:
            number = str(self.span.line)
            before = self.line_text[: self.span.column - 1]
            marks = "^" * max(1, _width(self.underlined))
            rows += [
                f"{' ' * len(number)} |",
                f"{number} | {self.line_text}",
                f"{' ' * len(number)} | {' ' * _width(before)}{marks}",
            ]
        if self.clause:
            rows.append(f"  条款：{self.clause}")
        if self.help:
            rows.append(f"  建议：{self.help}")
        return "\n".join(rows)

    def as_json(self) -> dict[str, object]:
        """Give the diagnostic as plain data, for `--format json`."""
        return {
            "code": self.code,
            "file": self.span.file,
            "line": self.span.line,
            "column": self.span.column,
            "end_line": self.span.end_line,
            "end_column": self.span.end_column,
            "message": self.message,
            "culprit": self.underlined,
            "clause": self.clause,
            "help": self.help,
        }


class RefusedError(Exception):
    """What was asked cannot be done with what was given; the message is for people (exit code 3)."""


class BookRefusedError(Exception):
    """What was read does not load; carries every diagnostic, sorted by place."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(sorted(set(diagnostics), key=lambda one: (one.span, one.code, one.message)))
        super().__init__("\n\n".join(one.render() for one in self.diagnostics))


@dataclass(slots=True)
class Problems:
    """Collects diagnostics, so that all are told at once. `lines` maps a file to its lines."""

    lines: dict[str, list[str]] = field(default_factory=dict)
    found: list[Diagnostic] = field(default_factory=list)

    def add(self, code: str, message: str, span: Span, *, clause: str = "", help: str = "") -> None:  # noqa: A002
        """Record one problem."""
        lines = self.lines.get(span.file, [])
        text = lines[span.line - 1] if 0 < span.line <= len(lines) else ""
        self.found.append(Diagnostic(code, message, span, text, clause, help))

    def stop_if_any(self) -> None:
        """Refuse the book if anything was recorded.

        Raises:
            BookRefusedError: with all the diagnostics.

        """
        if self.found:
            raise BookRefusedError(self.found)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Suggest the nearest known word, as help text; empty if none is near."""
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f"是否想写“{near[0]}”？" if near else ""


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
