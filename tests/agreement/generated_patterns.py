"""Random event patterns and traces that crowd together: ties, instants on borders, days on limits, empty fields."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from agreement.generated_facts import AS_OF_DAYS, CASES_PER_BOOK, case, condition, palettes, parameters
from agreement.generated_words import (
    BOOLEAN,
    BORDERS,
    CHOICE,
    EVENT_TYPES,
    INTEGER,
    KEYED,
    MEMBERS,
    VOCABULARY,
)
from policyengine.engines.cases import Case, Event
from policyengine.semantics.ir import (
    ALWAYS,
    WHOLE,
    All,
    Any,
    Book,
    Comparator,
    Compare,
    Constant,
    DayUnit,
    Filled,
    Holds,
    Limit,
    Modality,
    Negation,
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
from policyengine.values import day_number
from policyengine.vocabulary.terms import Subject

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn

    from policyengine.semantics.ir import Condition, Expression
    from policyengine.values import Value

_DAY = 86_400
# The first and last second of a day, and few others, so that instants coincide.
_SECONDS = (0, 0, 32_400, 43_200, 86_399)
_AMOUNT = TermRef("量", INTEGER)
_OPTIONAL_CHOICE = TermRef("可选", CHOICE)
_OPTIONAL_TRUTH = TermRef("可真", BOOLEAN)


def _small(draw: DrawFn, low: int, high: int) -> Expression:
    if draw(st.integers(0, 3)) == 0:
        return ParameterRef("限参", INTEGER)
    return Constant(draw(st.integers(low, high)), INTEGER)


def _limit(draw: DrawFn) -> Limit:
    return Limit(_small(draw, 0, 5), draw(st.sampled_from(DayUnit)))


def _required_condition(draw: DrawFn) -> Condition:
    if draw(st.integers(0, 2)):
        return ALWAYS
    comparator = draw(st.sampled_from((Comparator.AT_LEAST, Comparator.EQUAL, Comparator.UNEQUAL)))
    return Compare(comparator, _AMOUNT, Constant(1, INTEGER))


def _optional_condition(draw: DrawFn) -> Condition:
    choice = Compare(Comparator.EQUAL, _OPTIONAL_CHOICE, Constant(MEMBERS[0], CHOICE))
    truth = Holds(_OPTIONAL_TRUTH)
    return draw(
        st.sampled_from(
            (
                choice,
                truth,
                Negation(truth),
                Any((choice, truth)),
                All((Negation(choice), truth)),
                Any((Filled(_OPTIONAL_CHOICE), truth)),
                Any((truth, Compare(Comparator.AT_LEAST, _AMOUNT, Constant(1, INTEGER)))),
            )
        )
    )


def _selector(draw: DrawFn, types: tuple[str, ...], *, optional: bool) -> Selector:
    """Draw a selector of one or two types; 累计 and scope conditions read required fields only."""
    events = tuple(draw(st.lists(st.sampled_from(types), min_size=1, max_size=2, unique=True)))
    if draw(st.integers(0, 7)) == 0:
        times = Constant(draw(st.integers(1, 3)), INTEGER)
        return Selector(events, _required_condition(draw), Repeated(times, _limit(draw)))
    if optional and draw(st.integers(0, 2)) == 0:
        return Selector(events, _optional_condition(draw))
    return Selector(events, _required_condition(draw))


def _scope(draw: DrawFn) -> Scope:
    kind = draw(st.sampled_from((ScopeKind.WHOLE, ScopeKind.WHOLE, *ScopeKind, ScopeKind.AFTER_UNTIL)))
    if kind is ScopeKind.WHOLE:
        return WHOLE
    opening = None if kind is ScopeKind.BEFORE else _selector(draw, BORDERS, optional=False)
    closing = None if kind is ScopeKind.AFTER else _selector(draw, BORDERS, optional=False)
    return Scope(kind, opening, closing, from_start=kind is not ScopeKind.BEFORE and draw(st.booleans()))


def pattern(draw: DrawFn) -> Pattern:
    """Draw a pattern of any kind, scope and key."""
    kind = draw(st.sampled_from(PatternKind))
    grants = kind is PatternKind.IN_FORCE
    pairs = kind in {PatternKind.PRECEDENCE, PatternKind.RESPONSE}
    limited = kind is PatternKind.RECURRENCE or (
        kind in {PatternKind.EXISTENCE, PatternKind.PRECEDENCE, PatternKind.RESPONSE}
        and draw(st.integers(0, 3))
    )
    several = kind is PatternKind.EXISTENCE and draw(st.booleans())
    return Pattern(
        kind=kind,
        activation=_selector(draw, KEYED, optional=True),
        target=_selector(draw, KEYED, optional=True) if grants or pairs else None,
        closing=_selector(draw, (*KEYED, "键止"), optional=False) if grants and draw(st.booleans()) else None,
        scope=_scope(draw),
        key=draw(st.sampled_from(((), (), ("键",), ("键", "键二")))),
        limit=_limit(draw) if limited else None,
        times=_small(draw, 1, 3) if several else None,
        starts="起日" if grants and draw(st.booleans()) else None,
        ends="止日" if grants and draw(st.booleans()) else None,
    )


def _event(draw: DrawFn, place: int, today: int) -> Event:
    of = draw(st.sampled_from(EVENT_TYPES[:4] + EVENT_TYPES))
    # Half of the events crowd into a few days before the as-of day; some come after it.
    day = today + draw(st.sampled_from((0, 0, 1, -1, -2, -3, -4, -5, -7, -8, -9, -12)))
    values: dict[str, Value] = {}
    for name in of.required:
        values[name] = draw(_REQUIRED[name])
    for name in of.optional:
        if name in {"起日", "止日"}:
            shift = draw(st.integers(-3, 3))
            if shift:
                values[name] = day + shift
        else:
            filled = draw(_MAYBE[name])
            if filled is not None:
                values[name] = filled
    return Event(f"E{place}", of.name, day * _DAY + draw(st.sampled_from(_SECONDS)), values)


_REQUIRED = {
    "键": st.sampled_from(("子", "子", "丑")),
    "键二": st.sampled_from(MEMBERS[:2]),
    "量": st.integers(0, 2),
}
_MAYBE = {
    "可选": st.sampled_from((None, *MEMBERS[:2], MEMBERS[0])),
    "可真": st.sampled_from((None, True, False, True)),
}


def trace(draw: DrawFn, today: int) -> tuple[Event, ...]:
    """Draw up to ten events, in the order that cases promise."""
    events = [
        _event(draw, place, today) for place in range(draw(st.sampled_from((0, 1, 2, 3, 4, 5, 6, 8, 10))))
    ]
    return tuple(sorted(events, key=lambda one: (one.at, one.id)))


@st.composite
def pattern_books_and_cases(draw: DrawFn) -> tuple[Book, tuple[Case, ...]]:
    """Draw a book of event rules about outlets, and outlets with facts and traces."""
    as_of = draw(st.sampled_from(AS_OF_DAYS))
    today = day_number(as_of)
    found = parameters(draw, as_of)
    limit = found["参数一"].current
    amount = replace(limit, value=draw(st.integers(0, 4)))
    found["限参"] = replace(found["参数一"], name="限参", current=amount, history=(amount,))
    definitions, made = palettes(draw, found, as_of, most=1)
    rules = tuple(
        Rule(
            id=f"event.number-{place}",
            title=f"事件规则{place}",
            clause="五",
            quotations=(),
            modality=draw(st.sampled_from((Modality.SHALL, Modality.SHALL, Modality.SHOULD, Modality.MAY))),
            subject=Subject.OUTLET,
            applies=condition(draw, made[Subject.OUTLET], 1) if draw(st.integers(0, 3)) == 0 else ALWAYS,
            requires=pattern(draw),
        )
        for place in range(4)
    )
    cases = tuple(
        replace(case(draw, Subject.OUTLET, place, today, rules), trace=trace(draw, today))
        for place in range(CASES_PER_BOOK)
    )
    return Book("000000", as_of, VOCABULARY, definitions, rules, found), cases
