"""From the verdicts on an outlet to its conclusion."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from policyengine.semantics.ir import Modality, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable


class Conclusion(StrEnum):
    """整体结论."""

    QUALIFIED = "合格"
    PENDING = "待核实"
    UNQUALIFIED = "不合格"


def conclude(verdicts: Iterable[tuple[Modality, Verdict]]) -> Conclusion:
    """Roll up: a failing 应 makes 不合格, else an undetermined 应 makes 待核实, else 合格. 宜 and 可 never count."""
    counted = {verdict for modality, verdict in verdicts if modality is Modality.SHALL}
    if Verdict.FAIL in counted:
        return Conclusion.UNQUALIFIED
    return Conclusion.PENDING if Verdict.UNDETERMINED in counted else Conclusion.QUALIFIED
