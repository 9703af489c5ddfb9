"""How lazy frames are computed, in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl


def scanned(frame: pl.LazyFrame) -> pl.DataFrame:
    """Compute what reads the input: a scan, joins with small tables, expressions.

    The streaming engine drops what nobody reads while it scans.
    """
    return frame.collect(engine="streaming")


def computed(frame: pl.LazyFrame) -> pl.DataFrame:
    """Compute what works on events in memory: sorts, groups and sorted joins.

    The streaming engine of Polars 2.1 panics on some of these ("assertion failed: pipe.send_state ==
    PortState::Done"), as generated cases showed.
    """
    return frame.collect(engine="in-memory")
