"""Make batches: choose which item goes when, say why, and have the checker judge the whole."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from policyengine.planning.refusals import InfeasibleWishError
from policyengine.planning.rollout import wording
from policyengine.planning.rollout.calendar import Calendar, Days
from policyengine.planning.rollout.check import Listing, ProvinceCheck, check_listing
from policyengine.planning.rollout.facts import BEGUN, NOT_BEGUN, NUMBER, PUBLISHED, STATUS
from policyengine.planning.rollout.listing import listing_of
from policyengine.planning.rollout.screen import KeptOut, screen
from policyengine.planning.rollout.segments import Piece, Sizes, cut, in_order
from policyengine.planning.solver import fewest_moves

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from policyengine.engines.cases import Case
    from policyengine.semantics.ir import Book

_FIRST_LIMIT = "首批事项数上限"
NOWHERE = "000000"


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked of a plan.

    batches: how many in all, published ones included. calendar: when they are published. most: how many items a batch
    may have at most. state: 开展情形. province: its six digits.
    """

    batches: int
    calendar: Calendar = field(default_factory=Calendar)
    most: int | None = None
    state: str = ""
    province: str = ""


@dataclass(frozen=True, slots=True)
class Placed:
    """An item in its batch, with the reasons; `before` is its batch in the plan so far."""

    case: Case
    batch: int
    reasons: tuple[str, ...]
    before: int | None = None
    fixed: bool = False

    @property
    def name(self) -> str:
        """What the item is called."""
        return str(self.case.values["事项名称"])


@dataclass(frozen=True, slots=True)
class Plan:
    """Batches that keep the order, as far as `check` says so.

    kept_out: items that may not be listed. dropped: items of the list so far that leave it, each with its reason.
    moved: how many items of the plan so far change their batch; `kept`: of how many.
    """

    province: str
    state: str
    placed: tuple[Placed, ...]
    kept_out: tuple[KeptOut, ...]
    dropped: tuple[tuple[Case, str], ...]
    days: Mapping[int, Days]
    listing: Listing
    check: ProvinceCheck
    moved: int = 0
    kept: int = 0
    notes: tuple[str, ...] = ()

    @property
    def batches(self) -> dict[int, list[Placed]]:
        """The items of each batch, in the order of the notice."""
        found: dict[int, list[Placed]] = {}
        for one in self.placed:
            found.setdefault(one.batch, []).append(one)
        return found


def plan(
    items: Sequence[Case], book: Book, layers: Mapping[str, str], wish: Wish, existing: Listing | None = None
) -> Plan:
    """Place items in batches; `existing` is the plan so far, whose published batches stay as they are.

    Items need 事项名称, 复杂度 and 年办件量.

    Raises:
        InfeasibleWishError: if there is no such plan.

    """
    state = wish.state or (existing.state if existing else "") or NOT_BEGUN
    chosen, out = screen(
        [one for one in items if one.values.get("清单状态") != "已调出"], book, layers, state
    )
    published = _published(existing)
    before = _before(existing)
    if not chosen:
        raise InfeasibleWishError(wording.nothing_to_list(len(out)))
    if state == BEGUN:
        if wish.batches != 1:
            raise InfeasibleWishError(wording.already_begun(wish.batches))
        batch_of: Mapping[str, int] = dict.fromkeys((one.id for one in chosen), 1)
        proved = True
    else:
        batch_of, proved = _place(chosen, book, wish, before, published)
    placed = _explained(chosen, batch_of, before, published, state)
    dropped = _dropped(existing, chosen, out)
    province = wish.province or (existing.province if existing else "") or chosen[0].province or NOWHERE
    days = wish.calendar.days(wish.batches, existing)
    listing = listing_of(province, state, placed, dropped, days, existing, book)
    # A plan is judged on its order; what the province itself has done is not part of it.
    check = check_listing(replace(listing, own=None), book, layers.get(province, province), layers)
    again = [one for one in placed if one.before is not None and not one.fixed]
    return Plan(
        province, state, placed, tuple(out), dropped, days, listing, check,
        sum(one.before != one.batch for one in again), len(again), _notes(wish, existing, province, proved=proved),
    )  # fmt: skip


def _notes(wish: Wish, existing: Listing | None, province: str, *, proved: bool) -> tuple[str, ...]:
    found = []
    if not wish.state and not (existing and existing.state):
        found.append(wording.STATE_ASSUMED)
    if province == NOWHERE:
        found.append(wording.PROVINCE_ASSUMED)
    if not proved:
        found.append(wording.NOT_PROVED)
    return tuple(found)


def _place(
    chosen: Sequence[Case], book: Book, wish: Wish, before: Mapping[str, int], published: frozenset[int]
) -> tuple[Mapping[str, int], bool]:
    done = max(published, default=0)
    pieces = [
        Piece(one.id, _whole(one, "复杂度"), _whole(one, "年办件量"), was, was in published)
        for one in chosen
        for was in (before.get(_name(one)),)
    ]
    free = [one for one in pieces if not one.fixed]
    new = wish.batches - done
    _refuse_impossible(len(pieces), len(free), new, done, wish)
    if not free:
        return {one.id: one.before or 1 for one in pieces}, True
    limit = book.parameters.get(_FIRST_LIMIT)
    first = limit.value if limit and isinstance(limit.value, int) else len(pieces)
    sizes = Sizes(wish.batches, -(-len(free) // new), first, wish.most)
    if not before:
        stretches = cut(pieces, sizes)
        if stretches is None:
            raise InfeasibleWishError(wording.no_lawful_way(()))
        return {one.id: number for number, part in enumerate(stretches, 1) for one in part}, True
    conflicts = _conflicts(pieces, published, {one.id: _name(one) for one in chosen})
    found = None if conflicts else fewest_moves(pieces, done, sizes)
    if found is None:
        raise InfeasibleWishError(wording.no_lawful_way(conflicts))
    return found.batch_of, found.proved


def _refuse_impossible(whole: int, free: int, new: int, done: int, wish: Wish) -> None:
    if new < 0:
        raise InfeasibleWishError(wording.published_already(done, wish.batches))
    if free and not new:
        raise InfeasibleWishError(wording.no_room(free, done))
    if new > free:
        told = wording.too_few_new(new, free) if done else wording.too_many_batches(new, whole)
        raise InfeasibleWishError(told)
    if wish.most is not None and wish.most * new < free:
        raise InfeasibleWishError(wording.too_small(new, wish.most, free))


def _conflicts(
    pieces: Sequence[Piece], published: frozenset[int], names: Mapping[str, str]
) -> tuple[str, ...]:
    """Tell which items are more frequent than a published batch of their range of complexity."""
    found = []
    for number in sorted(published):
        mine = [one for one in pieces if one.fixed and one.before == number]
        if not mine:
            continue
        low, high = min(one.complexity for one in mine), max(one.complexity for one in mine)
        rarest = min(one.cases for one in mine)
        found += [
            wording.overtaken(number, names[one.id], one.cases, rarest)
            for one in pieces
            if not one.fixed and low <= one.complexity <= high and one.cases > rarest
        ]
    return tuple(found)


def _explained(
    chosen: Sequence[Case],
    batch_of: Mapping[str, int],
    before: Mapping[str, int],
    published: frozenset[int],
    state: str,
) -> tuple[Placed, ...]:
    cases = {one.id: one for one in chosen}
    pieces = in_order([Piece(one.id, _whole(one, "复杂度"), _whole(one, "年办件量")) for one in chosen])
    found = []
    for place, piece in enumerate(pieces, 1):
        case, batch = cases[piece.id], batch_of[piece.id]
        equals = [one for one in pieces if one.complexity == piece.complexity]
        was = before.get(_name(case))
        reasons = [wording.ONE_LIST] if state == BEGUN else [
            wording.place_in_order(piece.complexity, place, len(pieces)),
            wording.place_among_equals(len(equals), equals.index(piece) + 1, piece.cases),
        ]  # fmt: skip
        risk = case.values.get("风险等级")
        reasons.append(
            wording.handled(
                risk if isinstance(risk, int) else None, str(case.values.get("经办方式", "列入清单"))
            )
        )
        fixed = was in published
        if before:
            reasons.append(_since(was, batch, fixed=fixed))
        found.append(Placed(case, batch, tuple(reasons), was, fixed))
    return tuple(sorted(found, key=lambda one: one.batch))


def _since(was: int | None, batch: int, *, fixed: bool) -> str:
    if fixed:
        return wording.FIXED
    if was is None:
        return wording.NEWCOMER
    return wording.stays(batch) if was == batch else wording.moved(was, batch)


def _dropped(
    existing: Listing | None, chosen: Sequence[Case], out: Sequence[KeptOut]
) -> tuple[tuple[Case, str], ...]:
    """Give the items of the list so far that are on it no more, with the reason that the rules ask for."""
    if existing is None:
        return ()
    now = {_name(one) for one in chosen}
    refused = {_name(one.case): one.reasons for one in out}
    found = []
    for case in existing.items:
        name = _name(case)
        if name in now:
            continue
        if case.values.get("清单状态") == "已调出":
            found.append((case, str(case.values.get("事项调整理由", wording.DROPPED))))
        elif name in refused:
            found.append((case, wording.dropped_for(refused[name])))
        else:
            found.append((case, wording.DROPPED))
    return tuple(found)


def _published(existing: Listing | None) -> frozenset[int]:
    if existing is None:
        return frozenset()
    return frozenset(_whole(one, NUMBER) for one in existing.batches if one.values.get(STATUS) == PUBLISHED)


def _before(existing: Listing | None) -> dict[str, int]:
    if existing is None:
        return {}
    return {
        _name(one): batch
        for one in existing.items
        if one.values.get("清单状态") != "已调出" and isinstance(batch := one.values.get("公布批次序号"), int)
    }


def _name(case: Case) -> str:
    return str(case.values.get("事项名称", case.id)).strip()


def _whole(case: Case, name: str) -> int:
    value = case.values.get(name)
    assert isinstance(value, int)  # noqa: S101 -- whoever reads items refuses those without it
    return value
