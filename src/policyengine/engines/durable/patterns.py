"""The six patterns as rules of durable-rules: what must be there, and what must not, beside each activation.

One rule document serves every pattern of every book. Each event of a segment is a fact:

| property | meaning |
|---|---|
| `b`, `a` | the pattern for which it is an activation, an answer to activations, or both |
| `g`, `h` | its segment; for 有效期内 the grants that may cover it |
| `t`, `d` | its instant; its day, as the ordinal that the limit counts |
| `i` | its place among the activations of the segment, from 1 (应有, 定期有) |

A grant is a fact with `from`, `until`, `closed` and `ends` (`traces.Grant`). Each segment is a fact too, the
closing one (`s`): asserted after all events, so that "is not there" is asked when everything is. It carries its
pattern `k`, the limit `n`, and the borders by which a rule tells met, violated and due apart.

What the engine fires is an activation that is violated, due or (应有, 不得有) met; an activation of another pattern
about which nothing is fired found its answer and is met.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from policyengine.engines.durable.ruleset import FACT_KEYS, EngineFaultError, Ruleset, fact, joined
from policyengine.engines.findings import Due
from policyengine.semantics.ir import DayUnit, PatternKind
from policyengine.semantics.workdays import last_day_within, ordinal_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any as _Untyped

    from policyengine.engines.cases import Event
    from policyengine.engines.durable.traces import Grant, Seen, Segment, Tracer

    Condition: TypeAlias = dict[str, _Untyped]

_NEVER = 2**60  # later than any instant, day or place
_KINDS = {
    PatternKind.EXISTENCE: "E",
    PatternKind.ABSENCE: "N",
    PatternKind.PRECEDENCE: "P",
    PatternKind.RESPONSE: "R",
    PatternKind.RECURRENCE: "G",
    PatternKind.IN_FORCE: "F",
}
_BOTH_SIDES = {PatternKind.PRECEDENCE, PatternKind.RESPONSE}


def _of(kind: str, *more: Condition) -> Condition:
    return joined({"b": kind}, ("g", {"s": "g"}), *more)


def _answer(kind: str, *more: Condition) -> Condition:
    return joined({"a": kind}, ("g", {"b": "g"}), *more)


def _closing(kind: str, *more: Condition) -> Condition:
    return {"$and": [{"k": kind}, *more]}


_BEFORE = ({"$lte": {"t": {"b": "t"}}}, {"$gte": {"d": {"$sub": {"$l": {"b": "d"}, "$r": {"s": "n"}}}}})
_WITHIN = {"$lte": {"d": {"$add": {"$l": {"b": "d"}, "$r": {"s": "n"}}}}}
_AFTER = ({"$gte": {"t": {"b": "t"}}}, _WITHIN)
_NTH = _of("E", {"i": {"s": "i"}}, {"$lte": {"d": {"s": "z"}}})
_COVERS = joined(
    {"a": "F"},
    ("h", {"b": "h"}),
    {"$lte": {"from": {"b": "t"}}},
    {"$gt": {"until": {"b": "t"}}},
    {"$gte": {"closed": {"b": "t"}}},
    {"$gte": {"ends": {"b": "d"}}},
)
_WANTED = {"$gte": {"i": 1}}
DOCUMENT = {
    "E.met": {"all": [{"s": _closing("E", _WANTED)}, {"b": _NTH}]},
    "E.none_wanted": {"all": [{"s": _closing("E", {"$lt": {"i": 1}})}]},
    "E.violated": {"all": [{"s": _closing("E", _WANTED, {"$gt": {"now": {"$m": "z"}}})}, {"b$not": _NTH}]},
    "E.due": {"all": [{"s": _closing("E", _WANTED, {"$lte": {"now": {"$m": "z"}}})}, {"b$not": _NTH}]},
    "N.violated": {"all": [{"s": _closing("N")}, {"b": _of("N")}]},
    "N.met": {"all": [{"s": _closing("N")}, {"b$not": _of("N")}]},
    "P.violated": {"all": [{"s": _closing("P")}, {"b": _of("P")}, {"a$not": _answer("P", *_BEFORE)}]},
    "R.violated": {
        "all": [
            {"s": _closing("R")},
            {"b": _of("R", {"$lt": {"d": {"s": "w"}}})},
            {"a$not": _answer("R", *_AFTER)},
        ]
    },
    "R.due": {
        "all": [
            {"s": _closing("R")},
            {"b": _of("R", {"$gte": {"d": {"s": "w"}}})},
            {"a$not": _answer("R", *_AFTER)},
        ]
    },
    "G.violated": {
        "all": [
            {"s": _closing("G")},
            {"b": _of("G", {"$lt": {"d": {"s": "w"}}})},
            {"a$not": _answer("G", {"$gt": {"i": {"b": "i"}}}, _WITHIN)},
        ]
    },
    "F.violated": {"all": [{"s": _closing("F")}, {"b": _of("F")}, {"a$not": _COVERS}]},
}


@dataclass(slots=True)
class Stretch:
    """One segment under judgement, of one part of the key: its activations, and what the engine said of them."""

    tracer: Tracer
    part: str
    segment: Segment
    as_of: int
    events: dict[str, Event] = field(default_factory=dict)  # by the key of their fact
    points: list[Event] = field(default_factory=list)
    said: dict[str, set[str]] = field(default_factory=lambda: {"met": set(), "violated": set(), "due": set()})
    activations: int = 0

    def certain(self, day: int) -> tuple[set[str], list[int]]:
        """Give the violations that no event later in time can undo, and the days after which others may be told.

        A cover that may be backdated is told as missing when the day of the event is over.
        """
        pattern = self.tracer.pattern
        if pattern.kind in {PatternKind.EXISTENCE, PatternKind.RESPONSE}:
            sure = self.tracer.limit is not None or not self.segment.is_open
            return (self.violated() if sure else set()), []
        if pattern.kind is PatternKind.IN_FORCE and pattern.starts is not None:
            days = {self._id(key): self._day(key) for key in self.said["violated"]}
            return {one for one, when in days.items() if when < day}, [
                when for when in days.values() if when >= day
            ]
        return self.violated(), []

    def violated(self) -> set[str]:
        """Give the ids of the events that raised violated activations; of a segment its opening, perhaps empty."""
        return {self._id(key) for key in self.said["violated"]}

    def met(self) -> int:
        """Count the activations that are met."""
        if self.tracer.pattern.kind in {PatternKind.EXISTENCE, PatternKind.ABSENCE}:
            return len(self.said["met"])
        if self.tracer.pattern.kind is PatternKind.RECURRENCE:
            return self.activations - bool(self.said["violated"])
        return self.activations - len(self.said["violated"] | self.said["due"])

    def due(self) -> list[Due]:
        """Give what is still owed."""
        limit = self.tracer.pattern.limit
        if limit is None or self.tracer.limit is None:
            return []
        unit = limit.unit
        if self.tracer.pattern.kind is PatternKind.RECURRENCE:
            if not self.segment.is_open or not self.activations or self.said["violated"]:
                return []
            assert self.segment.start is not None  # noqa: S101 -- there is an activation
            start = self.points[-1].day if self.points else self.segment.start
            return [Due(last_day_within(start, self.tracer.limit, unit), self.segment.opening)]
        days = [(self._id(key), self._day(key)) for key in self.said["due"]]
        return [Due(last_day_within(day, self.tracer.limit, unit), event) for event, day in days]

    def _id(self, key: str) -> str:
        return self.events[key].id if key in self.events else self.segment.opening

    def _day(self, key: str) -> int:
        if key in self.events:
            return self.events[key].day
        return self.as_of if self.segment.start is None else self.segment.start


class Matching:
    """Collects segments of any number of patterns, asks the engine once, and shares out what it fired."""

    def __init__(self, ruleset: Ruleset) -> None:
        self._ruleset = ruleset
        self._facts: list[str] = []
        self._closing: list[str] = []
        self._stretches: dict[int, Stretch] = {}
        self._keys = 0

    def add(
        self,
        tracer: Tracer,
        seen: Sequence[Seen],
        as_of: int,
        *,
        kind: bool,
        parts: frozenset[str] | None = None,
    ) -> list[Stretch]:
        """Add every segment of a trace (of these parts of its key, if given), read kindly or strictly."""
        found = []
        for part, sub_trace in tracer.sub_traces(seen, parts).items():
            if parts is None or part in parts:
                for segment in tracer.segments(sub_trace, as_of):
                    stretch = Stretch(tracer, part, segment, as_of)
                    found.append(stretch)
                    self._add(stretch, sub_trace, kind=kind)
        return found

    def ask(self) -> None:
        """Ask the engine; every stretch then knows what was said of it."""
        if not self._closing:
            return
        for message in self._ruleset.ask(self._facts, self._closing):
            ((name, matched),) = json.loads(message).items()
            stretch = self._stretches[matched["s"]["g"]]
            key = matched["b"]["id"] if "b" in matched and name != "E.met" else ""
            verdict = "met" if name == "E.none_wanted" else name.partition(".")[2]
            stretch.said[verdict].add("" if name.startswith("G") else key)
        for stretch in self._stretches.values():
            if (
                stretch.said["met"] & stretch.said["violated"]
                or stretch.said["due"] & stretch.said["violated"]
            ):
                raise EngineFaultError("durable-rules said that an activation is violated and that it is not")

    def _add(self, stretch: Stretch, sub_trace: Sequence[Seen], *, kind: bool) -> None:
        tracer, segment = stretch.tracer, stretch.segment
        pattern = tracer.pattern
        if pattern.kind is PatternKind.RECURRENCE and (segment.start is None or tracer.limit is None):
            return
        group = len(self._stretches)
        self._stretches[group] = stretch
        unit = DayUnit.DAYS if pattern.limit is None else pattern.limit.unit
        letter = _KINDS[pattern.kind]
        stretch.points = segment.inside(tracer.activations(sub_trace, kind=kind))
        if pattern.kind is PatternKind.IN_FORCE:
            self._add_covered(stretch, sub_trace, group, kind=kind)
        elif pattern.kind in _BOTH_SIDES:
            targets = segment.inside(tracer.helping(pattern.target, sub_trace, kind=kind))
            self._add_sides(stretch, targets, group, unit)
        else:
            self._add_places(stretch, group, unit)
        segment_only = pattern.kind in {PatternKind.EXISTENCE, PatternKind.RECURRENCE}
        stretch.activations = 1 if segment_only else len(stretch.points)
        self._closing.append(self._write(k=letter, g=group, **_borders(stretch, unit)))

    def _add_sides(self, stretch: Stretch, targets: Sequence[Event], group: int, unit: DayUnit) -> None:
        """先有, 随后有: one fact an event, that may be both an activation and an answer, but not to itself."""
        letter = _KINDS[stretch.tracer.pattern.kind]
        activating = {one.id for one in stretch.points}
        answering = {one.id for one in targets}
        for one in {event.id: event for event in (*stretch.points, *targets)}.values():
            sides = {"b": letter} if one.id in activating else {}
            sides |= {"a": letter} if one.id in answering else {}
            key = self._event(**sides, g=group, t=one.at, d=ordinal_of(one.day, unit))
            stretch.events[key] = one

    def _add_places(self, stretch: Stretch, group: int, unit: DayUnit) -> None:
        """应有, 不得有, 定期有: the activations by their place; for 定期有 the start is the place 0."""
        kind = stretch.tracer.pattern.kind
        letter = _KINDS[kind]
        if kind is PatternKind.RECURRENCE and stretch.segment.start is not None:
            self._event(b=letter, g=group, i=0, d=ordinal_of(stretch.segment.start, unit))
        for place, one in enumerate(stretch.points, 1):
            sides = {"a": letter, "b": letter} if kind is PatternKind.RECURRENCE else {"b": letter}
            key = self._event(**sides, g=group, i=place, d=ordinal_of(one.day, unit))
            stretch.events[key] = one

    def _add_covered(self, stretch: Stretch, sub_trace: Sequence[Seen], group: int, *, kind: bool) -> None:
        """有效期内: an event that is itself an opening has grants of its own, without it."""
        tracer, pattern = stretch.tracer, stretch.tracer.pattern
        openings = tracer.helping(pattern.target, sub_trace, kind=kind)
        closings = tracer.hurting(pattern.closing, sub_trace, kind=kind)
        opening_ids = {one.id for one in openings}
        self._add_grants(tracer.grants(openings, closings), f"{group}")
        for number, one in enumerate(stretch.points):
            grants = f"{group}"
            if one.id in opening_ids:
                grants = f"{group}.{number}"
                others = [opening for opening in openings if opening.id != one.id]
                self._add_grants(tracer.grants(others, closings), grants)
            key = self._event(b="F", g=group, h=grants, t=one.at, d=one.day)
            stretch.events[key] = one

    def _add_grants(self, grants: Sequence[Grant], group: str) -> None:
        for one in grants:
            borders = {"until": one.until, "closed": one.closed, "ends": one.ends}
            known = {name: _NEVER if border is None else border for name, border in borders.items()}
            self._event(a="F", h=group, **{"from": one.start}, **known)

    def _event(self, **properties: int | str) -> str:
        written = self._write(**properties)
        self._facts.append(written)
        return FACT_KEYS[self._keys - 1]

    def _write(self, **properties: int | str) -> str:
        key = FACT_KEYS[self._keys]
        self._keys += 1
        values = (
            f'"{name}":"{value}"' if isinstance(value, str) else f'"{name}":{value}'
            for name, value in properties.items()
        )
        return fact(key, *values)


def _borders(stretch: Stretch, unit: DayUnit) -> dict[str, int]:
    """Give what the closing fact of a segment carries.

    n: the limit. z: the ordinal by which the n-th must have come; now: the as-of day's, if it may still come. w: an
    activation before this ordinal is late if it is not answered (随后有), or too far from the end (定期有).
    """
    tracer, segment = stretch.tracer, stretch.segment
    limit, is_open = tracer.limit, segment.is_open
    today = ordinal_of(stretch.as_of, unit)
    match tracer.pattern.kind:
        case PatternKind.EXISTENCE:
            start = ordinal_of(stretch.as_of if segment.start is None else segment.start, unit)
            return {
                "i": tracer.times,
                "z": _NEVER - 1 if limit is None else start + limit,
                "now": today if is_open and limit is not None else _NEVER,
            }
        case PatternKind.PRECEDENCE:
            return {"n": _NEVER if limit is None else limit}
        case PatternKind.RESPONSE:
            return {
                "n": _NEVER if limit is None else limit,
                "w": today - limit if is_open and limit is not None else _NEVER,
            }
        case PatternKind.RECURRENCE:
            assert limit is not None  # noqa: S101 -- else there is no activation
            return {"n": limit, "w": ordinal_of(segment.end, unit) - limit}
        case _:
            return {}
