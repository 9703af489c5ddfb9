"""The table of how opinions were handled (意见汇总处理表), as Excel and as Word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter

from policyengine.reports.opinions import wording
from policyengine.reports.opinions.rounds import Round, Tally

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from docx.document import Document as Paper

    from policyengine.reports.opinions.places import Places
    from policyengine.reports.opinions.rounds import Opinion

HEADINGS = ("序号", "标准章条编号", "意见内容", "理由", "提出单位", "处理意见", "处理理由")
_WIDTHS_MM = (12, 44, 72, 46, 32, 18, 43)
_PENDING = "待处理"
_GRID = Border(*(Side(style="thin") for _ in range(4)))


def summary_sentence(tally: Tally) -> str:
    """Give the sentence of the drafting notes: 共收到…条修改意见，采纳…条，部分采纳…条，未采纳…条。."""
    return wording.sentence(tally.received, tally.accepted, tally.partly, tally.rejected, tally.pending)


def total(rounds: Iterable[Round]) -> Tally:
    """Add the tallies of several rounds."""
    all_of_them = [one.tally for one in rounds]
    return Tally(
        sum(one.received for one in all_of_them),
        sum(one.accepted for one in all_of_them),
        sum(one.partly for one in all_of_them),
        sum(one.rejected for one in all_of_them),
    )


def write_excel(path: Path, rounds: Sequence[Round], places: Places) -> None:
    """Write the table, a sheet a round, and before them a sheet with the rounds' totals."""
    book = Workbook()
    overview = book.active
    overview.title = "各轮汇总"
    _title(overview, f"《{wording.STANDARD}》各轮{wording.SUMMARY_TITLE}", 8)
    _row(overview, 2, ("轮次", "时间", "征求对象", "收到", "采纳", "部分采纳", "未采纳", "待处理"), bold=True)
    for number, one in enumerate(rounds, 3):
        told = one.tally
        _row(
            overview,
            number,
            (
                one.title,
                one.period,
                one.asked,
                told.received,
                told.accepted,
                told.partly,
                told.rejected,
                told.pending,
            ),
        )
    for letter, width in zip("ABCDEFGH", (34, 20, 36, 8, 8, 10, 10, 10), strict=True):
        overview.column_dimensions[letter].width = width
    for number, one in enumerate(rounds, 1):
        if one.opinions:
            _round_sheet(book.create_sheet(f"{number} {one.name}"[:31]), one, places)
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)


def write_word(path: Path, rounds: Sequence[Round], places: Places) -> None:
    """Write the table as a document on landscape A4, one section a round."""
    paper = Document()
    _page(paper)
    heading = paper.add_paragraph()
    heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _write(heading, f"《{wording.STANDARD}》{wording.SUMMARY_TITLE}", 16, bold=True)
    _write(paper.add_paragraph(), f"计划号：{wording.PLAN}　归口单位：{wording.COMMITTEE}", 10.5)
    for one in rounds:
        period = f"（{one.period}）" if one.period else ""
        _write(paper.add_paragraph(), f"{one.title}{period}", 12, bold=True)
        _write(paper.add_paragraph(), summary_sentence(one.tally), 10.5)
        if one.opinions:
            _word_table(paper, one, places)
        elif one.note:
            _write(paper.add_paragraph(), one.note, 9)
    path.parent.mkdir(parents=True, exist_ok=True)
    paper.save(str(path))


def rows_of(one: Round, places: Places) -> Iterator[tuple[str, ...]]:
    """Give the rows of the table, as texts, in the order of the standard."""
    order = {key: number for number, key in enumerate(places.standard.clauses, 1)}
    for number, each in enumerate(
        sorted(one.opinions, key=lambda each: (order.get(each.clause, 0), each.number)), 1
    ):
        yield (
            str(number), _where(each, places), each.text, each.argument, each.proposer,
            str(each.decision or _PENDING), each.decision_reason,
        )  # fmt: skip


def _where(one: Opinion, places: Places) -> str:
    clause = places.standard.clauses.get(one.clause)
    rule, scenario = places.rules.get(one.rule), places.scenarios.get(one.scenario)
    told = [
        clause.label if clause else one.clause,
        f"句 {one.sentence}" if one.sentence else "",
        f"规则 {one.rule}（{rule.title}）" if rule else "",
        f"场景“{scenario[1]}”" if scenario else "",
    ]
    return "\n".join(part for part in told if part)


def _round_sheet(sheet: object, one: Round, places: Places) -> None:
    _title(sheet, f"《{wording.STANDARD}》{wording.SUMMARY_TITLE}（{one.title}）", len(HEADINGS))
    _row(sheet, 2, HEADINGS, bold=True)
    last = 2
    for last, row in enumerate(rows_of(one, places), 3):
        _row(sheet, last, row)
    sheet.cell(last + 1, 1, summary_sentence(one.tally))  # type: ignore[attr-defined]
    for number, width in enumerate(_WIDTHS_MM, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width / 2  # type: ignore[attr-defined]
    sheet.print_title_rows = "2:2"  # type: ignore[attr-defined]
    sheet.page_setup.orientation = "landscape"  # type: ignore[attr-defined]


def _title(sheet: object, text: str, across: int) -> None:
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=across)  # type: ignore[attr-defined]
    cell = sheet.cell(1, 1, text)  # type: ignore[attr-defined]
    cell.font = Font(name="宋体", size=14, bold=True)
    cell.alignment = Alignment(horizontal="center")


def _row(sheet: object, number: int, texts: Sequence[object], *, bold: bool = False) -> None:
    for column, text in enumerate(texts, 1):
        cell = sheet.cell(number, column, text)  # type: ignore[attr-defined]
        if isinstance(text, str):
            # A text that begins with = must stay a text, not become a formula.
            cell.data_type = "s"
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        cell.border = _GRID
        cell.font = Font(name="宋体", size=10.5, bold=bold)


def _page(paper: Paper) -> None:
    section = paper.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin = section.right_margin = Mm(15)
    section.top_margin = section.bottom_margin = Mm(15)


def _word_table(paper: Paper, one: Round, places: Places) -> None:
    table = paper.add_table(rows=1, cols=len(HEADINGS))
    table.style = "Table Grid"
    table.autofit = False
    for cell, text in zip(table.rows[0].cells, HEADINGS, strict=True):
        _write(cell.paragraphs[0], text, 9, bold=True)
    _repeat_on_each_page(table.rows[0])
    for row in rows_of(one, places):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            _write(cell.paragraphs[0], text, 9)
    for row in table.rows:
        for cell, width in zip(row.cells, _WIDTHS_MM, strict=True):
            cell.width = Mm(width)


def _repeat_on_each_page(row: object) -> None:
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)  # type: ignore[attr-defined]  # noqa: SLF001 -- python-docx has no call for it


def _write(paragraph: object, text: str, points: float, *, bold: bool = False) -> None:
    run = paragraph.add_run(text)  # type: ignore[attr-defined]
    run.font.size = Pt(points)
    run.font.bold = bold
    run.font.name = "宋体"
    # Word keeps a font of its own for Chinese.
    run._element.rPr.rFonts.set(qn("w:eastAsia"), "宋体")  # noqa: SLF001
