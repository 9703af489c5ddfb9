"""A brute-force judge of event patterns, written from docs/events.md alone.

It shares no code with the engines but the data classes of the IR. Truth is a number (0 false, ½ unknown, 1 true),
scopes are a machine that walks over instants, and working days are counted one by one on the calendar.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import chinese_calendar

from policyengine.semantics import ir

UNKNOWN = 0.5
SECONDS = 86_400


@dataclass(frozen=True)
class Told:
    """`answer` is violated, met, none or unknown."""

    answer: str
    violated: tuple = ()
    met: int = 0
    due: tuple = ()
    missing: tuple = ()


@dataclass(frozen=True)
class Stretch:
    """Instants from and to (None: no border), both outside, but `low` belongs if `with_low`."""

    low: int | None
    high: int | None
    with_low: bool
    start_day: int | None
    end_day: int
    stays_open: bool
    opened_by: str

    def has(self, at):
        after = self.low is None or at > self.low or (self.with_low and at == self.low)
        return after and (self.high is None or at < self.high)


def judge(pattern, trace, book):
    """Judge a trace: kindly, strictly, and by what both say."""
    as_of = (book.as_of - date(1970, 1, 1)).days
    past = [event for event in trace if event.at // SECONDS <= as_of]
    kind = _reading(pattern, past, book, as_of, kindly=True)
    strict = _reading(pattern, past, book, as_of, kindly=False)
    if kind.answer in {"violated", strict.answer}:
        return kind
    blamed = set()
    for event in past:
        for part in (pattern.activation, pattern.target, pattern.closing):
            if part and event.type in part.events:
                blamed |= _blamed(part.condition, event.values, book)
    return Told("unknown", missing=tuple(sorted(blamed)))


def _reading(pattern, past, book, as_of, *, kindly):
    violated, met, due = set(), 0, []
    for sub_trace in _sub_traces(pattern, past, book):
        view = View(pattern, sub_trace, book, as_of, kindly)
        for stretch in view.stretches():
            for outcome, event, day in view.outcomes(stretch):
                if outcome == "violated":
                    violated.add(event)
                met += outcome == "met"
                if day is not None:
                    due.append((day, event))
    bad = bool(violated)
    return Told(
        "violated" if bad else "met" if met else "none",
        tuple(sorted(violated - {""})),
        met,
        tuple(sorted(due)),
    )


def _sub_traces(pattern, past, book):
    parts = (
        pattern.activation,
        pattern.target,
        pattern.closing,
        pattern.scope.opening,
        pattern.scope.closing,
    )
    relevant = [
        event
        for event in past
        if any(
            part and event.type in part.events and truth(part.condition, event.values, book) for part in parts
        )
    ]
    if not pattern.key:
        return [relevant]
    required = {of.name: of.required for of in book.vocabulary.event_types}
    keys = {
        tuple(event.values[name] for name in pattern.key)
        for event in relevant
        if all(name in required[event.type] for name in pattern.key)
    }
    return [
        [
            event
            for event in relevant
            if all(
                name not in required[event.type] or event.values[name] == wanted
                for name, wanted in zip(pattern.key, key, strict=True)
            )
        ]
        for key in keys
    ]


@dataclass(frozen=True)
class View:
    """One sub-trace, read kindly or strictly."""

    pattern: ir.Pattern
    events: list
    book: ir.Book
    as_of: int
    kindly: bool

    def chosen(self, part, *, helps):
        """Give the selected events; an unknown one counts if that is kind and it helps, or strict and it hurts."""
        if part is None:
            return []
        counted = {0: False, 1: True, UNKNOWN: self.kindly is helps}
        alike = [
            event
            for event in self.events
            if event.type in part.events and counted[truth(part.condition, event.values, self.book)]
        ]
        if part.repeated is None:
            return alike
        times = number(part.repeated.times, self.book)
        window = part.repeated.window
        chosen = []
        for event in alike:
            before = sorted((one.at, one.id) for one in alike if (one.at, one.id) <= (event.at, event.id))
            if len(before) >= times and self.within(
                window, before[-times][0] // SECONDS, event.at // SECONDS
            ):
                chosen.append(event)
        return chosen

    def within(self, limit, earlier, later):
        return limit is None or elapsed(earlier, later, limit.unit) <= number(limit.amount, self.book)

    def last_day(self, limit, start):
        """Walk on from the start while the limit is not used up."""
        day = start
        while elapsed(start, day, limit.unit) < number(limit.amount, self.book):
            day += 1
        return day

    def stretches(self):
        scope = self.pattern.scope
        opened = self.chosen(scope.opening, helps=True)
        opens = {event.at for event in opened}
        closes = {event.at for event in self.chosen(scope.closing, helps=True)}
        first = min((event.at // SECONDS for event in self.events), default=None)
        if scope.kind is ir.ScopeKind.WHOLE:
            return [Stretch(None, None, False, first, self.as_of, True, "")]
        if scope.kind is ir.ScopeKind.BEFORE:
            return [
                Stretch(None, at, False, first, at // SECONDS, False, "")
                for at in closes
                if at == min(closes)
            ]
        borders, since = [], None
        for at in sorted(opens | closes):
            if since is not None and at in closes and at > since and scope.kind is not ir.ScopeKind.AFTER:
                borders.append((since, at))
                since = None
            if since is None and at in opens:
                since = at
        if since is not None and scope.kind is not ir.ScopeKind.BETWEEN:
            borders.append((since, None))
        return [
            Stretch(
                low,
                high,
                scope.from_start,
                low // SECONDS,
                self.as_of if high is None else high // SECONDS,
                high is None,
                min(event.id for event in opened if event.at == low),
            )
            for low, high in borders
        ]

    def outcomes(self, stretch):
        """Give (outcome, event id, due day) of each activation."""
        rows = {
            ir.PatternKind.EXISTENCE: self.existence,
            ir.PatternKind.ABSENCE: self.absence,
            ir.PatternKind.PRECEDENCE: self.precedence,
            ir.PatternKind.RESPONSE: self.response,
            ir.PatternKind.RECURRENCE: self.recurrence,
            ir.PatternKind.IN_FORCE: self.in_force,
        }
        return list(rows[self.pattern.kind](stretch))

    def existence(self, stretch):
        limit = self.pattern.limit
        start = self.as_of if stretch.start_day is None else stretch.start_day
        wanted = 1 if self.pattern.times is None else number(self.pattern.times, self.book)
        # With the n-th in time, n events are in time.
        in_time = [
            event
            for event in self.chosen(self.pattern.activation, helps=True)
            if stretch.has(event.at) and self.within(limit, start, event.at // SECONDS)
        ]
        if len(in_time) >= wanted:
            yield "met", stretch.opened_by, None
        elif limit and stretch.stays_open and self.within(limit, start, self.as_of):
            yield "due", stretch.opened_by, self.last_day(limit, start)
        else:
            yield "violated", stretch.opened_by, None

    def absence(self, stretch):
        hits = [event for event in self.chosen(self.pattern.activation, helps=False) if stretch.has(event.at)]
        yield from (("violated", event.id, None) for event in hits)
        if not hits:
            yield "met", stretch.opened_by, None

    def precedence(self, stretch):
        earlier = self.chosen(self.pattern.target, helps=True)
        for later in self.chosen(self.pattern.activation, helps=False):
            if stretch.has(later.at):
                answers = [
                    event
                    for event in earlier
                    if stretch.has(event.at)
                    and event.id != later.id
                    and event.at <= later.at
                    and self.within(self.pattern.limit, event.at // SECONDS, later.at // SECONDS)
                ]
                yield ("met" if answers else "violated"), later.id, None

    def response(self, stretch):
        later = self.chosen(self.pattern.target, helps=True)
        limit = self.pattern.limit
        for earlier in self.chosen(self.pattern.activation, helps=False):
            if not stretch.has(earlier.at):
                continue
            day = earlier.at // SECONDS
            answers = [
                event
                for event in later
                if stretch.has(event.at)
                and event.id != earlier.id
                and event.at >= earlier.at
                and self.within(limit, day, event.at // SECONDS)
            ]
            if answers:
                yield "met", earlier.id, None
            elif stretch.stays_open and limit and self.within(limit, day, self.as_of):
                yield "due", earlier.id, self.last_day(limit, day)
            else:
                yield "violated", earlier.id, None

    def recurrence(self, stretch):
        if stretch.start_day is None:
            return
        limit = self.pattern.limit
        days = {
            event.at // SECONDS
            for event in self.chosen(self.pattern.activation, helps=True)
            if stretch.has(event.at)
        }
        days |= {stretch.start_day}
        # No point but the last is without a next one in time.
        points = days | {stretch.end_day}
        if any(
            not any(later > point and self.within(limit, point, later) for later in points)
            for point in points - {max(points)}
        ):
            yield "violated", stretch.opened_by, None
        else:
            due = self.last_day(limit, max(days)) if stretch.stays_open else None
            yield "met", stretch.opened_by, due

    def in_force(self, stretch):
        grants = [
            (self.begin(event), event.values.get(self.pattern.ends), event.id)
            for event in self.chosen(self.pattern.target, helps=True)
        ]
        closings = [event.at for event in self.chosen(self.pattern.closing, helps=False)]
        for event in self.chosen(self.pattern.activation, helps=False):
            if not stretch.has(event.at):
                continue
            begun = [grant for grant in grants if grant[2] != event.id and grant[0] <= event.at]
            covered = any(
                not any(other[0] > start for other in begun)
                and (end is None or event.at // SECONDS <= end)
                and not any(start < at < event.at for at in closings)
                for start, end, _ in begun
            )
            yield ("met" if covered else "violated"), event.id, None

    def begin(self, event):
        day = event.values.get(self.pattern.starts)
        return event.at if day is None else day * SECONDS


# --- days --------------------------------------------------------------------------------------------


@cache
def works(day):
    calendar_day = date(1970, 1, 1) + timedelta(days=day)
    try:
        return chinese_calendar.is_workday(calendar_day)
    except NotImplementedError:
        return calendar_day.isoweekday() <= 5


def elapsed(earlier, later, unit):
    if unit is ir.DayUnit.DAYS:
        return later - earlier
    return sum(works(day) for day in range(earlier + 1, later + 1))


# --- conditions --------------------------------------------------------------------------------------


def number(expression, book):
    return operand(expression, {}, book)


def operand(expression, fields, book):
    if isinstance(expression, ir.Constant):
        return expression.value
    if isinstance(expression, ir.ParameterRef):
        return book.parameters[expression.name].value
    if isinstance(expression, ir.TermRef):
        return fields.get(expression.name)
    raise NotImplementedError(expression)


def truth(condition, fields, book):
    """Give 0, ½ or 1: 且 is the least, 或 the greatest, 非 the rest to one."""
    if isinstance(condition, ir.Truth):
        return int(condition.value)
    if isinstance(condition, ir.Negation):
        return 1 - truth(condition.operand, fields, book)
    if isinstance(condition, ir.All):
        return min(truth(part, fields, book) for part in condition.parts)
    if isinstance(condition, ir.Any):
        return max(truth(part, fields, book) for part in condition.parts)
    if isinstance(condition, ir.Filled):
        return int(condition.term.name in fields)
    if isinstance(condition, ir.Holds):
        found = operand(condition.operand, fields, book)
        return UNKNOWN if found is None else int(found)
    if isinstance(condition, ir.Compare):
        left, right = operand(condition.left, fields, book), operand(condition.right, fields, book)
        if left is None or right is None:
            return UNKNOWN
        holds = {"=": left == right, "≠": left != right}
        if isinstance(left, int):
            holds |= {"<": left < right, "≤": left <= right, ">": left > right, "≥": left >= right}
        return int(holds[condition.comparator.value])
    raise NotImplementedError(condition)


def _blamed(condition, fields, book):
    if truth(condition, fields, book) != UNKNOWN:
        return set()
    if isinstance(condition, ir.Negation):
        return _blamed(condition.operand, fields, book)
    if isinstance(condition, (ir.All, ir.Any)):
        return set().union(*(_blamed(part, fields, book) for part in condition.parts))
    refs = (condition.operand,) if isinstance(condition, ir.Holds) else (condition.left, condition.right)
    return {ref.name for ref in refs if isinstance(ref, ir.TermRef) and ref.name not in fields}
