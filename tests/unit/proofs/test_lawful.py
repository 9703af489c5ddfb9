"""Each subtle way to weaken a rule is refuted, with a counterexample that holds as a scenario; its twin is proved."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from policyengine.engines.choose import engine_named
from policyengine.overlays.apply import WAIVED
from policyengine.proofs.answers import Answer, Weakening
from policyengine.proofs.book import Flaw
from policyengine.proofs.lawful import lawful
from policyengine.proofs.overlay import added_flaws, lawful_overlay
from policyengine.scenarios.books import Books
from policyengine.scenarios.read import read_examples
from policyengine.scenarios.run import run
from policyengine.semantics.ir import Change, Truth, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from policyengine.rulebook import Shelf
    from policyengine.semantics.ir import Book

DAY = date(2026, 6, 30)
RULE = """
- 规则: outlet.staff
  名称: 经办人员
  条款: 五（五）
  引文: 服务人员及服务形式要求
  用语: {modality}
  对象: 网点
  适用: {applies}
  要求: {requires}
  参数:
    人数: {{单位: 人, 取值: {values}, 依据: 示例, 来源: 示例, 可调: 范围内, 范围: [0, 9]}}
"""
TABLE = """
- 判定表: 人数等级
  对象: 网点
  取值: [少, 多]
  命中: 唯一
  行:
    - {{当: 在岗经办人员数 < {low}, 得: 少}}
    - {{当: 在岗经办人员数 >= {high}, 得: 多}}
"""
EVENT = """
- 规则: outlet.followed
  名称: 离岗收回权限
  条款: 五（九）
  引文: 安全要求
  用语: 应
  对象: 网点
  适用: 网点状态 = 合作中
  事件: {{模式: {pattern}}}
  参数:
    期限: {{单位: {unit}, 取值: {{2025-02-01: {limit}}}, 依据: 示例, 来源: 示例, 可调: 不可}}
    次数: {{单位: 次, 取值: {{2025-02-01: {times}}}, 依据: 示例, 来源: 示例, 可调: 不可}}
"""


def rule(
    modality: str = "应",
    applies: str = "网点状态 = 合作中",
    requires: str = "在岗经办人员数 >= 人数",
    values: str = "{2025-02-01: 2}",
) -> str:
    return RULE.format(modality=modality, applies=applies, requires=requires, values=values)


WEAKER = {
    "适用 is narrowed": rule(applies="网点状态 = 合作中 且 网点层级 = 县城"),
    "an allowed set for 适用 loses a member": rule(applies="网点状态 属于 {暂停}"),
    "the parameter goes the other way": rule(values="{2025-02-01: 1}"),
    "the requirement is loosened by 或": rule(requires="在岗经办人员数 >= 人数 或 有无障碍"),
    "a missing number passes": rule(requires="在岗经办人员数 >= 人数 或 在岗经办人员数 未填报"),
    "a missing status makes it not applicable": rule(applies="网点状态 已填报 且 网点状态 = 合作中"),
    "the modality is lowered": rule(modality="宜"),
}
STRICTER = {
    "适用 is widened": rule(applies="网点状态 属于 {合作中, 暂停}"),
    "the parameter goes up": rule(values="{2025-02-01: 3}"),
    "a condition is and-ed": rule(requires="在岗经办人员数 >= 人数 且 叫号设备完好"),
    "the text says the same in other words": rule(requires="非 (在岗经办人员数 < 人数)"),
    "a missing number fails": rule(requires="在岗经办人员数 已填报 且 在岗经办人员数 >= 人数"),
}


@pytest.mark.parametrize("name", WEAKER)
def test_a_weaker_rule_is_refuted(name: str, book_of: Callable[..., Book]) -> None:
    """Each weaker rule is refuted by a case on which the layer below really is weaker."""
    text = WEAKER[name].replace("有无障碍", "叫号设备完好")
    proof = lawful(book_of(rule()), book_of(text, "320000"))
    assert proof.answer is Answer.REFUTED
    (found,) = proof.refuted
    assert (found.above, found.below) != (
        Verdict.FAIL,
        Verdict.FAIL,
    ) or found.weakening is Weakening.MODALITY_LOWERED


@pytest.mark.parametrize("name", STRICTER)
def test_a_rule_that_asks_no_less_is_proved(name: str, book_of: Callable[..., Book]) -> None:
    """Each lawful twin is proved."""
    assert lawful(book_of(rule()), book_of(STRICTER[name], "320000")).answer is Answer.PROVED


def test_the_counterexample_is_the_smallest(book_of: Callable[..., Book]) -> None:
    """Nothing stands in a counterexample that is not needed, and numbers are as small as can be."""
    above = book_of(rule(values="{2025-02-01: 5}"))
    proof = lawful(above, book_of(rule(values="{2025-02-01: 3}"), "320000"))
    (found,) = proof.refuted
    assert found.case.values == {"网点状态": "合作中", "在岗经办人员数": 3}


def test_a_redefined_term_is_refuted_and_a_stricter_one_proved(book_of: Callable[..., Book]) -> None:
    """A rule is weakened through a definition that it reads, though its own text is untouched."""
    text = rule(applies="小网点", requires="在岗经办人员数 >= 人数")
    named = "\n- 定义: 小网点\n  对象: 网点\n  为: 等候座位数 <= {}\n"
    above = book_of(text + named.format(10))
    assert lawful(above, book_of(text + named.format(9), "320000")).answer is Answer.REFUTED
    assert lawful(above, book_of(text + named.format(11), "320000")).answer is Answer.PROVED


def test_a_gap_in_a_decision_table_is_refuted(book_of: Callable[..., Book]) -> None:
    """What failed by a row of a table must not become undetermined because the row is gone."""
    text = rule(requires="人数等级 = 多")
    above = book_of(text + TABLE.format(low=3, high=3))
    proof = lawful(above, book_of(text + TABLE.format(low=2, high=3), "320000"))
    assert [one.weakening for one in proof.refuted] == [Weakening.FAILURE_LOST]
    assert [one.below for one in proof.refuted] == [Verdict.UNDETERMINED]
    assert lawful(above, book_of(text + TABLE.format(low=4, high=4), "320000")).answer is Answer.PROVED


def test_a_rule_left_out_is_refuted(book_of: Callable[..., Book]) -> None:
    """A rule that the layer below does not have is a failure lost."""
    proof = lawful(book_of(rule()), book_of("[]", "320000"))
    assert [one.weakening for one in proof.refuted] == [Weakening.RULE_MISSING]


def test_a_permission_in_doubt_is_not_given_below(book_of: Callable[..., Book]) -> None:
    """可 never fails; but what is undetermined above must not pass below."""

    def permission(requires: str) -> str:
        return rule(modality="可", applies="网点状态 已填报", requires=requires)

    above = book_of(permission("在岗经办人员数 >= 人数"))
    assert lawful(above, book_of(permission("在岗经办人员数 >= 1"), "320000")).answer is Answer.PROVED
    doubtful = permission("在岗经办人员数 >= 人数 或 在岗经办人员数 未填报")
    (found,) = lawful(above, book_of(doubtful, "320000")).refuted
    assert (found.above, found.below) == (Verdict.UNDETERMINED, Verdict.PASS)


def test_working_days_are_compared_by_the_calendar(book_of: Callable[..., Book]) -> None:
    """A limit in working days over two dates is proved in one direction and refuted in the other."""

    def within(days: int) -> str:
        return rule(requires=f"工作日数(签约日期, 挂牌日期) <= {days} 工作日")

    above = book_of(within(5))
    assert lawful(above, book_of(within(4), "320000")).answer is Answer.PROVED
    (found,) = lawful(above, book_of(within(6), "320000")).refuted
    assert found.above is Verdict.FAIL


def test_a_recommendation_may_be_waived_until_a_day_only(book_of: Callable[..., Book]) -> None:
    """不采用 of a 宜 is lawful with an end and refuted without; of an 应 it is refuted in any case."""

    def waived(modality: str, text: str) -> Book:
        book = book_of(rule(modality=modality), "320000")
        note = Change("320000", WAIVED, DAY, "测试", "测试", text)
        own = tuple(replace(one, applies=Truth(value=False), changes=(note,)) for one in book.rules)
        return replace(book, rules=own)

    should, shall = book_of(rule(modality="宜")), book_of(rule())
    assert lawful(should, waived("宜", "至 2026-12-31")).answer is Answer.PROVED
    assert [one.weakening for one in lawful(should, waived("宜", "")).refuted] == [Weakening.WITHOUT_END]
    assert [one.weakening for one in lawful(shall, waived("应", "至 2026-12-31")).refuted] == [
        Weakening.FAILURE_LOST
    ]


RESPONSE = "随后有, 每个: 人员离岗, 此后: 权限注销, 限期: 期限"
EVENTS = [
    ("a longer limit", RESPONSE, {"limit": 3}, RESPONSE, {"limit": 4}, Answer.REFUTED),
    ("a shorter limit", RESPONSE, {"limit": 3}, RESPONSE, {"limit": 2}, Answer.PROVED),
    (
        "a longer limit in working days",
        RESPONSE,
        {"unit": "工作日"},
        RESPONSE,
        {"unit": "工作日", "limit": 4},
        Answer.REFUTED,
    ),
    (
        "more answers allowed",
        RESPONSE,
        {},
        RESPONSE.replace("权限注销", "[权限注销, 权限变更]"),
        {},
        Answer.REFUTED,
    ),
    (
        "fewer answers allowed",
        RESPONSE.replace("权限注销", "[权限注销, 权限变更]"),
        {},
        RESPONSE,
        {},
        Answer.PROVED,
    ),
    ("fewer events ask", RESPONSE.replace("人员离岗", "[人员离岗, 培训]"), {}, RESPONSE, {}, Answer.REFUTED),
    ("more events ask", RESPONSE, {}, RESPONSE.replace("人员离岗", "[人员离岗, 培训]"), {}, Answer.PROVED),
    (
        "fewer times",
        "应有, 事件: 培训, 次数: 次数",
        {"times": 3},
        "应有, 事件: 培训, 次数: 次数",
        {"times": 2},
        Answer.REFUTED,
    ),
    (
        "more times",
        "应有, 事件: 培训, 次数: 次数",
        {"times": 2},
        "应有, 事件: 培训, 次数: 次数",
        {"times": 3},
        Answer.PROVED,
    ),
    (
        "a longer period",
        "定期有, 事件: 培训, 周期: 期限",
        {"limit": 30},
        "定期有, 事件: 培训, 周期: 期限",
        {"limit": 40},
        Answer.REFUTED,
    ),
    (
        "a shorter period",
        "定期有, 事件: 培训, 周期: 期限",
        {"limit": 30},
        "定期有, 事件: 培训, 周期: 期限",
        {"limit": 20},
        Answer.PROVED,
    ),
]


@pytest.mark.parametrize("case", EVENTS, ids=[one[0] for one in EVENTS])
def test_event_rules_are_compared_by_their_parts(
    case: tuple[object, ...], book_of: Callable[..., Book]
) -> None:
    """Event patterns are proved by the order of their parts and refuted by a short trace."""
    _, before, first, after, second, answer = case
    plain = {"limit": 3, "unit": "日", "times": 1}
    above = book_of(EVENT.format(pattern=before, **plain | first))  # type: ignore[operator]
    below = book_of(EVENT.format(pattern=after, **plain | second), "320000")  # type: ignore[operator]
    assert lawful(above, below).answer is answer


def test_an_event_rule_that_cannot_be_compared_is_unproved(book_of: Callable[..., Book]) -> None:
    """A pattern of another kind that no short trace tells apart for the worse is not proved, so not lawful."""
    above = book_of(EVENT.format(pattern="不得有, 事件: 培训", limit=3, unit="日", times=1))
    below = book_of(
        EVENT.format(pattern="不得有, 事件: [培训, 考核], 同一: [人员编号]", limit=3, unit="日", times=1),
        "32",
    )
    assert lawful(above, below, timeout=1).answer is not Answer.PROVED


OVERLAY = """
覆盖层: 320000
名称: 江苏省
变更:
  - 设定: 人数
    取值: {values}
    依据: 示例
    来源: 示例
    理由: 测试
    文件: 测试
"""


@pytest.mark.parametrize(
    ("values", "answer"),
    [
        ("{2025-06-01: 3}", Answer.PROVED),
        ("{2025-06-01: 3, 2026-01-01: 1}", Answer.REFUTED),
        ("{2025-06-01: 3, 2026-01-01: 4}", Answer.PROVED),
    ],
)
def test_every_day_from_the_first_effect_on_is_proved(
    values: str, answer: Answer, shelf_of: Callable[..., Shelf]
) -> None:
    """A later date that reopens an old value is caught."""
    shelf = shelf_of(rule(), overlay_320000=OVERLAY.format(values=values))
    assert lawful_overlay(shelf, "320000").answer is answer


def test_a_value_overtaken_by_the_nation_is_caught(shelf_of: Callable[..., Shelf]) -> None:
    """A province's value that was stricter becomes weaker on the day the nation goes further."""
    shelf = shelf_of(
        rule(values="{2025-02-01: 2, 2026-01-01: 4}"), overlay_320000=OVERLAY.format(values="{2025-06-01: 3}")
    )
    (found,) = lawful_overlay(shelf, "320000").refuted
    assert found.as_of == date(2026, 1, 1)


def test_the_scenario_of_a_refutation_runs_green(shelf_of: Callable[..., Shelf], tmp_path: Path) -> None:
    """The feature written for a counterexample says what every engine finds."""
    shelf = shelf_of(rule(), overlay_320000=OVERLAY.format(values="{2025-06-01: 1}"))
    (found,) = lawful_overlay(shelf, "320000").refuted
    feature = tmp_path / "features" / "反例.feature"
    feature.parent.mkdir()
    feature.write_text(found.scenario, encoding="utf-8")
    books = Books(shelf)
    examples = read_examples([feature], tmp_path, books)
    assert len(examples) == 2
    for engine in ("reference", "durable"):
        assert all(one.holds for one in run(examples, engine_named(engine), books.of))


ADDITION = """
覆盖层: 320000
名称: 江苏省
变更:
  - 新增:
      - 判定表: 省定等级
        对象: 网点
        取值: [少, 多]
        命中: 唯一
        行:
          - {当: 在岗经办人员数 < %s, 得: 少}
          - {当: 在岗经办人员数 >= 5, 得: 多}
      - 规则: outlet.graded
        名称: 省定
        条款: 五（五）
        引文: 服务人员及服务形式要求
        用语: 应
        对象: 网点
        要求: 省定等级 = 多
    自: 2025-06-01
    理由: 测试
    文件: 测试
"""


@pytest.mark.parametrize(("low", "flaws"), [(4, [Flaw.GAP]), (5, []), (6, [Flaw.OVERLAP])])
def test_an_added_table_is_whole(low: int, flaws: list[Flaw], shelf_of: Callable[..., Shelf]) -> None:
    """A decision table that an overlay adds has no gap that its rules run into, and no overlap."""
    shelf = shelf_of(rule(), overlay_320000=ADDITION % low)
    assert [one.flaw for one in added_flaws(shelf, "320000")] == flaws
    assert lawful_overlay(shelf, "320000").answer is Answer.PROVED
