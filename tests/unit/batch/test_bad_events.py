"""Bad events on their whole way: a table in, an evaluation out, and nothing changed but the quarantine."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from policyengine.batch.evaluate import evaluate
from policyengine.batch.sources import read_input
from policyengine.engines.choose import NAMES, engine_named
from policyengine.rulebook.shelf import read_shelf

ROOT = Path(__file__).parents[3]
DAY = date(2026, 6, 30)
RULE = "outlet.security-hazard-fixed"
HEAD = "事件编号,事件,对象编号,发生时间,登记时间,隐患编号,隐患等级,考核成绩,人员编号,发现问题,检查编号,检查方式\n"
GOOD = (
    "E1,隐患发现,W1,2026-01-05 09:00:00,,Y1,一般,,,,,\n"
    "E2,隐患发现,W1,2026-01-05 09:30:00,,Y2,一般,,,,,\n"
    "E3,隐患整改,W1,2026-01-06 09:00:00,,Y2,,,,,,\n"
)
BAD = [
    ("B1,隐患发觉,W1,2026-01-07,,Y3,,,,,,", "事件", "unknown_event", "没有“隐患发觉”这种事件"),
    ("B2,隐患发现,W1,,,Y3,,,,,,", "发生时间", "missing", "“发生时间”必须填写"),
    ("B3,隐患发现,W1,2026-07-01 00:00:00,,Y3,,,,,,", "发生时间", "future", "晚于评估日 2026-06-30"),
    ("B4,隐患发现,W1,2026-01-32,,Y3,,,,,,", "发生时间", "bad_value", "“2026-01-32”不是时间"),
    ("B5,隐患发现,W1,2026-01-07,2026-01-06,Y3,,,,,,", "登记时间", "out_of_order", "先后颠倒"),
    ("B6,隐患发现,W9,2026-01-07,,Y3,,,,,,", "对象编号", "unknown_reference", "编号为“W9”的网点不在输入之中"),
    ("B7,隐患发现,W1,2026-01-07,,,,,,,,", "隐患编号", "missing", "事件“隐患发现”必须填写“隐患编号”"),
    ("B8,隐患发现,W1,2026-01-07,,Y3,特大,,,,,", "隐患等级", "bad_value", "“特大”不在允许的取值之内"),
    ("B9,考核,W1,2026-01-07,,,,九十,P1,,,", "考核成绩", "bad_value", "“九十”不是整数"),
    ("BA,考核,W1,2026-01-07,,,,101,P1,,,", "考核成绩", "out_of_bounds", "“101”超出合理范围"),
    ("BB,监督检查,W1,2026-01-07,,,,,,也许,C1,现场检查", "发现问题", "bad_value", "“也许”不是布尔值"),
    ("E3,隐患整改,W1,2026-01-06 09:00:00,,Y2,,,,,,", "事件编号", "repeated", "只保留第一行"),
]


@pytest.fixture(scope="module")
def shelf():
    return read_shelf(ROOT)


def judged(shelf, folder: Path, events: str, engine: str = "reference"):
    """Evaluate one outlet with these rows of events."""
    folder.mkdir(exist_ok=True)
    (folder / "institutions.csv").write_text("机构编号,行政区划代码\nJ1,410200\n", encoding="utf-8")
    (folder / "outlets.csv").write_text(
        "网点编号,所属机构编号,行政区划代码,网点状态\nW1,J1,410202,合作中\n", encoding="utf-8"
    )
    (folder / "events.csv").write_text(HEAD + events, encoding="utf-8")
    data = read_input(folder, shelf.vocabulary, as_of=DAY)
    book = shelf.book(DAY)
    found = evaluate(data, lambda _: book, engine_named(engine), keep_all=True)
    return found.rows.sort("subject", "subject_id", "rule"), data.quarantine


@pytest.mark.parametrize(("row", "field", "code", "reason"), BAD)
def test_a_bad_event_is_quarantined_and_changes_no_verdict(shelf, tmp_path, row, field, code, reason):
    """File, row, field, kind and reason are told; every verdict with its evidence is that of the good events."""
    rows, quarantine = judged(shelf, tmp_path / "mixed", GOOD + row + "\n")
    assert quarantine.select("file", "row", "field", "code").rows() == [("events.csv", 5, field, code)]
    assert reason in quarantine["reason"][0]
    assert rows.equals(judged(shelf, tmp_path / "plain", GOOD)[0])


@pytest.mark.parametrize("engine", NAMES)
def test_all_bad_events_at_once_leave_the_good_ones_to_every_engine(shelf, tmp_path, engine):
    """The danger not put right still fails; the quarantine has an entry for each bad row."""
    bad = "".join(f"{row}\n" for row, *_ in BAD)
    rows, quarantine = judged(shelf, tmp_path / "mixed", bad + GOOD, engine)
    assert quarantine.height == len(BAD)
    (one,) = rows.filter(pl.col("rule") == RULE).to_dicts()
    assert one["verdict"] == "fail"
    assert '"违反": ["E1"], "满足": 1' in one["evidence"]
    assert rows.equals(judged(shelf, tmp_path / "plain", GOOD, engine)[0])


def test_two_different_events_of_one_id_are_both_set_aside(shelf, tmp_path):
    """Nobody can tell which is right; what remains is judged as if neither had come."""
    twice = "E4,隐患整改,W1,2026-01-07,,Y1,,,,,,\nE4,隐患整改,W1,2026-01-08,,Y1,,,,,,\n"
    rows, quarantine = judged(shelf, tmp_path / "mixed", GOOD + twice)
    assert quarantine.select("row", "code").rows() == [(5, "duplicate"), (6, "duplicate")]
    assert rows.equals(judged(shelf, tmp_path / "plain", GOOD)[0])
