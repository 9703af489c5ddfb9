"""Formulas as rulesets: split into shards that the engine can take, asked in rounds.

A shard is a ruleset whose conditions are so few that no fact can match more than the engine bears, and that is sent
only the properties it reads. A part of a formula that is too large for one condition becomes a formula of an
earlier round; what a round has claimed, and has not claimed, is a property of the facts of later rounds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from policyengine.engines.durable.formulas import (
    Every,
    Settled,
    Some,
    document_of,
    every,
    properties_in,
    settled_in,
    some,
)
from policyengine.engines.durable.properties import (
    Answered,
    Difference,
    FactWriter,
    HasMember,
    Recorded,
    join_known,
)
from policyengine.engines.durable.ruleset import (
    CONNECTIVES,
    FACT_KEYS,
    MATCHED,
    PROPERTIES,
    Keys,
    Ruleset,
    connectives_of,
    fact,
    width_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from policyengine.engines.durable.formulas import Formula
    from policyengine.engines.durable.properties import Property
    from policyengine.values import Value

    Document: TypeAlias = dict[str, object]

_PROPERTY_KEYS = Keys("p")
_WIDEST = 12  # alternatives of one condition
_LONGEST = 60  # parts joined by and
_DEEPEST = CONNECTIVES - 5  # connectives of one condition; a round adds a few
_ONE = FACT_KEYS[0]
_RULE = "c{:02}"  # of one length, so that a name is cut out of what fired; a shard has at most 50


@dataclass(frozen=True)
class Shard:
    """One ruleset, the properties that it reads, and which formula each of its rules claims."""

    ruleset: Ruleset
    names: tuple[str, ...]
    claims: Mapping[str, int]

    def ask(self, written: Mapping[str, str]) -> list[int]:
        """Give the formulas that are claimed, some perhaps twice."""
        known = join_known(written, self.names)
        if not known:
            return []
        claims = self.claims
        return [claims[fired[2:5]] for fired in self.ruleset.ask((fact(_ONE, *known),))]


class Program:
    """Asks formulas of one fact. Constants (`Always`, `Never`) are the caller's to handle."""

    def __init__(self, formulas: Iterable[Formula]) -> None:
        self._formulas = list(dict.fromkeys(formulas))
        self._numbers = {formula: number for number, formula in enumerate(self._formulas)}
        self._properties: dict[Property, str] = {}
        self._waited: dict[Formula, str] = {}
        rounds = self._plan()
        self._rounds = [self._shards(members) for members in rounds]
        self._settled = [
            [(self._numbers[one], self._waited[one]) for one in members if one in self._waited]
            for members in rounds
        ]
        self._writer = FactWriter(self._properties)

    @property
    def shards(self) -> list[Shard]:
        """Every shard of every round."""
        return [shard for shards in self._rounds for shard in shards]

    @property
    def size(self) -> int:
        """How many formulas there are, those of earlier rounds among them."""
        return len(self._formulas)

    def number_of(self, formula: Formula) -> int:
        """Give the number by which `ask` names a formula."""
        return self._numbers[formula]

    def ask(self, values: Mapping[str, Value]) -> list[int]:
        """Give the numbers of the formulas that are certain, some perhaps twice."""
        written = self._writer.write(values)
        claimed: list[int] = []
        for shards, settled in zip(self._rounds, self._settled, strict=True):
            found: list[int] = []
            for shard in shards:
                found += shard.ask(written)
            for number, name in settled:
                written[name] = f'"{name}":{"true" if number in found else "false"}'
            claimed += found
        return claimed

    def close(self) -> None:
        """Give the engine's memory back."""
        for shard in self.shards:
            shard.ruleset.close()

    def _plan(self) -> list[list[Formula]]:
        """Sort the formulas into rounds, each after those that it waits for; adds those waited for."""
        depth: dict[Formula, int] = {}

        def place(formula: Formula) -> int:
            if formula not in self._numbers:
                self._numbers[formula] = len(self._formulas)
                self._formulas.append(formula)
            if formula not in depth:
                inner = list(settled_in(_fitted(formula)))
                depth[formula] = 1 + max((place(one) for one in inner), default=-1)
                for one in inner:
                    self._name(one)
            return depth[formula]

        for formula in list(self._formulas):
            place(formula)
        rounds: list[list[Formula]] = [[] for _ in range(1 + max(depth.values(), default=-1))]
        for formula, level in depth.items():
            rounds[level].append(formula)
        return rounds

    def _name(self, one: Property | Formula) -> str:
        """Give the engine's name for a property, or for what an earlier round says of a formula."""
        free = _PROPERTY_KEYS[len(self._properties) + len(self._waited)]
        if isinstance(one, (Recorded, Answered, HasMember, Difference)):
            return self._properties.setdefault(one, free)
        return self._waited.setdefault(one, free)

    def _shards(self, formulas: Sequence[Formula]) -> list[Shard]:
        """Fill shards with conditions, those that read the same properties side by side."""
        pieces = [
            (piece, self._numbers[formula]) for formula in formulas for piece in _pieces(_fitted(formula))
        ]
        documents = [(document_of(piece, self._name), number) for piece, number in pieces]
        read = [self._read(piece) for piece, _ in pieces]
        shards: list[Shard] = []
        chosen: list[tuple[object, int]] = []
        names: set[str] = set()
        width = 0
        for place in sorted(range(len(pieces)), key=lambda one: read[one]):
            document, number = documents[place]
            wider = width + width_of(document)
            if chosen and (wider > MATCHED or len(names.union(read[place])) > PROPERTIES):
                shards.append(_shard(chosen, names))
                chosen, names, wider = [], set(), width_of(document)
            chosen.append((document, number))
            names.update(read[place])
            width = wider
        return [*shards, _shard(chosen, names)] if chosen else shards

    def _read(self, piece: Formula) -> list[str]:
        read = [*properties_in(piece), *settled_in(piece)]
        return sorted({self._name(one) for one in read}, key=lambda name: int(name[1:]))


def _shard(chosen: Sequence[tuple[object, int]], names: Iterable[str]) -> Shard:
    rules = {_RULE.format(place): {"all": [{"m": document}]} for place, (document, _) in enumerate(chosen)}
    claims = {_RULE.format(place): number for place, (_, number) in enumerate(chosen)}
    return Shard(Ruleset(rules), tuple(sorted(names, key=lambda name: int(name[1:]))), claims)


def _pieces(formula: Formula) -> Sequence[Formula]:
    """Give the conditions of a formula: alternatives are rules of their own."""
    return formula.parts if isinstance(formula, Some) else (formula,)


def _fitted(formula: Formula) -> Formula:
    """Make every piece of a formula small enough by leaving parts to an earlier round."""
    if isinstance(formula, Some):
        return some(_fitted_piece(part) for part in formula.parts)
    return _fitted_piece(formula)


def _fitted_piece(formula: Formula) -> Formula:
    if not isinstance(formula, Every) or _fits(formula):
        return formula
    if len(formula.parts) > _LONGEST:
        halves = formula.parts[: len(formula.parts) // 2], formula.parts[len(formula.parts) // 2 :]
        return every(Settled(every(half), claimed=True) for half in halves)
    return every(Settled(part, claimed=True) if isinstance(part, Some) else part for part in formula.parts)


def _fits(formula: Every) -> bool:
    document = document_of(formula, lambda _: "p0")
    return (
        len(formula.parts) <= _LONGEST
        and width_of(document) <= _WIDEST
        and connectives_of(document) <= _DEEPEST
    )
