"""Find a quotation in the clause that a rule cites. Only the line ends of page breaks are forgiven."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policyengine.diagnostics import Span
    from policyengine.standard.load import Standard
    from policyengine.standard.text import Joined

_PHRASE = re.compile("[^，。；：、]+[，。；：、]?[”’]*")
_LEAST_LIKENESS = 0.3


@dataclass(frozen=True, slots=True)
class Located:
    """Where a quotation stands: clause (perhaps one below the cited), offsets, place, and the sentences it touches.

    occurrences: how often it stands in the cited clause; the place is that of the first.
    """

    clause: str
    range: tuple[int, int]
    span: Span
    sentences: tuple[str, ...]
    occurrences: int = 1


def locate(standard: Standard, clause_key: str, quotation: str) -> Located | None:
    """Find a quotation verbatim in the text of a clause or of the clauses below it.

    Line ends are dropped on both sides; blanks and punctuation count. Words that are exactly one part of the
    ledger mean that part, wherever else they stand. None if it is not there, or no such clause.
    """
    wanted = _one_line(quotation)
    if not wanted:
        return None
    hits = [
        (key, joined.raw_range(start, start + len(wanted)))
        for key, joined in _texts(standard, clause_key)
        for start in _starts(joined.text, wanted)
    ]
    if not hits:
        return None
    if len(hits) > 1:
        listed = {part.range for sentence in standard.sentences.values() for part in sentence.parts}
        exact = [hit for hit in hits if hit[1] in listed]
        hits = exact if len(exact) == 1 else hits
    key, place = hits[0]
    touched = tuple(
        name
        for name, sentence in standard.sentences.items()
        if sentence.range[0] < place[1] and place[0] < sentence.range[1]
    )
    return Located(key, place, standard.text.span(*place), touched, len(hits))


def nearest(standard: Standard, clause_key: str, quotation: str) -> str:
    """Give the passage of the clause most like a quotation that is not verbatim; empty if nothing is like it."""
    wanted = _one_line(quotation)
    best, likeness = "", _LEAST_LIKENESS
    matcher = difflib.SequenceMatcher(autojunk=False)
    matcher.set_seq2(wanted)
    for _, joined in _texts(standard, clause_key):
        for passage in _passages(joined.text, len(wanted)):
            matcher.set_seq1(passage)
            if matcher.real_quick_ratio() > likeness and (found := matcher.ratio()) > likeness:
                best, likeness = passage, found
    return best


def elsewhere(standard: Standard, quotation: str) -> tuple[str, ...]:
    """Give the keys of all clauses in whose own text a quotation stands, for one that cites the wrong clause."""
    found = (located.clause for key in standard.clauses if (located := locate(standard, key, quotation)))
    return tuple(dict.fromkeys(found))


def _texts(standard: Standard, clause_key: str) -> Iterator[tuple[str, Joined]]:
    clause = standard.clauses.get(clause_key)
    if clause is None:
        return
    if clause.body is not None:
        yield clause.key, standard.text.joined(*clause.body)
    for child in clause.children:
        yield from _texts(standard, child)


def _one_line(quotation: str) -> str:
    return "".join(quotation.split("\n")).strip()


def _starts(text: str, wanted: str) -> Iterator[int]:
    start = text.find(wanted)
    while start >= 0:
        yield start
        start = text.find(wanted, start + 1)


def _passages(text: str, length: int) -> Iterator[str]:
    """Give the runs of whole phrases that are not much longer than what is looked for."""
    phrases = [found.span() for found in _PHRASE.finditer(text)]
    for first, (start, _) in enumerate(phrases):
        for _, end in phrases[first:]:
            yield text[start:end].rstrip("，、：；")
            if end - start > length * 3 // 2:
                break
