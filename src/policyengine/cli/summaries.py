"""Tables that several commands show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table

from policyengine.cli.console import out

if TYPE_CHECKING:
    from collections.abc import Iterable


def print_failing_rules(rows: Iterable[tuple[str, str, str, str, int]]) -> None:
    """Show the rules that fail most: rule, title, clause, modality and number; nothing if none fails."""
    shown = Table(title="不符合最多的规则", title_justify="left")
    for heading in ("规则", "名称", "条款", "用语", "不符合"):
        shown.add_column(heading, overflow="fold")
    for rule, title, clause, modality, number in rows:
        shown.add_row(rule, title, clause, modality, str(number))
    if shown.row_count:
        out.print(shown)
