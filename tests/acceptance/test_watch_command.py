"""`policyengine watch`: findings as they arise, bad lines set aside, and a kill that loses nothing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from policyengine.cli.main import run_with

SOURCES = Path(__file__).parents[2] / "src"
DAY = ["--as-of", "2026-06-30"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two outlets of one institution, one of them under the book of Jiangsu."""
    data = tmp_path / "数据"
    data.mkdir()
    (data / "institutions.csv").write_text("机构编号,行政区划代码\nSYN-I1,410200\n", encoding="utf-8")
    (data / "outlets.csv").write_text(
        "网点编号,所属机构编号,行政区划代码,网点状态,网点层级,在岗经办人员数\n"
        "SYN-1,SYN-I1,410202,合作中,县城,3\nSYN-2,SYN-I1,320102,合作中,县城,3\n",
        encoding="utf-8",
    )
    (data / "operators.csv").write_text("人员编号,所属网点编号\nSYN-P1,SYN-1\n", encoding="utf-8")
    return data


def event(name: str, kind: str, at: str, outlet: str = "SYN-1", **fields: object) -> dict[str, object]:
    return {"编号": name, "事件": kind, "对象编号": outlet, "时间": at, **fields}


def hazard(number: int, day: str, outlet: str = "SYN-1") -> dict[str, object]:
    return event(f"H{number}", "隐患发现", f"{day} 09:00:00", outlet, 隐患编号=f"Y{number}", 隐患等级="一般")


def fixed(number: int, day: str, outlet: str = "SYN-1") -> dict[str, object]:
    return event(f"F{number}", "隐患整改", f"{day} 10:00:00", outlet, 隐患编号=f"Y{number}")


def written(path: Path, *rows: dict[str, object] | str) -> Path:
    lines = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def watched(capsys, *arguments: object) -> tuple[int, list[dict[str, str]], str]:
    code = run_with(["watch", *(str(one) for one in arguments)])
    said = capsys.readouterr()
    assert "Traceback" not in said.out + said.err
    return code, [json.loads(line) for line in said.out.splitlines()], said.err


def about(rows, rule):
    return [(row["类型"], row["对象编号"], row["事件"]) for row in rows if row["规则"] == rule]


def test_a_deadline_is_told_when_the_clock_has_passed_it(folder, tmp_path, capsys):
    """A danger has fifteen days by the national book: nothing on the last of them, a violation on the next."""
    for last, expected in (("2026-06-16", []), ("2026-06-17", [("违反", "SYN-1", "H1")])):
        events = written(
            tmp_path / "e.jsonl", hazard(1, "2026-06-01"), hazard(2, "2026-06-01"), fixed(2, "2026-06-02")
        )
        code, rows, _ = watched(capsys, folder, "--events", events, "--as-of", last)
        assert code == 0
        assert about(rows, "outlet.security-hazard-fixed") == expected


def test_an_event_that_breaks_a_rule_is_told_at_once(folder, tmp_path, capsys):
    """The finding stands before anything that later lines bring."""
    handled = event(
        "B1", "业务受理", "2026-01-05 09:00:00",
        办件编号="J1", 人员编号="SYN-P1", 岗位="综合", 事项编号="S1", 业务类别="查询打印",
    )  # fmt: skip
    events = written(tmp_path / "e.jsonl", handled, {"评估日": "2026-06-01"}, hazard(1, "2026-06-29"))
    _, rows, _ = watched(capsys, folder, "--events", events, *DAY)
    assert ("违反", "B1", "2026-01-05") in [(row["类型"], row["事件"], row["日期"]) for row in rows]


def test_a_row_names_the_rule_its_clause_and_its_modality(folder, tmp_path, capsys):
    """A finding can be read by itself."""
    events = written(tmp_path / "e.jsonl", hazard(1, "2026-01-05"))
    _, rows, _ = watched(capsys, folder, "--events", events, *DAY)
    (row,) = [row for row in rows if row["规则"] == "outlet.security-hazard-fixed"]
    assert set(row) == {"类型", "对象", "对象编号", "规则", "名称", "条款", "用语", "事件", "日期"}
    assert row["用语"] == "应"
    assert row["条款"]


def test_a_late_event_takes_a_violation_back(folder, tmp_path, capsys):
    """What was reported is withdrawn by the event that undoes it."""
    events = written(
        tmp_path / "e.jsonl", hazard(1, "2026-01-05"), {"评估日": "2026-06-30"}, fixed(1, "2026-01-06")
    )
    _, rows, _ = watched(capsys, folder, "--events", events, *DAY)
    assert about(rows, "outlet.security-hazard-fixed") == [("违反", "SYN-1", "H1"), ("撤回", "SYN-1", "H1")]


BAD = [
    ("不是事件", "不是一行 JSON"),
    (event("B1", "无此事件", "2026-01-05"), "没有事件“无此事件”"),
    ({"编号": "B2", "事件": "隐患发现", "对象编号": "SYN-1", "隐患编号": "Y"}, "缺少“时间”"),
    (hazard(3, "2026-07-01"), "晚于评估日 2026-06-30"),
    (hazard(4, "2026-01-05", "SYN-9"), "网点“SYN-9”未登记"),
    (hazard(1, "2026-01-05"), "重复"),
    (event("B5", "隐患发现", "2026-01-05", 隐患编号=7), "字段“隐患编号”应填文本"),
    ({**hazard(6, "2026-01-05"), "登记时间": "2026-01-04"}, "登记时间早于发生时间"),
    ({"评估日": "2026-07-01"}, "时钟不能走到它之后"),
]


def test_bad_lines_are_set_aside_with_reason_and_number_and_change_nothing_else(folder, tmp_path, capsys):
    """The findings and the verdicts are those of the good lines alone; the exit code stays 0."""
    good = [hazard(1, "2026-01-05"), hazard(2, "2026-01-06"), fixed(2, "2026-01-07")]
    mixed = written(tmp_path / "坏.jsonl", good[0], *(bad for bad, _ in BAD), *good[1:])
    with mixed.open("ab") as file:
        file.write(b'\xff\xfe{"x":1}\n')
    plain = written(tmp_path / "好.jsonl", *good)
    code, rows, said = watched(capsys, folder, "--events", mixed, *DAY, "--out", tmp_path / "坏.parquet")
    assert code == 0
    for number, (_, reason) in enumerate(BAD, 2):
        (line,) = [line for line in said.splitlines() if line.startswith(f"隔离 第 {number} 行：")]
        assert reason in line
    assert f"隔离 {len(BAD) + 1} 条" in said
    assert rows == watched(capsys, folder, "--events", plain, *DAY, "--out", tmp_path / "好.parquet")[1]
    assert pl.read_parquet(tmp_path / "坏.parquet").equals(pl.read_parquet(tmp_path / "好.parquet"))


def test_the_last_verdicts_are_those_of_an_evaluation(folder, tmp_path, capsys):
    """Each subject by the book of its own layer, facts and events alike."""
    rows = [hazard(1, "2026-01-05"), hazard(2, "2026-01-06", "SYN-2"), fixed(2, "2026-01-07", "SYN-2")]
    watched(
        capsys,
        folder,
        "--events",
        written(tmp_path / "e.jsonl", *rows),
        *DAY,
        "--out",
        tmp_path / "w.parquet",
    )
    heads = ["编号", "事件", "对象编号", "时间", "隐患编号", "隐患等级"]
    table = ["事件编号,事件,对象编号,发生时间,隐患编号,隐患等级"]
    table += [",".join(str(row.get(head, "")) for head in heads) for row in rows]
    (folder / "events.csv").write_text("\n".join(table), encoding="utf-8")
    run_with(
        [
            "evaluate",
            str(folder),
            *DAY,
            "--all",
            "--engine",
            "reference",
            "--out",
            str(tmp_path / "e.parquet"),
        ]
    )
    capsys.readouterr()
    order = ["subject", "subject_id", "rule"]
    live, evaluated = (pl.read_parquet(tmp_path / f"{name}.parquet").sort(order) for name in "we")
    assert live.equals(evaluated)


def test_killed_in_the_middle_and_resumed_it_says_what_it_would_have_said(folder, tmp_path, capsys):
    """After SIGKILL the same journal and the whole stream again give the verdicts of a run that never stopped."""
    rows = [hazard(number, "2026-01-05") for number in range(1, 5)]
    rows += [fixed(1, "2026-01-06"), hazard(9, "2026-03-02"), *(fixed(n, "2026-03-03") for n in (2, 9))]
    whole = written(tmp_path / "e.jsonl", *rows)
    arguments = [str(folder), "--events", "-", *DAY, "--journal", str(tmp_path / "日志.sqlite")]
    process = subprocess.Popen(
        [sys.executable, "-m", "policyengine.cli.main", "watch", *arguments],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(SOURCES)},
    )  # fmt: skip
    for line in whole.read_bytes().splitlines(keepends=True)[:6]:
        process.stdin.write(line)
    process.stdin.flush()
    # H9 comes when the time for H2 to H4 has run out: with these findings on the pipe, six events are in.
    told = [json.loads(process.stdout.readline()) for _ in range(3)]
    assert about(told, "outlet.security-hazard-fixed") == [("违反", "SYN-1", f"H{n}") for n in (2, 3, 4)]
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdin.close()
    process.stdout.close()
    resumed = [
        "--events",
        whole,
        *DAY,
        "--journal",
        tmp_path / "日志.sqlite",
        "--out",
        tmp_path / "r.parquet",
    ]
    code, found, said = watched(capsys, *resumed)
    assert code == 0
    standing = [row for row in found if row["类型"] == "在案"]
    assert about(standing, "outlet.security-hazard-fixed") == [("在案", "SYN-1", f"H{n}") for n in (2, 3, 4)]
    assert "此前已收、未再计 6 条" in said
    assert "隔离" not in said
    watched(capsys, folder, "--events", whole, *DAY, "--out", tmp_path / "u.parquet")
    assert pl.read_parquet(tmp_path / "r.parquet").equals(pl.read_parquet(tmp_path / "u.parquet"))


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["--events", "{data}/outlets.csv", *DAY], "没有可续接的日志"),
        (["{data}", "--events", "{data}/none.jsonl", *DAY], "找不到事件文件"),
        (["{data}", *DAY], "--events"),
        (["{data}", "--events", "-", *DAY, "--out", "x.doc"], ".csv"),
    ],
)
def test_usage_errors_are_told_in_chinese(folder, capsys, arguments, word):
    """Nothing is started; the code is that of usage."""
    code = run_with(["watch", *(one.format(data=folder) for one in arguments)])
    said = capsys.readouterr()
    assert code == 2
    assert word in said.err


def test_in_a_terminal_findings_are_sentences(folder, tmp_path, capsys):
    """Text form says day, kind, subject, rule, clause and event."""
    events = written(tmp_path / "e.jsonl", hazard(1, "2026-01-05"))
    run_with(["watch", str(folder), "--events", str(events), *DAY, "--format", "text"])
    said = capsys.readouterr()
    (line,) = [line for line in said.out.splitlines() if "outlet.security-hazard-fixed" in line]
    assert line.startswith("2026-06-30 违反 网点 SYN-1：")
    assert line.endswith("事件 H1")
