"""Everything that people read of a night, written into its folder before it is published."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from policyengine.reports.nightly.beside import Beside
from policyengine.reports.nightly.figures import Figures
from policyengine.reports.nightly.page import write_explanations, write_page
from policyengine.reports.nightly.workbook import write_workbooks

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from policyengine.batch.nightly.run import Night

# From here on it pays to start another process.
_MANY_OUTLETS = 50_000


@dataclass(slots=True)
class Report:
    """Writes page, explanations and workbooks; leaving the context stops what is still being written."""

    _beside: Beside | None = field(default=None, init=False)

    def __enter__(self) -> Self:
        """Hold the report open."""
        return self

    def __exit__(self, *_: object) -> None:
        """Stop what is still being written."""
        if self._beside:
            self._beside.stop()

    def begin(self, folder: Path, as_of: date, outlets: int) -> None:
        """Begin with what only needs the tables of the run: the workbooks of a large night."""
        if outlets >= _MANY_OUTLETS:
            self._beside = Beside.start(folder, as_of)

    def finish(self, night: Night) -> None:
        """Write the rest.

        Raises:
            OSError: if there is no room.

        """
        figures = Figures(night.folder, night.as_of)
        write_explanations(night, figures)
        write_page(night, figures)
        if self._beside:
            self._beside.wait()
        else:
            write_workbooks(figures)
