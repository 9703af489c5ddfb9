"""A night through and through: what is published, that it repeats, why things changed, what people read."""

from __future__ import annotations

import json
import re
import shutil
from datetime import date

import duckdb
import openpyxl
import pandas as pd
import polars as pl
import pytest

from acceptance.nights import FIRST, SECOND, Quiet, night, small_input, small_root, tree
from policyengine.batch.nightly import choose
from policyengine.batch.nightly.recheck import AgreementFault


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return small_root(tmp_path_factory.mktemp("book"))


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """A city in which one outlet has nobody on duty."""
    folder = small_input(tmp_path_factory.mktemp("city") / "input")
    _without_staff(folder, pl.col("outlet_id") == _working(folder).max())
    return folder


def _working(folder):
    """Name the outlets that are open; the sample's broken rows have an X."""
    outlets = pl.read_parquet(folder / "outlets" / "330000.parquet").filter(pl.col("status") == "合作中")[
        "outlet_id"
    ]
    return outlets.filter(~outlets.str.contains("X"))


def _without_staff(folder, chosen):
    path = folder / "outlets" / "330000.parquet"
    nobody = pl.when(chosen).then(0).otherwise(pl.col("staff_on_duty")).cast(pl.Int64)
    pl.read_parquet(path).with_columns(staff_on_duty=nobody).write_parquet(path)


@pytest.fixture(scope="module")
def store(tmp_path_factory, source, root):
    """Three nights: facts, rules, a parameter and the overlay change between the first two, only time after that."""
    folder = tmp_path_factory.mktemp("nights")
    night(source, folder / "runs", root, FIRST)
    verdicts = pl.read_parquet(folder / "runs" / FIRST.isoformat() / "verdicts" / "*.parquet")
    failing = verdicts.filter(pl.col("verdict") == "fail", pl.col("subject") == "网点").sort(
        "outlet_id", "rule"
    )
    waived = failing.filter(pl.col("rule").is_in(STAFF)).row(0, named=True)
    gone = failing.filter(pl.col("outlet_id") != waived["outlet_id"])["outlet_id"][0]
    later = shutil.copytree(source, folder / "input")
    _doctor(later, idle=verdicts["outlet_id"], gone=gone, waived=waived)
    book = _other_book(root, folder / "book")
    night(later, folder / "runs", book, SECOND)
    night(later, folder / "runs", book, THIRD)
    return folder / "runs"


THIRD = date(2026, 3, 31)
STAFF = ("outlet.staff-minimum", "outlet.township-staff-minimum")
CHECKED = "outlet.security-device-check-periodic"


def _doctor(folder, *, idle, gone, waived):
    """Take away the staff of an outlet without failures, drop a failing outlet, waive another's failure."""
    path = folder / "outlets" / "330000.parquet"
    working = _working(folder)
    _without_staff(folder, pl.col("outlet_id") == working.filter(~working.is_in(idle.implode())).min())
    pl.read_parquet(path).filter(pl.col("outlet_id") != gone).write_parquet(path)
    pl.DataFrame(
        {
            "outlet_id": [waived["outlet_id"]],
            "rule": [waived["rule"]],
            "until": [SECOND],
            "approved_by": ["省社会保险经办机构"],
            "reason": ["设备更换"],
        }
    ).write_parquet(folder / "waivers.parquet")


def _other_book(root, folder):
    """Tighten a rule, a parameter from the second night on, and what the overlay sets."""
    shutil.copytree(root, folder)
    _replace(
        folder,
        "取值: {2025-02-01: 2}, 依据: 示例, 来源: 示例默认值，需按本地规定核定；两人互为",
        "取值: {2025-02-01: 2, 2025-12-31: 7}, 依据: 示例, 来源: 示例默认值，需按本地规定核定；两人互为",
    )
    _replace(
        folder,
        "要求: 在岗经办人员数 >= 乡镇网点最少专职人员数 且 ",
        "要求: 在岗经办人员数 >= 6 且 在岗经办人员数 >= 乡镇网点最少专职人员数 且 ",
    )
    _replace(folder, "取值: {2025-02-01: 15}", "取值: {2025-02-01: 5}", "rules/overlays")
    return folder


def _replace(folder, old, new, under="rules/national"):
    paths = [path for path in (folder / under).rglob("*.yaml") if old in path.read_text(encoding="utf-8")]
    assert len(paths) == 1, old
    paths[0].write_text(paths[0].read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def _read(store, table):
    return pl.read_parquet(store / "*" / table / "*.parquet")


def test_the_same_input_and_book_give_the_same_bytes(source, root, store, tmp_path):
    """A second run of a night gives the same files, and the manifest tells each one's hash."""
    night(source, tmp_path, root, FIRST)
    again = tree(tmp_path / FIRST.isoformat())
    assert again == tree(store / FIRST.isoformat())
    manifest = json.loads((tmp_path / FIRST.isoformat() / "manifest.json").read_text())
    assert manifest["files"] == {name: digest for name, digest in again.items() if name != "manifest.json"}


@pytest.mark.parametrize("keep_all", [False, True])
def test_another_engine_gives_the_same_bytes(keep_all, source, root, tmp_path):
    """Judged case by case by durable-rules or by columns, a night publishes the same tables, all rows kept or not."""
    for engine in ("durable", "columnar"):
        night(source, tmp_path / engine, root, FIRST, engine=engine, sample=0, keep_all=keep_all)
    one, other = (tree(tmp_path / engine / FIRST.isoformat()) for engine in ("durable", "columnar"))
    tables = [name for name in other if name.endswith(".parquet")]
    assert {name: one[name] for name in tables} == {name: other[name] for name in tables}
    verdicts = set(_read(tmp_path / "columnar", "verdicts")["verdict"])
    assert ("not_applicable" in verdicts) == keep_all


def test_a_rerun_of_a_day_takes_the_place_of_the_first(source, root, tmp_path):
    """A run of a day that is already there replaces it whole."""
    night(source, tmp_path, root, FIRST, sample=0)
    night(source, tmp_path, root, FIRST, sample=0, keep_all=True)
    assert set(_read(tmp_path, "verdicts")["verdict"]) >= {"pass", "not_applicable"}
    assert sorted(path.name for path in tmp_path.iterdir()) == [".lock", FIRST.isoformat()]


def test_every_reader_sees_all_nights_as_one_table(store):
    """Polars, pandas and DuckDB read the verdicts of all nights, with the same rows and the date of each."""
    parts = sorted(store.glob("*/verdicts/*.parquet"))
    by_polars = _read(store, "verdicts").group_by("date").len().sort("date").rows()
    by_pandas = pd.read_parquet(parts).groupby("date").size()
    by_duckdb = duckdb.sql(
        f"SELECT date, count(*) FROM read_parquet('{store}/*/verdicts/*.parquet') GROUP BY date ORDER BY date"  # noqa: S608
    ).fetchall()
    assert [day for day, _ in by_polars] == [FIRST, SECOND, THIRD]
    assert by_duckdb == by_polars
    assert [(day, int(number)) for day, number in by_pandas.items()] == by_polars


def test_outlets_conclude_as_their_verdicts_say(store):
    """An outlet with failing 应 rules of its own is 不合格, and the numbers in the manifest are those of the table."""
    verdicts, outlets = _read(store, "verdicts"), _read(store, "outlets")
    failing = verdicts.filter(
        pl.col("verdict") == "fail", pl.col("modality") == "应", pl.col("subject") == "网点"
    )
    concluded = failing.join(outlets, on=("outlet_id", "date"))["conclusion"].unique().to_list()
    assert concluded == ["不合格"]
    manifest = json.loads((store / SECOND.isoformat() / "manifest.json").read_text())
    number = outlets.filter(pl.col("date") == SECOND, pl.col("conclusion") == "不合格").height
    assert manifest["counts"]["不合格"] == number > 0


CAUSES = [
    ("facts", "|".join(STAFF), "new_failure"),
    ("parameter", "outlet.staff-minimum", "new_failure"),
    ("rule", "outlet.township-staff-minimum", "new_failure"),
    ("overlay", CHECKED, "new_failure"),
    ("waiver", "|".join(STAFF), "recovery"),
    ("facts", "", "gone"),
]


@pytest.mark.parametrize(("cause", "rules", "kind"), CAUSES)
def test_a_change_is_laid_to_its_cause(store, cause, rules, kind):
    """What was changed between two nights is what the changes that it made are laid to."""
    changes = _read(store, "changes").filter(pl.col("date") == SECOND, pl.col("kind") == kind)
    asked = pl.col("rule").is_in(rules.split("|")) if rules else pl.lit(value=True)
    found = changes.filter(asked, pl.col("causes").list.contains(cause))
    assert found.height > 0
    if cause in {"parameter", "rule", "overlay"}:
        assert set(found["causes"].list.join("+")) == {cause}
        assert all(found["detail"].str.len_chars() > 5)


def test_what_only_time_changes_is_laid_to_time(store):
    """Between two nights of one input and one book, verdicts change because days pass or waivers run out."""
    changes = _read(store, "changes").filter(pl.col("date") == THIRD)
    causes = changes["causes"].list.join("+").unique().sort().to_list()
    assert causes == ["time", "waiver"]


def test_changes_are_the_difference_of_two_nights(store):
    """Every row that fails or cannot be told on one night only, or otherwise on the other, is a change, and no other."""
    rows = _read(store, "verdicts").select("date", "subject", "subject_id", "rule", "verdict")
    then, now = (set(rows.filter(pl.col("date") == day).drop("date").iter_rows()) for day in (FIRST, SECOND))
    changes = _read(store, "changes").filter(pl.col("date") == SECOND)
    told = set(changes.select("subject", "subject_id", "rule").iter_rows())
    assert told == {row[:3] for row in then ^ now}


def test_the_sample_is_checked_for_every_kind_of_verdict(store):
    """Every verdict that any rule gave is among those re-checked."""
    recheck = json.loads((store / SECOND.isoformat() / "manifest.json").read_text())["recheck"]
    assert recheck["verdict_kinds"] == recheck["verdict_kinds_checked"] > 100
    assert recheck["outlets"] == 3


def test_engines_that_disagree_end_the_night(source, root, tmp_path, monkeypatch):
    """If the other engine tells one verdict otherwise, nothing is published and the fault names rule and outlet."""
    true = choose.ByCases.__call__

    def lying(self, window, books, *, keep_all):
        found = true(self, window, books, keep_all=keep_all)
        row = pl.int_range(pl.len()) == 0
        turned = (
            pl.when(row & (pl.col("verdict") == "fail")).then(pl.lit("pass")).when(row).then(pl.lit("fail"))
        )
        return type(found)(
            found.verdicts.with_columns(turned.otherwise(pl.col("verdict")).alias("verdict")),
            found.counts,
            found.due,
        )

    monkeypatch.setattr(choose.ByCases, "__call__", lying)
    with pytest.raises(AgreementFault, match=r"规则 \S+，.*不一致|不一致.*规则 \S+"):
        night(source, tmp_path, root, FIRST)
    assert [path.name for path in tmp_path.iterdir()] == [".lock"]


def test_the_page_needs_no_network(store):
    """The page and the explanations load nothing from anywhere, and every link between them leads to a file."""
    run = store / SECOND.isoformat()
    pages = [run / "report.html", *(run / "explanations").glob("*.html")]
    assert len(pages) > 1
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert not re.search(r"https?://|<script|<link|@import|url\(", text)
        for target in re.findall(r'href="([^"#]+)"', text):
            assert (page.parent / target).is_file(), target


def test_the_page_tells_the_numbers_of_the_tables(store):
    """The conclusions on the page are the counts of the outlets table."""
    run = store / SECOND.isoformat()
    text = (run / "report.html").read_text(encoding="utf-8")
    outlets = pl.read_parquet(run / "outlets" / "*.parquet")
    for word in ("合格", "待核实", "不合格"):
        number = outlets.filter(pl.col("conclusion") == word).height
        assert f"<span>{word}</span><b>{number:,}</b>" in text


def test_a_workbook_a_province_lists_what_fails(store):
    """The province's workbook has its six sheets, and as many failing rows as the table."""
    run = store / SECOND.isoformat()
    books = list((run / "workbooks").glob("*.xlsx"))
    assert [path.name for path in books] == ["330000-浙江省.xlsx"]
    book = openpyxl.load_workbook(books[0], read_only=True)
    assert book.sheetnames == ["概览", "不符合", "待核实", "到期", "变化", "隔离"]
    rows = sum(1 for _ in book["不符合"].iter_rows()) - 1
    verdicts = pl.read_parquet(run / "verdicts" / "330000.parquet")
    assert rows == verdicts.filter(pl.col("verdict") == "fail").height


def test_a_rule_changed_while_the_night_runs_is_told_and_not_used(source, root, tmp_path):
    """The book is the one that stood at the start; the operator hears of the change."""
    book = shutil.copytree(root, tmp_path / "book")
    rule = next((book / "rules" / "national").rglob("*.yaml"))

    class Meddler(Quiet):
        def step(self, provinces, outlets, total):
            super().step(provinces, outlets, total)
            rule.write_text("- 不成其为规则", encoding="utf-8")

    watcher = Meddler()
    night(source, tmp_path / "store", book, FIRST, watcher, sample=0)
    night(source, tmp_path / "other", root, FIRST, sample=0)
    assert any(rule.name in message for message in watcher.said)
    assert tree(tmp_path / "store" / FIRST.isoformat()) == tree(tmp_path / "other" / FIRST.isoformat())
