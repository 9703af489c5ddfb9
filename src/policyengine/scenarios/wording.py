"""What scenarios say when they do not hold, or cannot be read."""

from __future__ import annotations

UNKNOWN_STEP_HELP = "步骤只能用步骤表中的（docs/scenarios.md）"
NO_SUBJECT = "还没有说明对象：先写“假如 有一个网点”一类的步骤"
NO_DAY = "还没有说明评估日：先写“假如 评估日为"
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
