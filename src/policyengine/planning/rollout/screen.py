"""Which items may stand on a list at all: the book's rules about items, asked of each before anything is planned."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from policyengine.planning.judging import about_listing, always, judged
from policyengine.planning.rollout import wording
from policyengine.planning.rollout.facts import STATE
from policyengine.semantics.truth import derive
from policyengine.vocabulary.terms import Subject

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from policyengine.engines.cases import Case
    from policyengine.semantics.ir import Book

_MODE, _DEEPEST, _NEVER = "经办方式", "最大委托方式", "不予委托"


@dataclass(frozen=True, slots=True)
class KeptOut:
    """An item that is not placed, and why, rule by rule."""

    case: Case
    reasons: tuple[str, ...]

    @property
    def name(self) -> str:
        """What the item is called."""
        return str(self.case.values["事项名称"])


def screen(
    items: Iterable[Case], book: Book, layers: Mapping[str, str], state: str
) -> tuple[list[Case], list[KeptOut]]:
    """Part items into those that may be listed and those that may not.

    An item whose way of handling is not settled gets the deepest that its risk allows. One that surely fails an
    obligation about items is kept out; so is one whose listing cannot be judged for want of a fact.
    """
    chosen: list[Case] = []
    out: list[KeptOut] = []
    listing = about_listing(book)
    deciding = {rule.id for rule in book.rules if rule.subject is Subject.ITEM and listing(rule)}
    for item in items:
        case = _proposed(item, book, state)
        found = list(judged(book, case, always, layers))
        reasons = [
            wording.kept_out(one.title, one.rule, one.reasons, one.advice) for one in found if one.breaks
        ]
        # What surely fails needs no talk of what could not be judged besides.
        reasons = reasons or [
            wording.cannot_tell(one.title, one.missing)
            for one in found
            if one.is_open and one.rule in deciding
        ]
        if reasons:
            out.append(KeptOut(case, tuple(reasons)))
        else:
            chosen.append(case)
    return chosen, out


def _proposed(item: Case, book: Book, state: str) -> Case:
    values = {**item.values, "清单状态": "拟列入", STATE: state}
    if _MODE not in values:
        deepest = derive(book, Subject.ITEM, values).get(_DEEPEST)
        if deepest is not None and deepest != _NEVER:
            values[_MODE] = deepest
    return replace(item, values=values)
