"""Who first: the qualified, by the declared grade of conditions, then by how far they reach into a county.

The order compares tuples, so it is antisymmetric and transitive by nature; equal tuples are ties and stay ties.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from policyengine.planning.judging import always, judged
from policyengine.planning.layout.places import GONE, prefix_of
from policyengine.planning.rank import wording
from policyengine.planning.rank.reach import Reached, reached
from policyengine.semantics.ir import DecisionTable
from policyengine.semantics.truth import derive
from policyengine.vocabulary.terms import Subject

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import polars as pl

    from policyengine.engines.cases import Case
    from policyengine.planning.layout.places import Places
    from policyengine.semantics.ir import Book

GRADE, EXTENT = "同等条件档", "延伸等次"
APPLYING = "申请中"
# 六（二）: the conditions that an applicant must meet. What other clauses ask mostly comes with the agreement.
_QUALIFICATION = "六（二）"
_TOWNSHIPS, _VILLAGES = "乡镇街道网点数", "村社区服务点数"


@dataclass(frozen=True, slots=True)
class Applicant:
    """A qualified applicant: its declared grade and extent, and the real places it reaches in the county."""

    id: str
    name: str
    grade: str
    extent: str
    reach: Reached
    key: tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Position:
    """A place in the order; `tied` names those who share it. `reasons` compare with whoever stands before."""

    rank: int
    applicant: Applicant
    tied: tuple[str, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NotRanked:
    """An applicant that is not in the order; `open` if it may be once missing facts are filled."""

    id: str
    name: str
    open: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ranking:
    """The order of the applicants of a county."""

    county: str
    name: str
    positions: tuple[Position, ...]
    not_ranked: tuple[NotRanked, ...]


def rank(
    institutions: Iterable[Case],
    outlets: pl.DataFrame,
    places: Places,
    county: str,
    book: Book,
    layers: Mapping[str, str],
) -> Ranking:
    """Order the institutions that apply in a county: those registered for it or above it, or with outlets in it.

    outlets: `id`, `institution_id`, `region`, `网点状态`.
    """
    here = places.within(county)
    reach = reached(outlets, here, county, without=GONE)
    applicants: list[Applicant] = []
    out: list[NotRanked] = []
    for case in institutions:
        if case.values.get("机构状态") != APPLYING or not _concerns(case, county, reach):
            continue
        name = str(case.values.get("机构名称", case.id))
        own = reach.get(case.id, Reached())
        refusal = _refusal(case, name, book, layers)
        if refusal:
            out.append(refusal)
            continue
        applicants.append(_applicant(case, name, own, book))
    return Ranking(
        county,
        places.county_name(county),
        positions(applicants),
        tuple(sorted(out, key=lambda one: (one.open, one.id))),
    )


def _concerns(case: Case, county: str, reach: Mapping[str, Reached]) -> bool:
    return case.id in reach or county.startswith(prefix_of(case.region[:6]))


def _refusal(case: Case, name: str, book: Book, layers: Mapping[str, str]) -> NotRanked | None:
    """Ask the rules about institutions: who fails one is out; who cannot be judged by one on qualification waits."""
    found = list(judged(book, case, always, layers))
    broken = [wording.broken(one.title, one.rule, one.reasons) for one in found if one.breaks]
    if broken:
        return NotRanked(case.id, name, open=False, reasons=tuple(broken))
    waiting = [
        wording.waiting(one.title, one.missing)
        for one in found
        if one.is_open and one.clause == _QUALIFICATION
    ]
    if waiting or GRADE not in derive(book, Subject.INSTITUTION, case.values):
        return NotRanked(case.id, name, open=True, reasons=tuple(waiting) or (wording.NO_GRADE,))
    return None


def _applicant(case: Case, name: str, own: Reached, book: Book) -> Applicant:
    """Have the book grade an institution by what it reaches in this county, not by what it says of the whole."""
    counted = {**case.values, _TOWNSHIPS: own.townships, _VILLAGES: own.villages}
    derived = derive(book, Subject.INSTITUTION, counted)
    grade, extent = str(derived[GRADE]), str(derived.get(EXTENT, ""))
    key = (_place(book, GRADE, grade), _place(book, EXTENT, extent), -own.townships, -own.villages)
    said = own if own.outlets else replace(own, note=_claimed(case))
    return Applicant(case.id, name, grade, extent, said, key)


def _claimed(case: Case) -> str:
    claims = [case.values.get(name) for name in (_TOWNSHIPS, _VILLAGES)]
    return wording.claimed(*(one if isinstance(one, int) else 0 for one in claims)) if any(claims) else ""


def _place(book: Book, table: str, value: str) -> int:
    """Give the place of a value among those that the book declares, best first."""
    definition = next(one for one in book.definitions if one.name == table)
    assert isinstance(definition.body, DecisionTable)  # noqa: S101 -- both are tables in the rules
    members = definition.type.members
    return members.index(value) if value in members else len(members)


def positions(applicants: Sequence[Applicant]) -> tuple[Position, ...]:
    """Order applicants; those with equal keys share a rank, and the next rank counts them all (1, 2, 2, 4)."""
    ordered = sorted(applicants, key=lambda one: (one.key, one.id))
    found: list[Position] = []
    for number, one in enumerate(ordered):
        is_tie = number > 0 and ordered[number - 1].key == one.key
        rank = found[-1].rank if is_tie else number + 1
        tied = tuple(other.name for other in ordered if other.key == one.key and other.id != one.id)
        before = next((other for other in reversed(ordered[:number]) if other.key != one.key), None)
        found.append(Position(rank, one, tied, _reasons(one, before, tied)))
    return tuple(found)


def _reasons(one: Applicant, before: Applicant | None, tied: Sequence[str]) -> tuple[str, ...]:
    said = [wording.standing(one.grade, one.extent, one.reach.townships, one.reach.villages)]
    if before is not None:
        said.append(_difference(one, before))
    if tied:
        said.append(wording.tied(tied))
    if one.reach.note:
        said.append(one.reach.note)
    return tuple(said)


def _difference(one: Applicant, before: Applicant) -> str:
    """Say at which step the one before is better."""
    if one.grade != before.grade:
        return wording.lower_grade(before.name, before.grade, one.grade)
    if one.extent != before.extent:
        return wording.lesser_extent(before.name, before.extent, one.extent)
    if one.reach.townships != before.reach.townships:
        return wording.fewer(before.name, "乡镇（街道）", before.reach.townships, one.reach.townships)
    return wording.fewer(before.name, "村（社区）", before.reach.villages, one.reach.villages)
