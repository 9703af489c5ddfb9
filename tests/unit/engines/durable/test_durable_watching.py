"""Lines in, findings out; bad lines go to quarantine with their reason."""

import json
from datetime import timedelta

import pytest

from policyengine.engines.cases import Event
from policyengine.engines.durable.session import Session
from policyengine.engines.durable.watch import read_event, watch
from unit.engines.durable.made_books import AS_OF, VOCABULARY, answered, book, outlet, preceded

GOOD = {
    "对象": "网点",
    "对象编号": "W1",
    "编号": "E1",
    "时间": "2025-06-01 09:00:00",
    "事件": "批准",
    "编号甲": "甲",
}


def watched(*lines, until=None):
    session = Session(book(preceded(("编号甲",)), answered(within=5)))
    session.enrol(outlet())
    texts = [line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines]
    return list(watch(session, VOCABULARY, texts, until=until)), session


def test_a_line_gives_the_findings_that_it_makes_certain():
    """Events and the clock in, violations out, in the order of the lines."""
    application = {**GOOD, "编号": "E2", "事件": "申请", "编号甲": "乙", "时间": "2025-06-02"}
    rows, _ = watched(GOOD, "", application, {"评估日": "2025-06-08"})
    assert rows == [
        {
            "类型": "违反",
            "对象": "网点",
            "对象编号": "W1",
            "规则": "outlet.r0",
            "事件": "E1",
            "日期": "2025-06-01",
        },
        {
            "类型": "违反",
            "对象": "网点",
            "对象编号": "W1",
            "规则": "outlet.r1",
            "事件": "E2",
            "日期": "2025-06-08",
        },
    ]


def test_chinese_and_ascii_names_are_the_same_event():
    """Keys, event types and fields may be written by their ASCII twins."""
    twin = {"subject_id": "W1", "id": "E1", "at": "2025-06-01T09:00:00", "event": "approved", "key": "甲"}
    names = {"subject_id": "对象编号", "id": "编号", "at": "时间", "event": "事件"}
    read = read_event({names.get(key, key): value for key, value in twin.items()}, VOCABULARY)
    assert read == read_event(GOOD, VOCABULARY)
    assert watched(twin)[0] == watched(GOOD)[0]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"事件": "批淮"}, "没有事件“批淮”。是否想写“批准”？"),
        ({"事件": None}, "缺少“事件”"),
        ({"时间": None}, "缺少“时间”"),
        ({"时间": "2025-02-30"}, "不是时间"),
        ({"时间": ["2025"]}, "“时间”应填文字"),
        ({"时间": "2025-07-01 00:00:00"}, "晚于评估日 2025-06-30"),
        ({"对象编号": "W9"}, "未登记"),
        ({"对象": "机构"}, "不属于“机构”"),
        ({"编号": ""}, "缺少“编号”"),
        ({"编号甲": None}, "缺少必填字段“编号甲”"),
        ({"编号甲": 7}, "应填文本"),
        ({"编号甲": "\ud800"}, "不是一行 JSON"),
        ({"数甲": 7}, "没有字段“数甲”"),
        ({"事件": "申请", "数甲": "七"}, "不是整数"),
        ({"事件": "申请", "数甲": True}, "应填整数"),
        ({"事件": "申请", "数甲": 101}, "超出可信范围"),
        ({"事件": "申请", "数甲": "9" * 5000}, "”过大"),
        ({"事件": "申请", "真甲": "也许"}, "不是布尔值"),
        ({"事件": "申请", "真甲": [1]}, "应填布尔"),
    ],
)
def test_a_bad_event_goes_to_quarantine_and_changes_nothing_else(change, reason):
    """The reason says what is wrong; the event after it is judged as if the bad one had not been."""
    bad = {key: value for key, value in {**GOOD, "编号": "E0", **change}.items() if value is not None}
    line = json.dumps(bad)
    rows, session = watched(line, GOOD, until=AS_OF)
    assert [row["类型"] for row in rows] == ["隔离", "违反"]
    assert rows[0]["行"] == 1
    assert reason in rows[0]["原因"]
    assert list(session.verdicts(AS_OF)) == list(watched(GOOD)[1].verdicts(AS_OF))


@pytest.mark.parametrize(
    "line", ["{", "[]", "7", '"事件"', "[" * 100_000, '{"评估日": 7}', '{"评估日": "昨天"}']
)
def test_a_line_that_is_no_event_goes_to_quarantine(line):
    """Whatever the line is, the next one is read."""
    rows, _ = watched(line, GOOD)
    assert [row["类型"] for row in rows] == ["隔离", "违反"]


def test_the_same_id_twice_is_quarantined_once():
    """The first event of an id counts."""
    rows, _ = watched(GOOD, {**GOOD, "事件": "申请", "时间": "2025-05-01"})
    assert [row["类型"] for row in rows] == ["违反", "隔离"]


def test_optional_fields_are_read_by_their_type():
    """Numbers and booleans may be JSON's own or texts."""
    row = {**GOOD, "事件": "申请", "数甲": "7", "真甲": True}
    event = read_event(row, VOCABULARY, until=AS_OF + timedelta(days=1))[2]
    assert event == Event("E1", "申请", event.at, {"编号甲": "甲", "数甲": 7, "真甲": True})
