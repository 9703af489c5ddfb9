"""The one door to durable-rules 2.0.28: a ruleset that can be asked, and that stands its walls.

A `Ruleset` has one state. `ask` asserts facts, collects what fired and retracts everything, so that nothing of
one subject is there when the next one comes, and memory stays as it is. Facts are used, never events, because an
event is consumed by the first rule that it matches.

The package's `Host` and `Ruleset` are left out on purpose. They start timer threads, keep module globals, write a
state message for every action, swallow an exception in an action and abandon a slow one. Their native part is
called directly: assert, take the fired actions one after the other, retract. No Python runs inside the engine.

What the native part would get wrong without a word is refused here, before it can happen:

- Facts, states and property names are told apart by a 32-bit hash alone. `Keys` hands out names of which no two
  have the same hash. Ids of outlets and events never become ids of facts.
- A batch forgets that a fact "was observed already" when a later one matched nothing. Distinct ids and an empty
  state make that impossible; `observed` is an error nevertheless.
- Too many conditions that one fact matches (`MATCHED`), joined facts or properties lose facts; too many conditions
  in one ruleset, or one that only absence meets, hang. `check_limits` counts them when a ruleset is made.
- An `$and` that joins facts reads past its own end when its last comparison fails, and then crashes or not as
  memory happens to be. `joined` ends it with a comparison that cannot fail: the equality that it begins with, once
  more as `$gte`. `check_limits` refuses any other join.
- Deleting a state in which nothing was ever fired frees memory that was never set. So every ruleset has one rule
  more, `ready`, that is fired once when it is made; that shows as well that the ruleset answers.
- Numbers are written as plain integers that fit the engine's; `Infinity`, exponents and fractions cannot occur.
"""

from __future__ import annotations

import json
from itertools import count
from threading import Lock
from typing import TYPE_CHECKING, TypeAlias
from typing import Any as _Untyped

import durable_rules_engine as _native  # type: ignore[import-not-found]

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    Document: TypeAlias = Mapping[str, Mapping[str, _Untyped]]

# The engine's own walls are 64 matched conditions, 512 conditions, 16 joined facts, 252 properties, 16 connectives.
MATCHED = 50  # so that no fact can match more, a ruleset has no more in all
JOINED = 16
PROPERTIES = 240
CONNECTIVES = 15
LARGEST = 2**62

_STATE = "0"
_NOT_HANDLED = 1
_HASH_BASIS = 0x811C9DC5
_HASH_PRIME = 16_777_619
_RESERVED = ("id", "sid", "$s", "$m", "$i", "$time", "$forward", "sid-0", "$pulse", "ready")
_READY = "ready"
_HEAD = f'"sid":"{_STATE}"'
_names = count()


class EngineFaultError(Exception):
    """The engine did not do what was asked: our own fault, never a verdict."""


class BookTooLargeError(EngineFaultError):
    """A ruleset is past what the engine can take."""


def hash_of(text: str) -> int:
    """Compute the engine's 32-bit hash (FNV-1a) of an ASCII text."""
    value = _HASH_BASIS
    for byte in text.encode("ascii"):
        value = (value ^ byte) * _HASH_PRIME & 0xFFFF_FFFF
    return value


class Keys:
    """Names `<prefix>0`, `<prefix>1`, … of which no two, and none of the engine's own, have the same hash.

    The n-th name is always the same. A name whose hash is taken is left out.
    """

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._numbers = count()
        self._taken = {hash_of(name) for name in _RESERVED}
        self._names: list[str] = []

    def __getitem__(self, index: int) -> str:
        while len(self._names) <= index:
            self._grow()
        return self._names[index]

    def _grow(self) -> None:
        for number in self._numbers:
            name = f"{self._prefix}{number}"
            value = hash_of(name)
            if value not in self._taken:
                self._taken.add(value)
                self._names.append(name)
                return


FACT_KEYS = Keys("f")


def fact(key: str, *properties: str) -> str:
    """Write one fact: its key and its properties, each already written as `"name":value`."""
    return "{" + ",".join((f'"id":"{key}"', _HEAD, *properties)) + "}"


def joined(
    own: dict[str, _Untyped], key: tuple[str, dict[str, str]], *more: dict[str, _Untyped]
) -> dict[str, _Untyped]:
    """Write the condition of a fact that is joined to an earlier one by an equal property, safe from its own end."""
    name, other = key
    return {"$and": [own, {name: other}, *more, {"$gte": {name: other}}]}


class Ruleset:
    """A rule document (see the package's JSON form) that can be asked.

    Raises:
        BookTooLargeError: if the document is past the engine's walls.
        EngineFaultError: if the engine does not take it.

    """

    def __init__(self, document: Document) -> None:
        check_limits(document)
        self._text = json.dumps({**document, _READY: {"all": [{"m": {_READY: 1}}]}})
        self._one_at_a_time = Lock()  # threads would find each other's facts in the one state
        self._handle: int | None = self._register()

    def ask(self, facts: Sequence[str], closing: Sequence[str] = ()) -> list[str]:
        """Assert the facts, then the closing facts, and give what fired, each `{"<rule>":{"<name>":<fact>, …}}`.

        Every fact needs a key of `FACT_KEYS` of its own. Nothing stays behind.

        Raises:
            EngineFaultError: if the engine refuses; the ruleset can be asked again.

        """
        with self._one_at_a_time:
            if self._handle is None:
                raise EngineFaultError("the ruleset is closed")
            try:
                if len(facts) == 1 and not closing:
                    return self._ask_one(self._handle, facts[0])
                return self._ask_many(self._handle, facts, closing)
            except BaseException as error:  # an interrupt too must leave no fact behind
                self._start_anew()
                if isinstance(error, (_native.error, MemoryError, EngineFaultError)):
                    raise EngineFaultError(f"durable-rules: {error}") from error
                raise

    def close(self) -> None:
        """Give the engine's memory back."""
        if self._handle is None:
            return
        handle, self._handle = self._handle, None
        _native.delete_state(handle, _STATE)
        _native.delete_ruleset(handle)

    def __del__(self) -> None:
        if getattr(self, "_handle", None) is not None:
            self.close()

    def _register(self) -> int:
        try:
            handle: int = _native.create_ruleset(f"r{next(_names)}", self._text)
            fired = self._ask_one(handle, fact(FACT_KEYS[0], f'"{_READY}":1'))
        except _native.error as error:
            raise EngineFaultError(f"durable-rules: {error}") from error
        if len(fired) != 1:
            raise EngineFaultError("a new ruleset does not answer")
        return handle

    def _start_anew(self) -> None:
        """Throw away a state of which nobody knows what is in it."""
        self.close()
        self._handle = self._register()

    def _ask_one(self, handle: int, one: str) -> list[str]:
        code, state = _native.assert_fact(handle, one)
        if code == _NOT_HANDLED:
            return []
        if code:
            raise EngineFaultError(f"the fact was not taken, code {code}")
        fired = _fired(handle, state)
        _native.retract_fact(handle, one)
        return fired

    def _ask_many(self, handle: int, facts: Sequence[str], closing: Sequence[str]) -> list[str]:
        fired: list[str] = []
        batches = [f"[{','.join(batch)}]" for batch in (facts, closing) if batch]
        for batch in batches:
            code, state = _native.assert_facts(handle, batch)
            if code > _NOT_HANDLED:
                raise EngineFaultError(f"a fact was not taken, code {code}")
            fired += _fired(handle, state)
        for batch in reversed(batches):
            _native.retract_facts(handle, batch)
        return fired


def check_limits(document: Document) -> None:
    """Refuse a document that the engine would hang on or lose facts with.

    Raises:
        BookTooLargeError: naming the limit.

    """
    if sum(width_of(condition) for rule in document.values() for condition in _conditions(rule)) > MATCHED:
        raise BookTooLargeError(f"more than {MATCHED} conditions that one fact may match at once")
    for rule in document.values():
        if len(_conditions(rule)) > JOINED:
            raise BookTooLargeError(f"more than {JOINED} facts joined in one rule")
        if any(connectives_of(condition) > CONNECTIVES for condition in _conditions(rule)):
            raise BookTooLargeError(f"more than {CONNECTIVES} connectives in one condition")
        if not all(_ends_safely(condition) for condition in _conditions(rule)):
            raise BookTooLargeError("facts joined by a comparison that may fail last")
        if any(_only_absence(condition) for condition in _conditions(rule)):
            raise BookTooLargeError("a condition that is met by absence alone")
    names = {name for rule in document.values() for one in _conditions(rule) for name in _properties(one)}
    if len(names) > PROPERTIES:
        raise BookTooLargeError(f"more than {PROPERTIES} properties in one ruleset")
    if len({hash_of(name) for name in names} | {hash_of(name) for name in _RESERVED}) != len(names) + len(
        _RESERVED
    ):
        raise BookTooLargeError("two property names with the same hash")


def _fired(handle: int, state: int) -> list[str]:
    started = _native.start_action_for_state(handle, state)
    if not started:
        return []
    fired: list[str] = []
    proceed = _native.complete_and_start_action
    message = started[1]
    while message:
        fired.append(message)
        message = proceed(handle, state)
    return fired


def _conditions(rule: Mapping[str, _Untyped]) -> list[_Untyped]:
    return [condition for joined in rule["all"] for condition in joined.values()]


def width_of(condition: Mapping[str, _Untyped]) -> int:
    """Count the places that one condition may take at once on the engine's stack: alternatives add up."""
    (operator, operand), *_ = condition.items()
    if operator == "$or":
        return sum(width_of(part) for part in operand)
    if operator == "$and":
        return max(1, sum(width for part in operand if (width := width_of(part)) > 1))
    return 1


def connectives_of(condition: Mapping[str, _Untyped]) -> int:
    """Count the `$and` and `$or` of one condition."""
    (operator, operand), *_ = condition.items()
    return 1 + sum(connectives_of(part) for part in operand) if operator in {"$and", "$or"} else 0


def _only_absence(condition: Mapping[str, _Untyped]) -> bool:
    (operator, operand), *_ = condition.items()
    if operator in {"$and", "$or"}:
        return all(_only_absence(part) for part in operand)
    return operator == "$nex"


def _ends_safely(condition: Mapping[str, _Untyped]) -> bool:
    joins = [part for part in condition.get("$and", [condition]) if _is_join(part)]
    if not joins:
        return not any(
            _is_join(part) for parts in condition.values() if isinstance(parts, list) for part in parts
        )
    return joins[-1].get("$gte") in joins[:-1]


def _is_join(part: Mapping[str, _Untyped]) -> bool:
    """Whether a comparison, or one inside it, reads another fact."""
    (operator, operand), *_ = part.items()
    if operator in {"$and", "$or"}:
        return any(_is_join(inner) for inner in operand)
    compared = next(iter(operand.values())) if operator.startswith("$") else operand
    return isinstance(compared, dict) and "$m" not in compared


def _properties(condition: Mapping[str, _Untyped]) -> Iterator[str]:
    for operator, operand in condition.items():
        if operator in {"$and", "$or"}:
            for part in operand:
                yield from _properties(part)
        elif operator.startswith("$"):
            yield from operand
        else:
            yield operator
