"""The six event patterns as joins over sorted columns: every activation, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, assert_never

import polars as pl

from policyengine.engines.columnar import calendar
from policyengine.engines.columnar.calendar import DAY
from policyengine.engines.columnar.compute import computed
from policyengine.engines.columnar.segments import SEGMENT, inside, segments_of
from policyengine.engines.columnar.traces import UNIT
from policyengine.semantics.ir import PatternKind, ScopeKind

if TYPE_CHECKING:
    from policyengine.engines.columnar.selection import Selection
    from policyengine.semantics.ir import Pattern, Selector
    from policyengine.vocabulary.terms import Subject

MET, VIOLATED, OWED = 0, 1, 2
ACTIVATIONS: dict[str, pl.DataType | type[pl.DataType]] = {
    UNIT: pl.get_index_type(),
    "state": pl.UInt8(),
    "event": pl.String(),
    "due": pl.Int64(),
}


@dataclass(frozen=True)
class Reading:
    """A pattern over one view, unknown selections taken kindly or strictly.

    Each method gives the activations of a pattern: `_u`, `state` (met, violated or only owed), `event` (the id, or
    empty) and `due` (a day; null if nothing is owed).
    """

    selection: Selection
    kind: bool

    @property
    def pattern(self) -> Pattern:
        """The pattern."""
        return self.selection.pattern

    def activations(self) -> pl.DataFrame:
        """Give every activation of the pattern."""
        match self.pattern.kind:
            case PatternKind.EXISTENCE:
                found = self._existence()
            case PatternKind.ABSENCE:
                found = self._absence()
            case PatternKind.PRECEDENCE:
                found = self._precedence()
            case PatternKind.RESPONSE:
                found = self._response()
            case PatternKind.RECURRENCE:
                found = self._recurrence()
            case PatternKind.IN_FORCE:
                found = self._in_force()
            case _:
                assert_never(self.pattern.kind)
        return computed(found.select(pl.col(name).cast(of) for name, of in ACTIVATIONS.items()))

    @cached_property
    def segments(self) -> pl.DataFrame:
        """The segments of the scope; rules that share one without a key share the segments."""
        selection, scope = self.selection, self.pattern.scope
        if self.pattern.key or scope.kind in {ScopeKind.WHOLE, ScopeKind.BEFORE}:
            return segments_of(selection)
        known, place = selection.view.segments, (scope, selection.level)
        if place not in known:
            known[place] = segments_of(selection)
        return known[place]

    def _helping(self, selector: Selector | None, level: Subject | None = None) -> pl.LazyFrame:
        return self.selection.selected(selector, unknown=self.kind, level=level)

    def _hurting(self, selector: Selector | None, level: Subject | None = None) -> pl.LazyFrame:
        return self.selection.selected(selector, unknown=not self.kind, level=level)

    def _inside(self, events: pl.LazyFrame) -> pl.LazyFrame:
        return inside(events, self.segments, self.selection)

    def _existence(self) -> pl.LazyFrame:
        """应有: at least n A, the n-th within the limit from the segment's start."""
        selection, limit = self.selection, self.pattern.limit
        times = (
            pl.lit(1, dtype=pl.Int64) if self.pattern.times is None else selection.amount(self.pattern.times)
        )
        found = selection.with_parameters(
            self._inside(self._helping(self.pattern.activation)).select(UNIT, SEGMENT, "day")
        )
        nth = (
            found.with_columns(place=pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over(SEGMENT))
            .filter(pl.col("place") == times)
            .select(SEGMENT, pl.col("day").alias("nth_day"))
        )
        start = pl.col("start_day").fill_null(selection.as_of)
        met = (times <= 0) | (selection.within(limit, start, pl.col("nth_day"))).fill_null(value=False)
        rows = selection.with_parameters(self.segments.lazy()).join(nth, on=SEGMENT, how="left")
        if limit is None:
            return rows.with_columns(state=_state(met), event="opening", due=None)
        today = pl.lit(selection.as_of, dtype=pl.Int64)
        owed = ~met & pl.col("is_open") & selection.within(limit, start, today)
        due = pl.when(owed).then(selection.due_day(limit, start))
        return rows.with_columns(state=_state(met, owed), event="opening", due=due)

    def _absence(self) -> pl.LazyFrame:
        """不得有: each A is violated; the segment is met if there is none."""
        found = self._inside(self._hurting(self.pattern.activation))
        violated = found.select(UNIT, SEGMENT, pl.col("id").alias("event"), state=pl.lit(VIOLATED), due=None)
        met = (
            self.segments.lazy()
            .join(found.select(SEGMENT), on=SEGMENT, how="anti")
            .select(UNIT, SEGMENT, pl.col("opening").alias("event"), state=pl.lit(MET), due=None)
        )
        return pl.concat([violated, met])

    def _precedence(self) -> pl.LazyFrame:
        """先有: each B has another event A at or before it, within the limit."""
        found = self._answered("backward")
        met = self.selection.within(self.pattern.limit, pl.col("answer_day"), pl.col("day"))
        return found.with_columns(state=_state(met.fill_null(value=False)), event="id", due=None)

    def _response(self) -> pl.LazyFrame:
        """随后有: each A has another event B at or after it, within the limit, or may still get one."""
        selection, limit = self.selection, self.pattern.limit
        found = self._answered("forward")
        met = selection.within(limit, pl.col("day"), pl.col("answer_day")).fill_null(value=False)
        if limit is None:
            return found.with_columns(state=_state(met), event="id", due=None)
        today = pl.lit(selection.as_of, dtype=pl.Int64)
        owed = ~met & pl.col("is_open") & selection.within(limit, pl.col("day"), today)
        due = pl.when(owed).then(selection.due_day(limit, pl.col("day")))
        return found.with_columns(state=_state(met, owed), event="id", due=due)

    def _recurrence(self) -> pl.LazyFrame:
        """定期有: no gap over the period from the start over each A to the end."""
        selection, limit = self.selection, self.pattern.limit
        segments = self.segments.lazy().filter(pl.col("start_day").is_not_null())
        if limit is None:
            return segments.limit(0).with_columns(state=pl.lit(MET), event="opening", due=None)
        ordinal = calendar.ordinal(pl.col("day"), limit.unit)
        gap = pl.when(pl.col(SEGMENT) == pl.col(SEGMENT).shift()).then(ordinal - ordinal.shift())
        # Events inside come by time, so one stable sort puts those of a segment in a row.
        inner = (
            self._inside(self._helping(self.pattern.activation))
            .select(SEGMENT, "day")
            .sort(SEGMENT, maintain_order=True)
            .with_columns(gap=gap)
            .group_by(SEGMENT)
            .agg(
                pl.col("gap").max(),
                pl.col("day").min().alias("first_day"),
                pl.col("day").max().alias("last_day"),
            )
        )
        first = pl.coalesce("first_day", "end_day")
        last = pl.coalesce("last_day", "start_day")
        before, after = (
            calendar.ordinal(later, limit.unit) - calendar.ordinal(earlier, limit.unit)
            for earlier, later in ((pl.col("start_day"), first), (last, pl.col("end_day")))
        )
        met = pl.max_horizontal("gap", before, after) <= selection.amount(limit.amount)
        due = pl.when(met & pl.col("is_open")).then(selection.due_day(limit, last))
        return (
            selection.with_parameters(segments)
            .join(inner, on=SEGMENT, how="left")
            .with_columns(state=_state(met), event="opening", due=due)
        )

    def _in_force(self) -> pl.LazyFrame:
        """有效期内: each B is covered by the latest grant begun before it, not ended and not closed."""
        acts = self._activated()
        granted, grant_unit = self._looked_up(self.pattern.target)
        grants = _begun(self._helping(self.pattern.target, granted), self.pattern)
        begun = [grant_unit, *self.pattern.key]
        right = [UNIT, *self.pattern.key]
        acts = _latest_grant(acts, grants, begun, right)
        if self._overlap():
            acts = _without_own_grant(acts, grants, begun, right)
        if self.pattern.closing is not None:
            closed, closing_unit = self._looked_up(self.pattern.closing)
            closings = self._hurting(self.pattern.closing, closed).select(*right, closed_at="at")
            acts = acts.join_asof(
                closings,
                left_on="at",
                right_on="closed_at",
                by_left=[closing_unit, *self.pattern.key],
                by_right=right,
                allow_exact_matches=False,
                coalesce=False,
                check_sortedness=False,
                suffix="_closing",
            )
            open_still = (pl.col("closed_at") <= pl.col("begins")).fill_null(value=True)
        else:
            open_still = pl.lit(value=True)
        met = (pl.col("day") <= pl.col("last_day")).fill_null(value=False) & open_still
        return acts.with_columns(state=_state(met), event="id", due=None)

    def _activated(self) -> pl.LazyFrame:
        """Give the activating events inside the scope, with the parameters of their units, sorted by `at`."""
        found = self._hurting(self.pattern.activation)
        if self.pattern.scope.kind is not ScopeKind.WHOLE:
            found = self._inside(found)
        else:
            found = found.with_columns(is_open=pl.lit(value=True))
        found = self.selection.with_parameters(found)
        levels = {self.selection.view.level(name) for name in self._upper_types()} - {self.selection.level}
        return found.with_columns(
            pl.lit(self.selection.view.unit_of_row(level)).gather(pl.col(UNIT)).alias(_unit_at(level))
            for level in sorted(levels)
        )

    def _upper_types(self) -> list[str]:
        others = (self.pattern.target, self.pattern.closing)
        return [name for selector in others if selector is not None for name in selector.events]

    def _looked_up(self, selector: Selector | None) -> tuple[Subject, str]:
        """Say on which level to look up the events of a selector, and in which column its units are.

        Events of a subject above are looked up where they are, not repeated for each unit below.
        """
        view, level = self.selection.view, self.selection.level
        levels = set() if selector is None else {view.level(name) for name in selector.events}
        if len(levels) == 1 and levels != {level}:
            upper = levels.pop()
            return upper, _unit_at(upper)
        return level, UNIT

    def _answered(self, strategy: str) -> pl.LazyFrame:
        """Add `answer_day`, the day of the nearest other target at or before (after) each activation."""
        acts = self._activated()
        if self.pattern.scope.kind is ScopeKind.WHOLE:
            level, unit = self._looked_up(self.pattern.target)
            targets = self._helping(self.pattern.target, level)
            left, right = [unit, *self.pattern.key], [UNIT, *self.pattern.key]
        else:
            targets = self._inside(self._helping(self.pattern.target))
            left = right = [SEGMENT]
        targets = targets.select(*right, "id", "at", answer_day="day")
        if not self._overlap():
            return _nearest(acts, targets, left, right, strategy, exact=True)
        return _nearest_other(acts, targets, left, right, strategy)

    def _overlap(self) -> bool:
        """Whether one event can be activation and target at once."""
        target = self.pattern.target
        return target is not None and bool(set(target.events) & set(self.pattern.activation.events))


def _unit_at(level: Subject) -> str:
    return f"_u·{level}"


def _state(met: pl.Expr, owed: pl.Expr | None = None) -> pl.Expr:
    otherwise = pl.lit(VIOLATED) if owed is None else pl.when(owed).then(OWED).otherwise(VIOLATED)
    return pl.when(met).then(MET).otherwise(otherwise)


def _nearest(
    acts: pl.LazyFrame,
    targets: pl.LazyFrame,
    left: list[str],
    right: list[str],
    strategy: str,
    *,
    exact: bool,
) -> pl.LazyFrame:
    return acts.join_asof(
        targets.select(*right, "at", "answer_day"),
        on="at",
        by_left=left,
        by_right=right,
        strategy="backward" if strategy == "backward" else "forward",
        allow_exact_matches=exact,
        check_sortedness=False,
        suffix="_target",
    )


def _nearest_other(
    acts: pl.LazyFrame, targets: pl.LazyFrame, left: list[str], right: list[str], strategy: str
) -> pl.LazyFrame:
    """Do the same where an event could answer itself: another one at the same instant, else the nearest apart."""
    together = targets.group_by(*right, "at").agg(
        pl.col("id").min().alias("first_id"), pl.col("id").max().alias("final_id")
    )
    apart = _nearest(acts, targets, left, right, strategy, exact=False)
    other = ((pl.col("first_id") != pl.col("id")) | (pl.col("final_id") != pl.col("id"))).fill_null(
        value=False
    )
    return apart.join(
        together, left_on=[*left, "at"], right_on=[*right, "at"], how="left", maintain_order="left"
    ).with_columns(answer_day=pl.when(other).then(pl.col("day")).otherwise(pl.col("answer_day")))


def _begun(grants: pl.LazyFrame, pattern: Pattern) -> pl.LazyFrame:
    """Give the instant from which each grant runs (`begins`) and its last day (`last_day`)."""
    begins = pl.col("at")
    if pattern.starts is not None:
        begins = pl.coalesce(pl.col(pattern.starts) * DAY, begins)
    without_end = pl.lit(2**40, dtype=pl.Int64)
    last = without_end if pattern.ends is None else pl.col(pattern.ends).fill_null(without_end)
    return grants.select(UNIT, *pattern.key, "id", begins=begins, last_day=last)


def _latest_grant(
    acts: pl.LazyFrame, grants: pl.LazyFrame, left: list[str], right: list[str]
) -> pl.LazyFrame:
    """Add `begins` and `last_day` of the latest grants begun at or before each activation."""
    together = grants.group_by(*right, "begins").agg(pl.col("last_day").max()).sort("begins")
    return acts.join_asof(
        together,
        left_on="at",
        right_on="begins",
        by_left=left,
        by_right=right,
        coalesce=False,
        check_sortedness=False,
        suffix="_grant",
    )


def _without_own_grant(
    acts: pl.LazyFrame, grants: pl.LazyFrame, left: list[str], right: list[str]
) -> pl.LazyFrame:
    """Look again for activations that are grants themselves: only other grants cover them."""
    # Units below share the grants of the one above, so an event stands here once for all of them.
    both = (
        acts.select(*left, "id", "at")
        .join(grants.select(*right, "id"), left_on=[*left, "id"], right_on=[*right, "id"], how="semi")
        .unique()
    )
    others = (
        both.join(grants, left_on=left, right_on=right, suffix="_grant")
        .filter(pl.col("id") != pl.col("id_grant"), pl.col("begins") <= pl.col("at"))
        .group_by(*left, "id")
        .agg(
            pl.col("begins").max().alias("begins_other"),
            pl.col("last_day").filter(pl.col("begins") == pl.col("begins").max()).max().alias("last_other"),
        )
    )
    marked = both.select(*left, "id").with_columns(own=pl.lit(value=True))
    return (
        acts.join(marked, on=[*left, "id"], how="left", maintain_order="left")
        .join(others, on=[*left, "id"], how="left", maintain_order="left")
        .with_columns(
            begins=pl.when("own").then("begins_other").otherwise("begins"),
            last_day=pl.when("own").then("last_other").otherwise("last_day"),
        )
    )
