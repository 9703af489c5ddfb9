"""A live session: events come one by one, findings go out as they arise.

**The clock.** Each subject's clock stands at the latest day among its events and the day that `advance` was told.
A violation is reported at the event, or at the advance of the clock, that makes it certain: no event *later in
time* can undo it. So an open obligation without a limit is never reported, only judged by `verdicts`; one with a
limit when the clock has passed its last day; 先有, 不得有 and 有效期内 at the event itself.

**Arrival in any order.** An event that comes late, before or at instants already seen, may undo what was
reported; the report is then withdrawn. 有效期内 with `starts` can be backdated by its meaning: a missing cover is
reported when the day of the event is over, and withdrawn if the cover is recorded later. Whatever the order,
`verdicts` are those of an evaluation of the same events on the same day.

**Memory.** The journal on disk holds all events. In memory are the subjects heard of last (`most`), with their
traces; any other is read back when it is heard of again. `conclude` gives the last findings of a subject and
strikes it from the journal.

A rule whose 适用 reads 评估日 is looked at again at its next event or deadline, not every day.
"""

from __future__ import annotations

from collections import OrderedDict
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from policyengine.engines.durable.compile import APPLICABLE, CompiledBook
from policyengine.engines.durable.journal import Journal
from policyengine.engines.durable.judge import ask_patterns, judge
from policyengine.engines.durable.properties import AS_OF
from policyengine.semantics.ir import Modality
from policyengine.values import day_number, day_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import date
    from pathlib import Path

    from policyengine.engines.cases import Case, Event
    from policyengine.engines.durable.compile import CompiledSubject
    from policyengine.engines.durable.journal import Enrolled, Identity
    from policyengine.engines.findings import Finding
    from policyengine.semantics.ir import Book
    from policyengine.vocabulary.terms import Subject

    # Rules to look at, by id, and the parts of their keys; None: all parts.
    Wanted: TypeAlias = Mapping[str, frozenset[str] | None]


class AlertKind(StrEnum):
    """What happened to a violation."""

    VIOLATED = "违反"
    WITHDRAWN = "撤回"


@dataclass(frozen=True, slots=True, order=True)
class Alert:
    """A violation that became certain, or is withdrawn, on a day (days since 1970-01-01).

    `event` is the id of the event that raised the activation, empty where the trace itself did.
    """

    subject: Subject
    subject_id: str
    rule: str
    event: str
    day: int
    kind: AlertKind = AlertKind.VIOLATED


class EventRefusedError(ValueError):
    """An event that the session cannot take; the message is Chinese. Nothing was changed."""


class EventKnownError(EventRefusedError):
    """The very event is in the journal since before it was opened this time: it is only being sent again."""


@dataclass(slots=True)
class _Live:
    """A subject in memory."""

    case: Case
    compiled: CompiledBook
    trace: list[Event]
    latest: int
    alerts: set[tuple[str, str, str]]  # rule, part of its key, event
    deadlines: dict[tuple[str, str], int]  # by rule and part
    claims: dict[int, list[int]] = field(default_factory=dict)  # by day, of the last day only

    @property
    def identity(self) -> Identity:
        return self.case.subject, self.case.id


class Session:
    """Judges events as they come.

    `book` is the one book of all subjects, or gives the book of a layer. With a `journal` path a session can be
    stopped at any instant and opened again, with the same verdicts and the same standing alerts. If a rule book
    changed in between, alerts are worked out anew.
    """

    def __init__(
        self, book: Book | Callable[[str], Book], journal: Path | None = None, *, most: int = 256
    ) -> None:
        self._book_of = book if callable(book) else lambda _: book
        self._compiled: dict[str, CompiledBook] = {}
        self._journal = Journal(journal)
        self._most = most
        self._live: OrderedDict[Identity, _Live] = OrderedDict()
        self._clock = int(self._journal.recall("clock") or 0)
        changed = [layer for layer in self._journal.layers() if not self._is_known(layer)]
        if changed:
            self._judge_anew()
        for layer in changed:
            self._remember(layer)

    @property
    def clock(self) -> int:
        """The day to which the session was advanced (days since 1970-01-01); 0 before that."""
        return self._clock

    def enrol(self, case: Case, above: Iterable[Identity] = (), layer: str = "") -> list[Alert]:
        """Take in a subject with its facts, or its facts anew. Events of the subjects `above` stand in its trace.

        It is judged by the book of its `layer`. Events in `case.trace` are not read: they are fed.
        """
        bare, owners = replace(case, trace=()), frozenset(above)
        identity = (case.subject, case.id)
        if self._journal.case(identity) == (bare, owners, layer):
            return []
        with self._together():
            self._journal.put_case(bare, owners, layer)
            if layer not in self._compiled:
                self._remember(layer)
            self._live.pop(identity, None)
            live = self._load(identity)
            return self._look(live, self._event_rules(live)) if live.trace or live.alerts else []

    def feed(self, subject: Subject, subject_id: str, event: Event) -> list[Alert]:
        """Take in one event of a subject; give what it makes certain, for the subject and for those below it.

        Raises:
            EventRefusedError: if nobody was enrolled to whom the event could matter, or the id came before.
            EventKnownError: if the same event stood in the journal when it was opened.

        """
        identity = (subject, subject_id)
        concerned = [one for one in (identity, *self._journal.below(identity)) if self._knows(one)]
        if not concerned:
            raise EventRefusedError(f"{subject}“{subject_id}”未登记，事件“{event.id}”无处可归")
        with self._together():
            if not self._journal.put_event(identity, event):
                known = self._journal.came_before_this_run(identity, event)
                raise (EventKnownError if known else EventRefusedError)(
                    f"{subject}“{subject_id}”的事件编号“{event.id}”重复"
                )
            return [alert for one in concerned for alert in self._hear(one, event)]

    def advance(self, day: date) -> list[Alert]:
        """Move the clock to a day; give the violations of obligations whose last day lies before it."""
        self._clock = max(self._clock, day_number(day))
        alerts = []
        with self._together():
            self._journal.remember("clock", str(self._clock))
            for identity in self._journal.past_deadline(self._clock):
                live = self._load(identity)
                alerts += self._look(live, self._past(live))
        return alerts

    def verdicts(self, as_of: date | None = None) -> Iterator[Finding]:
        """Give the finding of every enrolled subject and rule, as an evaluation on that day would.

        Parameters are those of the session's books. Without a day it is the clock's, or else the book's.
        """
        for _, findings in self.verdicts_by_layer(as_of):
            yield from findings

    def verdicts_by_layer(self, as_of: date | None = None) -> Iterator[tuple[str, list[Finding]]]:
        """Give the same, subject by subject, each with the layer whose book judged it."""
        day = day_of(self._clock) if as_of is None and self._clock else as_of
        for identity in self._journal.identities():
            found = self._journal.case(identity)
            if found is not None:
                yield found[2], self._judge(found, day)

    def books(self) -> Iterator[Book]:
        """Give the book of each layer that has subjects."""
        for layer in self._journal.layers():
            yield self._book(layer).book

    def conclude(self, subject: Subject, subject_id: str, as_of: date) -> list[Finding]:
        """Give the last findings of a subject and strike it, with its events, from the session."""
        found = self._journal.case((subject, subject_id))
        findings = [] if found is None else self._judge(found, as_of)
        with self._together():
            self._journal.drop((subject, subject_id))
            self._live.pop((subject, subject_id), None)
        return findings

    def standing(self) -> Iterator[Alert]:
        """Give every violation that was reported and not withdrawn; its day is that of the subject's clock."""
        for identity in self._journal.identities():
            live = self._load(identity)
            for rule, event in sorted({(rule, event) for rule, _, event in live.alerts}):
                yield Alert(*identity, rule, event, self._day(live))

    def close(self) -> None:
        """Close the journal and give the engine's memory back."""
        self._journal.close()
        for one in self._compiled.values():
            one.close()

    @contextmanager
    def _together(self) -> Iterator[None]:
        """Write everything or nothing; what is in memory is read back after a failure."""
        self._journal.begin()
        try:
            yield
        except BaseException:
            self._journal.undo()
            self._live.clear()
            raise
        self._journal.commit()

    def _book(self, layer: str) -> CompiledBook:
        if layer not in self._compiled:
            self._compiled[layer] = CompiledBook(self._book_of(layer))
        return self._compiled[layer]

    def _is_known(self, layer: str) -> bool:
        return self._journal.recall(f"book {layer}") == self._book(layer).book.fingerprint

    def _remember(self, layer: str) -> None:
        self._journal.remember(f"book {layer}", self._book(layer).book.fingerprint)

    def _judge(self, enrolled: Enrolled, as_of: date | None) -> list[Finding]:
        case, above, layer = enrolled
        compiled = self._book(layer)
        book = compiled.book if as_of is None else replace(compiled.book, as_of=as_of)
        trace = tuple(self._trace((case.subject, case.id), above))
        return judge(compiled, book, replace(case, trace=trace))

    def _trace(self, identity: Identity, above: Iterable[Identity]) -> list[Event]:
        events = [event for one in (identity, *above) for event in self._journal.events(one)]
        return sorted(events, key=lambda one: (one.at, one.id))

    def _knows(self, identity: Identity) -> bool:
        return identity in self._live or self._journal.case(identity) is not None

    def _load(self, identity: Identity) -> _Live:
        live = self._live.get(identity)
        if live is None:
            found = self._journal.case(identity)
            assert found is not None  # noqa: S101 -- asked before
            case, above, layer = found
            trace = self._trace(identity, above)
            latest = max((one.day for one in trace), default=0)
            alerts, deadlines = self._journal.alerts(identity), self._journal.deadlines(identity)
            live = _Live(case, self._book(layer), trace, latest, alerts, deadlines)
            self._live[identity] = live
        self._live.move_to_end(identity)
        while len(self._live) > self._most:
            self._live.popitem(last=False)
        return live

    def _hear(self, identity: Identity, event: Event) -> list[Alert]:
        """Look again at the rules that an event may matter to, and at deadlines that its day has passed."""
        known = identity in self._live
        live = self._load(identity)
        if known:
            live.trace.append(event)  # else it was just read
            live.latest = max(live.latest, event.day)
        return self._look(live, _join(self._touched(live, event), self._past(live)))

    def _day(self, live: _Live) -> int:
        return max(self._clock, live.latest)

    def _past(self, live: _Live) -> Wanted:
        """Give the rules and parts of which a deadline has passed."""
        day = self._day(live)
        wanted: dict[str, frozenset[str] | None] = {}
        for (rule, part), last in live.deadlines.items():
            if last < day:
                wanted[rule] = frozenset({part}) | (wanted.get(rule) or frozenset())
        return wanted

    def _touched(self, live: _Live, event: Event) -> Wanted:
        """Give the rules to which an event may matter, and the part of the key in which it stands."""
        wanted: dict[str, frozenset[str] | None] = {}
        for one in live.compiled.subject(live.case.subject).rules:
            if one.tracer is not None and event.type in one.tracer.types:
                part = one.tracer.part_of(event)
                wanted[one.rule.id] = None if part is None else frozenset({part})
        return wanted

    def _event_rules(self, live: _Live) -> Wanted:
        rules = live.compiled.subject(live.case.subject).rules
        return {one.rule.id: None for one in rules if one.tracer is not None}

    def _look(self, live: _Live, wanted: Wanted) -> list[Alert]:
        """Judge some event rules of one subject, or parts of them, and tell what changed."""
        if not wanted:
            return []
        subject = live.compiled.subject(live.case.subject)
        day = self._day(live)
        if day not in live.claims:
            live.claims = {day: subject.ask({**live.case.values, AS_OF: day})}
        case = replace(live.case, trace=tuple(live.trace))
        asked = ask_patterns(live.compiled, subject, live.claims[day], case, day, wanted)
        found: set[tuple[str, str, str]] = set()
        deadlines: dict[tuple[str, str], int] = {}
        for place, one in asked.items():
            rule = subject.rules[place].rule.id
            can_fail = _can_fail(subject, place, live.claims[day][place])
            for stretch in one.kind:
                violated, days = stretch.certain(day)
                found |= {(rule, stretch.part, event) for event in violated if can_fail}
                days += [due.day for due in stretch.due()]
                if days:
                    key = (rule, stretch.part)
                    deadlines[key] = min(*days, deadlines.get(key, days[0]))
        self._set_deadlines(live, wanted, deadlines)
        return self._tell(live, {one for one in live.alerts if _is_wanted(wanted, *one[:2])}, found, day)

    def _set_deadlines(self, live: _Live, wanted: Wanted, now: dict[tuple[str, str], int]) -> None:
        before = {place: day for place, day in live.deadlines.items() if _is_wanted(wanted, *place)}
        for place in before.keys() | now.keys():
            day = now.get(place)
            if before.get(place) != day:
                self._journal.put_deadline(live.identity, place, day)
            if day is None:
                del live.deadlines[place]
            else:
                live.deadlines[place] = day

    def _tell(
        self, live: _Live, before: set[tuple[str, str, str]], now: set[tuple[str, str, str]], day: int
    ) -> list[Alert]:
        new, gone = sorted(now - before), sorted(before - now)
        self._journal.change_alerts(live.identity, new, gone)
        live.alerts = (live.alerts - before) | now
        return [
            *(Alert(*live.identity, rule, event, day) for rule, _, event in new),
            *(Alert(*live.identity, rule, event, day, AlertKind.WITHDRAWN) for rule, _, event in gone),
        ]

    def _judge_anew(self) -> None:
        """Work out every alert and deadline by another book."""
        with self._together():
            self._journal.forget_judgements()
            for identity in list(self._journal.identities()):
                live = self._load(identity)
                self._look(live, self._event_rules(live))


def _can_fail(subject: CompiledSubject, place: int, claimed: int) -> bool:
    return bool(claimed & APPLICABLE) and subject.rules[place].rule.modality is not Modality.MAY


def _is_wanted(wanted: Wanted, rule: str, part: str) -> bool:
    if rule not in wanted:
        return False
    parts = wanted[rule]
    return parts is None or part in parts


def _join(one: Wanted, other: Wanted) -> Wanted:
    """Join what is wanted; all parts of a rule outweigh some."""
    joined = {**one, **other}
    for rule in one.keys() & other.keys():
        parts, more = one[rule], other[rule]
        joined[rule] = None if parts is None or more is None else parts | more
    return joined
