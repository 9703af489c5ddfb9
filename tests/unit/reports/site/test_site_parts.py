"""The parts of the site, each by itself."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from policyengine.diagnostics import Problems, Span
from policyengine.engines.choose import engine_named
from policyengine.reports.anchors import clause_number, scenario_anchors
from policyengine.reports.site.build import NotOursError, write_site
from policyengine.reports.site.history import check_changelog, read_changelog
from policyengine.reports.site.model import SiteView
from policyengine.reports.site.parameter_views import parameter_views
from policyengine.reports.site.results import ENGINES, judge_all
from policyengine.reports.site.rule_views import as_written
from policyengine.rulebook.shelf import read_shelf
from policyengine.scenarios.books import Books
from policyengine.scenarios.read import read_examples
from policyengine.scenarios.run import run

ROOT = Path(__file__).resolve().parents[4]
DAY = date(2026, 6, 30)


@pytest.fixture(scope="module")
def shelf():
    return read_shelf(ROOT)


@pytest.fixture(scope="module")
def examples(shelf):
    books = Books(shelf)
    files = [
        ROOT / "features" / "national" / "05-basic-requirements" / "staff.feature",
        ROOT / "features" / "national" / "09-security" / "events-security.feature",
        ROOT / "features" / "overlays" / "320000-jiangsu.feature",
    ]
    return read_examples(files, ROOT, books), books


def test_judging_together_gives_what_judging_alone_gives(examples) -> None:
    """The outcome of every scenario on every engine is that of the runner, also for the whole book."""
    some, books = examples
    assert any(not one.rule for one in some)
    together = judge_all(some, books.of)
    for name in ENGINES:
        assert together[name] == run(some, engine_named(name), books.of)


def test_anchors_tell_scenarios_apart_and_stay_when_lines_move(examples) -> None:
    """A scenario that moves within its file keeps its anchor."""
    from dataclasses import replace

    some, _ = examples
    anchors = scenario_anchors(some)
    assert len(set(anchors)) == len(anchors)
    assert scenario_anchors([replace(one, line=one.line + 7) for one in some]) == anchors
    assert scenario_anchors([some[0], some[0]]) == [anchors[0], f"{anchors[0]}-2"]


def test_clauses_are_numbered_as_their_sentences_are(shelf) -> None:
    """五（十一） is 5.11 and 四·第三阶段 is 4.3."""
    for sentence in shelf.standard.sentences.values():
        assert sentence.id.rpartition("-")[0] == clause_number(sentence.clause)


def test_a_rule_as_written_is_its_item_and_nothing_of_the_next() -> None:
    """The item ends where the next one, or what holds it, goes on; its own indentation is dropped."""
    lines = {
        "f.yaml": [
            "变更:",
            "  - 新增:",
            "      - 规则: a",
            "        名称: 甲",
            "",
            "      - 规则: b",
            "    自: 2025",
        ]
    }
    assert as_written(Span("f.yaml", 3, 9, 3, 20), lines) == "- 规则: a\n  名称: 甲"
    assert as_written(Span("f.yaml", 6, 9, 6, 20), lines) == "- 规则: b"
    assert as_written(None, lines) == ""


def test_a_parameter_shows_the_values_of_every_layer_once(shelf) -> None:
    """A province's value stands beside the nation's, each with its layer and whether it is in force."""
    books = {code: shelf.book(DAY, code) for code in shelf.layers}
    shown = parameter_views(books, shelf.layers, DAY)["优质网点最少导办人员数"]
    assert shown.current.layer_name == "全国"
    assert [(one.layer_name, one.value, one.state) for one in shown.history][:2] == [
        ("全国", "1 人", "现行"),
        ("江苏省", "2 人", "现行"),
    ]
    before = parameter_views(
        {code: shelf.book(date(2025, 6, 30), code) for code in shelf.layers}, shelf.layers, date(2025, 6, 30)
    )
    assert before["优质网点最少导办人员数"].history[1].state == "将施行"


def test_the_changelog_names_every_national_rule_and_nothing_else(shelf) -> None:
    """Each rule entered the book by an entry in force from its own day, and clauses and rules named are there."""
    problems = Problems()
    entries = read_changelog(ROOT, problems)
    rules = {rule.id: rule for rule in shelf.layer("000000").book.rules}
    check_changelog(entries, rules, shelf.standard.clauses, problems)
    assert problems.found == []
    entered = {name: entry.since for entry in entries if entry.kind == "新增" for name in entry.rules}
    assert {
        name: rule.since.isoformat()
        for name, rule in rules.items()
        if entered.get(name) != rule.since.isoformat()
    } == {}


def test_a_changelog_entry_that_lacks_something_is_told_where(tmp_path) -> None:
    """An unknown key, a missing one and a wrong kind each have their line."""
    (tmp_path / "rules").mkdir()
    text = (
        "# 记录\n\n## 1\n\n### 甲\n- 类型：新增\n- 施行：2025-02-01\n- 规则：a\n- 条款：五\n- 影向：有\n\n"
        "### 乙\n- 类型：改动\n- 施行：2025-02-01\n- 规则：a、\n  b\n- 条款：五\n- 影响：有\n\n"
        "### 丙\n- 类型：调整\n- 施行：2025-02-01\n- 规则：a、\n  b\n- 条款：五\n- 影响：有\n"
    )
    (tmp_path / "rules" / "CHANGELOG.md").write_text(text, encoding="utf-8")
    problems = Problems()
    entries = read_changelog(tmp_path, problems)
    assert [(one.title, one.rules) for one in entries] == [("丙", ("a", "b"))]
    assert [one.span.line for one in problems.found] == [10, 5, 12]
    assert "影响" in problems.found[0].help
    check_changelog(entries, {"a": 1}, {"五": 1}, problems)
    assert "没有规则“b”" in problems.found[-1].message


def test_a_folder_that_is_no_site_is_left_alone(tmp_path) -> None:
    """Nothing is written over other people's files; an earlier site is replaced whole."""
    site = SiteView("题", "2026-06-30", "f" * 64, (), {}, (), (), (), (), (), (), (), engines=())
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "letter.txt").write_text("x", encoding="utf-8")
    with pytest.raises(NotOursError, match="不是空的"):
        write_site(site, mine)
    assert [path.name for path in mine.iterdir()] == ["letter.txt"]
