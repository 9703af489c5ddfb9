"""Options that commands share."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from policyengine.cli.console import Format
from policyengine.values import ValueRefusedError, parse_date

if TYPE_CHECKING:
    from collections.abc import Callable

    from policyengine.rulebook import Shelf
    from policyengine.semantics.ir import Book


def read_day(text: str) -> date:
    """Read a day given on the command line.

    Raises:
        typer.BadParameter: if it is none.

    """
    try:
        return parse_date(text)
    except ValueRefusedError as error:
        raise typer.BadParameter(str(error)) from None


AsOf = Annotated[date, typer.Option("--as-of", parser=read_day, metavar="DATE", help="评估日，如 2026-06-30")]
OptionalAsOf = Annotated[
    date | None, typer.Option("--as-of", parser=read_day, metavar="DATE", help="评估日，默认今天")
]
Root = Annotated[
    Path | None, typer.Option("--root", help="规则书所在目录（含 rules/ 与 data/）；默认自动寻找")
]
OutputFormat = Annotated[Format, typer.Option("--format", help="输出格式")]


def book_chooser(shelf: Shelf, as_of: date, overlays: list[Path] | None) -> Callable[[str], Book]:
    """Give the function that finds the book of a division code, with overlays given on the command line laid on."""
    for path in overlays or ():
        shelf = shelf.with_overlay(path)
    return lambda region: shelf.book(as_of, shelf.layer_of(region))
