"""Whether a province's batches keep the order: the book's rules over what was recorded and over what the items say."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from policyengine.planning.judging import Judged, about_listing, always, judged
from policyengine.planning.rollout import wording
from policyengine.planning.rollout.facts import (
    BEGUN,
    CANCELLED,
    DERIVED,
    MEAN,
    NUMBER,
    PREVIOUS_MEAN,
    PREVIOUS_ON,
    PUBLISHED,
    PUBLISHED_ON,
    STATE,
    STATUS,
    UNLISTED,
    Entry,
    entry_of,
    facts_of,
    new_items,
)
from policyengine.semantics.ir import Verdict
from policyengine.values import show_with_unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from policyengine.engines.cases import Case
    from policyengine.semantics.ir import Book
    from policyengine.values import Value

_ROUNDED = {MEAN, PREVIOUS_MEAN}


@dataclass(frozen=True, slots=True)
class Claim:
    """A verdict about one batch, item or province. `derived`: over what the items say, not over what was recorded."""

    what: str
    subject_id: str
    derived: bool
    judged: Judged


@dataclass(frozen=True, slots=True)
class ProvinceCheck:
    """What may be said of one province's list.

    `claims`: every verdict. `differences`: where the recorded facts of a batch are not those of its items, and other
    things that do not fit together. `notes`: what a reader should know besides. `batches` and `items`: how many.
    """

    code: str
    name: str
    state: str
    batches: int
    items: int
    claims: tuple[Claim, ...]
    differences: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def broken(self) -> tuple[Claim, ...]:
        """The obligations that are not met."""
        return tuple(one for one in self.claims if one.judged.breaks)

    @property
    def open(self) -> tuple[Claim, ...]:
        """The obligations that cannot be judged."""
        return tuple(one for one in self.claims if one.judged.is_open)

    @property
    def advice(self) -> tuple[Claim, ...]:
        """The recommendations that are not followed."""
        return tuple(
            one for one in self.claims if one.judged.verdict is Verdict.FAIL and not one.judged.breaks
        )

    @property
    def holds(self) -> bool:
        """Whether every obligation is met and everything fits together."""
        return not (self.broken or self.open or self.differences)


@dataclass(frozen=True, slots=True)
class Listing:
    """One province's cases. `values` of items and batches hold those of the province too, if it has a row."""

    province: str
    items: tuple[Case, ...]
    batches: tuple[Case, ...]
    own: Case | None = None

    @property
    def state(self) -> str:
        """开展情形, empty if nobody says."""
        found = [one.values.get(STATE) for one in (self.own, *self.batches, *self.items) if one]
        return next((str(one) for one in found if one), "")


def by_province(
    items: Iterable[Case], batches: Iterable[Case], provinces: Iterable[Case]
) -> dict[str, Listing]:
    """Sort cases by province; provinces with neither items nor batches are left out."""
    own = {one.id: one for one in provinces}
    found: dict[str, tuple[list[Case], list[Case]]] = {}
    for one in items:
        found.setdefault(one.province, ([], []))[0].append(one)
    for one in batches:
        found.setdefault(one.province, ([], []))[1].append(one)
    return {
        code: Listing(code, tuple(mine), tuple(theirs), own.get(code))
        for code, (mine, theirs) in sorted(found.items())
    }


def check_listing(
    listing: Listing, book: Book, name: str, layers: Mapping[str, str], state: str = ""
) -> ProvinceCheck:
    """Judge one province's list and batches by its book. `state` is the 开展情形 to take where the input says none."""
    given = listing.state or state
    listing = listing if listing.state or not state else _with_state(listing, state)
    entries = [entry_of(one, book) for one in listing.items]
    claims: list[Claim] = []
    differences = list(_misfits(listing, entries))
    notes = [] if given else [wording.STATE_UNKNOWN]
    if listing.own:
        claims += [Claim(wording.PROVINCE, listing.own.id, False, one) for one in judged(book, listing.own, about_listing(book), layers)]  # fmt: skip
    published = {
        _whole(one, NUMBER): one.values.get(PUBLISHED_ON) for one in listing.batches if _is_public(one)
    }
    for case, entry in zip(listing.items, entries, strict=True):
        shown = _not_before(case, published.get(entry.batch))
        claims += [Claim(wording.item(entry.name), case.id, False, one) for one in judged(book, shown, about_listing(book), layers)]  # fmt: skip
    standing = sorted((one for one in listing.batches if one.values.get(STATUS) != CANCELLED), key=_order)
    if given == BEGUN and standing:
        notes.append(wording.BEGUN_WITH_BATCHES)
    if not entries and standing:
        notes.append(wording.NO_ITEMS)
    for case in standing:
        found, told = _check_batch(case, standing, entries, book, layers)
        claims += found
        differences += told if given != BEGUN else ()
    return ProvinceCheck(
        listing.province, name, given or wording.UNKNOWN, len(standing), sum(one.listed for one in entries),
        tuple(claims), tuple(differences), tuple(notes),
    )  # fmt: skip


def _with_state(listing: Listing, state: str) -> Listing:
    def told(case: Case) -> Case:
        return replace(case, values={**case.values, STATE: state})

    return replace(
        listing,
        items=tuple(told(one) for one in listing.items),
        batches=tuple(told(one) for one in listing.batches),
        own=told(listing.own) if listing.own else None,
    )


def _check_batch(
    case: Case, standing: Sequence[Case], entries: Sequence[Entry], book: Book, layers: Mapping[str, str]
) -> tuple[list[Claim], list[str]]:
    """Judge a batch as recorded and as its items say; a rule that says the same twice is told once."""
    what = wording.batch(_whole(case, NUMBER), case.id)
    recorded = list(judged(book, case, always, layers))
    number = _whole(case, NUMBER)
    if not entries or number is None:
        return [Claim(what, case.id, False, one) for one in recorded], []
    derived = facts_of(number, [n for one in standing if (n := _whole(one, NUMBER)) is not None], entries)
    derived |= _previous_day(number, standing)
    anew = judged(book, replace(case, values={**case.values, **derived}), always, layers)
    claims: list[Claim] = []
    for first, second in zip(recorded, anew, strict=True):
        if first.verdict is second.verdict or first.is_open:
            # What was not recorded is what the items say.
            claims.append(Claim(what, case.id, first.verdict is not second.verdict, second))
        else:
            claims += [Claim(what, case.id, False, first), Claim(what, case.id, True, second)]
    return claims, _differences(what, case, derived, book)


def _previous_day(number: int, standing: Sequence[Case]) -> dict[str, Value]:
    before = [one for one in standing if (_whole(one, NUMBER) or 0) < number]
    day = max(before, key=_order).values.get(PUBLISHED_ON) if before else None
    return {} if day is None else {PREVIOUS_ON: day}


def _differences(what: str, case: Case, derived: Mapping[str, Value], book: Book) -> list[str]:
    found = []
    for name in DERIVED:
        recorded, own = case.values.get(name), derived.get(name)
        if recorded is None or own is None or not isinstance(recorded, int) or not isinstance(own, int):
            continue
        # Items that stand on no list at all may be known to whoever recorded, not to us.
        fits = recorded >= own if name == UNLISTED else abs(recorded - own) <= (name in _ROUNDED)
        if not fits:
            of = book.vocabulary.terms[name].type
            found.append(wording.differs(what, name, show_with_unit(recorded, of), show_with_unit(own, of)))
    return found


def _misfits(listing: Listing, entries: Sequence[Entry]) -> Iterable[str]:
    """Tell what does not fit together and is no rule's business: numbers left out, items twice or of no batch."""
    seen: dict[str, str] = {}
    for one in entries:
        if one.listed:
            if one.name in seen:
                yield wording.item_twice(one.name, seen[one.name], one.id)
            seen.setdefault(one.name, one.id)
    numbers = [n for one in listing.batches if (n := _whole(one, NUMBER)) is not None]
    standing = [
        n for one in listing.batches if one.values.get(STATUS) != CANCELLED and (n := _whole(one, NUMBER))
    ]
    yield from (wording.batch_twice(n) for n in sorted({n for n in standing if standing.count(n) > 1}))
    yield from (wording.no_number(one.id) for one in listing.batches if _whole(one, NUMBER) is None)
    if standing:
        yield from (wording.gap(n) for n in range(1, max(standing)) if n not in numbers)
    if listing.batches:
        for one in entries:
            if one.listed and one.batch is not None and one.batch not in standing:
                yield wording.stray(one.name, one.batch)
        if entries:
            yield from (wording.empty_batch(n) for n in sorted(set(standing)) if not new_items(entries, n))
    public = {_whole(one, NUMBER): one for one in listing.batches if _is_public(one)}
    for case, one in zip(listing.items, entries, strict=True):
        if case.values.get("清单状态") == "在册" and one.batch in standing and one.batch not in public:
            yield wording.not_yet_public(one.name, one.batch or 0)


def _not_before(case: Case, published: Value | None) -> Case:
    """Hold an item to the day on which its batch was published: it was not public any earlier."""
    own = case.values.get("事项公布日期")
    if not isinstance(published, int) or (isinstance(own, int) and own >= published):
        return case
    return replace(case, values={**case.values, "事项公布日期": published})


def _is_public(case: Case) -> bool:
    return case.values.get(STATUS) == PUBLISHED


def _whole(case: Case, name: str) -> int | None:
    value = case.values.get(name)
    return value if isinstance(value, int) else None


def _order(case: Case) -> tuple[int, str]:
    return _whole(case, NUMBER) or 0, case.id
