"""A counterexample as a runnable feature in Chinese; it holds as the books stand (docs/scenarios.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policyengine.proofs import wording
from policyengine.values import moment_of, show
from policyengine.vocabulary.terms import Subject

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from policyengine.engines.cases import Case, Event
    from policyengine.proofs.answers import Counterexample
    from policyengine.semantics.ir import Book, Rule, Verdict
    from policyengine.vocabulary.terms import Vocabulary

SUBJECTS = {
    Subject.INSTITUTION: "一家机构",
    Subject.OUTLET: "一个网点",
    Subject.OPERATOR: "一名人员",
    Subject.ITEM: "一个事项",
    Subject.BATCH: "一个批次",
    Subject.PROVINCE: "一个省份",
}
_NATION = "000000"


def scenario_of(found: Counterexample, rule: Rule, own: Rule | None, above: Book, below: Book) -> str:
    """Write the feature: what the layer above finds, and what the layer below finds, on the same facts."""
    rows = [
        "# language: zh-CN",
        f"功能: {rule.title}（{rule.id}）的反例",
        f"  {wording.weakening(found.weakening, rule.title)}",
        "",
        "  背景:",
        *background(found.case, found.as_of, above.vocabulary),
        "",
        f"  场景: 上一层{found.above.chinese}",
        *_layer(above.layer),
        *_judged(rule, found.above),
    ]
    rows += ["", f"  场景: 本层{wording.below(found.below)}", *_layer(below.layer)]
    if own is not None and found.below is not None:
        rows += _judged(own, found.below)
    else:
        rows += [f"    # 本层没有规则 {rule.id}，不再判断"]
        rows += ["    当 评估全部规则"]
    return "\n".join(rows) + "\n"


def background(case: Case, day: date, vocabulary: Vocabulary) -> Iterator[str]:
    """Give the steps that set the day, the subject, its facts and its events."""
    yield f'    假如 评估日为"{day.isoformat()}"'
    yield f"    而且 有{SUBJECTS[case.subject]}"
    if case.values:
        yield "    而且 其情况如下："
        facts = [(name, show(value, vocabulary.terms[name].type)) for name, value in case.values.items()]
        yield from _table([("词汇", "值"), *facts])
    if case.trace:
        yield "    而且 发生下列事件："
        yield from _table(_events(case.trace, vocabulary))


def _events(trace: Sequence[Event], vocabulary: Vocabulary) -> list[tuple[str, ...]]:
    fields = list(dict.fromkeys(name for event in trace for name in event.values))
    rows: list[tuple[str, ...]] = [("编号", "时间", "事件", *fields)]
    for event in trace:
        cells = tuple(
            show(event.values[name], vocabulary.event_fields[name].type) if name in event.values else ""
            for name in fields
        )
        rows.append((event.id, f"{moment_of(event.at):%Y-%m-%d %H:%M:%S}", event.type, *cells))
    return rows


def _table(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    escaped = ([cell.replace("|", "\\|") for cell in row] for row in rows)
    return (f"      | {' | '.join(row)} |" for row in escaped)


def _layer(layer: str) -> list[str]:
    return [] if layer == _NATION else [f'    假如 采用覆盖层"{layer}"']


def _judged(rule: Rule, verdict: Verdict) -> list[str]:
    return [f'    当 按规则"{rule.id}"评估', f'    那么 结论为"{verdict.chinese}"']
