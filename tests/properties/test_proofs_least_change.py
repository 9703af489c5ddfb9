"""Advice that is followed makes the rules pass."""

from __future__ import annotations

import os
from dataclasses import replace

from hypothesis import HealthCheck, given, settings

from agreement.generated_facts import books_and_cases
from policyengine.proofs.least_change import Status, applied, least_change
from policyengine.proofs.plain import verdict_on
from policyengine.semantics.ir import Book, Modality, Verdict
from policyengine.vocabulary.terms import Subject

EXAMPLES = int(os.environ.get("PROOF_CASES", "300"))


@settings(max_examples=max(1, EXAMPLES // 4), deadline=None, suppress_health_check=list(HealthCheck))
@given(books_and_cases())
def test_applying_the_advice_makes_the_rules_pass(drawn) -> None:  # type: ignore[no-untyped-def]
    """After the changes every 应 rule of the case passes or does not apply, and nothing is changed in vain."""
    book, cases = drawn
    for case in cases[:4]:
        plain = replace(case, waived=frozenset())
        advice = least_change(book, plain, timeout=5)
        if advice.status is Status.FOUND:
            assert failing(book, applied(plain, advice)) == []
            assert failing(book, plain)
            assert all(one.before != one.after for one in advice.changes)
            for left_out in advice.changes:
                fewer = replace(advice, changes=tuple(one for one in advice.changes if one is not left_out))
                assert failing(book, applied(plain, fewer)), left_out


def failing(book: Book, case) -> list[str]:  # type: ignore[no-untyped-def]
    subjects = {case.subject} | ({Subject.INSTITUTION} if case.subject is Subject.OUTLET else set())
    return [
        rule.id
        for rule in book.rules
        if rule.subject in subjects
        and rule.modality is Modality.SHALL
        and verdict_on(rule, book, case.values) not in {Verdict.PASS, Verdict.NOT_APPLICABLE}
    ]
