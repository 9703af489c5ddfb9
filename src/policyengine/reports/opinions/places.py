"""Where an opinion can belong: clauses, sentences, rules and scenarios, by the names people give them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from policyengine.reports.anchors import scenario_anchors

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from policyengine.rulebook import Shelf
    from policyengine.scenarios.examples import Example
    from policyengine.standard import Standard
    from policyengine.standard.coverage import Coverage


@dataclass(frozen=True, slots=True)
class RulePlace:
    """A rule's name and clause."""

    title: str
    clause: str


@dataclass(frozen=True, slots=True)
class Places:
    """All of them. carriers: the rules of each sentence; scenarios: rule and name by code."""

    standard: Standard
    rules: Mapping[str, RulePlace]
    carriers: Mapping[str, tuple[str, ...]]
    scenarios: Mapping[str, tuple[str, str]]

    def under(self, clause: str, top: str) -> bool:
        """Whether a clause is another or lies below it."""
        while clause and clause != top:
            entry = self.standard.clauses.get(clause)
            clause = entry.parent if entry else ""
        return clause == top


def places_of(shelf: Shelf, coverage: Coverage, examples: Sequence[Example]) -> Places:
    """Collect the places of a shelf; rules that overlays add are places too."""
    rules: dict[str, RulePlace] = {}
    for layer in shelf.layers:
        for rule in shelf.layer(layer).book.rules:
            rules.setdefault(rule.id, RulePlace(rule.title, rule.clause))
    return Places(
        shelf.standard,
        rules,
        {one.sentence.id: one.rules for one in coverage.sentences},
        {code: (one.rule, one.name) for code, one in zip(scenario_anchors(examples), examples, strict=True)},
    )


def labels(named: Iterable[tuple[str, str]], longest: int = 40) -> list[str]:
    """Write places as a drop-down list shows them: the name that is read back, a blank, what it is about."""
    return [f"{name} {text[:longest]}".strip() for name, text in named]
