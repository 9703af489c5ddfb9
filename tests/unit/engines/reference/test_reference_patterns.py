"""Worked examples of docs/events.md, one claim each."""

from datetime import date, datetime

import pytest

from policyengine.engines.cases import Event
from policyengine.engines.findings import Due
from policyengine.engines.reference.patterns import Answer, answer
from policyengine.semantics.ir import (
    Book,
    Comparator,
    Compare,
    Constant,
    DayUnit,
    Limit,
    Pattern,
    PatternKind,
    Repeated,
    Scope,
    ScopeKind,
    Selector,
    TermRef,
)
from policyengine.values import DATE, Kind, Type, day_number, second_number
from policyengine.vocabulary.terms import EventTerm, EventType, Subject, Vocabulary

TEXT = Type(Kind.TEXT)
NUMBER = Type(Kind.INTEGER)
VOCABULARY = Vocabulary(
    event_terms=(EventTerm("人", "who", TEXT, ""), EventTerm("止", "until", DATE, "")),
    event_types=(
        EventType("甲", "a", Subject.OUTLET, ("人",), ("止",), ""),
        EventType("乙", "b", Subject.OUTLET, ("人",), (), ""),
        EventType("启", "q", Subject.OUTLET, (), (), ""),
        EventType("止", "r", Subject.OUTLET, (), (), ""),
    ),
)
BOOK = Book("000000", date(2025, 6, 30), VOCABULARY)
AS_OF = day_number(BOOK.as_of)
A, B, Q, R = (Selector((name,)) for name in ("甲", "乙", "启", "止"))


def event(identifier, name, moment, who="张", **fields):
    return Event(identifier, name, second_number(datetime.fromisoformat(moment)), {"人": who, **fields})


def days(amount):
    return Limit(Constant(amount, NUMBER), DayUnit.DAYS)


def workdays(amount):
    return Limit(Constant(amount, NUMBER), DayUnit.WORKDAYS)


def due(text, identifier=""):
    return Due(day_number(date.fromisoformat(text)), identifier)


def told(pattern, *events):
    return answer(pattern, events, BOOK)


def test_a_response_in_time_is_met_even_at_the_same_instant():
    pattern = Pattern(PatternKind.RESPONSE, A, B, limit=days(0))
    assert told(pattern, event("1", "甲", "2025-06-02"), event("2", "乙", "2025-06-02")) == Answer(
        True, met=1
    )


def test_a_response_not_yet_late_is_due_and_no_verdict():
    pattern = Pattern(PatternKind.RESPONSE, A, B, limit=workdays(1))
    found = told(pattern, event("1", "甲", "2025-06-27T16:00"))
    assert found == Answer(None, due=(due("2025-06-30", "1"),))


def test_a_response_after_its_limit_is_violated_whatever_comes_later():
    pattern = Pattern(PatternKind.RESPONSE, A, B, limit=days(1))
    found = told(pattern, event("1", "甲", "2025-06-02"), event("2", "乙", "2025-06-04"))
    assert found == Answer(False, violated=("1",))


def test_a_response_without_limit_is_violated_while_it_is_missing():
    assert told(Pattern(PatternKind.RESPONSE, A, B), event("1", "甲", "2025-06-30")).violated == ("1",)


def test_nothing_raised_is_neither_met_nor_violated():
    assert told(Pattern(PatternKind.RESPONSE, A, B), event("2", "乙", "2025-06-04")) == Answer(None)


def test_an_event_never_answers_itself():
    pattern = Pattern(PatternKind.RESPONSE, A, A)
    found = told(pattern, event("1", "甲", "2025-06-02"), event("2", "甲", "2025-06-03"))
    assert found == Answer(False, violated=("2",), met=1)


def test_a_key_separates_people():
    pattern = Pattern(PatternKind.PRECEDENCE, A, B, key=("人",))
    found = told(
        pattern,
        event("1", "乙", "2025-06-01", "张"),
        event("2", "甲", "2025-06-02", "张"),
        event("3", "甲", "2025-06-03", "李"),
    )
    assert found == Answer(False, violated=("3",), met=1)


def test_precedence_counts_no_earlier_than_the_limit():
    pattern = Pattern(PatternKind.PRECEDENCE, A, B, limit=days(5))
    assert told(pattern, event("1", "乙", "2025-06-01"), event("2", "甲", "2025-06-06")).holds is True
    assert told(pattern, event("1", "乙", "2025-06-01"), event("2", "甲", "2025-06-07")).holds is False


def test_absence_is_met_by_an_empty_trace_and_violated_by_each_event():
    pattern = Pattern(PatternKind.ABSENCE, A)
    assert told(pattern) == Answer(True, met=1)
    found = told(pattern, event("2", "甲", "2025-06-02"), event("1", "甲", "2025-06-03"))
    assert found == Answer(False, violated=("1", "2"))


def test_existence_without_events_is_due_from_the_as_of_day():
    assert told(Pattern(PatternKind.EXISTENCE, A, limit=days(3))) == Answer(None, due=(due("2025-07-03"),))
    assert told(Pattern(PatternKind.EXISTENCE, A)) == Answer(False)


def test_existence_wants_the_nth_within_the_limit_of_the_opening():
    scope = Scope(ScopeKind.AFTER, opening=Q)
    pattern = Pattern(PatternKind.EXISTENCE, A, scope=scope, limit=days(5), times=Constant(2, NUMBER))
    opening, first = event("0", "启", "2025-06-01"), event("1", "甲", "2025-06-02")
    assert told(pattern, opening, first, event("2", "甲", "2025-06-06")) == Answer(True, met=1)
    assert told(pattern, opening, first, event("2", "甲", "2025-06-07")) == Answer(False, violated=("0",))


def test_recurrence_is_met_and_says_when_the_next_is_due():
    pattern = Pattern(PatternKind.RECURRENCE, A, limit=days(20))
    found = told(pattern, event("1", "甲", "2025-06-01"), event("2", "甲", "2025-06-15"))
    assert found == Answer(True, met=1, due=(due("2025-07-05"),))


def test_recurrence_counts_the_gap_to_the_as_of_day():
    pattern = Pattern(PatternKind.RECURRENCE, A, limit=days(10))
    assert told(pattern, event("1", "甲", "2025-06-20")).holds is True
    assert told(pattern, event("1", "甲", "2025-06-19")) == Answer(False)


def test_recurrence_in_a_trace_without_events_asks_nothing():
    assert told(Pattern(PatternKind.RECURRENCE, A, limit=days(10))) == Answer(None)


@pytest.mark.parametrize(
    ("kind", "from_start", "violated"),
    [
        (ScopeKind.WHOLE, False, ("1", "2", "3", "4")),
        (ScopeKind.AFTER, False, ("3", "4")),
        (ScopeKind.AFTER, True, ("2", "3", "4")),
        (ScopeKind.BEFORE, False, ("1", "2", "3")),
        (ScopeKind.BETWEEN, False, ("3",)),
        (ScopeKind.BETWEEN, True, ("2", "3")),
        (ScopeKind.AFTER_UNTIL, False, ("3",)),
    ],
)
def test_scopes_take_in_what_lies_strictly_inside_their_borders(kind, from_start, violated):
    """Borders are instants, and only 含起点 takes in what happens at the opening."""
    events = (
        event("1", "甲", "2025-06-01"),
        event("0", "启", "2025-06-02"),
        event("2", "甲", "2025-06-02"),
        event("3", "甲", "2025-06-03"),
        event("9", "止", "2025-06-04"),
        event("4", "甲", "2025-06-04"),
    )
    opening = None if kind in {ScopeKind.WHOLE, ScopeKind.BEFORE} else Q
    closing = None if kind in {ScopeKind.WHOLE, ScopeKind.AFTER} else R
    scope = Scope(kind, opening, closing, from_start)
    assert told(Pattern(PatternKind.ABSENCE, A, scope=scope), *events).violated == violated


def test_between_needs_its_end_and_until_does_not():
    events = (event("0", "启", "2025-06-02"), event("3", "甲", "2025-06-03"))
    between = Pattern(PatternKind.ABSENCE, A, scope=Scope(ScopeKind.BETWEEN, Q, R))
    until = Pattern(PatternKind.ABSENCE, A, scope=Scope(ScopeKind.AFTER_UNTIL, Q, R))
    assert told(between, *events) == Answer(None)
    assert told(until, *events) == Answer(False, violated=("3",))


def test_a_grant_covers_to_its_last_day_and_until_it_is_closed():
    pattern = Pattern(PatternKind.IN_FORCE, B, A, R, ends="止")
    last = day_number(date(2025, 6, 10))
    grant = event("1", "甲", "2025-06-01", 止=last)
    assert told(pattern, grant, event("2", "乙", "2025-06-10T23:59:59")).holds is True
    assert told(pattern, grant, event("2", "乙", "2025-06-11")).holds is False
    closed = event("9", "止", "2025-06-05")
    assert told(pattern, grant, closed, event("2", "乙", "2025-06-05")).holds is True
    assert told(pattern, grant, closed, event("2", "乙", "2025-06-06")).holds is False


def test_a_later_grant_takes_the_place_of_the_earlier():
    pattern = Pattern(PatternKind.IN_FORCE, B, A, ends="止")
    long, short = day_number(date(2025, 6, 28)), day_number(date(2025, 6, 6))
    earlier, later = event("1", "甲", "2025-06-01", 止=long), event("2", "甲", "2025-06-05", 止=short)
    assert told(pattern, earlier, later, event("3", "乙", "2025-06-10")).holds is False


def test_a_count_within_a_window_selects_from_the_nth_on():
    repeated = Selector(("甲",), repeated=Repeated(Constant(2, NUMBER), days(3)))
    events = [event(str(place), "甲", f"2025-06-{day:02}") for place, day in enumerate((1, 5, 8, 20))]
    assert told(Pattern(PatternKind.ABSENCE, repeated), *events).violated == ("2",)


def test_an_empty_optional_field_leaves_open_only_what_hangs_on_it():
    late = Compare(Comparator.AT_LEAST, TermRef("止", DATE), Constant(AS_OF, DATE))
    pattern = Pattern(PatternKind.RESPONSE, Selector(("甲",), late), B, limit=days(1))
    unknown = event("1", "甲", "2025-06-02")
    assert told(pattern, unknown) == Answer(None, unknown=True, missing=("止",))
    violated = event("3", "甲", "2025-06-02", 止=AS_OF)
    assert told(pattern, unknown, violated) == Answer(False, violated=("3",))
    assert told(pattern, unknown, event("2", "乙", "2025-06-03")).unknown is True


def test_events_after_the_as_of_day_are_not_yet_known():
    pattern = Pattern(PatternKind.ABSENCE, A)
    assert told(pattern, event("1", "甲", "2025-06-30T23:59:59")).holds is False
    assert told(pattern, event("1", "甲", "2025-07-01")).holds is True
