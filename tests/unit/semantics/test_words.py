"""Conditions and patterns read as an official would say them."""

from datetime import date

import pytest

from policyengine.semantics.ir import (
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
    Filled,
    Holds,
    Includes,
    Limit,
    Member,
    Negation,
    Parameter,
    ParameterRef,
    Pattern,
    PatternKind,
    Repeated,
    Scope,
    ScopeKind,
    Selector,
    TermRef,
)
from policyengine.semantics.words import condition_words, expression_words, parameter_words, pattern_words
from policyengine.values import BOOLEAN, DATE, Kind, Type, day_number
from policyengine.vocabulary.terms import Vocabulary

PEOPLE = Type(Kind.INTEGER, "人")
RATE = Type(Kind.DECIMAL, "%", 1)
STATE = Type(Kind.CHOICE, members=("合作中", "暂停"))
STATES = Type(Kind.CHOICES, members=STATE.members)
PERIOD = Type(Kind.INTEGER, "日")


def parameter(name, of, value):
    current = DatedValue(date(2025, 2, 1), value, "000000", Basis.EXAMPLE, "")
    return Parameter(name, of, current, (current,), Adjustable.NO)


BOOK = Book(
    "000000",
    date(2025, 6, 30),
    Vocabulary(),
    parameters={
        "最少经办人员数": parameter("最少经办人员数", PEOPLE, 2),
        "期限": parameter("期限", PERIOD, 5),
    },
)
STAFF = TermRef("在岗经办人员数", PEOPLE)
MINIMUM = ParameterRef("最少经办人员数", PEOPLE)
ENOUGH = Compare(Comparator.AT_LEAST, STAFF, MINIMUM)
WORKING = Compare(Comparator.EQUAL, TermRef("网点状态", STATE), Constant("合作中", STATE))
BOTH = Constant(frozenset(STATE.members), STATES)
TOWN = Holds(TermRef("乡镇网点", BOOLEAN))
SIGNED = TermRef("签约日期", DATE)


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (All((WORKING, ENOUGH)), "网点状态为合作中，且在岗经办人员数不少于最少经办人员数（2 人）"),
        (Negation(All((WORKING, ENOUGH))), "网点状态不为合作中，或在岗经办人员数少于最少经办人员数（2 人）"),
        (
            All((WORKING, Any((TOWN, ENOUGH)))),
            "网点状态为合作中，且（乡镇网点为是，或在岗经办人员数不少于最少经办人员数（2 人））",
        ),
        (Compare(Comparator.AT_MOST, MINIMUM, STAFF), "在岗经办人员数不少于最少经办人员数（2 人）"),
        (Compare(Comparator.AT_LEAST, TermRef("办结率", RATE), Constant(955, RATE)), "办结率不低于 95.5%"),
        (Compare(Comparator.LESS, SIGNED, AsOf()), "签约日期早于评估日"),
        (
            Compare(Comparator.EQUAL, SIGNED, Constant(day_number(date(2025, 2, 1)), DATE)),
            "签约日期为 2025-02-01",
        ),
        (Member(TermRef("网点状态", STATE), BOTH), "网点状态为合作中、暂停之一"),
        (Negation(Member(TermRef("网点状态", STATE), BOTH)), "网点状态不属于合作中、暂停"),
        (Includes(TermRef("历史状态", STATES), BOTH), "历史状态包含合作中、暂停"),
        (Negation(Filled(SIGNED)), "签约日期未填报"),
        (Negation(Negation(TOWN)), "乡镇网点为是"),
        (Negation(TOWN), "乡镇网点为否"),
    ],
)
def test_conditions_read_as_plain_sentences(condition, words):
    """Comparisons follow the kind of value, 非 is worked inwards, and mixed 且 and 或 are bracketed."""
    assert condition_words(condition, BOOK) == words


def test_expressions_name_terms_and_what_is_counted():
    total = Arithmetic(ArithmeticOperator.PLUS, STAFF, TermRef("兼职人数", PEOPLE), PEOPLE)
    product = Arithmetic(ArithmeticOperator.TIMES, total, Constant(2, Type(Kind.INTEGER)), PEOPLE)
    between = DaysBetween(SIGNED, AsOf(), DayUnit.WORKDAYS, PERIOD)
    assert expression_words(product, BOOK) == "（在岗经办人员数 + 兼职人数） × 2"
    assert expression_words(between, BOOK) == "从签约日期到评估日的工作日数"
    assert parameter_words("最少经办人员数", BOOK) == "最少经办人员数（2 人）"


LIMIT = Limit(ParameterRef("期限", PERIOD), DayUnit.DAYS)
A, B = Selector(("受理", "退件")), Selector(("办结",), WORKING)
UNTIL = Scope(ScopeKind.AFTER_UNTIL, Selector(("挂牌",)), Selector(("摘牌",)), from_start=True)


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        (
            Pattern(PatternKind.RESPONSE, A, B, limit=LIMIT, key=("编号",)),
            "每次“受理”或“退件”之后（含同时）应在期限（5 日）内有“办结”（网点状态为合作中）（按编号分别判断）",
        ),
        (
            Pattern(PatternKind.PRECEDENCE, B, A),
            "每次“办结”（网点状态为合作中）之前（含同时）应先有“受理”或“退件”",
        ),
        (
            Pattern(PatternKind.ABSENCE, A, scope=UNTIL),
            "从“挂牌”之后（含当时）直到“摘牌”，不得有“受理”或“退件”",
        ),
        (
            Pattern(PatternKind.RECURRENCE, A, limit=LIMIT),
            "应定期有“受理”或“退件”，间隔不超过期限（5 日）",
        ),
        (
            Pattern(
                PatternKind.EXISTENCE,
                A,
                limit=Limit(Constant(3, PERIOD), DayUnit.WORKDAYS),
                times=Constant(2, Type(Kind.INTEGER)),
            ),
            "应在 3 个工作日内有至少 2 次“受理”或“退件”",
        ),
        (
            Pattern(PatternKind.IN_FORCE, A, Selector(("授权",)), Selector(("收回",)), ends="有效期至"),
            "每次“受理”或“退件”应在“授权”（至“有效期至”止、遇“收回”即止）的有效期内",
        ),
        (
            Pattern(
                PatternKind.ABSENCE,
                Selector(("告知",), repeated=Repeated(Constant(2, Type(Kind.INTEGER)), LIMIT)),
            ),
            "不得有“告知”（期限（5 日）内累计达 2 次）",
        ),
    ],
)
def test_patterns_read_as_plain_sentences(pattern, words):
    """Every kind of pattern says what must happen, to what, within which time."""
    assert pattern_words(pattern, BOOK) == words
