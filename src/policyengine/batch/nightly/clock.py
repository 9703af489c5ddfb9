"""How long each stage took and how much memory the process has held at most."""

from __future__ import annotations

import resource
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(slots=True)
class Clock:
    """Adds up seconds by stage; `peaks` is the largest resident size, in MB, seen by the end of each stage."""

    seconds: dict[str, float] = field(default_factory=dict)
    peaks: dict[str, int] = field(default_factory=dict)
    _began: float = field(default_factory=time.perf_counter)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Count the time that passes within."""
        began = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - began
            self.peaks[name] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

    @property
    def total(self) -> float:
        """Seconds since the clock was made."""
        return time.perf_counter() - self._began

    def as_json(self) -> dict[str, object]:
        """Give seconds and peaks by stage, and in all."""
        stages = {
            name: {"seconds": round(spent, 3), "peak_mb": self.peaks[name]}
            for name, spent in self.seconds.items()
        }
        return {
            "seconds": round(self.total, 3),
            "peak_mb": max(self.peaks.values(), default=0),
            "stages": stages,
        }
