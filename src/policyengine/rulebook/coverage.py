"""How the rules of a shelf answer the sentences of the standard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policyengine.standard.coverage import Citation, assess

if TYPE_CHECKING:
    from policyengine.language.syntax import BookText
    from policyengine.standard import Standard
    from policyengine.standard.coverage import Coverage


def citations(text: BookText) -> tuple[Citation, ...]:
    """Give what every rule cites, and what those definitions cite that do."""
    found = [
        Citation(rule.id.text, rule.clause.text, tuple(one.text for one in rule.quotations), rule.span)
        for rule in text.rules
    ]
    found += [
        Citation(one.name.text, one.clause.text, tuple(text.text for text in one.quotations), one.span)
        for one in text.definitions
        if one.clause is not None and one.quotations
    ]
    return tuple(found)


def coverage_of(text: BookText, standard: Standard) -> Coverage:
    """Hold the nation's rules against the sentence ledger."""
    return assess(standard, citations(text))
