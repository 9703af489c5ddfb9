"""The book itself, proved: tables without gap or overlap, rules that can fail and can be met together."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import combinations
from typing import TYPE_CHECKING

from policyengine.proofs import wording
from policyengine.proofs.encode import Meaning
from policyengine.proofs.logic import Formula, conj, neg
from policyengine.proofs.plain import applies_in, verdict_in
from policyengine.proofs.solve import Clock, NotDecidedError, Search, Situation, search, smallest
from policyengine.proofs.world import world_of
from policyengine.semantics.ir import DecisionTable, Hit, Modality, Pattern, TermRef, Truth, Verdict
from policyengine.semantics.parameters import in_force
from policyengine.semantics.reads import parameters_read, terms_read
from policyengine.semantics.truth import truth_of, value_of
from policyengine.vocabulary.terms import ABOVE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import date

    from policyengine.diagnostics import Span
    from policyengine.semantics.ir import Book, Condition, Definition, Rule
    from policyengine.values import Value

_SECONDS = 2.0


class Severity(StrEnum):
    """How bad a finding about the book is."""

    ERROR = "error"
    WARNING = "warning"


class Flaw(StrEnum):
    """What can be wrong with a book although it loads."""

    GAP = "gap"
    OVERLAP = "overlap"
    NEVER_FAILS = "never_fails"
    NEVER_MET = "never_met"
    CONFLICT = "conflict"
    UNUSED = "unused"
    OUT_OF_RANGE = "out_of_range"
    NO_VALUE = "no_value"


@dataclass(frozen=True, slots=True)
class BookFinding:
    """One flaw: what it is about, what is said of it (Chinese), where it stands, and a witness.

    `facts` are the values of the witness (encoded), `day` the day on which it holds; both may be empty.
    """

    flaw: Flaw
    severity: Severity
    about: tuple[str, ...]
    message: str
    span: Span | None = None
    facts: Mapping[str, Value] = field(default_factory=dict)
    day: date | None = None


def book_findings(book: Book) -> tuple[BookFinding, ...]:
    """Examine a book on its day, and its tables and parameters on every day on which a value changes."""
    facts = tuple(rule for rule in book.rules if not isinstance(rule.requires, Pattern))
    return (
        *table_findings(book),
        *(found for rule in facts for found in _of_rule(rule, book)),
        *_of_pairs(facts, book),
        *_of_parameters(book),
        *_of_words(book),
    )


# --- decision tables ---------------------------------------------------------------------------------


def table_findings(book: Book, layer: str = "") -> Iterator[BookFinding]:
    """Find gaps and overlaps of decision tables, of all or of those that one layer added, one of each a table."""
    for definition in book.definitions:
        if isinstance(definition.body, DecisionTable) and layer in {"", definition.layer}:
            for on_day in _days(definition, book):
                found = [*_gap(definition, on_day), *_overlap(definition, definition.body, on_day)]
                yield from found
                if found:
                    break  # the same flaw on later days would be told again


def _days(definition: Definition, book: Book) -> Iterator[Book]:
    """Give the book on its own day, then on every day on which a parameter of a table gets another value."""
    names = parameters_read(definition, book)
    days = sorted({one.since for name in names for one in book.parameters[name].history} - {book.as_of})
    yield book
    for day in days:
        changed = {name: in_force(book.parameters[name].history, day) for name in names}
        parameters = {
            name: replace(book.parameters[name], current=one) for name, one in changed.items() if one
        }
        yield replace(book, as_of=day, parameters={**book.parameters, **parameters})


def _gap(definition: Definition, book: Book) -> Iterator[BookFinding]:
    """Find complete facts for which the table has no row, if a rule cannot decide because of it."""
    term = TermRef(definition.name, definition.type)
    for rule in _readers(definition, book):
        terms = terms_read(rule, book)

        def empty(meaning: Meaning, rule: Rule = rule, terms: tuple[str, ...] = terms) -> Formula:
            filled = conj(*(meaning.world.fact(name).known for name in terms))
            return conj(filled, neg(meaning.value(term).known), meaning.verdicts(rule).undetermined)

        def confirm(found: Situation) -> bool:
            return value_of(term, found.values, replace(book, as_of=found.day)) is None

        witness = _witness(book, empty, confirm)
        if witness is not None:
            message = wording.gap(definition.name, rule.title)
            yield BookFinding(
                Flaw.GAP,
                Severity.ERROR,
                (definition.name, rule.id),
                message,
                definition.span,
                witness.values,
                witness.day,
            )
            return


def _readers(definition: Definition, book: Book) -> list[Rule]:
    bare = replace(book, definitions=tuple(one for one in book.definitions if one.name != definition.name))
    return [
        rule
        for rule in book.rules
        if not isinstance(rule.requires, Pattern) and definition.name in terms_read(rule, bare)
    ]


def _overlap(definition: Definition, table: DecisionTable, book: Book) -> Iterator[BookFinding]:
    if table.hit is not Hit.UNIQUE:
        return
    for (one, first), (other, second) in combinations(enumerate(table.rows, 1), 2):

        def both(meaning: Meaning, one: Condition = first.when, other: Condition = second.when) -> Formula:
            return conj(meaning.truth(one).true, meaning.truth(other).true)

        def confirm(found: Situation, one: Condition = first.when, other: Condition = second.when) -> bool:
            on_day = replace(book, as_of=found.day)
            return (
                truth_of(one, found.values, on_day) is True and truth_of(other, found.values, on_day) is True
            )

        witness = _witness(book, both, confirm)
        if witness is not None:
            message = wording.overlap(definition.name, one, other)
            yield BookFinding(
                Flaw.OVERLAP,
                Severity.ERROR,
                (definition.name,),
                message,
                definition.span,
                witness.values,
                witness.day,
            )
            return


# --- rules -------------------------------------------------------------------------------------------


def _of_rule(rule: Rule, book: Book) -> Iterator[BookFinding]:
    """Find a rule that nobody can fail, or that nobody to whom it applies can meet."""
    if rule.modality is Modality.MAY or rule.applies == Truth(value=False):
        return
    if not _possible(book, lambda meaning: meaning.fails(rule), _gives(rule, book, Verdict.FAIL)):
        yield BookFinding(
            Flaw.NEVER_FAILS, Severity.WARNING, (rule.id,), wording.never_fails(rule.title), rule.span
        )
    elif not _possible(book, lambda meaning: meaning.verdicts(rule).passes, _gives(rule, book, Verdict.PASS)):
        yield BookFinding(
            Flaw.NEVER_MET, Severity.ERROR, (rule.id,), wording.never_met(rule.title), rule.span
        )


def _gives(rule: Rule, book: Book, verdict: Verdict) -> Callable[[Situation], bool]:
    return lambda found: verdict_in(rule, book, found) is verdict


def _of_pairs(rules: tuple[Rule, ...], book: Book) -> Iterator[BookFinding]:
    """Find two 应 rules about the same terms that apply together and cannot be met together."""
    asking = [(rule, _asked(rule, book)) for rule in rules if rule.modality is Modality.SHALL]
    by_term: dict[str, list[int]] = {}
    for place, (_, terms) in enumerate(asking):
        for name in terms:
            by_term.setdefault(name, []).append(place)
    pairs = sorted({pair for places in by_term.values() for pair in combinations(places, 2)})
    for one, other in pairs:
        first, second = asking[one][0], asking[other][0]
        if second.subject in (first.subject, *ABOVE[first.subject]) or first.subject in ABOVE[second.subject]:
            yield from _conflict(first, second, book)


def _asked(rule: Rule, book: Book) -> frozenset[str]:
    assert not isinstance(rule.requires, Pattern)  # noqa: S101 -- only rules of facts come here
    return frozenset(terms_read(rule.requires, book))


def _conflict(one: Rule, other: Rule, book: Book) -> Iterator[BookFinding]:
    def both_met(meaning: Meaning) -> Formula:
        return conj(_apply(meaning, one, other), meaning.verdicts(one).passes, meaning.verdicts(other).passes)

    def both_apply(meaning: Meaning) -> Formula:
        return _apply(meaning, one, other)

    def applies(found: Situation) -> bool:
        return all(applies_in(rule, book, found) is True for rule in (one, other))

    if _possible(book, both_met, lambda _: True):
        return
    # What cannot be met while both apply even alone is no matter of the pair.
    if not all(_possible(book, _one_met(one, other, rule), applies) for rule in (one, other)):
        return
    witness = _witness(book, both_apply, applies)
    if witness is not None:
        message = wording.conflict(one.title, other.title)
        yield BookFinding(
            Flaw.CONFLICT, Severity.ERROR, (one.id, other.id), message, one.span, witness.values, witness.day
        )


def _one_met(one: Rule, other: Rule, met: Rule) -> Callable[[Meaning], Formula]:
    return lambda meaning: conj(_apply(meaning, one, other), meaning.verdicts(met).passes)


def _apply(meaning: Meaning, one: Rule, other: Rule) -> Formula:
    return conj(meaning.truth(one.applies).true, meaning.truth(other.applies).true)


# --- parameters and words ----------------------------------------------------------------------------


def _of_parameters(book: Book) -> Iterator[BookFinding]:
    rules = {rule.id: rule for rule in book.rules}
    for parameter in book.parameters.values():
        for one in parameter.history:
            value = one.value
            if not isinstance(value, int) or isinstance(value, bool):
                continue
            low, high = parameter.low, parameter.high
            if (low is not None and value < low) or (high is not None and value > high):
                message = wording.out_of_range(parameter, one)
                yield BookFinding(
                    Flaw.OUT_OF_RANGE,
                    Severity.ERROR,
                    (parameter.name,),
                    message,
                    parameter.span,
                    day=one.since,
                )
        rule = rules.get(parameter.rule)
        first = min((one.since for one in parameter.history), default=None)
        if rule is not None and first is not None and first > rule.since:
            message = wording.no_value(parameter.name, rule.title, rule.since)
            yield BookFinding(
                Flaw.NO_VALUE,
                Severity.ERROR,
                (parameter.name, rule.id),
                message,
                parameter.span,
                day=rule.since,
            )


def _of_words(book: Book) -> Iterator[BookFinding]:
    """Find terms, derived terms and parameters that no rule uses."""
    used = {name for rule in book.rules for name in terms_read(rule, book)}
    bare = replace(book, definitions=())
    readers: tuple[Rule | Definition, ...] = (*book.rules, *book.definitions)
    named = {name for one in readers for name in terms_read(one, bare)}
    parameters = {name for one in readers for name in parameters_read(one, bare)}
    for term in book.vocabulary.terms.values():
        if term.name not in used:
            yield _unused(f"词“{term.name}”（{term.subject}）", term.name, term.span)
    for definition in book.definitions:
        if definition.name not in named:
            yield _unused(f"派生词“{definition.name}”", definition.name, definition.span)
    for parameter in book.parameters.values():
        if parameter.name not in parameters:
            yield _unused(f"参数“{parameter.name}”", parameter.name, parameter.span)


def _unused(what: str, name: str, span: Span | None) -> BookFinding:
    return BookFinding(Flaw.UNUSED, Severity.WARNING, (name,), wording.unused(what), span)


def _witness(
    book: Book, ask: Callable[[Meaning], Formula], confirm: Callable[[Situation], bool]
) -> Situation | None:
    """Give the smallest facts that answer a question; None if there are none, or none were found in time."""
    question = _question(book, ask, confirm)
    try:
        found = None if question is None else question.holds()
    except NotDecidedError:
        return None
    return None if question is None or found is None else smallest(question, found)


def _possible(book: Book, ask: Callable[[Meaning], Formula], confirm: Callable[[Situation], bool]) -> bool:
    """Tell whether any facts answer a question; what is not decided in time counts as possible."""
    question = _question(book, ask, confirm)
    try:
        return question is not None and question.holds() is not None
    except NotDecidedError:
        return True


def _question(
    book: Book, ask: Callable[[Meaning], Formula], confirm: Callable[[Situation], bool]
) -> Search | None:
    world = world_of(book.vocabulary, book.as_of, book.as_of)
    formula = ask(Meaning(book, world))
    return None if formula is False else search(world, [formula], confirm, Clock(_SECONDS))
