"""`rollout`, `rank` and `layout` do what docs/planning.md says: results, files that the night reads, clear refusals."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import openpyxl
import pandas as pd
import polars as pl
import pytest

from policyengine.batch.by_type import empty_events
from policyengine.batch.cases import cases
from policyengine.batch.divisions import Level, load_divisions
from policyengine.batch.evaluate import evaluate
from policyengine.batch.sources import read_input
from policyengine.cli.main import run_with
from policyengine.diagnostics import BookRefusedError
from policyengine.engines.choose import engine_named
from policyengine.planning.api import Planner, read_divisions
from policyengine.planning.layout.places import Places
from policyengine.planning.rollout.state import rollout_state
from policyengine.vocabulary.terms import Subject

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "data" / "samples" / "331000-taizhou"
DAY = date(2026, 6, 30)
ITEMS = pd.DataFrame({
    "事项名称": ["参保证明打印", "权益记录查询", "资格认证", "社会保障卡补换", "居民参保登记", "待遇申领受理", "一次性补缴"],
    "事项类别": ["查询打印", "查询打印", "资格认证", "社会保障卡", "参保登记", "养老待遇申领", "一次性补缴"],
    "风险等级": [1, 1, 1, 1, 2, 3, 4],
    "复杂度": [5, 5, 8, 10, 18, 32, 60],
    "年办件量": [770000, 580000, 650000, 760000, 58000, 45000, 900],
})  # fmt: skip


@pytest.fixture
def items(tmp_path: Path) -> Path:
    path = tmp_path / "事项.xlsx"
    ITEMS.to_excel(path, index=False)
    return path


@pytest.fixture(scope="module")
def planner() -> Planner:
    return Planner.of_folder(ROOT)


def run(capsys, *arguments: object) -> tuple[int, str, str]:
    code = run_with([str(one) for one in arguments])
    said = capsys.readouterr()
    assert "Traceback" not in said.out + said.err
    return code, said.out, said.err


def plan(capsys, items, *more):
    return run(
        capsys,
        "rollout",
        "plan",
        "--items",
        items,
        "--batches",
        3,
        "--province",
        "540000",
        "--as-of",
        DAY,
        *more,
    )


def test_a_plan_is_told_and_written(items, tmp_path, capsys):
    """The terminal and the workbook hold each item with its batch and reason; what is kept out says why."""
    code, said, _ = plan(capsys, items, "--start", "2026-07-01", "--every", 6, "--out", tmp_path / "方案")
    assert code == 0
    assert "item.delegable" in said
    book = openpyxl.load_workbook(tmp_path / "方案" / "分批方案.xlsx")
    assert book.sheetnames == ["分批清单", "批次汇总", "未列入", "调出", "校核"]
    header, *rows = book["分批清单"].iter_rows(values_only=True)
    assert header[:4] == ("批次", "序号", "事项名称", "事项类别")
    assert [(row[0], row[2]) for row in rows] == [
        ("第 1 批", "参保证明打印"), ("第 1 批", "权益记录查询"), ("第 2 批", "资格认证"), ("第 2 批", "社会保障卡补换"),
        ("第 3 批", "居民参保登记"), ("第 3 批", "待遇申领受理"),
    ]  # fmt: skip
    assert rows[2][8:10] == ("2027-01-01", "2027-01-31")
    assert all("由简到繁" in row[10] for row in rows)
    assert book["未列入"]["A2"].value == "一次性补缴"


def test_the_night_reads_a_plan_and_every_engine_passes_it(items, tmp_path, capsys, planner):
    """The tables lie beside institutions and outlets, are read without loss, and break no rule about items and batches."""
    plan(capsys, items, "--start", "2026-07-01", "--out", tmp_path / "方案")
    folder = tmp_path / "方案" / "tables"
    (folder / "institutions.csv").write_text("机构编号,行政区划代码\nI1,540000\n", encoding="utf-8")
    (folder / "outlets.csv").write_text(
        "网点编号,所属机构编号,行政区划代码\nN1,I1,540102\n", encoding="utf-8"
    )
    data = read_input(folder, planner.shelf.vocabulary, as_of=DAY)
    assert data.quarantine.is_empty()
    assert (data.tables[Subject.ITEM].height, data.tables[Subject.BATCH].height) == (6, 3)
    for engine in ("reference", "durable"):
        found = evaluate(
            data,
            lambda region: planner.shelf.book(DAY, planner.shelf.layer_of(region)),
            engine_named(engine),
            keep_all=True,
        )
        wrong = found.rows.filter(pl.col("subject").is_in(["批次", "事项"]) & (pl.col("verdict") == "fail"))
        order = found.rows.filter(
            (pl.col("rule") == "batch.simple-to-complex") & (pl.col("verdict") == "pass")
        )
        assert (wrong.height, order.height) == (0, 2)


def test_the_checker_accepts_a_plan_and_refuses_it_when_spoilt(items, tmp_path, capsys):
    """Two items change places between batches: exit 1, with the rule and the difference from what was recorded."""
    plan(capsys, items, "--out", tmp_path / "方案")
    folder = tmp_path / "方案" / "tables"
    code, said, _ = run(capsys, "rollout", "check", folder, "--as-of", DAY)
    assert (code, "次序成立" in said) == (0, True)
    path = folder / "item_lists.csv"
    frame = pl.read_csv(path, infer_schema=False)
    swapped = pl.col("公布批次序号").replace({"1": "3", "3": "1"})
    frame.with_columns(swapped).write_csv(path)
    code, said, _ = run(capsys, "rollout", "check", folder, "--as-of", DAY)
    assert code == 1
    assert "batch.simple-to-complex" in said
    assert "按事项推算" in said
    code, said, _ = run(capsys, "rollout", "check", folder, "--as-of", DAY, "--format", "json")
    (province,) = json.loads(said)["provinces"]
    assert (code, province["holds"], province["name"]) == (1, False, "西藏自治区")


def test_planning_again_keeps_what_is(items, tmp_path, capsys):
    """`--keep` takes the tables so far: nothing moves, and the days stay."""
    plan(capsys, items, "--start", "2026-07-01", "--out", tmp_path / "原")
    code, said, _ = plan(capsys, items, "--keep", tmp_path / "原" / "tables", "--format", "json")
    found = json.loads(said)
    assert (code, found["moved"], found["kept"]) == (0, 0, 6)
    assert found["batches"][2]["公布日期"] == "2027-07-01"


def test_a_workbook_may_be_the_target(items, tmp_path, capsys):
    """With `--out FILE.xlsx` the tables lie in a folder beside it."""
    assert plan(capsys, items, "--out", tmp_path / "西藏.xlsx")[0] == 0
    assert (tmp_path / "西藏.xlsx").exists()
    assert (tmp_path / "西藏-tables" / "rollout_batches.csv").exists()


def spoilt(items, tmp_path, **columns):
    frame = pd.read_excel(items)
    for name, values in columns.items():
        frame[name] = values if isinstance(values, list) else [values] * len(frame)
    path = tmp_path / "坏.csv"
    frame.to_csv(path, index=False)
    return path


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ({"事项名称": ["甲", "乙", "丙", "丁", "戊", "己", "甲"]}, "列了两次（第 2 行、第 8 行）"),
        ({"复杂度": [5, 5, 8, None, 18, 32, 60]}, "“复杂度”没有填"),
        ({"年办件量": ["多", 1, 1, 1, 1, 1, 1]}, "“年办件量”填写有误"),
        ({"复杂度": [5, 5, 8, 10, 18, 32, 600]}, "超出可信范围"),
        ({"办件数": 1}, "没有“办件数”这一列"),
        ({"所属省份代码": ["330000"] * 3 + ["320000"] * 4}, "没有省份 540000"),
    ],
)
def test_bad_items_are_refused_with_their_rows(items, tmp_path, capsys, columns, told):
    """Exit 3; what is wrong stands there, all at once."""
    code, _, err = plan(capsys, spoilt(items, tmp_path, **columns))
    assert (code, told in err) == (3, True)


def test_impossible_wishes_and_bad_arguments_are_answered(items, tmp_path, capsys):
    """More batches than items: 1; no such file or province: 3; a number or a word that cannot be: 2."""
    base = ["rollout", "plan", "--items", items, "--province", "540000"]
    code, _, err = run(capsys, *base, "--batches", 7)
    assert (code, "最多可分 6 批" in err) == (1, True)
    assert run(capsys, *base, "--batches", 2, "--state", "已开展")[0] == 1
    assert run(capsys, *base, "--batches", 0)[0] == 2
    assert run(capsys, *base, "--batches", 2, "--state", "开展")[0] == 2
    assert run(capsys, *base, "--batches", 2, "--start", "2026-02-30")[0] == 2
    assert run(capsys, "rollout", "plan", "--items", tmp_path / "无.xlsx", "--batches", 2)[0] == 3
    assert run(capsys, "rollout", "plan", "--items", tmp_path, "--batches", 2)[0] == 3
    assert run(capsys, "rollout", "plan", "--items", items, "--batches", 2, "--province", "999999")[0] == 3
    assert run(capsys, "rollout", "check", tmp_path / "无")[0] == 3
    (tmp_path / "空").mkdir()
    assert run(capsys, "rollout", "check", tmp_path / "空")[0] == 3


def test_rows_that_cannot_be_used_are_not_passed_over(items, tmp_path, capsys):
    """A list is judged whole or not at all: a bad row refuses the check, with its place."""
    plan(capsys, items, "--out", tmp_path / "方案")
    path = tmp_path / "方案" / "tables" / "rollout_batches.csv"
    path.write_text(path.read_text(encoding="utf-8-sig").replace("拟公布", "公布了", 1), encoding="utf-8")
    code, _, err = run(capsys, "rollout", "check", tmp_path / "方案" / "tables")
    assert (code, "rollout_batches.csv:2" in err) == (3, True)


def test_the_shipped_sample_is_planned_with(capsys):
    """The sample's province has begun: its list holds; its applicant is ranked; its counties are covered in part."""
    code, said, _ = run(capsys, "rollout", "check", SAMPLE, "--as-of", "2025-12-31")
    assert (code, "浙江省（330000，已开展）" in said) == (0, True)
    code, said, _ = run(
        capsys, "rank", SAMPLE, "--county", "331002", "--as-of", "2025-12-31", "--format", "json"
    )
    assert code == 0
    assert json.loads(said)["name"] == "椒江区"
    code, said, _ = run(capsys, "layout", SAMPLE, "--as-of", "2025-12-31", "--format", "json")
    mine = {one["county"]: one for one in json.loads(said)["counties"]}
    assert mine["331002"]["townships"] == 12
    assert 0 < mine["331002"]["townships_covered"] <= 12


def test_layout_chooses_and_shows_no_map(tmp_path, capsys):
    """Picks for a county come with a proof; the table says that it is no map."""
    code, said, _ = run(
        capsys,
        "layout",
        SAMPLE,
        "--county",
        "331002",
        "--pick",
        2,
        "--by",
        "village",
        "--as-of",
        "2025-12-31",
    )
    assert code == 0
    assert "已证明最优" in said
    assert "审图号" in said


def test_layout_and_rank_refuse_what_is_not_there(tmp_path, capsys):
    """An unknown county, an empty table of candidates: 3; candidates elsewhere, too many picks: 1."""
    for command in (["layout", SAMPLE], ["rank", SAMPLE, "--as-of", DAY]):
        for county in ("331099", "331000", "33", "椒江"):
            code, _, err = run(capsys, *command, "--county", county)
            assert (code, f"没有代码为“{county}”的县" in err) == (3, True)
    empty, other = tmp_path / "空.csv", tmp_path / "候选.csv"
    empty.write_text("候选点编号,行政区划代码\n", encoding="utf-8")
    other.write_text("候选点编号,行政区划代码\nC1,331002400\n", encoding="utf-8")
    base = ["layout", SAMPLE, "--as-of", "2025-12-31", "--county", "331003", "--pick", 1]
    code, _, err = run(capsys, *base, "--candidates", empty)
    assert (code, "没有候选点" in err) == (3, True)
    code, _, err = run(capsys, *base, "--candidates", other)
    assert (code, "黄岩区没有候选点" in err) == (1, True)
    code, _, err = run(capsys, *base, "--by", "people")
    assert (code, "人口" in err) == (1, True)
    assert run(capsys, *base, "--by", "farm")[0] == 2
    assert run(capsys, *base[:-2], "--candidates", other)[0] == 2


def test_candidates_of_many_counties_are_chosen_county_by_county(tmp_path, capsys):
    """Without a county each county with candidates gets its own choice, never more than it has candidates."""
    path = tmp_path / "候选.csv"
    path.write_text(
        "候选点编号,行政区划代码\nA,331002400500\nB,331003001001\nC,331003001002\n", encoding="utf-8"
    )
    base = ["layout", SAMPLE, "--as-of", "2025-12-31", "--pick", 2, "--by", "village", "--format", "json"]
    code, said, _ = run(capsys, *base, "--candidates", path)
    assert code == 0
    assert {one["county"] for one in json.loads(said)["picks"]} == {"331002", "331003"}
    path.write_text("候选点编号,行政区划代码\nA,110101001\n", encoding="utf-8")
    code, _, err = run(capsys, *base, "--candidates", path)
    assert (code, "候选点都不在" in err) == (1, True)


def test_python_gives_the_same_as_the_command(items, capsys, planner):
    """pandas in, pandas out: the notice, the tables for the night, and the judgement."""
    made = planner.rollout_plan(ITEMS, 3, as_of=DAY, province="540000", start=date(2026, 7, 1))
    _, said, _ = plan(capsys, items, "--start", "2026-07-01", "--format", "json")
    assert made.notice.to_dict("records") == json.loads(said)["items"]
    assert made.holds
    claims = planner.rollout_check(made.tables, DAY)
    assert set(claims["结论"]) <= {"符合", "不适用"}
    assert "batch.frequent-first" in set(claims["规则"])


def test_python_ranks_and_lays_out(planner):
    """Frames with the headers of the input tables, and an unknown column refused."""
    banks = pd.DataFrame({
        "机构编号": ["甲", "乙"], "行政区划代码": ["331000", "331000"], "机构状态": ["申请中", "申请中"], "营业场所数": [9, 9],
        "行业服务规范已印发": [True, True], "服务管理部门已明确": ["是", "是"],
        "管理制度": ["岗位管理制度、权限管理制度、业务办理制度、档案管理制度、信息安全保密制度、投诉处理制度、培训考核制度"] * 2,
    })  # fmt: skip
    outlets = pd.DataFrame({
        "outlet_id": ["N1", "N2"], "institution_id": ["乙", "乙"], "division": ["331002001", "331002100"], "status": ["合作中", "筹备中"],
    })  # fmt: skip
    found = planner.rank({"institutions": banks, "outlets": outlets}, "331002", DAY)
    assert found["机构编号"].to_list() == ["乙", "甲"]
    assert planner.coverage({"outlets": outlets}, "331002")["covered"].sum() == 1
    assert set(planner.coverage({"outlets": outlets})["county"]) >= {"331002"}
    picks, whole = planner.pick({"outlets": outlets}, "331002", 2)
    assert (len(picks), whole.gained, whole.bound) == (2, 2, 2)
    with pytest.raises(BookRefusedError, match="没有“颜色”这一列"):
        planner.coverage({"outlets": outlets.assign(颜色="红")})


def test_the_nightly_report_gets_a_row_a_province(planner):
    """`rollout_state` tells state, numbers and whether the order holds."""
    data = read_input(SAMPLE, planner.shelf.vocabulary, as_of=date(2025, 12, 31))
    nothing = empty_events(planner.shelf.vocabulary)
    three = (cases(data, one, nothing) for one in (Subject.ITEM, Subject.BATCH, Subject.PROVINCE))
    (row,) = rollout_state(planner.shelf, date(2025, 12, 31), *three).to_dicts()
    assert (row["province"], row["state"], row["items"], row["holds"]) == ("330000", "已开展", 30, True)


def test_divisions_are_those_of_the_input():
    """Planning and reading agree on which townships and villages there are."""
    own = read_divisions(ROOT / "data" / "divisions")
    read = Places.of(lambda name: load_divisions().table(Level(name)))
    for one, other in (
        (own.counties, read.counties),
        (own.townships, read.townships),
        (own.villages, read.villages),
    ):
        assert one.equals(other)
