"""Find the headings and the sentences in the text. Used to build the clause tree and the ledger, not to read them.

Headings are `一、…`, `（一）…` (half-width brackets too) and, at the head of a paragraph, `第一阶段：`.
A sentence ends with 。 (and its closing quotation marks), or with ： at the end of a paragraph. A paragraph
that ends with neither was cut by the end of a page and goes on in the next one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from policyengine.standard.text import RawText, raw_text

if TYPE_CHECKING:
    from collections.abc import Iterator

_NUMERALS = "一二三四五六七八九十"
_PART = re.compile(rf"(?P<number>[{_NUMERALS}]+)、(?P<title>.+)")
_SECTION = re.compile(rf"[（(](?P<number>[{_NUMERALS}]+)[）)] ?(?P<title>.+)")
_STAGE = re.compile(rf"第(?P<number>[{_NUMERALS}]+)阶段：")
_SENTENCE_END = re.compile(r"[。！？][”’]*")


@dataclass(frozen=True, slots=True)
class Heading:
    """A clause as found: its key and title, the place of its heading and of its own body (empty if none)."""

    key: str
    title: str
    parent: str
    prefix: str  # what its sentence ids begin with: 5.10
    heading: tuple[int, int]
    body: tuple[int, int]


def number_of(numeral: str) -> int:
    """Read a Chinese numeral up to 99 as it stands in headings."""
    tens, ten, ones = numeral.rpartition("十")
    value = {character: place for place, character in enumerate(_NUMERALS, 1)}
    return (value[tens] if tens else 1) * 10 * bool(ten) + (value[ones] if ones else 0)


def outline(text: str) -> tuple[Heading, ...]:
    """Find every clause, in the order of the text."""
    raw = raw_text(text)
    marks = list(_marks(raw))
    found = []
    for position, mark in enumerate(marks):
        following = marks[position + 1].heading[0] if position + 1 < len(marks) else len(text)
        found.append(
            Heading(
                mark.key,
                mark.title,
                mark.parent,
                mark.prefix,
                mark.heading,
                _trimmed(text, mark.heading[1], following),
            )
        )
    return tuple(found)


def sentence_ranges(text: str, body: tuple[int, int]) -> Iterator[tuple[int, int]]:
    """Cut a body into the places of its sentences; blank lines and spaces between them belong to none."""
    start = body[0]
    for end in _ends(text, body):
        while text[start].isspace():
            start += 1
        yield start, end
        start = end


def _ends(text: str, body: tuple[int, int]) -> Iterator[int]:
    ends = {found.end() for found in _SENTENCE_END.finditer(text, *body)}
    ends |= {found.end() for found in re.compile("：(?=\n)").finditer(text, *body)}
    ends |= {body[1]} if body[1] > body[0] else set()
    return iter(sorted(ends))


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _marks(raw: RawText) -> Iterator[Heading]:
    part, part_prefix = "", ""
    for start, line in zip(raw.starts, raw.text.split("\n"), strict=True):
        empty = (start, start)
        if found := _PART.fullmatch(line):
            part, part_prefix = found["number"], str(number_of(found["number"]))
            yield Heading(part, found["title"], "", part_prefix, (start, start + len(line)), empty)
        elif part and (found := _SECTION.fullmatch(line)):
            key, prefix = f"{part}（{found['number']}）", f"{part_prefix}.{number_of(found['number'])}"
            title = found["title"].rstrip("。")
            yield Heading(key, title, part, prefix, (start, start + len(line)), empty)
        elif part and (found := _STAGE.match(line)):
            title, prefix = found[0].rstrip("："), f"{part_prefix}.{number_of(found['number'])}"
            yield Heading(f"{part}·{title}", title, part, prefix, (start, start + found.end()), empty)
