"""What is said about the order of applicants."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

NO_GRADE = "资料不全，不能确定条件档"
NOBODY = "没有正在申请的机构"


def broken(title: str, rule: str, reasons: Sequence[str]) -> str:
    """Say which rule an applicant does not meet."""
    return f"不符合“{title}”（{rule}）：{'；'.join(reasons)}"


def waiting(title: str, missing: Sequence[str]) -> str:
    """Say what is needed to judge an applicant."""
    return f"“{title}”无法判定，缺少“{'”“'.join(missing)}”"


def standing(grade: str, extent: str, townships: int, villages: int) -> str:
    """Say what counts for an applicant."""
    return f"{grade}，{extent}：县内覆盖乡镇（街道）{townships} 个、村（社区）{villages} 个"


def claimed(townships: int, villages: int) -> str:
    """Say that what an applicant claims of itself does not count."""
    return f"网点表中没有其在本县的网点；自报乡镇网点 {townships} 个、村服务点 {villages} 个，未落到具体区划，不计入"


def lower_grade(name: str, better: str, own: str) -> str:
    """Say that conditions are not equal."""
    return f"条件不同等：{own}，次于{name}的{better}"


def lesser_extent(name: str, better: str, own: str) -> str:
    """Say that the one before extends further."""
    return f"与{name}同等条件，{own}，次于{better}"


def fewer(name: str, what: str, better: int, own: int) -> str:
    """Say that the one before reaches more places."""
    return f"与{name}同等条件，覆盖{what} {own} 个，少于 {better} 个"


def tied(names: Sequence[str]) -> str:
    """Say who shares the position."""
    return f"与{'、'.join(names)}并列"
