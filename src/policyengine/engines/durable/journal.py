"""What a live session must not lose: one SQLite file with its subjects, events, standing alerts and deadlines.

Everything that belongs to one event is written in one transaction, so that after a crash the file is as it was
before or after that event, never between. The file, not the memory, grows with the events.
"""

from __future__ import annotations

import json
import sqlite3
from typing import TYPE_CHECKING, TypeAlias

from policyengine.engines.cases import Case, Event
from policyengine.vocabulary.terms import Subject

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from policyengine.values import Value

Identity: TypeAlias = tuple[Subject, str]
Enrolled: TypeAlias = tuple[Case, frozenset[Identity], str]

_SCHEMA = """
create table if not exists facts (name text primary key, value text) without rowid;
create table if not exists cases (
    subject text, id text, layer text, outlet text, province text, region text, waived text, known text,
    primary key (subject, id)) without rowid;
create table if not exists belongs (
    above_subject text, above_id text, subject text, id text,
    primary key (above_subject, above_id, subject, id)) without rowid;
create index if not exists belonging on belongs (subject, id);
create table if not exists events (
    subject text, id text, event text, type text, at integer, known text, run integer,
    primary key (subject, id, event)) without rowid;
create table if not exists alerts (
    subject text, id text, rule text, part text, event text,
    primary key (subject, id, rule, part, event)) without rowid;
create table if not exists deadlines (
    subject text, id text, rule text, part text, day integer,
    primary key (subject, id, rule, part)) without rowid;
create index if not exists deadline_days on deadlines (day);
"""


class Journal:
    """The file of a session; without a path it is a temporary one that is gone when the session is."""

    def __init__(self, path: Path | None = None) -> None:
        self._rows = sqlite3.connect("" if path is None else path, isolation_level=None)
        self._rows.execute("pragma journal_mode = wal")
        self._rows.execute("pragma synchronous = normal")
        self._rows.execute("pragma cache_size = -4096")
        self._rows.executescript(_SCHEMA)
        self._run = int(self.recall("run") or 0) + 1
        self.remember("run", str(self._run))

    def close(self) -> None:
        """Close the file."""
        self._rows.close()

    def begin(self) -> None:
        """Begin what must be written together."""
        self._rows.execute("begin immediate")

    def commit(self) -> None:
        """Write it."""
        self._rows.execute("commit")

    def undo(self) -> None:
        """Leave it."""
        self._rows.execute("rollback")

    def recall(self, name: str) -> str | None:
        """Give a remembered fact about the session itself."""
        found = self._rows.execute("select value from facts where name = ?", (name,)).fetchone()
        return None if found is None else str(found[0])

    def remember(self, name: str, value: str) -> None:
        """Remember a fact about the session itself."""
        self._rows.execute("insert or replace into facts values (?, ?)", (name, value))

    def put_case(self, case: Case, above: Iterable[Identity], layer: str) -> None:
        """Write a subject with its facts and the subjects above it, in place of what was known."""
        identity = (case.subject.value, case.id)
        waived = json.dumps(sorted(case.waived))
        self._rows.execute(
            "insert or replace into cases values (?, ?, ?, ?, ?, ?, ?, ?)",
            (*identity, layer, case.outlet_id, case.province, case.region, waived, _encode(case.values)),
        )
        self._rows.execute("delete from belongs where subject = ? and id = ?", identity)
        rows = {(subject.value, one, *identity) for subject, one in above}
        self._rows.executemany("insert into belongs values (?, ?, ?, ?)", sorted(rows))

    def case(self, identity: Identity) -> Enrolled | None:
        """Give a subject without its trace, the subjects above it, and the layer whose book judges it."""
        key = _key(identity)
        row = self._rows.execute("select * from cases where subject = ? and id = ?", key).fetchone()
        if row is None:
            return None
        rows = self._rows.execute(
            "select above_subject, above_id from belongs where subject = ? and id = ?", key
        )
        _, _, layer, outlet, province, region, waived, known = row
        case = Case(
            identity[0],
            identity[1],
            _decode(known),
            outlet_id=outlet,
            province=province,
            region=region,
            waived=frozenset(json.loads(waived)),
        )
        return case, frozenset((Subject(subject), one) for subject, one in rows), layer

    def layers(self) -> list[str]:
        """Give the layers whose books judge the enrolled subjects."""
        return [layer for (layer,) in self._rows.execute("select distinct layer from cases order by layer")]

    def identities(self) -> Iterator[Identity]:
        """Give every enrolled subject, in a fixed order, a few at a time."""
        last = ("", "")
        while rows := self._rows.execute(
            "select subject, id from cases where (subject, id) > (?, ?) order by subject, id limit 500", last
        ).fetchall():
            yield from ((Subject(subject), one) for subject, one in rows)
            last = rows[-1]

    def below(self, identity: Identity) -> list[Identity]:
        """Give the enrolled subjects that belong to one."""
        rows = self._rows.execute(
            "select subject, id from belongs where above_subject = ? and above_id = ? order by subject, id",
            _key(identity),
        )
        return [(Subject(subject), one) for subject, one in rows]

    def put_event(self, identity: Identity, event: Event) -> bool:
        """Write an event; False if the subject has one of that id already."""
        row = (*_key(identity), event.id, event.type, event.at, _encode(event.values), self._run)
        return (
            self._rows.execute("insert or ignore into events values (?, ?, ?, ?, ?, ?, ?)", row).rowcount == 1
        )

    def came_before_this_run(self, identity: Identity, event: Event) -> bool:
        """Whether the very same event was written before the file was opened this time."""
        row = self._rows.execute(
            "select type, at, known from events where subject = ? and id = ? and event = ? and run < ?",
            (*_key(identity), event.id, self._run),
        ).fetchone()
        return row is not None and (row[0], row[1], _decode(row[2])) == (event.type, event.at, event.values)

    def events(self, identity: Identity) -> list[Event]:
        """Give the events of one subject."""
        rows = self._rows.execute(
            "select event, type, at, known from events where subject = ? and id = ?", _key(identity)
        )
        return [Event(name, kind, at, _decode(known)) for name, kind, at, known in rows]

    def alerts(self, identity: Identity) -> set[tuple[str, str, str]]:
        """Give the standing alerts of one subject: rule, part of its key, and event."""
        rows = self._rows.execute(
            "select rule, part, event from alerts where subject = ? and id = ?", _key(identity)
        )
        return set(rows.fetchall())

    def change_alerts(
        self,
        identity: Identity,
        new: Iterable[tuple[str, str, str]],
        gone: Iterable[tuple[str, str, str]],
    ) -> None:
        """Write new standing alerts and strike withdrawn ones."""
        key = _key(identity)
        self._rows.executemany("insert into alerts values (?, ?, ?, ?, ?)", [(*key, *one) for one in new])
        self._rows.executemany(
            "delete from alerts where subject = ? and id = ? and rule = ? and part = ? and event = ?",
            [(*key, *one) for one in gone],
        )

    def deadlines(self, identity: Identity) -> dict[tuple[str, str], int]:
        """Give the next deadline of each rule and part of its key, for one subject."""
        rows = self._rows.execute(
            "select rule, part, day from deadlines where subject = ? and id = ?", _key(identity)
        )
        return {(rule, part): day for rule, part, day in rows}

    def put_deadline(self, identity: Identity, place: tuple[str, str], day: int | None) -> None:
        """Write the next deadline of a rule and part, or that there is none."""
        row = (*_key(identity), *place)
        if day is None:
            self._rows.execute(
                "delete from deadlines where subject = ? and id = ? and rule = ? and part = ?", row
            )
        else:
            self._rows.execute("insert or replace into deadlines values (?, ?, ?, ?, ?)", (*row, day))

    def past_deadline(self, day: int) -> list[Identity]:
        """Give the subjects of which a deadline lies before a day."""
        rows = self._rows.execute(
            "select distinct subject, id from deadlines where day < ? order by subject, id", (day,)
        )
        return [(Subject(subject), one) for subject, one in rows]

    def forget_judgements(self) -> None:
        """Strike every alert and deadline: another rule book is to judge."""
        self._rows.execute("delete from alerts")
        self._rows.execute("delete from deadlines")

    def drop(self, identity: Identity) -> None:
        """Strike a subject and all that belongs to it alone."""
        key = _key(identity)
        for table in ("cases", "belongs", "events", "alerts", "deadlines"):
            self._rows.execute(f"delete from {table} where subject = ? and id = ?", key)  # noqa: S608 -- our names


def _key(identity: Identity) -> tuple[str, str]:
    return identity[0].value, identity[1]


def _encode(values: Mapping[str, Value]) -> str:
    """Write values; a set becomes a list, which no other value is."""
    return json.dumps(
        {name: sorted(one) if isinstance(one, frozenset) else one for name, one in values.items()}
    )


def _decode(text: str) -> dict[str, Value]:
    return {name: frozenset(one) if isinstance(one, list) else one for name, one in json.loads(text).items()}
