"""A small site to look at in a browser: the shipped book, some of its scenarios, a round of opinions, a night, mutants."""

from __future__ import annotations

import fcntl
import json
import shutil
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from policyengine.reports.site.build import write_site
from policyengine.reports.site.gather import Extras, gather
from policyengine.reports.site.mutation import read_mutation
from policyengine.reports.site.nights import read_nights

ROOT = Path(__file__).resolve().parents[2]
DAY = date(2026, 6, 30)
SOME_FEATURES = ("national/05-basic-requirements", "national/10-supervision", "overlays")
STAFF = "outlet.staff-minimum"

_ROUND = {
    "名称": "第二次征求意见",
    "时间": "2026年5月",
    "意见": [
        {"编号": 1, "章条": "五（五）", "句子": "5.5-1", "意见": "“服务形式”宜展开", "理由": "便于执行", "提出单位": "甲市社保中心"},
        {
            "编号": 2, "章条": "五（五）", "规则": STAFF, "意见": "两人改为三人", "提出单位": "乙银行",
            "处理意见": "未采纳", "处理理由": "由各地核定",
        },
    ],
}  # fmt: skip
_MUTATION = {
    "rules": [
        {
            "rule": STAFF, "killed": 7, "equivalent": [{"kind": "limit", "change": "甲"}],
            "survivors": [{"kind": "parameter", "change": "最少经办人员数改为 3 人", "scenario": "场景: 恰为三人"}],
            "conditions": [{"state": "shown"}, {"state": "shown"}, {"state": "idle"}, {"state": "unshown"}],
        },
        {
            "rule": "乡镇网点", "killed": 2, "equivalent": [], "conditions": [{"state": "shown"}],
            "survivors": [{"kind": "condition", "change": "去掉“乡”", "scenario": "场景: 在乡里"}],
        },
    ]
}  # fmt: skip


def make_root(folder: Path) -> Path:
    """Lay out a rule book root with the shipped rules, some scenarios and a round of opinions more."""
    for name in ("rules", "data"):
        (folder / name).symlink_to(ROOT / name)
    for name in SOME_FEATURES:
        shutil.copytree(ROOT / "features" / name, folder / "features" / name)
    (folder / "reviews").mkdir()
    for path in (ROOT / "reviews").glob("*.json"):
        (folder / "reviews" / path.name).write_bytes(path.read_bytes())
    (folder / "reviews" / "2026-05.json").write_text(json.dumps(_ROUND, ensure_ascii=False), encoding="utf-8")
    return folder


def make_night(store: Path) -> Path:
    """Write a published night: a manifest and a table of rules."""
    run = store / "2026-06-29"
    run.mkdir(parents=True)
    manifest = {
        "as_of": "2026-06-29", "counts": {"合格": 812, "不合格": 31, "待核实": 57}, "compared_with": "2026-06-28",
        "recheck": {"outlets": 200, "seed": 1}, "rule_book": {"files": "0123456789abcdef"},
    }  # fmt: skip
    (run / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False), encoding="utf-8")
    rows = {"rule": [STAFF], "title": ["经办人员配备"], "fail": [31], "undetermined": [5], "pass": [800]}
    pl.DataFrame(rows).write_parquet(run / "rules.parquet")
    return store


@pytest.fixture(scope="session")
def built_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of the site, built once for all test processes."""
    base = tmp_path_factory.getbasetemp()
    shared = (base.parent if base.name.startswith("popen-") else base) / "committee"
    shared.mkdir(exist_ok=True)
    with (shared / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        out = shared / "site"
        if not (out / "site.json").is_file():
            (shared / "root").mkdir()
            root = make_root(shared / "root")
            mutation = shared / "mutation.json"
            mutation.write_text(json.dumps(_MUTATION, ensure_ascii=False), encoding="utf-8")
            extras = Extras(read_nights(make_night(shared / "runs")), read_mutation(mutation))
            write_site(gather(root, DAY, extras), out)
    return out
