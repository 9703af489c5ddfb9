"""What event patterns may be changed into."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from policyengine.scenarios.mutation import wording
from policyengine.scenarios.mutation.conditions import condition_variants, expression_variants
from policyengine.scenarios.mutation.variants import Kind, Variant, inside
from policyengine.semantics.ir import ALWAYS, DayUnit, Limit, Pattern, PatternKind, Scope, ScopeKind, Selector
from policyengine.semantics.words import condition_words, limit_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from policyengine.semantics.ir import Book, Expression

_KINDS = {
    PatternKind.PRECEDENCE: (PatternKind.RESPONSE,),
    PatternKind.RESPONSE: (PatternKind.PRECEDENCE,),
    PatternKind.EXISTENCE: (PatternKind.ABSENCE,),
    PatternKind.ABSENCE: (PatternKind.EXISTENCE,),
    PatternKind.RECURRENCE: (PatternKind.EXISTENCE,),
    PatternKind.IN_FORCE: (PatternKind.PRECEDENCE,),
}
_SCOPES = {
    ScopeKind.WHOLE: (),
    ScopeKind.AFTER: (ScopeKind.WHOLE,),
    ScopeKind.BEFORE: (ScopeKind.WHOLE,),
    ScopeKind.BETWEEN: (ScopeKind.AFTER_UNTIL, ScopeKind.WHOLE),
    ScopeKind.AFTER_UNTIL: (ScopeKind.BETWEEN, ScopeKind.AFTER, ScopeKind.WHOLE),
}


def pattern_variants(pattern: Pattern, book: Book) -> Iterator[Variant[Pattern]]:
    """Change one thing in an event pattern."""
    yield from _kinds(pattern)
    yield from _scopes(pattern)
    yield from _selectors(pattern, book)
    yield from _numbers(pattern, book)
    yield from _grants(pattern)
    for name in pattern.key:
        left = tuple(one for one in pattern.key if one != name)
        yield Variant(replace(pattern, key=left), Kind.KEY, wording.key_dropped(name))


def _kinds(pattern: Pattern) -> Iterator[Variant[Pattern]]:
    for kind in _KINDS[pattern.kind]:
        changed = replace(pattern, kind=kind)
        if pattern.kind is PatternKind.IN_FORCE:
            changed = replace(changed, closing=None, starts=None, ends=None)
        yield Variant(changed, Kind.PATTERN, wording.kind(pattern.kind, kind))


def _scopes(pattern: Pattern) -> Iterator[Variant[Pattern]]:
    scope = pattern.scope
    for kind in _SCOPES[scope.kind]:
        match kind:
            case ScopeKind.WHOLE:
                changed = Scope()
            case ScopeKind.AFTER:
                changed = replace(scope, kind=kind, closing=None)
            case _:
                changed = replace(scope, kind=kind)
        yield Variant(replace(pattern, scope=changed), Kind.SCOPE, wording.scope(scope.kind, kind))
    if scope.opening is not None:
        toggled = replace(scope, from_start=not scope.from_start)
        yield Variant(replace(pattern, scope=toggled), Kind.SCOPE, wording.from_start(toggled.from_start))


def selector_slots(pattern: Pattern) -> Iterator[tuple[str, Selector, Callable[[Selector], Pattern]]]:
    """Give each selector of a pattern, its name in Chinese, and what puts another in its place."""
    scope = pattern.scope

    def put_opening(new: Selector) -> Pattern:
        return replace(pattern, scope=replace(scope, opening=new))

    def put_closing(new: Selector) -> Pattern:
        return replace(pattern, scope=replace(scope, closing=new))

    yield "受约束的事件", pattern.activation, lambda new: replace(pattern, activation=new)
    if pattern.target is not None:
        yield "相应的事件", pattern.target, lambda new: replace(pattern, target=new)
    if pattern.closing is not None:
        yield "终止的事件", pattern.closing, lambda new: replace(pattern, closing=new)
    if scope.opening is not None:
        yield "范围的起点", scope.opening, put_opening
    if scope.closing is not None:
        yield "范围的终点", scope.closing, put_closing


def _selectors(pattern: Pattern, book: Book) -> Iterator[Variant[Pattern]]:
    for name, selector, put in selector_slots(pattern):
        yield from inside(_selector(selector, book), put, wording.part(name))


def _selector(selector: Selector, book: Book) -> Iterator[Variant[Selector]]:
    if len(selector.events) > 1:
        for name in selector.events:
            left = tuple(one for one in selector.events if one != name)
            yield Variant(replace(selector, events=left), Kind.EVENTS, wording.event_dropped(name))
    if selector.condition != ALWAYS:
        words = wording.dropped(condition_words(selector.condition, book))
        yield Variant(replace(selector, condition=ALWAYS), Kind.DROPPED, words)
        yield from inside(
            condition_variants(selector.condition, book), lambda new: replace(selector, condition=new)
        )
    repeated = selector.repeated
    if repeated is not None:
        yield Variant(replace(selector, repeated=None), Kind.TIMES, wording.without("“累计”"))
        yield from inside(
            expression_variants(repeated.times, book),
            lambda new: replace(selector, repeated=replace(repeated, times=new)),
        )
        yield from inside(
            _limit(repeated.window, book),
            lambda new: replace(selector, repeated=replace(repeated, window=new)),
        )


def _numbers(pattern: Pattern, book: Book) -> Iterator[Variant[Pattern]]:
    if pattern.limit is not None:
        yield from inside(_limit(pattern.limit, book), lambda new: replace(pattern, limit=new))
        if pattern.kind is not PatternKind.RECURRENCE:
            yield Variant(replace(pattern, limit=None), Kind.LIMIT, wording.without("“限期”"))
    if pattern.times is not None:
        yield from inside(expression_variants(pattern.times, book), lambda new: replace(pattern, times=new))
        yield Variant(replace(pattern, times=None), Kind.TIMES, wording.without("“次数”"))


def _limit(limit: Limit, book: Book) -> Iterator[Variant[Limit]]:
    other = DayUnit.WORKDAYS if limit.unit is DayUnit.DAYS else DayUnit.DAYS
    words = f"“{limit_words(limit, book)}”由{limit.unit}改按{other}计算"
    yield Variant(replace(limit, unit=other), Kind.DAYS, words)

    def put(new: Expression) -> Limit:
        return replace(limit, amount=new)

    yield from inside(expression_variants(limit.amount, book), put)


def _grants(pattern: Pattern) -> Iterator[Variant[Pattern]]:
    if pattern.starts is not None:
        yield Variant(replace(pattern, starts=None), Kind.GRANT, wording.without(f"“起于”{pattern.starts}"))
    if pattern.ends is not None:
        yield Variant(replace(pattern, ends=None), Kind.GRANT, wording.without(f"“止于”{pattern.ends}"))
    if pattern.closing is not None:
        yield Variant(replace(pattern, closing=None), Kind.GRANT, wording.without("“结束”"))
