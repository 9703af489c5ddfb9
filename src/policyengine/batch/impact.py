"""What an overlay would change: every outlet of its place judged before and after, by columns."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import polars as pl

from policyengine.batch.by_type import Events
from policyengine.batch.nightly.tables import layers, narrow, tables_of
from policyengine.engines.columnar.evaluate import evaluate_tables
from policyengine.overlays.layers import chain, province_of
from policyengine.semantics.ir import Modality, Pattern
from policyengine.vocabulary.terms import Subject

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from policyengine.batch.sources import Input
    from policyengine.rulebook import Shelf
    from policyengine.semantics.ir import Book

    Touched = Callable[[Book, Book], Collection[str]]
    Pairs = Mapping[str, tuple[Book, Book]]

_ROW = ["subject", "subject_id", "rule"]
_COUNTY_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Impact:
    """What changes.

    outlets: the number of outlets judged by a layer that changes. rows: `subject, subject_id, outlet_id, county,
    rule, before, after`, one for each changed verdict (the contract's words; null where there is no such rule;
    `county` is a code of six digits, null for what belongs to no outlet). conclusions: `outlet_id, county, before,
    after`, one for each outlet whose conclusion changes. recounted: the number of failing and undetermined verdicts
    that stay as they are but count otherwise, since their rule became 应 or ceased to be.
    """

    outlets: int
    recounted: int
    rows: pl.DataFrame = field(repr=False)
    conclusions: pl.DataFrame = field(repr=False)


def impact(data: Input, before: Shelf, after: Shelf, code: str, touched: Touched) -> Impact:
    """Judge the place of a layer by the books of two shelves, first only by the rules that differ.

    `touched` names the rules that mean something else in a second book, added and removed ones included.
    """
    pairs = {
        layer: (before.book(data.as_of, before.layer_of(layer)), after.book(data.as_of, layer))
        for layer in after.layers
        if code in chain(layer, after.overlays)
    }
    differing = {layer: frozenset(touched(*books)) for layer, books in pairs.items()}
    part = data.in_province(province_of(code))
    counties = _counties(part, after, pairs)
    events = _events(part, pairs, differing, province_of(code))
    first = _verdicts(
        part, events, before, {before.layer_of(one): _only(pairs[one][0], differing[one]) for one in pairs}
    )
    second = _verdicts(part, events, after, {one: _only(pairs[one][1], differing[one]) for one in pairs})
    # What lies elsewhere may share the old layer, but keeps its verdicts.
    here = _here(part, after, pairs)
    joined = (
        first.join(second, on=_ROW, how="full", coalesce=True, suffix="_after")
        .join(here, on=["subject", "subject_id"], how="semi")
        .with_columns(outlet_id=pl.coalesce("outlet_id", "outlet_id_after"))
        .rename({"verdict": "before", "verdict_after": "after"})
    )
    rows = joined.filter(pl.col("before").ne_missing(pl.col("after"))).join(
        counties, on="outlet_id", how="left"
    )
    recounted = _recounted(joined, pairs, differing)
    concerned = _concerned(part, pl.concat([rows.select([*_ROW[:2], "outlet_id"]), recounted]))
    concerned &= set(counties["outlet_id"])
    return Impact(
        counties.height,
        recounted.height,
        rows.select("subject", "subject_id", "outlet_id", "county", "rule", "before", "after").sort(_ROW),
        _conclusions(part, before, after, concerned, province_of(code)).join(
            counties, on="outlet_id", how="left"
        ),
    )


def _only(book: Book, rules: Collection[str]) -> Book:
    return replace(book, rules=tuple(rule for rule in book.rules if rule.id in rules))


def _events(part: Input, pairs: Pairs, differing: Mapping[str, Collection[str]], province: str) -> Events:
    """Read the events only if a rule that differs is about events."""
    rules = (
        rule
        for layer, books in pairs.items()
        for book in books
        for rule in _only(book, differing[layer]).rules
    )
    if any(isinstance(rule.requires, Pattern) for rule in rules):
        return part.events_of(province).events
    return Events(part.vocabulary, {})


def _counties(part: Input, shelf: Shelf, pairs: Pairs) -> pl.DataFrame:
    outlets = part.tables[Subject.OUTLET]
    county = pl.coalesce("region", "province").str.slice(0, _COUNTY_DIGITS).alias("county")
    chosen = outlets.filter(layers(outlets, shelf.layer_of).is_in(list(pairs))) if outlets.height else outlets
    return chosen.select(pl.col("id").alias("outlet_id"), county)


def _here(part: Input, shelf: Shelf, pairs: Pairs) -> pl.DataFrame:
    frames = [
        frame.filter(layers(frame, shelf.layer_of).is_in(list(pairs))).select(
            subject=pl.lit(str(subject)), subject_id="id"
        )
        for subject, frame in part.tables.items()
        if frame.height
    ]
    return pl.concat([pl.DataFrame(schema={"subject": pl.String, "subject_id": pl.String}), *frames])


def _verdicts(part: Input, events: Events, shelf: Shelf, books: Mapping[str, Book]) -> pl.DataFrame:
    """Judge by a few rules; layers that do not change have none."""
    some = next(iter(books.values()))
    present = {layer for frame in part.tables.values() for layer in layers(frame, shelf.layer_of).unique()}
    every = {layer: books.get(layer, replace(some, layer=layer, rules=())) for layer in sorted(present)}
    found = evaluate_tables(
        every, tables_of(part, events, shelf.layer_of), keep_all=True, explain=False
    ).verdicts
    return found.select(pl.col(*_ROW, "outlet_id", "verdict").cast(pl.String))


def _recounted(joined: pl.DataFrame, pairs: Pairs, differing: Mapping[str, Collection[str]]) -> pl.DataFrame:
    """Find rows that count otherwise though the verdict is the same: 宜 raised to 应."""
    raised = set()
    for layer, books in pairs.items():
        counts = [{rule.id for rule in book.rules if rule.modality is Modality.SHALL} for book in books]
        raised |= (counts[0] ^ counts[1]) & set(differing[layer])
    weighty = pl.col("after").is_in(["fail", "undetermined"]) & pl.col("rule").is_in(sorted(raised))
    same = pl.col("before").eq_missing(pl.col("after"))
    return joined.filter(weighty & same).select("subject", "subject_id", "outlet_id")


def _concerned(part: Input, rows: pl.DataFrame) -> set[str]:
    """Name the outlets that rows are about; a row of an institution is about all its outlets."""
    own = set(rows["outlet_id"].drop_nulls()) - {""}
    institutions = rows.filter(pl.col("subject") == str(Subject.INSTITUTION))["subject_id"]
    outlets = part.tables[Subject.OUTLET]
    return own | set(outlets.filter(pl.col("institution_id").is_in(institutions.implode()))["id"])


def _conclusions(part: Input, before: Shelf, after: Shelf, outlets: set[str], province: str) -> pl.DataFrame:
    """Judge the outlets concerned by the whole books, before and after."""
    if not outlets:
        return pl.DataFrame(schema={"outlet_id": pl.String, "before": pl.String, "after": pl.String})
    events = part.events_of(province).events
    small = narrow(part, events, outlets)
    own = small.events_of().events
    found = []
    for shelf in (before, after):
        present = {
            layer for frame in small.tables.values() for layer in layers(frame, shelf.layer_of).unique()
        }
        books = {layer: shelf.book(part.as_of, layer) for layer in sorted(present)}
        tables = tables_of(small, own, shelf.layer_of)
        said = evaluate_tables(books, tables, explain=False).outlets
        found.append(said.select("outlet_id", pl.col("conclusion").cast(pl.String)))
    joined = (
        found[0]
        .rename({"conclusion": "before"})
        .join(found[1].rename({"conclusion": "after"}), on="outlet_id")
    )
    return joined.filter(pl.col("before") != pl.col("after")).sort("outlet_id")
