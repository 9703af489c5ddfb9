"""A sample of every night's verdicts judged again by durable-rules, an engine that shares no code with the columnar one.

Sampled are outlets at random and, for every rule, a subject for each verdict that the night gave. What is random is
drawn from a seed, so that the sample can be drawn again.
"""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import polars as pl

from policyengine.batch.by_type import Events
from policyengine.batch.nightly import wording
from policyengine.batch.nightly.judge import ROW, SHOWN, books_needed
from policyengine.batch.nightly.tables import narrow, tables_of
from policyengine.engines.columnar.evaluate import evaluate_tables
from policyengine.vocabulary.terms import ABOVE, Subject

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from policyengine.batch.nightly.judge import Judge, Judged
    from policyengine.batch.nightly.windows import Window
    from policyengine.semantics.ir import Book

_ENOUGH_OUTLETS = 2_000
_COMPARED = ("verdict", "missing", "evidence")


class AgreementFault(Exception):  # noqa: N818 -- a fault is neither an error of the user nor of the data
    """Two engines disagree: ours is wrong. The message names the rule and the outlet."""


def seed_of(parts: Iterable[str]) -> int:
    """Draw a seed from fingerprints."""
    digest = hashlib.sha256("\n".join(parts).encode()).digest()
    return int.from_bytes(digest[:4], "big")


def drawn(ids: pl.Series, seed: int, number: int) -> frozenset[str]:
    """Draw some ids; their order does not matter."""
    places = random.Random(seed).sample(range(len(ids)), min(number, len(ids)))  # noqa: S311 -- a lottery, no secret
    return frozenset(ids.sort().gather(places))


@dataclass(frozen=True, slots=True)
class _Gathered:
    """Some subjects of a window with those above them, and the rows that the night gave for them."""

    window: Window
    told: pl.DataFrame
    complete: bool


@dataclass(slots=True)
class Recheck:
    """Gathers a sample window by window, re-checks it in one go and keeps the score.

    `judge` is the night's engine, `other` the one that it is held to; `sampled`: the outlets drawn; `kinds`: pairs of
    rule and verdict that were checked (or are about to be), `met` those that the night gave.
    """

    seed: int
    sampled: frozenset[str]
    judge: Judge = field(repr=False)
    other: Judge = field(repr=False)
    layer_of: Callable[[str], str] = field(repr=False)
    outlets: int = 0
    subjects: int = 0
    verdicts: int = 0
    kinds: set[tuple[str, str]] = field(default_factory=set, repr=False)
    met: set[tuple[str, str]] = field(default_factory=set, repr=False)
    _gathered: list[_Gathered] = field(default_factory=list, repr=False)

    def gather(self, window: Window, judged: Judged, books: Mapping[str, Book], *, complete: bool) -> None:
        """Take the sample of a window. `judged` is `complete` if it has rows of every verdict."""
        outlets = window.part.tables[Subject.OUTLET]["id"]
        sample = set(outlets.filter(outlets.is_in(list(self.sampled))))
        self.outlets += len(sample)
        of_sample = _window_of(window, sample)
        wanted = self._kinds_left(judged)
        picked = self._picked(window, of_sample, judged, books, wanted, complete=complete) if wanted else {}
        for subject, frame in of_sample.part.tables.items():
            picked.setdefault(str(subject), set()).update(frame["id"])
        if any(picked.values()):
            some = _subjects_of(window, picked)
            ids = pl.concat(
                frame.select(pl.lit(str(subject)).alias("subject"), pl.col("id").alias("subject_id"))
                for subject, frame in some.part.tables.items()
            )
            told = judged.verdicts.join(ids, on=("subject", "subject_id"), how="semi")
            self._gathered.append(_Gathered(some, told, complete))

    def compare(self, books: Mapping[str, Book]) -> None:
        """Judge what was gathered by both engines; the night's own rows must be what they say.

        Raises:
            AgreementFault: at the first verdict, missing term or evidence on which the engines differ.

        """
        if not self._gathered:
            return
        window, complete = _together(self._gathered), all(one.complete for one in self._gathered)
        told = pl.concat(one.told for one in self._gathered).unique(ROW, keep="first", maintain_order=True)
        self._gathered.clear()
        again = self.other(window, books, keep_all=True).verdicts
        every = told if complete else self.judge(window, books, keep_all=True).verdicts
        if not complete:
            shown = pl.col("verdict").is_in(SHOWN)
            _same(every.filter(shown), told.filter(shown), every)
        _same(again, every, every)
        self.subjects += again.select("subject", "subject_id").unique().height
        self.verdicts += again.height
        self.kinds |= set(again.select("rule", "verdict").unique().iter_rows())

    def _kinds_left(self, judged: Judged) -> set[tuple[str, str]]:
        there = set(judged.counts.select("rule", "verdict").unique().iter_rows())
        self.met |= there
        return there - self.kinds

    def _picked(
        self,
        window: Window,
        of_sample: Window,
        judged: Judged,
        books: Mapping[str, Book],
        wanted: set[tuple[str, str]],
        *,
        complete: bool,
    ) -> dict[str, set[str]]:
        """Pick a subject for each verdict of each rule that no subject has shown yet; the sample's come first."""
        rows = judged.verdicts.select(*ROW, "verdict")
        # Passing and not applicable verdicts have no rows: look for them among some outlets, then among all.
        for looked_at in () if complete else _growing(window, self.seed):
            hidden = {rule for rule, _ in wanted - set(rows.select("rule", "verdict").unique().iter_rows())}
            if hidden:
                rows = pl.concat([rows, _verdicts_of(hidden, looked_at, books, self.layer_of)])
        kinds = pl.DataFrame(sorted(wanted), schema={"rule": pl.String, "verdict": pl.String}, orient="row")
        sampled = pl.concat(
            frame.select(
                pl.lit(str(subject)).alias("subject"), pl.col("id").alias("subject_id"), sampled=True
            )
            for subject, frame in of_sample.part.tables.items()
        )
        # By hash: one subject's rows must not stand for every rule only because its id comes first.
        chosen = (
            rows.join(kinds, on=("rule", "verdict"), how="semi")
            .join(sampled, on=("subject", "subject_id"), how="left")
            .sort("sampled", pl.col("subject_id").hash(seed=self.seed), *ROW, nulls_last=True)
            .unique(("rule", "verdict"), keep="first", maintain_order=True)
        )
        self.kinds |= set(chosen.select("rule", "verdict").iter_rows())
        parts = chosen.partition_by("subject", as_dict=True)
        return {str(subject): set(part["subject_id"]) for (subject,), part in parts.items()}

    def as_json(self) -> dict[str, object]:
        """Give the score for the manifest."""
        return {
            "engine": "durable",
            "seed": self.seed,
            "outlets": self.outlets,
            "subjects": self.subjects,
            "verdicts": self.verdicts,
            "verdict_kinds": len(self.met),
            "verdict_kinds_checked": len(self.met & self.kinds),
            "differences": 0,
        }


def _growing(window: Window, seed: int) -> Iterator[Window]:
    """Give some outlets of a large window first, then all of it."""
    outlets = window.part.tables[Subject.OUTLET]["id"]
    if len(outlets) > _ENOUGH_OUTLETS:
        yield _window_of(window, set(drawn(outlets, seed, _ENOUGH_OUTLETS)), keep_items=True)
    yield window


def _verdicts_of(
    rules: set[str], window: Window, books: Mapping[str, Book], layer_of: Callable[[str], str]
) -> pl.DataFrame:
    """Give every verdict of some rules, without evidence."""
    some = {
        layer: replace(book, rules=tuple(rule for rule in book.rules if rule.id in rules))
        for layer, book in books_needed(window, books, layer_of).items()
    }
    tables = tables_of(window.part, window.events, layer_of)
    found = evaluate_tables(some, tables, keep_all=True, explain=False).verdicts
    return found.select(pl.col(*ROW, "verdict").cast(pl.String))


def _same(one: pl.DataFrame, other: pl.DataFrame, context: pl.DataFrame) -> None:
    """Hold two relations to be equal, or name the first difference."""
    one, other = (frame.select(*ROW, "outlet_id", *_COMPARED) for frame in (one, other))
    both = one.join(other, on=ROW, how="full", coalesce=True, suffix="_other")
    differs = pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"{name}_other")) for name in _COMPARED)
    wrong = both.filter(differs).sort(ROW)
    if wrong.is_empty():
        return
    row = wrong.row(0, named=True)
    outlet = row["outlet_id"] or row["outlet_id_other"] or ""
    what = f"{row['subject']} {row['subject_id']}"
    raise AgreementFault(
        wording.disagreement(row["rule"], what, outlet, _told(row, "_other"), _told(row, ""))
        + _more(wrong, context)
    )


def _told(row: Mapping[str, object], suffix: str) -> str:
    verdict = row[f"verdict{suffix}"]
    if verdict is None:
        return wording.NO_VERDICT
    missing = row[f"missing{suffix}"]
    return wording.verdict_told(
        str(verdict),
        [str(one) for one in missing] if isinstance(missing, list) else [],
        str(row[f"evidence{suffix}"]),
    )


def _more(wrong: pl.DataFrame, context: pl.DataFrame) -> str:
    return wording.more_differences(wrong.height, context.height) if wrong.height > 1 else ""


def _window_of(window: Window, outlets: set[str], *, keep_items: bool = False) -> Window:
    """Keep some outlets with their operators and institutions, and on demand all items and batches."""
    part = narrow(window.part, window.events, outlets)
    provinces = part.tables[Subject.OUTLET]["province"].unique()
    tables = dict(part.tables)
    tables[Subject.PROVINCE] = tables[Subject.PROVINCE].filter(pl.col("id").is_in(provinces.implode()))
    for subject in () if keep_items else (Subject.ITEM, Subject.BATCH):
        tables[subject] = tables[subject].clear()
    return _held(replace(window, part=replace(part, tables=tables)), window)


def _subjects_of(window: Window, picked: Mapping[str, set[str]]) -> Window:
    """Keep picked subjects and those above them."""
    tables = dict(window.part.tables)
    wanted = {subject: set(picked.get(str(subject), ())) for subject in tables}
    columns = {
        Subject.OUTLET: "outlet_id",
        Subject.INSTITUTION: "institution_id",
        Subject.PROVINCE: "province",
    }
    for subject in (
        Subject.OPERATOR,
        Subject.ITEM,
        Subject.BATCH,
        Subject.OUTLET,
        Subject.INSTITUTION,
        Subject.PROVINCE,
    ):
        tables[subject] = tables[subject].filter(pl.col("id").is_in(sorted(wanted[subject])))
        for above in ABOVE[subject]:
            wanted[above] |= set(tables[subject][columns[above]].drop_nulls())
    return _held(replace(window, part=replace(window.part, tables=tables)), window)


def _together(gathered: Sequence[_Gathered]) -> Window:
    """Make one window; an institution with outlets in many provinces comes with each of them, and counts once."""
    windows = [one.window for one in gathered]
    first = windows[0].part
    tables = {
        subject: pl.concat(one.part.tables[subject] for one in windows).unique(
            "id", keep="first", maintain_order=True
        )
        for subject in first.tables
    }
    waivers = pl.concat(one.part.waivers for one in windows)
    events = Events.together([one.events for one in windows], first.vocabulary, apart=False)
    provinces = tuple(code for one in windows for code in one.provinces)
    return replace(
        windows[0], provinces=provinces, part=replace(first, tables=tables, waivers=waivers), events=events
    )


def _held(small: Window, window: Window) -> Window:
    ids = pl.concat([frame["id"] for frame in small.part.tables.values()]).unique()
    return replace(small, events=window.events.of_subjects(ids))
