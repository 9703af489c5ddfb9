"""The page of a night in a real browser: it shows, asks the network for nothing, and leads to explanations."""

from __future__ import annotations

import shutil

import pytest

from acceptance.nights import FIRST, night, small_input, small_root

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: apt-get install chromium")
def test_the_page_shows_in_a_browser_and_leads_to_an_explanation(tmp_path):
    """Headless Chromium draws every section and chart within the window's width, and follows an outlet to its reasons."""
    from playwright.sync_api import sync_playwright

    night(small_input(tmp_path / "input"), tmp_path / "runs", small_root(tmp_path / "book"), FIRST, sample=1)
    asked, wrong = [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1200, "height": 900})
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: wrong.append(message.text))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto((tmp_path / "runs" / FIRST.isoformat() / "report.html").as_uri())
        for section in (
            "conclusions",
            "provinces",
            "rules",
            "changes",
            "due",
            "quality",
            "defaults",
            "recheck",
            "outlets",
        ):
            box = page.locator(f"#{section}").bounding_box()
            assert box is not None
            assert box["height"] > 40
            assert box["x"] + box["width"] <= 1200
        widths = page.locator("#provinces svg rect").evaluate_all(
            "all => all.map(one => one.getBoundingClientRect().width)"
        )
        assert sum(widths) > 300
        page.locator("#outlets table a").first.click()
        assert page.locator("article").count() > 0
        assert page.locator("h1").inner_text().endswith("不合格")
        page.locator("text=夜间评估报告").first.click()
        assert page.locator("#conclusions").is_visible()
        browser.close()
    assert wrong == []
    assert all(url.startswith("file://") for url in asked)
