"""Reading a YAML mapping whose keys are known: unknown, missing and misshapen ones become diagnostics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policyengine.diagnostics import did_you_mean
from policyengine.documents import Mapping, Scalar, Sequence
from policyengine.values import ValueRefusedError, parse_date

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from policyengine.diagnostics import Problems, Span
    from policyengine.documents import Node


class Form:
    """One mapping being read. Every reader method returns a usable value even after a diagnostic."""

    def __init__(
        self, node: Mapping, known: Collection[str], problems: Problems, *, what: str, clause: str = ""
    ) -> None:
        self.node = node
        self.problems = problems
        self.what = what
        self.clause = clause
        for key, _ in node:
            if key.text not in known:
                self.complain(
                    "F001",
                    f"{what}没有“{key.text}”这个键",
                    key.span,
                    help=did_you_mean(key.text, known) or f"可用的键：{'、'.join(known)}",
                )

    def complain(self, code: str, message: str, span: Span, *, help: str = "") -> None:  # noqa: A002
        """Record a problem of this mapping."""
        self.problems.add(code, message, span, clause=self.clause, help=help)

    def has(self, key: str) -> bool:
        """Whether the key is there."""
        return self.node.get(key) is not None

    def required(self, key: str) -> Node | None:
        """Give the node of a key that must be there."""
        node = self.node.get(key)
        if node is None:
            self.complain("F002", f"{self.what}缺少“{key}”", self.head, help=f"补上“{key}: …”")
        return node

    @property
    def head(self) -> Span:
        """The place to point at for the mapping as a whole: its first key."""
        return self.node.entries[0][0].span if self.node.entries else self.node.span

    def scalar(self, key: str, *, required: bool = True) -> Scalar | None:
        """Give a text with its place."""
        node = self.required(key) if required else self.node.get(key)
        if node is None:
            return None
        if not isinstance(node, Scalar):
            self.complain("F003", f"“{key}”应是一行文字", node.span)
            return None
        if required and not node.text.strip():
            self.complain("F004", f"“{key}”没有内容", self._key_span(key), help="填写内容，或删去这个键")
            return None
        return node

    def text(self, key: str, *, required: bool = True, default: str = "") -> str:
        """Give a text."""
        found = self.scalar(key, required=required)
        return found.text.strip() if found else default

    def choice(self, key: str, members: Collection[str], *, default: str | None = None) -> str:
        """Give one of a closed list of words; the first one after a diagnostic."""
        found = self.scalar(key, required=default is None)
        fallback = default if default is not None else next(iter(members))
        if found is None:
            return fallback
        if found.text not in members:
            self.complain(
                "F005",
                f"“{key}”不能是“{found.text}”",
                found.span,
                help=did_you_mean(found.text, members) or f"可填：{'、'.join(members)}",
            )
            return fallback
        return found.text

    def flag(self, key: str, *, default: bool) -> bool:
        """Give 是 or 否."""
        return self.choice(key, ("是", "否"), default="是" if default else "否") == "是"

    def day(self, key: str, default: date) -> date:
        """Give a day."""
        found = self.scalar(key, required=False)
        return self.read_day(found, default) if found else default

    def read_day(self, node: Scalar, default: date) -> date:
        """Read a scalar as a day."""
        try:
            return parse_date(node.text)
        except ValueRefusedError as error:
            self.complain("F006", str(error), node.span)
            return default

    def mapping(self, key: str, *, required: bool = True) -> Mapping | None:
        """Give a nested mapping."""
        node = self.required(key) if required else self.node.get(key)
        if node is None or isinstance(node, Mapping):
            return node
        self.complain("F003", f"“{key}”下面应是“键: 值”", node.span)
        return None

    def sequence(self, key: str, *, required: bool = True) -> tuple[Node, ...]:
        """Give a list."""
        node = self.required(key) if required else self.node.get(key)
        if node is None:
            return ()
        if isinstance(node, Sequence):
            return node.items
        self.complain("F003", f"“{key}”应是一个列表", node.span, help="每项以“- ”开头，或写成 [甲, 乙]")
        return ()

    def mappings(self, key: str, *, required: bool = True) -> tuple[Mapping, ...]:
        """Give a list whose items are mappings; others are told and left out."""
        items = self.sequence(key, required=required)
        for item in items:
            if not isinstance(item, Mapping):
                self.complain("F003", f"“{key}”的每一项应写成 {{键: 值}}", item.span)
        return tuple(item for item in items if isinstance(item, Mapping))

    def texts(self, key: str, *, required: bool = True) -> tuple[Scalar, ...]:
        """Give a text or a list of texts, as a tuple."""
        node = self.required(key) if required else self.node.get(key)
        match node:
            case None:
                return ()
            case Scalar():
                return (node,)
            case Sequence():
                for item in node.items:
                    if not isinstance(item, Scalar):
                        self.complain("F003", f"“{key}”的每一项应是一行文字", item.span)
                if required and not node.items:
                    self.complain("F004", f"“{key}”没有内容", self._key_span(key), help="至少写一项")
                return tuple(item for item in node.items if isinstance(item, Scalar))
            case Mapping():
                self.complain("F003", f"“{key}”应是文字或文字的列表", node.span)
                return ()

    def _key_span(self, key: str) -> Span:
        found = self.node.key(key)
        return found.span if found else self.node.span
