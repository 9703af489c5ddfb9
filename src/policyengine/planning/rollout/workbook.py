"""A plan as a workbook for people: the table of the notice, a summary, what is left out, and how it was judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from policyengine.planning.rollout.facts import BEGUN, entry_of, mean
from policyengine.values import format_decimal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date
    from pathlib import Path

    from policyengine.planning.rollout.plan import Placed, Plan
    from policyengine.semantics.ir import Book

NOTICE = (
    "批次", "序号", "事项名称", "事项类别", "年办件量", "复杂度", "风险等级", "经办方式", "公布日期", "实施日期", "理由",
)  # fmt: skip
SUMMARY = (
    "批次",
    "公布日期",
    "实施日期",
    "新增事项",
    "累计事项",
    "平均复杂度",
    "新增年办件量",
    "累计办件占比",
)
_WIDTHS = {
    "事项名称": 30,
    "理由": 70,
    "原因": 70,
    "处置": 60,
    "依据与说明": 80,
    "事项类别": 16,
    "经办方式": 14,
    "规则": 24,
}
_HEAD = PatternFill("solid", fgColor="DDEBF7")


def notice_rows(plan: Plan) -> list[tuple[object, ...]]:
    """Give the rows of the notice's table, one an item, with the columns of `NOTICE`."""
    return [
        (
            _batch(plan, number), place, one.name, one.case.values.get("事项类别", ""), one.case.values["年办件量"],
            one.case.values["复杂度"], one.case.values.get("风险等级", ""), one.case.values.get("经办方式", ""),
            _day(plan.days[number].published), _day(plan.days[number].effective), "；".join(one.reasons),
        )
        for number, some in sorted(plan.batches.items())
        for place, one in enumerate(some, 1)
    ]  # fmt: skip


def summary_rows(plan: Plan, book: Book) -> list[tuple[object, ...]]:
    """Give a row for each batch, with the columns of `SUMMARY`."""
    whole = sum(_cases(one) for one in plan.placed) or 1
    rows: list[tuple[object, ...]] = []
    listed = served = 0
    for number, some in sorted(plan.batches.items()):
        cases = sum(_cases(one) for one in some)
        listed, served = listed + len(some), served + cases
        average = mean([entry_of(one.case, book) for one in some])
        days = plan.days[number]
        rows.append((
            _batch(plan, number), _day(days.published), _day(days.effective), len(some), listed,
            "" if average is None else float(format_decimal(average, 2)), cases, f"{served / whole:.1%}",
        ))  # fmt: skip
    return rows


def write_workbook(plan: Plan, book: Book, path: Path) -> None:
    """Write the workbook.

    Raises:
        OSError: if the file cannot be written.

    """
    made = Workbook()
    made.remove(made.active)
    _sheet(made, "分批清单", NOTICE, notice_rows(plan))
    _sheet(made, "批次汇总", SUMMARY, summary_rows(plan, book))
    out = [(one.name, "；".join(one.reasons)) for one in plan.kept_out]
    gone = [(str(case.values.get("事项名称", case.id)), reason) for case, reason in plan.dropped]
    _sheet(made, "未列入", ("事项名称", "原因"), out)
    _sheet(made, "调出", ("事项名称", "原因"), gone)
    claims = [
        (one.what, one.judged.rule, one.judged.title, one.judged.clause, str(one.judged.modality), one.judged.verdict.chinese, "；".join(one.judged.reasons))
        for one in plan.check.claims
    ]  # fmt: skip
    _sheet(made, "校核", ("对象", "规则", "名称", "条款", "用语", "结论", "依据与说明"), claims)
    path.parent.mkdir(parents=True, exist_ok=True)
    made.save(path)


def _sheet(made: Workbook, title: str, headers: Sequence[str], rows: Iterable[tuple[object, ...]]) -> None:
    sheet = made.create_sheet(title)
    sheet.append(list(headers))
    for cell in sheet[1]:
        cell.font, cell.fill = Font(bold=True), _HEAD
    for row in rows:
        sheet.append(list(row))
    for number, header in enumerate(headers, 1):
        sheet.column_dimensions[get_column_letter(number)].width = _WIDTHS.get(header, 12)
    for cells in sheet.iter_rows(min_row=2):
        for cell in cells:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "A2"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"


def _batch(plan: Plan, number: int) -> str:
    return "一次公布" if plan.state == BEGUN else f"第 {number} 批"


def _day(day: date | None) -> str:
    return "" if day is None else day.isoformat()


def _cases(one: Placed) -> int:
    value = one.case.values["年办件量"]
    return value if isinstance(value, int) else 0
