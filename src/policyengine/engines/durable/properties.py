"""What a fact tells the engine about a subject or an event, and how it is written.

Numbers and dates stay integers, booleans booleans, choices and texts strings: the vocabulary typed every value,
so that the engine never compares across types (it holds that `'1' = 1` and `True = 1`). A 多选 value becomes one
boolean property a member. A missing value is left out.

Comparisons of two recorded values are the engine's own. A comparison with arithmetic in it, 天数 and 工作日数
among that, is written as one more property: the difference of both sides, which the engine compares with zero.
The engine's integers have 64 bits and overflow without a word, and it knows no calendar.
"""

from __future__ import annotations

import hashlib
import json
import operator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias, assert_never

from policyengine.engines.durable.ruleset import LARGEST
from policyengine.semantics.ir import (
    Arithmetic,
    ArithmeticOperator,
    AsOf,
    Constant,
    DaysBetween,
    Expression,
    ParameterRef,
    Rescale,
    TermRef,
)
from policyengine.semantics.workdays import ordinal_of
from policyengine.values import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from policyengine.values import Value

    Values: TypeAlias = Mapping[str, Value]

AS_OF = ""  # the name under which the as-of day stands among the values
_LONGEST = 1000  # the engine measures texts in 16 bits; longer ones are compared by their digest
_COMBINE: dict[ArithmeticOperator, Callable[[int, int], int]] = {
    ArithmeticOperator.PLUS: operator.add,
    ArithmeticOperator.MINUS: operator.sub,
    ArithmeticOperator.TIMES: operator.mul,
}


@dataclass(frozen=True, slots=True)
class Recorded:
    """The value of a term that is no set."""

    term: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Answered:
    """A set term has a value."""

    term: str


@dataclass(frozen=True, slots=True)
class HasMember:
    """Whether the value of a set term has a member."""

    term: str
    member: str


@dataclass(frozen=True, slots=True)
class Difference:
    """`left − right`, cut to what the engine's integers hold; the sign stays."""

    left: Expression
    right: Expression


Property: TypeAlias = "Recorded | Answered | HasMember | Difference"


def write_text(text: str) -> str:
    """Write a text or a choice as the engine compares it: quoted, escaped, a very long one as its digest."""
    return json.dumps(text_of(text))


def text_of(text: str) -> str:
    """Give the text that stands for a text: itself, unless it is very long."""
    if len(text) <= _LONGEST:
        return text
    return "sha256:" + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class FactWriter:
    """Writes the properties of one fact after the other. `names` gives each property's name in the engine."""

    def __init__(self, names: Mapping[Property, str]) -> None:
        self._writers: list[tuple[str, str, Callable[[Value], str]]] = []
        self._members: dict[str, list[tuple[str, str]]] = {}
        self._differences: list[tuple[str, Callable[[Values], int | None]]] = []
        for one, name in names.items():
            self._add(one, name)
        self._sets = lru_cache(maxsize=4096)(self._write_set)

    def write(self, values: Values) -> dict[str, str]:
        """Give each property that there is, by its name, as `"name":value`."""
        written: dict[str, str] = {}
        for name, term, write in self._writers:
            value = values.get(term)
            if value is not None:
                written[name] = f'"{name}":{write(value)}'
        for term in self._members:
            found = values.get(term)
            if isinstance(found, frozenset):
                written.update(self._sets(term, found))
        for name, number_of in self._differences:
            number = number_of(values)
            if number is not None:
                written[name] = f'"{name}":{_write_number(number)}'
        return written

    def _add(self, one: Property, name: str) -> None:
        match one:
            case Recorded(term, kind):
                self._writers.append((name, term, _WRITERS[kind]))
            case Answered(term):
                self._members.setdefault(term, []).append((name, ""))
            case HasMember(term, member):
                self._members.setdefault(term, []).append((name, member))
            case Difference(left, right):
                self._differences.append((name, _minus(reader_of(left), reader_of(right))))
            case _:
                assert_never(one)

    def _write_set(self, term: str, value: frozenset[str]) -> tuple[tuple[str, str], ...]:
        return tuple(
            (name, f'"{name}":{"true" if not member or member in value else "false"}')
            for name, member in self._members[term]
        )


def reader_of(expression: Expression) -> Callable[[Values], int | None]:
    """Make a function that works out a number from recorded values; None if one is missing."""
    match expression:
        case Constant(value):
            number = _integer(value)
            return lambda _: number
        case TermRef(name):
            return lambda values: _optional(values.get(name))
        case AsOf():
            return lambda values: _optional(values.get(AS_OF))
        case Rescale(operand, factor):
            read = reader_of(operand)
            return lambda values: None if (number := read(values)) is None else number * factor
        case Arithmetic(sign, left, right):
            return _join(reader_of(left), reader_of(right), _COMBINE[sign])
        case DaysBetween(start, end, unit):
            return _join(
                reader_of(start),
                reader_of(end),
                lambda one, two: ordinal_of(two, unit) - ordinal_of(one, unit),
            )
        case ParameterRef():
            raise AssertionError("parameters are resolved before")
        case _:
            assert_never(expression)


def _minus(
    left: Callable[[Values], int | None], right: Callable[[Values], int | None]
) -> Callable[[Values], int | None]:
    return _join(left, right, operator.sub)


def _join(
    left: Callable[[Values], int | None],
    right: Callable[[Values], int | None],
    combine: Callable[[int, int], int],
) -> Callable[[Values], int | None]:
    def read(values: Values) -> int | None:
        one, two = left(values), right(values)
        return None if one is None or two is None else combine(one, two)

    return read


def _integer(value: Value) -> int:
    assert isinstance(value, int)  # noqa: S101 -- the loader typed it
    return value


def _optional(value: Value | None) -> int | None:
    return None if value is None else _integer(value)


def _write_number(value: Value) -> str:
    assert isinstance(value, int)  # noqa: S101 -- the loader typed it
    return f"{value if -LARGEST < value < LARGEST else LARGEST if value > 0 else -LARGEST:d}"


def _write_boolean(value: Value) -> str:
    return "true" if value else "false"


@lru_cache(maxsize=65_536)
def _write_string(value: Value) -> str:
    return write_text(str(value))


_WRITERS: dict[Kind, Callable[[Value], str]] = {
    Kind.BOOLEAN: _write_boolean,
    Kind.INTEGER: _write_number,
    Kind.DECIMAL: _write_number,
    Kind.DATE: _write_number,
    Kind.CHOICE: _write_string,
    Kind.TEXT: _write_string,
}


def join_known(written: Mapping[str, str], names: Sequence[str]) -> list[str]:
    """Give the written properties among `names`, in their order."""
    return [written[name] for name in names if name in written]
