"""Draft the boundary scenarios of a rule: the fewest cases that, between them, notice every change to it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, count, islice
from typing import TYPE_CHECKING

from policyengine.engines.cases import Case
from policyengine.scenarios.draft import draft, situation_words
from policyengine.scenarios.mutation.candidates import numbers_in, values_for, with_value
from policyengine.scenarios.mutation.mutants import mutants_of
from policyengine.scenarios.mutation.search import Point, differing, differs, near, terms_of, two_steps
from policyengine.scenarios.mutation.traces import traces_near
from policyengine.scenarios.mutation.trials import cut_down, findings
from policyengine.scenarios.mutation.variants import Kind as Change
from policyengine.scenarios.verdicts import possible_verdicts
from policyengine.semantics.ir import ALWAYS, Pattern, Rule, Truth, Verdict
from policyengine.semantics.reads import definitions_read
from policyengine.values import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policyengine.engines.cases import Event
    from policyengine.engines.findings import Engine
    from policyengine.scenarios.mutation.examine import Prover
    from policyengine.scenarios.mutation.mutants import Mutant
    from policyengine.scenarios.mutation.settle import Compared
    from policyengine.semantics.ir import Book
    from policyengine.values import Value
    from policyengine.vocabulary.terms import Term

_LIMITS = frozenset({Change.BOUNDARY, Change.COMPARATOR, Change.DAYS})
# Cases looked at when a first case of a verdict is sought, before the prover is asked.
_TRIES = 4000


@dataclass(frozen=True, slots=True)
class Suite:
    """Drafted scenarios, each of which holds; and the changes for which no case was found."""

    scenarios: tuple[str, ...]
    verdicts: tuple[Verdict, ...]
    unnoticed: tuple[str, ...]


def boundary_suite(rule: Rule, book: Book, prover: Prover, engine: Engine) -> Suite:
    """Draft scenarios from the rule alone, with no regard to the scenarios that there are."""
    own = cut_down(book, rule.id)
    points = list(_one_of_each_verdict(rule, own, prover, engine))
    unnoticed: list[str] = []
    for mutant in _mutants(rule, own):
        noticed = any(differs(mutant, point, engine) for point in points)
        told = partial(_tells, mutant, engine=engine) if mutant.kind in _LIMITS else _anything
        if noticed and any(told(point) for point in points):
            continue
        compared = prover(mutant.owner, own, mutant.mutated(own))
        if compared.same:
            continue
        seeds = _witness(rule, own, compared)
        found = differing(mutant, chain(near(points), seeds), engine, told)
        if found is None and noticed:
            continue
        found = found or differing(mutant, chain(near(points), two_steps(points), seeds), engine)
        if found is None:
            unnoticed.append(mutant.change)
        else:
            points.append(replace(found, base=None))
    return Suite(
        tuple(_drafts(points, engine)),
        tuple(dict.fromkeys(_verdict(point, engine) for point in points)),
        tuple(unnoticed),
    )


def _tells(mutant: Mutant, point: Point, engine: Engine) -> bool:
    """Whether the verdict itself is another: both sides of a limit are to be seen, not only its due day."""
    changed = replace(point, book=mutant.mutated(point.book))
    return _verdict(point, engine) is not _verdict(changed, engine)


def _anything(_: Point) -> bool:
    return True


def _drafts(points: list[Point], engine: Engine) -> Iterator[str]:
    taken: set[str] = set()
    for point in points:
        book = point.day_book
        (finding,) = findings(point.case, book, engine)
        words = situation_words(point.case, points[0].case, book)
        plain = f"{book.rules[0].title}——{finding.verdict.chinese}{words and f'：{words}'}"
        numbered = (f"{plain}（{number}）" for number in count(2))
        name = next(one for one in chain([plain], numbered) if one not in taken)
        taken.add(name)
        yield draft(name, point.case, finding, book)


def _mutants(rule: Rule, book: Book) -> Iterator[Mutant]:
    """Give the mutants of the rule, and those of the derived terms that it reads as far as the rule shows them."""
    yield from mutants_of(rule, book)
    for name in definitions_read(rule, book):
        definition = next(one for one in book.definitions if one.name == name)
        for mutant in mutants_of(definition, book):
            yield replace(mutant, owner=rule.id)


def _one_of_each_verdict(rule: Rule, book: Book, prover: Prover, engine: Engine) -> Iterator[Point]:
    """Find a case of each verdict, full ones first; the prover is asked where looking about does not find one."""
    wanted = list(possible_verdicts(rule, book))
    start = _full(rule, book)
    near_by = islice(chain([start], near([start]), two_steps([start])), _TRIES)
    for point in chain(near_by, _asked(rule, book, prover)):
        if not wanted:
            return
        verdict = _verdict(point, engine)
        if verdict in wanted:
            wanted.remove(verdict)
            yield replace(point, base=None)


def _asked(rule: Rule, book: Book, prover: Prover) -> Iterator[Point]:
    """Ask the prover where the rule differs from one that always, or never, is met or applies."""
    for other in (
        replace(rule, requires=Truth(value=True)),
        replace(rule, requires=Truth(value=False)),
        replace(rule, applies=ALWAYS),
    ):
        if not isinstance(rule.requires, Pattern):
            compared = prover(rule.id, book, replace(book, rules=(other,)), complete=True)
            yield from _witness(rule, book, compared)
    yield Point(Case(rule.subject, "SYN-0001", {}), book.as_of, book)


def _full(rule: Rule, book: Book) -> Point:
    """Make a case with every fact filled with a plausible value, and one event of each kind the rule names."""
    case = Case(rule.subject, "SYN-0001", {})
    numbers = numbers_in(book)
    for name in terms_of(book):
        term = book.vocabulary.terms[name]
        case = with_value(case, name, _plain(term, case, book, numbers))
    if isinstance(rule.requires, Pattern):
        case = replace(case, trace=_first_trace(case, rule.requires, book))
    return Point(case, book.as_of, book)


def _plain(term: Term, case: Case, book: Book, numbers: tuple[int, ...]) -> Value | None:
    if term.type.kind is Kind.CHOICES:
        return frozenset(term.type.members)
    return next((one for one in values_for(term, case, book, numbers) if one is not None), None)


def _first_trace(case: Case, pattern: Pattern, book: Book) -> tuple[Event, ...]:
    found = next((trace for trace in traces_near(case, pattern, book) if trace), ())
    return tuple(found)


def _witness(rule: Rule, book: Book, compared: Compared) -> list[Point]:
    if compared.same is not False or compared.day is None:
        return []
    return [Point(Case(rule.subject, "SYN-0001", dict(compared.values)), compared.day, book)]


def _verdict(point: Point, engine: Engine) -> Verdict:
    (finding,) = findings(point.case, point.day_book, engine)
    return finding.verdict
