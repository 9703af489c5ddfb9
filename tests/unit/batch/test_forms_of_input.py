"""The same tables are read alike whatever form they come in."""
# ruff: noqa: PD011 -- `values` are the facts of a case

from __future__ import annotations

from datetime import date

import pandas as pd
import polars as pl
import pytest

from policyengine.batch.cases import case_of_outlet, cases
from policyengine.batch.sources import read_frames
from policyengine.values import day_number
from policyengine.vocabulary.terms import Subject
from unit.batch.small_words import AS_OF, INSTITUTIONS, OUTLETS, VOCABULARY, folder, read

FULL = (
    "网点编号,institution_id,行政区划代码,网点状态,staff,面积,签约日期,专线,zones,备注\n"
    "W1,J1,331002,合作中,3 人,12.5,2024年2月29日,是,等候区;办理区,好\n"
    "W2,J2,331002001,,,,,,,\n"
)
VALUES = {
    "网点状态": "合作中",
    "在岗人数": 3,
    "面积": 125,
    "签约日期": day_number(date(2024, 2, 29)),
    "专线": True,
    "功能区": frozenset({"办理区", "等候区"}),
    "机构名称": "甲",
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_is_read_in_the_encodings_in_use(tmp_path, encoding):
    """UTF-8 with and without BOM and GB18030 give the same facts."""
    folder(tmp_path)
    (tmp_path / "outlets.csv").write_bytes(FULL.encode(encoding))
    first, second = cases(read(tmp_path), Subject.OUTLET)
    assert first.values == VALUES
    assert second.values == {"机构名称": "乙"}
    assert (second.province, second.region) == ("330000", "331002001")


def test_a_table_with_a_header_only_is_empty(tmp_path):
    """No outlets is an input, not a mistake."""
    one = read(folder(tmp_path, outlets=FULL.splitlines()[0] + "\n"))
    assert one.tables[Subject.OUTLET].is_empty()
    assert one.quarantine.is_empty()


def test_a_single_file_is_known_by_its_headers(tmp_path):
    """A file of any name is the table whose columns it has; what is above is missing."""
    path = tmp_path / "导出 2025.csv"
    path.write_text(OUTLETS, encoding="utf-8")
    one = read(path)
    assert [case.values["在岗人数"] for case in cases(one, Subject.OUTLET)] == [3, 2]
    assert "没有机构表“institutions”，有关事实一律按未填报处理" in one.notices


def test_a_workbook_holds_several_tables(tmp_path):
    """Sheets are known by name, Chinese or not; real dates and numbers are read."""
    path = tmp_path / "输入.xlsx"
    outlets = pd.DataFrame(
        [["W1", "J1", "331002", "合作中", 3, 12.5, pd.Timestamp(2024, 2, 29), True, "办理区、等候区"]],
        columns=[
            "网点编号",
            "所属机构编号",
            "行政区划代码",
            "网点状态",
            "在岗人数",
            "面积",
            "签约日期",
            "专线",
            "功能区",
        ],
    )
    institutions = pd.DataFrame([["J1", "331000", "甲"]], columns=["机构编号", "行政区划代码", "机构名称"])
    with pd.ExcelWriter(path) as writer:
        outlets.to_excel(writer, sheet_name="网点", index=False)
        institutions.to_excel(writer, sheet_name="institutions", index=False)
    (case,) = cases(read(path), Subject.OUTLET)
    assert case.values == VALUES


def _typed_outlets() -> pl.DataFrame:
    return pl.DataFrame(
        {
            "outlet_id": ["W1"],
            "institution_id": ["J1"],
            "division": ["331002"],
            "status": ["合作中"],
            "staff": [3],
            "area": [12.5],
            "signed_on": [date(2024, 2, 29)],
            "line": [True],
            "zones": [["等候区", "办理区"]],
        }
    )


@pytest.mark.parametrize("sharded", [False, True])
def test_typed_parquet_gives_the_same_facts(tmp_path, sharded):
    """Types of Parquet are taken as they are; a table may be a folder of files."""
    folder(tmp_path, outlets="")
    if sharded:
        (tmp_path / "outlets").mkdir()
        _typed_outlets().write_parquet(tmp_path / "outlets" / "330000.parquet")
    else:
        _typed_outlets().write_parquet(tmp_path / "outlets.parquet")
    (case,) = cases(read(tmp_path), Subject.OUTLET)
    assert case.values == VALUES


@pytest.mark.parametrize("as_pandas", [False, True])
def test_data_frames_give_the_same_facts(as_pandas):
    """Tables in memory need no files; pandas' NaN is a missing value."""
    outlets = _typed_outlets()
    institutions = pl.DataFrame({"机构编号": ["J1"], "行政区划代码": ["331000"], "机构名称": ["甲"]})
    frames = {"outlets": outlets, "institutions": institutions}
    if as_pandas:
        frames = {name: frame.to_pandas() for name, frame in frames.items()}
    (case,) = cases(read_frames(frames, VOCABULARY, as_of=AS_OF), Subject.OUTLET)
    assert case.values == VALUES


def test_nan_is_a_missing_value():
    """A number column with a hole comes from pandas as floats."""
    frame = pd.DataFrame(
        {"网点编号": ["W1", "W2"], "所属机构编号": "J1", "行政区划代码": "331002", "在岗人数": [2, None]}
    )
    one = read_frames({"outlets": frame}, VOCABULARY, as_of=AS_OF)
    assert one.tables[Subject.OUTLET]["在岗人数"].to_list() == [2, None]
    assert one.quarantine.is_empty()


def test_events_by_province_are_read_province_by_province(tmp_path):
    """A folder of event files gives each province its own, told apart from events that strayed into it."""
    folder(tmp_path, institutions=INSTITUTIONS, outlets=OUTLETS + "W3,J1,410202,合作中,1\n")
    (tmp_path / "events").mkdir()
    head = "事件编号,事件,对象编号,发生时间\n"
    (tmp_path / "events" / "330000.csv").write_text(
        head + "E1,考核,W1,2025-01-02\nE2,考核,W3,2025-01-02\nE9,会商,J1,2025-01-03\n", encoding="utf-8"
    )
    (tmp_path / "events" / "410000.csv").write_text(
        head + "E3,考核,W3,2025-01-02\nE1,考核,W3,2025-01-05\n", encoding="utf-8"
    )
    one = read(tmp_path)
    zhejiang, henan = one.events_of("330000"), one.events_of("410000")
    assert zhejiang.events.whole()["id"].to_list() == ["E9"]
    assert sorted((entry.subject_id, entry.code) for entry in zhejiang.quarantine) == [
        ("E1", "duplicate"),
        ("E2", "wrong_province"),
    ]
    # J1 is registered in Zhejiang; its events belong to the trace of its outlet in Henan.
    assert sorted(henan.events.whole()["id"]) == ["E3", "E9"]
    (case,) = cases(one.in_province("410000"), Subject.OUTLET, henan.events.whole())
    assert [event.id for event in case.trace] == ["E3", "E9"]


def test_the_cases_of_one_outlet_are_its_own_its_institution_and_its_operators(tmp_path):
    """Everything that decides about one outlet, and its waivers that are in force."""
    head = "outlet_id,rule,until,approved_by,reason\n"
    folder(
        tmp_path,
        operators="人员编号,所属网点编号,佩戴工牌\nP1,W1,是\nP2,W2,否\n",
        events="事件编号,事件,对象编号,发生时间\nE2,考核,W1,2025-01-02\nE1,会商,J1,2025-01-02\n",
        waivers=head + "W1,outlet.a,2025-06-30,局,因\nW1,outlet.b,2025-06-29,局,因\n",
    )
    found = {(case.subject, case.id): case for case in case_of_outlet(read(tmp_path), "W1")}
    assert list(found) == [(Subject.OUTLET, "W1"), (Subject.INSTITUTION, "J1"), (Subject.OPERATOR, "P1")]
    outlet = found[Subject.OUTLET, "W1"]
    assert outlet.waived == {"outlet.a"}
    assert [event.id for event in outlet.trace] == ["E1", "E2"]
    assert found[Subject.OPERATOR, "P1"].values["在岗人数"] == 3
    assert case_of_outlet(read(tmp_path), "W9") == ()
