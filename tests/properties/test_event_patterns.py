"""The reference judges event patterns as docs/events.md says: held to an independent oracle, and to laws."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from agreement import oracle
from agreement.generate import AGREEMENT, EXAMPLES, pattern_books_and_cases
from policyengine.engines.cases import Event
from policyengine.engines.findings import Due
from policyengine.engines.reference.patterns import Answer, answer
from policyengine.semantics.ir import PatternKind
from policyengine.values import day_number

DAY = 86_400
LAWS = settings(AGREEMENT, max_examples=max(1, EXAMPLES // 200))


def judged(drawn):
    """Give every pattern of a drawn book with every trace, and the book."""
    book, cases = drawn
    for rule in book.rules:
        for case in cases:
            yield rule.requires, case.trace, book


@AGREEMENT
@given(pattern_books_and_cases())
def test_the_reference_says_what_the_oracle_says(drawn):
    for pattern, trace, book in judged(drawn):
        told = oracle.judge(pattern, trace, book)
        expected = Answer(
            holds={"violated": False, "met": True, "none": None, "unknown": None}[told.answer],
            unknown=told.answer == "unknown",
            violated=told.violated,
            met=told.met,
            due=tuple(Due(day, event) for day, event in told.due),
            missing=told.missing,
        )
        assert answer(pattern, trace, book) == expected


@LAWS
@given(pattern_books_and_cases())
def test_events_after_the_as_of_day_change_nothing(drawn):
    for pattern, trace, book in judged(drawn):
        known = tuple(event for event in trace if event.day <= day_number(book.as_of))
        assert answer(pattern, trace, book) == answer(pattern, known, book)


@LAWS
@given(pattern_books_and_cases(), st.randoms(use_true_random=False))
def test_the_order_in_which_events_are_given_changes_nothing(drawn, random):
    for pattern, trace, book in judged(drawn):
        shuffled = list(trace)
        random.shuffle(shuffled)
        assert answer(pattern, shuffled, book) == answer(pattern, trace, book)


@LAWS
@given(pattern_books_and_cases())
def test_events_that_no_selector_names_change_nothing(drawn):
    for pattern, trace, book in judged(drawn):
        stranger = Event("E0x", "无关", day_number(book.as_of) * DAY, {"键": "子"})
        assert answer(pattern, (stranger, *trace), book) == answer(pattern, trace, book)


@LAWS
@given(pattern_books_and_cases())
def test_filling_every_empty_field_settles_what_was_unknown(drawn):
    """Only empty optional fields can leave a pattern undecided."""
    for pattern, trace, book in judged(drawn):
        filled = tuple(replace(event, values={"可选": "甲", "可真": True, **event.values}) for event in trace)
        after = answer(pattern, filled, book)
        assert not after.unknown
        assert after.missing == ()


@LAWS
@given(pattern_books_and_cases(), st.integers(0, 9))
def test_an_answer_in_time_never_turns_a_response_from_met_into_violated(drawn, back):
    """Adding a target event that activates, opens and closes nothing never breaks a 随后有."""
    for pattern, trace, book in judged(drawn):
        if pattern.kind is not PatternKind.RESPONSE or pattern.target.repeated is not None:
            continue
        others = {
            name
            for one in (pattern.activation, pattern.scope.opening, pattern.scope.closing)
            if one
            for name in one.events
        }
        for name in set(pattern.target.events) - others:
            values = {"键": "子", "键二": "甲", "量": 1, "可选": "甲", "可真": True}
            added = Event("E99", name, (day_number(book.as_of) - back) * DAY + 43_200, values)
            before, after = answer(pattern, trace, book), answer(pattern, (*trace, added), book)
            assert not (before.holds is True and after.holds is False)
            assert set(after.violated) <= set(before.violated) or before.unknown


@LAWS
@given(pattern_books_and_cases())
def test_what_is_owed_is_neither_met_nor_late(drawn):
    """Due days lie on or after the as-of day, and a broken pattern names its events or broke by nothing happening."""
    for pattern, trace, book in judged(drawn):
        found = answer(pattern, trace, book)
        assert list(found.due) == sorted(found.due)
        # A limit that ends on a working day is still open over the days off that follow it.
        assert all(due.day >= day_number(book.as_of) - 10 for due in found.due)
        identifiers = {event.id for event in trace} | {""}
        assert {due.event for due in found.due} | set(found.violated) <= identifiers
