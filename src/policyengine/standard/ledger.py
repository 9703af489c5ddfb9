"""The sentence ledger: every sentence of the text, the parts it lists, and why no rule is to carry it if none is.

What a rule carries is not written here; it is derived from the quotations of the rules (`coverage`).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from policyengine.diagnostics import did_you_mean
from policyengine.standard import wording
from policyengine.standard.entries import entries_of, entry_of, pair_at, range_at, read_entries, text_at
from policyengine.standard.text import shown

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Mapping as Lookup
    from pathlib import Path

    from policyengine.diagnostics import Problems, Span
    from policyengine.documents import Mapping
    from policyengine.standard.clauses import Clause
    from policyengine.standard.text import RawText

SENTENCE_FILE = "sentences.yaml"
_KEYS = ("句", "条款", "位置", "行", "指纹", "文", "分项", "无规则理由")
_PART_KEYS = ("项", "位置", "无规则理由")
_REASON_KEYS = ("类型", "说明")


class ReasonKind(StrEnum):
    """Why no rule is to carry a sentence. A closed list; `wording.REASON_MEANINGS` explains each."""

    DEFINITION = "定义"
    POSITIONING = "定位"
    OVERVIEW = "章节概述"
    REFERENCE = "引用其他标准"
    DRAFTING_PRINCIPLE = "编制原则"
    DRAFTING_PROCESS = "编制过程"
    BACKGROUND = "背景说明"
    NOT_DECIDABLE = "无法由事实判定"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why no rule is to carry a sentence or a part, with one line of explanation."""

    kind: ReasonKind
    explanation: str


@dataclass(frozen=True, slots=True)
class Part:
    """One of several requirements that a sentence lists; `id` is the sentence's with an ordinal, `5.7-1.2`."""

    id: str
    text: str
    range: tuple[int, int]
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence. `range`: offsets into the text; `lines`: 1-based, both inclusive; `text`: page breaks closed."""

    id: str
    clause: str
    range: tuple[int, int]
    lines: tuple[int, int]
    text: str
    fingerprint: str
    parts: tuple[Part, ...] = ()
    reason: Reason | None = None
    span: Span | None = field(default=None, compare=False)


def fingerprint(raw: str) -> str:
    """Give the first 16 hexadecimal digits of the SHA-256 of a stretch of the raw text in UTF-8."""
    return hashlib.sha256(raw.encode()).hexdigest()[:16]


def load_sentences(
    folder: Path, text: RawText, clauses: Lookup[str, Clause], problems: Problems
) -> dict[str, Sentence]:
    """Read the ledger and verify every place and fingerprint against the text; broken entries are left out."""
    shown_as = shown(folder, SENTENCE_FILE)
    found: dict[str, Sentence] = {}
    reached = 0
    for entry in read_entries(folder / SENTENCE_FILE, shown_as, _KEYS, problems):
        sentence = _sentence(entry, text, problems)
        if sentence is None:
            continue
        if sentence.id in found:
            problems.add("ST05", wording.twice("句", sentence.id), entry.span)
            continue
        if sentence.range[0] < reached:
            problems.add("ST04", wording.out_of_order(sentence.id), entry.span, help=wording.REBUILD)
        reached = sentence.range[1]
        _check_clause(sentence, clauses, entry.span, problems)
        found[sentence.id] = sentence
    return found


def _sentence(entry: Mapping, text: RawText, problems: Problems) -> Sentence | None:
    name = text_at(entry, "句", problems)
    clause = text_at(entry, "条款", problems)
    place = range_at(entry, "位置", len(text.text), problems)
    lines = pair_at(entry, "行", problems)
    written = text_at(entry, "文", problems)
    mark = text_at(entry, "指纹", problems)
    if place is None or not name or not clause:
        return None
    raw = text.text[slice(*place)]
    if fingerprint(raw) != mark or written != text.joined(*place).text:
        problems.add("ST08", wording.sentence_differs(name), entry.span, clause=clause, help=wording.REBUILD)
    expected = (text.line(place[0]), text.line(place[1] - 1))
    if lines != expected:
        problems.add(
            "ST08", wording.lines_differ(name, *expected), entry.span, clause=clause, help=wording.REBUILD
        )
    parts = tuple(_parts(name, place, entry, text, problems))
    return Sentence(name, clause, place, expected, written, mark, parts, _reason(entry, problems), entry.span)


def _check_clause(sentence: Sentence, clauses: Lookup[str, Clause], span: Span, problems: Problems) -> None:
    clause = clauses.get(sentence.clause)
    if clause is None:
        problems.add("ST06", wording.no_such_clause(sentence.clause), span)
    elif clause.body is None or not _within(sentence.range, clause.body):
        problems.add("ST09", wording.outside_clause(sentence.id, clause.key), span, clause=clause.key)


def _parts(
    sentence: str, place: tuple[int, int], entry: Mapping, text: RawText, problems: Problems
) -> Iterator[Part]:
    node = entry.get("分项")
    reached = place[0]
    for number, item in enumerate(entries_of(node, _PART_KEYS, problems) if node else (), 1):
        written = text_at(item, "项", problems)
        where = range_at(item, "位置", len(text.text), problems)
        if where is None or not written:
            continue
        if where[0] < reached or where[1] > place[1] or text.joined(*where).text != written:
            problems.add("ST10", wording.part_differs(sentence, written), item.span, help=wording.REBUILD)
            continue
        reached = where[1]
        yield Part(f"{sentence}.{number}", written, where, _reason(item, problems))


def _reason(entry: Mapping, problems: Problems) -> Reason | None:
    node = entry.get("无规则理由")
    if node is None:
        return None
    given = entry_of(node, _REASON_KEYS, problems)
    if given is None:
        return None
    kind = text_at(given, "类型", problems)
    explanation = text_at(given, "说明", problems)
    if kind and kind not in set(ReasonKind):
        helped = did_you_mean(kind, ReasonKind) or wording.one_of(ReasonKind)
        problems.add("ST11", wording.no_such_reason(kind), given.span, help=helped)
        return None
    return Reason(ReasonKind(kind), explanation) if kind and explanation else None


def _within(inner: tuple[int, int], outer: tuple[int, int]) -> bool:
    return outer[0] <= inner[0] and inner[1] <= outer[1]
