"""Tables of people's own (items to plan, sites to choose among, places) as typed rows; all that is wrong told at once.

A table is a frame of any types with headers as written.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from policyengine.diagnostics import Span, did_you_mean
from policyengine.engines.cases import Case
from policyengine.planning import wording
from policyengine.planning.rollout.wording import item_twice
from policyengine.values import Kind, Type, Value, ValueRefusedError, parse
from policyengine.vocabulary.terms import Subject

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import polars as pl

    from policyengine.diagnostics import Problems
    from policyengine.vocabulary.terms import Term, Vocabulary

TEXT = Type(Kind.TEXT)
_IGNORED = frozenset({"备注", "remark"})
NEEDED_OF_ITEMS = ("事项名称", "复杂度", "年办件量")


@dataclass(frozen=True, slots=True)
class Source:
    """A table to read: its rows, what to call it in messages, and the numbers of its rows there."""

    frame: pl.DataFrame
    name: str
    first_row: int = 2
    numbers: tuple[int, ...] = ()  # of each row, where blank ones were left out

    def place(self, number: int) -> Span:
        """Give the place of a data row, counted from 0."""
        line = self.numbers[number] if self.numbers else self.first_row + number
        return Span(self.name, line, 1, line, 2)

    @property
    def head(self) -> Span:
        """The place of the header."""
        return Span(self.name, 1, 1, 1, 2)


@dataclass(frozen=True, slots=True)
class Column:
    """A column that a table may have: the Chinese header, its ASCII twin, and the type."""

    name: str
    column: str
    type: Type
    required: bool = False
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One typed row: what is filled, by Chinese name, and where it stands."""

    values: Mapping[str, Value]
    span: Span


def read_rows(source: Source, columns: Sequence[Column], problems: Problems) -> list[Row]:
    """Type the rows of a table; unknown and missing columns and bad cells go to `problems`, row by row."""
    header = {**{one.column: one for one in columns}, **{one.name: one for one in columns}}
    found: dict[str, Column] = {}
    for written in source.frame.columns:
        plain = written.strip()
        if plain in _IGNORED:
            continue
        if plain not in header:
            near = did_you_mean(plain, header) or wording.known_columns([one.name for one in columns])
            problems.add("P001", wording.unknown_column(plain), source.head, help=near)
        else:
            found[written] = header[plain]
    given = {one.name for one in found.values()}
    for one in columns:
        if one.required and one.name not in given:
            problems.add("P002", wording.missing_column(one.name, one.column), source.head)
    if problems.found:
        return []
    rows = []
    for number, cells in enumerate(source.frame.select(list(found)).iter_rows()):
        place = source.place(number)
        texts = [_text(cell) for cell in cells]
        if any(texts):
            values = dict(_values(zip(found.values(), texts, strict=True), place, problems))
            rows.append(Row(values, place))
    return rows


def _values(cells: Any, place: Span, problems: Problems) -> Iterator[tuple[str, Value]]:
    for column, text in cells:
        if not text:
            if column.required:
                problems.add("P003", wording.empty_cell(column.name), place)
            continue
        try:
            value = parse(text, column.type)
        except ValueRefusedError as error:
            problems.add("P004", wording.bad_cell(column.name, str(error)), place)
            continue
        if isinstance(value, int) and not isinstance(value, bool):
            low, high = column.low, column.high
            if (low is not None and value < low) or (high is not None and value > high):
                problems.add("P005", wording.out_of_bounds(column.name, text), place)
                continue
        yield column.name, value


def _text(cell: object) -> str:
    """Write a cell as a person would: whole floats without a point, lists joined, days without a time."""
    if cell is None or (isinstance(cell, float) and cell != cell):  # noqa: PLR0124 -- how NaN is told
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, (list, tuple, set, frozenset)):
        return "、".join(str(one) for one in cell)
    return str(cell).strip()


def columns_of(vocabulary: Vocabulary, subject: Subject, required: Sequence[str] = ()) -> list[Column]:
    """Give the columns of a subject's input table."""
    table = vocabulary.table_of[subject]
    keys = [Column(table.key.name, table.key.column, TEXT), *(Column(one.name, one.column, TEXT) for _, one in table.references)]  # fmt: skip
    own = [_column(term, required) for term in table.terms]
    taken = {one.name for one in (*keys, *own)}
    place = [] if "行政区划代码" in taken else [Column("行政区划代码", "division", TEXT)]
    return [*keys, *place, *own]


def _column(term: Term, required: Sequence[str]) -> Column:
    return Column(term.name, term.column, term.type, term.name in required, term.low, term.high)


def read_items(source: Source, vocabulary: Vocabulary, problems: Problems, province: str = "") -> list[Case]:
    """Read items to plan; each has a name, a complexity and yearly cases, and stands there once.

    Items without 事项清单编号 are numbered. Of several provinces only the wanted one's are read.
    """
    table = vocabulary.table_of[Subject.ITEM]
    owner = table.references[0][1].name
    rows = read_rows(source, columns_of(vocabulary, Subject.ITEM, NEEDED_OF_ITEMS), problems)
    if problems.found:
        return []
    owners = sorted({str(row.values[owner]) for row in rows if owner in row.values})
    if province:
        rows = [row for row in rows if row.values.get(owner, province) == province]
        if not rows and owners:
            problems.add("P006", wording.province_absent(province, owners), source.head)
    elif len(owners) > 1:
        problems.add("P006", wording.several_provinces(owners), source.head)
        return []
    whose = province or (owners[0] if owners else "")
    if not rows and not problems.found:
        problems.add("P008", wording.NO_ROWS, source.head)
    return _once(rows, table.key.name, owner, whose, problems)


def _once(rows: Sequence[Row], key: str, owner: str, province: str, problems: Problems) -> list[Case]:
    seen: dict[str, Span] = {}
    cases = []
    for number, row in enumerate(rows, 1):
        name = str(row.values["事项名称"]).strip()
        identifier = str(row.values.get(key) or f"{province or '000000'}-S{number:03d}")
        for word in (name, identifier):
            if word in seen:
                problems.add("P007", item_twice(word, f"第 {seen[word].line} 行", f"第 {row.span.line} 行"), row.span, help=wording.KEEP_ONE)  # fmt: skip
                break
            seen[word] = row.span
        values = {
            term: value for term, value in row.values.items() if term not in {key, owner, "行政区划代码"}
        }
        cases.append(Case(Subject.ITEM, identifier, values, province=province, region=province))
    return cases
