"""Random event patterns and traces that crowd together: ties, instants on borders, days on limits, empty fields."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
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
from policyengine.semantics.reads import terms_read
from policyengine.values import day_number
from policyengine.vocabulary.terms import Subject

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn

    from policyengine.semantics.ir import Condition, Expression
    from policyengine.values import Value
    from policyengine.vocabulary.terms import EventType

_DAY = 86_400
_ALL_TYPES = tuple(of.name for of in EVENT_TYPES)
RULES_PER_BOOK = 3
# The first and last second of a day, and few others, so that instants coincide.
_SECONDS = (0, 0, 32_400, 43_200, 86_399)
_AMOUNT = TermRef("量", INTEGER)
_OPTIONAL_CHOICE = TermRef("可选", CHOICE)
_OPTIONAL_TRUTH = TermRef("可真", BOOLEAN)


# Conditions that are often unknown and seldom false.
_SIMPLE = Holds(TermRef("网点真一", BOOLEAN))
_EITHER = Any((_SIMPLE, Holds(TermRef("机构真一", BOOLEAN))))


def _small(draw: DrawFn, low: int, high: int) -> Expression:
    if draw(st.integers(0, 3)) == 3:
        return ParameterRef("限参", INTEGER)
    return Constant(draw(st.sampled_from((*range(low + 1, high + 1), low))), INTEGER)


def _limit(draw: DrawFn, low: int, high: int) -> Limit:
    return Limit(_small(draw, low, high), draw(st.sampled_from(DayUnit)))


def _required_condition(draw: DrawFn) -> Condition:
    if draw(st.integers(0, 3)) != 3:
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
    if draw(st.integers(0, 9)) == 9:
        times = Constant(draw(st.sampled_from((2, 3, 1))), INTEGER)
        return Selector(events, _required_condition(draw), Repeated(times, _limit(draw, 0, 5)))
    if optional and draw(st.integers(0, 2)) == 0:
        return Selector(events, _optional_condition(draw))
    return Selector(events, _required_condition(draw))


def _scope(draw: DrawFn, borders: tuple[str, ...]) -> Scope:
    kind = draw(
        st.sampled_from(
            (
                ScopeKind.AFTER_UNTIL,
                ScopeKind.WHOLE,
                ScopeKind.AFTER,
                ScopeKind.WHOLE,
                ScopeKind.BETWEEN,
                ScopeKind.BEFORE,
            )
        )
    )
    if kind is ScopeKind.WHOLE:
        return WHOLE
    opening = None if kind is ScopeKind.BEFORE else _selector(draw, borders, optional=False)
    closing = None if kind is ScopeKind.AFTER else _selector(draw, borders, optional=False)
    return Scope(kind, opening, closing, from_start=kind is not ScopeKind.BEFORE and draw(st.booleans()))


def pattern(draw: DrawFn, keyed: tuple[str, ...], borders: tuple[str, ...]) -> Pattern:
    """Draw a pattern of any kind, scope and key over few event types, those of `borders` for its scope."""
    kind = draw(st.sampled_from(PatternKind))
    grants = kind is PatternKind.IN_FORCE
    pairs = kind in {PatternKind.PRECEDENCE, PatternKind.RESPONSE}
    limited = kind is PatternKind.RECURRENCE or (
        kind in {PatternKind.EXISTENCE, PatternKind.PRECEDENCE, PatternKind.RESPONSE}
        and draw(st.integers(0, 3))
    )
    several = kind is PatternKind.EXISTENCE and draw(st.integers(0, 2)) == 0
    # A short limit is broken nearly always by these, so they get longer ones.
    limit = (
        _limit(draw, 3, 9) if kind in {PatternKind.RECURRENCE, PatternKind.PRECEDENCE} else _limit(draw, 0, 5)
    )
    return Pattern(
        kind=kind,
        activation=_selector(draw, keyed, optional=True),
        target=_selector(draw, keyed, optional=True) if grants or pairs else None,
        closing=_selector(draw, (*keyed, "键止"), optional=False) if grants and draw(st.booleans()) else None,
        scope=_scope(draw, borders),
        key=draw(st.sampled_from(((), (), ("键",), ("键", "键二")))),
        limit=limit if limited else None,
        times=_small(draw, 1, 3) if several else None,
        starts="起日" if grants and draw(st.booleans()) else None,
        ends="止日" if grants and draw(st.booleans()) else None,
    )


# Shifts from the as-of day: what opens tends to come early, what closes late, some of all on the day after.
_MIDDLE = (-2, -1, 0, -3, -4, -5, 1, -7, -8, -12)
_EARLY = (-9, -8, -5, -3, -12, -1, 1)
_LATE = (-1, 0, -2, -4, 1, -6)
_REQUIRED = {
    "键": st.sampled_from(("子", "丑", "子")),
    "键二": st.sampled_from(MEMBERS[:2]),
    "量": st.sampled_from((1, 2, 0)),
}
_MAYBE = {
    "可选": st.sampled_from((None, *MEMBERS[:2], MEMBERS[0])),
    "可真": st.sampled_from((None, True, False, True)),
}


def _event(draw: DrawFn, place: int, of: EventType, day: int) -> Event:
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


def _roles(of: Pattern) -> list[tuple[tuple[str, ...], tuple[int, ...]]]:
    """Give the event types of each part of a pattern with the shifts at which they make things happen."""
    before = of.kind in {PatternKind.IN_FORCE, PatternKind.PRECEDENCE}
    parts = (
        (of.scope.opening, _EARLY),
        (of.activation, _LATE if before else _MIDDLE),
        (of.target, _EARLY if before else _LATE),
        (None if before else of.activation, _MIDDLE),
        (of.scope.closing, _LATE),
        (of.closing, _MIDDLE),
    )
    return [(selector.events, shifts) for selector, shifts in parts if selector is not None]


def trace(draw: DrawFn, today: int, of: Pattern) -> tuple[Event, ...]:
    """Draw up to twelve events, nearly all of types that a pattern reads, in the order that cases promise."""
    roles = _roles(of)
    events = []
    for place in range(draw(st.sampled_from((6, 5, 7, 8, 4, 10, 3, 12, 2, 1, 0)))):
        # By turns, so that every part of the pattern has something to read; at times anything.
        types, shifts = roles[place % len(roles)] if draw(st.integers(0, 9)) != 9 else (_ALL_TYPES, _MIDDLE)
        name = draw(st.sampled_from(types))
        events.append(_event(draw, place, VOCABULARY.events[name], today + draw(st.sampled_from(shifts))))
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
    # The rules of a book share few event types, so that a trace concerns them all.
    keyed = tuple(draw(st.sampled_from(tuple(permutations(KEYED, 2)))))
    borders = tuple(draw(st.sampled_from(tuple(permutations(BORDERS, 2)))))
    patterns = [pattern(draw, keyed, borders) for _ in range(RULES_PER_BOOK)]
    rules = tuple(
        Rule(
            id=f"event.number-{place}",
            title=f"事件规则{place}",
            clause="五",
            quotations=(),
            modality=draw(st.sampled_from((Modality.SHALL, Modality.SHALL, Modality.SHOULD, Modality.MAY))),
            subject=Subject.OUTLET,
            applies=draw(st.sampled_from((ALWAYS, ALWAYS, ALWAYS, _SIMPLE, _EITHER)))
            if draw(st.integers(0, 5)) != 5
            else condition(draw, made[Subject.OUTLET], 1),
            requires=required,
            waivable=place % 2 == 0,
        )
        for place, required in enumerate(patterns)
    )
    book = Book("000000", as_of, VOCABULARY, definitions, rules, found)
    read = frozenset(name for rule in rules for name in terms_read(rule, book))
    cases = tuple(
        replace(
            case(draw, Subject.OUTLET, place, today, rules, read),
            trace=trace(draw, today, patterns[place % RULES_PER_BOOK]),
        )
        for place in range(CASES_PER_BOOK)
    )
    return book, cases
