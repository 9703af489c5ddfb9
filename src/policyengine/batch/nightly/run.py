"""The night: read, judge window by window, re-check, compare, explain, report, publish."""

from __future__ import annotations

import shutil
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import polars as pl

from policyengine.batch.nightly import store as stores
from policyengine.batch.nightly import wording
from policyengine.batch.nightly.choose import judge_named
from policyengine.batch.nightly.clock import Clock
from policyengine.batch.nightly.compare import Comparison, gone_with_province
from policyengine.batch.nightly.explained import explained
from policyengine.batch.nightly.inputs import InputChangedError, source_of
from policyengine.batch.nightly.judge import of_provinces, roll_up
from policyengine.batch.nightly.manifest import FORMAT, file_hashes, versions, write_json
from policyengine.batch.nightly.night_before import night_before
from policyengine.batch.nightly.recheck import Recheck, drawn, seed_of
from policyengine.batch.nightly.snapshot import FILE as SNAPSHOT
from policyengine.batch.nightly.snapshot import take
from policyengine.batch.nightly.tables_out import (
    Out,
    no_changes,
    quarantine_table,
    rules_table,
    writing,
)
from policyengine.batch.nightly.windows import open_window, windows
from policyengine.rulebook.release import check_signed
from policyengine.rulebook.shelf import read_shelf
from policyengine.semantics.rollup import Conclusion
from policyengine.vocabulary.terms import Subject

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from concurrent.futures import Future
    from datetime import date
    from pathlib import Path

    from policyengine.batch.explanations import OutletExplained
    from policyengine.batch.nightly.choose import Judges
    from policyengine.batch.nightly.judge import Judged
    from policyengine.batch.nightly.windows import Window
    from policyengine.batch.quarantine import SetAside
    from policyengine.batch.sources import Input
    from policyengine.rulebook import Shelf
    from policyengine.semantics.ir import Book

TIMINGS = "timings.json"
EXPLAINED = 200
_SMALL = 2_000


@dataclass(frozen=True, slots=True)
class Signed:
    """Only books that were released and signed may judge: the release files, and the key they answer to (PEM)."""

    releases: tuple[bytes, ...]
    public_key: bytes


@dataclass(frozen=True, slots=True)
class Options:
    """What the operator asks for. `master` is a Spark master; `seed` draws the sample, else fingerprints do."""

    as_of: date
    engine: str = "columnar"
    keep_all: bool = False
    sample: int = 200
    seed: int | None = None
    master: str = ""
    signed: Signed | None = None


@dataclass(frozen=True, slots=True)
class Night:
    """What a report is written from: the tables in `folder`, and what no table holds."""

    as_of: date
    folder: Path
    source: str
    shelf: Shelf = field(repr=False)
    books: Mapping[str, Book] = field(repr=False)
    data: Input = field(repr=False)
    explained: tuple[OutletExplained, ...] = field(repr=False)
    recheck: Mapping[str, object]
    counts: Mapping[str, object]
    before: date | None = None
    counts_before: Mapping[str, int] = field(default_factory=dict)
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was published."""

    folder: Path
    manifest: Mapping[str, object] = field(repr=False)
    timings: Mapping[str, object] = field(repr=False)


class Report(Protocol):
    """Writes what people read. Leaving its context stops what is still being written."""

    def __enter__(self) -> object:
        """Hold the report open."""
        ...

    def __exit__(self, *_: object) -> None:
        """Stop what is still being written."""
        ...

    def begin(self, folder: Path, as_of: date, outlets: int) -> None:
        """Begin, now that the tables of the run stand in a folder."""
        ...

    def finish(self, night: Night) -> None:
        """Write everything into the night's folder."""
        ...


class Watcher(Protocol):
    """Is told how the night goes on."""

    def step(self, provinces: tuple[str, ...], outlets: int, total: int) -> None:
        """Take note that some provinces are done: `outlets` of `total` in all."""
        ...

    def say(self, message: str) -> None:
        """Tell the operator something."""
        ...


def run_night(
    written: str,
    store: Path,
    root: Path,
    options: Options,
    report: Report,
    watcher: Watcher,
) -> Outcome:
    """Evaluate an input and publish the run under its day.

    Raises:
        BookRefusedError: if the book or the input does not load.
        AgreementFault: if the re-check differs.
        StoreBusyError, StoreUnwritableError, InputChangedError, DatabaseError, SparkUnusableError: each with a message.

    """
    clock = Clock()
    with ExitStack() as held:
        with writing(store):
            held.enter_context(stores.held(store, options.as_of))
            working = stores.working_folder(store, options.as_of)
        held.callback(shutil.rmtree, working, ignore_errors=True)
        with clock.stage("rules"):
            snapshot = take(root)
            with writing(store):
                snapshot.lay_out(working / "book")
            shelf = read_shelf(working / "book")
            books = {layer: shelf.book(options.as_of, layer) for layer in shelf.layers}
        source = source_of(written)
        with clock.stage("read"):
            data = source.read(shelf.vocabulary, options.as_of)
        if options.signed:
            layers = sorted(_layers_in_use(data, shelf))
            check_signed(shelf, options.as_of, layers, options.signed.releases, options.signed.public_key)
        held.enter_context(report)
        judges = held.enter_context(judge_named(options.engine, shelf.layer_of, options.master))
        run = _Run(options, working / "run", store, shelf, books, data, judges, clock, watcher, report)
        with writing(store):
            run.folder.mkdir()
            (run.folder / SNAPSHOT).write_bytes(snapshot.packed())
        night = run.evaluated(source.shown, snapshot.fingerprint)
        with clock.stage("report"), writing(store):
            report.finish(night)
        if changed := source.changed(data):
            raise InputChangedError(wording.input_changed(changed))
        if changed := snapshot.changed(root):
            watcher.say(wording.rules_changed(changed))
        with clock.stage("publish"), writing(store):
            manifest = run.manifest(night, snapshot.fingerprint)
            write_json(run.folder / stores.MANIFEST, manifest)
            timings = {"engine": options.engine, "source": source.shown, **clock.as_json()}
            write_json(run.folder / TIMINGS, timings)
            folder = stores.publish(run.folder, store, options.as_of)
        return Outcome(folder, manifest, timings)


def _layers_in_use(data: Input, shelf: Shelf) -> set[str]:
    """Give the layers whose books judge something in this input."""
    regions = {code for frame in data.tables.values() for code in frame["region"].unique() if code}
    return {shelf.layer_of(code) for code in regions} | {shelf.layer_of(code) for code in data.provinces}


@dataclass(slots=True)
class _Run:
    """One night under way."""

    options: Options
    folder: Path
    store: Path
    shelf: Shelf
    books: Mapping[str, Book]
    data: Input
    judges: Judges
    clock: Clock
    watcher: Watcher
    report: Report
    counts: list[pl.DataFrame] = field(default_factory=list)
    set_aside: list[SetAside] = field(default_factory=list)
    explained: list[OutletExplained] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)
    events: int = 0

    def evaluated(self, source: str, fingerprint: str) -> Night:
        """Judge the country and write its tables."""
        data, shelf = self.data, self.shelf
        out = Out(self.folder, self.store, self.options.as_of)
        before = night_before(self.store, self.options.as_of, self.folder.parent, shelf, self.watcher.say)
        comparison = before.comparison(shelf, self.books) if before else None
        recheck = self._recheck(fingerprint)
        self.set_aside += data.set_aside
        total, done = data.tables[Subject.OUTLET].height, 0
        for window, every in self._judged():
            self._window(window, every, out, comparison, recheck)
            done += window.part.tables[Subject.OUTLET].height
            self.watcher.step(window.provinces, done, total)
        if before:
            gone = gone_with_province(before, data.provinces)
            if gone.height:
                out.by_province("changes", gone, sorted(gone["province"].unique()))
        with self.clock.stage("write"):
            out.write("rules", rules_table(self.counts, self.books))
            out.write("quarantine", quarantine_table(self.set_aside))
            self.report.begin(self.folder, self.options.as_of, total)
        with self.clock.stage("recheck"):
            recheck.compare(self.books)
        self.numbers |= {
            "events": self.events,
            **{f"rows_{name}": number for name, number in out.rows.items()},
        }
        return Night(
            self.options.as_of, self.folder, source, shelf, self.books, self.data, tuple(self.explained), recheck.as_json(),
            dict(self.numbers), before.day if before else None, before.counts if before else {}, data.notices,
        )  # fmt: skip

    def _judged(self) -> Iterator[tuple[Window, Judged]]:
        """Judge window after window, while the next one is read and the last one is told."""
        with ExitStack() as held:
            reader, judge = (held.enter_context(ThreadPoolExecutor(1)) for _ in range(2))
            held.callback(judge.shutdown, wait=False, cancel_futures=True)
            held.callback(reader.shutdown, wait=False, cancel_futures=True)
            ahead: deque[Future[tuple[Window, Judged]]] = deque()
            for provinces in windows(self.data, self.shelf.layer_of):
                ahead.append(judge.submit(self._judge, reader.submit(self._opened, provinces)))
                if len(ahead) > 1:
                    yield self._waited(ahead.popleft())
            while ahead:
                yield self._waited(ahead.popleft())

    def _waited(self, one: Future[tuple[Window, Judged]]) -> tuple[Window, Judged]:
        with self.clock.stage("judge"):
            return one.result()

    def _judge(self, opened: Future[Window]) -> tuple[Window, Judged]:
        window = opened.result()
        return window, self.judges.night(window, self.books, keep_all=self._complete(window))

    def _complete(self, window: Window) -> bool:
        """Whether a window has rows of every verdict: a small one is judged in full for the re-check."""
        small = window.part.tables[Subject.OUTLET].height <= _SMALL
        return self.options.keep_all or (bool(self.options.sample) and small)

    def _opened(self, provinces: tuple[str, ...]) -> Window:
        try:
            return open_window(self.data, provinces)
        except (OSError, pl.exceptions.PolarsError) as error:
            raise InputChangedError(wording.input_gone(str(error).splitlines()[0])) from error

    def _recheck(self, fingerprint: str) -> Recheck:
        options, data = self.options, self.data
        files = [f"{one.file} {one.sha256}" for one in data.fingerprints]
        seed = (
            options.seed
            if options.seed is not None
            else seed_of([fingerprint, options.as_of.isoformat(), *files])
        )
        sampled = drawn(data.tables[Subject.OUTLET]["id"], seed, options.sample)
        return Recheck(seed, sampled, self.judges.small, self.judges.other, self.shelf.layer_of)

    def _window(
        self, window: Window, every: Judged, out: Out, comparison: Comparison | None, recheck: Recheck
    ) -> None:
        keep_all = self.options.keep_all
        if self.options.sample:
            with self.clock.stage("recheck"):
                recheck.gather(window, every, self.books, complete=self._complete(window))
        judged = of_provinces(every, window.provinces, keep_all=keep_all)
        outlets = roll_up(window, every.verdicts, self.shelf.layer_of)
        with self.clock.stage("compare"):
            changes = comparison.changes(window, judged.verdicts) if comparison else no_changes()
        with self.clock.stage("explain"):
            self._explain(window, outlets, changes, every.verdicts)
        with self.clock.stage("write"):
            for name, frame in (
                ("verdicts", judged.verdicts), ("outlets", outlets), ("changes", changes), ("due", judged.due),
            ):  # fmt: skip
                out.by_province(name, frame, window.provinces)
        self.counts.append(judged.counts)
        self.set_aside += window.set_aside
        self.events += window.event_rows
        for conclusion in Conclusion:
            number = outlets.filter(pl.col("conclusion") == str(conclusion)).height
            self.numbers[str(conclusion)] = self.numbers.get(str(conclusion), 0) + number

    def _explain(
        self, window: Window, outlets: pl.DataFrame, changes: pl.DataFrame, verdicts: pl.DataFrame
    ) -> None:
        """Explain some failing outlets of each province: those that fail newly, then those that fail most."""
        quota = max(1, EXPLAINED // len(self.data.provinces))
        newly = changes.filter(pl.col("kind") == "new_failure")["outlet_id"].unique()
        chosen = (
            outlets.filter(pl.col("conclusion") == str(Conclusion.UNQUALIFIED))
            .with_columns(newly=pl.col("outlet_id").is_in(newly.implode()))
            .sort("newly", "failed", "outlet_id", descending=[True, True, False])
            .group_by("province", maintain_order=True)
            .head(quota)
            .sort("province", maintain_order=True)["outlet_id"]
            .to_list()
        )
        self.explained += explained(window, chosen, verdicts, self._book_of, self.shelf.layers)

    def _book_of(self, division: str) -> Book:
        return self.books[self.shelf.layer_of(division)]

    def manifest(self, night: Night, snapshot: str) -> dict[str, object]:
        """Say what the run was made from and what it holds."""
        options, data = self.options, self.data
        return {
            "format": FORMAT,
            "as_of": options.as_of.isoformat(),
            "options": {
                "keep_all": options.keep_all,
                "sample_check": options.sample,
                "seed": night.recheck["seed"],
            },
            "versions": versions(),
            "rule_book": {
                "files": snapshot,
                "layers": {layer: book.fingerprint for layer, book in self.books.items()},
            },
            "input": {
                "files": [
                    {"file": one.file, "bytes": one.bytes, "sha256": one.sha256} for one in data.fingerprints
                ],
                "rows": dict(data.read),
            },
            "counts": dict(night.counts),
            "recheck": dict(night.recheck),
            "compared_with": night.before.isoformat() if night.before else None,
            "files": file_hashes(self.folder, frozenset({stores.MANIFEST, TIMINGS})),
        }
