"""The books that scenarios ask for, each made once."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from policyengine.diagnostics import Problems
from policyengine.documents import read_text
from policyengine.language.read_rules import read_rules
from policyengine.rulebook.fingerprint import fingerprint
from policyengine.scenarios.situation import StepRefusedError
from policyengine.semantics.lower import lower
from policyengine.values import ValueRefusedError, parse
from policyengine.vocabulary.load import load_vocabulary

if TYPE_CHECKING:
    from policyengine.rulebook import Shelf
    from policyengine.scenarios.examples import BookKey
    from policyengine.semantics.ir import Book
    from policyengine.vocabulary.terms import Vocabulary


@dataclass(slots=True)
class Books:
    """Makes and keeps the books by key."""

    shelf: Shelf
    _made: dict[BookKey, Book] = field(default_factory=dict)
    _conformance: list[Vocabulary] = field(default_factory=list)

    def of(self, key: BookKey) -> Book:
        """Give the book of a key.

        Raises:
            BookRefusedError: if it does not load.
            StepRefusedError: if a parameter put in does not fit.

        """
        if key not in self._made:
            plain = replace(key, parameters=())
            if key.parameters:
                self._made[key] = _with_parameters(self.of(plain), key)
            elif key.text:
                self._made[key] = self._from_text(key)
            else:
                self._made[key] = self.shelf.book(key.as_of, key.layer)
        return self._made[key]

    def _from_text(self, key: BookKey) -> Book:
        problems = Problems()
        if not self._conformance:
            folder = self.shelf.root / "features" / "conformance" / "vocabulary"
            self._conformance.append(
                load_vocabulary(folder, problems, shown_as="features/conformance/vocabulary")
            )
        text = read_rules(read_text(key.text, "规则书", problems), problems)
        book = lower(text, self._conformance[0], key.as_of, key.layer, problems)
        problems.stop_if_any()
        return replace(book, fingerprint=fingerprint(book))


def _with_parameters(book: Book, key: BookKey) -> Book:
    parameters = dict(book.parameters)
    for name, text in key.parameters:
        if name not in parameters:
            raise StepRefusedError(f"规则书中没有参数“{name}”")
        try:
            value = parse(text, parameters[name].type)
        except ValueRefusedError as error:
            raise StepRefusedError(f"参数“{name}”：{error}") from None
        parameters[name] = replace(parameters[name], current=replace(parameters[name].current, value=value))
    changed = replace(book, parameters=parameters)
    return replace(changed, fingerprint=fingerprint(changed))
