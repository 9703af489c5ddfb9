"""What is generated for agreement is worth agreeing on: every verdict and every event pattern comes up often."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from agreement.generate import books_and_cases, pattern_books_and_cases
from policyengine.engines.reference.judge import Reference
from policyengine.semantics.ir import Pattern, PatternKind, Verdict

SURVEY = settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize(("strategy", "least"), [(books_and_cases, 0.08), (pattern_books_and_cases, 0.03)])
def test_every_verdict_is_common(strategy, least):
    """No verdict is rarer than the given share of all findings."""
    counts = Counter()

    @SURVEY
    @given(strategy())
    def count(drawn):
        book, cases = drawn
        counts.update(finding.verdict for finding in Reference().evaluate(book, cases))

    count()
    assert {verdict: counts[verdict] / counts.total() >= least for verdict in Verdict} == dict.fromkeys(
        Verdict, True
    )


def test_every_pattern_is_met_violated_and_undecided():
    """Each kind of pattern passes, fails and stays open on some trace, and some obligations are due."""
    seen = set()

    @SURVEY
    @given(pattern_books_and_cases())
    def count(drawn):
        book, cases = drawn
        kinds = {rule.id: rule.requires.kind for rule in book.rules if isinstance(rule.requires, Pattern)}
        for finding in Reference().evaluate(book, cases):
            seen.add((kinds[finding.rule], finding.verdict))
            if finding.evidence.due:
                seen.add("due")

    count()
    assert seen == {(kind, verdict) for kind in PatternKind for verdict in Verdict} | {"due"}
