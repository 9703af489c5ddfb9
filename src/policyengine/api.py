"""The rule book from Python: pandas in, pandas out.

>>> from policyengine.api import RuleBook
>>> book = RuleBook()
>>> found = book.evaluate({"institutions": banks, "outlets": outlets}, as_of="2026-06-30")  # doctest: +SKIP
>>> found.rows, found.outlets, found.quarantine  # doctest: +SKIP
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from policyengine.batch.evaluate import evaluate
from policyengine.batch.sources import read_frames, read_input
from policyengine.engines.choose import engine_named
from policyengine.rulebook.place import find_root
from policyengine.rulebook.shelf import read_shelf
from policyengine.values import parse_date

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    import pandas as pd

    from policyengine.rulebook import Shelf


@dataclass(frozen=True, slots=True)
class Found:
    """What an evaluation says, as pandas frames.

    rows: the verdict rows (subject, subject_id, outlet_id, province, rule, clause, modality, verdict, missing,
    evidence). outlets: one row an outlet with its conclusion. quarantine: rows not used, each with its reason.
    """

    rows: pd.DataFrame = field(repr=False)
    outlets: pd.DataFrame = field(repr=False)
    quarantine: pd.DataFrame = field(repr=False)


class RuleBook:
    """The rule book of a folder (default: found as the command line finds it), with overlays of one's own laid on."""

    def __init__(self, root: str | Path | None = None, overlays: Sequence[str | Path] = ()) -> None:
        """Read the book.

        Raises:
            BookRefusedError: with every diagnostic, if it does not load.
            NoRuleBookError: if there is none.

        """
        shelf = read_shelf(find_root(Path(root) if root is not None else None))
        for path in overlays:
            shelf = shelf.with_overlay(Path(path))
        self.shelf: Shelf = shelf

    def evaluate(
        self,
        source: str | Path | Mapping[str, pd.DataFrame],
        as_of: str | date,
        *,
        engine: str = "columnar",
        keep_all: bool = False,
    ) -> Found:
        """Evaluate a folder, a file, or frames by table name (`{"outlets": frame, …}`).

        `engine` is reference, durable or columnar. Rows hold failing and undetermined verdicts, all with `keep_all`.

        Raises:
            BookRefusedError: if the input does not load; rows that cannot be used are in `quarantine` instead.
            ValueRefusedError: if `as_of` is no day.

        """
        day = parse_date(as_of) if isinstance(as_of, str) else as_of
        if isinstance(source, str | Path):
            data = read_input(Path(source), self.shelf.vocabulary, as_of=day)
        else:
            data = read_frames(source, self.shelf.vocabulary, as_of=day)
        found = evaluate(
            data,
            lambda region: self.shelf.book(day, self.shelf.layer_of(region)),
            engine_named(engine),
            keep_all=keep_all,
        )
        return Found(found.rows.to_pandas(), found.outlets.to_pandas(), data.quarantine.to_pandas())
