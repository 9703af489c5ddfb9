"""Verdict rows, the contract with the outside, and the text of evidence that stands in them.

Evidence is one JSON object: recorded terms by name, as `values.show` writes them, filled ones only, sorted; then,
for event rules, 违反 (ids of the events that raised violated activations), 满足 (how many activations are met)
and 待办 (obligations still open: event id or empty, and the last day).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from policyengine.semantics.ir import Pattern
from policyengine.values import day_of, show

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from policyengine.engines.findings import Evidence, Finding
    from policyengine.semantics.ir import Book, Rule
    from policyengine.vocabulary.terms import Vocabulary

COLUMNS = (
    "subject", "subject_id", "outlet_id", "province", "rule", "clause", "modality", "verdict", "missing", "evidence",
)  # fmt: skip


def verdict_rows(findings: Iterable[Finding], book: Book) -> Iterator[tuple[object, ...]]:
    """Give one row a finding, in the order of `COLUMNS`; `missing` is a list of terms."""
    rules = {rule.id: rule for rule in book.rules}
    for one in findings:
        rule = rules[one.rule]
        yield (
            str(one.subject), one.subject_id, one.outlet_id, one.province, one.rule, rule.clause,
            str(rule.modality), one.verdict.value, list(one.missing),
            evidence_text(one.evidence, rule, book.vocabulary),
        )  # fmt: skip


def evidence_text(evidence: Evidence, rule: Rule, vocabulary: Vocabulary) -> str:
    """Write evidence as JSON text."""
    parts: dict[str, object] = {
        name: show(evidence.values[name], vocabulary.terms[name].type) for name in sorted(evidence.values)
    }
    if isinstance(rule.requires, Pattern):
        parts["违反"] = list(evidence.violated)
        parts["满足"] = evidence.met
        parts["待办"] = [[one.event, day_of(one.day).isoformat()] for one in evidence.due]
    return json.dumps(parts, ensure_ascii=False)
