"""Which events a selector of a pattern selects, in sub-traces."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import polars as pl

from policyengine.engines.columnar import calendar
from policyengine.engines.columnar.compute import computed
from policyengine.engines.columnar.expressions import (
    condition_expression,
    parameter_column,
    stored_type,
    value_expression,
)
from policyengine.engines.columnar.traces import UNIT
from policyengine.semantics.reads import fields_read, parameters_read, selectors_of

if TYPE_CHECKING:
    from policyengine.engines.columnar.expressions import Words
    from policyengine.engines.columnar.traces import View
    from policyengine.semantics.ir import Expression, Limit, Pattern, Repeated, Selector
    from policyengine.vocabulary.terms import Subject


@dataclass(frozen=True)
class Selection:
    """Selects events of one pattern for the units of `level`.

    Frames of events have `_u`, the key fields, `id`, `at`, `day` and the date fields of grants, sorted by `at`.
    """

    view: View
    pattern: Pattern
    level: Subject

    @property
    def by(self) -> list[str]:
        """The columns that tell sub-traces apart."""
        return [UNIT, *self.pattern.key]

    @cached_property
    def words(self) -> Words:
        """Event fields and parameters. Fields have no ranges that hold for terms."""
        return replace(self.view.plan.words, sizes={})

    @property
    def as_of(self) -> int:
        """The day of the evaluation."""
        return self.words.as_of

    def selected(
        self,
        selector: Selector | None,
        *,
        unknown: bool,
        level: Subject | None = None,
        among: pl.DataFrame | None = None,
    ) -> pl.LazyFrame:
        """Give the events that a selector selects, an unknown condition counting as `unknown`.

        `level`: another level to place the events on, for patterns that look them up there. `among`: values of the
        pattern's key; events with other values may be left out.
        """
        if selector is None:
            return self._none()
        events = self._matching(selector, unknown=unknown, level=level, among=among)
        return events if selector.repeated is None else self._repeated(events, selector.repeated, level)

    @cached_property
    def sub_traces(self) -> pl.LazyFrame:
        """Give the sub-traces: all units, or every key value that a relevant event carries whole."""
        if not self.pattern.key:
            return self.view.units(self.level).lazy().select(UNIT)
        parts = [
            self._of_type(name, selector, unknown=True, level=self.level).select(self.by)
            for selector in selectors_of(self.pattern)
            for name in selector.events
            if self._carried(name) == self.pattern.key
        ]
        return computed(pl.concat(parts).unique()).lazy() if parts else self._none().select(self.by)

    @cached_property
    def first_days(self) -> pl.LazyFrame:
        """Give the day of the first relevant event of each sub-trace, as `start_day`."""
        parts = [
            self._matching(selector, unknown=True).select(*self.by, "day")
            for selector in selectors_of(self.pattern)
        ]
        first = pl.concat(parts).group_by(self.by).agg(pl.col("day").min().alias("start_day"))
        return computed(first).lazy()

    def amount(self, expression: Expression) -> pl.Expr:
        """Translate a count or a limit; parameters that vary must be in the frame, see `with_parameters`."""
        return value_expression(expression, self.words).cast(pl.Int64)

    def within(self, limit: Limit | None, earlier: pl.Expr, later: pl.Expr) -> pl.Expr:
        """Whether two days are within a limit; always, without one."""
        if limit is None:
            return earlier.is_not_null() & later.is_not_null()
        ordinals = calendar.ordinal(later, limit.unit) - calendar.ordinal(earlier, limit.unit)
        return ordinals <= self.amount(limit.amount)

    def due_day(self, limit: Limit, start: pl.Expr) -> pl.Expr:
        """Give the last day within a limit from a day."""
        return calendar.last_day(start, self.amount(limit.amount), limit.unit)

    def with_parameters(self, events: pl.LazyFrame, level: Subject | None = None) -> pl.LazyFrame:
        """Add the parameters that vary by layer, looked up by unit."""
        units = self.view.units(level or self.level)
        names = [name for name in self._varying if name in units.columns]
        if not names:
            return events
        return events.with_columns(pl.lit(units[name]).gather(pl.col(UNIT)).alias(name) for name in names)

    def _matching(
        self,
        selector: Selector,
        *,
        unknown: bool,
        level: Subject | None = None,
        among: pl.DataFrame | None = None,
    ) -> pl.LazyFrame:
        parts = []
        for name in selector.events:
            carried = self._carried(name)
            whole = among if carried == self.pattern.key else None
            events = self._of_type(name, selector, unknown=unknown, level=level or self.level, among=whole)
            if carried != self.pattern.key:
                on = [UNIT, *carried]
                events = events.drop([one for one in self.pattern.key if one not in carried])
                events = events.join(self.sub_traces, on=on).select(self._columns)
            parts.append(events)
        if len(parts) == 1 and not (
            self.pattern.key and self._carried(selector.events[0]) != self.pattern.key
        ):
            return parts[0]
        return pl.concat(parts).sort("at")

    def _of_type(
        self,
        name: str,
        selector: Selector,
        *,
        unknown: bool,
        level: Subject,
        among: pl.DataFrame | None = None,
    ) -> pl.LazyFrame:
        frame = self.view.events(name, level, among)
        if not frame.width:
            return self._none()
        events = frame.lazy()
        if fields_read(selector):
            events = self.with_parameters(events, level)
            events = events.filter(condition_expression(selector.condition, self.words).fill_null(unknown))
        else:
            events = events.filter(condition_expression(selector.condition, self.words))
        return events.select(self._columns)

    def _repeated(self, events: pl.LazyFrame, repeated: Repeated, level: Subject | None) -> pl.LazyFrame:
        """累计: keep an event if the one `times − 1` places before it is there and within the window."""
        back = pl.max_horizontal(self.amount(repeated.times) - 1, pl.lit(0, dtype=pl.Int64))
        earlier = pl.col("day").gather((pl.col("_row") - pl.col("_back")).clip(0))
        return (
            self.with_parameters(events, level)
            .sort(*self.by, "at", "id")
            .with_columns(
                pl.int_range(pl.len(), dtype=pl.Int64).alias("_row"),
                pl.int_range(pl.len(), dtype=pl.Int64).over(self.by).alias("_place"),
                back.alias("_back"),
            )
            .with_columns(earlier.alias("_earlier"))
            .filter(
                (pl.col("_back") == 0)
                | (
                    (pl.col("_place") >= pl.col("_back"))
                    & self.within(repeated.window, pl.col("_earlier"), pl.col("day"))
                )
            )
            .select(self._columns)
            .sort("at")
        )

    @cached_property
    def _varying(self) -> list[str]:
        return [parameter_column(name) for name in parameters_read(self.pattern, self.view.plan.book)]

    @cached_property
    def _columns(self) -> list[str]:
        dates = [name for name in (self.pattern.starts, self.pattern.ends) if name is not None]
        return list(dict.fromkeys((*self.by, "id", "at", "day", *dates)))

    def _carried(self, event_type: str) -> tuple[str, ...]:
        required = self.view.plan.book.vocabulary.events[event_type].required
        return tuple(name for name in self.pattern.key if name in required)

    def _none(self) -> pl.LazyFrame:
        fields = self.view.plan.book.vocabulary.event_fields
        known = {UNIT: pl.get_index_type(), "id": pl.String(), "at": pl.Int64(), "day": pl.Int64()}
        return pl.LazyFrame(
            schema={
                name: known[name] if name in known else stored_type(fields[name].type)
                for name in self._columns
            }
        )
