"""The text, sentence by sentence, with what carries each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policyengine.reports.anchors import clause_number
from policyengine.reports.site.model import ChapterView, ClauseView, PartView, PieceView, SentenceView
from policyengine.reports.site.rule_views import DIVIDED
from policyengine.standard.coverage import Answer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from policyengine.reports.site.model import OpinionView
    from policyengine.standard import Standard
    from policyengine.standard.clauses import Clause
    from policyengine.standard.coverage import Coverage, PartCoverage, SentenceCoverage
    from policyengine.standard.ledger import Sentence


def chapter_views(
    standard: Standard,
    coverage: Coverage,
    by_clause: Mapping[str, tuple[OpinionView, ...]],
    by_sentence: Mapping[str, tuple[OpinionView, ...]],
) -> tuple[ChapterView, ...]:
    """Give the chapters, each a page: a part as a whole, or each clause of a divided part."""
    shown: dict[str, list[SentenceView]] = {}
    for one in coverage.sentences:
        view = _sentence(one, standard, by_sentence.get(one.sentence.id, ()))
        shown.setdefault(one.sentence.clause, []).append(view)

    def clause_view(clause: Clause) -> ClauseView:
        sentences = tuple(shown.get(clause.key, ()))
        return ClauseView(
            clause.key, clause_number(clause.key), clause.label, sentences, by_clause.get(clause.key, ())
        )

    return tuple(
        ChapterView(clause_number(group[0].key), group[0].label, part.label, tuple(map(clause_view, group)))
        for part, group in _grouped(standard)
        if any(shown.get(clause.key) for clause in group)
    )


def _grouped(standard: Standard) -> Iterator[tuple[Clause, list[Clause]]]:
    for part in standard.clauses.values():
        if part.parent:
            continue
        below = [standard.clauses[key] for key in part.children]
        if part.key in DIVIDED:
            for clause in (part, *below):
                yield part, [clause]
        else:
            yield part, [part, *below]


def _sentence(one: SentenceCoverage, standard: Standard, opinions: tuple[OpinionView, ...]) -> SentenceView:
    sentence = one.sentence
    first, last = sentence.lines
    reason = sentence.reason if one.answer is Answer.REASON else None
    return SentenceView(
        id=sentence.id,
        clause=sentence.clause,
        lines=str(first) if first == last else f"{first}–{last}",
        pieces=tuple(_pieces(sentence, standard)),
        answer=str(one.answer),
        reason_kind=str(reason.kind) if reason else "",
        reason=reason.explanation if reason else "",
        rules=one.rules,
        parts=tuple(_part(part) for part in one.parts),
        opinions=opinions,
    )


def _part(one: PartCoverage) -> PartView:
    reason = f"{one.reason.kind}：{one.reason.explanation}" if one.reason and not one.rules else ""
    return PartView(one.part.id, one.part.text, str(one.answer), reason, one.rules)


def _pieces(sentence: Sentence, standard: Standard) -> Iterator[PieceView]:
    """Cut a sentence at its slips of the pen, so that each can be shown with its reading."""
    raw = standard.text
    reached, end = sentence.range
    for slip in sorted(standard.slips, key=lambda one: one.range):
        if reached <= slip.range[0] and slip.range[1] <= end:
            if slip.range[0] > reached:
                yield PieceView(raw.joined(reached, slip.range[0]).text)
            yield PieceView(slip.written, slip.reading)
            reached = slip.range[1]
    if reached < end:
        yield PieceView(raw.joined(reached, end).text)
