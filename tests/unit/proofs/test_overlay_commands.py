"""`policyengine overlay` says what it found in Chinese and by its exit code."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from policyengine.batch.sources import read_input
from policyengine.cli.overlays import overlay_app
from policyengine.diagnostics import BookRefusedError
from policyengine.rulebook.shelf import read_shelf
from policyengine.vocabulary.terms import Subject

if TYPE_CHECKING:
    from collections.abc import Callable

    from policyengine.rulebook import Shelf

ROOT = Path(__file__).parents[3]
SAMPLE = ROOT / "data" / "samples" / "331000-taizhou"
RULE = """
- 规则: outlet.staff
  名称: 经办人员
  条款: 五（五）
  引文: 服务人员及服务形式要求
  用语: 应
  对象: 网点
  适用: 网点状态 = 合作中
  要求: 在岗经办人员数 >= 人数
  参数:
    人数: {单位: 人, 取值: {2025-02-01: 2}, 依据: 示例, 来源: 示例, 可调: 范围内, 范围: [0, 9]}
"""
OVERLAY = """
覆盖层: 320000
名称: 江苏省
变更:
  - {设定: 人数, 取值: {2025-06-01: %s}, 依据: 示例, 来源: 示例, 理由: 测试, 文件: 测试}
"""


def run(*arguments: object) -> int:
    return int(overlay_app([str(one) for one in arguments], standalone_mode=False))


@pytest.fixture
def checked(shelf_of: Callable[..., Shelf], tmp_path: Path) -> Callable[..., int]:
    """Check an overlay that sets the number of staff, over a book of one rule."""

    def check(number: int | str, *options: object) -> int:
        root = shelf_of(RULE).root
        file = tmp_path / "320000-test.yaml"
        file.write_text(OVERLAY % number, encoding="utf-8")
        return run("check", file, "--root", root, *options)

    return check


def test_a_lawful_overlay_is_proved(checked: Callable[..., int], capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 0, and the rules that were proved."""
    assert checked(3) == 0
    assert "✓ 经办人员（outlet.staff，2025-06-01 起）：已证明" in capsys.readouterr().out


def test_a_weaker_overlay_is_refuted_by_a_scenario(
    checked: Callable[..., int], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Exit code 1, a counterexample in Chinese, and its file."""
    feature = tmp_path / "反例.feature"
    assert checked(1, "--scenario", feature) == 1
    shown = capsys.readouterr().out
    assert "不合法" in shown
    assert "| 在岗经办人员数 | 1 |" in shown
    assert '那么 结论为"不符合"' in feature.read_text(encoding="utf-8")


def test_the_answer_is_also_data(checked: Callable[..., int], capsys: pytest.CaptureFixture[str]) -> None:
    """`--format json` gives the answer, rule by rule, with its counterexamples."""
    assert checked(1, "--format", "json") == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["layer"], told["answer"]) == ("320000", "refuted")
    assert told["counterexamples"][0]["above"] == "fail"


def test_an_overlay_that_does_not_load_is_told_with_its_place(checked: Callable[..., int]) -> None:
    """A value out of range is a diagnostic with a line, not a proof."""
    with pytest.raises(BookRefusedError) as told:
        checked(10)
    assert [one.span.line for one in told.value.diagnostics] == [5]


def test_a_new_overlay_is_lawful_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What `overlay new` writes checks without a change."""
    file = tmp_path / "340000-anhui.yaml"
    assert run("new", "340000", "--out", file, "--root", ROOT) == 0
    assert run("check", file, "--root", ROOT) == 0
    assert "合法" in capsys.readouterr().out


def test_the_difference_of_two_layers_is_told_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    """Jiangsu over the nation: what became 应, with a case."""
    assert run("diff", "000000", "320000", "--as-of", "2026-06-30", "--root", ROOT) == 0
    shown = capsys.readouterr().out
    assert "用语：宜 → 应" in shown
    assert "例如：2026-06-30" in shown


def test_impact_tells_totals_first_and_counts_what_changes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every outlet of the place is judged before and after; each changed verdict is one row of the file."""
    file = tmp_path / "330000-zhejiang.yaml"
    file.write_text(
        "覆盖层: 330000\n名称: 浙江省\n变更:\n  - {设定: 最少专窗数, 取值: {2025-03-01: 3}, 依据: 示例, 来源: 试, 理由: 试, 文件: 试}\n",
        encoding="utf-8",
    )
    rows = tmp_path / "rows.csv"
    assert run("impact", file, SAMPLE, "--as-of", "2025-12-31", "--out", rows, "--root", ROOT) == 0
    first, second, *_ = capsys.readouterr().out.splitlines()
    changed = rows.read_text(encoding="utf-8-sig").splitlines()[1:]
    assert "浙江省（330000）" in first
    assert f"改变的结论 {len(changed)} 条" in second
    assert changed
    assert all(
        "outlet.dedicated-window,pass,fail" in row or "outlet.dedicated-window," not in row for row in changed
    )


def test_impact_does_not_count_what_a_new_rule_finds_in_order(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Verdicts that a new rule gives are changes only where something is wrong; the others are told apart."""
    file = tmp_path / "330000-zhejiang.yaml"
    file.write_text(
        "覆盖层: 330000\n名称: 浙江省\n变更:\n  - 新增:\n      - {规则: outlet.zhejiang-new, 名称: 新, 条款: 五（五）, 对象: 网点, 用语: 应, "
        "要求: 在岗经办人员数 >= 6, 地方依据: [{文件: 试, 条: 试}]}\n    自: 2025-03-01\n    理由: 试\n    文件: 试\n",
        encoding="utf-8",
    )
    rows = tmp_path / "rows.csv"
    code = run("impact", file, SAMPLE, "--as-of", "2025-12-31", "--out", rows, "--root", ROOT)
    shown = capsys.readouterr()
    assert code == 0, shown.err
    found = [row.split(",") for row in rows.read_text(encoding="utf-8-sig").splitlines()[1:]]
    new = [row[-1] for row in found if row[4] == "outlet.zhejiang-new"]
    wrong = [after for after in new if after in {"fail", "undetermined"}]
    assert wrong
    assert len(wrong) < len(new)
    assert f"另有 {len(new) - len(wrong)} 条结论只因规则有增减而出现或消失" in shown.out
    assert f"改变的结论 {len(found) - len(new) + len(wrong)} 条" in shown.out


def test_impact_tells_what_counts_otherwise(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A failing 宜 that is raised to 应 changes no verdict, but the conclusions; an institution's change is no such case."""
    file = tmp_path / "330000-zhejiang.yaml"
    file.write_text(
        "覆盖层: 330000\n名称: 浙江省\n变更:\n"
        "  - {升格: outlet.ledger-checked, 自: 2025-03-01, 理由: 试, 文件: 试}\n"
        "  - {升格: institution.master-agreement, 自: 2025-03-01, 理由: 试, 文件: 试}\n",
        encoding="utf-8",
    )
    assert run("impact", file, SAMPLE, "--as-of", "2025-12-31", "--root", ROOT) == 0
    assert "另有 2 条不符合或无法判定的结论不变" in capsys.readouterr().out
    file.write_text(
        "覆盖层: 330000\n名称: 浙江省\n变更:\n"
        "  - {设定: 最少营业场所数, 取值: {2025-03-01: 900}, 依据: 示例, 来源: 试, 理由: 试, 文件: 试}\n"
        "  - {升格: institution.master-agreement, 自: 2025-03-01, 理由: 试, 文件: 试}\n",
        encoding="utf-8",
    )
    assert run("impact", file, SAMPLE, "--as-of", "2025-12-31", "--root", ROOT) == 0
    shown = capsys.readouterr().out
    assert "整体结论由合格变为不合格：532 个网点" in shown
    assert "用语在宜与应之间改变" not in shown


def test_impact_needs_only_the_files_of_its_province(tmp_path: Path) -> None:
    """Where files are named by province, those of other provinces are left unread, and the answer is the same."""
    folder = tmp_path / "country"
    for name in ("outlets", "operators", "events"):
        (folder / name).mkdir(parents=True)
        shutil.copy(SAMPLE / f"{name}.csv", folder / name / "330000.csv")
    for name in ("institutions", "provinces", "item_lists", "rollout_batches", "waivers"):
        if (SAMPLE / f"{name}.csv").exists():
            shutil.copy(SAMPLE / f"{name}.csv", folder)
    (folder / "outlets" / "410000.csv").write_text(
        (SAMPLE / "outlets.csv").read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8"
    )
    vocabulary = read_shelf(ROOT).vocabulary
    day = date(2025, 12, 31)
    whole = read_input(SAMPLE, vocabulary, as_of=day)
    divided = read_input(folder, vocabulary, as_of=day, province="330000")
    for subject, frame in whole.tables.items():
        assert frame.sort("id").equals(divided.tables[subject].sort("id"))
    assert divided.events_of().rows == whole.events_of().rows
    assert read_input(folder, vocabulary, as_of=day, province="410000").tables[Subject.OUTLET].is_empty()


def test_waivers_that_expire_soon_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    """Only those from the day on, and within the number of days; those past are only counted."""
    assert (
        run("waivers", SAMPLE, "--as-of", "2026-01-01", "--days", 90, "--format", "json", "--root", ROOT) == 0
    )
    told = json.loads(capsys.readouterr().out)
    assert [one["until"] for one in told["expiring"]] == ["2026-03-31"]
    assert told["expired"] == 1


REFUSED = {
    "an item that may not be delegated": (
        (
            "事项清单:\n  项数: 1\n  完整: 是\n  事项:\n    - {事项名称: 提前退休审批, 事项类别: 提前退休, 风险等级: 4, 经办方式: 即时办结, 清单状态: 在册}\n"
            "  文件: 试\n  依据: 示例\n  来源: 试\n"
        ),
        "O041",
    ),
    "a waiver without an end": (
        "变更:\n  - {不采用: outlet.township-post-limit, 自: 2025-06-01, 理由: 试, 文件: 试}\n",
        "F002",
    ),
    "a 应 that is waived": (
        "变更:\n  - {不采用: outlet.dedicated-window, 自: 2025-06-01, 至: 2025-07-01, 理由: 试, 文件: 试}\n",
        "O013",
    ),
    "a redefined term": (
        "变更:\n  - 新增:\n      - {定义: 乡镇网点, 对象: 网点, 为: 网点层级 = 县城}\n    自: 2025-06-01\n    理由: 试\n    文件: 试\n",
        "O016",
    ),
    "a parameter in the other direction": (
        "变更:\n  - {设定: 最少专窗数, 取值: {2025-06-01: 0}, 依据: 示例, 来源: 试, 理由: 试, 文件: 试}\n",
        "O02",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_the_layer_above_does_not_open_is_refused_before_any_proof(name: str, tmp_path: Path) -> None:
    """These ways to weaken cannot even be written: each is a diagnostic with its place."""
    body, code = REFUSED[name]
    file = tmp_path / "340000-anhui.yaml"
    file.write_text(f"覆盖层: 340000\n名称: 安徽省\n{body}", encoding="utf-8")
    with pytest.raises(BookRefusedError) as told:
        run("check", file, "--root", ROOT)
    assert any(one.code.startswith(code) for one in told.value.diagnostics), told.value.diagnostics
    assert all(one.span.file.endswith("340000-anhui.yaml") for one in told.value.diagnostics)
