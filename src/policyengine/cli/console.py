"""Where commands write: results to standard output, all else to standard error."""

from __future__ import annotations

import io
import json
import sys
from enum import StrEnum
from typing import TYPE_CHECKING

from rich.console import Console

if TYPE_CHECKING:
    from collections.abc import Iterable

    from policyengine.diagnostics import Diagnostic

# Neither markup nor emoji: what people wrote is shown as it is, and `outlets.yaml:100:9` is a place, not a picture.
out = Console(highlight=False, soft_wrap=True, markup=False, emoji=False)
err = Console(stderr=True, highlight=False, soft_wrap=True, markup=False, emoji=False)


def speak_chinese() -> None:
    """Make both streams take Chinese: UTF-8 where the terminal's own encoding has no Chinese; else what it lacks as ?."""
    for stream in (sys.stdout, sys.stderr):
        if not isinstance(stream, io.TextIOWrapper):
            continue
        try:
            "规则“”—✗┏".encode(stream.encoding)
        except UnicodeEncodeError:
            try:
                "规则".encode(stream.encoding)
            except UnicodeEncodeError:
                stream.reconfigure(encoding="utf-8")
        stream.reconfigure(errors="replace")


class Format(StrEnum):
    """How results are written."""

    TEXT = "text"
    JSON = "json"


def print_json(data: object) -> None:
    """Write data as JSON, one document."""
    sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=2) + "\n")


def print_diagnostics(diagnostics: Iterable[Diagnostic]) -> None:
    """Write diagnostics with their culprits underlined, red in a terminal."""
    ordered = list(diagnostics)
    for one in ordered:
        first, *rest = one.render().splitlines()
        err.print(first, style="bold red", markup=False)
        for row in rest:
            err.print(
                row, markup=False, style="red" if set(row.strip()) <= set("|^ ") and "^" in row else None
            )
        err.print()
    err.print(f"共 {len(ordered)} 个问题", markup=False, style="bold")
