"""A session ends where an evaluation ends, however its events came, and what it called certain stays."""

import os
from dataclasses import replace
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agreement.generate import CASES_PER_BOOK, pattern_books_and_cases
from policyengine.engines.durable.judge import Durable
from policyengine.engines.durable.session import AlertKind, Session
from policyengine.semantics.ir import Verdict
from policyengine.values import day_number

CASES = int(os.environ.get("SESSION_CASES", "2000"))
SESSIONS = settings(
    max_examples=max(1, CASES // CASES_PER_BOOK), deadline=None, suppress_health_check=list(HealthCheck)
)


def _opened(book, case, **options):
    session = Session(book, **options)
    session.enrol(replace(case, trace=()))
    return session


def _fed(session, case, events):
    return [alert for event in events for alert in session.feed(case.subject, case.id, event)]


def _within(case, day):
    return [event for event in case.trace if event.day <= day]


@SESSIONS
@given(pattern_books_and_cases(), st.randoms(use_true_random=False))
def test_any_order_of_arrival_ends_in_the_same_verdicts(drawn, random):
    """After all events, in any order, the session's findings are those of an evaluation."""
    book, cases = drawn
    for case in cases:
        session = _opened(book, case)
        events = list(case.trace)
        random.shuffle(events)
        _fed(session, case, events)
        assert list(session.verdicts(book.as_of)) == list(Durable().evaluate(book, [case]))
        session.close()


@SESSIONS
@given(pattern_books_and_cases(), st.randoms(use_true_random=False))
def test_any_order_of_arrival_leaves_the_same_alerts(drawn, random):
    """What stands reported in the end does not depend on the order of arrival."""
    book, cases = drawn
    for case in cases:
        standing = []
        for shuffled in (False, True):
            session = _opened(book, case)
            events = _within(case, day_number(book.as_of))
            if shuffled:
                random.shuffle(events)
            _fed(session, case, events)
            session.advance(book.as_of)
            standing.append(list(session.standing()))
            session.close()
        assert standing[0] == standing[1]


@SESSIONS
@given(pattern_books_and_cases())
def test_alerts_are_violations_of_failed_rules(drawn):
    """Every standing alert is a violation that the evaluation of the same day finds, and its rule fails."""
    book, cases = drawn
    for case in cases:
        session = _opened(book, case)
        _fed(session, case, _within(case, day_number(book.as_of)))
        session.advance(book.as_of)
        failed = {one.rule: one for one in session.verdicts(book.as_of) if one.verdict is Verdict.FAIL}
        for alert in session.standing():
            assert alert.event in {*failed[alert.rule].evidence.violated, ""}
        session.close()


@SESSIONS
@given(pattern_books_and_cases())
def test_what_is_certain_is_withdrawn_only_by_an_event_of_the_same_instant(drawn):
    """In order of time nothing is taken back, but where two events share an instant or a cover is backdated."""
    book, cases = drawn
    backdated = {rule.id for rule in book.rules if getattr(rule.requires, "starts", None)}
    for case in cases:
        session = _opened(book, case)
        instants = set()
        for event in case.trace:
            alerts = session.feed(case.subject, case.id, event)
            withdrawn = {one.rule for one in alerts if one.kind is AlertKind.WITHDRAWN} - backdated
            assert not withdrawn or event.at in instants
            instants.add(event.at)
        session.close()


@SESSIONS
@given(pattern_books_and_cases(), st.data())
def test_a_session_that_crashed_resumes_where_it_was(drawn, data):
    """A session opened anew over its journal says in the end what one says that never stopped."""
    import tempfile
    from pathlib import Path

    book, cases = drawn
    case = data.draw(st.sampled_from(cases))
    stop = data.draw(st.integers(0, len(case.trace)))
    whole = _opened(book, case)
    _fed(whole, case, case.trace)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "session.sqlite"
        first = _opened(book, case, journal=path)
        _fed(first, case, case.trace[:stop])
        # The process dies here: nothing is closed, nothing is said.
        second = Session(book, path)
        _fed(second, case, case.trace[stop:])
        later = book.as_of + timedelta(days=40)
        assert list(second.verdicts(book.as_of)) == list(whole.verdicts(book.as_of))
        assert second.advance(later) == whole.advance(later)
        assert list(second.standing()) == list(whole.standing())
        first.close()
        second.close()
    whole.close()
