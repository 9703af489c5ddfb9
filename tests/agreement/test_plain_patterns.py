"""Patterns that first and last instants decide: columnar, durable and reference say the same of every trace."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from agreement.generate import AGREEMENT, CASES_PER_BOOK
from policyengine.engines.cases import Case, Event
from policyengine.engines.columnar.judge import Columnar
from policyengine.engines.durable.judge import Durable
from policyengine.engines.reference.judge import Reference
from policyengine.semantics.ir import (
    ALWAYS,
    Book,
    Modality,
    Pattern,
    PatternKind,
    Rule,
    Selector,
)
from policyengine.values import day_number
from policyengine.vocabulary.terms import EventType, Subject, Table, Vocabulary

AS_OF = date(2025, 6, 30)
TYPES = ("甲", "乙", "丙", "丁")
VOCABULARY = Vocabulary(
    (Table(Subject.OUTLET, "outlets", None, (), ()),),
    event_types=tuple(EventType(name, f"e{n}", Subject.OUTLET, (), (), "") for n, name in enumerate(TYPES)),
)
ENDS = (PatternKind.PRECEDENCE, PatternKind.RESPONSE)


@st.composite
def plain_patterns(draw):
    kind = draw(st.sampled_from((PatternKind.EXISTENCE, PatternKind.ABSENCE, *ENDS)))
    shuffled = draw(st.permutations(TYPES))
    first, second = draw(st.integers(1, 2)), draw(st.integers(1, 2))
    target = Selector(tuple(shuffled[first : first + second])) if kind in ENDS else None
    return Pattern(kind, Selector(tuple(shuffled[:first])), target=target)


@st.composite
def books_and_traces(draw):
    patterns = draw(st.lists(plain_patterns(), min_size=1, max_size=6))
    rules = tuple(
        Rule(f"outlet.r{n}", "", "", (), Modality.SHALL, Subject.OUTLET, ALWAYS, one)
        for n, one in enumerate(patterns)
    )
    # Four instants, so that ties come up often; the last two are the edges of the as-of day.
    end = (day_number(AS_OF) + 1) * 86_400
    instants = st.sampled_from((end - 90_000, end - 89_999, end - 1, end))
    events = st.lists(st.tuples(st.sampled_from(TYPES), instants), max_size=6)
    cases = []
    for number in range(CASES_PER_BOOK):
        trace = [Event(f"E{n}", kind, at) for n, (kind, at) in enumerate(draw(events))]
        ordered = tuple(sorted(trace, key=lambda one: (one.at, one.id)))
        cases.append(Case(Subject.OUTLET, f"W{number}", {}, ordered, outlet_id=f"W{number}"))
    return Book("000000", AS_OF, VOCABULARY, rules=rules, fingerprint=str(hash(rules))), cases


@AGREEMENT
@given(books_and_traces())
def test_engines_agree_on_plain_patterns(drawn):
    """Verdicts, violated ids and met counts are the reference's, ties and the as-of day included."""
    book, cases = drawn
    expected = list(Reference().evaluate(book, cases))
    assert list(Columnar().evaluate(book, cases)) == expected
    assert list(Durable().evaluate(book, cases)) == expected
