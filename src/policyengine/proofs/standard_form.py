"""Patterns in a form that leaves out what cannot make a difference, so that equal meanings look equal."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from policyengine.semantics.ir import All, Negation, Pattern, PatternKind, ScopeKind
from policyengine.semantics.reads import fields_read

if TYPE_CHECKING:
    from policyengine.semantics.ir import Selector
    from policyengine.vocabulary.terms import Vocabulary


def standard_form(pattern: Pattern, vocabulary: Vocabulary) -> Pattern:
    """Rewrite a pattern; on every trace and day the result has the same activations met, violated and due.

    What is unknown stays unknown, but may name fewer missing fields: an event that closes the segment is not asked.
    """
    return _with_what_the_scope_says(_without_idle_start(pattern), vocabulary)


def _without_idle_start(pattern: Pattern) -> Pattern:
    """含起点 adds events at the opening's instant: to 定期有 they are points on the day that the segment starts."""
    if pattern.kind is PatternKind.RECURRENCE and pattern.scope.from_start:
        return replace(pattern, scope=replace(pattern.scope, from_start=False))
    return pattern


def _with_what_the_scope_says(pattern: Pattern, vocabulary: Vocabulary) -> Pattern:
    """Add to the activation what the scope says of every event inside: none of them closes the segment.

    Inside are events after the opening and before the first closing after it. With a key, more activations
    could mean more sub-traces; with 含起点, an event at the opening's instant may be a closing; so not then.
    """
    scope, activation, closing = pattern.scope, pattern.activation, pattern.scope.closing
    bounded = scope.kind in {ScopeKind.BETWEEN, ScopeKind.AFTER_UNTIL} and not scope.from_start
    if not bounded or closing is None or pattern.key:
        return pattern
    if closing.repeated is not None or activation.repeated is not None:
        return pattern
    if not set(activation.events) <= set(closing.events) or not _is_sure(closing, vocabulary):
        return pattern
    condition = All((activation.condition, Negation(closing.condition)))
    return replace(pattern, activation=replace(activation, condition=condition))


def _is_sure(selector: Selector, vocabulary: Vocabulary) -> bool:
    """Whether the condition is never unknown."""
    return all(
        name in vocabulary.events[event].required
        for event in selector.events
        for name in fields_read(selector)
    )
