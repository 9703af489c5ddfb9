"""One line of text to an expression tree, by Lark."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedEOF, UnexpectedInput, UnexpectedToken

from policyengine.documents import character_name
from policyengine.language import wording
from policyengine.language.syntax import (
    Binary,
    Call,
    Day,
    Expr,
    FilledIn,
    Joined,
    MemberSet,
    Name,
    Not,
    Number,
)

if TYPE_CHECKING:
    from policyengine.diagnostics import Problems, Span
    from policyengine.documents import Scalar

_OPERATORS = {
    "!=": "≠", "<=": "≤", ">=": "≥", "==": "=", "＝": "=", "＜": "<", "＞": ">", "＜＝": "≤", "＞＝": "≥", "＜=": "≤", "＞=": "≥",
}  # fmt: skip
_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")
_DEEPEST = 60
_LONGEST = 200  # words, numbers and sets in one condition; plans of the columnar engine grow with it


@cache
def _parser() -> Lark:
    grammar = resources.files("policyengine.language").joinpath("condition.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", propagate_positions=True, maybe_placeholders=False)


def read_condition(text: Scalar, problems: Problems, *, clause: str = "") -> Expr | None:
    """Parse a condition or value; None after a diagnostic."""
    try:
        if _depth(text.text) > _DEEPEST:
            problems.add("L002", wording.TOO_DEEP, text.span, clause=clause, help=wording.USE_DEFINITION)
            return None
        tree = _parser().parse(text.text)
    except UnexpectedInput as error:
        _complain(error, text, problems, clause)
        return None
    if _leaves(tree) > _LONGEST:
        problems.add("L002", wording.TOO_LONG, text.span, clause=clause, help=wording.USE_DEFINITION)
        return None
    child = tree.children[0]
    return _Builder(text).build(child)


def _leaves(tree: Tree[Token]) -> int:
    return sum(token.type in {"NAME", "NUMBER", "DATE"} for token in tree.scan_values(_is_token))


def _is_token(one: object) -> bool:
    return isinstance(one, Token)


def _depth(text: str) -> int:
    deepest = depth = 0
    for character in text:
        depth += (character in "(（") - (character in ")）")
        deepest = max(deepest, depth)
    sums = sum(_DATE.sub("", text).count(sign) for sign in "+＋-−－*×")
    return max(deepest, text.count("非"), sums)


def _complain(error: UnexpectedInput, text: Scalar, problems: Problems, clause: str) -> None:
    if isinstance(error, UnexpectedToken) and error.token.type in {"AND", "OR"} and _mixed(error):
        start = error.token.start_pos or 0
        problems.add(
            "L003", wording.MIXED, text.part(start, start + 1), clause=clause, help=wording.MIXED_HELP
        )
        return
    if isinstance(error, UnexpectedEOF) or (
        isinstance(error, UnexpectedToken) and error.token.type == "$END"
    ):
        end = len(text.text)
        problems.add(
            "L001", wording.UNFINISHED, text.part(max(0, end - 1), end), clause=clause, help=wording.SHAPE
        )
        return
    start = error.pos_in_stream or 0
    if isinstance(error, UnexpectedCharacters):
        found = text.text[start : start + 1]
        seen = found.isprintable() and unicodedata.category(found) not in {"Mn", "Cf"}
        problems.add(
            "L001",
            wording.bad_character(found if seen else character_name(found)),
            text.part(start, start + 1),
            clause=clause,
            help=wording.SHAPE if seen else wording.INVISIBLE,
        )
        return
    found = str(getattr(error, "token", ""))
    problems.add(
        "L001",
        wording.unexpected(found),
        text.part(start, start + len(found)),
        clause=clause,
        help=wording.SHAPE,
    )


def _mixed(error: UnexpectedToken) -> bool:
    other = "OR" if error.token.type == "AND" else "AND"
    return other in (error.accepts or error.expected or set())


class _Builder:
    """Lark's tree to ours, with places in the file."""

    def __init__(self, text: Scalar) -> None:
        self.text = text

    def span(self, node: Tree[Token] | Token) -> Span:
        if isinstance(node, Token):
            return self.text.part(node.start_pos or 0, node.end_pos or 0)
        return self.text.part(node.meta.start_pos, node.meta.end_pos)

    def build(self, node: Tree[Token] | Token) -> Expr:
        if isinstance(node, Token):
            return Name(str(node), self.span(node))
        span = self.span(node)
        parts = node.children
        match node.data:
            case "name":
                return Name(str(parts[0]), span)
            case "number":
                return Number(str(parts[0]), str(parts[1]) if len(parts) > 1 else "", span)
            case "date":
                return Day(str(parts[0]), span)
            case "brackets":
                return self.build(parts[1])
            case "set":
                members = [one for one in parts if isinstance(one, Token) and one.type != "COMMA"]
                return MemberSet(tuple(Name(str(one), self.span(one)) for one in members), span)
            case "call":
                return Call(str(parts[0]), self.build(parts[2]), self.build(parts[4]), span)
            case "all" | "any":
                return Joined(
                    "且" if node.data == "all" else "或", tuple(self.build(one) for one in parts[::2]), span
                )
            case "negation":
                return Not(self.build(parts[1]), span)
            case "filled" | "unfilled":
                return FilledIn(self.build(parts[0]), node.data == "unfilled", span)
        return self.binary(str(node.data), parts, span)

    def binary(self, kind: str, parts: list[Tree[Token] | Token], span: Span) -> Expr:
        left, operator, right = parts
        words = {
            "plus": "+",
            "minus": "−",
            "times": "×",
            "member": "属于",
            "not_member": "不属于",
            "includes": "包含",
        }
        sign = words.get(kind) or _OPERATORS.get(str(operator), str(operator))
        return Binary(sign, self.build(left), self.build(right), span, self.span(operator))
