"""The night's page says how far outlets reach and how provinces roll items out."""

from __future__ import annotations

import re
from pathlib import Path

from policyengine.cli.main import run_with

ROOT = Path(__file__).parents[2]


def test_the_page_tells_reach_and_rollout(tmp_path):
    """Reach is counted on real divisions, and each province with a list has its row."""
    sample = ROOT / "data" / "samples" / "331000-taizhou"
    told = ["nightly", str(sample), "--store", str(tmp_path), "--as-of", "2025-12-31", "--sample-check", "0"]
    assert run_with(told) == 0
    page = (tmp_path / "2025-12-31" / "report.html").read_text(encoding="utf-8")
    found = re.search(r"浙江省：([\d,]+) 个乡镇（街道）中已覆盖 ([\d,]+) 个", page)
    assert found is not None
    townships, covered = (int(number.replace(",", "")) for number in found.groups())
    # The list has 136 townships of Taizhou; the other cities of the province have no outlet in the sample.
    assert 0 < covered <= 136 < townships
    assert "<h2>事项清单与分批实施</h2>" in page
    assert re.search(r"<td>浙江省</td><td>(已开展|未开展)</td>", page)
