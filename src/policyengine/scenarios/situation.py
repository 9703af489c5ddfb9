"""What the steps of one scenario build up."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from policyengine.engines.cases import Case, Event
from policyengine.scenarios import wording
from policyengine.scenarios.examples import BookKey, Example, Expectation
from policyengine.values import ValueRefusedError, parse, parse_date, parse_moment, second_number
from policyengine.vocabulary.terms import Subject

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from policyengine.semantics.ir import Book
    from policyengine.values import Value
    from policyengine.vocabulary.terms import Vocabulary


class StepRefusedError(Exception):
    """A step that cannot be carried out; the message is for the author."""


@dataclass(slots=True)
class Situation:
    """The growing scenario. Facts and events are read at the end, when the subject and the book are known."""

    as_of: date | None = None
    layer: str = "000000"
    text: str = ""
    subject: Subject | None = None
    facts: dict[str, str] = field(default_factory=dict)
    named: dict[str, None] = field(default_factory=dict)
    parameters: dict[str, str] = field(default_factory=dict)
    events: list[dict[str, str]] = field(default_factory=list)
    rule: str | None = None
    expectations: list[Expectation] = field(default_factory=list)

    def set_day(self, text: str) -> None:
        """Set the as-of day."""
        try:
            self.as_of = parse_date(text)
        except ValueRefusedError as error:
            raise StepRefusedError(str(error)) from None

    def add_facts(self, table: Sequence[Sequence[str]]) -> None:
        """Take a table | 词汇 | 值 |."""
        if not table or list(table[0]) != ["词汇", "值"]:
            raise StepRefusedError(wording.FACTS_HEADER)
        for row in table[1:]:
            self.set_fact(row[0], row[1])

    def set_fact(self, word: str, text: str) -> None:
        """Take one fact; an empty text is a missing one."""
        self.facts[word] = text
        self.named[word] = None

    def add_events(self, table: Sequence[Sequence[str]]) -> None:
        """Take a table of events; an empty cell is a missing field."""
        header = list(table[0]) if table else []
        if "时间" not in header or "事件" not in header:
            raise StepRefusedError(wording.EVENTS_HEADER)
        for row in table[1:]:
            cells = dict(zip(header, row, strict=True))
            cells["编号"] = cells.get("编号") or f"E{len(self.events) + 1}"
            self.events.append(cells)

    def judge(self, rule: str) -> None:
        """Say which rule judges; empty for the whole book."""
        if self.subject is None:
            raise StepRefusedError(wording.NO_SUBJECT)
        if self.as_of is None:
            raise StepRefusedError(wording.NO_DAY)
        self.rule = rule

    def expect(self, expectation: Expectation) -> None:
        """Add an expectation."""
        if self.rule is None:
            raise StepRefusedError(wording.NO_JUDGEMENT)
        self.expectations.append(expectation)

    @property
    def book_key(self) -> BookKey:
        """The book that this scenario wants."""
        if self.as_of is None:
            raise StepRefusedError(wording.NO_DAY)
        return BookKey(self.as_of, self.layer, self.text, tuple(sorted(self.parameters.items())))

    def example(self, book: Book, file: str, line: int, feature: str, name: str) -> Example:
        """Make the scenario ready, typing its facts and events by the book's vocabulary."""
        if self.subject is None or self.rule is None:
            raise StepRefusedError(wording.NO_SUBJECT if self.subject is None else wording.NO_JUDGEMENT)
        vocabulary = book.vocabulary
        if self.rule and all(rule.id != self.rule for rule in book.rules):
            raise StepRefusedError(wording.unknown_rule(self.rule))
        case = Case(
            self.subject,
            "SYN-0001",
            self._values(book),
            tuple(
                sorted(
                    (self._event(one, vocabulary) for one in self.events), key=lambda one: (one.at, one.id)
                )
            ),
            outlet_id="SYN-0001" if self.subject is Subject.OUTLET else "",
            province=f"{self.layer[:2]}0000" if self.layer != "000000" else "410000",
        )
        return Example(
            file,
            line,
            feature,
            name,
            self.book_key,
            self.rule,
            case,
            tuple(self.expectations),
            tuple(self.named),
        )

    def _values(self, book: Book) -> dict[str, Value]:
        assert self.subject is not None  # noqa: S101 -- checked by the caller
        readable = book.vocabulary.readable_by(self.subject)
        derived = {one.name for one in book.definitions}
        values: dict[str, Value] = {}
        for word, text in self.facts.items():
            if word in derived:
                raise StepRefusedError(wording.derived_word(word))
            term = readable.get(word)
            if term is None:
                raise StepRefusedError(wording.unknown_word(word, str(self.subject)))
            if text == "":
                continue
            try:
                values[word] = parse(text, term.type)
            except ValueRefusedError as error:
                raise StepRefusedError(f"“{word}”：{error}") from None
            if not term.admits(values[word]):
                raise StepRefusedError(f"“{word}”的值“{text}”超出词汇规定的范围")
        return values

    @staticmethod
    def _event(cells: dict[str, str], vocabulary: Vocabulary) -> Event:
        kind = vocabulary.events.get(cells["事件"])
        if kind is None:
            raise StepRefusedError(wording.unknown_event(cells["事件"]))
        values: dict[str, Value] = {}
        for name, text in cells.items():
            if name in {"编号", "时间", "事件"} or text == "":
                continue
            if name not in (*kind.required, *kind.optional):
                raise StepRefusedError(wording.unknown_field(name, kind.name))
            try:
                values[name] = parse(text, vocabulary.event_fields[name].type)
            except ValueRefusedError as error:
                raise StepRefusedError(f"“{name}”：{error}") from None
        for name in kind.required:
            if name not in values:
                raise StepRefusedError(wording.missing_field(name, kind.name))
        try:
            moment = parse_moment(cells["时间"])
        except ValueRefusedError as error:
            raise StepRefusedError(str(error)) from None
        return Event(cells["编号"], kind.name, second_number(moment), values)
