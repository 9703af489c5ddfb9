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
    from policyengine.engines.columnar.traces import View
    from policyengine.semantics.ir import Pattern, Selector
    from policyengine.vocabulary.terms import Subject

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


def plain_answer(view: View, pattern: Pattern, level: Subject) -> pl.DataFrame:
    """Say of each unit, in order, whether a plain pattern is `raised` in its trace, and whether it is `broken`."""
    first, last = _edges(view, pattern.activation, level)
    frame = pl.DataFrame({"first": first, "last": last})
    there = pl.col("first").is_not_null()
    always = there | ~there
    match pattern.kind:
        case PatternKind.EXISTENCE:
            return frame.select(raised=always, broken=~there)
        case PatternKind.ABSENCE:
            return frame.select(raised=always, broken=there)
    others = _edges(view, pattern.target, level)
    frame = frame.with_columns(other_first=others[0], other_last=others[1])
    late = (
        pl.col("first") < pl.col("other_first")
        if pattern.kind is PatternKind.PRECEDENCE
        else pl.col("last") > pl.col("other_last")
    )
    return frame.select(raised=there, broken=there & late.fill_null(value=True))


def _edges(view: View, selector: Selector | None, level: Subject) -> tuple[pl.Series, pl.Series]:
    assert selector is not None  # noqa: S101 -- such a pattern has both sides
    pairs = [_edges_of_type(view, name, level) for name in selector.events]
    if len(pairs) == 1:
        return pairs[0]
    firsts, lasts = (
        pl.DataFrame([pair[side].alias(str(n)) for n, pair in enumerate(pairs)]) for side in (0, 1)
    )
    return firsts.min_horizontal(), lasts.max_horizontal()


def _edges_of_type(view: View, name: str, level: Subject) -> tuple[pl.Series, pl.Series]:
    """Give the first and the last instant of an event type for each unit; null where it never happened."""
    if (name, level) not in view.edges:
        empty = pl.repeat(None, view.units(level).height, dtype=pl.Int64, eager=True)
        events = view.events(name, level)
        if events.width:
            found = events.group_by(UNIT).agg(first=pl.col("at").min(), last=pl.col("at").max())
            places = found[UNIT]
            view.edges[name, level] = (
                empty.clone().scatter(places, found["first"]),
                empty.clone().scatter(places, found["last"]),
            )
        else:
            view.edges[name, level] = (empty, empty)
    return view.edges[name, level]
