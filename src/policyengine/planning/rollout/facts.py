"""What a province's items say about its batches: the facts that the rules of order read, worked out anew.

The new items of batch n are those that carry its number and were not taken off again. *Comparable* (复杂度相当) are the
items whose complexity lies between the lowest and the highest of the batch's new items; *not yet listed* are those
of later batches and those proposed without a batch, as long as they may be delegated.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from policyengine.semantics.truth import derive
from policyengine.vocabulary.terms import Subject

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from policyengine.engines.cases import Case
    from policyengine.semantics.ir import Book
    from policyengine.values import Value

NUMBER, STATUS, CANCELLED, PUBLISHED = "批次序号", "批次状态", "已撤销", "已公布"
PUBLISHED_ON, EFFECTIVE_ON, PREVIOUS_ON = "批次公布日期", "批次实施日期", "上一批公布日期"
TOTAL, PREVIOUS_TOTAL = "本批累计事项数", "上一批累计事项数"
MEAN, PREVIOUS_MEAN = "本批平均复杂度", "上一批平均复杂度"
SIMPLEST, PREVIOUS_HARDEST = "本批最低复杂度", "上一批最高复杂度"
RAREST, UNLISTED = "本批最低年办件量", "同繁简未列入事项最高年办件量"
RISKIEST = "本批最高风险等级"
DERIVED = (
    TOTAL, PREVIOUS_TOTAL, MEAN, PREVIOUS_MEAN, SIMPLEST, PREVIOUS_HARDEST, RAREST, UNLISTED, RISKIEST, PREVIOUS_ON,
)  # fmt: skip
STATE, BEGUN, NOT_BEGUN = "开展情形", "已开展", "未开展"


@dataclass(frozen=True, slots=True)
class Entry:
    """An item as the order sees it. `complexity` 1 to 100, `cases` a year; None where not recorded."""

    id: str
    name: str
    batch: int | None
    complexity: int | None
    cases: int | None
    risk: int | None
    listed: bool  # stands on the list, or is proposed for it
    delegable: bool


def entry_of(case: Case, book: Book) -> Entry:
    """Read an item; whether it may be delegated is the book's to say."""
    values = case.values
    mode = derive(book, Subject.ITEM, values).get("最大委托方式")
    return Entry(
        case.id,
        str(values.get("事项名称", case.id)),
        _number(values.get("公布批次序号")),
        _number(values.get("复杂度")),
        _number(values.get("年办件量")),
        _number(values.get("风险等级")),
        values.get("清单状态", "在册") != "已调出",
        mode != "不予委托",
    )


def _number(value: Value | None) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def new_items(entries: Iterable[Entry], number: int) -> list[Entry]:
    """Give the items that a batch adds."""
    return [one for one in entries if one.listed and one.batch == number]


def facts_of(number: int, numbers: Sequence[int], entries: Sequence[Entry]) -> dict[str, Value]:
    """Work out the facts of batch `number`; `numbers` are the batches that stand. What cannot be known is absent."""
    mine = new_items(entries, number)
    earlier = [one for one in numbers if one < number]
    found: dict[str, Value] = {
        TOTAL: _total(entries, (*earlier, number)),
        PREVIOUS_TOTAL: _total(entries, earlier),
    }
    found |= _present({MEAN: mean(mine), SIMPLEST: _least(one.complexity for one in mine)})
    found |= _present({RAREST: _least(one.cases for one in mine), UNLISTED: _unlisted(number, mine, entries)})
    found |= _present({RISKIEST: _most(one.risk for one in mine)})
    if earlier:
        before = new_items(entries, max(earlier))
        found |= _present(
            {PREVIOUS_MEAN: mean(before), PREVIOUS_HARDEST: _most(one.complexity for one in before)}
        )
    return found


def mean(items: Sequence[Entry]) -> int | None:
    """Give the mean complexity in hundredths, halves up; None if an item has none or there is no item."""
    known = [one.complexity for one in items if one.complexity is not None]
    return (200 * sum(known) + len(known)) // (2 * len(known)) if known and len(known) == len(items) else None


def _total(entries: Iterable[Entry], numbers: Iterable[int]) -> int:
    chosen = set(numbers)
    return sum(one.listed and one.batch in chosen for one in entries)


def _unlisted(number: int, mine: Sequence[Entry], entries: Sequence[Entry]) -> int | None:
    complexities = [one.complexity for one in mine if one.complexity is not None]
    if not complexities:
        return None
    low, high = min(complexities), max(complexities)
    left = [
        one
        for one in entries
        if one.listed and one.delegable and (one.batch is None or one.batch > number)
        and one.complexity is not None and low <= one.complexity <= high
    ]  # fmt: skip
    return max((one.cases or 0 for one in left), default=0)


def _least(numbers: Iterable[int | None]) -> int | None:
    known = list(numbers)
    sure = [one for one in known if one is not None]
    return min(sure) if sure and len(sure) == len(known) else None


def _most(numbers: Iterable[int | None]) -> int | None:
    known = list(numbers)
    sure = [one for one in known if one is not None]
    return max(sure) if sure and len(sure) == len(known) else None


def _present(values: dict[str, int | None]) -> dict[str, Value]:
    return {name: value for name, value in values.items() if value is not None}
