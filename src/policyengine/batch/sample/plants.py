"""What a planted violation is: a change of one subject's facts, and which verdicts it causes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policyengine.vocabulary.terms import Subject


@dataclass(frozen=True, slots=True)
class Ago:
    """A day so long before the as-of day."""

    days: int


@dataclass(frozen=True, slots=True)
class After:
    """A day so long after another date of the subject (before, if negative)."""

    term: str
    days: int


Change: TypeAlias = "bool | int | float | str | Ago | After | None"


@dataclass(frozen=True, slots=True)
class Plant:
    """A change of one subject's facts.

    rule: what it is meant to break (or to leave undetermined). also: what else it breaks. where: what the
    subject must be like, term → allowed values. missing: the change takes a value away, so the verdict is
    `undetermined`; else it is `fail`. places: only subjects in divisions whose codes begin so, for rules of
    overlays; spared: none there, since an overlay does not take the rule over. local: what else it breaks under
    overlays, by the beginning of the division's code.
    """

    rule: str
    subject: Subject
    change: Mapping[str, Change]
    where: Mapping[str, tuple[str | bool, ...]] = field(default_factory=dict)
    also: tuple[str, ...] = ()
    missing: bool = False
    places: tuple[str, ...] = ()
    spared: tuple[str, ...] = ()
    local: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
