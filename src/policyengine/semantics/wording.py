"""What the checker of meaning says to people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policyengine.values import Kind

if TYPE_CHECKING:
    from policyengine.values import Type

NOT_A_CONDITION = "这里应是一个能判断真假的条件"
NOT_A_CONDITION_HELP = "写成比较（如 人数 >= 2）、属于、包含、已填报，或一个布尔词"
NOT_A_VALUE = "这里应是一个值，不是条件"
NOT_A_NUMBER = "只有数能作加、减、乘"
NOT_A_TERM = "“已填报”前面应是一个词"
NOT_A_DAY = "天数与工作日数的两端应是日期"
ORDER_ONLY = "大小只能用来比较数和日期；这里只能用 = 或 !="
NEEDS_SET = "右边应是一组取值，如 {甲, 乙}，或多选的参数、词"
NEEDS_CHOICE = "“属于”左边应是选项类的词"
NEEDS_CHOICES = "“包含”左边应是多选的词"
LITERALS_ONLY = "两边都是写定的值，比较没有意义"
CYCLE_HELP = "定义不能直接或间接地引用自己"
TOO_DEEP_HELP = "减少层次，或改用判定表"
TOO_LARGE = "这里的数可能大到无法计算"
TOO_LARGE_HELP = "给相乘的词写上范围，或少乘几项"
DIRECTION_HELP = "改写为 只可调高、只可调低（数和日期），或 只可增加、只可减少（多选）"
SECONDS = "限期应是单位为“日”或“工作日”的整数参数，或写成 5 工作日"


def type_name(of: Type) -> str:
    """Name a type for people: 整数（人）."""
    if of.is_number and of.unit:
        return f"{of.kind}（{of.unit}）"
    return str(of.kind)


def types_differ(left: Type, right: Type) -> str:
    """Word a comparison of unlike things."""
    if left.is_number and right.is_number:
        return f"单位不同：左边是“{left.unit or '无单位'}”，右边是“{right.unit or '无单位'}”"
    if left.kind == right.kind and left.kind in {Kind.CHOICE, Kind.CHOICES}:
        return f"两边的取值范围不同：左边是 {'、'.join(left.members)}，右边是 {'、'.join(right.members)}"
    return f"两边类型不同：左边是{type_name(left)}，右边是{type_name(right)}"


def too_deep(name: str, most: int) -> str:
    """Word a definition that stands on too many others."""
    return f"定义“{name}”处层层引用超过 {most} 层"


def unknown_name(name: str, subject: str) -> str:
    """Word a name that is no term, parameter or value."""
    return f"{subject}的规则中没有“{name}”这个词或参数"


def not_a_member(name: str, members: tuple[str, ...]) -> str:
    """Word a value outside a closed list."""
    return f"“{name}”不是允许的取值；可用：{'、'.join(members)}"


def no_value_on(name: str, day: object) -> str:
    """Word a parameter that has no value yet."""
    return f"参数“{name}”在 {day} 还没有取值"


def wrong_subject(name: str, owner: str, subject: str) -> str:
    """Word a term that this subject's rules cannot see."""
    return f"“{name}”是{owner}的词，{subject}的规则读不到它"


def field_absent(name: str, event: str) -> str:
    """Word an event field that an event type does not carry."""
    return f"事件“{event}”没有字段“{name}”"


def field_optional(name: str, event: str, where: str) -> str:
    """Word a key or scope field that may be empty."""
    return f"“{name}”在事件“{event}”中不是必填字段，不能用于{where}"
