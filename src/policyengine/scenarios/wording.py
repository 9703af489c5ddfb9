"""What scenarios say when they do not hold, or cannot be read."""

from __future__ import annotations

UNKNOWN_STEP_HELP = "步骤只能用步骤表中的（docs/scenarios.md）"
NO_SUBJECT = "还没有说明对象：先写“假如 有一个网点”一类的步骤"
NO_DAY = '还没有说明评估日：先写步骤“假如 评估日为"2025-06-30"”'
NO_JUDGEMENT = "还没有“当 按规则…评估”，不能断言结论"
FACTS_HEADER = "情况表的表头应是 | 词汇 | 值 |"
EVENTS_HEADER = "事件表至少要有“时间”和“事件”两列"


def unknown_step(text: str) -> str:
    """Word a step that is not in the table."""
    return f"没有这样的步骤：“{text}”"


def unknown_word(word: str, subject: str) -> str:
    """Word a fact that the subject does not have."""
    return f"{subject}没有“{word}”这个词"


def derived_word(word: str) -> str:
    """Word an attempt to state a derived term as a fact."""
    return f"“{word}”是由定义得出的，不能直接给值"


def unknown_rule(rule: str) -> str:
    """Word a rule that is not in the book."""
    return f"规则书中没有规则“{rule}”"


def unknown_event(event: str) -> str:
    """Word an event type that is not in the vocabulary."""
    return f"没有名为“{event}”的事件"


def unknown_field(name: str, event: str) -> str:
    """Word a field that the event type does not carry."""
    return f"事件“{event}”没有字段“{name}”"


def missing_field(name: str, event: str) -> str:
    """Word a required field left empty."""
    return f"事件“{event}”的必填字段“{name}”没有值"


def differs(what: str, expected: str, found: str) -> str:
    """Word an expectation that does not hold."""
    return f"{what}应为“{expected}”，实为“{found}”"


def fact_is(name: str, value: str) -> str:
    """Word a fact in the name of a drafted scenario."""
    return f"{name}为 {value}" if value[:1].isascii() else f"{name}为{value}"


def set_without(name: str, members: str) -> str:
    """Word a set that lacks members."""
    return f"{name}缺少{members}"


def set_with(name: str, members: str) -> str:
    """Word a set that has further members."""
    return f"{name}另有{members}"


def event_added(event: str, day: str) -> str:
    """Word an event that happened in addition."""
    return f"{day}另有“{event}”"


def event_moved(event: str, moment: str) -> str:
    """Word an event that happened at another time."""
    return f"“{event}”在{moment}"


def event_missing(event: str) -> str:
    """Word an event that did not happen."""
    return f"没有“{event}”"


ASSERTS_NOTHING = "没有断言任何结果；在“当…评估”之后写“那么 结论为…”"


def duplicate(place: str, name: str) -> str:
    """Word a scenario in the same situation as another."""
    return f"与 {place}“{name}”的情况和规则完全相同；合成一个，或改掉一个"


def unread(terms: tuple[str, ...], rule: str) -> str:
    """Word facts that a rule does not read."""
    return f"规则“{rule}”不读{'、'.join(f'“{term}”' for term in terms)}；删去，或改用它读的词"
