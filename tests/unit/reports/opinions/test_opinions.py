"""Opinions: the form, what it refuses, how a round is kept and summed up."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from docx import Document
from openpyxl import Workbook, load_workbook

from policyengine.diagnostics import BookRefusedError, Problems
from policyengine.reports.opinions import columns, wording
from policyengine.reports.opinions.intake import read_sheet
from policyengine.reports.opinions.places import places_of
from policyengine.reports.opinions.rounds import (
    Decision,
    Opinion,
    Round,
    Tally,
    read_round,
    read_rounds,
    write_round,
)
from policyengine.reports.opinions.sheet import write_sheet
from policyengine.reports.opinions.summary import rows_of, summary_sentence, total, write_excel, write_word
from policyengine.rulebook.coverage import coverage_of
from policyengine.rulebook.shelf import read_shelf
from policyengine.scenarios.books import Books
from policyengine.scenarios.read import read_examples
from policyengine.standard.quotation import locate

ROOT = Path(__file__).resolve().parents[4]
STAFF = "outlet.staff-minimum"


@pytest.fixture(scope="module")
def shelf():
    return read_shelf(ROOT)


@pytest.fixture(scope="module")
def places(shelf):
    file = ROOT / "features" / "national" / "05-basic-requirements" / "staff.feature"
    examples = read_examples([file], ROOT, Books(shelf))
    return places_of(shelf, coverage_of(shelf.national, shelf.standard), examples)


def fill(path, rows, header=columns.COLUMNS):
    book = Workbook()
    book.active.append(["标题"])
    book.active.append(list(header))
    for row in rows:
        book.active.append([row.get(name, "") for name in header])
        for cell in book.active[book.active.max_row]:
            cell.data_type = "s" if cell.value else "n"
    book.save(path)
    return path


def row(**given):
    names = {"clause": "章条", "sentence": "句子", "rule": "规则", "scenario": "场景", "text": "意见", "by": "提出单位",
             "why": "理由", "decision": "处理意见", "settled": "处理理由", "number": "编号"}  # fmt: skip
    return {"意见": "改一改", "提出单位": "甲单位"} | {names[key]: value for key, value in given.items()}


def refused(path, places, into=None):
    with pytest.raises(BookRefusedError) as told:
        read_sheet(path, places, into or Round("r", "轮"))
    return told.value.diagnostics


def test_the_history_is_what_the_drafting_notes_report(shelf) -> None:
    """103 = 33 + 44 + 26, 45 = 15 + 4 + 26 and 23 = 10 + 8 + 5, each quoted verbatim from its stage."""
    problems = Problems()
    history = [one for one in read_rounds(ROOT, problems) if one.reported]
    assert problems.found == []
    assert [one.tally for one in history] == [
        Tally(103, 33, 44, 26),
        Tally(45, 15, 4, 26),
        Tally(23, 10, 8, 5),
    ]
    for one in history:
        assert one.tally.pending == 0
        assert locate(shelf.standard, one.clause, one.quotation) is not None
        numbers = shelf.standard.sentences.values()
        stage = "".join(each.text for each in numbers if each.clause == one.clause)
        assert f"{one.tally.received}条" in stage


def test_the_sentence_is_the_one_that_drafting_notes_use() -> None:
    """共收到…条修改意见，采纳…条，部分采纳…条，未采纳…条; what is open is not hidden."""
    assert (
        summary_sentence(Tally(23, 10, 8, 5))
        == "共收到 23 条修改意见，采纳 10 条，部分采纳 8 条，未采纳 5 条。"
    )
    assert summary_sentence(Tally(3, 1, 0, 1)).endswith("未采纳 1 条，待处理 1 条。")
    assert total(
        [Round("a", "甲", reported=Tally(2, 1, 1, 0)), Round("b", "乙", reported=Tally(3, 0, 1, 2))]
    ) == Tally(5, 1, 2, 2)


def test_a_filled_form_comes_back_as_it_was_filled(tmp_path, places) -> None:
    """Places are read from the labels of the lists; what is narrower fills in what is wider."""
    code, (_, name) = next((code, found) for code, found in places.scenarios.items() if found[0] == STAFF)
    path = fill(
        tmp_path / "f.xlsx",
        [
            row(clause="全文", text="建议尽快印发标准"),
            row(sentence="5.5-1 本章规定合作机构申请"),
            row(rule=f"{STAFF} 经办人员配备", why="人少"),
            row(scenario=f"{code} {name}"),
            row(clause="五(五)基本要求", scenario=name, rule=STAFF, text="另一条"),
        ],
    )
    taken = read_sheet(path, places, Round("r", "轮"))
    assert (taken.new, taken.settled, taken.known) == (5, 0, 0)
    assert [one.place for one in taken.round.opinions] == [
        ("全文", "", "", ""), ("五（五）", "5.5-1", "", ""), ("五（五）", "", STAFF, ""),
        ("五（五）", "", STAFF, code), ("五（五）", "", STAFF, code),
    ]  # fmt: skip
    assert [one.number for one in taken.round.opinions] == [1, 2, 3, 4, 5]
    assert read_sheet(path, places, taken.round).known == 5


def test_what_cannot_be_placed_is_refused_all_at_once_by_row_and_column(tmp_path, places) -> None:
    """One reading tells every fault, with row, column, and what to write instead."""
    path = fill(
        tmp_path / "f.xlsx",
        [
            row(clause="五（二十）"), row(sentence="5.5-9"), row(rule="outlet.staff-minimun"), row(scenario="没有的场景"),
            row(), row(clause="五（五）", text=""), row(clause="五（五）", by=""), row(clause="五（五）", decision="同意"),
            row(clause="五（五）", decision="采纳"), row(clause="五（六）", sentence="5.5-1"),
            row(sentence="5.6-1", rule=STAFF), row(clause="五（九）", rule=STAFF), row(clause="五（五）", number="7"),
        ],
    )  # fmt: skip
    told = refused(path, places)
    assert [(one.span.line, columns.COLUMNS[one.span.column - 1]) for one in told] == [
        (3, "章条"), (4, "句子"), (5, "规则"), (6, "场景"), (7, "章条"), (8, "意见"), (9, "提出单位"), (10, "处理意见"),
        (11, "处理理由"), (12, "句子"), (13, "规则"), (14, "规则"), (15, "编号"),
    ]  # fmt: skip
    assert "第 5 行“规则”列：没有规则“outlet.staff-minimun”" in told[2].message
    assert STAFF in told[2].help
    assert all(one.message.startswith(f"第 {one.span.line} 行") for one in told)


def test_a_scenario_of_another_rule_is_refused(tmp_path, places) -> None:
    """A scenario belongs to its rule."""
    code = next(code for code, (rule, _) in places.scenarios.items() if rule != STAFF)
    told = refused(fill(tmp_path / "f.xlsx", [row(rule=STAFF, scenario=code)]), places)
    assert "不是规则" in told[0].message


@pytest.mark.parametrize("content", [b"", b"not a workbook", b"PK\x03\x04 broken"])
def test_a_file_that_is_no_workbook_is_refused_in_chinese(tmp_path, places, content) -> None:
    """Whatever the bytes are, the answer is a diagnostic."""
    path = tmp_path / "f.xlsx"
    path.write_bytes(content)
    assert refused(path, places)[0].message == wording.NOT_A_WORKBOOK


def test_a_form_without_its_columns_is_refused(tmp_path, places) -> None:
    """The missing headings are named."""
    told = refused(fill(tmp_path / "f.xlsx", [], ("章条", "意见", "提出单位")), places)
    assert "句子、规则、场景、理由" in told[0].message


def test_a_round_of_history_takes_no_opinions(tmp_path, places) -> None:
    """Reported totals are not mixed with opinions."""
    history = Round("h", "历史", reported=Tally(1, 1, 0, 0))
    assert (
        refused(fill(tmp_path / "f.xlsx", [row(clause="全文")]), places, history)[0].message
        == wording.ALREADY_REPORTED
    )


def test_the_drafting_group_settles_in_the_filled_form(tmp_path, places) -> None:
    """A round goes out as a form, comes back with decisions, and only decisions may differ."""
    first = read_sheet(
        fill(tmp_path / "f.xlsx", [row(rule=STAFF), row(clause="全文", text="=1+1")]),
        places,
        Round("r", "轮"),
    ).round
    out = tmp_path / "settle.xlsx"
    write_sheet(out, places, first)
    book = load_workbook(out)
    form = book[wording.FORM_TITLE]
    at = columns.HEADER_ROW + 1
    form.cell(at, columns.COLUMNS.index("处理意见") + 1, "部分采纳")
    form.cell(at, columns.COLUMNS.index("处理理由") + 1, "由各地核定")
    book.save(out)
    taken = read_sheet(out, places, first)
    assert (taken.new, taken.settled, taken.known) == (0, 1, 0)
    assert taken.round.opinions[0].decision is Decision.PARTLY
    assert taken.round.opinions[1] == first.opinions[1]
    assert taken.round.tally == Tally(2, 0, 1, 0)
    form.cell(at, columns.COLUMNS.index("意见") + 1, "改写过的意见")
    book.save(out)
    assert "不能改写" in refused(out, places, first)[0].message


def test_the_form_offers_lists_of_what_there_is(tmp_path, places) -> None:
    """Clause, sentence, rule, scenario and decision are chosen from lists; every label reads back."""
    path = tmp_path / "form.xlsx"
    write_sheet(path, places)
    book = load_workbook(path)
    form, lists = book[wording.FORM_TITLE], book["选项"]
    ruled = {str(one.sqref)[0] for one in form.data_validations.dataValidation}
    assert ruled == {"B", "C", "D", "E", "I"}
    assert lists.sheet_state == "hidden"
    clauses = [cell.value for cell in lists["A"] if cell.value]
    rules = [cell.value for cell in lists["D"] if cell.value]
    taken = read_sheet(
        fill(tmp_path / "all.xlsx", [row(clause=one) for one in clauses] + [row(rule=one) for one in rules]),
        places,
        Round("r", "轮"),
    )
    assert taken.new == len(clauses) + len(rules)


def test_a_round_is_kept_as_it_is(tmp_path) -> None:
    """Written and read again it is the same; a broken file says where it breaks."""
    one = Round(
        "2026-05", "第二次", "2026年5月", "各单位", opinions=(
            Opinion(1, "全文", "", "", "", "快印发", "", "甲", None, ""),
            Opinion(2, "五（五）", "5.5-1", STAFF, "abc", "改", "因为", "乙", Decision.REJECTED, "不改"),
        ),
    )  # fmt: skip
    path = write_round(tmp_path, one)
    problems = Problems()
    assert read_round(tmp_path, "2026-05", problems) == one
    path.write_text('{"名称": "x",\n "意见": [}', encoding="utf-8")
    assert read_round(tmp_path, "2026-05", problems) is None
    assert problems.found[0].span.line == 2


def test_totals_that_do_not_add_up_are_told(tmp_path) -> None:
    """More handled than received cannot be."""
    (tmp_path / "reviews").mkdir()
    totals = {"收到": 2, "采纳": 2, "部分采纳": 1, "未采纳": 0}
    (tmp_path / "reviews" / "x.json").write_text(json.dumps({"名称": "x", "汇总": totals}), encoding="utf-8")
    problems = Problems()
    assert read_rounds(tmp_path, problems) == ()
    assert problems.found[0].message == wording.TOTALS_DIFFER


def test_the_table_is_written_for_excel_and_for_word(tmp_path, places) -> None:
    """Both hold every opinion in the order of the standard, and the sentence."""
    one = Round(
        "r", "第二次", opinions=(
            Opinion(1, "六（三）", "", "", "", "后一条", "", "甲", None, ""),
            Opinion(2, "五（五）", "5.5-1", STAFF, "", "=SUM(A1)", "因为", "乙", Decision.ACCEPTED, "照改"),
        ),
    )  # fmt: skip
    excel, word = tmp_path / "a.xlsx", tmp_path / "a.docx"
    write_excel(excel, [one], places)
    write_word(word, [one], places)
    rows = list(rows_of(one, places))
    assert [cells[2] for cells in rows] == ["=SUM(A1)", "后一条"]
    sheet = load_workbook(excel).worksheets[1]
    assert [sheet.cell(number, 3).value for number in (3, 4)] == ["=SUM(A1)", "后一条"]
    assert sheet.cell(3, 3).data_type == "s"
    paper = Document(str(word))
    assert [[cell.text for cell in each.cells] for each in paper.tables[0].rows][1:] == [
        list(cells) for cells in rows
    ]
    assert summary_sentence(one.tally) in [paragraph.text for paragraph in paper.paragraphs]
