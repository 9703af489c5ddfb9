"""Everything that people read of a night, written into its folder before it is published."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policyengine.reports.nightly.figures import Figures
from policyengine.reports.nightly.page import write_explanations, write_page
from policyengine.reports.nightly.workbook import write_workbooks

if TYPE_CHECKING:
    from policyengine.batch.nightly.run import Night


def write_report(night: Night) -> None:
    """Write page, explanations and workbooks.

    Raises:
        OSError: if there is no room.

    """
    figures = Figures(night)
    write_explanations(night, figures)
    write_page(night, figures)
    write_workbooks(night, figures)
