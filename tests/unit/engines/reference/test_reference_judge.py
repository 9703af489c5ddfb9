"""From truth and traces to findings: verdicts, evidence, missing terms."""

from dataclasses import replace
from datetime import date

import pytest

from policyengine.engines.cases import Case, Event
from policyengine.engines.findings import Due, Evidence
from policyengine.engines.reference.judge import Reference
from policyengine.semantics.ir import (
    ALWAYS,
    Book,
    Comparator,
    Compare,
    Constant,
    DayUnit,
    Filled,
    Holds,
    Limit,
    Modality,
    Pattern,
    PatternKind,
    Rule,
    Selector,
    TermRef,
    Verdict,
)
from policyengine.values import BOOLEAN, Kind, Type, day_number
from policyengine.vocabulary.terms import EventType, Subject, Vocabulary

NUMBER = Type(Kind.INTEGER)
READY = Holds(TermRef("就绪", BOOLEAN))
ENOUGH = Compare(Comparator.AT_LEAST, TermRef("人数", NUMBER), Constant(2, NUMBER))
ANSWERED = Pattern(
    PatternKind.RESPONSE,
    Selector(("问",)),
    Selector(("答",)),
    limit=Limit(Constant(3, NUMBER), DayUnit.DAYS),
)
VOCABULARY = Vocabulary(
    event_types=(
        EventType("问", "q", Subject.OUTLET, (), (), ""),
        EventType("答", "a", Subject.OUTLET, (), (), ""),
    )
)
TODAY = day_number(date(2025, 6, 30))


def rule(requires, applies=ALWAYS, modality=Modality.SHALL, subject=Subject.OUTLET, name="r"):
    return Rule(name, "", "", (), modality, subject, applies, requires)


def judge(*rules, values=None, trace=(), waived=frozenset()):
    book = Book("000000", date(2025, 6, 30), VOCABULARY, (), rules)
    case = Case(Subject.OUTLET, "W1", values or {}, tuple(trace), "W1", "320000", "320102", waived)
    return list(Reference().evaluate(book, [case]))


def event(identifier, name, back):
    return Event(identifier, name, (TODAY - back) * 86_400)


def test_every_rule_of_the_subject_gives_a_finding_in_the_order_of_the_book():
    found = judge(
        rule(ENOUGH, name="b"), rule(ENOUGH, subject=Subject.BATCH, name="c"), rule(ENOUGH, name="a")
    )
    assert [one.rule for one in found] == ["b", "a"]
    assert {(one.subject_id, one.outlet_id, one.province) for one in found} == {("W1", "W1", "320000")}


def test_an_undetermined_finding_names_the_missing_terms_sorted():
    (found,) = judge(rule(ENOUGH, applies=READY))
    assert (found.verdict, found.missing) == (Verdict.UNDETERMINED, ("人数", "就绪"))


def test_what_is_missing_does_not_show_once_the_verdict_is_known():
    (found,) = judge(rule(ENOUGH, applies=READY), values={"人数": 2})
    assert (found.verdict, found.missing) == (Verdict.PASS, ())


def test_evidence_has_the_filled_terms_that_the_rule_reads_and_no_others():
    (found,) = judge(rule(ENOUGH, applies=Filled(TermRef("缺", NUMBER))), values={"人数": 1, "别的": 3})
    assert found.evidence == Evidence({"人数": 1})


def test_a_waived_rule_does_not_apply_and_shows_no_evidence():
    waivable = replace(rule(ENOUGH), waivable=True)
    (found,) = judge(waivable, values={"人数": 1}, waived=frozenset({"r"}))
    assert (found.verdict, found.evidence) == (Verdict.NOT_APPLICABLE, Evidence())


def test_a_waiver_of_a_rule_that_is_not_open_to_waivers_does_nothing():
    (found,) = judge(rule(ENOUGH), values={"人数": 1}, waived=frozenset({"r"}))
    assert found.verdict is Verdict.FAIL


@pytest.mark.parametrize(
    ("ready", "back", "verdict"),
    [
        (True, 5, Verdict.FAIL),
        (None, 5, Verdict.UNDETERMINED),
        (False, 5, Verdict.NOT_APPLICABLE),
        (True, 3, Verdict.NOT_APPLICABLE),
        (None, 3, Verdict.NOT_APPLICABLE),
    ],
)
def test_event_rules_join_their_condition_by_the_table_of_events(ready, back, verdict):
    """A violation fails where the rule applies, is open where that is unknown; what is only due has no verdict."""
    values = {} if ready is None else {"就绪": ready}
    (found,) = judge(rule(ANSWERED, applies=READY), values=values, trace=[event("E1", "问", back)])
    assert found.verdict is verdict
    assert found.missing == (("就绪",) if verdict is Verdict.UNDETERMINED else ())


def test_an_event_rule_that_is_met_passes_even_if_it_may_not_apply():
    (found,) = judge(rule(ANSWERED, applies=READY), trace=[event("E1", "问", 5), event("E2", "答", 4)])
    assert (found.verdict, found.evidence) == (Verdict.PASS, Evidence({}, met=1))


def test_an_event_rule_that_does_not_apply_shows_no_event_evidence():
    trace = [event("E1", "问", 5), event("E2", "问", 1)]
    (found,) = judge(rule(ANSWERED, applies=READY), values={"就绪": False}, trace=trace)
    assert found.evidence == Evidence({"就绪": False})


def test_violations_and_open_obligations_stand_side_by_side():
    (found,) = judge(rule(ANSWERED), trace=[event("E1", "问", 5), event("E2", "问", 1)])
    assert found.verdict is Verdict.FAIL
    assert found.evidence == Evidence({}, ("E1",), 0, (Due(TODAY + 2, "E2"),))


def test_a_permission_never_fails():
    facts, events = judge(
        rule(ENOUGH, modality=Modality.MAY),
        rule(ANSWERED, modality=Modality.MAY),
        values={"人数": 1},
        trace=[event("E1", "问", 5)],
    )
    assert facts.verdict is Verdict.NOT_APPLICABLE
    assert (events.verdict, events.evidence.violated) == (Verdict.NOT_APPLICABLE, ("E1",))
