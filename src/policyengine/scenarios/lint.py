"""Scenarios that say nothing new: duplicates, scenarios that assert nothing, facts that their rule does not read."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from policyengine.scenarios import wording
from policyengine.scenarios.examples import ExpectDerived
from policyengine.semantics.reads import terms_read

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator

    from policyengine.scenarios.examples import BookKey, Example
    from policyengine.semantics.ir import Book


class Slip(StrEnum):
    """What can be wrong with a scenario that holds."""

    DUPLICATE = "重复"
    ASSERTS_NOTHING = "没有断言"
    UNREAD = "多余的词"


@dataclass(frozen=True, slots=True)
class Remark:
    """One scenario's slip, in Chinese, with where it stands."""

    example: Example
    slip: Slip
    message: str


def lint(examples: Iterable[Example], book_of: Callable[[BookKey], Book]) -> list[Remark]:
    """Find the slips, in the order of the examples."""
    ordered = list(examples)
    read = _terms_by_rule(ordered, book_of)
    found: list[Remark] = []
    seen: dict[Hashable, Example] = {}
    for example in ordered:
        if not example.expectations:
            found.append(Remark(example, Slip.ASSERTS_NOTHING, wording.ASSERTS_NOTHING))
        first = seen.setdefault(_situation(example), example)
        if first is not example:
            found.append(Remark(example, Slip.DUPLICATE, wording.duplicate(first.place, first.name)))
        unread = tuple(_unread(example, read, book_of(example.book)))
        if unread:
            found.append(Remark(example, Slip.UNREAD, wording.unread(unread, example.rule)))
    return found


def _situation(example: Example) -> Hashable:
    """Give what is given and what judges; scenarios that share it should be one. Names of events do not matter."""
    case = example.case
    events = tuple((event.type, event.at, frozenset(event.values.items())) for event in case.trace)
    return (example.book, example.rule, case.subject, frozenset(case.values.items()), events)


def _terms_by_rule(examples: list[Example], book_of: Callable[[BookKey], Book]) -> dict[str, set[str]]:
    """Give what each rule reads in any of the books: a scenario may show that a layer or a day reads more, or less."""
    read: dict[str, set[str]] = defaultdict(set)
    done: set[tuple[str, int]] = set()
    for example in examples:
        book = book_of(example.book)
        for name in (example.rule,) if (example.rule, id(book.rules)) not in done else ():
            done.add((name, id(book.rules)))
            read[name] |= {term for rule in book.rules if rule.id == name for term in terms_read(rule, book)}
    return read


def _unread(example: Example, read: dict[str, set[str]], book: Book) -> Iterator[str]:
    """Name the facts that neither the rule nor an asserted derived term reads; a whole book may read anything."""
    if not example.rule:
        return
    asserted = {one.term for one in example.expectations if isinstance(one, ExpectDerived)}
    known = read[example.rule] | {
        term for one in book.definitions if one.name in asserted for term in terms_read(one, book)
    }
    yield from (name for name in example.named if name not in known)
