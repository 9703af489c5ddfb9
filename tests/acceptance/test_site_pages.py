"""What stands on the review site, read from the files."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import pytest

from acceptance.site_build import DAY, ROOT, STAFF, built_site
from policyengine.cli.main import run_with
from policyengine.rulebook.coverage import coverage_of
from policyengine.rulebook.shelf import read_shelf

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["built_site"]


class Anchors(HTMLParser):
    """Collects the ids of a page, and where its links, sheets and scripts point."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.targets: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, _tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if given.get("id"):
            self.ids.append(given["id"])
        for name in ("href", "src"):
            if given.get(name):
                self.targets.append(given[name])

    def handle_data(self, data: str) -> None:
        self.text.append(data)


@pytest.fixture(scope="session")
def read(built_site: Path) -> dict[str, Anchors]:
    """Every page by its path, parsed."""
    found = {}
    for path in built_site.rglob("*.html"):
        page = Anchors()
        page.feed(path.read_text(encoding="utf-8"))
        found[path.relative_to(built_site).as_posix()] = page
    return found


def test_every_link_leads_to_a_page_and_an_anchor_that_are_there(
    built_site: Path, read: dict[str, Anchors]
) -> None:
    """No link of any page is dead, and none leaves the folder."""
    dead = []
    for path, page in read.items():
        for target in set(page.targets):
            parts = urlsplit(target)
            assert not parts.scheme, f"{path} leaves the site: {target}"
            file = (built_site / path).parent / unquote(parts.path) if parts.path else built_site / path
            name = file.resolve().relative_to(built_site.resolve()).as_posix()
            anchor = unquote(parts.fragment)
            if not file.is_file() or (anchor and name in read and anchor not in read[name].ids):
                dead.append(f"{path} → {target}")
    assert dead == []


def test_search_leads_only_to_what_is_there(built_site: Path, read: dict[str, Anchors]) -> None:
    """Every row of the search index has a page and an anchor."""
    text = (built_site / "assets" / "index.js").read_text(encoding="utf-8")
    rows = json.loads(text.removeprefix("window.POLICY_INDEX=").rstrip().rstrip(";"))
    missing = []
    for kind, title, address, _ in rows:
        parts = urlsplit(address)
        page = read.get(unquote(parts.path))
        if page is None or (parts.fragment and unquote(parts.fragment) not in page.ids):
            missing.append((kind, title, address))
    assert missing == []
    assert {"条文", "规则", "场景", "参数", "词汇", "地方", "意见"} <= {row[0] for row in rows}


def test_no_page_names_one_anchor_twice(read: dict[str, Anchors]) -> None:
    """An anchor means one place."""
    twice = {path: [one for one in page.ids if page.ids.count(one) > 1] for path, page in read.items()}
    assert {path: names for path, names in twice.items() if names} == {}


def test_every_sentence_has_its_place_with_its_rules_or_its_reason(built_site: Path) -> None:
    """All sentences of the ledger stand on the site with the answer that the coverage gives."""
    shelf = read_shelf(ROOT)
    shown = {}
    for path in (built_site / "chapters").glob("*.json"):
        for clause in json.loads(path.read_text(encoding="utf-8"))["data"]["chapter"]["clauses"]:
            shown |= {one["id"]: one for one in clause["sentences"]}
    for one in coverage_of(shelf.national, shelf.standard).sentences:
        there = shown[one.sentence.id]
        assert "".join(piece["text"] for piece in there["pieces"]) == one.sentence.text
        assert there["rules"] == list(one.rules)
        assert there["answer"] == str(one.answer)
        assert bool(there["reason"]) == (one.answer == "有理由")


def test_every_rule_has_a_page_with_its_twin(built_site: Path) -> None:
    """A rule's twin holds its words, and its page says them."""
    shelf = read_shelf(ROOT)
    for rule in shelf.book(DAY).rules:
        twin = json.loads((built_site / "rules" / f"{rule.id}.json").read_text(encoding="utf-8"))["data"]
        text = (built_site / "rules" / f"{rule.id}.html").read_text(encoding="utf-8")
        assert twin["id"] == rule.id
        assert twin["requires"]
        assert rule.title in text
        assert "规则文件中的原样" in text


def test_a_rule_page_tells_its_parameters_mutants_and_opinions(built_site: Path) -> None:
    """Value, date and basis of a parameter, the marked example, the surviving mutant, the settled opinion."""
    text = (built_site / "rules" / f"{STAFF}.html").read_text(encoding="utf-8")
    for words in (
        "最少经办人员数",
        "2025-02-01",
        "示例默认值",
        "最少经办人员数改为 3 人",
        "条件判定覆盖 2/3",
        "两人改为三人",
        "由各地核定",
    ):
        assert words in text


def test_every_layer_shows_its_changes_and_its_proof(built_site: Path) -> None:
    """Each overlay has a page with at least one change or list, and with what the proof said."""
    shelf = read_shelf(ROOT)
    for code in shelf.overlays:
        twin = json.loads((built_site / "overlays" / f"{code}.json").read_text(encoding="utf-8"))["data"]
        assert twin["changes"] or twin["items"]
        assert twin["proof"]["result"] == "已证明"


def test_a_night_shows_its_counts_and_its_worst_rules(built_site: Path) -> None:
    """The night's manifest and rules table stand on the page of nights."""
    text = (built_site / "nights.html").read_text(encoding="utf-8")
    assert "2026-06-29" in text
    assert "812" in text
    assert STAFF in text


def test_the_command_builds_the_site_of_the_whole_book(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`site build` exits with 0 over the shipped book: every scenario holds on every engine."""
    code = run_with(
        ["site", "build", "--out", str(tmp_path / "site"), "--as-of", DAY.isoformat(), "--root", str(ROOT)]
    )
    assert code == 0
    assert "全部成立" in capsys.readouterr().out
    assert (tmp_path / "site" / "index.html").is_file()
    assert not (tmp_path / "site" / "nights.html").exists()


def test_mutants_of_derived_terms_count_too(built_site: Path, read: dict[str, Anchors]) -> None:
    """Numbers and survivors on the page are those of rules and derived terms together."""
    told = json.loads((built_site / "coverage.json").read_text(encoding="utf-8"))["data"]
    assert (told["mutants"], told["killed"], told["equivalent"]) == (11, 9, 1)
    assert (told["covered"], told["coverable"]) == (3, 4)
    text = "".join(read["coverage.html"].text)
    assert "派生词“乡镇网点”" in text
    assert "去掉“乡”" in text
    assert "最少经办人员数改为 3 人" in text
