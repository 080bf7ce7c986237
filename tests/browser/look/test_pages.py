"""Every shape in every light: no accessibility violation, no message on the console, nothing wider than the screen."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.look.conftest import Site

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(params=[1440, 390], ids=["wide", "narrow"])
def width(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture(params=["light", "dark"])
def screen(request: pytest.FixtureRequest, browser: Browser, width: int) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=request.param)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("path", ["board", "form", "shapes", "sign-in", "said"])
def test_a_page_is_sound(screen: Page, site: Site, width: int, path: str):
    said: list[str] = []
    screen.on("console", lambda message: said.append(message.text))
    screen.on("pageerror", lambda error: said.append(str(error)))
    screen.goto(f"{site.address}/{path}", wait_until="networkidle")
    assert said == []
    assert screen.evaluate("document.documentElement.scrollWidth") <= width
    result = Axe().run(screen, options={"runOnly": RULES})
    assert [(found["id"], found["nodes"][0]["html"]) for found in result.response["violations"]] == []


def test_a_form_with_errors_is_sound(screen: Page, site: Site):
    screen.goto(f"{site.address}/form")
    screen.get_by_role("button", name="Save").click()
    screen.locator(".error-summary").wait_for()
    result = Axe().run(screen, options={"runOnly": RULES})
    assert [(found["id"], found["nodes"][0]["html"]) for found in result.response["violations"]] == []
    assert screen.get_by_label("Name").get_attribute("aria-describedby") == "name-error name-hint"


def test_what_can_be_pressed_is_at_least_24_pixels(screen: Page, site: Site):
    screen.goto(f"{site.address}/shapes")
    small = screen.evaluate(
        """() => [...document.querySelectorAll('.btn, .chip, .tab, .menu-item, .switch a, summary, .side-link')]
          .filter(e => e.checkVisibility()).map(e => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()])
          .filter(([, box]) => Math.min(box.width, box.height) < 24).map(([html]) => html)"""
    )
    assert small == []


def test_paper_shows_the_page_without_its_frame(page: Page, site: Site):
    page.goto(f"{site.address}/shapes")
    page.emulate_media(media="print", color_scheme="dark")
    assert page.get_by_role("navigation", name="Main").is_hidden()
    assert page.get_by_role("heading", name="Shapes").is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
