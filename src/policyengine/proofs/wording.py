"""What the room of proofs says to people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policyengine.proofs.answers import Weakening
from policyengine.values import Kind, show, show_with_unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from policyengine.proofs.least_change import FactChange
    from policyengine.semantics.ir import Book, DatedValue, Parameter, Rule, Verdict

# Values that are right or wrong; of numbers and dates others would do as well.
_EXACT = frozenset({Kind.BOOLEAN, Kind.CHOICE, Kind.CHOICES})

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
        Weakening.MODALITY_LOWERED: f"“{title}”在上一层的用语更强，不符合的在本层不再使网点不合格",
        Weakening.RULE_MISSING: f"上一层的规则“{title}”在本层没有了",
        Weakening.WITHOUT_END: f"本层不采用“{title}”而没有截止日期",
        Weakening.GAP: f"事实齐全而“{title}”无法判定：判定表有空缺",
    }[how]


def below(verdict: Verdict | None) -> str:
    """Name what the layer below finds."""
    return "没有这条规则" if verdict is None else verdict.chinese


def gap(table: str, rule: str) -> str:
    """Word facts for which a table has no row."""
    return f"判定表“{table}”有空缺：事实齐全而没有一行成立，规则“{rule}”因此无法判定；补一行，或在规则的“适用”中排除"


def overlap(table: str, one: int, other: int) -> str:
    """Word two rows of a table that hold at once."""
    return f"判定表“{table}”命中唯一，第 {one} 行与第 {other} 行却可以同时成立；改条件，或改为命中首个"


def never_fails(rule: str) -> str:
    """Word a rule that nobody can fail."""
    return f"规则“{rule}”没有任何情形会不符合；核对“适用”“要求”和参数"


def never_met(rule: str) -> str:
    """Word a rule that nobody can meet."""
    return f"规则“{rule}”没有任何情形能够符合；核对“要求”和参数"


def conflict(one: str, other: str) -> str:
    """Word two rules that cannot be met together."""
    return f"规则“{one}”与“{other}”可以同时适用，却不可能同时符合"


def out_of_range(parameter: Parameter, dated: DatedValue) -> str:
    """Word a value outside the bounds of its parameter."""
    value = show_with_unit(dated.value, parameter.type)
    return f"参数“{parameter.name}”自 {dated.since.isoformat()} 起为 {value}，超出其范围"


def no_value(parameter: str, rule: str, day: date) -> str:
    """Word a parameter that begins after its rule."""
    return f"规则“{rule}”自 {day.isoformat()} 起施行，参数“{parameter}”那时还没有取值"


def unused(what: str) -> str:
    """Word what no rule uses."""
    return f"{what}没有规则使用"


# --- 整改建议 ----------------------------------------------------------------------------------------

ADVICE_HEAD = "整改建议（改动最少的一种办法，由程序推算，供参考，不是正式决定；先办理，再据实更新记录）"
NOTHING_NEEDED = "事实类的“应”都已符合或不适用，不需要改动"
ADVICE_IMPOSSIBLE = "没有找到使全部“应”同时符合的改动；请逐条核对不符合的规则"
ADVICE_NOT_IN_TIME = "在限定时间内没有推算出改动最少的办法；请逐条核对不符合的规则"


def advice(
    status: str, changes: Sequence[FactChange], failing: Sequence[Rule], events: Iterable[str], book: Book
) -> str:
    """Word a whole advice."""
    rows = [ADVICE_HEAD]
    match status:
        case "found":
            rows += [f"{place}. {change(one, book)}" for place, one in enumerate(changes, 1)]
            rows.append(f"改后可符合：{'、'.join(rule.title for rule in failing)}")
        case "impossible":
            rows.append(ADVICE_IMPOSSIBLE)
        case "not_in_time":
            rows.append(ADVICE_NOT_IN_TIME)
        case _:
            rows.append(NOTHING_NEEDED)
    said = list(events)
    if said:
        rows += ["办事过程（事件）方面：", *(f"- {one}" for one in said)]
    return "\n".join(rows)


def change(one: FactChange, book: Book) -> str:
    """Word one change: 将“在岗经办人员数”由 1 人增加到 2 人."""
    of = book.vocabulary.terms[one.term].type
    after = show_with_unit(one.after, of)
    if one.before is None:
        return f"补报“{one.term}”，且应为 {after}" if of.kind in _EXACT else f"补报“{one.term}”，如 {after}"
    before = show_with_unit(one.before, of)
    if isinstance(one.before, frozenset) and isinstance(one.after, frozenset):
        more, less = one.after - one.before, one.before - one.after
        parts = [f"增加 {show(more, of)}"] if more else []
        parts += [f"去掉 {show(less, of)}"] if less else []
        return f"“{one.term}”{'、'.join(parts)}"
    if of.is_number and isinstance(one.before, int) and isinstance(one.after, int):
        verb = "增加到" if one.after > one.before else "减少到"
        return f"将“{one.term}”由 {before}{verb} {after}"
    if of.kind is Kind.DATE:
        return f"“{one.term}”现为 {before}，办理后更新为 {after}"
    return f"将“{one.term}”由 {before} 改为 {after}"


def violated(rule: Rule, events: Sequence[str]) -> str:
    """Word an event rule that is broken; what happened cannot be undone."""
    named = f"（事件 {'、'.join(events)}）" if events else ""
    return f"“{rule.title}”不符合{named}：{rule.message or '已发生的事件不能更改，请查明原因并补办'}"


def due(rule: Rule, day: date) -> str:
    """Word an obligation that is still open."""
    return f"“{rule.title}”还有待办，最迟 {day.isoformat()}"
