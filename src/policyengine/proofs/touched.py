"""Which rules mean something else in another book: only these are worth a proof."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policyengine.semantics.reads import definitions_read, parameters_read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policyengine.semantics.ir import Book, Definition, Rule


def touched(above: Book, below: Book) -> Iterator[tuple[Rule, Rule | None]]:
    """Give each rule above that has changed below, with what has become of it, in the order of the book.

    A rule has changed if its modality, 适用 or 要求 has, or a parameter or derived term that it reads.
    """
    own = {rule.id: rule for rule in below.rules}
    parameters = changed_parameters(above, below)
    definitions = changed_definitions(above, below)
    for rule in above.rules:
        other = own.get(rule.id)
        if other is None or not _same_text(rule, other) or _reads(rule, above, parameters, definitions):
            yield rule, other


def changed_parameters(above: Book, below: Book) -> frozenset[str]:
    """Name the parameters with other values below; those that only one book has are not among them."""
    return frozenset(
        name
        for name, one in above.parameters.items()
        if name in below.parameters and below.parameters[name].value != one.value
    )


def changed_definitions(above: Book, below: Book) -> frozenset[str]:
    """Name the derived terms that have another body below, or none."""
    own = {one.name: one for one in below.definitions}
    return frozenset(one.name for one in above.definitions if not _same_body(one, own.get(one.name)))


def _same_body(one: Definition, other: Definition | None) -> bool:
    return other is not None and (one is other or (one.body == other.body and one.type == other.type))


def _same_text(one: Rule, other: Rule) -> bool:
    return one is other or (
        one.modality is other.modality
        and one.subject is other.subject
        and one.applies == other.applies
        and one.requires == other.requires
    )


def _reads(rule: Rule, book: Book, parameters: frozenset[str], definitions: frozenset[str]) -> bool:
    return bool(parameters and not parameters.isdisjoint(parameters_read(rule, book))) or bool(
        definitions and not definitions.isdisjoint(definitions_read(rule, book))
    )
