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
from typing import TYPE_CHECKING

from policyengine.engines.durable.compile import APPLICABLE, CompiledBook
from policyengine.engines.durable.journal import Journal
from policyengine.engines.durable.judge import ask_patterns, judge
from policyengine.engines.durable.properties import AS_OF
from policyengine.semantics.ir import Modality
from policyengine.values import day_number, day_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date
    from pathlib import Path

    from policyengine.engines.cases import Case, Event
    from policyengine.engines.durable.compile import CompiledSubject
    from policyengine.engines.durable.journal import Identity
    from policyengine.engines.durable.judge import Asked
    from policyengine.engines.findings import Finding
    from policyengine.semantics.ir import Book
    from policyengine.vocabulary.terms import Subject


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


@dataclass(slots=True)
class _Live:
    """A subject in memory."""

    case: Case
    above: tuple[Identity, ...]
    trace: list[Event]
    latest: int
    alerts: set[tuple[str, str]]
    deadlines: dict[str, int]
    claims: dict[int, list[int]] = field(default_factory=dict)  # by day, of the last day only

    @property
    def identity(self) -> Identity:
        return self.case.subject, self.case.id


class Session:
    """Judges events as they come.

    With a `journal` path a session can be stopped at any instant and opened again, with the same verdicts and the
    same standing alerts. If the rule book changed in between, alerts are worked out anew.
    """

    def __init__(self, book: Book, journal: Path | None = None, *, most: int = 256) -> None:
        self._compiled = CompiledBook(book)
        self._book = book
        self._journal = Journal(journal)
        self._most = most
        self._live: OrderedDict[Identity, _Live] = OrderedDict()
        self._clock = int(self._journal.recall("clock") or day_number(book.as_of))
        if self._journal.recall("book") not in {None, book.fingerprint}:
            self._judge_anew()
        self._journal.remember("book", book.fingerprint)

    @property
    def clock(self) -> int:
        """The day to which the session was advanced; before that, the day of the book."""
        return self._clock

    def enrol(self, case: Case, above: Iterable[Identity] = ()) -> list[Alert]:
        """Take in a subject with its facts, or its facts anew. Events of the subjects `above` stand in its trace.

        Events in `case.trace` are not read: they are fed.
        """
        with self._together():
            self._journal.put_case(replace(case, trace=()), above)
            self._live.pop((case.subject, case.id), None)
            live = self._load((case.subject, case.id))
            return self._look(live, self._event_rules(live)) if live.trace or live.alerts else []

    def feed(self, subject: Subject, subject_id: str, event: Event) -> list[Alert]:
        """Take in one event of a subject; give what it makes certain, for the subject and for those below it.

        Raises:
            EventRefusedError: if nobody was enrolled to whom the event could matter, or the id came before.

        """
        identity = (subject, subject_id)
        concerned = [one for one in (identity, *self._journal.below(identity)) if self._knows(one)]
        if not concerned:
            raise EventRefusedError(f"{subject}“{subject_id}”未登记，事件“{event.id}”无处可归")
        with self._together():
            if not self._journal.put_event(identity, event):
                raise EventRefusedError(f"{subject}“{subject_id}”的事件编号“{event.id}”重复")
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

        Parameters are those of the session's book. Without a day it is the clock's.
        """
        book = replace(self._book, as_of=day_of(self._clock) if as_of is None else as_of)
        for identity in self._journal.identities():
            yield from self._judge(identity, book)

    def conclude(self, subject: Subject, subject_id: str, as_of: date) -> list[Finding]:
        """Give the last findings of a subject and strike it, with its events, from the session."""
        findings = self._judge((subject, subject_id), replace(self._book, as_of=as_of))
        with self._together():
            self._journal.drop((subject, subject_id))
            self._live.pop((subject, subject_id), None)
        return findings

    def standing(self) -> Iterator[Alert]:
        """Give every violation that was reported and not withdrawn; its day is the clock's."""
        for identity in self._journal.identities():
            for rule, event in sorted(self._journal.alerts(identity)):
                yield Alert(*identity, rule, event, self._clock)

    def close(self) -> None:
        """Close the journal and give the engine's memory back."""
        self._journal.close()
        self._compiled.close()

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

    def _judge(self, identity: Identity, book: Book) -> list[Finding]:
        found = self._journal.case(identity)
        if found is None:
            return []
        case, above = found
        return judge(self._compiled, book, replace(case, trace=tuple(self._trace(identity, above))))

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
            case, above = found
            trace = self._trace(identity, above)
            latest = max((one.day for one in trace), default=0)
            alerts, deadlines = self._journal.alerts(identity), self._journal.deadlines(identity)
            live = self._live[identity] = _Live(case, above, trace, latest, alerts, deadlines)
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
        return self._look(live, self._touched(live, event) | self._past(live))

    def _day(self, live: _Live) -> int:
        return max(self._clock, live.latest)

    def _past(self, live: _Live) -> set[str]:
        day = self._day(live)
        return {rule for rule, last in live.deadlines.items() if last < day}

    def _touched(self, live: _Live, event: Event) -> set[str]:
        rules = self._compiled.subject(live.case.subject).rules
        return {one.rule.id for one in rules if one.tracer is not None and event.type in one.tracer.types}

    def _event_rules(self, live: _Live) -> set[str]:
        rules = self._compiled.subject(live.case.subject).rules
        return {one.rule.id for one in rules if one.tracer is not None}

    def _look(self, live: _Live, rules: set[str]) -> list[Alert]:
        """Judge some event rules of one subject and tell what changed."""
        if not rules:
            return []
        subject = self._compiled.subject(live.case.subject)
        day = self._day(live)
        if day not in live.claims:
            live.claims = {day: subject.ask({**live.case.values, AS_OF: day})}
        case = replace(live.case, trace=tuple(live.trace))
        asked = ask_patterns(self._compiled, subject, live.claims[day], case, day, frozenset(rules))
        found: set[tuple[str, str]] = set()
        for place, one in enumerate(subject.rules):
            if one.rule.id in rules:
                deadline = None
                if place in asked:
                    violated, deadline = _certain(asked[place], day)
                    if _can_fail(subject, place, live.claims[day][place]):
                        found |= {(one.rule.id, event) for event in violated}
                self._set_deadline(live, one.rule.id, deadline)
        return self._tell(live, {one for one in live.alerts if one[0] in rules}, found, day)

    def _set_deadline(self, live: _Live, rule: str, day: int | None) -> None:
        if live.deadlines.get(rule) == day:
            return
        if day is None:
            live.deadlines.pop(rule, None)
        else:
            live.deadlines[rule] = day
        self._journal.put_deadline(live.identity, rule, day)

    def _tell(
        self, live: _Live, before: set[tuple[str, str]], now: set[tuple[str, str]], day: int
    ) -> list[Alert]:
        new, gone = sorted(now - before), sorted(before - now)
        self._journal.change_alerts(live.identity, new, gone)
        live.alerts = (live.alerts - before) | now
        return [
            *(Alert(*live.identity, *one, day) for one in new),
            *(Alert(*live.identity, *one, day, AlertKind.WITHDRAWN) for one in gone),
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


def _certain(asked: Asked, day: int) -> tuple[set[str], int | None]:
    """Give the violations that no later event can undo, and the next day after which there may be more."""
    violated: set[str] = set()
    days: list[int] = [one.day for stretch in asked.kind for one in stretch.due()]
    for stretch in asked.kind:
        sure, unsure = stretch.certain(day)
        violated |= sure
        days += unsure
    return violated, min(days, default=None)
