"""Today's result of every scenario on every engine."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from policyengine.engines.choose import engine_named
from policyengine.scenarios.run import focus, judge, run

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from policyengine.engines.findings import Engine, Finding
    from policyengine.scenarios.examples import BookKey, Example, Outcome
    from policyengine.semantics.ir import Book

ENGINES = ("reference", "durable", "columnar")
# The columnar engine's work is in setting up a query, not in rows: it takes a few rules at once.
_TOGETHER = {"columnar": 12}


def judge_all(examples: Sequence[Example], book_of: Callable[[BookKey], Book]) -> dict[str, list[Outcome]]:
    """Judge every example on every engine; outcomes in the order of the examples."""
    return {
        name: _run_together(examples, engine_named(name), book_of, _TOGETHER[name])
        if name in _TOGETHER
        else run(examples, engine_named(name), book_of)
        for name in ENGINES
    }


def _run_together(
    examples: Sequence[Example], engine: Engine, book_of: Callable[[BookKey], Book], many: int
) -> list[Outcome]:
    """Judge the examples of several rules of one subject in one evaluation; the same outcomes as one by one."""
    alone = [index for index, one in enumerate(examples) if not one.rule]
    outcomes = dict(zip(alone, run([examples[index] for index in alone], engine, book_of), strict=True))
    groups: dict[tuple[BookKey, str], dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for index, one in enumerate(examples):
        if one.rule:
            groups[one.book, str(one.case.subject)][one.rule].append(index)
    for (key, _), by_rule in groups.items():
        book = book_of(key)
        names = list(by_rule)
        for start in range(0, len(names), many):
            chosen = {name: by_rule[name] for name in names[start : start + many]}
            outcomes |= _judge_group(examples, chosen, engine, book)
    return [outcomes[index] for index in range(len(examples))]


def _judge_group(
    examples: Sequence[Example], by_rule: dict[str, list[int]], engine: Engine, book: Book
) -> dict[int, Outcome]:
    narrow = replace(book, rules=tuple(rule for rule in book.rules if rule.id in by_rule))
    own = {f"SYN-{index:06d}": index for indexes in by_rule.values() for index in indexes}
    cases = [
        replace(examples[index].case, id=name, outlet_id=name if examples[index].case.outlet_id else "")
        for name, index in own.items()
    ]
    found: dict[int, list[Finding]] = defaultdict(list)
    for finding in engine.evaluate(narrow, cases):
        index = own[finding.subject_id]
        if finding.rule == examples[index].rule:
            found[index].append(finding)
    return {index: judge(examples[index], focus(book, examples[index].rule), found[index]) for index in own.values()}
