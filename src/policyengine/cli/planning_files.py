"""Tables that people give to plan with, opened; rows of an input that cannot be used, refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policyengine.batch.files import ENDINGS, ROW, raw_tables
from policyengine.diagnostics import BookRefusedError, Problems, Span
from policyengine.planning.intake import Source

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from policyengine.batch.sources import Input


def read_source(path: Path, problems: Problems, marks: Sequence[str]) -> Source:
    """Open a table of Parquet, CSV or Excel; of a workbook the first sheet that has one of the headers `marks`.

    Raises:
        BookRefusedError: if it cannot be opened.

    """
    if path.is_dir() or path.suffix.lower() not in ENDINGS:
        problems.add("P020", f"“{path.name}”不是表格文件", Span(path.name, 1, 1, 1, 1), help=f"应为 {'、'.join(ENDINGS)} 文件")  # fmt: skip
    else:
        raws = list(raw_tables(path, path.name, problems))
        if not raws and not problems.found:
            problems.add("P020", f"“{path.name}”里没有表格", Span(path.name, 1, 1, 1, 1))
        problems.stop_if_any()
        chosen = next((raw for raw in raws if {one.strip() for one in raw.headers} & set(marks)), raws[0])
        for one in chosen.ragged:
            message = f"这一行有 {one.found} 格，表头有 {one.expected} 格"
            problems.add("P021", message, Span(chosen.file, max(1, one.row), 1, max(1, one.row), 2))
        problems.stop_if_any()
        frame = chosen.lazy.collect()
        numbers = tuple(int(one) for one in frame[ROW])
        return Source(frame.drop(ROW), chosen.file, numbers=numbers)
    raise BookRefusedError(problems.found)


def refuse_set_aside(data: Input) -> None:
    """Refuse an input with rows that were set aside: what is judged as a whole must be whole.

    Raises:
        BookRefusedError: with every such row.

    """
    problems = Problems()
    for one in data.set_aside:
        problems.add("P022", one.reason, Span(one.file, max(1, one.row), 1, max(1, one.row), 2))
    problems.stop_if_any()
