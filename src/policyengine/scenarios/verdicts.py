"""Which verdicts a rule can give at all, so that each can be asked to have its scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policyengine.semantics.ir import (
    ALWAYS,
    All,
    Any,
    Filled,
    Modality,
    Negation,
    Pattern,
    PatternKind,
    ScopeKind,
    Truth,
    Verdict,
)
from policyengine.semantics.reads import fields_read, selectors_of, terms_read

if TYPE_CHECKING:
    from policyengine.semantics.ir import Book, Condition, Rule

_ALWAYS_RAISED = {PatternKind.EXISTENCE, PatternKind.ABSENCE}


def possible_verdicts(rule: Rule, book: Book) -> tuple[Verdict, ...]:
    """Give the verdicts that some facts could lead to, going by the form of the rule."""
    found = [Verdict.PASS]
    if rule.modality is not Modality.MAY:
        found.append(Verdict.FAIL)
    if _can_stand_aside(rule):
        found.append(Verdict.NOT_APPLICABLE)
    if _can_be_unknown(rule, book):
        found.append(Verdict.UNDETERMINED)
    return tuple(found)


def _can_stand_aside(rule: Rule) -> bool:
    if rule.applies != ALWAYS or rule.modality is Modality.MAY:
        return True
    if not isinstance(rule.requires, Pattern):
        return False
    whole = rule.requires.scope.kind is ScopeKind.WHOLE and not rule.requires.key
    return not (whole and rule.requires.kind in _ALWAYS_RAISED)


def _can_be_unknown(rule: Rule, book: Book) -> bool:
    if _unknowable(rule.applies, book):
        return True
    if not isinstance(rule.requires, Pattern):
        return _unknowable(rule.requires, book)
    return any(
        name not in book.vocabulary.events[event].required
        for selector in selectors_of(rule.requires)
        for event in selector.events
        for name in fields_read(selector)
    )


def _unknowable(condition: Condition, book: Book) -> bool:
    """Whether a recorded term stands in the condition otherwise than in 已填报."""
    match condition:
        case Truth():
            return False
        case Filled():
            return False
        case Negation(operand):
            return _unknowable(operand, book)
        case All(parts) | Any(parts):
            return any(_unknowable(part, book) for part in parts)
    return bool(terms_read(condition, book))
