"""The vocabulary, with the rules that read each word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policyengine.reports.site import wording
from policyengine.reports.site.model import EventView, WordTable, WordView
from policyengine.semantics.ir import Pattern
from policyengine.semantics.reads import events_read, fields_read, selectors_of, terms_read
from policyengine.values import show_with_unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from policyengine.semantics.ir import Book
    from policyengine.vocabulary.terms import EventTerm, Term


def word_tables(book: Book) -> tuple[WordTable, ...]:
    """Give the words of each subject, and at the end the fields of events."""
    readers = _readers(book)
    tables = [
        WordTable(
            str(table.subject), table.file, table.meaning, tuple(_word(term, readers) for term in table.terms)
        )
        for table in book.vocabulary.tables
    ]
    fields = _field_readers(book)
    events = tuple(_word(term, fields) for term in book.vocabulary.event_terms)
    return (*tables, WordTable("事件字段", "events", "事件所带的字段；一种事件带哪些字段见事件表。", events))


def event_views(book: Book) -> tuple[EventView, ...]:
    """Give the event types."""
    readers: dict[str, dict[str, None]] = {}
    for rule in book.rules:
        for name in events_read(rule):
            readers.setdefault(name, {})[rule.id] = None
    return tuple(
        EventView(
            one.name,
            one.code,
            str(one.subject),
            one.required,
            one.optional,
            one.meaning,
            tuple(readers.get(one.name, {})),
        )
        for one in book.vocabulary.event_types
    )


def _readers(book: Book) -> dict[str, dict[str, None]]:
    found: dict[str, dict[str, None]] = {}
    for rule in book.rules:
        for name in terms_read(rule, book):
            found.setdefault(name, {})[rule.id] = None
    return found


def _field_readers(book: Book) -> dict[str, dict[str, None]]:
    found: dict[str, dict[str, None]] = {}
    for rule in book.rules:
        if isinstance(rule.requires, Pattern):
            pattern = rule.requires
            read: Iterable[str] = (
                *pattern.key,
                *(one for one in (pattern.starts, pattern.ends) if one),
                *(name for selector in selectors_of(pattern) for name in fields_read(selector)),
            )
            for name in read:
                found.setdefault(name, {})[rule.id] = None
    return found


def _word(term: Term | EventTerm, readers: Mapping[str, dict[str, None]]) -> WordView:
    low, high = (show_with_unit(end, term.type) if end is not None else "" for end in (term.low, term.high))
    allowed = "、".join(term.type.members) or wording.bounds(low, high)
    return WordView(
        term.name, term.column, str(term.type.kind), term.type.unit, allowed, term.meaning, term.source,
        tuple(readers.get(term.name, {})),
    )  # fmt: skip
