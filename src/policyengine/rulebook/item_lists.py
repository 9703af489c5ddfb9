"""The item list of a layer held against the rules about items: nothing on it may be undelegable."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policyengine.diagnostics import did_you_mean
from policyengine.overlays import wording
from policyengine.overlays.read_items import GRADE
from policyengine.semantics.ir import Modality, Pattern, Verdict
from policyengine.semantics.truth import truth_of, verdict_of
from policyengine.values import Kind, Value, ValueRefusedError, day_number, parse
from policyengine.vocabulary.terms import Subject

if TYPE_CHECKING:
    from policyengine.diagnostics import Problems
    from policyengine.documents import Scalar
    from policyengine.overlays.syntax import ListedItem, OverlayText
    from policyengine.semantics.ir import Book
    from policyengine.vocabulary.terms import Term


def check_items(overlay: OverlayText, book: Book, problems: Problems) -> None:
    """Judge every listed item by the 应 rules about items; one that surely fails is a diagnostic."""
    listed = overlay.items
    if listed is None:
        return
    terms = book.vocabulary.readable_by(Subject.ITEM)
    _check_grades(overlay, book, problems)
    shared = _shared_facts(overlay, terms)
    rules = [
        (rule, rule.requires)
        for rule in book.rules
        if rule.subject is Subject.ITEM
        and rule.modality is Modality.SHALL
        and not isinstance(rule.requires, Pattern)
    ]
    for item in listed.items:
        facts = shared | _facts(item, terms, problems)
        for rule, requires in rules:
            truths = (truth_of(rule.applies, facts, book), truth_of(requires, facts, book))
            if verdict_of(*truths, rule.modality) is Verdict.FAIL:
                message = wording.item_fails(item.name.text, rule.title, rule.id)
                problems.add(
                    "O041",
                    message,
                    item.name.span,
                    clause=rule.clause,
                    help=rule.message or wording.ITEM_HELP,
                )


def _shared_facts(overlay: OverlayText, terms: dict[str, Term]) -> dict[str, Value]:
    """Give what the head of the list says of all its items."""
    listed = overlay.items
    assert listed is not None  # noqa: S101 -- the caller looked
    found: dict[str, Value] = {}
    for name, day in (
        ("事项公布日期", listed.published), ("清单公布日期", listed.published),
        ("事项实施日期", listed.effective), ("清单实施日期", listed.effective),
    ):  # fmt: skip
        if day is not None and name in terms and terms[name].type.kind is Kind.DATE:
            found[name] = day_number(day)
    words = [("清单状态", "在册")] + ([("开展情形", overlay.rollout.state)] if overlay.rollout else [])
    return found | {name: word for name, word in words if name in terms and word in terms[name].type.members}


def _facts(item: ListedItem, terms: dict[str, Term], problems: Problems) -> dict[str, Value]:
    own = {name: term for name, term in terms.items() if term.subject is Subject.ITEM}
    found: dict[str, Value] = {}
    for key, texts in item.facts:
        term = own.get(key.text)
        if term is None:
            known = (*own, GRADE, "依据", "来源")
            advice = did_you_mean(key.text, known) or f"可用：{'、'.join(known)}"
            problems.add("O042", wording.unknown_item_fact(key.text), key.span, help=advice)
            continue
        value = _value(term, texts, problems)
        if value is not None:
            found[term.name] = value
    return found


def _value(term: Term, texts: tuple[Scalar, ...], problems: Problems) -> Value | None:
    try:
        if term.type.kind is Kind.CHOICES:
            parts = [parse(one.text, term.type) for one in texts]
            return frozenset(member for part in parts if isinstance(part, frozenset) for member in part)
        if len(texts) != 1:
            problems.add("O042", f"“{term.name}”应只有一个值", texts[0].span, help=wording.ITEM_VALUE_HELP)
            return None
        value = parse(texts[0].text, term.type)
    except ValueRefusedError as error:
        problems.add("O042", str(error), texts[0].span, help=wording.ITEM_VALUE_HELP)
        return None
    if not term.admits(value):
        problems.add(
            "O042",
            f"“{texts[0].text}”超出“{term.name}”的可信范围",
            texts[0].span,
            help=wording.ITEM_VALUE_HELP,
        )
        return None
    return value


def _check_grades(overlay: OverlayText, book: Book, problems: Problems) -> None:
    listed, term = overlay.items, book.vocabulary.terms.get(GRADE)
    if listed is None or term is None:
        return
    members = term.type.members
    for count in listed.counts:
        if count.grade is not None and count.grade.text not in members:
            advice = did_you_mean(count.grade.text, members) or f"可填：{'、'.join(members)}"
            problems.add("O042", f"没有“{count.grade.text}”这个网点等级", count.grade.span, help=advice)
    for item in listed.items:
        if item.grade and item.grade not in members:
            advice = did_you_mean(item.grade, members) or f"可填：{'、'.join(members)}"
            problems.add("O042", f"没有“{item.grade}”这个网点等级", item.name.span, help=advice)
