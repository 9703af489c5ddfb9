"""Which sentence of the standard is carried by which rule, which by none and why, and which quotations are wrong.

A rule carries a sentence, or a part of one, if a quotation of it and the sentence share at least half the
characters of the shorter: a quotation inside the sentence does, one that spans the sentence does, one that only
grazes it does not.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from policyengine.diagnostics import did_you_mean
from policyengine.standard import wording
from policyengine.standard.clauses import normalise_key
from policyengine.standard.quotation import elsewhere, locate, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from policyengine.diagnostics import Problems, Span
    from policyengine.standard.ledger import Part, Reason, Sentence
    from policyengine.standard.load import Standard


@dataclass(frozen=True, slots=True)
class Citation:
    """What a rule, a definition or a decision table says it is taken from."""

    rule: str
    clause: str
    quotations: tuple[str, ...]
    span: Span | None = field(default=None, compare=False)


class Answer(StrEnum):
    """How a sentence or a part is answered."""

    RULES = "有规则"
    REASON = "有理由"
    PARTLY = "部分覆盖"
    NONE = "未覆盖"


class Fault(StrEnum):
    """What can be wrong with a quotation."""

    NO_SUCH_CLAUSE = "条款不存在"
    NOT_VERBATIM = "引文与原文不符"
    AMBIGUOUS = "引文不唯一"


@dataclass(frozen=True, slots=True)
class QuotationProblem:
    """A quotation that does not hold, worded in Chinese with what helps."""

    citation: Citation
    quotation: str
    fault: Fault
    message: str
    help: str


@dataclass(frozen=True, slots=True)
class PartCoverage:
    """A part and the rules that carry it, in the order of the citations."""

    part: Part
    rules: tuple[str, ...]
    reason: Reason | None

    @property
    def answer(self) -> Answer:
        """Rules go before reasons."""
        return _answer(self.rules, self.reason)


@dataclass(frozen=True, slots=True)
class SentenceCoverage:
    """A sentence, the rules that carry any of it, and its parts."""

    sentence: Sentence
    rules: tuple[str, ...]
    parts: tuple[PartCoverage, ...] = ()

    @property
    def answer(self) -> Answer:
        """A sentence with parts is answered when every part is."""
        if self.parts and not all(part.answer in {Answer.RULES, Answer.REASON} for part in self.parts):
            begun = self.rules or any(part.answer is Answer.REASON for part in self.parts)
            return Answer.PARTLY if begun else Answer.NONE
        if self.parts and not self.rules:
            return Answer.REASON
        return _answer(self.rules, self.sentence.reason)


@dataclass(frozen=True, slots=True)
class Coverage:
    """The answer of every sentence in the order of the text, and what is wrong with the citations.

    uncited: rules that quote nothing. needless: ids of sentences and parts that have a rule and yet give a reason
    why none carries them; a remark, not a failure.
    """

    sentences: tuple[SentenceCoverage, ...]
    problems: tuple[QuotationProblem, ...] = ()
    uncited: tuple[Citation, ...] = ()
    needless: tuple[str, ...] = ()

    @property
    def unanswered(self) -> tuple[SentenceCoverage, ...]:
        """Sentences that are not answered, or not in every part."""
        return tuple(one for one in self.sentences if one.answer in {Answer.PARTLY, Answer.NONE})

    @property
    def complete(self) -> bool:
        """Whether every sentence is answered, every quotation holds and every rule quotes."""
        return not (self.unanswered or self.problems or self.uncited)


def assess(ledger: Standard, citations: Iterable[Citation]) -> Coverage:
    """Hold citations against the sentences of the standard.

    A citation without a quotation is told as uncited; definitions need not quote, so give only those that do.
    """
    cited = tuple(citations)
    places = [
        (one.rule, located.range)
        for one in cited
        for quotation in one.quotations
        if (located := locate(ledger, one.clause, quotation))
    ]
    sentences = tuple(_sentence(sentence, places) for sentence in ledger.sentences.values())
    return Coverage(
        sentences,
        tuple(problem for one in cited for problem in check_citation(ledger, one)),
        tuple(one for one in cited if not any(quotation.strip() for quotation in one.quotations)),
        tuple(_needless(sentences)),
    )


def check_citation(standard: Standard, citation: Citation) -> tuple[QuotationProblem, ...]:
    """Tell what is wrong with the quotations of one citation; one that quotes nothing has none wrong."""
    return tuple(
        problem
        for quotation in citation.quotations
        if quotation.strip() and (problem := _problem(standard, citation, quotation))
    )


def tell(coverage: Coverage, standard: Standard, problems: Problems) -> None:
    """Add all that keeps a coverage from being complete to the diagnostics, at the rule or at the sentence."""
    for one in coverage.problems:
        span = one.citation.span or standard.text.span(0, 1)
        problems.add("ST20", one.message, span, clause=one.citation.clause, help=one.help)
    for rule in coverage.uncited:
        span = rule.span or standard.text.span(0, 1)
        problems.add("ST21", wording.cites_nothing(rule.rule), span, clause=rule.clause, help=wording.QUOTE)
    for row in coverage.unanswered:
        lacking = [part.part.text for part in row.parts if part.answer is Answer.NONE]
        sentence = row.sentence
        place = standard.text.span(*sentence.range)
        message = wording.unanswered(sentence.id, lacking)
        problems.add("ST22", message, place, clause=sentence.clause, help=wording.ANSWER)


def _sentence(sentence: Sentence, places: list[tuple[str, tuple[int, int]]]) -> SentenceCoverage:
    parts = tuple(
        PartCoverage(part, _carriers((part.range,), places), part.reason or sentence.reason)
        for part in sentence.parts
    )
    stretches = (sentence.range, *(part.range for part in sentence.parts))
    return SentenceCoverage(sentence, _carriers(stretches, places), parts)


def _carriers(
    stretches: tuple[tuple[int, int], ...], places: list[tuple[str, tuple[int, int]]]
) -> tuple[str, ...]:
    """Give the rules that carry any of the stretches; who carries a part carries its sentence."""
    return tuple(
        dict.fromkeys(rule for rule, place in places if any(_shares(one, place) for one in stretches))
    )


def _shares(one: tuple[int, int], other: tuple[int, int]) -> bool:
    shared = min(one[1], other[1]) - max(one[0], other[0])
    return 2 * shared >= min(one[1] - one[0], other[1] - other[0])


def _answer(rules: tuple[str, ...], reason: Reason | None) -> Answer:
    if rules:
        return Answer.RULES
    return Answer.REASON if reason else Answer.NONE


def _needless(sentences: tuple[SentenceCoverage, ...]) -> Iterator[str]:
    for one in sentences:
        if one.rules and one.sentence.reason:
            yield one.sentence.id
        yield from (part.part.id for part in one.parts if part.rules and part.part.reason)


def _problem(standard: Standard, citation: Citation, quotation: str) -> QuotationProblem | None:
    if citation.clause not in standard.clauses:
        normal = normalise_key(citation.clause)
        meant = normal if normal in standard.clauses else citation.clause
        told = wording.no_such_clause(citation.clause), did_you_mean(meant, standard.clauses)
        return QuotationProblem(citation, quotation, Fault.NO_SUCH_CLAUSE, *told)
    located = locate(standard, citation.clause, quotation)
    if located is None:
        near = nearest(standard, citation.clause, quotation)
        told = (
            wording.not_verbatim(quotation, citation.clause),
            wording.quote_instead(near, elsewhere(standard, quotation)),
        )
        return QuotationProblem(citation, quotation, Fault.NOT_VERBATIM, *told)
    if located.occurrences > 1:
        told = wording.ambiguous(quotation, citation.clause, located.occurrences), wording.QUOTE_MORE
        return QuotationProblem(citation, quotation, Fault.AMBIGUOUS, *told)
    return None
