"""What the room of proofs says to people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policyengine.proofs.answers import Weakening

if TYPE_CHECKING:
    from policyengine.semantics.ir import Verdict

NOT_IN_TIME = "在限定时间内没有证明出来，按不合法处理；可以把条件写简单些，或拆成几条规则"
NOT_CONFIRMED = "找到的反例经引擎重放不成立，未能确认；按不合法处理"
PATTERN_NOT_COMPARED = (
    "事件规则的事件条件、范围或分组有变动，比不出哪一层更严；只改期限、次数、周期，或另“新增”一条规则"
)


def weakening(how: Weakening, title: str) -> str:
    """Say how the layer is weaker."""
    return {
        Weakening.FAILURE_LOST: f"上一层按“{title}”不符合的，本层不再是不符合",
        Weakening.DOUBT_LOST: f"上一层按“{title}”无法判定的，本层成了符合或不适用",
        Weakening.GRANTED_MORE: f"上一层“{title}”没有准许的，本层准许了",
        Weakening.MODALITY_LOWERED: f"“{title}”在上一层的用语更强，不符合的在本层不再使网点不合格",
        Weakening.RULE_MISSING: f"上一层的规则“{title}”在本层没有了",
        Weakening.WITHOUT_END: f"本层不采用“{title}”而没有截止日期",
        Weakening.GAP: f"事实齐全而“{title}”无法判定：判定表有空缺",
    }[how]


def below(verdict: Verdict | None) -> str:
    """Name what the layer below finds."""
    return "没有这条规则" if verdict is None else verdict.chinese
