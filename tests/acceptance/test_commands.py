"""The commands do what the README says: results, exit codes, and no traceback whatever is given."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import polars as pl
import pytest

from policyengine.cli.main import run_with

DAY = ["--as-of", "2026-06-30"]
COLUMNS = [
    "subject",
    "subject_id",
    "outlet_id",
    "province",
    "rule",
    "clause",
    "modality",
    "verdict",
    "missing",
    "evidence",
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two outlets of one institution: one with a single operator, one about which little is known."""
    data = tmp_path / "数据"
    data.mkdir()
    (data / "institutions.csv").write_text("机构编号,行政区划代码\nSYN-I1,410200\n", encoding="utf-8")
    (data / "outlets.csv").write_text(
        "网点编号,所属机构编号,行政区划代码,网点状态,网点层级,在岗经办人员数\n"
        "SYN-1,SYN-I1,410202,合作中,县城,1\nSYN-2,SYN-I1,410202,合作中,,\n",
        encoding="utf-8",
    )
    return data


def run(capsys, *arguments: object) -> tuple[int, str, str]:
    code = run_with([str(one) for one in arguments])
    said = capsys.readouterr()
    assert "Traceback" not in said.out + said.err
    return code, said.out, said.err


@pytest.mark.parametrize("engine", ["reference", "durable", "columnar"])
def test_evaluate_gives_the_contract_rows(folder, tmp_path, capsys, engine):
    """Each engine writes the same rows with the contract's columns; failing outlets are no error."""
    target = tmp_path / f"{engine}.parquet"
    code, said, _ = run(capsys, "evaluate", folder, *DAY, "--engine", engine, "--all", "--out", target)
    rows = pl.read_parquet(target)
    assert code == 0
    assert rows.columns == COLUMNS
    (staff,) = rows.filter(
        (pl.col("rule") == "outlet.staff-minimum") & (pl.col("subject_id") == "SYN-1")
    ).to_dicts()
    assert staff["verdict"] == "fail"
    assert json.loads(staff["evidence"])["在岗经办人员数"] == "1"
    assert "不合格：" in said


def test_engines_write_equal_rows(folder, tmp_path, capsys):
    """The relation is one, whatever engine makes it."""
    tables = []
    for engine in ("reference", "durable", "columnar"):
        target = tmp_path / f"{engine}.parquet"
        run(capsys, "evaluate", folder, *DAY, "--engine", engine, "--all", "--out", target)
        tables.append(pl.read_parquet(target).sort("subject", "subject_id", "rule"))
    assert tables[0].equals(tables[1])
    assert tables[0].equals(tables[2])


def test_csv_and_json_hold_the_same_rows_as_parquet(folder, tmp_path, capsys):
    """Every format carries every row; CSV opens in a spreadsheet."""
    for ending in ("csv", "json", "parquet"):
        run(capsys, "evaluate", folder, *DAY, "--out", tmp_path / f"r.{ending}")
    whole = pl.read_parquet(tmp_path / "r.parquet")
    text = (tmp_path / "r.csv").read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")
    assert len(list(csv.DictReader(text.decode("utf-8-sig").splitlines()))) == whole.height
    assert len(json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))) == whole.height


def test_explain_quotes_the_clause_and_the_limit(folder, capsys):
    """A failing rule is told with quotation, value, limit, source and what to do."""
    code, said, _ = run(capsys, "explain", folder, "SYN-1", *DAY)
    assert code == 0
    flat = "".join(said.split())
    assert "“服务人员及服务形式要求”" in flat
    assert "在岗经办人员数为1人，应不少于2人" in flat
    assert "示例默认值，需按本地规定核定" in flat
    assert "整改建议" in flat
    assert "不是正式决定" in flat


def test_explain_as_json_has_every_rule_of_every_subject(folder, capsys):
    """The JSON twin holds all verdicts, of the outlet and of its institution."""
    code, said, _ = run(capsys, "explain", folder, "SYN-2", *DAY, "--format", "json")
    told = json.loads(said)
    assert code == 0
    assert told["conclusion"] in {"不合格", "待核实"}
    assert {one["subject"] for one in told["subjects"]} >= {"网点", "机构"}


@pytest.mark.parametrize(
    ("arguments", "code", "word"),
    [
        (["explain", "{data}", "SYN-9", *DAY], 3, "没有网点“SYN-9”"),
        (["evaluate", "{data}/nowhere", *DAY], 3, "找不到"),
        (["evaluate", "{data}", "--as-of", "2026-02-30"], 2, "不是日历上的日期"),
        (["evaluate", "{data}"], 2, "--as-of"),
        (["evaluate", "{data}", *DAY, "--engine", "quick"], 2, "没有名为“quick”的引擎"),
        (["evaluate", "{data}", *DAY, "--out", "{data}/x.doc"], 2, ".csv"),
        (["evaluate", "{data}", *DAY, "--overlay", "{data}/none.yaml"], 3, "none.yaml"),
        (["check", "--root", "{data}"], 3, "没有规则书"),
        (["nonsense"], 2, "没有名为“nonsense”的命令"),
    ],
)
def test_bad_requests_are_told_in_chinese(folder, capsys, arguments, code, word):
    """What cannot be done is said in Chinese, with the contract's exit code."""
    filled = [one.replace("{data}", str(folder)) for one in arguments]
    found, out, err = run(capsys, *filled)
    assert found == code
    assert word in out + err


def test_vocabulary_lists_terms_with_columns(capsys):
    """The vocabulary as JSON has every term with column, type, unit and values."""
    code, said, _ = run(capsys, "vocabulary", "--format", "json")
    told = json.loads(said)
    outlets = next(one for one in told["subjects"] if one["table"] == "outlets")
    assert code == 0
    assert {"name", "column", "type", "unit", "values", "meaning", "source"} <= set(outlets["terms"][0])


def test_coverage_is_complete(capsys):
    """Every sentence of the standard is answered for."""
    code, said, _ = run(capsys, "coverage", "--format", "json")
    assert code == 0
    assert json.loads(said)["complete"] is True


def test_check_finds_the_shipped_book_sound(capsys):
    """The shipped book and every overlay load."""
    code, said, _ = run(capsys, "check", "--format", "json")
    assert code == 0
    assert json.loads(said)["diagnostics"] == []
