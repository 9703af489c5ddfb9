"""Planning from Python: pandas in, pandas out.

>>> from policyengine.planning.api import Planner
>>> planner = Planner.of_folder()
>>> made = planner.rollout_plan(items, batches=3, province="540000")  # doctest: +SKIP
>>> made.notice, made.tables["item_lists"]  # doctest: +SKIP

Frames have the headers of the input tables, Chinese or ASCII. What is wrong with a frame is told all at once, as
`BookRefusedError`; an impossible wish is `InfeasibleWishError`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from policyengine.diagnostics import Problems
from policyengine.planning.frames import TABLES, Frames, read_frames
from policyengine.planning.intake import Source, read_items
from policyengine.planning.layout.choose import By, Chosen, choose
from policyengine.planning.layout.coverage import counties_of, townships_of
from policyengine.planning.layout.places import Places
from policyengine.planning.layout.sites import Reach, Site, read_places, read_sites
from policyengine.planning.rank.order import rank
from policyengine.planning.results import choice_frame, claims_frame, ranking_frame
from policyengine.planning.rollout.calendar import Calendar
from policyengine.planning.rollout.plan import Plan, Wish, plan
from policyengine.planning.rollout.state import check_provinces
from policyengine.planning.rollout.tables import tables_of
from policyengine.planning.rollout.workbook import NOTICE, SUMMARY, notice_rows, summary_rows
from policyengine.rulebook.place import find_root
from policyengine.rulebook.shelf import Shelf, read_shelf
from policyengine.vocabulary.terms import Subject

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from policyengine.planning.layout.sites import Known


@dataclass(frozen=True, slots=True)
class Rollout:
    """A plan as frames: the notice's table, the batches, what is left out, and the tables that the night reads."""

    notice: pd.DataFrame = field(repr=False)
    summary: pd.DataFrame = field(repr=False)
    kept_out: pd.DataFrame = field(repr=False)
    tables: Mapping[str, pd.DataFrame] = field(repr=False)
    plan: Plan = field(repr=False)

    @property
    def holds(self) -> bool:
        """Whether the checker accepts it."""
        return self.plan.check.holds


@dataclass(frozen=True, slots=True)
class Planner:
    """The rule book and the real divisions, ready to plan with."""

    shelf: Shelf = field(repr=False)
    places: Places = field(repr=False)

    @classmethod
    def of_folder(cls, root: str | Path | None = None) -> Planner:
        """Read the book and the divisions of a folder (default: found as the command line finds it).

        Raises:
            BookRefusedError: with every diagnostic, if the book does not load.
            NoRuleBookError: if there is none.

        """
        home = find_root(Path(root) if root is not None else None)
        return cls(read_shelf(home), read_divisions(home / "data" / "divisions"))

    def rollout_plan(
        self,
        items: pd.DataFrame,
        batches: int,
        *,
        as_of: date | None = None,
        province: str = "",
        state: str = "",
        start: date | None = None,
        every: int = 6,
        most: int | None = None,
    ) -> Rollout:
        """Make batches of items; see the command `rollout plan`."""
        problems = Problems()
        cases = read_items(_source(items, "items"), self.shelf.vocabulary, problems, province)
        problems.stop_if_any()
        whose = province or cases[0].province
        book = self.shelf.book(as_of or date.today(), self.shelf.layer_of(whose or "000000"))  # noqa: DTZ011 -- the official's own calendar
        overlay = self.shelf.overlays.get(whose)
        declared = state or (overlay.rollout.state if overlay and overlay.rollout else "")
        wish = Wish(batches, Calendar(start, every), most, declared, whose)
        made = plan(cases, book, self.shelf.layers, wish)
        out = [(one.name, "；".join(one.reasons)) for one in made.kept_out]
        return Rollout(
            _frame(NOTICE, notice_rows(made)),
            _frame(SUMMARY, summary_rows(made, book)),
            _frame(("事项名称", "原因"), out),
            {
                name: frame.to_pandas()
                for name, frame in tables_of(made.listing, self.shelf.vocabulary).items()
            },
            made,
        )

    def rollout_check(
        self, frames: Mapping[str, pd.DataFrame], as_of: date, *, state: str = ""
    ) -> pd.DataFrame:
        """Judge item_lists, rollout_batches and provinces: a row for each verdict and each thing that does not fit."""
        read = self._read(frames)
        found = check_provinces(
            self.shelf, as_of, read.cases(Subject.ITEM), read.cases(Subject.BATCH), read.cases(Subject.PROVINCE), state=state
        )  # fmt: skip
        return claims_frame([check for _, check in found]).to_pandas()

    def rank(self, frames: Mapping[str, pd.DataFrame], county: str, as_of: date) -> pd.DataFrame:
        """Order the applicants of a county by institutions and outlets: a row each, those not ranked last."""
        read = self._read(frames)
        book = self.shelf.book(as_of, self.shelf.layer_of(county))
        found = rank(
            read.cases(Subject.INSTITUTION), read.outlets(), self.places, county, book, self.shelf.layers
        )
        return ranking_frame(found).to_pandas()

    def coverage(self, frames: Mapping[str, pd.DataFrame], county: str = "") -> pd.DataFrame:
        """Give a row for each county; for each township of `county` if it is given."""
        outlets = self._read(frames).outlets()
        if county:
            return townships_of(outlets, self.places.within(county)).to_pandas()
        return counties_of(outlets, self.places).to_pandas()

    def pick(
        self,
        frames: Mapping[str, pd.DataFrame],
        county: str,
        pick: int,
        *,
        by: str = "township",
        candidates: pd.DataFrame | None = None,
        places: pd.DataFrame | None = None,
        reach: Reach | None = None,
    ) -> tuple[pd.DataFrame, Chosen]:
        """Choose sites in a county: a row each, and the whole answer with its bound."""
        problems = Problems()
        sites: list[Site] | None = (
            None if candidates is None else read_sites(_source(candidates, "candidates"), problems)
        )
        known: Known | None = None if places is None else read_places(_source(places, "places"), problems)
        problems.stop_if_any()
        found = choose(self._read(frames).outlets(), self.places, county, pick, By(by), sites, known, reach)
        return choice_frame(found).to_pandas(), found

    def _read(self, frames: Mapping[str, pd.DataFrame]) -> Frames:
        return read_frames({name: pl.from_pandas(frame) for name, frame in frames.items() if name in TABLES}, self.shelf.vocabulary)  # fmt: skip


def read_divisions(folder: Path) -> Places:
    """Read the division tables of a folder, without virtual villages, where nothing can stand."""

    def table(name: str) -> pl.DataFrame:
        frame = pl.read_parquet(folder / f"{name}.parquet")
        return frame.filter(~pl.col("name").str.contains("虚拟")) if name == "villages" else frame

    return Places.of(table)


def _source(frame: pd.DataFrame, name: str) -> Source:
    return Source(pl.from_pandas(frame), name, first_row=1)


def _frame(headers: tuple[str, ...], rows: list[tuple[object, ...]] | list[tuple[str, str]]) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415 -- only whoever asks for pandas pays for it

    return pd.DataFrame(rows, columns=list(headers))
