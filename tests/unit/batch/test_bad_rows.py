"""Rows that cannot be used are set aside with their place and reason, and nothing else is lost."""

from __future__ import annotations

import pytest

from policyengine.vocabulary.terms import Subject
from unit.batch.small_words import folder, read, set_aside

HEAD = "网点编号,所属机构编号,行政区划代码,网点状态,在岗人数,面积,签约日期,专线,功能区\n"
GOOD = "W1,J1,331002,合作中,3,12.5,2024-02-29,是,办理区、等候区\n"


@pytest.mark.parametrize(
    ("row", "field", "value", "code", "reason"),
    [
        ("W2,J1,331002,合作中,三,,,,", "在岗人数", "三", "bad_value", "“三”不是整数"),
        ("W2,J1,331002,合作中,3 台,,,,", "在岗人数", "3 台", "bad_value", "“3 台”不是整数"),
        ("W2,J1,331002,合作中,501,,,,", "在岗人数", "501", "out_of_bounds", "“501”超出合理范围（0 至 500）"),
        ("W2,J1,331002,合作中,,1.25,,,", "面积", "1.25", "bad_value", "“1.25”的小数位超过 1 位"),
        (
            "W2,J1,331002,合作中,,,2025-02-30,,",
            "签约日期",
            "2025-02-30",
            "bad_value",
            "“2025-02-30”不是日历上的日期，应写成 2025-02-01 的样子",
        ),
        ("W2,J1,331002,合作中,,,,也许,", "专线", "也许", "bad_value", "“也许”不是布尔值，应填 是 或 否"),
        (
            "W2,J1,331002,歇业,,,,,",
            "网点状态",
            "歇业",
            "bad_value",
            "“歇业”不在允许的取值之内：合作中、已退出",
        ),
        (
            "W2,J1,331002,合作中,,,,,办理区、厨房",
            "功能区",
            "办理区、厨房",
            "bad_value",
            "“厨房”不在允许的取值之内：办理区、等候区、自助区",
        ),
        (",J1,331002,合作中,,,,,", "网点编号", "", "missing", "“网点编号”必须填写"),
        ("W2,J1,,合作中,,,,,", "行政区划代码", "", "missing", "“行政区划代码”必须填写"),
        ("W2,,331002,合作中,,,,,", "所属机构编号", "", "missing", "“所属机构编号”必须填写"),
        (
            "W2,J9,331002,合作中,,,,,",
            "所属机构编号",
            "J9",
            "unknown_reference",
            "编号为“J9”的机构不在输入之中",
        ),
        (
            "W2,J1,339999,合作中,,,,,",
            "行政区划代码",
            "339999",
            "unknown_division",
            "行政区划代码“339999”不存在：应为 6、9 或 12 位数字，前 6 位须是统计用区划代码",
        ),
        (
            "W2,J1,33100,合作中,,,,,",
            "行政区划代码",
            "33100",
            "unknown_division",
            "行政区划代码“33100”不存在：应为 6、9 或 12 位数字，前 6 位须是统计用区划代码",
        ),
        (
            "W1,J1,331002,合作中,3,12.5,2024-02-29,是,办理区、等候区",
            "网点编号",
            "W1",
            "repeated",
            "与前面网点编号为W1的一行完全相同，只保留第一行",
        ),
    ],
)
def test_one_bad_row_is_told_and_the_good_row_stays(tmp_path, row, field, value, code, reason):
    """A bad row goes to quarantine with file, row, field, value and reason; the good row is read."""
    one = read(folder(tmp_path, outlets=HEAD + GOOD + row + "\n"))
    assert set_aside(one) == [("outlets.csv", 3, field, value, code)]
    assert one.quarantine["reason"].to_list() == [reason]
    assert one.tables[Subject.OUTLET]["id"].to_list() == ["W1"]


def test_every_reason_of_a_row_is_told(tmp_path):
    """A row with two bad values has two entries."""
    one = read(folder(tmp_path, outlets=HEAD + GOOD + "W2,J1,331002,合作中,x,y,,,\n"))
    assert [entry[2] for entry in set_aside(one)] == ["在岗人数", "面积"]


def test_rows_that_differ_under_one_id_are_all_set_aside(tmp_path):
    """Nobody can tell which of two different rows is right, so neither is used."""
    text = HEAD + GOOD + "W2,J1,331002,合作中,3,,,,\nW2,J1,331002,合作中,4,,,,\n"
    one = read(folder(tmp_path, outlets=text))
    assert [entry[1:] for entry in set_aside(one)] == [
        (3, "网点编号", "W2", "duplicate"),
        (4, "网点编号", "W2", "duplicate"),
    ]
    assert one.tables[Subject.OUTLET]["id"].to_list() == ["W1"]


def test_a_row_with_too_many_or_too_few_cells_is_set_aside(tmp_path):
    """A ragged row is told with the numbers of cells; the rows after it keep their numbers."""
    text = HEAD + "W2,J1,331002\n" + GOOD + "W3,J1,331002,合作中,x,,,,\n"
    one = read(folder(tmp_path, outlets=text))
    assert [entry[1:] for entry in set_aside(one)] == [
        (2, "", "W2,J1,331002", "ragged"),
        (4, "在岗人数", "x", "bad_value"),
    ]
    assert one.quarantine["reason"][0] == "这一行有 3 格，表头有 9 列"


def test_a_quarantined_institution_takes_its_outlets_operators_and_events(tmp_path):
    """What hangs on a row that is set aside follows it, each with its own reason."""
    one = read(
        folder(
            tmp_path,
            institutions="机构编号,行政区划代码,机构名称\nJ1,331000,甲\nJ2,999999,乙\n",
            operators="人员编号,所属网点编号,佩戴工牌\nP1,W1,是\nP2,W2,是\nP3,W7,是\n",
            events="事件编号,事件,对象编号,发生时间\nE1,考核,W1,2025-01-02\nE2,考核,W2,2025-01-02\nE3,会商,J2,2025-01-02\n",
        )
    )
    assert set_aside(one) == [
        ("events.csv", 3, "对象编号", "W2", "quarantined_reference"),
        ("events.csv", 4, "对象编号", "J2", "quarantined_reference"),
        ("institutions.csv", 3, "行政区划代码", "999999", "unknown_division"),
        ("operators.csv", 3, "所属网点编号", "W2", "quarantined_reference"),
        ("operators.csv", 4, "所属网点编号", "W7", "unknown_reference"),
        ("outlets.csv", 3, "所属机构编号", "J2", "quarantined_reference"),
    ]
    assert one.tables[Subject.OPERATOR]["id"].to_list() == ["P1"]


EVENTS = "事件编号,事件,对象编号,发生时间,登记时间,办件编号,成绩\n"


@pytest.mark.parametrize(
    ("row", "field", "code", "reason"),
    [
        ("E2,飞行检查,W1,2025-01-02,,,", "事件", "unknown_event", "没有“飞行检查”这种事件"),
        ("E2,考核,W1,,,,", "发生时间", "missing", "“发生时间”必须填写"),
        (
            "E2,考核,W1,2025-01-02 25:00:00,,,",
            "发生时间",
            "bad_value",
            "“2025-01-02 25:00:00”不是时间，应写成 2025-02-01 09:30:00 的样子",
        ),
        ("E2,考核,W1,2025-07-01 00:00:00,,,", "发生时间", "future", "晚于评估日 2025-06-30"),
        (
            "E2,考核,W1,2025-01-02 09:00:00,2025-01-01 09:00:00,,",
            "登记时间",
            "out_of_order",
            "登记时间早于发生时间，先后颠倒",
        ),
        ("E2,考核,W9,2025-01-02,,,", "对象编号", "unknown_reference", "编号为“W9”的网点不在输入之中"),
        ("E2,业务受理,W1,2025-01-02,,,", "办件编号", "missing", "事件“业务受理”必须填写“办件编号”"),
        ("E2,考核,W1,2025-01-02,,,101", "成绩", "out_of_bounds", "“101”超出合理范围（0 至 100）"),
        (
            "E1,考核,W1,2025-01-01 09:30:00,,,88",
            "事件编号",
            "repeated",
            "与前面事件编号为E1的一行完全相同，只保留第一行",
        ),
    ],
)
def test_one_bad_event_is_told_and_the_good_event_stays(tmp_path, row, field, code, reason):
    """A bad event goes to quarantine with its place and reason; the good event is read."""
    one = read(folder(tmp_path, events=EVENTS + "E1,exam,W1,2025-01-01 09:30:00,,,88\n" + row + "\n"))
    assert [(entry[0], entry[1], entry[2], entry[4]) for entry in set_aside(one)] == [
        ("events.csv", 3, field, code)
    ]
    assert one.quarantine["reason"].to_list() == [reason]
    kept = one.events_of().events.whole()
    assert kept.select("id", "type", "subject_id", "at", "成绩").rows() == [
        ("E1", "考核", "W1", 1_735_723_800, 88)
    ]


def test_events_that_differ_under_one_id_are_all_set_aside(tmp_path):
    """Two different events with one id are both set aside."""
    text = EVENTS + "E1,考核,W1,2025-01-01,,,88\nE1,考核,W1,2025-01-03,,,88\n"
    one = read(folder(tmp_path, events=text))
    assert [entry[1] for entry in set_aside(one)] == [2, 3]
    assert one.events_of().events.whole().is_empty()


def test_the_last_second_of_the_as_of_day_still_counts(tmp_path):
    """Events are future from the next midnight on."""
    one = read(folder(tmp_path, events=EVENTS + "E1,考核,W1,2025-06-30 23:59:59,,,\n"))
    assert one.events_of().events.whole()["id"].to_list() == ["E1"]


@pytest.mark.parametrize("missing", ["规则", "截止日期", "批准单位", "理由"])
def test_a_waiver_says_everything(tmp_path, missing):
    """A waiver without its rule, date, authority or reason is set aside."""
    cells = {"网点编号": "W1", "规则": "outlet.x", "截止日期": "2025-12-31", "批准单位": "局", "理由": "因"}
    row = ",".join("" if name == missing else value for name, value in cells.items())
    one = read(folder(tmp_path, waivers=",".join(cells) + f"\n{row}\n"))
    assert set_aside(one) == [("waivers.csv", 2, missing, "", "missing")]
    assert one.waivers.is_empty()


def test_a_waiver_of_an_unknown_outlet_is_set_aside(tmp_path):
    """A waiver must be of an outlet that is there."""
    head = "outlet_id,rule,until,approved_by,reason\n"
    one = read(
        folder(tmp_path, waivers=head + "W8,outlet.x,2025-12-31,局,因\nW1,outlet.x,2025-12-31,局,因\n")
    )
    assert set_aside(one) == [("waivers.csv", 2, "网点编号", "W8", "unknown_reference")]
    assert one.waivers["outlet_id"].to_list() == ["W1"]
