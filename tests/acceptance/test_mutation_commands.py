"""`mutate`, `scenarios new` and `scenarios lint` say what they find and exit by it."""

import json
import shutil
from pathlib import Path

import pytest

from policyengine.cli.main import run_with

ROOT = Path(__file__).parents[2]
RULE = "outlet.staff-minimum"
FEATURE = """# language: zh-CN
功能: 服务人员

  场景: 人数够
    假如 评估日为"2025-06-30"
    而且 有一个网点
    而且 "网点状态"为"合作中"
    而且 "网点层级"为"县城"
    而且 "在岗经办人员数"为"3"
    当 按规则"outlet.staff-minimum"评估
    那么 结论为"符合"
"""


@pytest.fixture(scope="module")
def thin(tmp_path_factory):
    """The shipped rules with one scenario in all."""
    root = tmp_path_factory.mktemp("规则书")
    shutil.copytree(ROOT / "rules", root / "rules")
    shutil.copytree(ROOT / "data" / "standard", root / "data" / "standard")
    (root / "features" / "national").mkdir(parents=True)
    (root / "features" / "national" / "staff.feature").write_text(FEATURE, encoding="utf-8")
    return root


def run(capsys, *arguments):
    code = run_with([str(one) for one in arguments])
    return code, capsys.readouterr()


def test_a_mutant_alive_is_shown_with_a_scenario_and_makes_exit_code_1(thin, tmp_path, capsys):
    """Text shows the change and the draft; the JSON file has the same count."""
    code, said = run(capsys, "mutate", RULE, "--root", thin, "--out", tmp_path / "改动.json")
    report = json.loads((tmp_path / "改动.json").read_text(encoding="utf-8"))
    assert code == 1
    assert "✗ 要求：“在岗经办人员数不少于最少经办人员数（2 人）”改为" in said.out
    assert "场景: 经办人员配备——在岗经办人员数为 2 人" in said.out
    assert report["alive"] == sum(len(one["survivors"]) for one in report["rules"]) > 0
    assert report["conditions"]["unshown"] > 0


def test_a_rule_that_the_shipped_scenarios_cover_exits_with_0(capsys):
    """One rule of the shipped book, as JSON: all of it noticed."""
    code, said = run(capsys, "mutate", RULE, "--root", ROOT, "--format", "json")
    report = json.loads(said.out)
    assert (code, report["alive"]) == (0, 0)
    assert RULE in {one["rule"] for one in report["rules"]}


def test_a_rule_that_is_not_there_is_a_usage_error_with_a_suggestion(thin, capsys):
    """A slip of the pen gets the nearest rule."""
    for command in (["mutate"], ["scenarios", "new"]):
        code, said = run(capsys, *command, "outlet.staff-minimun", "--root", thin)
        assert code == 2
        assert RULE in said.err


def test_new_drafts_scenarios_that_can_be_run(thin, tmp_path, capsys):
    """What `new` prints, under a heading, is a feature that runs green and lints clean."""
    code, said = run(capsys, "scenarios", "new", RULE, "--as-of", "2026-06-30", "--root", thin)
    assert code == 0
    drafted = tmp_path / "起草.feature"
    drafted.write_text(f"# language: zh-CN\n功能: 起草\n\n{said.out}", encoding="utf-8")
    for command in ("run", "lint"):
        assert run(capsys, "scenarios", command, drafted, "--root", thin)[0] == 0


def test_lint_tells_the_place_and_exits_with_1(thin, tmp_path, capsys):
    """The same situation twice is told at the second place, as text and as JSON."""
    again = tmp_path / "重复.feature"
    again.write_text(FEATURE + FEATURE.split("\n\n")[1].replace("人数够", "人数仍够"), encoding="utf-8")
    code, said = run(capsys, "scenarios", "lint", again, "--root", thin)
    assert code == 1
    assert "人数仍够" in said.out
    code, said = run(capsys, "scenarios", "lint", again, "--root", thin, "--format", "json")
    assert [one["slip"] for one in json.loads(said.out)["remarks"]] == ["重复"]
