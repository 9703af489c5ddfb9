"""How differences of two books are said to people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policyengine.semantics.ir import (
    ALWAYS,
    Arithmetic,
    AsOf,
    Constant,
    DaysBetween,
    DecisionTable,
    ParameterRef,
    Pattern,
    Rescale,
    TermRef,
)
from policyengine.semantics.reads import definitions_read, parameters_read
from policyengine.semantics.words import condition_words, expression_words, pattern_words
from policyengine.values import show_with_unit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policyengine.proofs.diff import MeaningChange, Witness
    from policyengine.semantics.ir import Book, Definition, Modality, Rule, Verdict

NO_EFFECT = "含义没有变化"
NO_DIFFERENCE = "两处没有任何含义上的不同"
_HEADS = {
    "added": "新增",
    "removed": "去掉",
    "changed": "改变",
    "same": "写法不同",
    "undecided": "写法不同（含义是否改变未能判明）",
}
_SHOWN = 12


def added(rule: Rule, book: Book) -> tuple[str, ...]:
    """Word a rule that is only in the second book."""
    return (f"用语：{rule.modality}", f"适用：{applies(rule, book)}", f"要求：{requires(rule, book)}")


def removed(rule: Rule, book: Book) -> tuple[str, ...]:
    """Word a rule that is only in the first book."""
    return (f"原来的要求：{requires(rule, book)}",)


def changed(rule: Rule, other: Rule, before: Book, after: Book) -> tuple[str, ...]:
    """Word what is different about a rule."""
    rows = [] if rule.modality is other.modality else [f"用语：{rule.modality} → {other.modality}"]
    for what, one, two in (
        ("适用", applies(rule, before), applies(other, after)),
        ("要求", requires(rule, before), requires(other, after)),
    ):
        if one != two:
            rows.append(f"{what}：{one} → {two}")
    names = dict.fromkeys((*parameters_read(rule, before), *parameters_read(other, after)))
    rows += [words for name in names if (words := parameter(name, before, after))]
    rows += _definitions(rule, other, before, after)
    return tuple(rows)


def parameter(name: str, before: Book, after: Book) -> str:
    """Word a parameter's two values; empty if they are the same or only one book has it."""
    if name not in before.parameters or name not in after.parameters:
        return ""
    one, two = before.parameters[name], after.parameters[name]
    if one.value == two.value:
        return ""
    return f"参数“{name}”：{show_with_unit(one.value, one.type)} → {show_with_unit(two.value, two.type)}"


def applies(rule: Rule, book: Book) -> str:
    """Word 适用."""
    return "一律适用" if rule.applies == ALWAYS else condition_words(rule.applies, book)


def requires(rule: Rule, book: Book) -> str:
    """Word 要求."""
    if isinstance(rule.requires, Pattern):
        return pattern_words(rule.requires, book)
    return condition_words(rule.requires, book)


def render(changes: tuple[MeaningChange, ...], vocabulary_book: Book) -> str:
    """Write all changes as text; what only looks different comes last."""
    if not changes:
        return NO_DIFFERENCE
    order = sorted(changes, key=lambda one: one.kind == "same")
    return "\n".join(row for one in order for row in _one(one, vocabulary_book))


def _one(change: MeaningChange, book: Book) -> Iterator[str]:
    yield f"{_HEADS[change.kind]}：{change.title}（{change.name}）"
    yield from (f"  {words}" for words in change.words)
    if change.witness is not None:
        yield f"  例如：{witness(change.witness, book)}"


def witness(found: Witness, book: Book) -> str:
    """Word a case on which two books differ."""
    terms = book.vocabulary.terms
    facts = [
        f"{name}为{show_with_unit(value, terms[name].type)}" for name, value in found.case.values.items()
    ]
    events = [f"{one.type}（第 {place} 件）" for place, one in enumerate(found.case.trace[:_SHOWN], 1)]
    happened = "、".join(events)
    said = "，".join([*facts, f"先后发生 {happened}" if events else ""]).strip("，") or "什么都没有填报"
    raised = found.modality_before is not found.modality_after
    before = _verdict(found.before, found.modality_before if raised else None)
    after = _verdict(found.after, found.modality_after if raised else None)
    return f"{found.day.isoformat()}，{said}：原来{before}，现在{after}"


def _verdict(verdict: Verdict | None, modality: Modality | None) -> str:
    if verdict is None:
        return "没有这条规则"
    return verdict.chinese if modality is None else f"{verdict.chinese}（{modality}）"


def _definitions(rule: Rule, other: Rule, before: Book, after: Book) -> Iterator[str]:
    first = {one.name: one for one in before.definitions}
    second = {one.name: one for one in after.definitions}
    for name in dict.fromkeys((*definitions_read(rule, before), *definitions_read(other, after))):
        if name in first and name in second and first[name].body != second[name].body:
            yield f"“{name}”的定义：{definition(first[name], before)} → {definition(second[name], after)}"


def definition(one: Definition, book: Book) -> str:
    """Word a derived term."""
    body = one.body
    if isinstance(body, DecisionTable):
        rows = (
            f"{condition_words(row.when, book)}时为{expression_words(row.gives, book)}" for row in body.rows
        )
        return "；".join(rows)
    if isinstance(body, Constant | TermRef | ParameterRef | AsOf | Arithmetic | Rescale | DaysBetween):
        return expression_words(body, book)
    return condition_words(body, book)
