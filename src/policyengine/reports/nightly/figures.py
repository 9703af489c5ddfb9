"""The numbers of a report, from the tables of a run. Large tables are scanned, never held."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

import polars as pl

from policyengine.batch.divisions import load_divisions
from policyengine.reports.nightly import wording
from policyengine.semantics.ir import Basis
from policyengine.values import show_with_unit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from policyengine.batch.nightly.run import Night

SOON = 30


@dataclass(frozen=True, slots=True)
class Place:
    """A province or county: its numbers by conclusion."""

    code: str
    name: str
    numbers: tuple[int, int, int]  # in the order of wording.CONCLUSIONS

    @property
    def total(self) -> int:
        """All outlets."""
        return sum(self.numbers)


@dataclass(frozen=True, slots=True)
class Example:
    """A parameter whose value is only an example: nobody has set it yet for some places."""

    name: str
    value: str
    rule: str
    title: str
    layers: tuple[str, ...]


@dataclass(frozen=True)
class Figures:
    """Reads the tables of a night of a day, which stand in `folder`."""

    folder: Path
    as_of: date

    def scan(self, table: str) -> pl.LazyFrame:
        """Scan a table of the run, all provinces."""
        return pl.scan_parquet(self.folder / table / "*.parquet")

    def table(self, name: str) -> pl.DataFrame:
        """Read a table that is one file."""
        return pl.read_parquet(self.folder / f"{name}.parquet")

    @cached_property
    def rules(self) -> pl.DataFrame:
        """Numbers by rule and province."""
        return self.table("rules")

    @cached_property
    def titles(self) -> dict[str, str]:
        """Give titles of rules by id."""
        return dict(self.rules.select("rule", "title").unique().iter_rows())

    def place_name(self, code: str | None) -> str:
        """Name a division from the province down."""
        return (load_divisions().full_name(code) if code else "") or code or wording.NO_PLACE

    @cached_property
    def places(self) -> pl.DataFrame:
        """Count outlets by province, county and conclusion."""
        counted = self.scan("outlets").group_by("province", "county", "conclusion").len("number").collect()
        return counted.sort("province", "county", "conclusion")

    def provinces(self) -> list[Place]:
        """Give every province by code."""
        return self._places("province")

    def counties(self, province: str | None = None) -> list[Place]:
        """Give counties, those with most failing outlets first."""
        found = self._places("county", province)
        return sorted(found, key=lambda one: (-one.numbers[2], -one.numbers[1], one.code))

    def _places(self, column: str, province: str | None = None) -> list[Place]:
        frame = self.places if province is None else self.places.filter(pl.col("province") == province)
        wide = frame.group_by(column).agg(
            pl.col("number").filter(pl.col("conclusion") == one).sum().alias(one)
            for one in wording.CONCLUSIONS
        )
        return [
            Place(code or "", self.place_name(code), (good, open_, bad))
            for code, good, open_, bad in wide.sort(column).select(column, *wording.CONCLUSIONS).iter_rows()
        ]

    @cached_property
    def totals(self) -> tuple[int, int, int]:
        """Count outlets by conclusion."""
        numbers = dict(self.places.group_by("conclusion").agg(pl.col("number").sum()).iter_rows())
        good, open_, bad = (int(numbers.get(one, 0)) for one in wording.CONCLUSIONS)
        return good, open_, bad

    def worst_rules(self, province: str | None = None, most: int = 20) -> list[dict[str, object]]:
        """Give the rules that fail most: rule, title, clause, modality, subject, fail, undetermined, judged."""
        frame = self.rules if province is None else self.rules.filter(pl.col("province") == province)
        judged = pl.col("pass") + pl.col("fail") + pl.col("undetermined")
        found = (
            frame.with_columns(judged=judged)
            .group_by("rule", "title", "clause", "modality", "subject")
            .agg(pl.col("fail", "undetermined", "judged").sum())
            .filter(pl.col("fail") > 0)
            .sort("fail", "rule", descending=[True, False])
        )
        return found.head(most).to_dicts()

    @cached_property
    def changes(self) -> pl.DataFrame:
        """Give every change of the night."""
        return self.scan("changes").collect()

    def changes_by_cause(self) -> list[tuple[str, dict[str, int], int]]:
        """Count changes: kind, numbers by cause, all. A change of two causes counts for each."""
        frame = self.changes
        found = []
        for kind in wording.KINDS:
            some = frame.filter(pl.col("kind") == kind)
            by_cause = dict(some.explode("causes").group_by("causes").len().iter_rows())
            found.append(
                (kind, {cause: int(by_cause.get(cause, 0)) for cause in wording.CAUSES}, some.height)
            )
        return found

    def due_soon(self, province: str | None = None) -> pl.LazyFrame:
        """Give what falls due from the day after the as-of day on, for 30 days; the as-of day counts too."""
        day = self.as_of
        soon = self.scan("due").filter(pl.col("day").is_between(day, day + timedelta(days=SOON)))
        return soon if province is None else soon.filter(pl.col("province") == province)

    def due_by_day(self) -> list[tuple[date, int]]:
        """Count what falls due on each of the next days."""
        counted = dict(self.due_soon().group_by("day").len().collect().iter_rows())
        days = [self.as_of + timedelta(days=one) for one in range(SOON + 1)]
        return [(day, int(counted.get(day, 0))) for day in days]

    def due_by_rule(self, most: int = 10) -> list[dict[str, object]]:
        """Count what falls due by rule, with the first day."""
        counted = (
            self.due_soon().group_by("rule", "clause").agg(pl.len().alias("number"), pl.col("day").min())
        )
        return counted.sort("number", "rule", descending=[True, False]).head(most).collect().to_dicts()

    def missing(self, most: int = 15) -> list[dict[str, object]]:
        """Give the fields whose absence leaves most verdicts undetermined: field, verdicts, outlets, rules."""
        counted = (
            self.scan("verdicts")
            .filter(pl.col("verdict") == "undetermined")
            .select("missing", "outlet_id", "rule")
            .explode("missing")
            .filter(pl.col("missing").is_not_null())
            .group_by("missing")
            .agg(
                pl.len().alias("verdicts"),
                pl.col("outlet_id").filter(pl.col("outlet_id") != "").n_unique().alias("outlets"),
                pl.col("rule").n_unique().alias("rules"),
            )
        )
        return counted.sort("verdicts", "missing", descending=[True, False]).head(most).collect().to_dicts()

    def quarantine(self) -> list[dict[str, object]]:
        """Count rows set aside by table and reason, with an example."""
        frame = self.table("quarantine")
        counted = frame.group_by("table", "code", maintain_order=True).agg(
            pl.struct("file", "row").n_unique().alias("rows"),
            pl.col("file", "row", "field", "reason").first(),
        )
        return counted.sort("rows", "table", "code", descending=[True, False, False]).to_dicts()

    def quarantined_rows(self) -> int:
        """Count rows set aside; one row may have several reasons."""
        return self.table("quarantine").select("file", "row").unique().height

    def outlet_names(self, ids: Sequence[str]) -> dict[str, tuple[str, str]]:
        """Give name and place of some outlets."""
        rows = self.scan("outlets").filter(pl.col("outlet_id").is_in(list(ids)))
        found = rows.select("outlet_id", "outlet_name", "county").collect()
        return {ident: (name, self.place_name(county)) for ident, name, county in found.iter_rows()}


def examples(night: Night) -> list[Example]:
    """Give the parameters that stand at an example value, and for which layers."""
    found: dict[tuple[str, str], list[str]] = {}
    known: dict[str, tuple[str, str]] = {}
    for layer, book in night.books.items():
        titles = {rule.id: rule.title for rule in book.rules}
        for parameter in book.parameters.values():
            if parameter.current.basis is Basis.EXAMPLE:
                value = show_with_unit(parameter.value, parameter.type)
                found.setdefault((parameter.name, value), []).append(layer)
                known[parameter.name] = (parameter.rule, titles.get(parameter.rule, parameter.rule))
    names = night.shelf.layers
    return [
        Example(name, value, *known[name], tuple(names[one] for one in layers))
        for (name, value), layers in sorted(found.items())
    ]
