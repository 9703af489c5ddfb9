"""Event patterns, row by row as docs/events.md has them: what a trace meets, violates and still owes."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, assert_never

from policyengine.engines.findings import Due
from policyengine.engines.reference.traces import Reader
from policyengine.semantics.ir import PatternKind
from policyengine.semantics.truth import blame

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from policyengine.engines.cases import Event
    from policyengine.engines.reference.traces import Segment
    from policyengine.semantics.ir import Book, Pattern, Selector

_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Activation:
    """One obligation: met, violated or (neither) only owed; `due` is its last day while that may still come."""

    event: str
    met: bool = False
    violated: bool = False
    due: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a pattern says of a trace.

    `holds`: False if an activation is violated, True if none is and one is met; None if there is none of either,
    or if it is `unknown`: then `missing` names event fields, sorted, and nothing else is told.
    """

    holds: bool | None
    unknown: bool = False
    violated: tuple[str, ...] = ()
    met: int = 0
    due: tuple[Due, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reading:
    """One way to take unknown selections: kindly, or strictly."""

    reader: Reader
    kind: bool

    def helping(self, selector: Selector | None, events: Sequence[Event]) -> list[Event]:
        """Select events that help: a kind reading takes the unknown ones in."""
        return self.reader.selected(selector, events, unknown=self.kind)

    def hurting(self, selector: Selector | None, events: Sequence[Event]) -> list[Event]:
        """Select events that hurt: a kind reading leaves the unknown ones out."""
        return self.reader.selected(selector, events, unknown=not self.kind)


def answer(pattern: Pattern, trace: Sequence[Event], book: Book) -> Answer:
    """Judge a trace by a pattern, kindly and strictly."""
    reader = Reader(book, pattern)
    kind = _sum(tuple(_activations(Reading(reader, kind=True), trace)))
    strict = _sum(tuple(_activations(Reading(reader, kind=False), trace)))
    if kind.holds is False or kind.holds is strict.holds:
        return kind
    return Answer(None, unknown=True, missing=_missing(reader, trace))


def _sum(activations: tuple[Activation, ...]) -> Answer:
    violated = {one.event for one in activations if one.violated}
    met = sum(one.met for one in activations)
    return Answer(
        holds=False if any(one.violated for one in activations) else (True if met else None),
        violated=tuple(sorted(violated - {""})),
        met=met,
        due=tuple(sorted(Due(one.due, one.event) for one in activations if one.due is not None)),
    )


def _missing(reader: Reader, trace: Sequence[Event]) -> tuple[str, ...]:
    pattern = reader.pattern
    selectors = [one for one in (pattern.activation, pattern.target, pattern.closing) if one is not None]
    fields: set[str] = set()
    for event in trace:
        for selector in selectors:
            if event.type in selector.events and event.day <= reader.as_of:
                fields |= blame(selector.condition, event.values, reader.fields_book)
    return tuple(sorted(fields))


def _activations(reading: Reading, trace: Sequence[Event]) -> Iterator[Activation]:
    pattern = reading.reader.pattern
    for sub_trace in reading.reader.sub_traces(trace):
        for segment in reading.reader.segments(sub_trace):
            match pattern.kind:
                case PatternKind.EXISTENCE:
                    yield _existence(reading, segment, sub_trace)
                case PatternKind.ABSENCE:
                    yield from _absence(reading, segment, sub_trace)
                case PatternKind.PRECEDENCE:
                    yield from _precedence(reading, segment, sub_trace)
                case PatternKind.RESPONSE:
                    yield from _response(reading, segment, sub_trace)
                case PatternKind.RECURRENCE:
                    yield from _recurrence(reading, segment, sub_trace)
                case PatternKind.IN_FORCE:
                    yield from _in_force(reading, segment, sub_trace)
                case _:
                    assert_never(pattern.kind)


def _existence(reading: Reading, segment: Segment, sub_trace: Sequence[Event]) -> Activation:
    """应有: at least n A, the n-th within the limit from the segment's start."""
    reader, pattern = reading.reader, reading.reader.pattern
    start = reader.as_of if segment.start is None else segment.start
    times = 1 if pattern.times is None else reader.number(pattern.times)
    found = _inside(segment, reading.helping(pattern.activation, sub_trace))
    if times <= 0 or (len(found) >= times and reader.holds(pattern.limit, start, found[times - 1].day)):
        return Activation(segment.opening, met=True)
    if pattern.limit is not None and segment.is_open and reader.holds(pattern.limit, start, reader.as_of):
        return Activation(segment.opening, due=reader.due_day(pattern.limit, start))
    return Activation(segment.opening, violated=True)


def _absence(reading: Reading, segment: Segment, sub_trace: Sequence[Event]) -> Iterator[Activation]:
    """不得有: each A is violated; the segment is met if there is none."""
    found = _inside(segment, reading.hurting(reading.reader.pattern.activation, sub_trace))
    for one in found:
        yield Activation(one.id, violated=True)
    if not found:
        yield Activation(segment.opening, met=True)


def _precedence(reading: Reading, segment: Segment, sub_trace: Sequence[Event]) -> Iterator[Activation]:
    """先有: each B has another event A at or before it, within the limit."""
    reader, pattern = reading.reader, reading.reader.pattern
    targets = _inside(segment, reading.helping(pattern.target, sub_trace))
    for one in _inside(segment, reading.hurting(pattern.activation, sub_trace)):
        met = any(
            other.id != one.id and other.at <= one.at and reader.holds(pattern.limit, other.day, one.day)
            for other in targets
        )
        yield Activation(one.id, met=met, violated=not met)


def _response(reading: Reading, segment: Segment, sub_trace: Sequence[Event]) -> Iterator[Activation]:
    """随后有: each A has another event B at or after it, within the limit, or may still get one."""
    reader, pattern = reading.reader, reading.reader.pattern
    targets = _inside(segment, reading.helping(pattern.target, sub_trace))
    for one in _inside(segment, reading.hurting(pattern.activation, sub_trace)):
        met = any(
            other.id != one.id and other.at >= one.at and reader.holds(pattern.limit, one.day, other.day)
            for other in targets
        )
        if met:
            yield Activation(one.id, met=True)
        elif (
            pattern.limit is not None
            and segment.is_open
            and reader.holds(pattern.limit, one.day, reader.as_of)
        ):
            yield Activation(one.id, due=reader.due_day(pattern.limit, one.day))
        else:
            yield Activation(one.id, violated=True)


def _recurrence(reading: Reading, segment: Segment, sub_trace: Sequence[Event]) -> Iterator[Activation]:
    """定期有: no gap over the period from the start over each A to the end."""
    reader, pattern = reading.reader, reading.reader.pattern
    if segment.start is None or pattern.limit is None:
        return
    found = _inside(segment, reading.helping(pattern.activation, sub_trace))
    points = [segment.start, *(one.day for one in found), segment.end]
    if not all(reader.holds(pattern.limit, earlier, later) for earlier, later in pairwise(points)):
        yield Activation(segment.opening, violated=True)
    elif segment.is_open:
        yield Activation(segment.opening, met=True, due=reader.due_day(pattern.limit, points[-2]))
    else:
        yield Activation(segment.opening, met=True)


def _in_force(reading: Reading, segment: Segment, sub_trace: Sequence[Event]) -> Iterator[Activation]:
    """有效期内: each B is covered by the latest grant begun before it, not ended and not closed."""
    pattern = reading.reader.pattern
    grants = reading.helping(pattern.target, sub_trace)
    closings = reading.hurting(pattern.closing, sub_trace)
    for one in _inside(segment, reading.hurting(pattern.activation, sub_trace)):
        begun = [grant for grant in grants if grant.id != one.id and _begins(grant, pattern) <= one.at]
        latest = max((_begins(grant, pattern) for grant in begun), default=one.at)
        lasting = any(
            _begins(grant, pattern) == latest and one.day <= _last_day(grant, pattern, one.day)
            for grant in begun
        )
        met = lasting and not any(latest < closing.at < one.at for closing in closings)
        yield Activation(one.id, met=met, violated=not met)


def _inside(segment: Segment, events: Sequence[Event]) -> list[Event]:
    """Keep the events of a segment, by time."""
    selected = {one.id for one in events}
    return [one for one in segment.events if one.id in selected]


def _begins(grant: Event, pattern: Pattern) -> int:
    """Give the instant from which a grant runs."""
    day = None if pattern.starts is None else grant.values.get(pattern.starts)
    return grant.at if day is None else int(day) * _DAY  # type: ignore[arg-type]


def _last_day(grant: Event, pattern: Pattern, without_end: int) -> int:
    """Give the last day of a grant; `without_end` if it has none."""
    day = None if pattern.ends is None else grant.values.get(pattern.ends)
    return without_end if day is None else int(day)  # type: ignore[arg-type]
