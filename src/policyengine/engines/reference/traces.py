"""Which events a pattern selects, the sub-traces of its key, and the segments of its scope (docs/events.md)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from policyengine.semantics.ir import ScopeKind
from policyengine.semantics.reads import selectors_of
from policyengine.semantics.truth import truth_of, value_of
from policyengine.semantics.workdays import last_day_within, ordinal_of
from policyengine.values import day_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from policyengine.engines.cases import Event
    from policyengine.semantics.ir import Book, Condition, Expression, Limit, Pattern, Selector


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a sub-trace.

    `events`: those inside, by time. `start` and `end` are days; `start` is None where nothing relevant ever
    happened. `opening` is the id of the event that opened it, or empty. `is_open`: no closing event ended it.
    """

    events: tuple[Event, ...]
    start: int | None
    end: int
    is_open: bool
    opening: str = ""


@dataclass(frozen=True)
class Reader:
    """Reads events for one pattern. Event fields are no terms, so the book is read without its derived terms."""

    book: Book
    pattern: Pattern

    @property
    def as_of(self) -> int:
        """Give the day of the evaluation."""
        return day_number(self.book.as_of)

    def truth(self, condition: Condition, event: Event) -> bool | None:
        """Tell whether the fields of an event meet a condition."""
        return truth_of(condition, event.values, self.fields_book)

    @cached_property
    def fields_book(self) -> Book:
        """Give the book as event conditions see it."""
        return replace(self.book, definitions=())

    def number(self, expression: Expression) -> int:
        """Work out an amount or a count, made up of parameters and constants."""
        found = value_of(expression, {}, self.fields_book)
        assert isinstance(found, int)  # noqa: S101 -- the loader allows nothing else
        return found

    def holds(self, limit: Limit | None, earlier: int, later: int) -> bool:
        """Tell whether two days are within a limit; always, without one."""
        if limit is None:
            return True
        return ordinal_of(later, limit.unit) - ordinal_of(earlier, limit.unit) <= self.number(limit.amount)

    def due_day(self, limit: Limit, start: int) -> int:
        """Give the last day within a limit from a day."""
        return last_day_within(start, self.number(limit.amount), limit.unit)

    def selected(self, selector: Selector | None, events: Sequence[Event], *, unknown: bool) -> list[Event]:
        """Give the events that a selector selects, an unknown condition counting as `unknown`."""
        if selector is None:
            return []
        matching = [one for one in events if one.type in selector.events]
        matching = [one for one in matching if self._meets(selector.condition, one, unknown=unknown)]
        if selector.repeated is None:
            return matching
        matching.sort(key=_place)
        back = self.number(selector.repeated.times) - 1
        window = selector.repeated.window
        return [
            one
            for place, one in enumerate(matching)
            if back <= 0 or (place >= back and self.holds(window, matching[place - back].day, one.day))
        ]

    def relevant(self, event: Event) -> bool:
        """Tell whether a selector of the pattern names the event and does not exclude it."""
        return any(
            event.type in selector.events and self.truth(selector.condition, event) is not False
            for selector in selectors_of(self.pattern)
        )

    def sub_traces(self, trace: Sequence[Event]) -> list[list[Event]]:
        """Split the relevant events up to the as-of day by the key; without a key there is exactly one part."""
        events = sorted((one for one in trace if one.day <= self.as_of and self.relevant(one)), key=_place)
        if not self.pattern.key:
            return [events]
        seen: list[dict[str, object]] = []
        for event in events:
            carried = self._carried(event)
            if len(carried) == len(self.pattern.key) and carried not in seen:
                seen.append(carried)
        return [[one for one in events if self._carried(one).items() <= key.items()] for key in seen]

    def segments(self, events: Sequence[Event]) -> list[Segment]:
        """Cut a sub-trace by the scope."""
        scope = self.pattern.scope
        first_day = events[0].day if events else None
        openings = self.selected(scope.opening, events, unknown=False)
        closings = self.selected(scope.closing, events, unknown=False)
        match scope.kind:
            case ScopeKind.WHOLE:
                return [Segment(tuple(events), first_day, self.as_of, is_open=True)]
            case ScopeKind.AFTER:
                return [self._from(openings, None, events)] if openings else []
            case ScopeKind.BEFORE:
                if not closings:
                    return []
                border = closings[0]
                inside = tuple(one for one in events if one.at < border.at)
                return [Segment(inside, first_day, border.day, is_open=False)]
            case ScopeKind.BETWEEN | ScopeKind.AFTER_UNTIL:
                found = self._stretches(openings, closings, events)
                return [one for one in found if not one.is_open or scope.kind is ScopeKind.AFTER_UNTIL]

    def _stretches(
        self, openings: Sequence[Event], closings: Sequence[Event], events: Sequence[Event]
    ) -> list[Segment]:
        found: list[Segment] = []
        left = list(openings)
        while left:
            closing = next((one for one in closings if one.at > left[0].at), None)
            found.append(self._from(left, closing, events))
            left = [one for one in left if closing is not None and one.at >= closing.at]
        return found

    def _from(self, openings: Sequence[Event], closing: Event | None, events: Sequence[Event]) -> Segment:
        """Make the segment that the first of the openings opens."""
        start = openings[0].at
        inside = tuple(
            one
            for one in events
            if (one.at > start or (one.at == start and self.pattern.scope.from_start))
            and (closing is None or one.at < closing.at)
        )
        return Segment(
            inside,
            openings[0].day,
            self.as_of if closing is None else closing.day,
            is_open=closing is None,
            opening=min(one.id for one in openings if one.at == start),
        )

    def _meets(self, condition: Condition, event: Event, *, unknown: bool) -> bool:
        truth = self.truth(condition, event)
        return unknown if truth is None else truth

    def _carried(self, event: Event) -> dict[str, object]:
        """Give the key fields that the type of the event carries as required fields."""
        required = self.book.vocabulary.events[event.type].required
        return {name: event.values[name] for name in self.pattern.key if name in required}


def _place(event: Event) -> tuple[int, str]:
    return (event.at, event.id)
