"""A file that cannot be read as a table refuses the input: every problem at once, in Chinese, no traceback."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
import pytest
import xlsxwriter

from policyengine.diagnostics import BookRefusedError
from unit.batch.small_words import OUTLETS, folder, read


def _refused(at) -> list[tuple[str, str, str]]:
    with pytest.raises(BookRefusedError) as caught:
        read(at)
    return [(one.code, one.span.file, one.message) for one in caught.value.diagnostics]


def test_a_path_that_is_not_there_is_told(tmp_path):
    """The path as given stands in the message."""
    assert _refused(tmp_path / "无")[0][0] == "I001"


def test_a_folder_without_tables_is_told(tmp_path):
    """An empty folder is no input."""
    ((code, _, message),) = _refused(tmp_path)
    assert (code, message[-30:]) == ("I001", "里没有可读的数据表（.parquet、.csv、.xlsx）"[-30:])


def test_a_folder_without_outlets_is_told(tmp_path):
    """Institutions and outlets must be there."""
    assert _refused(folder(tmp_path, outlets="")) == [
        ("I009", tmp_path.name, "缺少网点表“outlets”（.parquet、.csv 或 .xlsx）")
    ]


def test_unknown_columns_are_all_told_with_what_was_meant(tmp_path):
    """Every unknown column of every file is underlined, with the nearest known one."""
    folder(
        tmp_path,
        institutions="机构编号,行政区划代码,机构名\nJ1,331000,甲\n",
        outlets="网点编号,所属机构编号,行政区划代码,在岗人员\nW1,J1,331002,3\n",
    )
    with pytest.raises(BookRefusedError) as caught:
        read(tmp_path)
    said = [(one.span.file, one.message, one.underlined, one.help) for one in caught.value.diagnostics]
    assert said == [
        ("institutions.csv", "表“institutions”没有“机构名”这一列", "机构名", "是否想写“机构名称”？"),
        ("outlets.csv", "表“outlets”没有“在岗人员”这一列", "在岗人员", "是否想写“在岗人数”？"),
    ]


def test_a_column_in_both_languages_is_told(tmp_path):
    """The Chinese term and its ASCII column are one column."""
    text = "网点编号,所属机构编号,行政区划代码,在岗人数,staff\nW1,J1,331002,3,3\n"
    assert _refused(folder(tmp_path, outlets=text)) == [
        ("I007", "outlets.csv", "列“staff”与“在岗人数”是同一列，写了两次")
    ]


def test_one_header_twice_is_told(tmp_path):
    """Two columns of one name cannot be told apart."""
    text = "网点编号,所属机构编号,行政区划代码,在岗人数,在岗人数\nW1,J1,331002,3,3\n"
    assert [one[0] for one in _refused(folder(tmp_path, outlets=text))] == ["I007"]


def test_a_missing_key_column_is_told(tmp_path):
    """Without ids no row can be read."""
    assert _refused(folder(tmp_path, outlets="所属机构编号,行政区划代码\nJ1,331002\n")) == [
        ("I008", "outlets.csv", "表“outlets”缺少“网点编号”（outlet_id）一列")
    ]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("outlets.csv", b"", "I005"),
        ("outlets.csv", b"\xff\xfe\x00\xd8\xff", "I004"),
        ("outlets.parquet", b"PAR1 not really PAR1", "I003"),
        ("outlets.xlsx", b"not a workbook", "I003"),
    ],
)
def test_a_broken_file_is_told(tmp_path, name, content, code):
    """Empty, wrongly encoded and damaged files each say what they are."""
    folder(tmp_path, outlets="")
    (tmp_path / name).write_bytes(content)
    assert [one[:2] for one in _refused(tmp_path)] == [(code, name)]


def test_a_table_in_two_files_is_told(tmp_path):
    """Nobody can tell which of two files is meant."""
    folder(tmp_path)
    (tmp_path / "网点.csv").write_text(OUTLETS, encoding="utf-8")
    assert ("I011", "网点.csv", "表“outlets”给了两份：outlets.csv、网点.csv") in _refused(tmp_path)


def test_a_misspelt_file_name_is_told(tmp_path):
    """A file that looks like a table but is none is not passed over in silence."""
    folder(tmp_path, event="事件编号\n")
    with pytest.raises(BookRefusedError) as caught:
        read(tmp_path)
    (one,) = caught.value.diagnostics
    assert (one.message, one.help) == ("文件“event.csv”不是任何一张输入表", "是否想写“events”？")


def test_a_file_of_another_kind_is_told(tmp_path):
    """Only tables are read."""
    (tmp_path / "outlets.json").write_text("{}", encoding="utf-8")
    assert _refused(tmp_path / "outlets.json")[0][0] == "I010"


def test_a_truncated_parquet_file_is_told(tmp_path):
    """A file cut short is told before the work begins."""
    import polars as pl

    folder(tmp_path, outlets="")
    path = tmp_path / "outlets.parquet"
    pl.DataFrame({"outlet_id": ["W1"] * 1000}).write_parquet(path)
    path.write_bytes(path.read_bytes()[:-20])
    assert _refused(tmp_path)[0][:2] == ("I003", "outlets.parquet")


def test_a_header_without_a_line_end_is_an_empty_table(tmp_path):
    """A file of nothing but its header, cut at its last character, has no rows and no fault."""
    folder(tmp_path, outlets="网点编号,所属机构编号,行政区划代码")
    assert read(tmp_path).read["outlets"] == 0


def test_a_workbook_of_blank_sheets_is_told(tmp_path):
    """A workbook without a header anywhere is empty, whatever its name."""
    folder(tmp_path, outlets="")
    book = xlsxwriter.Workbook(str(tmp_path / "outlets.xlsx"))
    book.add_worksheet("空")
    book.close()
    assert [one[0] for one in _refused(tmp_path)] == ["I005"]


def test_a_formula_error_is_no_empty_cell(tmp_path):
    """#DIV/0! is told with its row and column, not read as missing."""
    folder(tmp_path, outlets="")
    book = xlsxwriter.Workbook(str(tmp_path / "outlets.xlsx"))
    sheet = book.add_worksheet("网点")
    sheet.write_row(0, 0, ["网点编号", "所属机构编号", "行政区划代码", "在岗人数"])
    sheet.write_row(1, 0, ["W1", "J1", "331002"])
    sheet.write_formula(1, 3, "=1/0", None, "#DIV/0!")
    book.close()
    assert _refused(tmp_path) == [
        ("I012", "outlets.xlsx[网点]", "第 2 行“在岗人数”一格是公式错误（如 #DIV/0!、#REF!），不是值")
    ]


@pytest.mark.parametrize("name", ["operators.xls", "operators.csv.gz", "人员.txt", "events.json"])
def test_a_table_in_a_form_that_is_not_read_is_told(tmp_path, name):
    """A file that is named as a table is never left aside in silence."""
    (folder(tmp_path) / name).write_bytes(b"x")
    assert [(one[0], one[1]) for one in _refused(tmp_path)] == [("I010", name)]


def test_a_column_of_an_outlandish_type_is_quarantined(tmp_path):
    """Durations and structures of Parquet are no values of any type; the row is set aside, nothing stops."""
    folder(tmp_path, outlets="")
    frame = pl.DataFrame(
        {
            "网点编号": ["W1"], "所属机构编号": ["J1"], "行政区划代码": ["331002"],
            "在岗人数": [timedelta(days=1)],
        }
    )  # fmt: skip
    frame.write_parquet(tmp_path / "outlets.parquet")
    assert {one.field for one in read(tmp_path).set_aside} == {"在岗人数"}
