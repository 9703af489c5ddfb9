"""Write scenarios in Chinese for a person to edit, from cases that were found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policyengine.scenarios import wording
from policyengine.semantics.ir import Verdict
from policyengine.semantics.reads import terms_read
from policyengine.semantics.rollup import conclude
from policyengine.semantics.truth import derive
from policyengine.values import day_of, moment_of, show, show_with_unit
from policyengine.vocabulary.terms import Subject

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from policyengine.engines.cases import Case, Event
    from policyengine.engines.findings import Finding
    from policyengine.semantics.ir import Book
    from policyengine.vocabulary.terms import Vocabulary

SUBJECTS = {
    Subject.INSTITUTION: "一家机构",
    Subject.OUTLET: "一个网点",
    Subject.OPERATOR: "一名人员",
    Subject.ITEM: "一个事项",
    Subject.BATCH: "一个批次",
    Subject.PROVINCE: "一个省份",
}


def draft(name: str, case: Case, finding: Finding | None, book: Book, terms: Sequence[str] = ()) -> str:
    """Write one scenario that holds as the book stands.

    `book` has the one rule that judges and gave `finding`, or none; and the derived terms that may be asked for.
    `terms` are derived terms whose value is asserted too.
    """
    judged = f'按规则"{finding.rule}"评估' if finding else "评估全部规则"
    rows = [
        f"  场景: {name}",
        f'    假如 评估日为"{book.as_of.isoformat()}"',
        *([] if book.layer == "000000" else [f'    而且 采用覆盖层"{book.layer}"']),
        *situation(case, book),
        f"    当 {judged}",
        *(f"    {step}" for step in expectations(finding, case, book, terms)),
    ]
    return "\n".join(rows) + "\n"


def situation(case: Case, book: Book) -> Iterator[str]:
    """Give the steps that set the subject, its facts (those that the book reads) and its events."""
    yield f"    而且 有{SUBJECTS[case.subject]}"
    owners = book.rules or book.definitions
    read = dict.fromkeys(name for owner in owners for name in terms_read(owner, book))
    facts = [
        (name, show(case.values[name], book.vocabulary.terms[name].type))
        for name in read
        if name in case.values
    ]
    if facts:
        yield "    而且 其情况如下："
        yield from table([("词汇", "值"), *facts])
    for name in read:
        if name not in case.values:
            yield f'    而且 "{name}"未填报'
    if case.trace:
        yield "    而且 发生下列事件："
        yield from table(_events(case.trace, book.vocabulary))


def expectations(finding: Finding | None, case: Case, book: Book, terms: Sequence[str] = ()) -> Iterator[str]:
    """Give the steps that say what is found."""
    said = [] if finding is None else list(_of_finding(finding, book))
    derived = derive(book, case.subject, case.values)
    types = {one.name: one.type for one in book.definitions}
    for term in terms:
        value = show(derived[term], types[term]) if term in derived else "无"
        said.append(f'"{term}"应得"{value}"')
    for place, step in enumerate(said):
        yield f"{'而且' if place else '那么'} {step}"


def told_apart(case: Case, base: Case, book: Book) -> str:
    """Say how a case differs from another: 在岗经办人员数为 1 人."""
    terms = book.vocabulary.terms
    parts: list[str] = []
    for name in dict.fromkeys((*base.values, *case.values)):
        before, after = base.values.get(name), case.values.get(name)
        if before == after:
            continue
        if after is None:
            parts.append(f"{name}未填报")
        elif isinstance(before, frozenset) and isinstance(after, frozenset) and after < before:
            parts.append(wording.set_without(name, show(before - after, terms[name].type)))
        elif isinstance(before, frozenset) and isinstance(after, frozenset) and after > before:
            parts.append(wording.set_with(name, show(after - before, terms[name].type)))
        else:
            parts.append(wording.fact_is(name, show_with_unit(after, terms[name].type)))
    if case.trace != base.trace:
        parts.append(_events_apart(case.trace, base.trace, book.vocabulary))
    return "，".join(parts)


def situation_words(case: Case, base: Case, book: Book) -> str:
    """Say in a few words what a case is like, next to another: what differs, or the first facts if nothing does."""
    apart = told_apart(case, base, book)
    if apart:
        return apart
    terms = book.vocabulary.terms
    return "，".join(
        wording.fact_is(name, show_with_unit(value, terms[name].type))
        for name, value in list(case.values.items())[:2]
    )


def _of_finding(finding: Finding, book: Book) -> Iterator[str]:
    yield f'结论为"{finding.verdict.chinese}"'
    if finding.missing:
        yield f'缺少"{"、".join(finding.missing)}"'
    if finding.verdict is Verdict.FAIL:
        if finding.evidence.violated:
            yield f'违反的事件为"{"、".join(finding.evidence.violated)}"'
        modality = next(one.modality for one in book.rules if one.id == finding.rule)
        yield f'整体结论为"{conclude([(modality, finding.verdict)])}"'
    if finding.evidence.due:
        days = [day_of(one.day).isoformat() for one in finding.evidence.due]
        yield f'待办期限为"{"、".join(days)}"'


def table(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """Write a Gherkin table; an empty cell is left empty."""
    for row in rows:
        cells = (cell.replace("\\", "\\\\").replace("|", "\\|") for cell in row)
        yield "      |" + "".join(f" {cell} |" if cell else " |" for cell in cells)


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


def _events_apart(trace: Sequence[Event], base: Sequence[Event], vocabulary: Vocabulary) -> str:
    before = {event.id: event for event in base}
    after = {event.id: event for event in trace}
    parts: list[str] = []
    for name, event in after.items():
        was = before.get(name)
        if was is None:
            parts.append(wording.event_added(event.type, f"{moment_of(event.at):%m月%d日}"))
        elif was.at != event.at:
            parts.append(wording.event_moved(event.type, f"{moment_of(event.at):%m月%d日 %H:%M}"))
        elif was != event:
            for field in dict.fromkeys((*was.values, *event.values)):
                if was.values.get(field) != event.values.get(field):
                    of = vocabulary.event_fields[field].type
                    value = event.values.get(field)
                    told = "未填报" if value is None else f"为{show_with_unit(value, of)}"
                    parts.append(f"“{event.type}”的{field}{told}")
    parts += [wording.event_missing(event.type) for name, event in before.items() if name not in after]
    return "，".join(parts)
