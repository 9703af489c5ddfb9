"""Small books, outlets and traces for the tests of the durable engine."""

from datetime import date

from policyengine.engines.cases import Case, Event
from policyengine.semantics.ir import (
    ALWAYS,
    Book,
    Comparator,
    Compare,
    Constant,
    DayUnit,
    Limit,
    Modality,
    Pattern,
    PatternKind,
    Rule,
    Selector,
    TermRef,
)
from policyengine.values import Kind, Type, day_number
from policyengine.vocabulary.terms import EventTerm, EventType, Subject, Vocabulary

INTEGER = Type(Kind.INTEGER)
TEXT = Type(Kind.TEXT)
AS_OF = date(2025, 6, 30)
VOCABULARY = Vocabulary(
    event_terms=(
        EventTerm("编号甲", "key", TEXT, ""),
        EventTerm("数甲", "number", INTEGER, "", low=0, high=100),
        EventTerm("真甲", "truth", Type(Kind.BOOLEAN), ""),
    ),
    event_types=(
        EventType("申请", "applied", Subject.OUTLET, ("编号甲",), ("数甲", "真甲"), ""),
        EventType("批准", "approved", Subject.OUTLET, ("编号甲",), (), ""),
        EventType("开业", "opened", Subject.OUTLET, (), (), ""),
    ),
)


def rule(number, requires, applies=ALWAYS):
    return Rule(f"outlet.r{number}", "", "", (), Modality.SHALL, Subject.OUTLET, applies, requires)


def book(*requirements):
    rules = tuple(rule(number, requires) for number, requires in enumerate(requirements))
    return Book("000000", AS_OF, VOCABULARY, rules=rules, fingerprint=str(hash(rules)))


def at_least(term, amount):
    return Compare(Comparator.AT_LEAST, TermRef(term, INTEGER), Constant(amount, INTEGER))


def outlet(identity="W1", trace=(), **values):
    return Case(Subject.OUTLET, identity, values, tuple(trace), outlet_id=identity)


def event(identity, kind, day, second=0, **values):
    at = (day_number(AS_OF) + day) * 86_400 + second
    return Event(identity, kind, at, {"编号甲": "甲", **values} if kind != "开业" else values)


def days(amount):
    return Limit(Constant(amount, INTEGER), DayUnit.DAYS)


def answered(within=None, key=()):
    """Every 申请 is followed by a 批准."""
    return Pattern(
        PatternKind.RESPONSE,
        Selector(("申请",)),
        target=Selector(("批准",)),
        limit=None if within is None else days(within),
        key=key,
    )


def preceded(key=()):
    """Every 批准 has a 申请 before it."""
    return Pattern(PatternKind.PRECEDENCE, Selector(("批准",)), target=Selector(("申请",)), key=key)
