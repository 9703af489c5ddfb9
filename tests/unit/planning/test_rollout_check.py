"""The checker judges by the rules of the book, over what was recorded and over what the items say."""

from __future__ import annotations

import pytest

from policyengine.planning.rollout.check import Listing, check_listing
from policyengine.planning.rollout.facts import entry_of, facts_of
from unit.planning.planning_cases import PROVINCE, batch, book, broken, check, day, item, listed, shelf

GOOD = (
    listed("查询", 1, 5, 900),
    listed("打印", 1, 6, 800),
    listed("登记", 2, 20, 700),
    listed("变更", 2, 30, 600),
)


def test_facts_of_a_batch_come_from_its_items():
    """Totals, mean, extremes, rarest, the most frequent comparable item left, and the risk are counted anew."""
    entries = [entry_of(one, book()) for one in (*GOOD, listed("注销", 3, 25, 650, 风险等级=2))]
    assert facts_of(2, [1, 2, 3], entries) == {
        "本批累计事项数": 4, "上一批累计事项数": 2, "本批平均复杂度": 2500, "上一批平均复杂度": 550, "本批最低复杂度": 20,
        "上一批最高复杂度": 6, "本批最低年办件量": 600, "同繁简未列入事项最高年办件量": 650, "本批最高风险等级": 1,
    }  # fmt: skip


def test_facts_leave_out_what_cannot_be_known():
    """Where an item has no complexity, nothing is said that rests on it."""
    unknown = item("补证", 1, 10, 公布批次序号=1)
    values = {name: value for name, value in unknown.values.items() if name != "复杂度"}
    entries = [
        entry_of(one, book())
        for one in (listed("查询", 1, 5, 900), type(unknown)(unknown.subject, "x", values))
    ]
    found = facts_of(1, [1], entries)
    assert "本批平均复杂度" not in found
    assert found["本批累计事项数"] == 2


def test_an_undelegable_item_is_not_left_waiting():
    """An item that may not be delegated does not count as more frequent and left out."""
    entries = [
        entry_of(one, book()) for one in (GOOD[0], item("补缴", 5, 10**6, risk=4, category="一次性补缴"))
    ]
    assert facts_of(1, [1], entries)["同繁简未列入事项最高年办件量"] == 0


def test_a_list_that_keeps_the_order_holds():
    """Two batches, each simpler things first and frequent ones first, published and then begun."""
    found = check(GOOD, [batch(1), batch(2)])
    assert (found.holds, found.broken, found.open, found.differences) == (True, (), (), ())


def test_a_list_must_grow():
    """由少到多: a batch whose recorded total does not grow breaks the rule, and differs from its items."""
    found = check(GOOD, [batch(1), batch(2, total=2, 上一批累计事项数=2)])
    assert broken(found) == {("第 2 批", "batch.few-to-many")}
    assert found.differences == ("第 2 批登记的“本批累计事项数”为 2 项，按事项推算为 4 项",)


def test_later_batches_are_not_simpler():
    """由简到繁: the items show it, whatever was recorded."""
    items = (listed("登记", 1, 30, 900), listed("查询", 2, 5, 800))
    recorded = batch(2, 本批平均复杂度=3500, 上一批平均复杂度=3000)
    found = check(items, [batch(1), recorded])
    assert broken(found) == {("第 2 批", "batch.simple-to-complex")}
    assert [one.derived for one in found.broken] == [True]
    assert {one.judged.rule for one in found.advice} == {"batch.no-simpler-item-left"}


def test_among_equals_the_frequent_come_first():
    """高频事项优先: a comparable, more frequent item in a later batch."""
    items = (listed("查询", 1, 5, 100), listed("打印", 2, 5, 900))
    assert broken(check(items, [batch(1), batch(2)])) == {("第 1 批", "batch.frequent-first")}


def test_nothing_is_handled_before_its_batch_is_published():
    """An item that begins before its batch was published breaks 公布后实施 even if it claims an earlier publication."""
    early = listed("登记", 2, 20, 700, 事项公布日期=day("2025-01-01"), 事项实施日期=day("2025-01-10"))
    found = check((GOOD[0], early), [batch(1), batch(2)])
    assert broken(found) == {("事项“登记”", "item.published-first")}


def test_batches_follow_each_other():
    """A batch published before the one it follows is out of order, by the dates of the batches themselves."""
    found = check(
        GOOD,
        [
            batch(1),
            batch(2, 批次公布日期=day("2024-12-01"), 批次审定日期=day("2024-11-01"), 上一批公布日期=None),
        ],
    )
    assert ("第 2 批", "batch.one-after-another") in broken(found)


def test_what_leaves_the_list_needs_a_reason():
    """动态调整: an item taken off without a reason breaks the rule; with one it does not."""
    gone = listed("挂失", 1, 7, 500, 清单状态="已调出")
    assert broken(check((*GOOD, gone), [batch(1), batch(2)])) == {("事项“挂失”", "item.change-reasoned")}
    told = listed("挂失", 1, 7, 500, 清单状态="已调出", 事项调整理由="改为全程网办")
    assert check((*GOOD, told), [batch(1), batch(2)]).holds


def test_an_undelegable_item_on_the_list_is_found():
    """Both the item and its batch break a rule."""
    bad = listed("补缴", 2, 40, 600, 风险等级=4, 事项类别="一次性补缴")
    assert {rule for _, rule in broken(check((*GOOD, bad), [batch(1), batch(2)]))} >= {
        "item.delegable",
        "batch.risk-limit",
    }


def test_a_batch_without_date_cannot_be_judged():
    """It does not hold, and says which date is missing."""
    found = check(GOOD, [batch(1, 批次公布日期=None), batch(2)])
    assert not found.holds
    assert "批次公布日期" in {name for one in found.open for name in one.judged.missing}


@pytest.mark.parametrize(
    ("items", "batches", "told"),
    [
        (GOOD, [batch(1), batch(3)], "缺少第 2 批"),
        (GOOD, [batch(1)], "没有这一批"),
        ((*GOOD[:2],), [batch(1), batch(2)], "第 2 批没有一个事项"),
        ((*GOOD, GOOD[0]), [batch(1), batch(2)], "事项“查询”列了两次"),
        (GOOD, [batch(1), batch(2), batch(2)], "批次序号不得重复"),
        (GOOD, [batch(1), batch(2, 批次状态="拟公布")], "尚未公布"),
        (GOOD, [batch(1), batch(2), batch(3, 批次序号=None)], "没有填批次序号"),
    ],
)
def test_what_does_not_fit_together_is_told(items, batches, told):
    """Numbers left out or doubled, items of no batch, items twice, items handled from an unpublished batch."""
    found = check(items, batches)
    assert not found.holds
    assert any(told in one for one in found.differences)


def test_an_unlisted_item_known_to_the_recorder_is_no_difference():
    """The recorded maximum of what is not listed may be larger than the items show, never smaller."""
    assert check(GOOD, [batch(1, 同繁简未列入事项最高年办件量=500), batch(2)]).holds
    items = (listed("查询", 1, 5, 900), listed("打印", 2, 5, 800))
    found = check(items, [batch(1, 本批最低年办件量=900, 同繁简未列入事项最高年办件量=0), batch(2)])
    assert any("同繁简未列入事项最高年办件量" in one for one in found.differences)


def test_a_province_that_had_begun_is_not_held_to_batches():
    """已开展: one list, whatever its order; the rules on batches do not apply."""
    items = [listed(one, 1, 50 - place, 100, 开展情形="已开展") for place, one in enumerate("甲乙丙")]
    found = check(items, [])
    assert (found.state, found.holds) == ("已开展", True)


def test_who_has_said_nothing_of_its_state_is_told():
    """Without 开展情形 the order cannot be judged; a note says where to write it."""
    items = [type(one)(one.subject, one.id, {k: v for k, v in one.values.items() if k != "开展情形"}, province=PROVINCE) for one in GOOD]  # fmt: skip
    batches = [type(one)(one.subject, one.id, {k: v for k, v in one.values.items() if k != "开展情形"}, province=PROVINCE) for one in (batch(1), batch(2))]  # fmt: skip
    found = check(items, batches)
    assert found.state == "未填报"
    assert "开展情形" in found.notes[0]
    assert check_listing(
        Listing(PROVINCE, tuple(items), tuple(batches)), book(), "", shelf().layers, "未开展"
    ).holds
