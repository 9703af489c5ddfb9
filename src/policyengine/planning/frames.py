"""Input tables in memory as cases, strictly: what the night would set aside is refused here, all at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from policyengine.diagnostics import Problems
from policyengine.engines.cases import Case
from policyengine.planning import wording
from policyengine.planning.intake import Source, columns_of, read_rows
from policyengine.vocabulary.terms import Subject

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policyengine.values import Value
    from policyengine.vocabulary.terms import Vocabulary

TABLES = ("institutions", "outlets", "item_lists", "rollout_batches", "provinces")
_PLACE = "行政区划代码"


@dataclass(frozen=True, slots=True)
class Frames:
    """The rows of each subject as cases; items and batches know the facts of their province."""

    found: Mapping[Subject, tuple[Case, ...]] = field(repr=False)
    owners: Mapping[str, str] = field(repr=False)

    def cases(self, subject: Subject) -> tuple[Case, ...]:
        """Give the cases of a subject, in the order of the table."""
        return self.found.get(subject, ())

    def outlets(self) -> pl.DataFrame:
        """Give `id`, `institution_id`, `region`, `网点状态` of the outlets."""
        rows = [
            (one.id, self.owners.get(one.id), one.region, one.values.get("网点状态"))
            for one in self.cases(Subject.OUTLET)
        ]
        schema = dict.fromkeys(("id", "institution_id", "region", "网点状态"), pl.String)
        return pl.DataFrame(rows, schema=schema, orient="row")


def read_frames(frames: Mapping[str, pl.DataFrame], vocabulary: Vocabulary) -> Frames:
    """Read tables by name.

    Raises:
        BookRefusedError: with everything that is wrong with any of them.

    """
    problems = Problems()
    found: dict[Subject, tuple[Case, ...]] = {}
    owners: dict[str, str] = {}
    provinces: dict[str, Mapping[str, Value]] = {}
    for subject in (Subject.PROVINCE, *(one for one in vocabulary.table_of if one is not Subject.PROVINCE)):
        table = vocabulary.table_of[subject]
        if table.file not in frames:
            continue
        columns = columns_of(vocabulary, subject)
        known = {one.name for one in columns} - {term.name for term in table.terms}
        own = Problems()
        cases: dict[str, Case] = {}
        for row in read_rows(Source(frames[table.file], table.file, 1), columns, own):
            identifier = str(row.values.get(table.key.name, ""))
            if not identifier or identifier in cases:
                own.add("P009", wording.key_wrong(table.key.name, identifier), row.span)
                continue
            above = str(row.values[table.references[0][1].name]) if table.references and table.references[0][1].name in row.values else ""  # fmt: skip
            owners[identifier] = above
            by_province = subject in {Subject.ITEM, Subject.BATCH}
            region = str(row.values.get(_PLACE) or (above if by_province else "") or (identifier if subject is Subject.PROVINCE else ""))  # fmt: skip
            values = {name: value for name, value in row.values.items() if name not in known}
            shared = provinces.get(above, {}) if by_province else {}
            cases[identifier] = Case(subject, identifier, {**shared, **values}, province=region[:2] + "0000", region=region)  # fmt: skip
            if subject is Subject.PROVINCE:
                provinces[identifier] = values
        problems.found += own.found
        found[subject] = tuple(cases.values())
    problems.stop_if_any()
    return Frames(found, owners)
