"""Why failing outlets fail: the rules that failed or could not be told, in words. What passes is left to `explain`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from policyengine.batch.cases import cases
from policyengine.batch.explanations import OutletExplained, SubjectExplained
from policyengine.batch.nightly.judge import SHOWN
from policyengine.batch.nightly.tables import narrow
from policyengine.engines.reference.explain import explain
from policyengine.engines.reference.judge import Reference
from policyengine.semantics.rollup import Conclusion
from policyengine.vocabulary.terms import Subject

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from policyengine.batch.nightly.windows import Window
    from policyengine.engines.cases import Case
    from policyengine.semantics.ir import Book


def explained(
    window: Window,
    outlets: Sequence[str],
    verdicts: pl.DataFrame,
    book_of: Callable[[str], Book],
    layers: Mapping[str, str],
) -> Iterator[OutletExplained]:
    """Explain failing outlets of a window. `verdicts` are all of its rows; `book_of` gives the book of a division code."""
    if not outlets:
        return
    small = narrow(window.part, window.events, outlets)
    ids = pl.concat([frame["id"] for frame in small.tables.values()]).unique()
    told: dict[tuple[str, str], set[str]] = {}
    rows = verdicts.filter(pl.col("verdict").is_in(SHOWN), pl.col("subject_id").is_in(ids.implode()))
    for subject, ident, rule in rows.select("subject", "subject_id", "rule").iter_rows():
        told.setdefault((subject, ident), set()).add(rule)
    events = window.events.of_subjects(ids).whole()
    found: dict[tuple[Subject, str], list[SubjectExplained]] = {}
    for subject in (Subject.PROVINCE, Subject.INSTITUTION, Subject.OUTLET, Subject.OPERATOR):
        for case in cases(small, subject, events):
            if rules := told.get((str(subject), case.id)):
                owner = case.outlet_id if subject is Subject.OPERATOR else case.id
                found.setdefault((subject, owner), []).append(_subject(case, rules, book_of, layers))
    owners = small.tables[Subject.OUTLET].select("id", "institution_id", "province")
    above = {ident: (institution, province) for ident, institution, province in owners.iter_rows()}
    for outlet in outlets:
        institution, province = above[outlet]
        keys = (
            (Subject.OUTLET, outlet),
            (Subject.INSTITUTION, institution),
            (Subject.OPERATOR, outlet),
            (Subject.PROVINCE, province),
        )
        subjects = tuple(one for key in keys for one in found.get(key, ()))
        yield OutletExplained(outlet, Conclusion.UNQUALIFIED, subjects)


def _subject(
    case: Case, rules: set[str], book_of: Callable[[str], Book], layers: Mapping[str, str]
) -> SubjectExplained:
    book = book_of(case.region or case.province)
    some = replace(book, rules=tuple(rule for rule in book.rules if rule.id in rules))
    findings = Reference().evaluate(some, [case])
    reasons = tuple(explain(some, case, finding, layers) for finding in findings)
    return SubjectExplained(case.subject, case.id, layers.get(book.layer, book.layer), case, reasons)
