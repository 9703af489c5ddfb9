"""The scenarios that a change to a rule or derived term is tried on."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

from policyengine.scenarios.examples import ExpectDerived
from policyengine.scenarios.mutation.mutants import Shift
from policyengine.scenarios.run import judge
from policyengine.semantics.ir import Rule
from policyengine.semantics.reads import definitions_read, parameters_read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from policyengine.engines.cases import Case
    from policyengine.engines.findings import Engine, Finding
    from policyengine.scenarios.examples import BookKey, Example
    from policyengine.scenarios.mutation.mutants import Mutant
    from policyengine.semantics.ir import Book, Definition

    Owner: TypeAlias = Rule | Definition


@dataclass(frozen=True, slots=True)
class Trial:
    """A scenario and its book, cut down to the one rule and the derived terms that it takes."""

    example: Example
    book: Book


@dataclass(frozen=True, slots=True)
class Target:
    """A rule or derived term as it means in `book`, and every scenario that could notice a change to it.

    Layers in which it means the same share it. `readers` are the rules that its changes may reach, `kin` the
    scenarios of the same rule where it means something else: they cannot notice, but their cases are near.
    `others` are books of layers in which it means the same, but with parameters of other values.
    """

    owner: Owner
    book: Book
    trials: tuple[Trial, ...]
    readers: tuple[str, ...]
    kin: tuple[Trial, ...] = ()
    others: tuple[Book, ...] = ()

    @property
    def name(self) -> str:
        """The rule's id or the derived term."""
        return self.owner.id if isinstance(self.owner, Rule) else self.owner.name


def home_of(mutant: Mutant, target: Target) -> Book:
    """Give the book that a mutant changes: for a shifted parameter, one in which it has the value that is shifted."""
    if not isinstance(mutant.edit, Shift):
        return target.book
    name, value = mutant.edit.name, mutant.edit.value
    books = (target.book, *target.others)
    return next((one for one in books if one.parameters[name].value == value), target.book)


def targets_of(
    examples: Iterable[Example], book_of: Callable[[BookKey], Book], books: Iterable[Book]
) -> tuple[Target, ...]:
    """Find what there is to change in the books of the examples and in `books`, each meaning once.

    Examples that bring a book of their own are left out, as are those that judge by a whole book, but for what
    they say of derived terms.
    """
    gathered = _Gathered()
    for book in books:
        gathered.enter(book)
    for example in examples:
        if not example.book.text:
            gathered.try_on(example, book_of(example.book))
    return gathered.targets()


def killer(mutant: Mutant, trials: Iterable[Trial], engine: Engine) -> Trial | None:
    """Give the first scenario that does not hold on the mutant."""
    made: dict[int, Book] = {}
    for trial in trials:
        if id(trial.book) not in made:
            made[id(trial.book)] = mutant.mutated(trial.book)
        book = made[id(trial.book)]
        if not judge(trial.example, book, findings(trial.example.case, book, engine)).holds:
            return trial
    return None


def findings(case: Case, book: Book, engine: Engine) -> list[Finding]:
    """Judge one case."""
    return list(engine.evaluate(book, (case,)))


def cut_down(book: Book, rule: str, terms: Iterable[str] = ()) -> Book:
    """Keep one rule (none for an empty name), the derived terms that it reads, and those named."""
    kept = tuple(one for one in book.rules if one.id == rule)
    names = {name for one in kept for name in definitions_read(one, book)} | set(terms)
    for definition in book.definitions:
        if definition.name in terms:
            names |= set(definitions_read(definition, book))
    return replace(book, rules=kept, definitions=tuple(one for one in book.definitions if one.name in names))


def _values_read(owner: Owner, book: Book) -> tuple[object, ...]:
    return tuple((name, book.parameters[name].value) for name in parameters_read(owner, book))


@dataclass(slots=True)
class _Gathered:
    """Owners by their meaning, so that what layers share is changed only once."""

    home: dict[object, tuple[Owner, Book]] = field(default_factory=dict)
    trials: dict[object, list[Trial]] = field(default_factory=lambda: defaultdict(list))
    readers: dict[object, dict[str, None]] = field(default_factory=lambda: defaultdict(dict))
    others: dict[object, dict[object, Book]] = field(default_factory=lambda: defaultdict(dict))
    _meanings: dict[int, tuple[Owner, object]] = field(default_factory=dict)
    _entered: set[int] = field(default_factory=set)
    _cut: dict[tuple[str, int, tuple[str, ...]], Book] = field(default_factory=dict)
    _books: list[Book] = field(default_factory=list)

    def enter(self, book: Book) -> None:
        """Note the rules and derived terms of a book."""
        if id(book.rules) in self._entered:
            return
        self._entered.add(id(book.rules))
        self._books.append(book)  # kept, so that ids stay theirs
        owners: tuple[Owner, ...] = (*book.rules, *book.definitions)
        for owner in owners:
            meaning = self._meaning(owner)
            self.home.setdefault(meaning, (owner, book))
            self.others[meaning].setdefault(_values_read(owner, book), book)
        for rule in book.rules:
            for name in definitions_read(rule, book):
                definition = next(one for one in book.definitions if one.name == name)
                self.readers[self._meaning(definition)][rule.id] = None

    def try_on(self, example: Example, book: Book) -> None:
        """Put an example to the owners that it could notice changes of."""
        self.enter(book)
        terms = tuple(one.term for one in example.expectations if isinstance(one, ExpectDerived))
        if not example.rule:
            said = tuple(one for one in example.expectations if isinstance(one, ExpectDerived))
            example = replace(example, expectations=said)
        key = (example.rule, id(book), terms)
        if key not in self._cut:
            self._cut[key] = cut_down(book, example.rule, terms)
            self._books.append(book)
        cut = self._cut[key]
        owners: tuple[Owner, ...] = (*cut.rules, *cut.definitions)
        for owner in owners:
            self.trials[self._meaning(owner)].append(Trial(example, cut))

    def targets(self) -> tuple[Target, ...]:
        """Give the owners with their trials, those of the nation first as they are entered first."""
        by_name: dict[str, list[Trial]] = defaultdict(list)
        for meaning, (owner, _) in self.home.items():
            if isinstance(owner, Rule):
                by_name[owner.id] += self.trials[meaning]
        return tuple(
            Target(
                owner,
                book,
                tuple(self.trials[meaning]),
                self._readers(owner, meaning),
                tuple(by_name[owner.id]) if isinstance(owner, Rule) and not self.trials[meaning] else (),
                tuple(one for one in self.others[meaning].values() if one is not book),
            )
            for meaning, (owner, book) in self.home.items()
        )

    def _readers(self, owner: Owner, meaning: object) -> tuple[str, ...]:
        return (owner.id,) if isinstance(owner, Rule) else tuple(self.readers[meaning])

    def _meaning(self, owner: Owner) -> object:
        if id(owner) not in self._meanings:
            meaning: object
            if isinstance(owner, Rule):
                meaning = (owner.id, owner.modality, owner.applies, owner.requires)
            else:
                meaning = (owner.name, owner.body)
            self._meanings[id(owner)] = (owner, meaning)
        return self._meanings[id(owner)][1]
