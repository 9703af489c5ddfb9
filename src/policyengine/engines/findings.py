"""What an engine says: one finding for each subject and rule."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from policyengine.engines.cases import Case
    from policyengine.semantics.ir import Book, Verdict
    from policyengine.values import Value
    from policyengine.vocabulary.terms import Subject

_NOTHING: Mapping[str, Value] = MappingProxyType({})


@dataclass(frozen=True, slots=True, order=True)
class Due:
    """An obligation not yet met and not yet late: the event that raised it (or empty) and its last day."""

    day: int
    event: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """What made the verdict.

    values: every recorded term that the rule reads (through definitions too) and that is filled, encoded.
    violated: for event rules, the ids of the events that raised violated activations, sorted, distinct; an
        activation raised by the trace itself (nothing happened) has the id of the event that opened its segment,
        or none.
    met: number of activations met. due: obligations still open, sorted.
    """

    values: Mapping[str, Value] = field(default_factory=lambda: _NOTHING)
    violated: tuple[str, ...] = ()
    met: int = 0
    due: tuple[Due, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """The verdict on one subject by one rule. `missing` is sorted and empty unless undetermined."""

    subject: Subject
    subject_id: str
    outlet_id: str
    province: str
    rule: str
    verdict: Verdict
    missing: tuple[str, ...] = ()
    evidence: Evidence = field(default_factory=Evidence)


class Engine(Protocol):
    """The one contract of the engines that judge case by case."""

    def evaluate(self, book: Book, cases: Iterable[Case]) -> Iterator[Finding]:
        """Give the finding of every rule of the case's subject, case by case, in the order of the book."""
        ...
