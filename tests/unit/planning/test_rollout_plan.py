"""Plans keep the order, say why, move little, and refuse what cannot be."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from policyengine.planning.refusals import InfeasibleWishError
from policyengine.planning.rollout.calendar import Calendar, months_later
from policyengine.planning.rollout.plan import Wish, plan
from policyengine.planning.rollout.tables import tables_of
from unit.planning.planning_cases import PROVINCE, book, item, shelf

ITEMS = [
    item("查询", 5, 900), item("打印", 5, 800), item("认证", 8, 700), item("补卡", 10, 950),
    item("登记", 20, 300, risk=2, category="参保登记"), item("申领", 30, 200, risk=3, category="养老待遇申领"),
]  # fmt: skip


def made(items=ITEMS, batches=3, existing=None, **wish):
    return plan(
        items,
        book(),
        shelf().layers,
        Wish(batches, province=PROVINCE, **{"state": "未开展"} | wish),
        existing,
    )


def where(found):
    return {one.name: one.batch for one in found.placed}


def publish(found, numbers):
    """The plan's list once some of its batches are published."""
    batches = [
        replace(one, values={**one.values, "批次状态": "已公布", "批次审定日期": one.values["批次公布日期"]})
        if one.values["批次序号"] in numbers
        else one
        for one in found.listing.batches
    ]
    items = [
        replace(one, values={**one.values, "清单状态": "在册"})
        if one.values["公布批次序号"] in numbers
        else one
        for one in found.listing.items
    ]
    return replace(found.listing, items=tuple(items), batches=tuple(batches))


def test_simple_things_come_first_and_frequent_ones_among_equals():
    """Items go from simple to complex, at most the same number a batch, and the checker accepts it."""
    found = made()
    assert where(found) == {"查询": 1, "打印": 1, "认证": 2, "补卡": 2, "登记": 3, "申领": 3}
    assert found.check.holds
    assert found.check.advice == ()


def test_every_item_has_its_reason():
    """Each placed item says where it stands by complexity and by frequency, and how it may be handled."""
    reasons = {one.name: "；".join(one.reasons) for one in made().placed}
    assert "复杂度 5 分" in reasons["打印"]
    assert "同等复杂的 2 项中，年办件量 800 件居第 2 位" in reasons["打印"]
    assert "风险 3 级，可受理转报" in reasons["申领"]


def test_what_may_not_be_delegated_is_kept_out_with_its_rule():
    """High risk, a risk graded too low, and a risk that is not graded at all."""
    risky = item("补缴", 40, 999, risk=4, category="一次性补缴")
    low = item("退费", 6, 999, risk=1, category="退费退款")
    ungraded = item("其他", 6, 999)
    ungraded = replace(
        ungraded, values={name: value for name, value in ungraded.values.items() if name != "风险等级"}
    )
    found = made([*ITEMS, risky, low, ungraded])
    told = {one.name: " ".join(one.reasons) for one in found.kept_out}
    assert set(told) == {"补缴", "退费", "其他"}
    assert "item.delegable" in told["补缴"]
    assert "item.risk-graded" in told["退费"]
    assert "风险等级" in told["其他"]
    assert {"补缴", "退费", "其他"}.isdisjoint(where(found))


def test_days_follow_start_step_and_lead():
    """The n-th batch is published n steps after the start; handling begins after the lead."""
    found = made(calendar=Calendar(date(2026, 8, 31), 6, 10))
    assert [found.days[number].published for number in (1, 2, 3)] == [
        date(2026, 8, 31),
        date(2027, 2, 28),
        date(2027, 8, 31),
    ]
    assert found.days[1].effective == date(2026, 9, 10)


def test_months_end_where_they_end():
    """A day that a month lacks becomes its last."""
    assert months_later(date(2027, 8, 31), 6) == date(2028, 2, 29)
    assert months_later(date(2026, 12, 15), 1) == date(2027, 1, 15)


def test_a_province_that_had_begun_gets_one_list():
    """已开展: all items at once; more batches are refused."""
    found = made(batches=1, state="已开展")
    assert set(where(found).values()) == {1}
    assert found.check.holds
    assert tables_of(found.listing, shelf().vocabulary)["rollout_batches"].is_empty()
    with pytest.raises(InfeasibleWishError, match="已开展"):
        made(batches=2, state="已开展")


def test_planning_again_moves_nothing_that_need_not_move():
    """The same items and the plan so far: no move."""
    first = made()
    again = made(existing=first.listing)
    assert (again.moved, again.kept, where(again)) == (0, 6, where(first))


def test_a_new_item_finds_its_place_with_the_fewest_moves():
    """An adjustment: one item comes, one goes; published batches stay, and the reasons tell."""
    first = made(calendar=Calendar(date(2026, 7, 1)))
    existing = publish(first, {1})
    newcomer = item("变更", 25, 250, risk=2, category="登记变更注销")
    found = made([*(one for one in ITEMS if one.values["事项名称"] != "认证"), newcomer], existing=existing)
    assert found.check.holds
    assert found.moved == 0
    assert where(found)["变更"] == 3
    reasons = {one.name: one.reasons[-1] for one in found.placed}
    assert reasons["查询"] == "所在批次已公布，不作变动"
    assert reasons["变更"] == "新列入的事项"
    assert reasons["登记"] == "保持原定第 3 批"
    assert [case.values["事项名称"] for case, _ in found.dropped] == ["认证"]


def test_an_item_that_leaves_a_published_batch_is_taken_off_with_a_reason():
    """It stays in the table as 已调出, and the checker finds its reason."""
    existing = publish(made(calendar=Calendar(date(2026, 7, 1))), {1})
    found = made([one for one in ITEMS if one.values["事项名称"] != "打印"], existing=existing)
    rows = tables_of(found.listing, shelf().vocabulary)["item_lists"].filter(
        __import__("polars").col("事项名称") == "打印"
    )
    assert rows["清单状态"].to_list() == ["已调出"]
    assert rows["事项调整理由"][0].startswith("动态调整")
    assert found.check.holds


def test_a_forced_move_is_told():
    """An item that became more complex than the rest must go last: one move, with its old batch."""
    first = made()
    harder = [
        replace(one, values={**one.values, "复杂度": 90}) if one.values["事项名称"] == "查询" else one
        for one in ITEMS
    ]
    found = made(harder, existing=first.listing)
    assert found.check.holds
    assert found.moved == sum(where(found)[name] != batch for name, batch in where(first).items())
    assert found.moved <= 2
    moved = [one for one in found.placed if one.before != one.batch]
    assert all(one.reasons[-1] == f"由原定第 {one.before} 批调整到第 {one.batch} 批" for one in moved)


@pytest.mark.parametrize(
    ("items", "wish", "told"),
    [
        (ITEMS, {"batches": 7}, "只有 6 项"),
        (ITEMS, {"batches": 2, "most": 2}, "放不下 6 项"),
        ([item("补缴", 40, 999, risk=4, category="一次性补缴")], {"batches": 1}, "没有可列入"),
    ],
)
def test_what_cannot_be_is_refused_in_words(items, wish, told):
    """More batches than items, batches too small, nothing to list."""
    with pytest.raises(InfeasibleWishError, match=told):
        made(items, **wish)


def test_published_batches_cannot_be_planned_away():
    """Fewer batches than are published, and new items without a batch to go into."""
    existing = publish(made(calendar=Calendar(date(2026, 7, 1))), {1, 2, 3})
    with pytest.raises(InfeasibleWishError, match="已公布 3 批"):
        made(batches=2, existing=existing)
    with pytest.raises(InfeasibleWishError, match="还有 1 项未列入"):
        made([*ITEMS, item("变更", 35, 10, risk=2, category="登记变更注销")], existing=existing)


def test_a_newcomer_that_overtakes_a_published_batch_is_named():
    """A new item as simple as those published and more frequent cannot be placed; the answer names both."""
    existing = publish(made(calendar=Calendar(date(2026, 7, 1))), {1})
    with pytest.raises(InfeasibleWishError, match=r"“速办”.*第 1 批"):
        made([*ITEMS, item("速办", 5, 5000)], existing=existing)
