"""Read the vocabulary files."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from policyengine.diagnostics import Span
from policyengine.documents import Mapping, Scalar, read_file
from policyengine.forms import Form
from policyengine.values import Kind, Type, ValueRefusedError, parse
from policyengine.vocabulary.terms import (
    ABOVE,
    Column,
    EventTerm,
    EventType,
    Subject,
    Table,
    Term,
    Vocabulary,
)

if TYPE_CHECKING:
    from pathlib import Path

    from policyengine.diagnostics import Problems

_TABLE_KEYS = ("对象", "表", "标识", "上级", "说明", "词汇")
_TERM_KEYS = ("词", "列", "类型", "单位", "小数位", "取值", "范围", "说明", "来源")
_EVENT_KEYS = ("事件", "代码", "对象", "必填", "选填", "说明")
_ASCII = re.compile(r"[a-z][a-z0-9_]*")
_WORD = re.compile(
    r"[\u4e00-\u9fffA-Za-z_][\u4e00-\u9fffA-Za-z0-9_·]*(?:（[\u4e00-\u9fffA-Za-z0-9_·]+）[\u4e00-\u9fffA-Za-z0-9_·]*)*"
)
_RESERVED = frozenset(
    {"且", "或", "非", "属于", "不属于", "包含", "已填报", "未填报", "天数", "工作日数", "评估日", "是", "否"}
)
# Columns that every table of subjects may have besides its terms.
DIVISION = Column("行政区划代码", "division")


def load_vocabulary(folder: Path, problems: Problems, *, shown_as: str = "rules/vocabulary") -> Vocabulary:
    """Read every vocabulary file of a folder, sorted by name; problems are collected, not raised."""
    tables: list[Table] = []
    event_terms: tuple[EventTerm, ...] = ()
    event_types: tuple[EventType, ...] = ()
    paths = sorted(folder.glob("*.yaml"))
    if not paths:
        problems.add(
            "V001",
            "没有词汇文件",
            Span(shown_as, 1, 1, 1, 1),
            help="在 rules/vocabulary/ 下为每类对象建一个文件",
        )
    for path in paths:
        node = read_file(path, f"{shown_as}/{path.name}", problems)
        if node is None:
            continue
        if not isinstance(node, Mapping):
            problems.add("V002", "词汇文件应以“对象:”或“字段:”开头", node.span)
        elif node.get("事件") is not None:
            event_terms, event_types = _events(node, problems)
        else:
            tables.append(_table(node, problems))
    vocabulary = Vocabulary(tuple(tables), event_terms, event_types)
    _check_unique(vocabulary, problems)
    return vocabulary


def _table(node: Mapping, problems: Problems) -> Table:
    form = Form(node, _TABLE_KEYS, problems, what="词汇文件")
    subject = Subject(form.choice("对象", [str(one) for one in Subject]))
    references = []
    for item in form.mappings("上级", required=False):
        inner = Form(item, ("对象", "词", "列"), problems, what="上级")
        above = Subject(inner.choice("对象", [str(one) for one in ABOVE[subject]] or [str(subject)]))
        references.append((above, _column(inner)))
    key_node = form.mapping("标识")
    key = _column(Form(key_node, ("词", "列"), problems, what="标识")) if key_node else Column("编号", "id")
    terms = tuple(_term(item, subject, problems) for item in form.mappings("词汇"))
    return Table(subject, form.text("表"), key, tuple(references), terms, form.text("说明", required=False))


def _column(form: Form) -> Column:
    return Column(_word(form, "词"), _ascii(form, "列"))


def _word(form: Form, key: str) -> str:
    found = form.scalar(key)
    if found and (not _WORD.fullmatch(found.text) or found.text in _RESERVED):
        form.complain(
            "V003",
            f"“{found.text}”不能作词",
            found.span,
            help="词用汉字、字母和数字，不含空格和运算符，不用语言自身的字眼",
        )
    return found.text if found else ""


def _ascii(form: Form, key: str) -> str:
    found = form.scalar(key)
    if found and not _ASCII.fullmatch(found.text):
        form.complain(
            "V004",
            f"“{found.text}”不能作列名",
            found.span,
            help="列名用小写字母、数字和下划线，如 staff_on_duty",
        )
    return found.text if found else ""


def _term(node: Mapping, subject: Subject, problems: Problems) -> Term:
    form = Form(node, _TERM_KEYS, problems, what="词汇")
    of = read_type(form, default=None)
    low, high = read_range(form, of)
    return Term(
        _word(form, "词"), _ascii(form, "列"), of, subject, form.text("说明"), form.text("来源"), low, high,
        _place(form),
    )  # fmt: skip


def _place(form: Form) -> Span:
    """Give the place of the word itself, or of the mapping."""
    first = form.node.entries[0][1] if form.node.entries else form.node
    return first.span


def read_type(form: Form, default: Kind | None) -> Type:
    """Read 类型, 单位, 小数位, 取值 (allowed members) of a term."""
    kind = Kind(form.choice("类型", [str(one) for one in Kind], default=str(default) if default else None))
    unit = form.text("单位", required=False)
    places = 0
    if kind is Kind.DECIMAL:
        places = read_places(form)
        if not form.has("小数位"):
            form.required("小数位")
    elif form.has("小数位"):
        read_places(form, allowed=False)
    members: tuple[str, ...] = ()
    if kind in {Kind.CHOICE, Kind.CHOICES}:
        written = form.texts("取值")
        members = tuple(one.text for one in written)
        for one in written:
            if not _WORD.fullmatch(one.text) or one.text in _RESERVED:
                form.complain(
                    "V003",
                    f"“{one.text}”不能作取值",
                    one.span,
                    help="取值用汉字、字母和数字，不含空格和运算符",
                )
            if kind is Kind.CHOICES and one.text == "无":
                form.complain(
                    "V003", "多选的取值不能叫“无”", one.span, help="一项也没有时就填“无”，不必列为取值"
                )
        if len(set(members)) != len(members):
            form.complain("V006", "取值有重复", form.head)
    elif form.has("取值"):
        form.complain(
            "V012",
            f"类型为{kind}的词没有“取值”",
            (form.node.key("取值") or form.node).span,
            help="删去，或把类型改为选项、多选",
        )
    return Type(kind, unit, places, members)


def read_places(form: Form, *, allowed: bool = True) -> int:
    """Read 小数位, which only 小数 has; 0 if it is not there."""
    found = form.scalar("小数位", required=False)
    if found is None:
        return 0
    if not allowed:
        form.complain("V005", "只有类型为小数的才写“小数位”", found.span, help="删去，或把类型改为小数")
    elif found.text not in {"0", "1", "2", "3", "4", "5", "6"}:
        form.complain("V005", "小数位应是 0 至 6 的整数", found.span)
    else:
        return int(found.text)
    return 0


def read_range(form: Form, of: Type) -> tuple[int | None, int | None]:
    """Read 范围: [low, high], encoded."""
    written = form.sequence("范围", required=False)
    if not written:
        return None, None
    if len(written) != 2 or not all(isinstance(one, Scalar) for one in written):
        form.complain("V007", "范围应写成 [最小, 最大]", written[0].span)
        return None, None
    ends: list[int] = []
    for one in written:
        assert isinstance(one, Scalar)  # noqa: S101 -- just checked
        try:
            value = parse(one.text, of)
        except ValueRefusedError as error:
            form.complain("V007", f"范围不通：{error}", one.span)
            return None, None
        if isinstance(value, bool) or not isinstance(value, int):
            form.complain("V007", "只有数和日期有范围", one.span)
            return None, None
        ends.append(value)
    if ends[0] > ends[1]:
        form.complain("V007", "范围的最小值大于最大值", written[0].span)
    return ends[0], ends[1]


def _events(node: Mapping, problems: Problems) -> tuple[tuple[EventTerm, ...], tuple[EventType, ...]]:
    form = Form(node, ("字段", "事件"), problems, what="事件词汇")
    fields: list[EventTerm] = []
    for item in form.mappings("字段"):
        inner = Form(item, _TERM_KEYS, problems, what="字段")
        of = read_type(inner, default=None)
        low, high = read_range(inner, of)
        fields.append(
            EventTerm(_word(inner, "词"), _ascii(inner, "列"), of, inner.text("说明"), inner.text("来源", required=False), low, high, _place(inner))
        )  # fmt: skip
    known = {one.name for one in fields}
    types = tuple(_event(item, known, problems) for item in form.mappings("事件"))
    return tuple(fields), types


def _event(node: Mapping, known: set[str], problems: Problems) -> EventType:
    form = Form(node, _EVENT_KEYS, problems, what="事件")
    required, optional = form.texts("必填", required=False), form.texts("选填", required=False)
    seen: set[str] = set()
    for one in (*required, *optional):
        if one.text not in known:
            form.complain("V008", f"没有名为“{one.text}”的字段", one.span, help="先在“字段”中登记")
        if one.text in seen:
            form.complain("V006", f"字段“{one.text}”重复", one.span)
        seen.add(one.text)
    subject = Subject(form.choice("对象", [str(one) for one in Subject]))
    return EventType(
        _word(form, "事件"), _ascii(form, "代码"), subject,
        tuple(one.text for one in required), tuple(one.text for one in optional),
        form.text("说明"), _place(form),
    )  # fmt: skip


def _check_unique(vocabulary: Vocabulary, problems: Problems) -> None:
    """Names are unique over the whole book, columns within a table."""
    seen: dict[str, Span | None] = {}
    for table in vocabulary.tables:
        columns = {table.key.column, DIVISION.column} | {column.column for _, column in table.references}
        names = {table.key.name, DIVISION.name} | {column.name for _, column in table.references}
        for term in table.terms:
            if term.span and (term.name in seen or term.name in names):
                problems.add("V009", f"词“{term.name}”重复", term.span, help="每个词在全部词汇中只有一处")
            if term.span and term.column in columns:
                problems.add("V010", f"列名“{term.column}”在本表中重复", term.span)
            seen[term.name] = term.span
            columns.add(term.column)
    subjects = [table.subject for table in vocabulary.tables]
    for table in vocabulary.tables:
        if subjects.count(table.subject) > 1:
            span = table.terms[0].span if table.terms else None
            problems.add(
                "V011", f"对象“{table.subject}”有两个词汇文件", span or Span("rules/vocabulary", 1, 1, 1, 1)
            )
    codes: set[str] = set()
    for event in vocabulary.event_types:
        for name in (event.name, event.code):
            if name in codes and event.span:
                problems.add("V009", f"事件“{name}”重复", event.span)
            codes.add(name)
    _check_fields(vocabulary, problems)


def _check_fields(vocabulary: Vocabulary, problems: Problems) -> None:
    names: set[str] = set()
    for one in vocabulary.event_terms:
        for name in (one.name, one.column):
            if name in names and one.span:
                problems.add("V009", f"字段“{name}”重复", one.span)
            names.add(name)
