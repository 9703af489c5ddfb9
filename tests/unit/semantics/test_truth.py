"""The plain definition of values, truth and verdicts."""

from datetime import date

import pytest

from policyengine.semantics.ir import (
    ALWAYS,
    Adjustable,
    All,
    Any,
    Arithmetic,
    ArithmeticOperator,
    AsOf,
    Basis,
    Book,
    Comparator,
    Compare,
    Constant,
    DatedValue,
    DaysBetween,
    DayUnit,
    DecisionTable,
    Definition,
    Filled,
    Hit,
    Holds,
    Includes,
    Member,
    Modality,
    Negation,
    Parameter,
    ParameterRef,
    Rescale,
    TableRow,
    TermRef,
    Truth,
    Verdict,
)
from policyengine.semantics.truth import blame, blame_of_value, derive, truth_of, value_of, verdict_of
from policyengine.values import BOOLEAN, DATE, Kind, Type, day_number
from policyengine.vocabulary.terms import Subject, Vocabulary

PEOPLE = Type(Kind.INTEGER, "人")
LEVEL = Type(Kind.CHOICE, members=("高", "低"))
LEVELS = Type(Kind.CHOICES, members=("高", "低"))
STAFF, SPARE = TermRef("人数", PEOPLE), TermRef("后备", PEOPLE)
READY, OPEN = TermRef("就绪", BOOLEAN), TermRef("开放", BOOLEAN)
TRUE, FALSE, UNKNOWN = Truth(value=True), Truth(value=False), Holds(TermRef("不知", BOOLEAN))
LETTERS = {True: TRUE, False: FALSE, None: UNKNOWN}


def book(*definitions, minimum=2):
    current = DatedValue(date(2025, 2, 1), minimum, "000000", Basis.EXAMPLE, "")
    parameter = Parameter("最少", PEOPLE, current, (current,), Adjustable.UP)
    return Book("000000", date(2025, 6, 30), Vocabulary(), definitions, (), {"最少": parameter})


def number(value):
    return Constant(value, PEOPLE)


@pytest.mark.parametrize(
    ("left", "right", "both", "either"),
    [
        (True, True, True, True),
        (True, None, None, True),
        (True, False, False, True),
        (None, None, None, None),
        (None, False, False, None),
        (False, False, False, False),
    ],
)
def test_conditions_join_by_kleenes_tables(left, right, both, either):
    """且 and 或 of two truth values are Kleene's, in either order."""
    for parts in ((LETTERS[left], LETTERS[right]), (LETTERS[right], LETTERS[left])):
        assert truth_of(All(parts), {}, book()) is both
        assert truth_of(Any(parts), {}, book()) is either


@pytest.mark.parametrize(("operand", "result"), [(True, False), (False, True), (None, None)])
def test_negation_keeps_the_unknown(operand, result):
    """非 turns true and false, and leaves unknown alone."""
    assert truth_of(Negation(LETTERS[operand]), {}, book()) is result


@pytest.mark.parametrize(("staff", "result"), [(1, False), (2, True), (3, True), (None, None)])
def test_a_comparison_with_a_parameter_takes_its_value_in_force(staff, result):
    """At least the minimum holds from the minimum on, and is unknown without a number."""
    values = {} if staff is None else {"人数": staff}
    condition = Compare(Comparator.AT_LEAST, STAFF, ParameterRef("最少", PEOPLE))
    assert truth_of(condition, values, book()) is result


def test_arithmetic_is_exact_and_unknown_if_an_operand_is():
    total = Arithmetic(ArithmeticOperator.PLUS, STAFF, Rescale(SPARE, 100, PEOPLE), PEOPLE)
    product = Arithmetic(ArithmeticOperator.TIMES, STAFF, number(0), PEOPLE)
    assert value_of(total, {"人数": 3, "后备": 2}, book()) == 203
    assert value_of(total, {"人数": 3}, book()) is None
    assert value_of(product, {}, book()) is None


def test_days_between_count_calendar_or_working_days_and_may_be_negative():
    friday, monday = day_number(date(2025, 6, 27)), day_number(date(2025, 6, 30))
    signed = Constant(friday, DATE)
    assert value_of(DaysBetween(signed, AsOf(), DayUnit.DAYS, PEOPLE), {}, book()) == 3
    assert value_of(DaysBetween(signed, AsOf(), DayUnit.WORKDAYS, PEOPLE), {}, book()) == 1
    assert value_of(DaysBetween(AsOf(), signed, DayUnit.DAYS, PEOPLE), {}, book()) == -3
    assert value_of(AsOf(), {}, book()) == monday


def test_membership_and_inclusion_are_unknown_if_a_side_is():
    high = Constant("高", LEVEL)
    both = Constant(frozenset({"高", "低"}), LEVELS)
    levels = TermRef("等级", LEVELS)
    assert truth_of(Member(high, both), {}, book()) is True
    assert truth_of(Member(high, levels), {"等级": frozenset({"低"})}, book()) is False
    assert truth_of(Member(high, levels), {}, book()) is None
    assert truth_of(Includes(both, levels), {"等级": frozenset()}, book()) is True
    assert truth_of(Includes(levels, both), {"等级": frozenset({"低"})}, book()) is False
    assert truth_of(Includes(both, levels), {}, book()) is None


def test_filled_is_never_unknown_and_for_a_derived_term_asks_whether_it_is_known():
    derived = Definition("够人", Subject.OUTLET, BOOLEAN, Compare(Comparator.AT_LEAST, STAFF, number(2)))
    assert truth_of(Filled(STAFF), {}, book()) is False
    assert truth_of(Filled(TermRef("够人", BOOLEAN)), {}, book(derived)) is False
    assert truth_of(Filled(TermRef("够人", BOOLEAN)), {"人数": 1}, book(derived)) is True


def table(hit, *rows):
    body = DecisionTable(hit, tuple(TableRow(when, gives) for when, gives in rows))
    return Definition("档", Subject.OUTLET, PEOPLE, body)


@pytest.mark.parametrize(
    ("hit", "conditions", "value"),
    [
        (Hit.UNIQUE, (False, True), 2),
        (Hit.UNIQUE, (None, True), 2),
        (Hit.UNIQUE, (None, False), None),
        (Hit.UNIQUE, (False, False), None),
        (Hit.FIRST, (True, True), 1),
        (Hit.FIRST, (False, True), 2),
        (Hit.FIRST, (None, True), None),
        (Hit.FIRST, (False, False), None),
    ],
)
def test_decision_tables_choose_by_their_hit_policy(hit, conditions, value):
    """唯一 takes the row that is true; 首个 only if every row above is false."""
    rows = [(LETTERS[truth], number(place)) for place, truth in enumerate(conditions, start=1)]
    found = derive(book(table(hit, *rows)), Subject.OUTLET, {})
    assert found == ({} if value is None else {"档": value})


def test_derived_terms_read_derived_terms_and_only_those_the_subject_may_read():
    first = Definition("够人", Subject.INSTITUTION, BOOLEAN, Compare(Comparator.AT_LEAST, STAFF, number(2)))
    second = Definition("可开", Subject.OUTLET, BOOLEAN, All((Holds(TermRef("够人", BOOLEAN)), Holds(READY))))
    values = {"人数": 2, "就绪": True}
    both = book(first, second)
    assert derive(both, Subject.OUTLET, values) == {"够人": True, "可开": True}
    assert derive(both, Subject.INSTITUTION, values) == {"够人": True}
    assert derive(both, Subject.OUTLET, {"就绪": False}) == {"可开": False}


def test_blame_names_what_is_missing_in_unknown_parts_only():
    known_true = Compare(Comparator.AT_LEAST, number(2), number(1))
    condition = All((known_true, Any((Holds(READY), Compare(Comparator.EQUAL, STAFF, SPARE)))))
    assert blame(condition, {"后备": 1}, book()) == {"就绪", "人数"}
    assert blame(condition, {"后备": 1, "就绪": True}, book()) == frozenset()
    assert blame(All((FALSE, Holds(READY))), {}, book()) == frozenset()
    assert blame(Negation(Holds(OPEN)), {}, book()) == {"开放"}


def test_blame_goes_through_definitions():
    derived = Definition("够人", Subject.OUTLET, BOOLEAN, Compare(Comparator.AT_LEAST, STAFF, SPARE))
    condition = Holds(TermRef("够人", BOOLEAN))
    assert blame(condition, {"人数": 1}, book(derived)) == {"后备"}
    assert blame(condition, {"人数": 1, "够人": True}, book(derived)) == frozenset()


def test_a_gap_in_a_table_is_blamed_itself():
    gap = table(Hit.UNIQUE, (Holds(READY), number(1)))
    reference = TermRef("档", PEOPLE)
    assert blame_of_value(reference, {"就绪": False}, book(gap)) == {"档"}
    assert blame_of_value(reference, {}, book(gap)) == {"就绪"}


def test_a_first_hit_table_blames_unknown_rows_above_the_one_that_is_true():
    first = table(Hit.FIRST, (Holds(READY), number(1)), (ALWAYS, STAFF), (Holds(OPEN), number(3)))
    reference = TermRef("档", PEOPLE)
    assert blame_of_value(reference, {}, book(first)) == {"就绪"}
    assert blame_of_value(reference, {"就绪": False}, book(first)) == {"人数"}


@pytest.mark.parametrize(
    ("applies", "requires", "verdict"),
    [
        (False, True, Verdict.NOT_APPLICABLE),
        (False, False, Verdict.NOT_APPLICABLE),
        (False, None, Verdict.NOT_APPLICABLE),
        (None, True, Verdict.PASS),
        (None, False, Verdict.UNDETERMINED),
        (None, None, Verdict.UNDETERMINED),
        (True, True, Verdict.PASS),
        (True, False, Verdict.FAIL),
        (True, None, Verdict.UNDETERMINED),
    ],
)
def test_the_verdict_table(applies, requires, verdict):
    """适用 and 要求 join as the design says; 宜 does as 应, and 可 never fails."""
    assert verdict_of(applies, requires) is verdict
    assert verdict_of(applies, requires, Modality.SHOULD) is verdict
    granted = Verdict.NOT_APPLICABLE if verdict is Verdict.FAIL else verdict
    assert verdict_of(applies, requires, Modality.MAY) is granted
