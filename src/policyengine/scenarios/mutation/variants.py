"""A part of a rule and what it may be changed into."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Part_co = TypeVar("Part_co", covariant=True)
Inner = TypeVar("Inner")
Outer = TypeVar("Outer")


class Kind(StrEnum):
    """What sort of change it is, as people read it."""

    COMPARATOR = "比较符"
    BOUNDARY = "边界值"
    DROPPED = "去掉条件"
    NEGATED = "条件取反"
    JOINED = "且或互换"
    MEMBERS = "集合成员"
    FILLED = "已填报"
    CALCULATION = "算式"
    DAYS = "日与工作日"
    MODALITY = "用语"
    APPLIES = "适用"
    ROWS = "判定表"
    PATTERN = "模式"
    SCOPE = "范围"
    KEY = "同一"
    LIMIT = "限期"
    EVENTS = "事件"
    TIMES = "次数"
    GRANT = "有效期"


@dataclass(frozen=True, slots=True)
class Variant(Generic[Part_co]):
    """What a part is changed into; `words` say what was changed, in Chinese."""

    part: Part_co
    kind: Kind
    words: str


def inside(
    variants: Iterable[Variant[Inner]], rebuild: Callable[[Inner], Outer], where: str = ""
) -> Iterator[Variant[Outer]]:
    """Carry the variants of a part over to the whole; `where` is put before their words."""
    for one in variants:
        yield Variant(rebuild(one.part), one.kind, f"{where}{one.words}")
