"""First and last instants: all that a plain pattern needs, and no join at all.

A pattern is plain if it speaks of the whole trace, without key, limit, count or conditions, and no event can be on
both of its sides. Then "every A has a B at or after it" says no more than that the last B is not before the last A.
Its verdicts come from two columns an event type, made once; single activations are worked out only where evidence of
them is shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from policyengine.engines.columnar.traces import UNIT
from policyengine.semantics.ir import ALWAYS, PatternKind, ScopeKind
from policyengine.semantics.reads import events_read, selectors_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from policyengine.engines.columnar.traces import View
    from policyengine.semantics.ir import Pattern, Selector
    from policyengine.vocabulary.terms import Subject

_NEVER = 2**62
_KINDS = {PatternKind.EXISTENCE, PatternKind.ABSENCE, PatternKind.PRECEDENCE, PatternKind.RESPONSE}


def is_plain(view: View, pattern: Pattern, level: Subject) -> bool:
    """Whether first and last instants decide a pattern."""
    target = pattern.target
    return (
        pattern.kind in _KINDS
        and pattern.scope.kind is ScopeKind.WHOLE
        and not pattern.key
        and pattern.limit is None
        and pattern.times is None
        and all(one.condition == ALWAYS and one.repeated is None for one in selectors_of(pattern))
        and (target is None or not set(target.events) & set(pattern.activation.events))
        and all(view.level(name) is level for name in events_read(pattern))
    )


def plain_answer(view: View, pattern: Pattern, level: Subject) -> tuple[pl.Series, pl.Series]:
    """Say of each unit, in order, whether a plain pattern is raised in its trace, and whether it is broken there."""
    first, last = _edges(view, pattern.activation, level)
    there = first < _NEVER
    match pattern.kind:
        case PatternKind.EXISTENCE:
            return there | ~there, ~there
        case PatternKind.ABSENCE:
            return there | ~there, there
    other_first, other_last = _edges(view, pattern.target, level)
    late = first < other_first if pattern.kind is PatternKind.PRECEDENCE else last > other_last
    return there, there & late


def _edges(view: View, selector: Selector | None, level: Subject) -> tuple[pl.Series, pl.Series]:
    assert selector is not None  # noqa: S101 -- such a pattern has both sides
    firsts, lasts = zip(*(_edges_of_type(view, name, level) for name in selector.events), strict=True)
    if len(firsts) == 1:
        return firsts[0], lasts[0]
    return _side_by_side(firsts).min_horizontal(), _side_by_side(lasts).max_horizontal()


def _side_by_side(columns: Iterable[pl.Series]) -> pl.DataFrame:
    return pl.DataFrame([column.alias(str(place)) for place, column in enumerate(columns)])


def _edges_of_type(view: View, name: str, level: Subject) -> tuple[pl.Series, pl.Series]:
    """Give the first and the last instant of an event type for each unit.

    Where it never happened the first is after, and the last before, every instant.
    """
    if (name, level) not in view.edges:
        units, events = view.units(level).height, view.events(name, level)
        first = pl.repeat(_NEVER, units, dtype=pl.Int64, eager=True)
        last = pl.repeat(-_NEVER, units, dtype=pl.Int64, eager=True)
        if events.width:
            found = events.group_by(UNIT).agg(first=pl.col("at").min(), last=pl.col("at").max())
            first = first.scatter(found[UNIT], found["first"])
            last = last.scatter(found[UNIT], found["last"])
        view.edges[name, level] = (first, last)
    return view.edges[name, level]
