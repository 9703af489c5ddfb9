"""What the room of overlays says to people."""

from __future__ import annotations

NOT_AN_OVERLAY = "覆盖层文件应是“键: 值”，以“覆盖层: 代码”开头"
BLANK_OVERLAY = "覆盖层文件是空的"
OVERLAY_SHAPE = "用 policyengine overlay new 代码 --out 文件 得到一份可用的样本"
NO_OPERATION = "这一项变更没有写做什么"
OPERATIONS_HELP = "每项变更以“设定”“从严”“升格”“不采用”“新增”之一开头"
TWO_OPERATIONS_HELP = "一项只写一种变更；拆成两项"
CODE_HELP = "省级写六位代码如 320000，设区的市写如 320100"
EARLIER_THAN_STANDARD_HELP = "国家标准自 2025-02-01 起实施，变更不能早于这一天"
ADD_RULE_HELP = "本层另有要求的，用“新增”写一条自己的规则"
STRICTER_ONLY = "下层只能从严；要放宽的，须由上一层修订"
ONE_OF_THEM = "保留一处，合并写在一起；同一层的两处变更没有先后之分"
PARAMETERS_HELP = "可以设定的参数见 policyengine overlay new 代码 给出的清单"
RULES_HELP = "规则编号见 rules/national 各文件的“规则”"
ITEM_HELP = "按该规则修改，或将该事项移出清单"
ITEM_VALUE_HELP = "取值见 rules/vocabulary/items.yaml"
NEW_NAME = "改用上层没有的名字"
NOTHING_TO_DO = "保留一行说明即可，或删去“变更”"
CITE_HELP = "写“引文”（标准原文）或“地方依据: [{文件: …, 条: …}]”"


def bad_code(code: str) -> str:
    """Word a layer code that names no province or city."""
    return f"“{code}”不是省级或设区的市的行政区划代码"


def file_name_differs(code: str) -> str:
    """Word a file name that does not begin with the code inside."""
    return f"文件名与覆盖层代码 {code} 不一致"


def name_differs(code: str, official: str, written: str) -> str:
    """Word a province's code with another's name."""
    return f"代码 {code} 是{official}，名称写的是“{written}”"


def same_layer(code: str, other: str) -> str:
    """Word two files for one layer."""
    return f"覆盖层 {code} 有两个文件，另一个是 {other}"


def same_change(operation: str, target: str, line: int) -> str:
    """Word the same thing changed twice in one layer."""
    return f"“{operation}: {target}”在本层写了两次，另一处在第 {line} 行"


def contradiction(rule: str, line: int) -> str:
    """Word one rule both raised or tightened and waived."""
    return f"规则“{rule}”在本层既不采用又从严或升格，另一处在第 {line} 行"


def unknown_rule(rule: str, above: str) -> str:
    """Word a rule that the layers above do not have."""
    return f"{above}的规则书中没有规则“{rule}”"


def unknown_parameter(name: str, above: str) -> str:
    """Word a parameter that the layers above do not have."""
    return f"{above}的规则书中没有参数“{name}”"


def closed_rule(title: str) -> str:
    """Word a rule that may not be touched."""
    return f"规则“{title}”不可从严，下层不能改动"


def not_a_recommendation(operation: str, title: str, modality: str) -> str:
    """Word raising or waiving what is no 宜."""
    return f"“{operation}”只用于“宜”；规则“{title}”的用语是“{modality}”"


def event_rule(title: str) -> str:
    """Word a condition and-ed to an event rule."""
    return f"规则“{title}”是事件规则，不能并上条件"


def permission(title: str) -> str:
    """Word a condition and-ed to a permission."""
    return f"规则“{title}”的用语是“可”，没有要求可从严"


def already_waived(title: str) -> str:
    """Word a change to a rule that the layer above does not use."""
    return f"上一层已不采用规则“{title}”，本层的变更不起作用"


def redefined(what: str, name: str) -> str:
    """Word a name that exists above."""
    return f"{what}“{name}”在上层已有，下层不能重新定义"


def twice_in_layer(what: str, name: str) -> str:
    """Word a name given twice in one overlay."""
    return f"{what}“{name}”在本层写了两次"


def shadows_value(name: str) -> str:
    """Word an added name that is an allowed value of a term."""
    return f"“{name}”是词汇中已有的取值，用作名字会改变上层规则的意思"


def not_adjustable(name: str) -> str:
    """Word a closed parameter."""
    return f"参数“{name}”不可调"


def against_direction(name: str, adjustable: str, day: str, below: str, upper: str) -> str:
    """Word a value that loosens from some day on."""
    return f"参数“{name}”{adjustable}：自 {day} 起本层为 {below}，上一层为 {upper}，放宽了要求"


def outside(name: str, value: str, low: str, high: str) -> str:
    """Word a value outside the bounds."""
    return f"参数“{name}”的值 {value} 超出允许的范围 [{low}, {high}]"


def two_values(name: str, day: str) -> str:
    """Word two values on one day."""
    return f"参数“{name}”在 {day} 有两个值"


def value_too_late(name: str, day: str, since: str) -> str:
    """Word a parameter that begins after what uses it."""
    return f"参数“{name}”自 {day} 才有取值，而使用它的变更自 {since} 起施行"


def too_early(day: str) -> str:
    """Word a change before the standard is in force."""
    return f"施行日期 {day} 早于国家标准实施日"


def ends_before(since: str, until: str) -> str:
    """Word an end before the beginning."""
    return f"截止日期 {until} 早于起始日期 {since}"


def area_emptied(area: str) -> str:
    """Word a unified area left without a rule."""
    return f"“七统一”中的“{area}”在本层已没有规则"


def count_differs(listed: int, count: int, grade: str) -> str:
    """Word a list whose items do not match its number."""
    of = f"{grade}" if grade else "清单"
    return f"{of}写明 {count} 项，列出的有 {listed} 项"


def item_fails(item: str, title: str, rule: str) -> str:
    """Word an item that breaks a rule about items."""
    return f"事项“{item}”不符合规则“{title}”（{rule}）"


def unknown_item_fact(name: str) -> str:
    """Word a key of an item that is no term."""
    return f"事项没有“{name}”这个词"


def published_late(published: str, effective: str) -> str:
    """Word a list that begins before it is published."""
    return f"清单 {effective} 实施，{published} 才公布"
