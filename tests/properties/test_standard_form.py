"""The standard form of a pattern says of every trace what the pattern says."""

from dataclasses import replace

from hypothesis import given

from agreement.generate import AGREEMENT, pattern_books_and_cases
from policyengine.engines.reference.patterns import answer
from policyengine.proofs.standard_form import standard_form
from policyengine.semantics.ir import PatternKind, Scope, ScopeKind


def closed_by_its_own_kind(pattern):
    """Put a pattern into the scope that the standard form looks at: closed by events of the activation's types."""
    plain = replace(pattern.activation, repeated=None)
    closing = replace(pattern.target or plain, events=plain.events, repeated=None)
    scope = Scope(ScopeKind.AFTER_UNTIL, opening=plain, closing=closing, from_start=pattern.scope.from_start)
    return replace(pattern, scope=scope, key=())


@AGREEMENT
@given(pattern_books_and_cases())
def test_the_standard_form_has_the_same_answer(drawn):
    """Holds, unknown, violated ids, met count and due days are the same, for any scope.

    The missing fields named may be fewer: the form asks nothing of an event that closes the segment anyway.
    """
    book, cases = drawn
    for rule in book.rules:
        for pattern in (rule.requires, closed_by_its_own_kind(rule.requires)):
            form = standard_form(pattern, book.vocabulary)
            for case in cases:
                shorter, whole = (answer(one, case.trace, book) for one in (form, pattern))
                assert replace(shorter, missing=()) == replace(whole, missing=())
                assert set(shorter.missing) <= set(whole.missing)


@AGREEMENT
@given(pattern_books_and_cases())
def test_the_standard_form_is_settled(drawn):
    """含起点 is gone from every 定期有, and what has a standard form keeps all but scope start and activation."""
    book, _ = drawn
    for rule in book.rules:
        form = standard_form(rule.requires, book.vocabulary)
        assert not (form.kind is PatternKind.RECURRENCE and form.scope.from_start)
        kept = replace(form, activation=rule.requires.activation, scope=rule.requires.scope)
        assert kept == rule.requires
