"""A small standard to test with: two clauses, one sentence broken by a page end, one that lists parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from policyengine.diagnostics import Problems
from policyengine.standard import Standard, load_standard
from policyengine.standard.rebuild import rebuild

if TYPE_CHECKING:
    from pathlib import Path

TEXT = (
    "题名\n\n一、总则\n\n（一）要求\n\n本章包括场地要求、设备要求。网点应具备按照标\n\n准完成配备的能力。\n\n"
    "(二) 评价\n\n明确了监督、评价及评价结果应用。术语另行规定。"
)
NOTES = """\
- 句: 1.1-1
  分项:
    - 项: 场地要求
    - 项: 设备要求
- 句: 1.2-1
  分项:
    - 项: 监督
    - 项: 评价
    - 项: 评价结果应用
      无规则理由: {类型: 无法由事实判定, 说明: 没有写出如何应用}
- 句: 1.2-2
  无规则理由: {类型: 定义, 说明: 只介绍术语}
"""
SLIPS = "- {原文: (二), 读作: （二）, 说明: 半角括号}\n"


@pytest.fixture
def small_folder(tmp_path: Path) -> Path:
    """The small standard, written out."""
    (tmp_path / "编制说明.txt").write_bytes(TEXT.encode())
    (tmp_path / "sentences.yaml").write_text(NOTES, encoding="utf-8")
    (tmp_path / "slips.yaml").write_text(SLIPS, encoding="utf-8")
    for name, content in rebuild(tmp_path).items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    return tmp_path


@pytest.fixture
def small(small_folder: Path) -> Standard:
    """The small standard, read without a problem."""
    problems = Problems()
    standard = load_standard(small_folder, problems)
    problems.stop_if_any()
    return standard
