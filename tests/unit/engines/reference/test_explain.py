"""Explanations say what decided, with values, sources and dates, and nothing that had no say."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agreement.generate import books_and_cases, pattern_books_and_cases
from policyengine.engines.cases import Case, Event
from policyengine.engines.reference.explain import explain
from policyengine.engines.reference.judge import Reference, judge
from policyengine.semantics.ir import (
    ALWAYS,
    Adjustable,
    All,
    Any,
    Basis,
    Book,
    Comparator,
    Compare,
    Constant,
    DatedValue,
    DayUnit,
    Definition,
    Holds,
    Includes,
    Limit,
    Modality,
    Negation,
    Parameter,
    ParameterRef,
    Pattern,
    PatternKind,
    Rule,
    Selector,
    TermRef,
    Verdict,
)
from policyengine.values import BOOLEAN, Kind, Type, second_number
from policyengine.vocabulary.terms import Column, EventType, Subject, Table, Term, Vocabulary

PEOPLE = Type(Kind.INTEGER, "人")
PERIOD = Type(Kind.INTEGER, "工作日")
STATE = Type(Kind.CHOICE, members=("合作中", "暂停"))
ZONES = Type(Kind.CHOICES, members=("办理区", "等候区", "服务区"))
TYPES = {"在岗经办人员数": PEOPLE, "网点状态": STATE, "功能区": ZONES, "开放": BOOLEAN}
VOCABULARY = Vocabulary(
    tables=(
        Table(
            Subject.OUTLET,
            "outlets",
            Column("网点编号", "outlet_id"),
            (),
            tuple(
                Term(name, f"c{place}", of, Subject.OUTLET, "", "")
                for place, (name, of) in enumerate(TYPES.items())
            ),
        ),
    ),
    event_types=(
        EventType("人员离岗", "left", Subject.OUTLET, (), (), ""),
        EventType("权限注销", "revoked", Subject.OUTLET, (), (), ""),
    ),
)


def parameter(name, of, value, layer, since):
    current = DatedValue(since, value, layer, Basis.EXAMPLE, "示例默认值")
    return Parameter(name, of, current, (current,), Adjustable.UP)


BOOK = Book(
    "320000",
    date(2025, 6, 30),
    VOCABULARY,
    (
        Definition(
            "够人",
            Subject.OUTLET,
            BOOLEAN,
            Compare(Comparator.AT_LEAST, TermRef("在岗经办人员数", PEOPLE), Constant(2, PEOPLE)),
        ),
    ),
    (),
    {
        "最少经办人员数": parameter("最少经办人员数", PEOPLE, 2, "320000", date(2025, 6, 1)),
        "收回时限": parameter("收回时限", PERIOD, 1, "000000", date(2025, 2, 1)),
    },
)
WORKING = Compare(Comparator.EQUAL, TermRef("网点状态", STATE), Constant("合作中", STATE))
ENOUGH = Compare(
    Comparator.AT_LEAST, TermRef("在岗经办人员数", PEOPLE), ParameterRef("最少经办人员数", PEOPLE)
)
ZONED = Includes(TermRef("功能区", ZONES), Constant(frozenset({"办理区", "等候区"}), ZONES))
REVOKED = Pattern(
    PatternKind.RESPONSE,
    Selector(("人员离岗",)),
    Selector(("权限注销",)),
    limit=Limit(ParameterRef("收回时限", PERIOD), DayUnit.WORKDAYS),
)
SHORT = "在岗经办人员数为 1 人，应不少于 2 人（参数“最少经办人员数”，江苏省覆盖层 2025-06-01 起，依据：示例）"


def told(requires, values, applies=ALWAYS, trace=(), modality=Modality.SHALL, waived=frozenset()):
    rule = Rule(
        "r",
        "经办人员配备",
        "五（五）",
        ("引文",),
        modality,
        Subject.OUTLET,
        applies,
        requires,
        "增配经办人员",
        waivable=True,
    )
    book = replace(BOOK, rules=(rule,))
    case = Case(Subject.OUTLET, "W1", values, tuple(trace), "W1", waived=waived)
    return explain(book, case, judge(rule, case, book), {"320000": "江苏省"})


def event(identifier, name, moment):
    return Event(identifier, name, second_number(datetime.fromisoformat(moment)))


def test_a_failure_says_the_value_the_standard_and_who_set_it():
    found = told(ENOUGH, {"在岗经办人员数": 1})
    assert found.verdict is Verdict.FAIL
    assert found.sentences == found.failed == (SHORT,)
    assert found.advice == "增配经办人员"
    (note,) = found.parameters
    assert (note.value, note.layer, note.since, note.basis) == ("2 人", "江苏省覆盖层", "2025-06-01", "示例")


def test_only_the_conjuncts_that_fail_are_told():
    found = told(All((ENOUGH, ZONED)), {"在岗经办人员数": 2, "功能区": frozenset({"办理区", "服务区"})})
    assert found.sentences == ("功能区缺少等候区（现有：办理区、服务区），应包含办理区、等候区",)


def test_if_every_way_failed_all_of_them_are_told_together():
    found = told(Any((ENOUGH, ZONED)), {"在岗经办人员数": 1, "功能区": frozenset()})
    (sentence,) = found.sentences
    assert (
        sentence
        == f"下列各项至少应满足一项，均未满足：{SHORT}；功能区缺少办理区、等候区（现有：无），应包含办理区、等候区"
    )


def test_a_derived_term_tells_what_is_behind_it():
    found = told(Holds(TermRef("够人", BOOLEAN)), {"在岗经办人员数": 1})
    assert found.sentences == ("够人为否，应为是，因为：在岗经办人员数为 1 人，少于 2 人",)


def test_what_is_missing_is_named():
    found = told(ENOUGH, {}, applies=WORKING)
    assert found.sentences == ("缺少“在岗经办人员数”“网点状态”，填报后才能判定",)
    assert found.missing == ("在岗经办人员数", "网点状态")


def test_a_requirement_broken_under_an_unknown_condition_says_both():
    found = told(ENOUGH, {"在岗经办人员数": 1}, applies=WORKING)
    assert found.verdict is Verdict.UNDETERMINED
    assert found.sentences == (
        "要求未达到，但缺少资料，不能确定本规则是否适用",
        SHORT,
        "缺少“网点状态”，填报后才能判定",
    )
    assert found.advice == ""


def test_a_rule_that_does_not_apply_says_why():
    found = told(ENOUGH, {"网点状态": "暂停", "在岗经办人员数": 1}, applies=WORKING)
    assert found.sentences == ("本规则不适用：网点状态为暂停，不为合作中",)


def test_a_pass_tells_what_was_kept():
    found = told(
        All((ENOUGH, Negation(Holds(TermRef("开放", BOOLEAN))))), {"在岗经办人员数": 3, "开放": False}
    )
    assert found.sentences == (SHORT.replace("1 人", "3 人").replace("应不", "不"), "开放为否")


def test_a_permission_out_of_reach_and_a_waiver_say_so():
    granted = told(ENOUGH, {"在岗经办人员数": 1}, modality=Modality.MAY)
    assert granted.sentences == ("不具备本规则所许可的条件，许可不适用", SHORT)
    waived = told(ENOUGH, {"在岗经办人员数": 1}, waived=frozenset({"r"}))
    assert waived.sentences == ("本规则已对该对象豁免，豁免期内不评估",)


def test_a_violated_event_tells_what_was_expected_and_by_when():
    found = told(REVOKED, {}, trace=[event("E1", "人员离岗", "2025-06-06T16:00")])
    (story,) = found.stories
    assert (story.event, story.moment, story.expected, story.by) == (
        "E1",
        "2025-06-06 16:00:00",
        "“权限注销”",
        "2025-06-09",
    )
    assert found.sentences == (
        "“人员离岗”（编号 E1，2025-06-06 16:00:00）之后应在 2025-06-09 以前有“权限注销”，未见",
        "要求依据：参数“收回时限”，全国规则书 2025-02-01 起，依据：示例",
    )


def test_an_open_obligation_tells_its_last_day():
    found = told(REVOKED, {}, trace=[event("E1", "人员离岗", "2025-06-30T09:00")])
    (due,) = found.due
    assert (found.verdict, due.day, due.event) == (Verdict.NOT_APPLICABLE, "2025-07-01", "E1")
    assert found.sentences[0] == "应办的事项都还在期限之内"
    assert due.sentence.endswith("最迟 2025-07-01")


def test_working_days_past_the_official_calendar_are_owned_up_to():
    book_day = date(2031, 1, 20)
    rule = Rule("r", "", "", (), Modality.SHALL, Subject.OUTLET, ALWAYS, REVOKED)
    book = replace(BOOK, as_of=book_day, rules=(rule,))
    case = Case(Subject.OUTLET, "W1", {}, (event("E1", "人员离岗", "2031-01-06T16:00"),))
    found = explain(book, case, judge(rule, case, book))
    assert any("周一至周五" in sentence for sentence in found.sentences)


def test_a_finding_of_another_book_is_refused():
    rule = Rule("r", "", "", (), Modality.SHALL, Subject.OUTLET, ALWAYS, ENOUGH)
    case = Case(Subject.OUTLET, "W1", {"在岗经办人员数": 1})
    finding = judge(rule, case, replace(BOOK, rules=(rule,)))
    with pytest.raises(KeyError):
        explain(BOOK, case, finding)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.one_of(books_and_cases(), pattern_books_and_cases()))
def test_every_generated_finding_can_be_explained(drawn):
    """Whatever the book, there is a sentence, and what is missing is among the words."""
    book, cases = drawn
    for case in cases:
        for finding in Reference().evaluate(book, [case]):
            found = explain(book, case, finding)
            assert found.sentences
            assert bool(found.failed) or finding.verdict is not Verdict.FAIL
            assert all(any(name in sentence for sentence in found.sentences) for name in finding.missing)
