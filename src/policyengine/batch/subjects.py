"""Typed tables of subjects, bound to each other: what belongs to what, and where it is.

A bound frame has `id`, the ids of subjects above (`institution_id`, `outlet_id`), `province` (six digits), `region`
(the code as written, shortest form), `name`, and the terms by their Chinese names.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from policyengine.batch import wording
from policyengine.batch.divisions import all_normal
from policyengine.batch.layouts import DIVISION
from policyengine.batch.quarantine import Why
from policyengine.batch.tables import drop_duplicates
from policyengine.vocabulary.terms import Subject

if TYPE_CHECKING:
    from policyengine.batch.divisions import Divisions
    from policyengine.batch.tables import Typed
    from policyengine.vocabulary.terms import Vocabulary

# Upper subjects first, so that what hangs on a quarantined one can follow it.
ORDER = (
    Subject.PROVINCE,
    Subject.INSTITUTION,
    Subject.OUTLET,
    Subject.OPERATOR,
    Subject.ITEM,
    Subject.BATCH,
)
ID_COLUMN = {
    Subject.PROVINCE: "province_id",
    Subject.INSTITUTION: "institution_id",
    Subject.OUTLET: "outlet_id",
    Subject.OPERATOR: "operator_id",
    Subject.ITEM: "item_id",
    Subject.BATCH: "batch_id",
}
PLACE = ("id", "institution_id", "outlet_id", "province", "region", "name")


@dataclass(slots=True)
class Bound:
    """The subjects that may be evaluated, and the ids of those that were quarantined."""

    frames: dict[Subject, pl.DataFrame] = field(default_factory=dict)
    lost: dict[Subject, set[str]] = field(default_factory=dict)


def bind(tables: dict[Subject, Typed], vocabulary: Vocabulary, divisions: Divisions) -> Bound:
    """Check keys, references and divisions; what fails goes to quarantine and takes along what belongs to it."""
    bound = Bound()
    for subject in ORDER:
        if subject in tables:
            table = tables[subject]
            first = (table.layout.key.name, *(name for _, name in table.layout.references))
            place = (DIVISION.name,) if DIVISION.name in table.frame.columns else ()
            table.narrow(tuple(dict.fromkeys((*first, *place))))
            drop_duplicates(table)
            _check_division(table, divisions)
            _check_references(table, bound)
            table.widen()
            bound.frames[subject] = _placed(table, bound, vocabulary)
            bound.lost[subject] = _lost(table)
    return bound


def _lost(table: Typed) -> set[str]:
    """Give the ids that no row is left of; every row that was set aside has an entry."""
    aside = {entry.subject_id for entry in table.quarantine.entries if entry.table == table.layout.file}
    key = table.frame[table.layout.key.name]
    return aside - set(key.filter(key.is_in(sorted(aside)))) - {""}


def _check_division(table: Typed, divisions: Divisions) -> None:
    name = DIVISION.name
    if name not in table.frame.columns:
        return
    bad = (~divisions.are_known(table.frame[name])).fill_null(value=False)
    table.set_aside(bad, name, Why.UNKNOWN_DIVISION, wording.unknown_division)
    table.frame = table.frame.with_columns(all_normal(table.frame[name]))


def _check_references(table: Typed, bound: Bound) -> None:
    for owner, name in table.layout.references:
        above = bound.frames.get(owner)
        if above is None:
            continue
        unknown = ~table.frame[name].is_in(above["id"].implode())
        gone = unknown & table.frame[name].is_in(sorted(bound.lost[owner]))
        word = str(owner)
        table.set_aside(
            gone,
            name,
            Why.QUARANTINED_REFERENCE,
            partial(wording.quarantined_reference, word),
        )
        unknown = unknown.filter(~gone)
        table.set_aside(
            unknown,
            name,
            Why.UNKNOWN_REFERENCE,
            partial(wording.unknown_reference, word),
        )


def _placed(table: Typed, bound: Bound, vocabulary: Vocabulary) -> pl.DataFrame:
    layout = table.layout
    subject = layout.subject
    assert subject is not None  # noqa: S101 -- only tables of subjects come here
    terms = [term.name for term in vocabulary.table_of[subject].terms]
    called = next((name for name in terms if name.endswith("名称")), None)
    written = DIVISION.name in table.frame.columns
    frame = table.frame.with_columns(
        pl.col(layout.key.name).alias("id"),
        *(pl.col(name).alias(ID_COLUMN[owner]) for owner, name in layout.references),
        (pl.col(DIVISION.name) if written else _nothing()).alias("region"),
        (pl.col(called) if called else _nothing()).alias("name"),
    )
    match subject:
        case Subject.PROVINCE:
            frame = frame.with_columns(region=pl.coalesce("region", "id"))
        case Subject.OUTLET:
            frame = frame.with_columns(outlet_id=pl.col("id"))
        case Subject.OPERATOR:
            frame = _from_outlet(frame, bound)
        case Subject.ITEM | Subject.BATCH if "province_id" in frame.columns:
            frame = frame.with_columns(region=pl.coalesce("region", "province_id"))
        case _:
            pass
    frame = frame.with_columns(province=pl.col("region").str.slice(0, 2) + "0000")
    absent = [column for column in PLACE if column not in frame.columns]
    return frame.with_columns(_nothing().alias(column) for column in absent).select(*PLACE, *terms)


def _nothing() -> pl.Expr:
    return pl.lit(None, pl.String)


def _from_outlet(frame: pl.DataFrame, bound: Bound) -> pl.DataFrame:
    """Place an operator where the outlet stands."""
    outlets = bound.frames.get(Subject.OUTLET)
    if outlets is None or "outlet_id" not in frame.columns:
        return frame
    place = outlets.select(
        "outlet_id", pl.col("institution_id").alias("__institution"), pl.col("region").alias("__region")
    )
    joined = frame.join(place, on="outlet_id", how="left", maintain_order="left")
    institution = (
        pl.coalesce("institution_id", "__institution")
        if "institution_id" in frame.columns
        else pl.col("__institution")
    )
    return joined.with_columns(institution_id=institution, region=pl.coalesce("__region", "region")).drop(
        "__institution", "__region"
    )
