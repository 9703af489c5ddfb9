"""Random rule books and cases, on which every engine must say what the reference says.

Domains are small and values hug the boundaries, so that all verdicts, ties and gaps come up often. One *case* is a
case judged by all the rules of its book; AGREEMENT_CASES says how many of them a test draws in all.

    @AGREEMENT
    @given(books_and_cases())
    def test_...(drawn):
        book, cases = drawn
"""

import os

from hypothesis import HealthCheck, settings

from agreement.generated_facts import CASES_PER_BOOK, books_and_cases
from agreement.generated_patterns import pattern_books_and_cases

__all__ = ["AGREEMENT", "CASES_PER_BOOK", "EXAMPLES", "books_and_cases", "pattern_books_and_cases"]

EXAMPLES = int(os.environ.get("AGREEMENT_CASES", "10000"))
AGREEMENT = settings(
    max_examples=max(1, EXAMPLES // CASES_PER_BOOK),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
