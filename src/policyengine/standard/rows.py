"""A coverage as plain data, for tables, JSON and the review site."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from policyengine.standard.coverage import Answer

if TYPE_CHECKING:
    from policyengine.standard.coverage import Coverage, PartCoverage, SentenceCoverage
    from policyengine.standard.ledger import Reason
    from policyengine.standard.load import Standard


def coverage_rows(coverage: Coverage, standard: Standard) -> list[dict[str, object]]:
    """Give one row a sentence: clause, title, sentence, lines, text, answer, rules, parts, reason.

    parts: id, text, answer, rules, reason. reason: kind and explanation, or None.
    """
    return [_row(one, standard) for one in coverage.sentences]


def coverage_as_json(coverage: Coverage, standard: Standard) -> dict[str, object]:
    """Give the whole coverage: complete, counts by answer, the rows and what is wrong with citations."""
    counts = Counter(one.answer for one in coverage.sentences)
    return {
        "complete": coverage.complete,
        "counts": {str(answer): counts[answer] for answer in Answer},
        "sentences": coverage_rows(coverage, standard),
        "problems": [
            {
                "rule": one.citation.rule,
                "clause": one.citation.clause,
                "quotation": one.quotation,
                "fault": str(one.fault),
                "message": one.message,
                "help": one.help,
            }
            for one in coverage.problems
        ],
        "uncited": [one.rule for one in coverage.uncited],
        "needless": list(coverage.needless),
    }


def _row(one: SentenceCoverage, standard: Standard) -> dict[str, object]:
    sentence = one.sentence
    clause = standard.clauses.get(sentence.clause)
    return {
        "clause": sentence.clause,
        "title": clause.title if clause else "",
        "sentence": sentence.id,
        "lines": list(sentence.lines),
        "text": sentence.text,
        "answer": str(one.answer),
        "rules": list(one.rules),
        "parts": [_part(part) for part in one.parts],
        "reason": _reason(sentence.reason),
    }


def _part(one: PartCoverage) -> dict[str, object]:
    return {
        "id": one.part.id,
        "text": one.part.text,
        "answer": str(one.answer),
        "rules": list(one.rules),
        "reason": _reason(one.reason),
    }


def _reason(reason: Reason | None) -> dict[str, str] | None:
    return {"kind": str(reason.kind), "explanation": reason.explanation} if reason else None
