"""When planned batches are published and begin."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from policyengine.planning.rollout.facts import EFFECTIVE_ON, NUMBER, PUBLISHED, PUBLISHED_ON, STATUS
from policyengine.values import day_of

if TYPE_CHECKING:
    from policyengine.engines.cases import Case
    from policyengine.planning.rollout.check import Listing


@dataclass(frozen=True, slots=True)
class Days:
    """When a batch is published and from when its items are handled; None while nobody has said."""

    published: date | None = None
    effective: date | None = None


@dataclass(frozen=True, slots=True)
class Calendar:
    """`start`: the first new batch is published then, the next each `every` months later; handling begins `lead` days after."""

    start: date | None = None
    every: int = 6
    lead: int = 30

    def days(self, batches: int, existing: Listing | None) -> dict[int, Days]:
        """Give the days of every batch. Published ones keep theirs; so do planned ones, unless a new start is given."""
        found: dict[int, Days] = {}
        known = (
            {int(str(one.values[NUMBER])): one for one in existing.batches if NUMBER in one.values}
            if existing
            else {}
        )
        done = max(
            (number for number, one in known.items() if one.values.get(STATUS) == PUBLISHED), default=0
        )
        for number in range(1, batches + 1):
            if number in known and (number <= done or self.start is None):
                found[number] = Days(*(_day(known[number], name) for name in (PUBLISHED_ON, EFFECTIVE_ON)))
            elif self.start is None:
                found[number] = Days()
            else:
                day = months_later(self.start, self.every * (number - done - 1))
                found[number] = Days(day, day + timedelta(days=self.lead))
        return found


def _day(case: Case, name: str) -> date | None:
    value = case.values.get(name)
    return day_of(value) if isinstance(value, int) else None


def months_later(day: date, months: int) -> date:
    """Give the same day of a later month, or that month's last."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    following = date(year + month // 12, month % 12 + 1, 1)
    return min(date(year, month, 1) + timedelta(days=day.day - 1), following - timedelta(days=1))
