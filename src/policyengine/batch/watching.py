"""A live session over the whole rule book: subjects enrolled from an input, events line by line, findings as rows.

A row is ready for JSON. Its `类型` says what it is:

| 类型 | what | further keys |
|---|---|---|
| 违反 | a violation has become certain | 对象, 对象编号, 规则, 名称, 条款, 用语, 事件, 日期 |
| 撤回 | it is taken back, because of an event that came late | the same |
| 在案 | it stood when the journal was opened again | the same |
| 隔离 | a line that cannot be used | 行, 原因, 内容 |
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias
from typing import Any as _Untyped

from policyengine.batch.by_type import empty_events
from policyengine.batch.cases import cases
from policyengine.batch.subjects import ID_COLUMN
from policyengine.engines.durable.session import Session
from policyengine.engines.durable.watch import row_of, take
from policyengine.engines.rows import verdict_rows
from policyengine.values import day_number
from policyengine.vocabulary.terms import ABOVE, Subject

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import date
    from pathlib import Path

    from policyengine.batch.sources import Input
    from policyengine.engines.cases import Case
    from policyengine.engines.durable.session import Alert
    from policyengine.rulebook import Shelf
    from policyengine.semantics.ir import Rule

    Row: TypeAlias = dict[str, _Untyped]

VIOLATED, WITHDRAWN, STANDING, SET_ASIDE, KNOWN = "违反", "撤回", "在案", "隔离", "已收"
_MOST_TEXT = 200


@dataclass
class Watching:
    """A session by the books of all layers on a day.

    `journal` is the file that a crash leaves behind and that the next `Watching` goes on from; without one the
    session is gone when it ends. `counts` says how many rows of each kind there were, `已收` for events that were
    sent again after a restart. With `today`, the clock moves on when a line comes on a later day; the books stay those
    of the day of the start.
    """

    shelf: Shelf
    as_of: date
    journal: Path | None = None
    today: Callable[[], date] | None = None
    counts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        day = self.as_of
        self.session = Session(lambda layer: self.shelf.book(day, layer), self.journal)
        self._rules: dict[str, Rule] = {}

    def enrol(self, data: Input, progress: Callable[[int], None] | None = None) -> Iterator[Row]:
        """Take in every subject of an input with its facts; its events are not read.

        Gives what new facts of a subject known already make certain or take back.
        """
        for subject in data.tables:
            for case, above in _with_above(data, subject):
                layer = self.shelf.layer_of(case.region or case.province)
                yield from self._told(self.session.enrol(case, above, layer))
                if progress:
                    progress(1)

    def standing(self) -> Iterator[Row]:
        """Give every violation that stands, as what an earlier run left behind."""
        for alert in self.session.standing():
            yield self._counted({**row_of(alert), "类型": STANDING})

    def read(self, lines: Iterable[str]) -> Iterator[Row]:
        """Feed lines (see `engines.durable.watch`) and give what comes of each, one after the other."""
        for number, line in enumerate(lines, 1):
            if self.today is not None and self.today() > self.as_of:
                self.as_of = self.today()
                yield from self.finish()
            for row in take(self.session, self.shelf.vocabulary, number, line, until=self.as_of):
                if row["类型"] == SET_ASIDE:
                    row["内容"] = row["内容"][:_MOST_TEXT]
                counted = self._counted(row)
                if row["类型"] != KNOWN:
                    yield counted

    def finish(self) -> Iterator[Row]:
        """Move the clock to the day of the books and give the violations whose last day has passed by then."""
        if self.session.clock < day_number(self.as_of):
            yield from self._told(self.session.advance(self.as_of))

    def verdict_rows(self) -> Iterator[tuple[object, ...]]:
        """Give the verdict of every subject and rule on the day, as an evaluation of the same events would."""
        books = {book.layer: book for book in self.session.books()}
        for layer, findings in self.session.verdicts_by_layer(self.as_of):
            yield from verdict_rows(findings, books[layer])

    def close(self) -> None:
        """Close the journal."""
        self.session.close()

    def _told(self, alerts: Iterable[Alert]) -> Iterator[Row]:
        for alert in alerts:
            yield self._counted(row_of(alert))

    def _counted(self, row: Row) -> Row:
        """Count a row and say which rule it is about."""
        self.counts[row["类型"]] += 1
        if "规则" not in row:
            return row
        rule = self._rule(row["规则"])
        event, day = row.pop("事件"), row.pop("日期")
        return row | {
            "名称": rule.title,
            "条款": rule.clause,
            "用语": str(rule.modality),
            "事件": event,
            "日期": day,
        }

    def _rule(self, name: str) -> Rule:
        if name not in self._rules:
            self._rules = {rule.id: rule for book in self.session.books() for rule in book.rules}
        return self._rules[name]


def _with_above(data: Input, subject: Subject) -> Iterator[tuple[Case, list[tuple[Subject, str]]]]:
    """Give each subject of a kind without its trace, and the subjects above it that the input has."""
    nothing = empty_events(data.vocabulary)
    frame = data.tables[subject]
    known = {above: set(data.tables[above]["id"]) for above in ABOVE[subject] if above in data.tables}
    columns = {above: _column(above) for above in known}
    owners = frame.select("id", *(column for column in columns.values())).iter_rows(named=True)
    for case, row in zip(cases(data, subject, nothing), owners, strict=True):
        yield case, [(above, row[column]) for above, column in columns.items() if row[column] in known[above]]


def _column(above: Subject) -> str:
    return "province" if above is Subject.PROVINCE else ID_COLUMN[above]
