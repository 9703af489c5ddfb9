"""The text of every layer, with what is wrong with its overlay."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from policyengine.diagnostics import Problems
from policyengine.language.syntax import BookText, DefinitionText, ParameterText, RuleText
from policyengine.overlays import wording
from policyengine.overlays.admit import admit
from policyengine.overlays.apply import WAIVED, apply
from policyengine.overlays.layers import NATION, NATION_NAME, above, chain
from policyengine.overlays.syntax import Addition
from policyengine.rulebook.admission import admit_settings
from policyengine.rulebook.citations import check_citations
from policyengine.rulebook.item_lists import check_items
from policyengine.semantics.lower import lower

if TYPE_CHECKING:
    from policyengine.diagnostics import Diagnostic, Span
    from policyengine.overlays.syntax import OverlayText
    from policyengine.semantics.ir import Book
    from policyengine.standard import Standard
    from policyengine.vocabulary.terms import Vocabulary

# The day by which every dated value and every change has come: rules of all days are checked there together.
LAST_DAY = date(2199, 12, 31)


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer as a whole: its text with all changes of all days, its meaning, what may stand of its overlay."""

    code: str
    name: str
    text: BookText
    book: Book
    overlay: OverlayText | None
    found: tuple[Diagnostic, ...]


@dataclass(slots=True)
class Layering:
    """Makes each layer once. `overlays` has one overlay a code."""

    national: BookText
    vocabulary: Vocabulary
    standard: Standard
    overlays: dict[str, OverlayText]
    lines: dict[str, list[str]]
    _made: dict[str, Layer] = field(default_factory=dict)

    def layer(self, code: str) -> Layer:
        """Give a layer; its own diagnostics are in `found`, those of the layers above are with them.

        Raises:
            KeyError: if there is no overlay of that code.

        """
        if code not in self._made:
            self._made[code] = self._nation() if code == NATION else self._overlaid(code)
        return self._made[code]

    def text_on(self, code: str, as_of: date) -> BookText:
        """Give the text of a layer as it stands on a day."""
        text = self.layer(NATION).text
        for step in chain(code, self.overlays):
            overlay = self.layer(step).overlay
            assert overlay is not None  # noqa: S101 -- only the nation has none
            text = apply(text, overlay, as_of)
        return text

    def _nation(self) -> Layer:
        problems = Problems(self.lines)
        book = lower(self.national, self.vocabulary, LAST_DAY, NATION, problems)
        text = self.national if problems.found else _settle(self.national, book)
        return Layer(NATION, NATION_NAME, text, book, None, tuple(problems.found))

    def _overlaid(self, code: str) -> Layer:
        written = self.overlays[code]
        upper = self.layer(above(code, self.overlays))
        problems = Problems(self.lines)
        overlay = admit(upper.text, written, self.vocabulary, problems, upper.name)
        if not upper.found:
            overlay = admit_settings(upper.book, overlay, problems)
        for change in written.changes:
            if isinstance(change, Addition):
                check_citations(change.text, self.standard, problems)
        text = apply(upper.text, overlay, None)
        # What is wrong above would be told again from here, once for every layer below.
        meaning = Problems(self.lines)
        book = lower(text, self.vocabulary, LAST_DAY, code, meaning)
        problems.found += [one for one in meaning.found if one not in upper.found]
        if not upper.found and not problems.found:
            text = _settle(text, book)
            _check_areas(upper.book, book, written.code.span, problems)
            check_items(written, book, problems)
        return Layer(code, written.name, text, book, overlay, tuple(problems.found))


def _settle(text: BookText, book: Book) -> BookText:
    """Write 只可从严 out as the direction found, so that no layer below can turn it round by its own rules."""

    def settled(one: ParameterText) -> ParameterText:
        if one.adjustable != "只可从严" or one.name.text not in book.parameters:
            return one
        return replace(one, adjustable=str(book.parameters[one.name.text].adjustable))

    def rule(one: RuleText) -> RuleText:
        return (
            replace(one, parameters=tuple(settled(each) for each in one.parameters))
            if one.parameters
            else one
        )

    def definition(one: DefinitionText) -> DefinitionText:
        return (
            replace(one, parameters=tuple(settled(each) for each in one.parameters))
            if one.parameters
            else one
        )

    return BookText(
        tuple(rule(one) for one in text.rules), tuple(definition(one) for one in text.definitions)
    )


def _check_areas(upper: Book, own: Book, place: Span, problems: Problems) -> None:
    """七统一: every unified area that has rules above has rules here."""
    left = {rule.area for rule in own.rules if not any(change.operation == WAIVED for change in rule.changes)}
    for area in dict.fromkeys(rule.area for rule in upper.rules if rule.area):
        if area not in left:
            problems.add("O030", wording.area_emptied(area), place, help="至少保留这一领域的一条规则")
