"""The engine case by case: many cases become tables, and verdict rows become findings again."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from policyengine.engines.columnar import evidence
from policyengine.engines.columnar.evaluate import evaluate_tables
from policyengine.engines.columnar.tables import from_cases
from policyengine.engines.findings import Evidence, Finding
from policyengine.semantics.ir import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from policyengine.engines.cases import Case
    from policyengine.semantics.ir import Book
    from policyengine.values import Type


@dataclass(frozen=True, slots=True)
class Columnar:
    """Judges cases by the thousand; `batch` is how many are tables at once.

    With `bare` there are only the failing and undetermined findings, without missing terms and evidence: enough for
    a conclusion, in half the time.
    """

    batch: int = 10_000
    bare: bool = False

    def evaluate(self, book: Book, cases: Iterable[Case]) -> Iterator[Finding]:
        """Give the finding of every rule of the case's subject, case by case, in the order of the book."""
        for some in _parts(cases, self.batch):
            yield from _judged(book, some, bare=self.bare)


def _judged(book: Book, cases: Sequence[Case], *, bare: bool) -> Iterator[Finding]:
    tables = from_cases(book, cases)
    found = evaluate_tables({book.layer: book}, tables, keep_all=not bare, explain=not bare).verdicts
    types = {name: term.type for name, term in book.vocabulary.terms.items()}
    by_case: dict[str, dict[str, Finding]] = {}
    for row in found.iter_rows(named=True):
        case = cases[int(row["subject_id"])]
        by_case.setdefault(row["subject_id"], {})[row["rule"]] = _finding(row, case, types)
    for place in range(len(cases)):
        findings = by_case.get(str(place), {})
        for rule in book.rules:
            if rule.id in findings:
                yield findings[rule.id]


def _finding(row: dict[str, Any], case: Case, types: dict[str, Type]) -> Finding:
    return Finding(
        subject=case.subject,
        subject_id=case.id,
        outlet_id=case.outlet_id,
        province=case.province,
        rule=row["rule"],
        verdict=Verdict(row["verdict"]),
        missing=tuple(row["missing"]),
        evidence=evidence.read(row["evidence"], types) if row["evidence"] else Evidence(),
    )


def _parts(cases: Iterable[Case], size: int) -> Iterator[tuple[Case, ...]]:
    left = iter(cases)
    while some := tuple(islice(left, size)):
        yield some
