"""Commands in odd surroundings: no place to write, a terminal without Chinese, a reader that leaves early."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from policyengine.cli.main import run_with

DAY = ["--as-of", "2026-06-30"]
RULES = """- 规则: outlet.staff-minimum
  名称: 经办人员配备
  条款: 五（五）
  引文: 服务人员及服务形式要求
  用语: 应
  对象: 网点
  要求: 在岗经办人员数 >= 1
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A rule book of one rule, with the shipped vocabulary and standard."""
    shipped = Path(__file__).parents[2]
    root = tmp_path / "书"
    (root / "rules" / "national").mkdir(parents=True)
    (root / "data").mkdir()
    (root / "rules" / "vocabulary").symlink_to(shipped / "rules" / "vocabulary")
    (root / "data" / "standard").symlink_to(shipped / "data" / "standard")
    (root / "rules" / "national" / "staff.yaml").write_text(RULES, encoding="utf-8")
    return root


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One outlet of one institution."""
    data = tmp_path / "数据"
    data.mkdir()
    (data / "institutions.csv").write_text("机构编号,行政区划代码\nJ1,331000\n", encoding="utf-8")
    (data / "outlets.csv").write_text(
        "网点编号,所属机构编号,行政区划代码,在岗经办人员数\nW1,J1,331002,1\n", encoding="utf-8"
    )
    return data


def _run(capsys, *arguments: object) -> tuple[int, str, str]:
    code = run_with([str(one) for one in arguments])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_a_result_that_cannot_be_written_is_told_before_the_work(home, folder, capsys):
    """A file where a folder should be: exit 3, the place and the reason, and nothing of our own fault."""
    code, said, told = _run(
        capsys, "evaluate", folder, *DAY, "--root", home, "--out", folder / "outlets.csv" / "x.csv"
    )
    assert (code, said) == (3, "")
    assert "outlets.csv" in told
    assert "已有同名文件" in told or "不是目录" in told


def test_a_full_disk_is_no_fault_of_ours(home):
    """/dev/full takes nothing: told in Chinese, exit 3."""
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "policyengine.cli.main", "vocabulary", "--format", "json", "--root", str(home)],
            stdout=full, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 3
    assert "磁盘没有空间" in done.stderr


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "gbk", "utf-8"])
def test_any_terminal_encoding_is_written_to(home, encoding):
    """Where the encoding has no Chinese, UTF-8 is written; where it has, its own."""
    done = subprocess.run(
        [sys.executable, "-m", "policyengine.cli.main", "vocabulary", "--root", str(home)],
        env=os.environ | {"PYTHONIOENCODING": encoding, "LC_ALL": "C"}, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "批次" in done.stdout.decode("gbk" if encoding == "gbk" else "utf-8")


def test_a_place_at_line_one_hundred_stays_a_place(home, capsys):
    """`x.yaml:100:9` is not turned into a picture, and brackets are shown as they stand."""
    (home / "rules" / "national" / "x.yaml").write_text("\n" * 99 + "- [red]\n", encoding="utf-8")
    code, _, told = _run(capsys, "check", "--root", home)
    assert code == 3
    assert "rules/national/x.yaml:100:3" in told
    assert "- [red]" in told


def test_a_rule_file_with_another_ending_is_told(home, capsys):
    """`.yml` is not read, and not passed over in silence either."""
    (home / "rules" / "national" / "more.yml").write_text(RULES, encoding="utf-8")
    code, _, told = _run(capsys, "check", "--root", home)
    assert code == 3
    assert "rules/national/more.yml" in told


def test_a_waiver_that_does_nothing_is_told(home, folder, capsys):
    """A waiver of a rule that is not there, or may not be waived, is named."""
    (folder / "waivers.csv").write_text(
        "网点编号,规则,截止日期,批准单位,理由\nW1,outlet.staff-minimum,2027-01-01,甲,乙\nW1,outlet.nope,2027-01-01,甲,乙\n",
        encoding="utf-8",
    )
    code, said, _ = _run(capsys, "evaluate", folder, *DAY, "--root", home, "--engine", "reference")
    assert code == 0
    assert "规则“outlet.nope”不存在或不可豁免" in said
    assert "规则“outlet.staff-minimum”不存在或不可豁免" in said


def test_a_day_before_every_rule_is_told(home, folder, capsys):
    """An outlet that no rule speaks of is not simply fine: it is said that nothing was judged."""
    code, said, _ = _run(capsys, "evaluate", folder, "--as-of", "1900-01-01", "--root", home)
    assert code == 0
    assert "没有规则可评" in said


def test_scenarios_that_are_not_there_are_told(home, capsys):
    """A path that leads nowhere is no success of zero scenarios."""
    code, _, told = _run(capsys, "scenarios", "run", home / "无.feature", "--root", home)
    assert code == 3
    assert "没有场景文件或目录" in told


def test_a_scenario_file_that_does_not_parse_is_told_in_chinese(home, capsys):
    """Line and help, none of the parser's English."""
    (home / "x.feature").write_text(
        "# language: zh-CN\n功能: 甲\n  场景: 乙\n    假如 甲\n    胡说\n", encoding="utf-8"
    )
    code, _, told = _run(capsys, "scenarios", "run", home / "x.feature", "--root", home)
    assert code == 3
    assert "x.feature:5" in told
    assert "expected" not in told


def test_a_choice_of_the_command_line_is_listed_plainly(capsys):
    """The words to choose from stand without the library's quotation marks."""
    code, _, told = _run(capsys, "check", "--format", "xml")
    assert code == 2
    assert "可选 text、json" in told


def test_a_blank_overlay_is_told_as_such(home, capsys):
    """A redirected `overlay new` leaves an empty file behind; it is named as empty, with the way that works."""
    (home / "rules" / "overlays").mkdir()
    (home / "rules" / "overlays" / "430000-hunan.yaml").write_text("", encoding="utf-8")
    code, _, told = _run(capsys, "check", "--root", home)
    assert code == 3
    assert "覆盖层文件是空的" in told
    assert "--out" in told
