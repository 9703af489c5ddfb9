"""How lazy frames are computed, in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl


def computed(frame: pl.LazyFrame) -> pl.DataFrame:
    """Compute a frame in memory.

    Not by the streaming engine that Polars would choose by itself: on some plans of event patterns Polars 2.1
    panics there ("assertion failed: pipe.send_state == PortState::Done"), as generated cases showed. Nothing here
    has to be larger than memory.
    """
    return frame.collect(engine="in-memory")
