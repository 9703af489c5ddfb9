"""A small vocabulary for tests of reading, and a way to write a folder of tables."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from policyengine.batch.sources import Input, read_input
from policyengine.values import DATE, Kind, Type
from policyengine.vocabulary.terms import Column, EventTerm, EventType, Subject, Table, Term, Vocabulary

if TYPE_CHECKING:
    from pathlib import Path

AS_OF = date(2025, 6, 30)


def _term(
    name: str, column: str, of: Type, subject: Subject, low: int | None = None, high: int | None = None
) -> Term:
    return Term(name, column, of, subject, "", "", low, high)


O = Subject.OUTLET  # noqa: E741 -- short, for the table below
INTEGER = Type(Kind.INTEGER, "人")
VOCABULARY = Vocabulary(
    (
        Table(
            Subject.INSTITUTION,
            "institutions",
            Column("机构编号", "institution_id"),
            (),
            (_term("机构名称", "institution_name", Type(Kind.TEXT), Subject.INSTITUTION),),
        ),
        Table(
            O,
            "outlets",
            Column("网点编号", "outlet_id"),
            ((Subject.INSTITUTION, Column("所属机构编号", "institution_id")),),
            (
                _term("网点状态", "status", Type(Kind.CHOICE, members=("合作中", "已退出")), O),
                _term("在岗人数", "staff", INTEGER, O, 0, 500),
                _term("面积", "area", Type(Kind.DECIMAL, "平方米", 1), O, 0, 100_000),
                _term("签约日期", "signed_on", DATE, O),
                _term("专线", "line", Type(Kind.BOOLEAN), O),
                _term("功能区", "zones", Type(Kind.CHOICES, members=("办理区", "等候区", "自助区")), O),
            ),
        ),
        Table(
            Subject.OPERATOR,
            "operators",
            Column("人员编号", "operator_id"),
            ((O, Column("所属网点编号", "outlet_id")),),
            (_term("佩戴工牌", "badge", Type(Kind.BOOLEAN), Subject.OPERATOR),),
        ),
    ),
    (
        EventTerm("办件编号", "case_id", Type(Kind.TEXT), ""),
        EventTerm("成绩", "score", Type(Kind.INTEGER, "分"), "", "", 0, 100),
    ),
    (
        EventType("业务受理", "case_accepted", O, ("办件编号",), (), ""),
        EventType("考核", "exam", O, (), ("成绩",), ""),
        EventType("会商", "met", Subject.INSTITUTION, (), (), ""),
    ),
)

INSTITUTIONS = "机构编号,行政区划代码,机构名称\nJ1,331000,甲\nJ2,331000,乙\n"
OUTLETS = (
    "网点编号,所属机构编号,行政区划代码,网点状态,在岗人数\nW1,J1,331002,合作中,3\nW2,J2,331002001,合作中,2\n"
)


def folder(at: Path, **tables: str) -> Path:
    """Write tables as UTF-8 CSV; institutions and outlets are there unless told otherwise."""
    for name, text in ({"institutions": INSTITUTIONS, "outlets": OUTLETS} | tables).items():
        if text:
            (at / f"{name}.csv").write_text(text, encoding="utf-8")
    return at


def read(at: Path) -> Input:
    """Read a folder or file by the small vocabulary."""
    return read_input(at, VOCABULARY, as_of=AS_OF)


def set_aside(one: Input) -> list[tuple[str, int, str, str, str]]:
    """Give file, row, field, value and code of everything quarantined."""
    return list(one.quarantine.select("file", "row", "field", "value", "code").iter_rows())
