"""The durable engine: outlets a second, and a live session over a million events.

    python bench/durable.py speed [--outlets 20000]
    python bench/durable.py session [--events 1000000] [--outlets 10000] [--every 50000] [--turns in-turn]

`speed` judges made-up outlets by a hundred rules over forty terms, each a comparison of one term, and gives all
verdicts with their evidence, on one core. They are compared with those of the reference first.

`session` feeds events one by one to a live session with its journal on disk: 10,000 outlets, each with five event
rules of the usual kinds, heard of in turn (`in-turn`: one event each, round after round, which is the hardest for what
is kept in memory) or one after the other (`by-outlet`). Every so often it prints how many events a second went in and
how much memory the process holds.

With `--write FILE` the figures replace the section of that name in a Markdown file.
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
import time
from collections import Counter, deque
from datetime import date
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from report import machine, write_section

from policyengine.engines.cases import Case, Event
from policyengine.engines.durable.judge import Durable
from policyengine.engines.durable.session import AlertKind, Session
from policyengine.engines.reference.judge import Reference
from policyengine.semantics.ir import (
    ALWAYS,
    Book,
    Comparator,
    Compare,
    Constant,
    DayUnit,
    Limit,
    Modality,
    Pattern,
    PatternKind,
    Rule,
    Selector,
    TermRef,
)
from policyengine.values import BOOLEAN, Kind, Type, day_number
from policyengine.vocabulary.terms import EventTerm, EventType, Subject, Table, Term, Vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator

AS_OF = date(2025, 6, 30)
NUMBER, TEXT = Type(Kind.INTEGER), Type(Kind.TEXT)
STATUS = Type(Kind.CHOICE, members=("筹备中", "合作中", "暂停", "已退出"))
TERMS = {f"数{place}": NUMBER for place in range(20)} | {f"是否{place}": BOOLEAN for place in range(20)}
KINDS = ("受理", "办结", "检查", "开通", "注销")


def speed_book() -> Book:
    """Write a hundred rules of one comparison each, over forty terms."""
    table = Table(
        Subject.OUTLET,
        "outlets",
        None,
        (),
        tuple(
            Term(name, f"c{place}", of, Subject.OUTLET, "", "")
            for place, (name, of) in enumerate(TERMS.items())
        ),
    )
    rules = []
    for place in range(100):
        name, of = list(TERMS.items())[place % 40]
        limit = Constant(5 + place // 40, NUMBER) if of is NUMBER else Constant(value=True, type=BOOLEAN)
        sign = Comparator.AT_LEAST if of is NUMBER else Comparator.EQUAL
        requires = Compare(sign, TermRef(name, of), limit)
        rules.append(Rule(f"bench.r{place}", "", "", (), Modality.SHALL, Subject.OUTLET, ALWAYS, requires))
    return Book("000000", AS_OF, Vocabulary((table,)), rules=tuple(rules), fingerprint="speed")


def speed_cases(outlets: int) -> list[Case]:
    """Make outlets from a fixed seed: one value in a hundred missing, one in a hundred breaking a rule."""
    random = np.random.default_rng(7)
    numbers = random.integers(0, 600, (outlets, 20))
    truths = random.random((outlets, 20)) < 0.99
    missing = random.random((outlets, 40)) < 0.01
    cases = []
    for place in range(outlets):
        values = {f"数{n}": int(numbers[place, n]) for n in range(20) if not missing[place, n]}
        values |= {f"是否{n}": bool(truths[place, n]) for n in range(20) if not missing[place, 20 + n]}
        cases.append(Case(Subject.OUTLET, f"SYN-{place:07d}", values, outlet_id=f"SYN-{place:07d}"))
    return cases


def speed(outlets: int) -> list[tuple[str, str]]:
    """Judge the outlets and time it; the first thousand are compared with the reference."""
    book, cases, engine = speed_book(), speed_cases(outlets), Durable()
    assert list(engine.evaluate(book, cases[:1000])) == list(Reference().evaluate(book, cases[:1000]))
    verdicts = Counter(finding.verdict.value for finding in engine.evaluate(book, cases))
    started, cpu = time.perf_counter(), time.process_time()
    # Taken and dropped: what is done with findings is not the engine's time.
    deque(engine.evaluate(book, cases), maxlen=0)
    wall, cpu = time.perf_counter() - started, time.process_time() - cpu
    return [
        ("outlets", f"{outlets:,}"),
        ("rules × terms", "100 × 40"),
        ("verdicts", "，".join(f"{name} {number:,}" for name, number in sorted(verdicts.items()))),
        ("outlets a second of processor time", f"{outlets / cpu:,.0f}"),
        ("outlets a second of wall time", f"{outlets / wall:,.0f}"),
    ]


def session_book() -> Book:
    """Write five event rules: every pattern that a live session can be certain of, keyed and unkeyed."""
    fields = (EventTerm("编号", "number", TEXT, ""), EventTerm("人员", "operator", TEXT, ""))
    types = (
        EventType("受理", "accepted", Subject.OUTLET, ("编号", "人员"), (), ""),
        EventType("办结", "completed", Subject.OUTLET, ("编号", "人员"), (), ""),
        EventType("检查", "checked", Subject.OUTLET, (), (), ""),
        EventType("开通", "opened", Subject.OUTLET, ("人员",), (), ""),
        EventType("注销", "closed", Subject.OUTLET, ("人员",), (), ""),
    )
    accepted, completed, checked = (Selector((name,)) for name in KINDS[:3])
    opened, closed = Selector(("开通",)), Selector(("注销",))

    def days(amount: int) -> Limit:
        return Limit(Constant(amount, NUMBER), DayUnit.DAYS)

    patterns = (
        Pattern(PatternKind.RESPONSE, accepted, target=completed, key=("编号",), limit=days(20)),
        Pattern(PatternKind.PRECEDENCE, completed, target=accepted, key=("编号",)),
        Pattern(PatternKind.IN_FORCE, accepted, target=opened, closing=closed, key=("人员",)),
        Pattern(PatternKind.RECURRENCE, checked, limit=days(40)),
        Pattern(PatternKind.RESPONSE, closed, target=opened, key=("人员",), limit=days(90)),
    )
    rules = tuple(
        Rule(f"bench.e{place}", "", "", (), Modality.SHALL, Subject.OUTLET, ALWAYS, one)
        for place, one in enumerate(patterns)
    )
    vocabulary = Vocabulary(event_terms=fields, event_types=types)
    return Book("000000", AS_OF, vocabulary, rules=rules, fingerprint="session")


def events_of(outlet: int, number: int) -> Iterator[Event]:
    """Give an outlet's events by time, from a seed of its own; now and then one breaks a rule."""
    random = np.random.default_rng(outlet)
    at = day_number(AS_OF) * 86_400 - number * 86_400 * 3
    cases: list[str] = []
    for place in range(number):
        at += int(random.integers(3_600, 86_400 * 4))
        person = f"P{int(random.integers(0, 3))}"
        roll = random.random()
        if place < 3:
            yield Event(f"E{place:04d}", "开通", at, {"人员": f"P{place}"})
        elif roll < 0.1:
            yield Event(f"E{place:04d}", "检查", at)
        elif roll < 0.15:
            yield Event(f"E{place:04d}", "注销" if roll < 0.105 else "开通", at, {"人员": person})
        elif cases and roll < 0.8:
            yield Event(f"E{place:04d}", "办结", at, {"编号": cases.pop(0), "人员": person})
        else:
            cases.append(f"J{place}")
            yield Event(f"E{place:04d}", "受理", at, {"编号": cases[-1], "人员": person})


def stream(outlets: int, events: int, turns: str) -> Iterator[tuple[str, Event]]:
    """Give events with the ids of their outlets; a few hundred outlets' generators are open at once."""
    each = events // outlets
    if turns == "by-outlet":
        for outlet in range(outlets):
            for event in events_of(outlet, each):
                yield f"SYN-{outlet:05d}", event
        return
    block = 500  # events of a block of outlets are made before they are needed: the stream holds little
    for first in range(0, outlets, block):
        sources = [
            (f"SYN-{outlet:05d}", events_of(outlet, each))
            for outlet in range(first, min(first + block, outlets))
        ]
        for _ in range(each):
            for name, source in sources:
                yield name, next(source)


def resident() -> float:
    """Give the memory that the process holds, in megabytes."""
    with Path("/proc/self/statm").open() as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def session(outlets: int, events: int, every: int, turns: str) -> list[tuple[str, ...]]:
    """Feed the events and note memory and speed as they go in."""
    book = session_book()
    rows: list[tuple[str, ...]] = []
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "journal.sqlite"
        one = Session(book, path)
        for outlet in range(outlets):
            one.enrol(Case(Subject.OUTLET, f"SYN-{outlet:05d}", {}, outlet_id=f"SYN-{outlet:05d}"))
        source = stream(outlets, events, turns)
        fed = 0
        while batch := list(islice(source, every)):
            started, cpu = time.perf_counter(), time.process_time()
            for name, event in batch:
                for alert in one.feed(Subject.OUTLET, name, event):
                    counts[alert.kind] += 1
            wall, cpu = time.perf_counter() - started, time.process_time() - cpu
            fed += len(batch)
            size = sum(file.stat().st_size for file in Path(folder).iterdir()) / 2**20
            rows.append(
                (f"{fed:,}", f"{resident():.0f}", f"{size:.0f}", f"{len(batch) / cpu:,.0f}", f"{len(batch) / wall:,.0f}",
                 f"{counts[AlertKind.VIOLATED]:,}", f"{counts[AlertKind.WITHDRAWN]:,}")
            )  # fmt: skip
            print(*rows[-1], sep="\t", flush=True)
        one.close()
    return rows


def main() -> None:
    """Measure what was asked for and print it; write it where asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["speed", "session"])
    parser.add_argument("--outlets", type=int)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--every", type=int, default=50_000)
    parser.add_argument("--turns", choices=["in-turn", "by-outlet"], default="in-turn")
    parser.add_argument("--write", type=Path)
    asked = parser.parse_args()
    if asked.what == "speed":
        table = [("what", "figure"), *speed(asked.outlets or 20_000)]
        title = "durable：一百条规则"
    else:
        heads = (
            "events fed",
            "memory, MB",
            "journal, MB",
            "events/s (processor)",
            "events/s (wall)",
            "violated",
            "withdrawn",
        )
        table = [heads, *session(asked.outlets or 10_000, asked.events, asked.every, asked.turns)]
        title = "durable：一百万个事件的实时会话"
    for row in table:
        print(" | ".join(row))
    if asked.write:
        note = f"`python bench/durable.py {asked.what}`；{machine()}；CPython {platform.python_version()}，durable-rules 2.0.28。"
        write_section(asked.write, title, note, table)


if __name__ == "__main__":
    main()
