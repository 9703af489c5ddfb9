"""A rule book → what the engine asks for each kind of subject, made once for each book.

The as-of day is no constant of what is compiled but a value among the facts, so that a session can move its clock
without compiling anew.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from policyengine.engines.durable.claims import Claims
from policyengine.engines.durable.formulas import ALWAYS, NEVER
from policyengine.engines.durable.patterns import DOCUMENT
from policyengine.engines.durable.program import Program
from policyengine.engines.durable.properties import AS_OF, reader_of
from policyengine.engines.durable.ruleset import EngineFaultError, Ruleset
from policyengine.engines.durable.traces import Seen, Tracer
from policyengine.semantics.ir import ALWAYS as ALWAYS_TRUE
from policyengine.semantics.ir import Modality, Pattern, Verdict
from policyengine.semantics.reads import selectors_of, terms_read

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from policyengine.engines.cases import Event
    from policyengine.engines.durable.formulas import Formula
    from policyengine.semantics.ir import Book, Condition, Expression, Rule
    from policyengine.values import Value
    from policyengine.vocabulary.terms import Subject

# What was claimed of a rule, as bits that add up.
INAPPLICABLE, MET, APPLICABLE, UNMET = 1, 2, 4, 8


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """A rule, the tracer of its pattern if it has one, and what is claimed of it anyway.

    `reads` is the place of its terms among those of the subject. `verdicts` joins what was claimed of 适用 and 要求; claims that contradict each other are not in it.
    """

    rule: Rule
    reads: int
    tracer: Tracer | None
    given: int
    verdicts: Mapping[int, Verdict]


@dataclass(frozen=True, slots=True)
class CompiledSubject:
    """The rules of one kind of subject.

    `reads`: the sets of terms that rules read, each once. `claims[number]` says which rule's which bit a claimed
    formula sets.
    """

    rules: tuple[CompiledRule, ...]
    reads: tuple[tuple[str, ...], ...]
    program: Program
    claims: tuple[tuple[tuple[int, int], ...], ...]

    def ask(self, values: Mapping[str, Value]) -> list[int]:
        """Give the bits claimed of each rule."""
        bits = [one.given for one in self.rules]
        claims = self.claims
        for number in self.program.ask(values):
            for place, bit in claims[number]:
                bits[place] |= bit
        return bits


@dataclass
class CompiledBook:
    """Everything that the engine asks of one book; parts are made when they are first needed."""

    book: Book
    _subjects: dict[Subject, CompiledSubject] = field(default_factory=dict)
    _types: dict[str, tuple[Program, tuple[tuple[Condition, bool, int | None], ...]] | None] = field(
        default_factory=dict
    )
    _patterns: Ruleset | None = None

    def __post_init__(self) -> None:
        self._terms = Claims.of_terms(self.book)
        self._fields = Claims.of_fields(self.book)

    @property
    def patterns(self) -> Ruleset:
        """The ruleset of the event patterns."""
        if self._patterns is None:
            self._patterns = Ruleset(DOCUMENT)
        return self._patterns

    def subject(self, subject: Subject) -> CompiledSubject:
        """Give what is asked about one kind of subject."""
        if subject not in self._subjects:
            self._subjects[subject] = self._compile(subject)
        return self._subjects[subject]

    def see(self, events: Iterable[Event], as_of: int) -> list[Seen]:
        """Ask of each event up to the as-of day, by time, which conditions its fields meet."""
        relevant = sorted((one for one in events if one.day <= as_of), key=lambda one: (one.at, one.id))
        return [Seen(one, self._truths(one, as_of)) for one in relevant]

    def close(self) -> None:
        """Give the engine's memory back."""
        for subject in self._subjects.values():
            subject.program.close()
        for asked in self._types.values():
            if asked is not None:
                asked[0].close()
        if self._patterns is not None:
            self._patterns.close()

    def _compile(self, subject: Subject) -> CompiledSubject:
        wanted: dict[Formula, list[tuple[int, int]]] = {}
        rules: list[CompiledRule] = []
        reads: dict[tuple[str, ...], int] = {}
        for place, rule in enumerate(one for one in self.book.rules if one.subject is subject):
            given = 0
            for formula, bit in self._formulas(rule):
                if formula == ALWAYS:
                    given |= bit
                elif formula != NEVER:
                    wanted.setdefault(formula, []).append((place, bit))
            verdicts = _GRANTING if rule.modality is Modality.MAY else _REQUIRING
            terms = reads.setdefault(terms_read(rule, self.book), len(reads))
            rules.append(CompiledRule(rule, terms, self._tracer(rule), given, verdicts))
        program = Program(wanted)
        claims = [tuple(places) for places in wanted.values()]
        unasked = program.size - len(claims)  # formulas that only later rounds wait for
        return CompiledSubject(tuple(rules), tuple(reads), program, (*claims, *([()] * unasked)))

    def _formulas(self, rule: Rule) -> Iterable[tuple[Formula, int]]:
        yield self._terms.certainly(rule.applies, truth=False), INAPPLICABLE
        yield self._terms.certainly(rule.applies, truth=True), APPLICABLE
        if not isinstance(rule.requires, Pattern):
            yield self._terms.certainly(rule.requires, truth=True), MET
            yield self._terms.certainly(rule.requires, truth=False), UNMET

    def _tracer(self, rule: Rule) -> Tracer | None:
        if not isinstance(rule.requires, Pattern):
            return None
        return Tracer(rule.requires, self._number, lambda name: self.book.vocabulary.events[name].required)

    def _number(self, amount: Expression) -> int:
        """Work out a limit or a count, which parameters and constants make up."""
        (_, resolved), *_ = self._fields.cases(amount)
        number = reader_of(resolved)({})
        assert number is not None  # noqa: S101 -- the loader allows nothing else
        return number

    def _truths(self, event: Event, as_of: int) -> dict[Condition, bool]:
        if event.type not in self._types:
            self._types[event.type] = self._compile_type(event.type)
        asked = self._types[event.type]
        if asked is None:
            return {}
        program, wanted = asked
        claimed = set(program.ask({**event.values, AS_OF: as_of}))
        return {
            condition: truth for condition, truth, number in wanted if number is None or number in claimed
        }

    def _compile_type(
        self, name: str
    ) -> tuple[Program, tuple[tuple[Condition, bool, int | None], ...]] | None:
        """Ask the conditions of all selectors that name an event type."""
        conditions = dict.fromkeys(
            selector.condition
            for rule in self.book.rules
            if isinstance(rule.requires, Pattern)
            for selector in selectors_of(rule.requires)
            if name in selector.events and selector.condition != ALWAYS_TRUE
        )
        if not conditions:
            return None
        formulas = [
            (condition, truth, formula)
            for condition in conditions
            for truth in (True, False)
            if (formula := self._fields.certainly(condition, truth=truth)) != NEVER
        ]
        program = Program(formula for _, _, formula in formulas if formula != ALWAYS)
        return program, tuple(
            (condition, truth, None if formula == ALWAYS else program.number_of(formula))
            for condition, truth, formula in formulas
        )


class Compiled:
    """Compiled books, the last few by the book object itself."""

    def __init__(self, most: int = 8) -> None:
        self._most = most
        self._books: OrderedDict[int, CompiledBook] = OrderedDict()

    def of(self, book: Book) -> CompiledBook:
        """Give a book compiled, from memory if it was asked for lately."""
        found = self._books.get(id(book))
        if found is None:
            found = self._books[id(book)] = CompiledBook(book)  # keeps the book, so that its id stays its own
            while len(self._books) > self._most:
                self._books.popitem(last=False)
        else:
            self._books.move_to_end(id(book))
        return found


def terms_of(values: Mapping[str, Value], terms: Sequence[str]) -> dict[str, Value]:
    """Keep the values of these terms."""
    return {name: values[name] for name in terms if name in values}


class _Verdicts(dict[int, Verdict]):
    """Kleene's tables over claims. 可 grants and never fails: what would fail does not apply."""

    def __init__(self, failed: Verdict) -> None:
        def verdict(claimed: int) -> Verdict:
            if claimed & INAPPLICABLE:
                return Verdict.NOT_APPLICABLE
            if claimed & MET:
                return Verdict.PASS
            return failed if claimed & APPLICABLE and claimed & UNMET else Verdict.UNDETERMINED

        contradictions = (INAPPLICABLE | APPLICABLE, MET | UNMET)
        super().__init__(
            {
                claimed: verdict(claimed)
                for claimed in range(16)
                if not any(claimed & both == both for both in contradictions)
            }
        )

    def __missing__(self, claimed: int) -> Verdict:
        raise EngineFaultError(
            f"durable-rules claimed that a condition is true and false (claims {claimed:04b})"
        )


_REQUIRING = _Verdicts(Verdict.FAIL)
_GRANTING = _Verdicts(Verdict.NOT_APPLICABLE)
