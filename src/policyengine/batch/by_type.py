"""Events held by type, each type with the fields that it fills. One wide table of them would be nine tenths empty."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from policyengine.batch.casts import dtype_of
from policyengine.vocabulary.terms import Subject

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from policyengine.vocabulary.terms import Vocabulary

_HEAD = ("id", "subject_id", "province", "at")


@dataclass(frozen=True, slots=True)
class Events:
    """Typed events (see `events`). Each frame has `id`, `subject_id`, `province`, `at` and the fields that are filled."""

    vocabulary: Vocabulary
    by_type: Mapping[str, pl.DataFrame]

    @classmethod
    def of(cls, frame: pl.DataFrame, vocabulary: Vocabulary) -> Events:
        """Divide a wide frame."""
        if frame.is_empty():
            return cls(vocabulary, {})
        # Rows are picked out by number, which takes a hundred times as long from a column in many pieces.
        frame = frame.rechunk()
        kinds = list(vocabulary.events)
        code = pl.col("type").replace_strict(kinds, list(range(len(kinds))), return_dtype=pl.UInt16)
        fields = [term.name for term in vocabulary.event_terms]
        found = (
            frame.select(code, *fields, row=pl.int_range(pl.len(), dtype=pl.get_index_type()))
            .group_by("type")
            .agg("row", *(pl.col(name).is_not_null().any() for name in fields))
        )
        by_type = {}
        for row in found.sort("type").iter_rows(named=True):
            filled = [name for name in fields if row[name]]
            chosen = found["row"].filter(found["type"] == row["type"]).explode()
            by_type[kinds[row["type"]]] = frame.select(*_HEAD, *filled)[chosen]
        return cls(vocabulary, by_type)

    @classmethod
    def together(cls, parts: Iterable[Events], vocabulary: Vocabulary, *, apart: bool = True) -> Events:
        """Join parts. If they are not `apart`, an event that stands in several of them counts once."""
        frames: dict[str, list[pl.DataFrame]] = {}
        for part in parts:
            for name, frame in part.by_type.items():
                frames.setdefault(name, []).append(frame)
        return cls(
            vocabulary,
            {
                name: pl.concat(some, how="diagonal")
                if apart
                else pl.concat(some, how="diagonal").unique("id", keep="first", maintain_order=True)
                for name, some in frames.items()
            },
        )

    def of_subjects(self, ids: pl.Series) -> Events:
        """Keep the events that happened to some subjects."""
        wanted = ids.unique().implode()
        return self._where(pl.col("subject_id").is_in(wanted))

    @property
    def height(self) -> int:
        """The number of events."""
        return sum(frame.height for frame in self.by_type.values())

    def before(self, instant: int) -> Events:
        """Keep the events before an instant, in seconds."""
        return self._where(pl.col("at") < instant)

    def of_province(self, province: str, institutions: pl.Series | None = None) -> Events:
        """Keep the events of a province's subjects, and those of some institutions wherever they are."""
        here = pl.col("province") == province
        return self._by_kind(
            lambda subject: (
                here
                if institutions is None or subject is not Subject.INSTITUTION
                else here | pl.col("subject_id").is_in(institutions.implode())
            )
        )

    def elsewhere(self, provinces: Collection[str]) -> Events:
        """Keep the events of subjects of other provinces."""
        return self._where(~pl.col("province").is_in(list(provinces)))

    def of_kind(self, subject: Subject) -> Events:
        """Keep the events that happen to one kind of subject."""
        happens_to = self.vocabulary.events
        return Events(
            self.vocabulary,
            {name: frame for name, frame in self.by_type.items() if happens_to[name].subject is subject},
        )

    def _where(self, condition: pl.Expr) -> Events:
        return self._by_kind(lambda _: condition)

    def _by_kind(self, condition: Callable[[Subject], pl.Expr]) -> Events:
        happens_to = self.vocabulary.events
        frames = pl.collect_all(
            frame.lazy().filter(condition(happens_to[name].subject)) for name, frame in self.by_type.items()
        )
        kept = zip(self.by_type, frames, strict=True)
        return Events(self.vocabulary, {name: frame for name, frame in kept if frame.height})

    def whole(self) -> pl.DataFrame:
        """Give one wide frame again; rows stand in no order."""
        empty = empty_events(self.vocabulary)
        happens_to = self.vocabulary.events
        parts = (
            frame.with_columns(type=pl.lit(name), subject=pl.lit(str(happens_to[name].subject)))
            for name, frame in self.by_type.items()
        )
        return pl.concat([empty, *parts], how="diagonal").select(empty.columns)


def empty_events(vocabulary: Vocabulary) -> pl.DataFrame:
    """Give a typed frame without rows."""
    fixed: dict[str, pl.DataType] = {
        "id": pl.String(),
        "type": pl.String(),
        "subject": pl.String(),
        "subject_id": pl.String(),
        "province": pl.String(),
        "at": pl.Int64(),
    }
    return pl.DataFrame(schema=fixed | {term.name: dtype_of(term.type) for term in vocabulary.event_terms})
