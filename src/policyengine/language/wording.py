"""What the reader of rule files says to people."""

TOO_DEEP = "条件嵌套过深，或加减乘过多"
TOO_LONG = "条件过长"
INVISIBLE = "删去这个看不见的字符，或改为普通空格"
USE_DEFINITION = "把内层写成“定义”，再引用它的名字"
MIXED = "“且”与“或”混用而没有括号"
MIXED_HELP = "用括号标明先后，如 (甲 且 乙) 或 丙"
UNFINISHED = "条件没有写完"
SHAPE = "条件形如：网点状态 = 合作中 且 在岗经办人员数 >= 最少经办人员数；词与运算符之间用空格隔开"
NOT_A_LIST = "规则文件应是一个列表，每项以“- 规则:”“- 定义:”或“- 判定表:”开头"
NO_KIND = "这一项没有“规则”“定义”或“判定表”"
NO_REQUIREMENT = "规则没有“要求”，也没有“事件”"
TWO_REQUIREMENTS = "规则不能同时有“要求”和“事件”"
REQUIREMENT_HELP = "“要求”写对象应满足的条件；“事件”写事件的先后与时限"
VALUES_SHAPE = "取值应写成 {起始日: 值}，如 取值: {2025-02-01: 2}"
SELECTOR_SHAPE = "事件写成事件名、[事件名, 事件名]，或 {事件: 名, 条件: …, 累计: {次数: …, 期限: …}}"
RULE_ID = "规则编号写成 英文对象.英文短语，如 outlet.staff-minimum"


def bad_character(found: str) -> str:
    """Word a character that the grammar has no use for."""
    return f"条件中不能有“{found}”"


def unexpected(found: str) -> str:
    """Word a token in the wrong place."""
    return f"此处不应出现“{found}”"


def duplicate(what: str, name: str, other: object) -> str:
    """Word a second definition of a name."""
    return f"{what}“{name}”重复，另一处在 {other}"
