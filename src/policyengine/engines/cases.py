"""What an engine judges: one subject with every fact and event that its rules may read."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policyengine.values import Value
    from policyengine.vocabulary.terms import Subject

_NOTHING: Mapping[str, Value] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened at an instant (seconds since 1970-01-01, local wall clock)."""

    id: str
    type: str
    at: int
    values: Mapping[str, Value] = field(default_factory=lambda: _NOTHING)

    @property
    def day(self) -> int:
        """The calendar day, as days since 1970-01-01."""
        return self.at // 86_400


@dataclass(frozen=True, slots=True)
class Case:
    """One subject. `values`: its terms and those of the subjects above, encoded; missing ones are absent.

    `trace`: its events and those of the subjects above, by (time, id). Events after the as-of day are ignored
    by the engines. `outlet_id` is empty for subjects that are not outlets nor belong to one. `province` and
    `region` are division codes, six digits and up to twelve. `waived` names the rules that a waiver in force
    on the day excuses: their verdict is `not_applicable`, with no evidence. A rule that does not declare 可豁免 is
    judged all the same.
    """

    subject: Subject
    id: str
    values: Mapping[str, Value]
    trace: tuple[Event, ...] = ()
    outlet_id: str = ""
    province: str = ""
    region: str = ""
    waived: frozenset[str] = frozenset()
