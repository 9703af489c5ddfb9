"""The opinion form as an Excel workbook, with lists to choose from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from policyengine.reports.opinions import columns, wording
from policyengine.reports.opinions.places import labels
from policyengine.reports.opinions.rounds import Decision

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

    from policyengine.reports.opinions.places import Places
    from policyengine.reports.opinions.rounds import Round

_LISTS = "选项"
_GRID = Border(*(Side(style="thin", color="999999") for _ in range(4)))


def write_sheet(path: Path, places: Places, one: Round | None = None) -> None:
    """Write the form, empty, or filled with a round's opinions for the drafting group to settle."""
    book = Workbook()
    form = book.active
    form.title = wording.FORM_TITLE
    _head(form, one.title if one else "")
    filled = _fill(form, one, places) if one else 0
    last = columns.HEADER_ROW + filled + columns.EMPTY_ROWS
    lists = book.create_sheet(_LISTS)
    _choices(form, lists, places, last)
    for row in form.iter_rows(min_row=columns.HEADER_ROW + 1, max_row=last, max_col=len(columns.COLUMNS)):
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.border = _GRID
            cell.protection = Protection(locked=False)
            cell.number_format = "@" if cell.column > 1 else "0"
    lists.sheet_state = "hidden"
    _instructions(book.create_sheet("填写说明"))
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)


def _head(form: Worksheet, title: str) -> None:
    last = get_column_letter(len(columns.COLUMNS))
    form.merge_cells(f"A1:{last}1")
    form["A1"] = f"《{wording.STANDARD}》{wording.FORM_TITLE}"
    form["A1"].font = Font(name="宋体", size=16, bold=True)
    form["A1"].alignment = Alignment(horizontal="center")
    form.merge_cells(f"A2:{last}2")
    form["A2"] = f"计划号 {wording.PLAN}　归口 {wording.COMMITTEE}{f'　轮次：{title}' if title else ''}"
    for number, (name, width) in enumerate(zip(columns.COLUMNS, columns.WIDTHS, strict=True), 1):
        cell = form.cell(columns.HEADER_ROW, number, name)
        by_drafters = name in {columns.NUMBER, columns.DECISION, columns.DECISION_REASON}
        cell.font = Font(name="黑体", bold=True)
        cell.fill = PatternFill("solid", start_color="E4E4E4" if by_drafters else "DCE9F5")
        cell.alignment = Alignment(horizontal="center", vertical="center")
        cell.border = _GRID
        form.column_dimensions[get_column_letter(number)].width = width
    form.freeze_panes = form.cell(columns.HEADER_ROW + 1, 1)
    form.print_title_rows = f"{columns.HEADER_ROW}:{columns.HEADER_ROW}"
    form.page_setup.orientation = "landscape"
    form.page_setup.paperSize = form.PAPERSIZE_A4
    form.page_setup.fitToHeight = 0
    form.sheet_properties.pageSetUpPr.fitToPage = True


def _fill(form: Worksheet, one: Round, places: Places) -> int:
    for row, each in enumerate(one.opinions, columns.HEADER_ROW + 1):
        clause = places.standard.clauses.get(each.clause)
        sentence = places.standard.sentences.get(each.sentence)
        rule = places.rules.get(each.rule)
        scenario = places.scenarios.get(each.scenario)
        written = (
            each.number,
            _label(each.clause, clause.title if clause else ""),
            _label(each.sentence, sentence.text if sentence else ""),
            _label(each.rule, rule.title if rule else ""),
            _label(each.scenario, scenario[1] if scenario else ""),
            each.text, each.argument, each.proposer, str(each.decision or ""), each.decision_reason,
        )  # fmt: skip
        for column, text in enumerate(written, 1):
            # A text that begins with = must stay a text, not become a formula.
            cell = form.cell(row, column, text)
            if isinstance(text, str) and text.startswith("="):
                cell.data_type = "s"
    return len(one.opinions)


def _label(name: str, text: str) -> str:
    return labels([(name, text)])[0] if name else ""


def _choices(form: Worksheet, lists: Worksheet, places: Places, last: int) -> None:
    """Write the lists on a hidden sheet; a list that depends on another column is sorted by it, beside its key."""
    sentences = [
        (_label(one.clause, places.standard.clauses[one.clause].title), label)
        for one, label in zip(
            places.standard.sentences.values(),
            labels((one.id, one.text) for one in places.standard.sentences.values()),
            strict=True,
        )
    ]
    rules = {name: _label(name, one.title) for name, one in places.rules.items()}
    scenarios = sorted(
        (rules.get(rule, ""), _label(code, name))
        for code, (rule, name) in places.scenarios.items()
        if rule in rules
    )
    clauses = [wording.WHOLE, *labels((one.key, one.title) for one in places.standard.clauses.values())]
    stood = {
        "A": clauses, "B": [key for key, _ in sentences], "C": [label for _, label in sentences],
        "D": list(rules.values()), "E": [key for key, _ in scenarios], "F": [label for _, label in scenarios],
    }  # fmt: skip
    for letter, texts in stood.items():
        for row, text in enumerate(texts, 1):
            lists[f"{letter}{row}"] = text
    sizes = {letter: len(texts) for letter, texts in stood.items()}
    first = columns.HEADER_ROW + 1
    formulas = {
        columns.CLAUSE: _range("A", sizes["A"]),
        columns.SENTENCE: _dependent(f"$B{first}", "B", "C", sizes["C"]),
        columns.RULE: _range("D", sizes["D"]),
        columns.SCENARIO: _dependent(f"$D{first}", "E", "F", sizes["F"]),
        columns.DECISION: f'"{",".join(Decision)}"',
    }
    for name, formula in formulas.items():
        check = DataValidation(type="list", formula1=formula, allow_blank=True, showErrorMessage=True)
        check.errorTitle, check.error = name, wording.PICK
        letter = get_column_letter(columns.COLUMNS.index(name) + 1)
        check.add(f"{letter}{first}:{letter}{last}")
        form.add_data_validation(check)


def _range(letter: str, size: int) -> str:
    return f"{_LISTS}!${letter}$1:${letter}${max(size, 1)}"


def _dependent(cell: str, keys: str, values: str, size: int) -> str:
    """Offer what belongs to another cell's choice, or all while nothing is chosen there."""
    whole, key_range = _range(values, size), _range(keys, size)
    some = f"OFFSET({_LISTS}!${values}$1,MATCH({cell},{key_range},0)-1,0,COUNTIF({key_range},{cell}),1)"
    return f'IF({cell}="",{whole},{some})'


def _instructions(sheet: Worksheet) -> None:
    sheet.column_dimensions["A"].width = 100
    for row, text in enumerate(wording.INSTRUCTIONS, 1):
        sheet.cell(row, 1, text).alignment = Alignment(wrap_text=True, vertical="top")
