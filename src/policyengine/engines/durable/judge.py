"""The durable engine: verdicts of cases, one at a time, each with its evidence."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import count
from typing import TYPE_CHECKING

from policyengine.engines.durable.compile import INAPPLICABLE, MET, UNMET, Compiled, terms_of
from policyengine.engines.durable.patterns import Matching
from policyengine.engines.durable.properties import AS_OF
from policyengine.engines.findings import Evidence, Finding
from policyengine.semantics.ir import Pattern, Verdict
from policyengine.semantics.truth import blame
from policyengine.values import day_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from policyengine.engines.cases import Case
    from policyengine.engines.durable.compile import CompiledBook, CompiledRule, CompiledSubject
    from policyengine.engines.durable.patterns import Stretch
    from policyengine.engines.durable.traces import Seen
    from policyengine.engines.findings import Due
    from policyengine.semantics.ir import Book, Rule
    from policyengine.values import Value

_NO_EVIDENCE = Evidence()


@dataclass(frozen=True)
class Durable:
    """Judges by durable-rules. Books are compiled once each; 5,000 outlets or more a second on a hundred rules."""

    _compiled: Compiled = field(default_factory=Compiled)

    def evaluate(self, book: Book, cases: Iterable[Case]) -> Iterator[Finding]:
        """Give the finding of every rule of the case's subject, case by case, in the order of the book.

        Raises:
            EngineFaultError: if durable-rules does not do what was asked; never a verdict instead.

        """
        compiled = self._compiled.of(book)
        for case in cases:
            yield from judge(compiled, book, case)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a pattern says of a trace. `holds` is None if nothing was raised, or if it is `unknown`."""

    holds: bool | None
    unknown: bool = False
    violated: tuple[str, ...] = ()
    met: int = 0
    due: tuple[Due, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked about one rule's pattern: the kind reading, and the strict one where it may differ."""

    kind: Sequence[Stretch]
    strict: Sequence[Stretch] | None
    seen: Sequence[Seen]

    def answer(self) -> Answer:
        """Join the readings."""
        kind = _sum(self.kind)
        if self.strict is None or kind.holds is False or kind.holds is _sum(self.strict).holds:
            return kind
        return Answer(None, unknown=True)


def judge(compiled: CompiledBook, book: Book, case: Case) -> list[Finding]:
    """Judge one case. `book` is the compiled one, or the same on another day."""
    subject = compiled.subject(case.subject)
    as_of = day_number(book.as_of)
    values = case.values
    bits = subject.ask({**values, AS_OF: as_of})
    asked = ask_patterns(compiled, subject, bits, case, as_of)
    told = [Evidence(terms_of(values, terms)) for terms in subject.reads]
    kind, identity, outlet, province, waived = (
        case.subject,
        case.id,
        case.outlet_id,
        case.province,
        case.waived,
    )
    findings = []
    for one, claimed, place in zip(subject.rules, bits, count()):
        name = one.rule.id
        evidence = told[one.reads]
        missing: tuple[str, ...] = ()
        if waived and name in waived and one.rule.waivable:
            verdict, evidence = Verdict.NOT_APPLICABLE, _NO_EVIDENCE
        elif one.tracer is None:
            verdict = one.verdicts[claimed]
            if verdict is Verdict.UNDETERMINED:
                missing = tuple(sorted(_missing_terms(one.rule, values, book)))
        else:
            verdict, missing, evidence = _by_events(one, claimed, case, book, asked.get(place), evidence)
        findings.append(Finding(kind, identity, outlet, province, name, verdict, missing, evidence))
    return findings


def ask_patterns(
    compiled: CompiledBook,
    subject: CompiledSubject,
    bits: Sequence[int],
    case: Case,
    as_of: int,
    only: Mapping[str, frozenset[str] | None] | None = None,
) -> dict[int, Asked]:
    """Ask the patterns of all event rules that may apply at once.

    With `only`, of those rules alone, and of these parts of their keys (None: of all), read
    kindly: that is how violations are told.
    """
    places = [
        (place, one.tracer)
        for place, one in enumerate(subject.rules)
        if one.tracer is not None
        and not bits[place] & INAPPLICABLE
        and not (one.rule.waivable and one.rule.id in case.waived)
        and (only is None or one.rule.id in only)
    ]
    if not places:
        return {}
    types = frozenset().union(*(tracer.types for _, tracer in places))
    seen = compiled.see((event for event in case.trace if event.type in types), as_of)
    matching = Matching(compiled.patterns)
    found: dict[int, Asked] = {}
    for place, tracer in places:
        parts = None if only is None else only[subject.rules[place].rule.id]
        kind = matching.add(tracer, seen, as_of, kind=True, parts=parts)
        may_differ = only is None and tracer.has_unknown(seen)
        strict = matching.add(tracer, seen, as_of, kind=False) if may_differ else None
        found[place] = Asked(kind, strict, seen)
    matching.ask()
    return found


def _sum(stretches: Sequence[Stretch]) -> Answer:
    violated: set[str] = set()
    met = 0
    due: list[Due] = []
    for one in stretches:
        violated |= one.violated()
        met += one.met()
        due += one.due()
    holds = False if violated else (True if met else None)
    return Answer(
        holds,
        violated=tuple(sorted(violated - {""})),
        met=met,
        due=tuple(sorted(due)),
    )


def _by_events(
    one: CompiledRule,
    claimed: int,
    case: Case,
    book: Book,
    asked: Asked | None,
    evidence: Evidence,
) -> tuple[Verdict, tuple[str, ...], Evidence]:
    """Join 适用 (not false, or nothing was asked) and the answer of a pattern, by the table of docs/events.md."""
    if asked is None:
        return Verdict.NOT_APPLICABLE, (), evidence
    answer = asked.answer()
    told = Evidence(evidence.values, answer.violated, answer.met, answer.due)
    if answer.holds is None and not answer.unknown:
        return Verdict.NOT_APPLICABLE, (), told
    verdict = one.verdicts[claimed | {True: MET, False: UNMET, None: 0}[answer.holds]]
    if verdict is not Verdict.UNDETERMINED:
        return verdict, (), told
    missing = _missing_terms(one.rule, case.values, book)
    if answer.unknown:
        missing |= _missing_fields(one, asked.seen, book)
    return verdict, tuple(sorted(missing)), told


def _missing_terms(rule: Rule, values: Mapping[str, Value], book: Book) -> frozenset[str]:
    missing = blame(rule.applies, values, book)
    return missing if isinstance(rule.requires, Pattern) else missing | blame(rule.requires, values, book)


def _missing_fields(one: CompiledRule, seen: Iterable[Seen], book: Book) -> frozenset[str]:
    """Name the fields whose absence makes a selection unknown. Fields are no terms: nothing is derived."""
    assert one.tracer is not None  # noqa: S101 -- it is an event rule
    plain = replace(book, definitions=())
    fields: set[str] = set()
    for selector in one.tracer.judged:
        for each in seen:
            if each.event.type in selector.events and each.meets(selector.condition) is None:
                fields |= blame(selector.condition, each.event.values, plain)
    return frozenset(fields)
