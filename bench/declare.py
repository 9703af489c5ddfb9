"""Event patterns against pm4py's DECLARE conformance checker: equal violations first, then the times.

    python -m venv ../bench-venv && ../bench-venv/bin/pip install -r bench/requirements.txt
    python bench/declare.py --pm4py ../bench-venv/bin/python [--logs ../shared/logs] [--write docs/benchmarks.md]

Response, precedence, absence and existence over every XES log of a folder and over a generated log of a million events.
pm4py stays in a virtual environment of its own, outside the project; the logs stay where they are.

What both can say: which trace violates which constraint. pm4py reads a trace as a list and knows places only, so here
the instant of an event is its place in the trace, which leaves no ties. (By true timestamps two events at one instant
have no order here and satisfy "at or before" and "at or after" both; how many answers differ for that reason is told
beside the table, and every such trace is checked to have a tie.) Beyond that pm4py says nothing of single events, days,
limits, scopes, keys or data; those are left out.

Timed, the best of several runs each: pm4py from a pandas frame in memory to its list of deviations, the columnar engine
from Polars frames in memory to its verdict rows, the durable and the reference engine from cases in memory to findings.
"""

from __future__ import annotations

import argparse
import gzip
import json
import platform
import subprocess
import tempfile
import time
from dataclasses import dataclass
from datetime import date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree.ElementTree import iterparse

import numpy as np
import polars as pl
from report import machine, write_section

from policyengine.engines.cases import Case, Event
from policyengine.engines.columnar.evaluate import evaluate_tables
from policyengine.engines.columnar.tables import Tables
from policyengine.engines.durable.judge import Durable
from policyengine.engines.reference.judge import Reference
from policyengine.semantics.ir import (
    ALWAYS,
    Book,
    Modality,
    Pattern,
    PatternKind,
    Rule,
    Selector,
    Verdict,
)
from policyengine.values import day_number
from policyengine.vocabulary.terms import EventType, Subject, Table, Vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from policyengine.engines.findings import Engine

AS_OF = date(2030, 1, 1)
DAY = 86_400
START = day_number(date(2025, 1, 1)) * DAY
MOST = 1_500_000  # events × constraints that the case-by-case engines are given
Constraint = tuple[str, tuple[str, ...]]


@dataclass(frozen=True)
class Log:
    """A log: `case`, `activity`, `place` in its trace, and `time`, its true instant in microseconds."""

    name: str
    events: pl.DataFrame


def read_xes(path: Path) -> Log:
    """Read a gzipped XES file: traces, activities and times."""
    rows: list[tuple[str, str, int, int]] = []
    trace: list[tuple[str, int]] = []
    case = ""
    number = 0
    with gzip.open(path) as file:
        for _, node in iterparse(file):  # noqa: S314 -- logs that the user chose
            tag = node.tag.rpartition("}")[2]
            if tag == "event":
                known = {child.get("key"): child.get("value") for child in node}
                at = datetime.fromisoformat(known["time:timestamp"])
                trace.append((known["concept:name"], round(at.timestamp() * 1_000_000)))
                node.clear()
            elif tag == "trace":
                # Names that sort in the order of the file, whatever the log calls its cases.
                case = f"T{number:07d}"
                number += 1
                rows += [(case, activity, place, at) for place, (activity, at) in enumerate(trace)]
                trace = []
                node.clear()
    return _log(path.name.removesuffix(".xes.gz"), rows)


def generated(events: int) -> Log:
    """Make a log from a fixed seed: ten activities, traces of four to sixteen events, in order but for one event in fifty."""
    random = np.random.default_rng(11)
    lengths = random.integers(4, 17, events // 4)
    lengths = lengths[: int(np.searchsorted(np.cumsum(lengths), events)) + 1]
    traces = np.repeat(np.arange(len(lengths)), lengths)[:events]
    first = np.r_[True, traces[1:] != traces[:-1]]
    starts = np.flatnonzero(first)
    places = np.arange(events) - np.repeat(starts, np.diff(np.r_[starts, events]))
    wandering = np.where(random.random(events) < 0.02, random.integers(0, 10, events), np.minimum(places, 9))  # fmt: skip
    frame = pl.DataFrame({"trace": traces, "place": places, "activity": wandering})
    frame = frame.select(
        case=pl.format("T{}", pl.col("trace").cast(pl.String).str.zfill(7)),
        activity=pl.format("A{}", pl.col("activity")),
        place=pl.col("place").cast(pl.Int64),
        time=pl.col("place").cast(pl.Int64) * 1_000_000,
    )
    return Log(f"generated, {events:,} events", frame)


def _log(name: str, rows: list[tuple[str, str, int, int]]) -> Log:
    return Log(name, pl.DataFrame(rows, schema=["case", "activity", "place", "time"], orient="row"))


def models(log: Log, width: int, tables: Tables) -> dict[str, list[Constraint]]:
    """Give a model of one constraint a kind, and one of all over the commonest activities that nine traces in ten keep.

    The second is what a discovered model or a rule book looks like; which constraints those are, the columnar engine says.
    """
    counts = log.events.group_by("activity").agg(pl.col("case").n_unique()).sort(
        ["case", "activity"], descending=[True, False]
    )  # fmt: skip
    names = counts["activity"].to_list()
    common = names[:width]
    first, second = common[0], common[min(1, len(common) - 1)]
    pairs = [(one, two) for one in common for two in common if one != two]
    every = [
        *(("existence", (one,)) for one in common),
        *(("absence", (one,)) for one in common),
        *(("response", pair) for pair in pairs),
        *(("precedence", pair) for pair in pairs),
    ]
    broken = by_columnar(book_of(log, every), tables).group_by(pl.col("rule").cast(pl.String)).len()
    most = log.events["case"].n_unique() / 10
    often = {rule for rule, number in broken.iter_rows() if number > most}
    return {
        "one of each": [
            ("existence", (second,)),
            ("absence", (names[-1],)),
            ("response", (first, second)),
            ("precedence", (first, second)),
        ],
        "all that are mostly kept": [
            one for place, one in enumerate(every) if f"bench.c{place}" not in often
        ],
    }


def book_of(log: Log, model: list[Constraint]) -> Book:
    """Write the constraints as meaning: a rule each."""
    types = tuple(
        EventType(name, f"e{place}", Subject.OUTLET, (), (), "")
        for place, name in enumerate(log.events["activity"].unique().sort())
    )
    rules = tuple(
        Rule(f"bench.c{place}", "", "", (), Modality.SHALL, Subject.OUTLET, ALWAYS, _pattern(*one))
        for place, one in enumerate(model)
    )
    table = Table(Subject.OUTLET, "outlets", None, (), ())
    vocabulary = Vocabulary((table,), event_types=types)
    return Book("000000", AS_OF, vocabulary, rules=rules, fingerprint=f"{log.name}{len(model)}")


def _pattern(template: str, activities: tuple[str, ...]) -> Pattern:
    first, *second = (Selector((name,)) for name in activities)
    match template:
        case "existence":
            return Pattern(PatternKind.EXISTENCE, first)
        case "absence":
            return Pattern(PatternKind.ABSENCE, first)
        case "response":
            return Pattern(PatternKind.RESPONSE, first, target=second[0])
    return Pattern(PatternKind.PRECEDENCE, second[0], target=first)


def tables_of(log: Log, at: pl.Expr) -> Tables:
    """Give the log as the columnar engine reads it: in memory, typed."""
    cases = log.events.select(pl.col("case").unique(maintain_order=True).alias("id")).with_columns(
        outlet_id="id", province=pl.lit("110000"), layer=pl.lit("000000")
    )
    events = log.events.select(
        id=pl.format("E{}", pl.int_range(pl.len())),
        type="activity",
        at=at,
        subject=pl.lit("网点"),
        subject_id="case",
    )
    return Tables({Subject.OUTLET: cases.lazy()}, events.lazy())


def cases_of(log: Log) -> list[Case]:
    """Give the log as cases."""
    traces: dict[str, list[Event]] = {}
    for number, (case, activity, place) in enumerate(
        log.events.select("case", "activity", "place").iter_rows()
    ):
        traces.setdefault(case, []).append(Event(f"E{number}", activity, START + place))
    return [Case(Subject.OUTLET, case, {}, tuple(trace), outlet_id=case) for case, trace in traces.items()]


def by_columnar(book: Book, tables: Tables) -> pl.DataFrame:
    """Judge all traces at once."""
    return evaluate_tables({"000000": book}, tables, explain=False).verdicts


def by_engine(engine: Engine, book: Book, cases: list[Case]) -> list[tuple[str, str]]:
    """Judge trace by trace."""
    return [(one.subject_id, one.rule) for one in engine.evaluate(book, cases) if one.verdict is Verdict.FAIL]


def violated(rows: pl.DataFrame) -> set[tuple[str, str]]:
    """Give the violations in verdict rows."""
    return set(rows.select("subject_id", pl.col("rule").cast(pl.String)).iter_rows())


def best_of(repeat: int, run: Callable[[], object]) -> float:
    """Time something several times."""
    best = float("inf")
    for _ in range(repeat):
        started = time.perf_counter()
        run()
        best = min(best, time.perf_counter() - started)
    return best


def by_pm4py(
    python: Path, log: Log, model: list[Constraint], repeat: int
) -> tuple[set[tuple[str, str]], float, str]:
    """Run the other side; give its violations in our rules' names, its best time and its version."""
    rules = {(template, *activities): f"bench.c{place}" for place, (template, activities) in enumerate(model)}
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / name for name in ("log.csv", "model.json", "out.json")]
        log.events.select("case", "activity", at=pl.col("place") + START).write_csv(files[0])
        files[1].write_text(json.dumps(model, ensure_ascii=False), encoding="utf-8")
        script = Path(__file__).with_name("declare_pm4py.py")
        subprocess.run([python, script, *files, str(repeat)], check=True)
        told = json.loads(files[2].read_text(encoding="utf-8"))
    found = {(case, rules[template, *activities]) for case, template, *activities in told["deviations"]}
    return found, told["seconds"], told["version"]


def check_ties(log: Log, book: Book, ours: set[tuple[str, str]]) -> int:
    """Count the answers that differ by true instants; each must be of a trace with a tie or out of order."""
    instants = pl.col("time").rank("dense").over("case").cast(pl.Int64) + START
    differing = ours ^ violated(by_columnar(book, tables_of(log, instants)))
    odd = (pl.col("time").diff() <= 0).over("case")
    tied = set(log.events.filter(odd)["case"])
    assert {case for case, _ in differing} <= tied, "an answer differs without a tie"
    return len(differing)


def rows_of(log: Log, asked: argparse.Namespace) -> Iterator[tuple[list[str], str]]:
    """Compare and time one log by each model; give table rows, and pm4py's version."""
    cases = cases_of(log)
    tables = tables_of(log, pl.col("place") + START)
    for name, model in models(log, asked.width, tables).items():
        book = book_of(log, model)
        theirs, their_time, their_version = by_pm4py(asked.pm4py, log, model, asked.repeat)
        ours = violated(by_columnar(book, tables))
        assert ours == theirs, f"{log.name}, {name}: {len(ours ^ theirs)} answers differ"
        columnar = best_of(asked.repeat, lambda book=book: by_columnar(book, tables))
        cells = {"durable": "—", "reference": "—"}
        if log.events.height * len(model) <= max(MOST, asked.most):
            for label, engine in (("durable", Durable()), ("reference", Reference())):
                assert set(by_engine(engine, book, cases)) == theirs, f"{label} differs"
                cells[label] = f"{best_of(1, lambda e=engine, b=book: by_engine(e, b, cases)):.2f}"
        row = [
            log.name, f"{log.events.height:,}", f"{len(cases):,}", f"{name}（{len(model)}）", f"{len(ours):,}",
            f"{their_time:.3f}", f"{columnar:.3f}", f"{their_time / columnar:.1f} ×", cells["durable"],
            cells["reference"], f"{check_ties(log, book, ours):,}",
        ]  # fmt: skip
        print(" | ".join(row), flush=True)
        yield row, their_version


HEADS = (
    "日志", "事件", "轨迹", "模型（约束数）", "双方相同的违反", "pm4py，秒", "columnar，秒", "倍数", "durable，秒",
    "reference，秒", "按真实时刻因并列而不同",
)  # fmt: skip


def main() -> None:
    """Compare and time over every log; write the table where asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pm4py", type=Path, required=True, help="the Python that has pm4py")
    parser.add_argument("--logs", type=Path, default=Path(__file__).parents[1] / ".." / "shared" / "logs")
    parser.add_argument("--events", type=int, default=1_000_000, help="of the generated log; 0: none")
    parser.add_argument("--width", type=int, default=10, help="activities of the wide model")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--most", type=int, default=0, help="events × constraints for durable and reference")
    parser.add_argument("--write", type=Path)
    asked = parser.parse_args()
    logs = [read_xes(path) for path in sorted(asked.logs.glob("*.xes.gz"))]
    logs += [generated(asked.events)] if asked.events else []
    table, theirs = [], ""
    for log in logs:
        for row, theirs in rows_of(log, asked):  # noqa: B007 -- the last one names the version
            table.append(row)
    factors = [float(row[7].removesuffix(" ×")) for row in table]
    if asked.write:
        note = (
            f"`python bench/declare.py`；{machine()}；CPython {platform.python_version()}，Polars {version('polars')}，"
            f"durable-rules {version('durable-rules')}，pm4py {theirs}。先核对违反完全相同，再计时；取 {asked.repeat} 次中最快。"
            "pm4py 只看事件在轨迹中的先后位置，故此处以位置为时刻；按真实时刻，同一时刻的两个事件在本项目中不分先后，"
            "因此而不同的答案数列在最后一列（均已核对确有并列或者逆序）。"
            f"目标为 50 倍；本次最高 {max(factors):.1f} 倍，最低 {min(factors):.1f} 倍。"
        )
        write_section(asked.write, "事件模式与 pm4py", note, [HEADS, *table])


if __name__ == "__main__":
    main()
