"""What is said about tables that people give to plan with."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

KEEP_ONE = "删去一行，或把两行改成不同的名称"
NO_ROWS = "表中没有一行数据"


def known_columns(names: Sequence[str]) -> str:
    """List the columns there are."""
    return f"可用的列：{'、'.join(names)}"


def unknown_column(name: str) -> str:
    """Refuse a column."""
    return f"没有“{name}”这一列"


def missing_column(name: str, column: str) -> str:
    """Ask for a column."""
    return f"缺少“{name}”（{column}）这一列"


def empty_cell(name: str) -> str:
    """Ask for a value."""
    return f"“{name}”没有填"


def bad_cell(name: str, why: str) -> str:
    """Refuse a value."""
    return f"“{name}”填写有误：{why}"


def out_of_bounds(name: str, text: str) -> str:
    """Refuse an unbelievable value."""
    return f"“{name}”的值“{text}”超出可信范围"


def several_provinces(codes: Sequence[str]) -> str:
    """Ask which province is meant."""
    return f"表中有多个省份（{'、'.join(codes)}），请用 --province 选定一个"


def province_absent(code: str, codes: Sequence[str]) -> str:
    """Say that a province is not in the table."""
    return f"表中没有省份 {code} 的数据，只有 {'、'.join(codes)}"


def key_wrong(name: str, identifier: str) -> str:
    """Refuse a row without a key of its own."""
    return f"“{name}”的值“{identifier}”重复" if identifier else f"“{name}”没有填"
