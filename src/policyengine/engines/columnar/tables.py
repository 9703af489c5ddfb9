"""What the engine reads: typed columns, one table a subject, one of events, one of waivers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from policyengine.engines.columnar.expressions import stored_type, stored_value
from policyengine.semantics.reads import terms_read
from policyengine.vocabulary.terms import ABOVE, Subject

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from policyengine.engines.cases import Case
    from policyengine.semantics.ir import Book
    from policyengine.values import Type
    from policyengine.vocabulary.terms import Vocabulary


@dataclass(frozen=True, slots=True)
class Tables:
    """The input of an evaluation, lazily scanned.

    subjects: one row a subject. Columns: `id`; the ids of the subjects above it, named by subject (`机构`, `网点`,
        `省份`); `outlet_id` (its own id for an outlet, empty for what belongs to none); `province` and `region`;
        `layer`, the layer whose book judges the row; and its terms by their Chinese names: Boolean, Int64 (integers,
        scaled decimals, days since 1970-01-01), String (选项, 文本), and for 多选 an Int64 with bit i for member i
        of its type, or List(String) if there are more than 62 members. Terms of the subjects above are joined in
        when they are read, unless they are columns already. A column that is not there is missing throughout.
    events: `id`, `type` (Chinese name), `at` (Int64 seconds), `subject_id`, and the fields by their Chinese names,
        encoded as above; or a frame for each type, without `type`, and only with the fields that are filled.
    waivers: `subject_id` and `rule`, those in force on the day only. A waiver of an outlet also excuses the operators
        that belong to it.
    """

    subjects: Mapping[Subject, pl.LazyFrame] = field(default_factory=dict)
    events: pl.LazyFrame | Mapping[str, pl.DataFrame] | None = None
    waivers: pl.LazyFrame | None = None


def level_of(event_type: str, subject: Subject, vocabulary: Vocabulary) -> Subject:
    """Say to which subject of a trace an event belongs: `subject` itself, or one above it."""
    happens_to = vocabulary.events[event_type].subject
    return happens_to if happens_to in ABOVE[subject] else subject


def from_cases(book: Book, cases: Sequence[Case]) -> Tables:
    """Make tables of cases. A case's row has its place in `cases` as id, and so have the subjects above it."""
    by_subject: dict[Subject, list[tuple[int, Case]]] = {}
    for place, case in enumerate(cases):
        by_subject.setdefault(case.subject, []).append((place, case))
    return Tables(
        subjects={
            subject: _subject_frame(book, subject, rows).lazy() for subject, rows in by_subject.items()
        },
        events=_event_frame(book.vocabulary, cases).lazy(),
        waivers=pl.DataFrame(
            [(str(place), rule) for place, case in enumerate(cases) for rule in sorted(case.waived)],
            schema={"subject_id": pl.String, "rule": pl.String},
            orient="row",
        ).lazy(),
    )


def _subject_frame(book: Book, subject: Subject, rows: Sequence[tuple[int, Case]]) -> pl.DataFrame:
    ids = [str(place) for place, _ in rows]
    columns: dict[str, pl.Series] = {name: pl.Series(ids) for name in ("id", *ABOVE[subject])}
    for name in ("outlet_id", "province", "region"):
        columns[name] = pl.Series([getattr(case, name) for _, case in rows], dtype=pl.String)
    columns["layer"] = pl.Series([book.layer] * len(rows), dtype=pl.String)
    read = {name for rule in book.rules if rule.subject is subject for name in terms_read(rule, book)}
    readable = book.vocabulary.readable_by(subject)
    for name, term in ((name, term) for name, term in readable.items() if name in read):
        columns[name] = _series((case.values.get(name) for _, case in rows), term.type)
    return pl.DataFrame(columns)


def _event_frame(vocabulary: Vocabulary, cases: Sequence[Case]) -> pl.DataFrame:
    found = [(str(place), case.subject, event) for place, case in enumerate(cases) for event in case.trace]
    columns: dict[str, pl.Series] = {
        "id": pl.Series([event.id for _, _, event in found], dtype=pl.String),
        "type": pl.Series([event.type for _, _, event in found], dtype=pl.String),
        "at": pl.Series([event.at for _, _, event in found], dtype=pl.Int64),
        "subject": pl.Series(
            [str(level_of(event.type, subject, vocabulary)) for _, subject, event in found], dtype=pl.String
        ),
        "subject_id": pl.Series([place for place, _, _ in found], dtype=pl.String),
    }
    for name, field_ in vocabulary.event_fields.items():
        columns[name] = _series((event.values.get(name) for _, _, event in found), field_.type)
    return pl.DataFrame(columns)


def _series(values: Iterable[object], of: Type) -> pl.Series:
    return pl.Series([stored_value(value, of) for value in values], dtype=stored_type(of))  # type: ignore[arg-type]
