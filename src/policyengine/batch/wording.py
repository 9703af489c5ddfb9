"""Everything that reading an input says to people."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

SAVE_AGAIN = "请核对路径，或重新导出该文件"
NAMES_HELP = "表名可用："
ENDINGS_HELP = "可读的文件：.parquet、.csv、.xlsx"


def nothing_there(path: str) -> str:
    """Say that the input does not exist."""
    return f"找不到输入“{path}”"


def no_tables(path: str) -> str:
    """Say that a folder holds no table."""
    return f"文件夹“{path}”里没有可读的数据表（.parquet、.csv、.xlsx）"


def missing_table(file: str, subject: str) -> str:
    """Say that a table which everything hangs on is absent."""
    return f"缺少{subject}表“{file}”（.parquet、.csv 或 .xlsx）"


def absent_table(file: str, subject: str) -> str:
    """Say that an optional table is absent, and what follows."""
    return f"没有{subject}表“{file}”，有关事实一律按未填报处理"


def absent_events() -> str:
    """Say that there are no events, and what follows."""
    return "没有事件表“events”，事件类规则只能按从未发生过评估"


def unknown_file(name: str) -> str:
    """Say that a file's name is no table's."""
    return f"文件“{name}”不是任何一张输入表"


def unread_form(name: str) -> str:
    """Say that a file is named as a table but is in a form that is not read."""
    return f"文件“{name}”的格式读不了"


def unknown_table(name: str) -> str:
    """Say that neither name nor headers tell which table it is."""
    return f"认不出“{name}”是哪一张输入表：文件名和表头都对不上"


def table_twice(table: str, files: Iterable[str]) -> str:
    """Say that one table came in two files."""
    return f"表“{table}”给了两份：{'、'.join(files)}"


def unreadable(reason: str) -> str:
    """Say that a file cannot be opened."""
    return f"文件读不出来：{reason}"


def broken_file(kind: str) -> str:
    """Say that a file is damaged."""
    return f"文件已损坏或不完整，不是可读的 {kind} 文件"


def broken_encoding() -> str:
    """Say that a CSV file is in no encoding that we read."""
    return "文件既不是 UTF-8 编码也不是 GB18030 编码"


def row_too_long() -> str:
    """Say that a line is longer than the reader takes."""
    return "有一行过长，读不进来：常见原因是引号没有成对，或一格里放了整篇文字"


def formula_error(row: int, header: str) -> str:
    """Say that a cell of a workbook shows an error instead of a value."""
    return f"第 {row} 行“{header}”一格是公式错误（如 #DIV/0!、#REF!），不是值"


FORMULA_HELP = "改正公式或填入值；确实没有的清空该格"


def no_header() -> str:
    """Say that a file is empty to the last byte."""
    return "文件是空的，连表头也没有"


def unknown_column(header: str, table: str) -> str:
    """Say that a header is none of the vocabulary's."""
    return f"表“{table}”没有“{header}”这一列"


def column_twice(header: str, first: str) -> str:
    """Say that two headers mean one column."""
    return f"列“{header}”与“{first}”是同一列，写了两次"


def missing_column(name: str, column: str, table: str) -> str:
    """Say that a column without which no row can be read is absent."""
    return f"表“{table}”缺少“{name}”（{column}）一列"


UNKNOWN_COLUMN_HELP = (
    "列名用中文词或其英文列名，全部列名见 policyengine vocabulary；不参加评估的列请删去，或改名为“备注”"
)

# --- reasons of quarantine ---------------------------------------------------------------------------


def ragged(expected: int, found: int) -> str:
    """Say that a row has more or fewer cells than the header."""
    return f"这一行有 {found} 格，表头有 {expected} 列"


def required(name: str) -> str:
    """Say that a cell must not be empty."""
    return f"“{name}”必须填写"


def required_by(event: str, name: str, _: str = "") -> str:
    """Say that an event lacks a field that its type must carry."""
    return f"事件“{event}”必须填写“{name}”"


def out_of_bounds(text: str, low: str, high: str) -> str:
    """Say that a value is not believable."""
    return f"“{text}”超出合理范围（{low} 至 {high}）"


def is_out_of_bounds(reason: str) -> bool:
    """Whether a reason is that of `out_of_bounds`."""
    return "超出合理范围（" in reason


def not_a_day(text: str) -> str:
    """Say that a date carries a time of day."""
    return f"“{text}”带有时刻，应只填日期"


def duplicated(name: str, value: str) -> str:
    """Say that several rows that differ claim one id."""
    return f"“{name}”{value}重复，且各行内容不一致，无法判断以哪一行为准"


def repeated(name: str, value: str) -> str:
    """Say that a row is the copy of an earlier one."""
    return f"与前面{name}为{value}的一行完全相同，只保留第一行"


def elsewhere(name: str, value: str) -> str:
    """Say that an id stands in two files."""
    return f"“{name}”{value}在另一个文件中也出现，无法判断以哪一行为准"


def unknown_reference(subject: str, value: str) -> str:
    """Say that a row refers to a subject that is not there."""
    return f"编号为“{value}”的{subject}不在输入之中"


def quarantined_reference(subject: str, value: str) -> str:
    """Say that a row belongs to a subject that was itself quarantined."""
    return f"所属{subject}“{value}”已被隔离"


def unknown_division(code: str) -> str:
    """Say that a division code is not of this country's list."""
    return f"行政区划代码“{code}”不存在：应为 6、9 或 12 位数字，前 6 位须是统计用区划代码"


def unknown_event(name: str) -> str:
    """Say that an event type is not in the vocabulary."""
    return f"没有“{name}”这种事件"


def after_as_of(day: str) -> str:
    """Say that an event lies in the future."""
    return f"晚于评估日 {day}"


def out_of_order() -> str:
    """Say that an event was recorded before it happened."""
    return "登记时间早于发生时间，先后颠倒"


def wrong_province(province: str) -> str:
    """Say that an event stands in another province's file."""
    return f"该文件只应有{province}的事件，这一行属于别省"
