"""Where commands write: results to standard output, all else to standard error."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from typing import TYPE_CHECKING

from rich.console import Console

if TYPE_CHECKING:
    from collections.abc import Iterable

    from policyengine.diagnostics import Diagnostic

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


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
