"""The review site in a real browser: from a folder, by keyboard, on paper, on a phone, and by axe."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from acceptance.site_build import STAFF, built_site

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

__all__ = ["built_site"]

CHROMIUM = shutil.which("chromium")
AXE = Path(__file__).parent / "axe" / "axe.min.js"
# One page of each kind.
KINDS = (
    "index", "chapters", "chapters/4", "chapters/5.5", "chapters/6.5", "rules", f"rules/{STAFF}",
    "rules/outlet.item-cap", "parameters", "vocabulary", "overlays", "overlays/320000", "coverage", "opinions",
    "changelog", "nights",
)  # fmt: skip

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium on this machine: apt-get install chromium"
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start Chromium once for this file."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as running:
        started = running.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Open a page of its own, which fails the test on any error of a script."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    opened = context.new_page()
    wrong: list[str] = []
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    yield opened
    context.close()
    assert wrong == []


def address(site: Path, name: str) -> str:
    """Give the address of a page in the folder."""
    return (site / f"{name}.html").as_uri()


def test_a_member_goes_from_the_text_to_a_rule_and_back(built_site: Path, page: Page) -> None:
    """Home, chapter, rule and the sentence again, by links only."""
    page.goto(address(built_site, "index"))
    page.get_by_role("link", name="五（五）基本要求").click()
    assert page.locator("h1").inner_text() == "五（五）基本要求"
    card = page.locator(f"#r-{STAFF.replace('.', chr(92) + '.')}")
    assert "在岗经办人员数不少于最少经办人员数（2 人）" in card.inner_text()
    card.get_by_role("link", name="经办人员配备", exact=True).click()
    assert page.locator("mark").inner_text() == "服务人员及服务形式要求"
    page.get_by_role("link", name="句 5.5-1").click()
    assert page.url.endswith("chapters/5.5.html#s-5.5-1")


def test_the_site_asks_the_network_for_nothing(built_site: Path, page: Page) -> None:
    """Every request of a page and of its search stays in the folder."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address(built_site, "index"))
    page.locator("#query").fill("网点")
    page.locator("#found a").first.wait_for()
    assert any(url.endswith("index.js") for url in asked)
    assert all(url.startswith("file:") for url in asked)


def test_search_finds_chinese_by_keyboard_alone(built_site: Path, page: Page) -> None:
    """A slash goes to the search, arrows choose, Enter opens the place."""
    page.goto(address(built_site, f"rules/{STAFF}"))
    page.keyboard.press("/")
    page.keyboard.type("最少经办人员数")
    page.locator("#found a").first.wait_for()
    page.keyboard.press("ArrowDown")
    assert page.locator("#query").get_attribute("aria-activedescendant") == "hit-0"
    page.keyboard.press("Enter")
    page.wait_for_url("**/parameters.html#**")
    assert page.locator("tr:target th").inner_text() == "最少经办人员数"


def test_search_forgives_words_that_stand_nowhere_together(built_site: Path, page: Page) -> None:
    """What no text has as a whole is found by its pairs of characters; nonsense is said to be nowhere."""
    page.goto(address(built_site, "index"))
    page.locator("#query").fill("经办人员的配备")
    page.locator("#found a").first.wait_for()
    assert "经办人员配备" in page.locator("#found").inner_text()
    page.locator("#query").fill("郇郈郉")
    page.get_by_text("没有找到").first.wait_for()
    page.keyboard.press("Escape")
    assert page.locator("#found").is_hidden()


def test_search_finds_a_scenario_and_opens_it(built_site: Path, page: Page) -> None:
    """A scenario's name leads to its row on the rule's page."""
    page.goto(address(built_site, "index"))
    page.locator("#query").fill("经办人员配备——少于最低人数")
    page.locator("#found a").first.wait_for()
    page.locator("#found a").first.click()
    assert "少于最低人数" in page.locator("tr:target").inner_text()


def test_the_first_stop_of_the_keyboard_skips_to_the_text(built_site: Path, page: Page) -> None:
    """Tab, Enter, and the reader is in the main part."""
    page.goto(address(built_site, "chapters/5.5"))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "跳到正文"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_every_control_shows_where_the_keyboard_is(built_site: Path, page: Page) -> None:
    """The first twenty stops have a visible outline."""
    page.goto(address(built_site, "rules"))
    for _ in range(20):
        page.keyboard.press("Tab")
        width = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
        assert width not in {"", "0px"}


def test_colours_follow_the_reader_and_are_kept(built_site: Path, page: Page) -> None:
    """The button goes from automatic to light to dark, and the next page keeps it."""
    page.goto(address(built_site, "index"))
    button = page.locator(".theme")
    button.click()
    button.click()
    assert button.inner_text() == "配色：深色"
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.goto(address(built_site, "rules"))
    assert page.locator("html").get_attribute("data-theme") == "dark"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == dark


def test_filters_narrow_the_list_of_rules(built_site: Path, page: Page) -> None:
    """Choosing 可 leaves permissions only, and the count says so."""
    page.goto(address(built_site, "rules"))
    page.locator("[data-column=modality]").select_option("可")
    left = page.locator("#rules tbody tr:visible")
    assert 0 < left.count() < page.locator("#rules tbody tr").count()
    assert {text.strip() for text in left.locator(".mod").all_inner_texts()} == {"可"}
    assert page.locator(".filters output").inner_text().startswith(f"{left.count()} 条")


def test_the_text_can_be_read_without_scripts(built_site: Path, browser: Browser) -> None:
    """All rules stand on the page when scripts are off, and no dead control is shown."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address(built_site, "rules"))
    assert page.locator("#rules tbody tr").count() > 300
    assert page.locator(".search").is_hidden()
    assert page.locator(".filters").is_hidden()
    context.close()


def test_paper_has_the_text_and_not_the_controls(built_site: Path, page: Page) -> None:
    """In print the head and the filters go, the sentence and its rules stay, black on white."""
    page.goto(address(built_site, "chapters/5.5"))
    page.emulate_media(media="print", color_scheme="dark")
    assert page.locator(".top").is_hidden()
    assert page.locator("blockquote").first.is_visible()
    assert page.locator(".say").first.is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    printed = page.pdf(format="A4")
    assert printed.startswith(b"%PDF")
    assert (
        printed.count(b"/Type /Page\n") + printed.count(b"/Type /Page ") + printed.count(b"/Type/Page/") >= 2
    )


@pytest.mark.parametrize("width", [320, 375])
def test_a_narrow_screen_needs_no_sideways_scrolling(built_site: Path, page: Page, width: int) -> None:
    """Every kind of page fits a phone, and a page at 400 % zoom."""
    page.set_viewport_size({"width": width, "height": 700})
    too_wide = []
    for name in KINDS:
        page.goto(address(built_site, name))
        if page.evaluate("document.documentElement.scrollWidth") > width:
            too_wide.append(name)
    assert too_wide == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(built_site: Path, browser: Browser, scheme: str) -> None:
    """Contrast, landmarks, names and roles hold by axe on every kind of page, with everything unfolded."""
    context = browser.new_context(color_scheme=scheme, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    code = AXE.read_text(encoding="utf-8")
    found = []
    for name in KINDS:
        page.goto(address(built_site, name))
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        page.evaluate(code)
        result = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        found += [
            (name, one["id"], one["nodes"][0]["html"][:120])
            for one in result["violations"]
            if one["impact"] in {"serious", "critical"}
        ]
    context.close()
    assert found == []


def test_an_opinion_stands_where_it_belongs(built_site: Path, page: Page) -> None:
    """The open one beside its sentence, the settled one beside its rule, both in the round."""
    page.goto(address(built_site, "chapters/5.5"))
    assert "待处理" in page.locator(".text .opinion").inner_text()
    assert "未采纳" in page.locator(f"[id='r-{STAFF}'] .opinion").inner_text()
    page.locator(".text .opinion a").click()
    assert "“服务形式”宜展开" in page.locator("tr:target").inner_text()
