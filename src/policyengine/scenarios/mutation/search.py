"""Find a case on which a mutant differs, as near as can be to a scenario that there is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

from policyengine.scenarios.mutation.candidates import numbers_in, values_for, with_value
from policyengine.scenarios.mutation.traces import traces_near
from policyengine.scenarios.mutation.trials import findings
from policyengine.semantics.ir import DayUnit, Modality, Pattern, Rule, Verdict
from policyengine.semantics.reads import terms_read
from policyengine.semantics.truth import derive
from policyengine.semantics.workdays import last_day_within
from policyengine.values import LATEST, day_number, day_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import date

    from policyengine.engines.cases import Case
    from policyengine.engines.findings import Engine, Finding
    from policyengine.scenarios.mutation.mutants import Mutant
    from policyengine.scenarios.mutation.trials import Owner
    from policyengine.semantics.ir import Book

# How many cases two steps away are looked at before giving up.
_PATIENCE = 6000


@dataclass(frozen=True, slots=True)
class Point:
    """A case on a day, judged by a cut-down book. `base` is the scenario's case that it was changed from."""

    case: Case
    as_of: date
    book: Book
    base: Case | None = None

    @property
    def day_book(self) -> Book:
        """The book on the day."""
        return self.book if self.book.as_of == self.as_of else replace(self.book, as_of=self.as_of)


def differing(
    mutant: Mutant, points: Iterable[Point], engine: Engine, fits: Callable[[Point], bool] = lambda _: True
) -> Point | None:
    """Give the first point that `fits` and on which a scenario could tell the mutant from the book."""
    return next((point for point in points if fits(point) and differs(mutant, point, engine)), None)


def differs(mutant: Mutant, point: Point, engine: Engine) -> bool:
    """Whether 结论, 违反的事件, 待办期限, 整体结论 or the value of the changed term is another."""
    book = point.day_book
    other = mutant.mutated(book)
    one, two = findings(point.case, book, engine), findings(point.case, other, engine)
    if [_seen(each) for each in one] != [_seen(each) for each in two]:
        return True
    if isinstance(mutant.edit, Rule):
        return _counts(mutant.edit, two) != _counts(book.rules[0], one)
    term = mutant.owner
    if all(each.name != term for each in book.definitions):
        return False
    values = [derive(each, point.case.subject, point.case.values).get(term) for each in (book, other)]
    return bool(values[0] != values[1])


def near(points: Iterable[Point]) -> Iterator[Point]:
    """Give the points one step away: another value, another event, another day."""
    for point in points:
        yield from _neighbours(point)


def two_steps(points: Iterable[Point]) -> Iterator[Point]:
    """Give points two steps away, as many as patience allows."""
    starts = tuple(points)
    share = max(1, _PATIENCE // max(1, len(starts)))
    for point in starts:
        yield from islice(
            (far for step in _neighbours(point) for far in islice(_neighbours(step), 60)), share
        )


def _neighbours(point: Point) -> Iterator[Point]:
    base = point.base or point.case
    vocabulary = point.book.vocabulary
    numbers = numbers_in(point.book)
    for name in terms_of(point.book):
        for value in values_for(vocabulary.terms[name], point.case, point.day_book, numbers):
            yield replace(point, case=with_value(point.case, name, value), base=base)
    for rule in point.book.rules:
        if isinstance(rule.requires, Pattern):
            for trace in traces_near(point.case, rule.requires, point.day_book):
                yield replace(point, case=replace(point.case, trace=trace), base=base)
            for day in _days(point, rule, numbers):
                yield replace(point, as_of=day, base=base)


def terms_of(book: Book) -> tuple[str, ...]:
    """Name the recorded terms that a cut-down book reads."""
    owners: tuple[Owner, ...] = (*book.rules, *book.definitions)
    return tuple(dict.fromkeys(name for owner in owners for name in terms_read(owner, book)))


def _days(point: Point, rule: Rule, numbers: tuple[int, ...]) -> Iterator[date]:
    """Give the as-of days on both sides of each limit from each event."""
    earliest, latest = day_number(rule.since), day_number(LATEST)
    found: dict[int, None] = {}
    for event in point.case.trace:
        for number in (one for one in numbers if 0 <= one < 4000):
            last = last_day_within(event.day, number, DayUnit.WORKDAYS)
            found |= dict.fromkeys((event.day + number, event.day + number + 1, last, last + 1))
    yield from (day_of(day) for day in found if earliest <= day <= latest and day_of(day) != point.as_of)


def _seen(finding: Finding) -> tuple[object, ...]:
    return (
        finding.verdict,
        finding.evidence.violated if finding.verdict is Verdict.FAIL else (),
        tuple(one.day for one in finding.evidence.due),
    )


def _counts(rule: Rule, found: list[Finding]) -> bool:
    """Whether the finding makes an outlet 不合格."""
    return rule.modality is Modality.SHALL and any(one.verdict is Verdict.FAIL for one in found)
