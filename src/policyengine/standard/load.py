"""Read data/standard as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from policyengine.standard.clauses import load_clauses
from policyengine.standard.ledger import load_sentences
from policyengine.standard.slips import load_slips
from policyengine.standard.text import load_text

if TYPE_CHECKING:
    from pathlib import Path

    from policyengine.diagnostics import Problems
    from policyengine.standard.clauses import Clause
    from policyengine.standard.ledger import Sentence
    from policyengine.standard.slips import Slip
    from policyengine.standard.text import RawText


@dataclass(frozen=True, slots=True)
class Standard:
    """The text, its clauses by key and its sentences by id, both in the order of the text, and its slips."""

    text: RawText
    clauses: dict[str, Clause]
    sentences: dict[str, Sentence]
    slips: tuple[Slip, ...] = ()


def load_standard(folder: Path, problems: Problems) -> Standard:
    """Read a folder such as data/standard; whatever does not agree with the text is told in `problems`."""
    text = load_text(folder, problems)
    if not text.text:
        return Standard(text, {}, {})
    clauses = load_clauses(folder, text, problems)
    return Standard(
        text, clauses, load_sentences(folder, text, clauses, problems), load_slips(folder, text, problems)
    )
