"""Every sentence of explanations, in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

NATION = "全国规则书"
MISSING_VALUE = "未填报"
WAIVED = "本规则已对该对象豁免，豁免期内不评估"
NO_ACTIVATION = "截至评估日，没有发生本规则所要求处理的事件"
ONLY_DUE = "应办的事项都还在期限之内"
NEVER_GRANTED = "不具备本规则所许可的条件，许可不适用"
APPLIES_UNKNOWN = "要求未达到，但缺少资料，不能确定本规则是否适用"
ONE_OF_THESE = "下列各项至少应满足一项，均未满足"


def layer_name(code: str, name: str | None) -> str:
    """Name the layer that set a value."""
    if code == "000000":
        return NATION
    return f"{name or code}覆盖层"


def parameter_source(name: str, layer: str, since: str, basis: str) -> str:
    """Say where the value of a parameter comes from."""
    return f"参数“{name}”，{layer} {since} 起，依据：{basis}"


def in_brackets(notes: Sequence[str]) -> str:
    """Append notes to a sentence; nothing if there are none."""
    return f"（{'；'.join(notes)}）" if notes else ""


def compared(what: str, value: str, standard: str, notes: str, *, met: bool) -> str:
    """Say that a value keeps or breaks a comparison: 在岗经办人员数为 1 人，应不少于 2 人."""
    if met and value == standard:
        return f"{what}{value}{notes}"
    return f"{what}{value}，{'' if met else '应'}{standard}{notes}"


def filled(what: str, *, filled: bool, met: bool) -> str:
    """Say that a value is there or not, and whether it should be."""
    wanted = "" if met else ("，应为空" if filled else "，应填报")
    return f"{what}{'已填报' if filled else MISSING_VALUE}{wanted}"


def included(what: str, present: str, absent: str, wanted: str, notes: str, *, met: bool) -> str:
    """Say what a set has and lacks; `met` if lacking is what was asked for, or nothing is lacking."""
    if absent:
        standard = f"未全部包含{wanted}" if met else f"应包含{wanted}"
        return f"{what}缺少{absent}（现有：{present}），{standard}{notes}"
    return f"{what}已包含{wanted}{notes}"


def excluded(what: str, wanted: str, notes: str) -> str:
    """Say that a set has what it should not have in full."""
    return f"{what}不应全部包含{wanted}{notes}"


def derived(sentence: str, reasons: Sequence[str]) -> str:
    """Say why a derived term came out as it did."""
    return f"{sentence}，因为：{'；'.join(reasons)}" if reasons else sentence


def none_of(reasons: Sequence[str]) -> str:
    """Say that every way to meet the requirement failed."""
    return f"{ONE_OF_THESE}：{'；'.join(reasons)}"


def not_applicable(reasons: Sequence[str]) -> str:
    """Say why the rule does not apply."""
    return f"本规则不适用：{'；'.join(reasons)}"


def missing(names: Sequence[str]) -> str:
    """Say what must be filled before a verdict is possible."""
    return f"缺少“{'”“'.join(names)}”，填报后才能判定"


def event(kind: str, identifier: str, moment: str) -> str:
    """Name an event: “人员离岗”（编号 E3，2025-06-01 09:00:00）."""
    return f"“{kind}”（编号 {identifier}，{moment}）"


def forbidden(what: str, pattern: str) -> str:
    """Say that an event should not have happened."""
    return f"{what}不应发生：{pattern}"


def kept(pattern: str, times: int) -> str:
    """Say that what events must show was shown."""
    return f"已做到 {times} 次：{pattern}"


def never_followed(what: str, wanted: str, by: str) -> str:
    """Say that an event was not followed as it should."""
    deadline = f"在 {by} 以前" if by else ""
    return f"{what}之后应{deadline}有{wanted}，未见"


def never_preceded(what: str, wanted: str, within: str) -> str:
    """Say that an event was not preceded as it should."""
    return f"{what}之前{within}应先有{wanted}，未见"


def not_covered(what: str, grant: str) -> str:
    """Say that an event lies outside every grant."""
    return f"{what}发生时不在{grant}的有效期内"


def not_held(opening: str, pattern: str) -> str:
    """Say that a whole segment breaks its rule."""
    since = f"自{opening}起，" if opening else ""
    return f"{since}未做到：{pattern}"


def due(what: str, day: str, wanted: str) -> str:
    """Say what is still to be done and by when."""
    since = f"{what}之后" if what else ""
    return f"待办：{since}应有{wanted}，最迟 {day}"


def basis(source: str) -> str:
    """Say what a limit or a count rests on."""
    return f"要求依据：{source}"


def unofficial(first: int, last: int) -> str:
    """Say that working days were counted without the official calendar."""
    return f"期限所及日期超出官方节假日安排（{first} 年至 {last} 年），超出部分按周一至周五计工作日"
