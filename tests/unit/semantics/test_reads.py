"""What rules read: recorded terms, parameters, derived terms and events."""

from datetime import date

from policyengine.semantics.ir import (
    ALWAYS,
    All,
    Book,
    Comparator,
    Compare,
    Constant,
    DayUnit,
    Definition,
    Filled,
    Holds,
    Limit,
    Modality,
    ParameterRef,
    Pattern,
    PatternKind,
    Repeated,
    Rule,
    Scope,
    ScopeKind,
    Selector,
    TermRef,
)
from policyengine.semantics.reads import (
    definitions_read,
    events_read,
    fields_read,
    parameters_read,
    terms_read,
)
from policyengine.values import BOOLEAN, Kind, Type
from policyengine.vocabulary.terms import Subject, Vocabulary

NUMBER = Type(Kind.INTEGER)


def term(name):
    return TermRef(name, NUMBER)


def parameter(name):
    return ParameterRef(name, NUMBER)


def at_least(left, right):
    return Compare(Comparator.AT_LEAST, left, right)


INNER = Definition("内", Subject.OUTLET, NUMBER, term("甲"))
OUTER = Definition("外", Subject.OUTLET, BOOLEAN, at_least(term("内"), parameter("参一")))
BOOK = Book("000000", date(2025, 6, 30), Vocabulary(), (INNER, OUTER))


def rule(requires, applies=ALWAYS):
    return Rule("r", "", "", (), Modality.SHALL, Subject.OUTLET, applies, requires)


def test_terms_are_recorded_ones_each_once_in_the_order_of_reading():
    requires = All(
        (at_least(term("乙"), parameter("参二")), Holds(TermRef("外", BOOLEAN)), Filled(term("乙")))
    )
    read = rule(requires, applies=Filled(term("丙")))
    assert terms_read(read, BOOK) == ("丙", "乙", "甲")
    assert parameters_read(read, BOOK) == ("参二", "参一")


def test_derived_terms_come_after_those_they_read():
    assert definitions_read(Holds(TermRef("外", BOOLEAN)), BOOK) == ("内", "外")


PATTERN = Pattern(
    PatternKind.RESPONSE,
    activation=Selector(("受理", "退件"), at_least(term("量"), parameter("参三"))),
    target=Selector(("办结",), repeated=Repeated(parameter("次数"), Limit(parameter("窗口"), DayUnit.DAYS))),
    scope=Scope(ScopeKind.AFTER, opening=Selector(("挂牌", "受理"))),
    limit=Limit(parameter("时限"), DayUnit.WORKDAYS),
    times=Constant(1, NUMBER),
)


def test_an_event_rule_reads_the_terms_of_its_condition_to_apply_and_no_fields():
    assert terms_read(rule(PATTERN, applies=Filled(term("丙"))), BOOK) == ("丙",)
    assert fields_read(PATTERN.activation) == ("量",)


def test_every_part_of_a_pattern_gives_its_parameters_and_events():
    assert set(parameters_read(rule(PATTERN), BOOK)) == {"参三", "次数", "窗口", "时限"}
    assert events_read(rule(PATTERN)) == ("受理", "退件", "办结", "挂牌")
    assert events_read(rule(ALWAYS)) == ()
