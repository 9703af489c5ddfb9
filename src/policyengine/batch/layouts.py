"""What columns each input table has, and which table and column a header names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from policyengine.batch import wording
from policyengine.diagnostics import Span, did_you_mean
from policyengine.values import DATE, Kind, Type
from policyengine.vocabulary.terms import Subject

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from policyengine.diagnostics import Problems
    from policyengine.vocabulary.terms import Table, Vocabulary

TEXT = Type(Kind.TEXT)
EVENTS = "events"
WAIVERS = "waivers"
# Facts about these are kept for every outlet, so a country's input without them is a mistake.
MAIN_TABLES = (Subject.INSTITUTION, Subject.OUTLET)
# A table may be called by what it holds.
_CHINESE_NAMES = {
    EVENTS: ("事件", "事件表"),
    WAIVERS: ("豁免", "豁免表"),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """A column that a table may have. A `moment` is a time, read into seconds since 1970-01-01."""

    name: str
    column: str
    type: Type
    required: bool = False
    low: int | None = None
    high: int | None = None
    moment: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """An input table: its key first, then references, 行政区划代码, and the terms or fields.

    `ignored` are headers that people may add for themselves.
    """

    file: str
    chinese: tuple[str, ...]
    key: Cell
    cells: tuple[Cell, ...]
    subject: Subject | None = None
    references: tuple[tuple[Subject, str], ...] = ()
    ignored: frozenset[str] = frozenset({"备注", "remark"})

    @property
    def headers(self) -> dict[str, Cell]:
        """Every header that the table knows, Chinese and ASCII."""
        both = {cell.column: cell for cell in self.cells} | {cell.name: cell for cell in self.cells}
        return {name: cell for name, cell in both.items() if name}


DIVISION = Cell("行政区划代码", "division", TEXT)

EVENT_ID = Cell("事件编号", "event_id", TEXT, required=True)
EVENT_TYPE = Cell("事件", "event", TEXT, required=True)
EVENT_SUBJECT = Cell("对象编号", "subject_id", TEXT, required=True)
EVENT_TIME = Cell("发生时间", "time", TEXT, required=True, moment=True)
EVENT_RECORDED = Cell("登记时间", "recorded_at", TEXT, moment=True)

WAIVER_OUTLET = Cell("网点编号", "outlet_id", TEXT, required=True)
WAIVER_RULE = Cell("规则", "rule", TEXT, required=True)
WAIVER_CELLS = (
    WAIVER_OUTLET,
    WAIVER_RULE,
    Cell("截止日期", "until", DATE, required=True),
    Cell("批准单位", "approved_by", TEXT, required=True),
    Cell("理由", "reason", TEXT, required=True),
)


def layouts_of(vocabulary: Vocabulary) -> dict[str, Layout]:
    """Give the layout of every input table by its file name."""
    found = {table.file: _subject_layout(table) for table in vocabulary.tables}
    fields = tuple(
        Cell(term.name, term.column, term.type, low=term.low, high=term.high)
        for term in vocabulary.event_terms
    )
    fixed = (EVENT_ID, EVENT_TYPE, EVENT_SUBJECT, EVENT_TIME, EVENT_RECORDED)
    found[EVENTS] = Layout(EVENTS, _CHINESE_NAMES[EVENTS], EVENT_ID, (*fixed, *fields))
    found[WAIVERS] = Layout(WAIVERS, _CHINESE_NAMES[WAIVERS], WAIVER_OUTLET, WAIVER_CELLS)
    return found


def _subject_layout(table: Table) -> Layout:
    key = Cell(table.key.name, table.key.column, TEXT, required=True)
    above = tuple(Cell(one.name, one.column, TEXT, required=True) for _, one in table.references)
    terms = tuple(
        Cell(term.name, term.column, term.type, low=term.low, high=term.high) for term in table.terms
    )
    taken = {word for cell in (key, *above, *terms) for word in (cell.name, cell.column)}
    needs_division = table.subject in {Subject.INSTITUTION, Subject.OUTLET}
    division = Cell(DIVISION.name, DIVISION.column, TEXT, required=needs_division)
    extra = [] if {division.name, division.column} & taken else [division]
    subject = table.subject
    return Layout(
        table.file,
        (str(subject), f"{subject}表"),
        key,
        (key, *above, *extra, *terms),
        subject,
        tuple((owner, one.name) for owner, one in table.references),
    )


def table_named(name: str, layouts: Mapping[str, Layout]) -> Layout | None:
    """Find the table that a file or sheet name means: its file name or its Chinese name, any case."""
    plain = name.strip().casefold()
    for layout in layouts.values():
        if plain == layout.file.casefold() or plain in layout.chinese:
            return layout
    return None


def table_with(headers: Iterable[str], layouts: Mapping[str, Layout]) -> Layout | None:
    """Find the table whose key stands among the headers and that knows most of them; None if none does."""
    written = [header.strip() for header in headers]
    scored = [
        (sum(header in layout.headers for header in written), layout.file, layout)
        for layout in layouts.values()
        if {layout.key.name, layout.key.column} & set(written)
        and all({c.name, c.column} & set(written) for c in layout.cells if c.required)
    ]
    return max(scored, key=lambda one: one[:2])[2] if scored else None


def match_headers(headers: list[str], layout: Layout, file: str, problems: Problems) -> dict[str, Cell]:
    """Tell which column each header names; unknown, double and missing columns go to `problems`.

    Gives header → cell for the columns to read.
    """
    problems.lines[file] = [",".join(headers)]
    known = layout.headers
    found: dict[str, Cell] = {}
    first: dict[str, str] = {}
    column = 1
    for header in headers:
        span = Span(file, 1, column, 1, column + max(1, len(header)))
        column += len(header) + 1
        plain = header.strip()
        cell = known.get(plain)
        if plain in layout.ignored:
            continue
        if cell is None:
            near = did_you_mean(plain, known)
            problems.add(
                "I006",
                wording.unknown_column(plain, layout.file),
                span,
                help=near or wording.UNKNOWN_COLUMN_HELP,
            )
        elif cell.name in first:
            problems.add("I007", wording.column_twice(plain, first[cell.name]), span)
        else:
            first[cell.name] = plain
            found[header] = cell
    for cell in layout.cells:
        if cell.required and cell.name not in first:
            whole = Span(file, 1, 1, 1, max(2, column - 1))
            problems.add("I008", wording.missing_column(cell.name, cell.column, layout.file), whole)
    return found
