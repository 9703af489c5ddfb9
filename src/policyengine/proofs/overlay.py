"""Whether an overlay is lawful on every day from its first effect on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policyengine.overlays.syntax import Addition
from policyengine.proofs.answers import Proof, RuleProof
from policyengine.proofs.book import table_findings
from policyengine.proofs.lawful import lawful
from policyengine.proofs.stretches import stretches
from policyengine.semantics.reads import definitions_read, parameters_read

if TYPE_CHECKING:
    from datetime import date

    from policyengine.proofs.book import BookFinding
    from policyengine.proofs.stretches import Stretch
    from policyengine.rulebook import Shelf
    from policyengine.semantics.ir import Book


def lawful_overlay(shelf: Shelf, code: str, timeout: float = 5.0) -> Proof:
    """Prove or refute that a layer is nowhere weaker than the one above it, on any day.

    Stretches of days on which a rule means the same are told once. `timeout` is in seconds, for each rule and
    stretch.

    Raises:
        BookRefusedError: if the layer, or one above it, does not load.
        EnginesDisagreeError: if the engines differ on a counterexample.

    """
    found: dict[str, list[RuleProof]] = {}
    meanings: dict[str, tuple[object, ...]] = {}
    for stretch in stretches(shelf, code):
        for one in lawful(stretch.above, stretch.below, timeout, until=stretch.last_day).rules:
            meaning = _meaning(one.rule, stretch)
            earlier = found.setdefault(one.rule, [])
            if (
                earlier
                and meanings.get(one.rule) == meaning
                and type(earlier[-1].outcome) is type(one.outcome)
            ):
                earlier[-1] = _joined(earlier[-1], one.last_day)
            else:
                earlier.append(one)
            meanings[one.rule] = meaning
    return Proof(tuple(one for proofs in found.values() for one in proofs))


def added_flaws(shelf: Shelf, code: str) -> tuple[BookFinding, ...]:
    """Find gaps and overlaps in the decision tables that a layer adds, on any day; each table once.

    Raises:
        BookRefusedError: if the layer, or one above it, does not load.

    """
    if not _adds_tables(shelf, code):
        return ()
    found: dict[tuple[object, ...], BookFinding] = {}
    for stretch in stretches(shelf, code):
        for one in table_findings(stretch.below, code):
            found.setdefault((one.flaw, one.about), one)
    return tuple(found.values())


def _adds_tables(shelf: Shelf, code: str) -> bool:
    additions = (change for change in shelf.overlays[code].changes if isinstance(change, Addition))
    return any(definition.rows for change in additions for definition in change.text.definitions)


def _joined(one: RuleProof, last_day: date) -> RuleProof:
    return RuleProof(one.rule, one.title, one.outcome, one.first_day, last_day)


def _meaning(rule: str, stretch: Stretch) -> tuple[object, ...]:
    return tuple(_meaning_in(rule, book) for book in (stretch.above, stretch.below))


def _meaning_in(rule: str, book: Book) -> object:
    own = next((one for one in book.rules if one.id == rule), None)
    if own is None:
        return None
    values = tuple((name, book.parameters[name].value) for name in parameters_read(own, book))
    return own.modality, own.applies, own.requires, definitions_read(own, book), values
