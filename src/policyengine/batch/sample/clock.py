"""When things happen: office hours, weekdays and seasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from policyengine.values import day_of

if TYPE_CHECKING:
    from datetime import date

    import numpy.typing as npt

# Monday to Sunday; outlets are busiest on Mondays, and few open at the weekend.
_WEEKDAY = (1.3, 1.1, 1.0, 1.0, 1.05, 0.25, 0.05)
# January to December; year's end and the weeks before the Spring Festival are busy.
_MONTH = (1.15, 0.8, 1.05, 1.0, 0.95, 1.0, 0.95, 0.95, 1.05, 0.9, 1.15, 1.3)
_MORNING, _NOON, _AFTERNOON, _EVENING = 8 * 3600 + 1800, 11 * 3600 + 1800, 14 * 3600, 17 * 3600


def busy_days(
    random: np.random.Generator, first: npt.NDArray[np.int64], last: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """Draw a day between `first` and `last` for each row, as busy as the season and the weekday are."""
    low, high = int(first.min()), int(last.max())
    weight = np.array([weight_of(day_of(number)) for number in range(low, high + 1)])
    until = np.concatenate([[0.0], np.cumsum(weight)])
    start, end = until[first - low], until[last - low + 1]
    drawn = start + random.random(len(first)) * (end - start)
    days: npt.NDArray[np.int64] = np.searchsorted(until, drawn, side="right").astype(np.int64) - 1 + low
    return days


def weight_of(day: date) -> float:
    """Say how busy a day is against others."""
    return _WEEKDAY[day.weekday()] * _MONTH[day.month - 1]


def office_seconds(random: np.random.Generator, rows: int) -> npt.NDArray[np.int64]:
    """Draw a second of the day within office hours, with a noon break."""
    drawn = random.integers(_MORNING, _NOON + _EVENING - _AFTERNOON, rows)
    return np.where(drawn < _NOON, drawn, drawn + _AFTERNOON - _NOON)
