"""The clause tree: the numbered parts of the standard's text, each with its place."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from policyengine.standard import wording
from policyengine.standard.entries import range_at, read_entries, text_at
from policyengine.standard.text import shown

if TYPE_CHECKING:
    from pathlib import Path

    from policyengine.diagnostics import Problems, Span
    from policyengine.documents import Mapping
    from policyengine.standard.text import RawText

CLAUSE_FILE = "clauses.yaml"
_KEYS = ("条款", "标题", "上级", "标题位置", "正文位置")


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause. Its key is normalised to full width: `五（九）` though the text has a half-width bracket.

    parent: key of the clause above, empty for a part. heading, body: offsets into the text; the body is the
    clause's own, without the clauses below it, and None if it has none. children: keys, in the order of the text.
    """

    key: str
    title: str
    parent: str
    heading: tuple[int, int]
    body: tuple[int, int] | None
    children: tuple[str, ...] = ()
    span: Span | None = field(default=None, compare=False)

    @property
    def label(self) -> str:
        """Name the clause as reports do: `五（五）基本要求`."""
        return f"{self.key}{'' if self.key.endswith('）') else ' '}{self.title}"


def normalise_key(written: str) -> str:
    """Bring a key as people type it to the form of the tree: full-width brackets, no blanks."""
    return "".join(written.split()).replace("(", "（").replace(")", "）")


def load_clauses(folder: Path, text: RawText, problems: Problems) -> dict[str, Clause]:
    """Read the clause tree and check it against the text; broken entries are told and left out."""
    shown_as = shown(folder, CLAUSE_FILE)
    found: dict[str, Clause] = {}
    reached = 0
    for entry in read_entries(folder / CLAUSE_FILE, shown_as, _KEYS, problems):
        clause = _clause(entry, text, problems)
        if clause is None:
            continue
        if clause.key in found:
            problems.add("ST05", wording.twice("条款", clause.key), entry.span)
            continue
        if clause.parent and clause.parent not in found:
            problems.add("ST06", wording.no_such_clause(clause.parent), entry.span, clause=clause.key)
            continue
        if clause.heading[0] < reached:
            problems.add("ST04", wording.out_of_order(clause.key), entry.span, help=wording.REBUILD)
        reached = (clause.body or clause.heading)[1]
        found[clause.key] = clause
    return {key: _with_children(clause, found) for key, clause in found.items()}


def _clause(entry: Mapping, text: RawText, problems: Problems) -> Clause | None:
    key = text_at(entry, "条款", problems)
    title = text_at(entry, "标题", problems)
    heading = range_at(entry, "标题位置", len(text.text), problems)
    body = range_at(entry, "正文位置", len(text.text), problems, optional=True)
    if not key or not title or heading is None:
        return None
    if key != normalise_key(key):
        problems.add("ST06", wording.key_not_normal(key, normalise_key(key)), entry.span)
    if title not in text.text[slice(*heading)]:
        problems.add("ST07", wording.heading_differs(key, title), entry.span, help=wording.REBUILD)
    if body and body[0] < heading[1]:
        problems.add("ST04", wording.out_of_order(key), entry.span, help=wording.REBUILD)
    return Clause(key, title, text_at(entry, "上级", problems, optional=True), heading, body, span=entry.span)


def _with_children(clause: Clause, all_of_them: dict[str, Clause]) -> Clause:
    children = tuple(key for key, other in all_of_them.items() if other.parent == clause.key)
    return Clause(clause.key, clause.title, clause.parent, clause.heading, clause.body, children, clause.span)
