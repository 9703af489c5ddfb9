"""What a pattern says of each unit: both readings joined, and the details of the rows that are shown."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import polars as pl

from policyengine.engines.columnar import calendar, evidence
from policyengine.engines.columnar.blame import Blame
from policyengine.engines.columnar.compute import computed
from policyengine.engines.columnar.edges import is_plain, plain_answer
from policyengine.engines.columnar.patterns import ACTIVATIONS, MET, VIOLATED, Reading
from policyengine.engines.columnar.selection import Selection
from policyengine.engines.columnar.traces import UNIT
from policyengine.semantics.ir import PatternKind, ScopeKind
from policyengine.semantics.reads import fields_read, selectors_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from policyengine.engines.columnar.traces import View
    from policyengine.semantics.ir import Pattern, Selector
    from policyengine.vocabulary.terms import Subject

NOTHING, HOLDS, BROKEN, UNKNOWN = 0, 1, 2, 3
# Their activations are events; the other kinds also judge a segment in which nothing happened.
_ANSWERING = {PatternKind.PRECEDENCE, PatternKind.RESPONSE, PatternKind.IN_FORCE}


@dataclass(frozen=True)
class Answer:
    """The answers of a pattern.

    level: what its units are. codes: for each unit NOTHING (no activation is met or violated), HOLDS, BROKEN or
    UNKNOWN. missing: `_u` and `fields`, the sorted names of event fields, for unknown units. owes: whether something
    may be due.
    """

    level: Subject
    codes: pl.Series
    missing: pl.DataFrame
    owes: bool
    work_out: Callable[[], pl.DataFrame]

    @cached_property
    def activations(self) -> pl.DataFrame:
        """Give the activations as `Reading.activations` does, without those of unknown units."""
        return self.work_out()


def answer(view: View, pattern: Pattern) -> Answer:
    """Judge all traces of a view by a pattern, kindly and (if that can differ) strictly."""
    level = view.level_of_pattern(pattern)
    selection = Selection(view, pattern, level)
    missing = pl.DataFrame(schema={UNIT: pl.get_index_type(), "fields": pl.List(pl.String)})
    if _never_raised(view, pattern):
        codes = pl.repeat(NOTHING, view.units(level).height, dtype=pl.UInt8, eager=True)
        return Answer(level, codes, missing, owes=False, work_out=lambda: pl.DataFrame(schema=ACTIVATIONS))
    if is_plain(view, pattern, level):
        raised, broken = plain_answer(view, pattern, level)
        codes = raised.cast(pl.UInt8) * HOLDS + broken.cast(pl.UInt8) * (BROKEN - HOLDS)
        return Answer(level, codes, missing, owes=False, work_out=Reading(selection, kind=True).activations)
    units = view.units(level).height
    activations = Reading(selection, kind=True).activations()
    codes = _codes(activations, units)
    doubtful = [one for one in _judged(pattern) if _reads_optional(one, view)]
    if doubtful:
        strict = _codes(Reading(selection, kind=False).activations(), units)
        codes = codes.set((codes != BROKEN) & (codes != strict), UNKNOWN)
        unknown = (codes == UNKNOWN).arg_true().cast(pl.get_index_type())
        activations = activations.filter(~pl.col(UNIT).is_in(unknown.implode()))
        missing = _missing(selection, doubtful, unknown)
    return Answer(level, codes, missing, owes=True, work_out=lambda: activations)


def _never_raised(view: View, pattern: Pattern) -> bool:
    """Whether no event is there that could open a segment, make a sub-trace or raise an activation.

    A country has events of every type; a handful of cases has few, and most patterns need not be set up for them.
    """

    def absent(*selectors: Selector | None) -> bool:
        return not any(
            name in view.store.by_type for one in selectors if one is not None for name in one.events
        )

    if pattern.kind in _ANSWERING and absent(pattern.activation):
        return True
    border = pattern.scope.closing if pattern.scope.kind is ScopeKind.BEFORE else pattern.scope.opening
    if pattern.scope.kind is not ScopeKind.WHOLE and absent(border):
        return True
    return bool(pattern.key) and absent(*selectors_of(pattern))


def details(found: Answer, units: pl.Series) -> pl.DataFrame:
    """Write the evidence of some units: `_u`, and the JSON entries `violated`, `met` and `due`."""
    wanted = units.unique().alias(UNIT).to_frame().lazy().filter(pl.col(UNIT).is_not_null())
    rows = found.activations.lazy().join(wanted, on=UNIT, how="semi")
    violated = (
        rows.filter(pl.col("state") == VIOLATED, pl.col("event") != "")
        .select(UNIT, "event")
        .unique()
        .sort("event")
        .group_by(UNIT)
        .agg(evidence.quoted(pl.col("event")).alias("violated"))
    )
    met = rows.filter(pl.col("state") == MET).group_by(UNIT).agg(pl.len().alias("met"))
    pair = pl.concat_str(
        pl.lit("["),
        evidence.quoted(pl.col("event")),
        pl.lit(', "'),
        calendar.iso(pl.col("due")),
        pl.lit('"]'),
    )
    due = (
        rows.filter(pl.col("due").is_not_null())
        .sort("due", "event")
        .group_by(UNIT, maintain_order=True)
        .agg(pair.alias("due"))
    )
    return computed(
        wanted.join(violated, on=UNIT, how="left")
        .join(met, on=UNIT, how="left")
        .join(due, on=UNIT, how="left")
        .select(
            UNIT,
            violated=_listed(evidence.VIOLATED, pl.col("violated")),
            met=pl.concat_str(pl.lit(f'"{evidence.MET}": '), pl.col("met").fill_null(0)),
            due=_listed(evidence.DUE, pl.col("due")),
        )
    )


def _listed(name: str, items: pl.Expr) -> pl.Expr:
    return pl.concat_str(pl.lit(f'"{name}": ['), items.list.join(", ").fill_null(""), pl.lit("]"))


def _judged(pattern: Pattern) -> list[Selector]:
    return [one for one in (pattern.activation, pattern.target, pattern.closing) if one is not None]


def _reads_optional(selector: Selector, view: View) -> bool:
    events = view.plan.book.vocabulary.events
    return any(
        field not in events[name].required for name in selector.events for field in fields_read(selector)
    )


def _codes(activations: pl.DataFrame, units: int) -> pl.Series:
    codes = pl.repeat(NOTHING, units, dtype=pl.UInt8, eager=True)
    for state, code in ((MET, HOLDS), (VIOLATED, BROKEN)):
        reached = activations.filter(pl.col("state") == state)[UNIT]
        if len(reached):
            codes = codes.scatter(reached, code)
    return codes


def _missing(selection: Selection, doubtful: list[Selector], unknown: pl.Series) -> pl.DataFrame:
    """Name the empty fields of the events of unknown units whose selection is unknown."""
    blame = Blame(selection.words, {})
    parts = [pl.LazyFrame(schema={UNIT: pl.get_index_type(), "fields": pl.String})]
    for selector in doubtful:
        for name in selector.events:
            frame = selection.view.events(name, selection.level)
            if not frame.width:
                continue
            events = selection.with_parameters(frame.lazy().filter(pl.col(UNIT).is_in(unknown.implode())))
            parts += [
                events.filter(blamed).select(UNIT, fields=pl.lit(field)).unique()
                for field, blamed in blame.of_condition(selector.condition).items()
            ]
    return computed(pl.concat(parts).unique().group_by(UNIT).agg(pl.col("fields").sort()))
