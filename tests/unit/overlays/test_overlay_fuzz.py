"""Thousands of spoiled overlays: always a diagnostic with a place or a lawful book, never a traceback.

OVERLAY_FUZZ says how many files to try (10,000 unless told).
"""

from __future__ import annotations

import os
import random
import re
from datetime import date

import pytest

from policyengine.diagnostics import BookRefusedError, Problems
from policyengine.documents import read_text
from policyengine.overlays.read import read_overlay
from policyengine.semantics.ir import All, Modality, Truth
from unit.overlays.small_shelf import laid, small_shelf

FILES = int(os.environ.get("OVERLAY_FUZZ", "10000"))
PARTS = 4
GROUND = "    理由: 试\n    文件: 某文件\n"
HEAD = "覆盖层: 320000\n名称: 江苏省\n"
SEEDS = (
    HEAD + "变更:\n  - 设定: 最少经办人员数\n    取值: {2025-06-01: 3, 2026-06-01: 4}\n    依据: 地方规定\n" + GROUND,
    HEAD + "变更:\n  - 设定: 必备功能区\n    取值: {2025-06-01: [等候区, 办理区, 导办区]}\n    依据: 示例\n" + GROUND,
    HEAD + "变更:\n  - 从严: outlet.staff-minimum\n    并且: 导办人员数 > 0 且 设有无障碍设施\n    自: 2025-06-01\n" + GROUND,
    HEAD + "变更:\n  - 升格: outlet.guides\n    自: 2025-06-01\n" + GROUND
    + "  - 不采用: outlet.walking\n    自: 2025-06-01\n    至: 2025-12-31\n" + GROUND,
    HEAD + "变更:\n  - 新增:\n      - 规则: outlet.new\n        名称: 新\n        条款: 五（五）\n        引文: 场地要求\n"
    "        用语: 应\n        对象: 网点\n        要求: 步行时间 <= 新上限\n        参数:\n"
    "          新上限: {单位: 分钟, 取值: {2025-06-01: 9}, 依据: 示例, 来源: 示例}\n    自: 2025-06-01\n" + GROUND,
    HEAD + "开展情形: {情形: 已开展, 依据: 示例, 来源: 示例}\n事项清单:\n  公布日期: 2025-05-01\n  实施日期: 2025-06-01\n"
    "  项数: 2\n  事项:\n    - {事项名称: 甲, 风险等级: 1}\n    - {事项名称: 乙, 风险等级: 3}\n"
    "  文件: 某文件\n  依据: 示例\n  来源: 示例\n",
)  # fmt: skip
WORDS = (
    "最少经办人员数", "最长步行时间", "必备功能区", "最少导办人员数", "办结时限", "可委托最高风险等级", "outlet.staff-minimum",
    "outlet.guides", "outlet.walking", "outlet.accessible", "outlet.finished-in-time", "outlet.may-serve", "item.delegable",
    "设定", "从严", "升格", "不采用", "新增", "自", "至", "取值", "并且", "覆盖层", "名称", "320000", "320100", "330000", "000000",
    "应", "宜", "可", "0", "1", "2", "3", "5", "21", "-1", "1.5", "999999999999999", "2025-01-01", "2025-06-01", "2026-01-01",
    "2199-12-31", "9999-99-99", "[]", "{}", "[等候区]", "", "是", "否", "合作中", "网点等级", "导办人员数", "且", "或", "非", "(", "~",
)  # fmt: skip
SIGNS = "{}[]:,#&*!|>'\"%@`-? \t\n\\（），：\u3000\u0000\u200b\ufeffé😀0"
DAYS = (
    date(2025, 2, 1),
    date(2025, 6, 1),
    date(2025, 12, 31),
    date(2026, 1, 1),
    date(2026, 7, 1),
    date(2199, 12, 31),
)


HOWS = ("word",) * 8 + ("kin",) * 6 + ("line",) * 3 + ("sign", "cut", "indent")
# Words that can stand for each other and leave a file that reads well, lawful or not.
KIN = (
    ("最少经办人员数", "最长步行时间", "必备功能区", "最少导办人员数", "办结时限", "可委托最高风险等级"),
    ("outlet.staff-minimum", "outlet.guides", "outlet.walking", "outlet.accessible", "outlet.finished-in-time", "outlet.may-serve"),
    ("2025-06-01", "2025-12-31", "2026-06-01", "2025-02-01", "2026-01-01", "2027-01-01", "2025-01-31"),
    ("1", "2", "3", "4", "9", "15", "20", "21", "0"), ("应", "宜", "可"), ("升格", "不采用"), ("等候区", "办理区", "导办区"),
)  # fmt: skip


def _spoil(text, chance):
    ways = {"word": _word, "kin": _kin, "line": _line, "sign": _sign, "cut": _cut, "indent": _indent}
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        text = ways[chance.choice(HOWS)](text, chance)
    return text


def _tokens(text):
    return [found.span() for found in re.finditer(r"[\w.（）-]+", text)]


def _word(text, chance):
    """Put any word in the place of another."""
    start, end = chance.choice(_tokens(text) or [(0, 0)])
    return text[:start] + chance.choice(WORDS) + text[end:] or HEAD


def _kin(text, chance):
    """Put a word of the same kind in the place of another."""
    places = [(span, kin) for span in _tokens(text) for kin in KIN if text[slice(*span)] in kin]
    if not places:
        return _word(text, chance)
    (start, end), kin = chance.choice(places)
    return text[:start] + chance.choice(kin) + text[end:]


def _line(text, chance):
    """Drop, repeat or move a line."""
    lines = text.splitlines(keepends=True) or [""]
    at = chance.randrange(len(lines))
    match chance.randrange(3):
        case 0:
            del lines[at]
        case 1:
            lines.insert(at, lines[at])
        case _:
            lines.insert(chance.randrange(len(lines)), lines.pop(at))
    return "".join(lines) or HEAD


def _sign(text, chance):
    """Put a sign somewhere, or in the place of another."""
    at = chance.randrange(len(text) + 1)
    return text[:at] + chance.choice(SIGNS) + text[at + chance.randrange(2) :] or HEAD


def _cut(text, chance):
    """Cut a stretch out."""
    at = chance.randrange(len(text))
    return text[:at] + text[at + chance.randrange(1, 20) :] or HEAD


def _indent(text, chance):
    """Move a line to the left or right."""
    lines = text.splitlines(keepends=True)
    at = chance.randrange(len(lines)) if lines else 0
    if lines:
        lines[at] = " " * chance.randrange(8) + lines[at].lstrip()
    return "".join(lines) or HEAD


def _judge(text):
    """Give what is told of a text, and the shelf that has it, if it is laid on."""
    problems = Problems()
    overlay = read_overlay(read_text(text, "试.yaml", problems), "试.yaml", problems)
    shelf = laid(overlay, problems)
    if overlay is not None:
        shelf.check(DAYS[2], problems)
    return problems.found, shelf if overlay is not None else None, overlay


def _weakened(upper, own):
    """Say how a book is weaker than the one above, by rules of thumb of this test's own; empty if it is not."""
    directions = {
        "最少经办人员数": lambda old, new: 20 >= new >= old,
        "必备功能区": lambda old, new: new >= old,
        "最少导办人员数": lambda old, new: new == old,
        "最长步行时间": lambda old, new: 5 <= new <= old,
        "办结时限": lambda old, new: 0 <= new <= old,
        "可委托最高风险等级": lambda old, new: 1 <= new <= old,
    }
    for name, holds in directions.items():
        if not holds(upper.parameters[name].value, own.parameters[name].value):
            return f"参数 {name}"
    below = {rule.id: rule for rule in own.rules}
    for rule in upper.rules:
        mine = below.get(rule.id)
        if mine is None:
            return f"缺少 {rule.id}"
        waived = rule.modality is Modality.SHOULD and mine.applies == Truth(value=False)
        if mine.applies != rule.applies and not waived:
            return f"适用 {rule.id}"
        kept = mine.requires == rule.requires or (
            isinstance(mine.requires, All) and mine.requires.parts[0] == rule.requires
        )
        if not kept:
            return f"要求 {rule.id}"
        if rule.modality is not mine.modality and mine.modality is not Modality.SHALL:
            return f"用语 {rule.id}"
    same = own.vocabulary == upper.vocabulary and set(upper.definitions) <= set(own.definitions)
    return "" if same else "词汇"


def _placed(one, text):
    last = len(text.splitlines()) + 1
    return bool(one.message) and bool(one.span.file) and 1 <= one.span.line <= last and one.span.column >= 1


def test_the_seeds_are_lawful():
    """What is spoiled was whole before."""
    for seed in SEEDS:
        found, shelf, _ = _judge(seed)
        assert shelf is not None
        assert not [one.render() for one in found]


@pytest.mark.parametrize("part", range(PARTS))
def test_a_spoiled_overlay_is_told_with_a_place_or_is_lawful(part):
    """Never a traceback; without a diagnostic, every national rule and direction still holds on every day."""
    chance = random.Random(20250201 + part)
    told = passed = 0
    for _ in range(max(1, FILES // PARTS)):
        text = _spoil(chance.choice(SEEDS), chance)
        found, shelf, overlay = _judge(text)
        if found:
            told += 1
            assert all(_placed(one, text) or one.span.file != "试.yaml" for one in found), text
            for one in found:
                one.render()
            continue
        assert shelf is not None, text
        passed += 1
        for day in DAYS:
            weaker = _weakened(small_shelf().book(day), shelf.book(day, overlay.code.text))
            assert not weaker, f"{weaker}，{day}\n{text}"
    assert told
    assert passed


def test_an_overlay_that_is_told_is_not_used():
    """A book with a diagnostic is refused, not made without the change."""
    spoiled = SEEDS[0].replace(": 3,", ": 1,")
    _, shelf, overlay = _judge(spoiled)
    with pytest.raises(BookRefusedError):
        shelf.book(DAYS[2], overlay.code.text)
