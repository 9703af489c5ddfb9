"""How a rule differs between last night's book and tonight's, and whether rule, parameter or overlay made it so."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from policyengine.batch.nightly import wording
from policyengine.overlays.layers import NATION
from policyengine.rulebook.fingerprint import canonical
from policyengine.semantics.reads import definitions_read, parameters_read
from policyengine.values import show_with_unit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from policyengine.semantics.ir import Book, Definition, Parameter, Rule

Change = tuple[str, str]


@dataclass(frozen=True)
class BookChanges:
    """Tells what became of the rules of any place. `*_layer_of` give the layer of a division code on each night."""

    old: Mapping[str, Book] = field(repr=False)
    new: Mapping[str, Book] = field(repr=False)
    old_layer_of: Callable[[str], str]
    new_layer_of: Callable[[str], str]
    names: Mapping[str, str] = field(repr=False)
    _known: dict[tuple[str, str, str], tuple[Change, ...]] = field(default_factory=dict, repr=False)

    def of(self, rule: str, place: str) -> tuple[Change, ...]:
        """Give (cause, what changed) for a rule at a place; a cause is rule, parameter or overlay."""
        key = (rule, self.old_layer_of(place), self.new_layer_of(place))
        if key not in self._known:
            self._known[key] = tuple(self._compared(*key)) or (("rule", wording.RULE_CHANGED),)
        return self._known[key]

    def _compared(self, rule_id: str, old_layer: str, new_layer: str) -> Iterator[Change]:
        old_book, new_book = self.old[old_layer], self.new[new_layer]
        old, new = _rule(old_book, rule_id), _rule(new_book, rule_id)
        if old is None or new is None:
            there = old or new
            assert there is not None  # noqa: S101 -- a verdict on either night comes of a rule of that night
            cause = "rule" if there.layer == NATION else "overlay"
            yield (
                cause,
                wording.rule_added(self._named(there.layer)) if old is None else wording.rule_removed(),
            )
            return
        if _body(old) != _body(new):
            cause = "rule" if old.changes == new.changes and new.layer == NATION else "overlay"
            yield cause, wording.text_changed(_text(old), _text(new))
        yield from self._definitions(old, old_book, new, new_book)
        yield from self._parameters(old, old_book, new, new_book)

    def _definitions(self, old: Rule, old_book: Book, new: Rule, new_book: Book) -> Iterator[Change]:
        before, after = _definitions(old, old_book), _definitions(new, new_book)
        for name in dict.fromkeys((*before, *after)):
            one, other = before.get(name), after.get(name)
            if one is None or other is None or canonical(one.body) != canonical(other.body):
                layer = (other or one).layer if (other or one) else NATION  # type: ignore[union-attr]
                yield "rule" if layer == NATION else "overlay", wording.definition_changed(name)

    def _parameters(self, old: Rule, old_book: Book, new: Rule, new_book: Book) -> Iterator[Change]:
        before, after = parameters_read(old, old_book), parameters_read(new, new_book)
        for name in dict.fromkeys((*before, *after)):
            one, other = old_book.parameters.get(name), new_book.parameters.get(name)
            if one is None or other is None or one.value == other.value:
                continue
            by_overlay = {one.current.layer, other.current.layer} != {NATION}
            told = wording.parameter_changed(
                name,
                _shown(one),
                _shown(other),
                self._named(other.current.layer),
                other.current.since.isoformat(),
            )
            yield "overlay" if by_overlay else "parameter", told

    def _named(self, layer: str) -> str:
        return self.names.get(layer, layer)


def _rule(book: Book, rule_id: str) -> Rule | None:
    return next((rule for rule in book.rules if rule.id == rule_id), None)


def _body(rule: Rule) -> str:
    return canonical((rule.modality, rule.subject, rule.applies, rule.requires))


def _text(rule: Rule) -> str:
    applies = f"适用 {rule.applies_text}，" if rule.applies_text else ""
    return f"{rule.modality}：{applies}要求 {rule.requires_text}"


def _definitions(rule: Rule, book: Book) -> dict[str, Definition]:
    names = definitions_read(rule, book)
    return {one.name: one for one in book.definitions if one.name in names}


def _shown(parameter: Parameter) -> str:
    return show_with_unit(parameter.value, parameter.type)
