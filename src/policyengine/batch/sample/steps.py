"""What may happen to the events of an outlet, step by step."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Drop:
    """Take events of a type away: all, those whose fields are as `where` says, or only the first of each operator."""

    type: str
    where: Mapping[str, str] = field(default_factory=dict)
    first: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    """Shift all events of these types by days."""

    types: tuple[str, ...]
    days: int


@dataclass(frozen=True, slots=True)
class Fill:
    """Write another value into a field of all events of a type; an int of a date field is days after the event."""

    type: str
    name: str
    value: str | int


@dataclass(frozen=True, slots=True)
class Copy:
    """Add a copy of each event of a type, later by days and seconds, with a suffix to a key and other values.

    where: only of those whose fields are so; a value that begins with `{owner}` goes on from the outlet's id.
    `type` among the values makes other events of them.
    """

    type: str
    days: int
    seconds: int = 0
    suffix: tuple[str, str] = ("", "")
    values: Mapping[str, str] = field(default_factory=dict)
    where: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OfCase:
    """Do something to one case of the outlet: one that was accepted `age` or more days ago and fits.

    drop: event types of that case to take away. set: fields of its events of a type to write.
    """

    kind: str = ""  # 业务类别
    has: str = ""  # an event type that the case must have
    drop: tuple[str, ...] = ()
    fill: tuple[Fill, ...] = ()
    copy: tuple[Copy, ...] = ()
    complete: bool = True  # no 材料不齐


Step: TypeAlias = "Drop | Move | Fill | Copy | OfCase"


@dataclass(frozen=True, slots=True)
class Mishap:
    """What happens to one outlet's events: which rules it breaks and which outlets it can happen to.

    needs: event types that the outlet must have. lacks: those that it must not have. rich: a full history.
    age: days since the plaque at least.
    """

    rule: str
    steps: tuple[Step, ...]
    also: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    rich: bool = True
    age: int = 0
