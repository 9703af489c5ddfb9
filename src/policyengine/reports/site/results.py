"""Today's result of every scenario on every engine."""

from __future__ import annotations

from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

from policyengine.engines.choose import engine_named
from policyengine.scenarios.examples import ExpectConclusion
from policyengine.scenarios.run import focus, judge, run
from policyengine.semantics.ir import Modality

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from policyengine.engines.findings import Engine, Finding
    from policyengine.scenarios.examples import BookKey, Example, Outcome
    from policyengine.semantics.ir import Book
    from policyengine.vocabulary.terms import Subject

ENGINES = ("reference", "durable", "columnar")
# The columnar engine's work is in setting up a query, not in rows: it takes a few rules at once.
_TOGETHER = 24


def judge_all(examples: Sequence[Example], book_of: Callable[[BookKey], Book]) -> dict[str, list[Outcome]]:
    """Judge every example on every engine; outcomes in the order of the examples."""
    # The columnar engine works outside Python's lock for half of its time, so it runs beside the others.
    with ThreadPoolExecutor(max_workers=2) as beside:
        columnar = engine_named("columnar")
        groups = [
            beside.submit(_judge_group, examples, indexes, columnar, book)
            for indexes, book in _groups(examples, book_of)
        ]
        found = {name: run(examples, engine_named(name), book_of) for name in ENGINES if name != "columnar"}
        judged = {index: outcome for group in groups for index, outcome in group.result().items()}
    found["columnar"] = [judged[index] for index in range(len(examples))]
    return {name: found[name] for name in ENGINES}


def _groups(
    examples: Sequence[Example], book_of: Callable[[BookKey], Book]
) -> Iterator[tuple[list[int], Book]]:
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
            yield whole, replace(book, rules=own)
        names = list(indexes)
        for start in range(0, len(names), _TOGETHER):
            chosen = names[start : start + _TOGETHER]
            narrow = replace(book, rules=tuple(rule for rule in book.rules if rule.id in chosen))
            yield [index for name in chosen for index in indexes[name]], narrow


def _judge_group(
    examples: Sequence[Example], indexes: Sequence[int], engine: Engine, book: Book
) -> dict[int, Outcome]:
    own = {f"SYN-{index:06d}": index for index in indexes}
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
        index: judge(examples[index], focus(book, examples[index].rule), found[index]) for index in indexes
    }
