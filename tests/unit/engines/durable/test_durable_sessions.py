"""What a live session says, when it says it, and what it keeps."""

from dataclasses import replace
from datetime import timedelta

import pytest

from policyengine.engines.durable.session import AlertKind, EventRefusedError, Session
from policyengine.semantics.ir import (
    Constant,
    Pattern,
    PatternKind,
    Selector,
    Verdict,
)
from policyengine.vocabulary.terms import Subject
from unit.engines.durable.made_books import (
    AS_OF,
    INTEGER,
    answered,
    at_least,
    book,
    days,
    event,
    outlet,
    preceded,
    rule,
)
from unit.engines.durable.raw import run_apart

KEYED = ("编号甲",)
TWICE = Pattern(PatternKind.EXISTENCE, Selector(("批准",)), times=Constant(2, INTEGER), limit=days(10))
NEVER_OPENED = Pattern(PatternKind.ABSENCE, Selector(("开业",)))


def opened(one_book, *cases, **options):
    session = Session(one_book, **options)
    for case in cases or (outlet(),):
        session.enrol(case)
    return session


def fed(session, *events, identity="W1"):
    found = [alert for one in events for alert in session.feed(Subject.OUTLET, identity, one)]
    return [(one.kind, one.rule, one.event) for one in found]


def violated(number, identity):
    return (AlertKind.VIOLATED, f"outlet.r{number}", identity)


def test_a_violation_is_reported_at_the_event_that_makes_it_certain():
    """不得有 and 先有 speak at once, and once only."""
    session = opened(book(NEVER_OPENED, preceded(KEYED)))
    assert fed(session, event("E1", "申请", -9)) == []
    assert fed(session, event("E2", "开业", -8)) == [violated(0, "E2")]
    assert fed(session, event("E3", "批准", -7, 编号甲="乙")) == [violated(1, "E3")]
    assert fed(session, event("E4", "批准", -7, 编号甲="甲")) == []


def test_a_deadline_is_reported_when_the_clock_passes_it():
    """Not on its last day, but on the day after, and no second time."""
    session = opened(book(answered(within=5)))
    assert fed(session, event("E1", "申请", -9)) == []
    assert session.advance(AS_OF - timedelta(days=4)) == []
    (alert,) = session.advance(AS_OF - timedelta(days=3))
    assert (alert.kind, alert.event) == (AlertKind.VIOLATED, "E1")
    assert session.advance(AS_OF) == []


def test_an_event_of_the_same_subject_moves_its_clock():
    """A deadline that a later event shows to have passed is reported with that event."""
    session = opened(book(answered(within=5, key=KEYED)), outlet("W1"), outlet("W2"))
    assert fed(session, event("E1", "申请", -9)) == []
    assert fed(session, event("E2", "申请", -9), identity="W2") == []
    assert fed(session, event("E3", "申请", -1, 编号甲="乙")) == [violated(0, "E1")]


def test_an_obligation_without_a_limit_is_judged_but_never_reported():
    """It may still be met; only the verdict says that it is not."""
    session = opened(book(answered()))
    assert fed(session, event("E1", "申请", -9)) == []
    assert session.advance(AS_OF + timedelta(days=999)) == []
    (finding,) = session.verdicts(AS_OF)
    assert finding.verdict is Verdict.FAIL


def test_a_late_event_that_undoes_a_report_withdraws_it():
    """The application recorded after the approval, with an earlier time, takes the violation back."""
    session = opened(book(preceded(KEYED)))
    assert fed(session, event("E2", "批准", -7)) == [violated(0, "E2")]
    assert fed(session, event("E1", "申请", -8)) == [(AlertKind.WITHDRAWN, "outlet.r0", "E2")]
    assert list(session.standing()) == []


def test_a_rule_that_does_not_certainly_apply_reports_nothing():
    """While 适用 is unknown there is no violation; with the fact known there is."""
    one = replace(book(), rules=(rule(0, NEVER_OPENED, at_least("数", 1)),))
    session = opened(one)
    assert fed(session, event("E1", "开业", -9)) == []
    assert [alert.event for alert in session.enrol(outlet(数=1))] == ["E1"]
    assert [alert.kind for alert in session.enrol(outlet(数=0))] == [AlertKind.WITHDRAWN]


def test_an_event_of_a_subject_above_stands_in_every_trace_below():
    """A province's event is heard by each of its outlets, whether enrolled before or after."""
    province = (Subject.PROVINCE, "320000")
    session = Session(book(NEVER_OPENED))
    session.enrol(outlet("W1"), [province])
    found = session.feed(*province, event("P1", "开业", -9))
    assert [(one.subject_id, one.event) for one in found] == [("W1", "P1")]
    assert [one.subject_id for one in session.enrol(outlet("W2"), [province])] == ["W2"]


def test_an_unknown_subject_or_a_second_event_of_one_id_is_refused_and_changes_nothing():
    """The reasons are Chinese; the verdicts are as before."""
    session = opened(book(preceded(KEYED)))
    fed(session, event("E1", "批准", -9))
    before = list(session.verdicts(AS_OF))
    with pytest.raises(EventRefusedError, match="未登记"):
        fed(session, event("E2", "批准", -9), identity="W9")
    with pytest.raises(EventRefusedError, match="重复"):
        fed(session, event("E1", "申请", -9))
    assert list(session.verdicts(AS_OF)) == before
    assert [one.event for one in session.standing()] == ["E1"]


def test_a_concluded_subject_gives_its_last_findings_and_is_gone():
    """Nothing of it is judged or accepted any more."""
    session = opened(book(NEVER_OPENED), outlet("W1"), outlet("W2"))
    fed(session, event("E1", "开业", -9))
    assert [one.verdict for one in session.conclude(Subject.OUTLET, "W1", AS_OF)] == [Verdict.FAIL]
    assert [one.subject_id for one in session.verdicts(AS_OF)] == ["W2"]
    with pytest.raises(EventRefusedError):
        fed(session, event("E2", "开业", -8))


def test_a_session_opened_with_another_book_works_its_alerts_out_anew(tmp_path):
    """What the old book reported is gone, what the new one finds stands."""
    path = tmp_path / "session.sqlite"
    first = opened(book(NEVER_OPENED), journal=path)
    fed(first, event("E1", "开业", -9), event("E2", "批准", -9))
    first.close()
    second = Session(book(preceded(KEYED)), path)
    assert [(one.rule, one.event) for one in second.standing()] == [("outlet.r0", "E2")]


def test_a_count_within_a_limit_is_due_until_the_limit_has_passed():
    """应有 twice within ten days of the first relevant event: open, then violated, then for good."""
    session = opened(book(TWICE))
    assert fed(session, event("E1", "批准", -20)) == []
    assert [one.event for one in session.advance(AS_OF - timedelta(days=9))] == [""]
    assert fed(session, event("E2", "批准", -5)) == []


def test_ten_thousand_outlets_in_turn_keep_memory_flat():
    """Outlets come in turn with three events each; the last 8,000 need less than 25 MB more than the first 2,000."""
    program = (
        "from unit.engines.durable.made_books import *\n"
        "from policyengine.engines.durable.session import Session\n"
        "now = lambda: int(open('/proc/self/statm').read().split()[1]) // 256\n"
        "session = Session(book(answered(within=9, key=('编号甲',))), most=64)\n"
        "for n in range(10_000):\n"
        "    session.enrol(outlet(f'W{n}'))\n"
        "    for day in (-30, -20, -10):\n"
        "        session.feed(Subject.OUTLET, f'W{n}', event(f'E{day}', '申请' if day != -20 else '批准', day))\n"
        "    before = now() if n == 2000 else before if n else 0\n"
        "print(now() - before, sum(1 for _ in session.standing()))"
    )
    grown, standing = run_apart(program, seconds=120).split()
    assert int(grown) < 25
    assert int(standing) == 10_000
