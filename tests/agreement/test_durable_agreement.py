"""durable says what the reference says, on books and cases that nobody wrote."""

from hypothesis import given

from agreement.generate import AGREEMENT, books_and_cases, pattern_books_and_cases
from policyengine.engines.durable.judge import Durable
from policyengine.engines.reference.judge import Reference


@AGREEMENT
@given(books_and_cases())
def test_durable_and_reference_agree_on_facts(drawn):
    """Every finding over facts is the reference's, evidence and missing terms included."""
    book, cases = drawn
    assert list(Durable().evaluate(book, cases)) == list(Reference().evaluate(book, cases))


@AGREEMENT
@given(pattern_books_and_cases())
def test_durable_and_reference_agree_on_events(drawn):
    """Every finding over events is the reference's: verdict, violated ids, met count and due days."""
    book, cases = drawn
    assert list(Durable().evaluate(book, cases)) == list(Reference().evaluate(book, cases))
