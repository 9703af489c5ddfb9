"""Today's result of every scenario on every engine."""

from __future__ import annotations

from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from typing import TYPE_CHECKING

from policyengine.engines.choose import engine_named
from policyengine.engines.columnar.judge import Columnar
from policyengine.scenarios.examples import ExpectConclusion
from policyengine.scenarios.run import focus, judge, run
from policyengine.semantics.ir import Modality

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from policyengine.engines.findings import Finding
    from policyengine.scenarios.examples import BookKey, Example, Outcome
    from policyengine.semantics.ir import Book
    from policyengine.vocabulary.terms import Subject

ENGINES = ("reference", "durable", "columnar")
# The columnar engine's work is in setting up a query, not in rows: it takes a few rules at once.
_TOGETHER = 24


@dataclass(frozen=True, slots=True)
class Group:
    """Examples (by their places) that the columnar engine judges at once; `bare` if only a conclusion is asked."""

    indexes: tuple[int, ...]
    book: Book
    bare: bool = False


def judge_all(examples: Sequence[Example], book_of: Callable[[BookKey], Book]) -> dict[str, list[Outcome]]:
    """Judge every example on every engine; outcomes in the order of the examples."""
    groups = sorted(_groups(examples, book_of), key=lambda one: -len(one.book.rules))
    judged: dict[int, Outcome] = {}
    # The columnar engine holds Python's lock for most of its time here, so a second process takes groups from one end.
    with ProcessPoolExecutor(1, get_context("spawn"), _begin, (examples, groups)) as beside:
        theirs = [beside.submit(_judge_there, place) for place in range(len(groups))]
        found = {name: run(examples, engine_named(name), book_of) for name in ENGINES if name != "columnar"}
        for group, one in zip(reversed(groups), reversed(theirs), strict=True):
            judged |= _judge_group(examples, group) if one.cancel() else one.result()
    found["columnar"] = [judged[index] for index in range(len(examples))]
    return {name: found[name] for name in ENGINES}


_there: list[tuple[Sequence[Example], Sequence[Group]]] = []  # what the second process was given


def _begin(examples: Sequence[Example], groups: Sequence[Group]) -> None:
    _there.append((examples, groups))


def _judge_there(place: int) -> dict[int, Outcome]:
    examples, groups = _there[0]
    return _judge_group(examples, groups[place])


def _groups(examples: Sequence[Example], book_of: Callable[[BookKey], Book]) -> Iterator[Group]:
    """Put the examples of several rules of one subject together, each group with those rules only."""
    by_rule: dict[tuple[BookKey, Subject], dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for index, one in enumerate(examples):
        by_rule[one.book, one.case.subject][one.rule].append(index)
    for (key, subject), indexes in by_rule.items():
        book = book_of(key)
        whole = indexes.pop("", [])
        if whole:
            # All that is asked of a whole book is its conclusion, which only 应 makes.
            asked = all(
                isinstance(each, ExpectConclusion) for index in whole for each in examples[index].expectations
            )
            counts = (Modality.SHALL,) if asked else tuple(Modality)
            own = tuple(rule for rule in book.rules if rule.subject is subject and rule.modality in counts)
            yield Group(tuple(whole), replace(book, rules=own), bare=asked)
        names = list(indexes)
        for start in range(0, len(names), _TOGETHER):
            chosen = names[start : start + _TOGETHER]
            narrow = replace(book, rules=tuple(rule for rule in book.rules if rule.id in chosen))
            yield Group(tuple(index for name in chosen for index in indexes[name]), narrow)


def _judge_group(examples: Sequence[Example], group: Group) -> dict[int, Outcome]:
    book, engine = group.book, Columnar(bare=group.bare)
    own = {f"SYN-{index:06d}": index for index in group.indexes}
    cases = [
        replace(examples[index].case, id=name, outlet_id=name if examples[index].case.outlet_id else "")
        for name, index in own.items()
    ]
    found: dict[int, list[Finding]] = defaultdict(list)
    for finding in engine.evaluate(book, cases):
        index = own[finding.subject_id]
        if examples[index].rule in {"", finding.rule}:
            found[index].append(finding)
    return {
        index: judge(examples[index], focus(book, examples[index].rule), found[index])
        for index in group.indexes
    }
