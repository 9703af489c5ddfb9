"""What was changed in a rule, and what a survey of mutants says, in Chinese."""

from __future__ import annotations

AS_IT_STANDS = "现有取值"


def changed(before: str, after: str) -> str:
    """Word a part that became another."""
    return f"“{before}”改为“{after}”"


def denied(what: str) -> str:
    """Word a condition that was denied."""
    return f"“{what}”取反"


def dropped(what: str) -> str:
    """Word a part left out."""
    return f"去掉“{what}”"


def joined_otherwise(what: str, word: str) -> str:
    """Word 且 and 或 changed for each other."""
    return f"“{what}”各条改为以“{word}”相连"


def filled_toggled(term: str) -> str:
    """Word 已填报 turned into 未填报."""
    return f"“{term}已填报”改为“{term}未填报”"


def member_dropped(collection: str, member: str) -> str:
    """Word a member left out of a set."""
    return f"“{collection}”中去掉“{member}”"


def member_added(collection: str, member: str) -> str:
    """Word a member added to a set."""
    return f"“{collection}”中加上“{member}”"


NEVER_APPLIED = "去掉适用条件，处处适用"


def modality(before: str, after: str) -> str:
    """Word a modality that became another."""
    return f"用语“{before}”改为“{after}”"


def parameter(name: str, before: str, after: str) -> str:
    """Word a parameter with another value."""
    return f"参数“{name}”由 {before} 改为 {after}"


def row(number: int) -> str:
    """Name a row of a decision table, before what was changed in it."""
    return f"第 {number} 行："


def row_dropped(number: int) -> str:
    """Word a row of a decision table left out."""
    return f"去掉第 {number} 行"


def rows_swapped(number: int) -> str:
    """Word two neighbouring rows in the other order."""
    return f"第 {number} 行与第 {number + 1} 行对调"


def kind(before: str, after: str) -> str:
    """Word a pattern that became another."""
    return f"模式“{before}”改为“{after}”"


def scope(before: str, after: str) -> str:
    """Word a scope that became another."""
    return f"范围“{before}”改为“{after}”"


def from_start(now: bool) -> str:
    """Word 含起点 set or unset."""
    return "范围加上“含起点”" if now else "范围去掉“含起点”"


def key_dropped(name: str) -> str:
    """Word a field left out of the key."""
    return f"“同一”去掉“{name}”"


def part(name: str) -> str:
    """Name a part of a pattern, before what was changed in it."""
    return f"{name}："


def without(name: str) -> str:
    """Word a part of a pattern left out."""
    return f"去掉{name}"


def event_dropped(name: str) -> str:
    """Word an event type left out of a selector."""
    return f"去掉事件“{name}”"


def would_notice(change: str) -> str:
    """Say what a drafted scenario is for."""
    return f"可发现的改动：{change}"


def forced(what: str, value: bool) -> str:
    """Word a simple condition taken as always true or always false."""
    return f"“{what}”视为{'始终成立' if value else '始终不成立'}"
