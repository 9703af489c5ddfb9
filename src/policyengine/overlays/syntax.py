"""Overlays as written. Spans stand outside equality."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from datetime import date

    from policyengine.diagnostics import Span
    from policyengine.documents import Scalar
    from policyengine.language.syntax import BookText, Expr, ParameterText, ParameterValue


@dataclass(frozen=True, slots=True)
class Ground:
    """Why a change is made (理由) and by which document (文件)."""

    reason: str
    document: str


@dataclass(frozen=True, slots=True)
class Setting:
    """设定: dated values for a parameter of a layer above."""

    parameter: Scalar
    values: tuple[ParameterValue, ...]
    ground: Ground
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Tightening:
    """从严: a condition and-ed to the requirement of a rule, with parameters of its own."""

    rule: Scalar
    text: str
    condition: Expr
    parameters: tuple[ParameterText, ...]
    since: date
    ground: Ground
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Raising:
    """升格: 宜 becomes 应."""

    rule: Scalar
    since: date
    ground: Ground
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Waiving:
    """不采用: a 宜 does not apply from a day on, until it does again: on the day after 至."""

    rule: Scalar
    since: date
    resumes: date
    ground: Ground
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Addition:
    """新增: rules, definitions and decision tables of this layer."""

    text: BookText
    since: date
    ground: Ground
    span: Span = field(compare=False)


Change: TypeAlias = "Setting | Tightening | Raising | Waiving | Addition"


@dataclass(frozen=True, slots=True)
class ListedItem:
    """An item of a list: its name, the outlet grade that may handle it (empty: any), its facts as written."""

    name: Scalar
    grade: str
    facts: tuple[tuple[Scalar, tuple[Scalar, ...]], ...]
    basis: str
    source: str


@dataclass(frozen=True, slots=True)
class ItemCount:
    """How many items the list has, in all (`grade` empty) or for outlets of one grade."""

    grade: Scalar | None
    count: int
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class ItemList:
    """事项清单: when it was published and begins, how many items it has, and those whose names are known."""

    published: date | None
    effective: date | None
    counts: tuple[ItemCount, ...]
    complete: bool
    items: tuple[ListedItem, ...]
    document: str
    basis: str
    source: str
    note: str
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Rollout:
    """开展情形: whether the province had begun before the standard, and how that is known."""

    state: str
    basis: str
    source: str


@dataclass(frozen=True, slots=True)
class OverlayText:
    """One overlay file. `code` is the division code of its layer."""

    code: Scalar
    name: str
    note: str
    changes: tuple[Change, ...]
    items: ItemList | None
    rollout: Rollout | None
    file: str = field(compare=False)
