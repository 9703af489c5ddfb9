"""A trace made ready for matching: selections, sub-traces and segments (docs/events.md).

The engine joins facts and finds what is absent, but it cannot count, choose a first or a latest, or cut a trace.
So that much is prepared here: which events a selector selects (the truth of its condition was asked of the engine
before), which of them 累计 lets through, the parts that the key and the scope make, and how far a grant reaches.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from policyengine.semantics.ir import ALWAYS, PatternKind, ScopeKind
from policyengine.semantics.reads import selectors_of
from policyengine.semantics.workdays import ordinal_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from policyengine.engines.cases import Event
    from policyengine.semantics.ir import Condition, DayUnit, Expression, Pattern, Selector

_HELPS = {PatternKind.EXISTENCE, PatternKind.RECURRENCE}


@dataclass(frozen=True, slots=True)
class Seen:
    """An event up to the as-of day, and what the engine said of each condition over its fields (absent: unknown)."""

    event: Event
    truths: Mapping[Condition, bool]

    def meets(self, condition: Condition) -> bool | None:
        """Whether the fields meet a condition; None if that is unknown."""
        return True if condition == ALWAYS else self.truths.get(condition)


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a sub-trace. `first` and `last` bound the instants inside, both included.

    `start` and `end` are days; `start` is None where nothing relevant ever happened. `opening` is the id of the
    event that opened it, or empty.
    """

    first: int | None
    last: int | None
    start: int | None
    end: int
    is_open: bool
    opening: str = ""

    def inside(self, events: Iterable[Event]) -> list[Event]:
        """Keep the events of this segment."""
        return [
            one
            for one in events
            if (self.first is None or one.at >= self.first) and (self.last is None or one.at <= self.last)
        ]


@dataclass(frozen=True, slots=True)
class Grant:
    """An opening and the events that it may cover: `start` ≤ instant < `until`, instant ≤ `closed`, day ≤ `ends`."""

    start: int
    until: int | None
    closed: int | None
    ends: int | None


class Tracer:
    """Reads traces for one pattern. `number_of` works out amounts; `required` names the fields a type always has."""

    def __init__(
        self,
        pattern: Pattern,
        number_of: Callable[[Expression], int],
        required: Callable[[str], Iterable[str]],
    ) -> None:
        self.pattern = pattern
        self.selectors = selectors_of(pattern)
        self.types = frozenset(name for one in self.selectors for name in one.events)
        self._is_plain = all(one.condition == ALWAYS for one in self.selectors)
        self._width = len(set(pattern.key))
        self.limit = None if pattern.limit is None else number_of(pattern.limit.amount)
        self.times = 1 if pattern.times is None else number_of(pattern.times)
        self._repeated = {
            one.repeated: (number_of(one.repeated.times) - 1, number_of(one.repeated.window.amount))
            for one in self.selectors
            if one.repeated is not None
        }
        self._carried = {
            name: tuple(part for part in dict.fromkeys(pattern.key) if part in set(required(name)))
            for name in self.types
        }

    def sub_traces(self, seen: Sequence[Seen], only: frozenset[str] | None = None) -> dict[str, list[Seen]]:
        """Split the relevant events by the key, each part by time, under the text of its key.

        Without a key there is exactly one part, the empty text. With `only`, these parts alone.
        """
        if not self._width:
            return {"": [one for one in seen if self._is_relevant(one)]}
        whole: dict[str, list[Seen]] = {}
        partly: list[Seen] = []
        for one in seen:
            if one.event.type not in self.types:
                continue
            part = self.part_of(one.event)
            if (only is None or part is None or part in only) and self._is_relevant(one):
                if part is None:
                    partly.append(one)
                else:
                    whole.setdefault(part, []).append(one)
        if not partly:
            return whole
        return {
            part: sorted([*members, *(one for one in partly if self._agrees(one, members[0]))], key=_place)
            for part, members in whole.items()
        }

    def part_of(self, event: Event) -> str | None:
        """Give the key of the one part in which an event stands; None if it may stand in several."""
        carried = self._carried[event.type]
        if len(carried) < self._width:
            return None
        return _part(tuple(event.values[name] for name in carried)) if carried else ""

    def selected(self, selector: Selector | None, seen: Iterable[Seen], *, unknown: bool) -> list[Event]:
        """Give the events, by time, that a selector selects; an unknown condition counts as `unknown`."""
        if selector is None:
            return []
        found = []
        for one in seen:
            if one.event.type in selector.events:
                truth = one.meets(selector.condition)
                if unknown if truth is None else truth:
                    found.append(one.event)
        if selector.repeated is None:
            return found
        back, window = self._repeated[selector.repeated]
        unit = selector.repeated.window.unit
        return [
            one
            for place, one in enumerate(found)
            if back <= 0 or (place >= back and _days(found[place - back], one, unit) <= window)
        ]

    def helping(self, selector: Selector | None, seen: Iterable[Seen], *, kind: bool) -> list[Event]:
        """Select what helps: a kind reading takes the unknown ones in."""
        return self.selected(selector, seen, unknown=kind)

    def hurting(self, selector: Selector | None, seen: Iterable[Seen], *, kind: bool) -> list[Event]:
        """Select what hurts: a kind reading leaves the unknown ones out."""
        return self.selected(selector, seen, unknown=not kind)

    def activations(self, seen: Iterable[Seen], *, kind: bool) -> list[Event]:
        """Select the events of the activation."""
        helps = self.pattern.kind in _HELPS
        return self.selected(self.pattern.activation, seen, unknown=kind if helps else not kind)

    def has_unknown(self, seen: Iterable[Seen]) -> bool:
        """Whether a selection of activation, target or closing is unknown, so that two readings may differ."""
        judged = [one for one in self.judged if one.condition != ALWAYS]
        return any(
            one.event.type in selector.events and one.meets(selector.condition) is None
            for one in seen
            for selector in judged
        )

    @property
    def judged(self) -> list[Selector]:
        """The selectors that are judged kindly and strictly."""
        found = (self.pattern.activation, self.pattern.target, self.pattern.closing)
        return [one for one in found if one is not None]

    def segments(self, sub_trace: Sequence[Seen], as_of: int) -> list[Segment]:
        """Cut a sub-trace by the scope."""
        scope = self.pattern.scope
        first_day = sub_trace[0].event.day if sub_trace else None
        openings = self.selected(scope.opening, sub_trace, unknown=False)
        closings = self.selected(scope.closing, sub_trace, unknown=False)
        match scope.kind:
            case ScopeKind.WHOLE:
                return [Segment(None, None, first_day, as_of, is_open=True)]
            case ScopeKind.AFTER:
                return [self._from(openings, None, as_of)] if openings else []
            case ScopeKind.BEFORE:
                return [
                    Segment(None, border.at - 1, first_day, border.day, is_open=False)
                    for border in closings[:1]
                ]
            case ScopeKind.BETWEEN:
                return [one for one in self._stretches(openings, closings, as_of) if not one.is_open]
            case ScopeKind.AFTER_UNTIL:
                return self._stretches(openings, closings, as_of)

    def grants(self, openings: Sequence[Event], closings: Sequence[Event]) -> list[Grant]:
        """Say how far each opening reaches: to the next start, the first closing after its start, and its last day."""
        starts = sorted({self._begins(one) for one in openings})
        following: dict[int, int | None] = dict.fromkeys(starts)
        following.update(pairwise(starts))
        closed = {start: next((one.at for one in closings if one.at > start), None) for start in starts}
        return [
            Grant(start, following[start], closed[start], self._ends(one))
            for one in openings
            for start in (self._begins(one),)
        ]

    def _stretches(self, openings: Sequence[Event], closings: Sequence[Event], as_of: int) -> list[Segment]:
        found: list[Segment] = []
        place = 0
        for number, opening in enumerate(openings):
            if found and (found[-1].is_open or opening.at < closings[place].at):
                continue
            while place < len(closings) and closings[place].at <= opening.at:
                place += 1
            found.append(
                self._from(openings[number:], closings[place] if place < len(closings) else None, as_of)
            )
        return found

    def _from(self, openings: Sequence[Event], closing: Event | None, as_of: int) -> Segment:
        """Make the segment that the first of the openings opens."""
        at = openings[0].at
        return Segment(
            at if self.pattern.scope.from_start else at + 1,
            None if closing is None else closing.at - 1,
            openings[0].day,
            as_of if closing is None else closing.day,
            is_open=closing is None,
            opening=openings[0].id,  # the smallest id of that instant: events come by (instant, id)
        )

    def _is_relevant(self, one: Seen) -> bool:
        if one.event.type not in self.types:
            return False
        return self._is_plain or any(
            one.event.type in selector.events and one.meets(selector.condition) is not False
            for selector in self.selectors
        )

    def _agrees(self, one: Seen, member: Seen) -> bool:
        carried = self._carried[one.event.type]
        return all(one.event.values[name] == member.event.values[name] for name in carried)

    def _begins(self, grant: Event) -> int:
        day = None if self.pattern.starts is None else grant.values.get(self.pattern.starts)
        return grant.at if day is None else int(day) * 86_400  # type: ignore[arg-type]

    def _ends(self, grant: Event) -> int | None:
        day = None if self.pattern.ends is None else grant.values.get(self.pattern.ends)
        return None if day is None else int(day)  # type: ignore[arg-type]


@lru_cache(maxsize=65_536)
def _part(values: tuple[object, ...]) -> str:
    return json.dumps(values)


def _days(earlier: Event, later: Event, unit: DayUnit) -> int:
    return ordinal_of(later.day, unit) - ordinal_of(earlier.day, unit)


def _place(one: Seen) -> tuple[int, str]:
    return (one.event.at, one.event.id)
