"""The command palette in a real browser: by keys alone, with slow and overtaking answers, by finger, and for axe."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, expect

from tests.browser.conftest import SignIn
from tests.factories.accounts import make_user
from tests.factories.candidates import make_candidate
from tests.factories.pipeline import make_application, make_open_requisition
from tests.services.axe import AXE, RULES
from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.pipeline.models import Application
from tracker.requisitions.states import StageKind


@pytest.fixture
def recruiter(served: Flask) -> User:
    """Who sits at the browser."""
    return make_user(Role.RECRUITER, name="Tara Kessler")


@pytest.fixture
def application(recruiter: User) -> Application:
    """Somebody who is considered."""
    requisition = make_open_requisition(recruiter, title="Senior MLOps Engineer, Berlin")
    return make_application(requisition, candidate=make_candidate("Ada Lind"), stage=StageKind.APPLIED, days_ago=1)


@pytest.fixture
def page(
    served: Flask, browser_context: BrowserContext, sign_in: SignIn, recruiter: User, application: Application
) -> Page:
    """The list of candidates, open; a fault on the console fails the test."""
    sign_in(browser_context, recruiter)
    page = browser_context.new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.goto(f"{served.config['SITE']}/candidates")
    return page


def field(page: Page) -> Locator:
    return page.get_by_role("combobox", name="Find people, requisitions and actions")


def chosen(page: Page) -> Locator:
    return page.locator(".palette [role=option][aria-selected=true]")


def test_people_requisitions_and_actions_are_reached_by_keys_alone(page: Page, application: Application) -> None:
    page.keyboard.press("Control+k")
    expect(field(page)).to_be_focused()
    page.keyboard.type("ada li")
    expect(chosen(page)).to_contain_text("Ada Lind")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/candidates/{application.candidate_id}")

    page.keyboard.press("Control+k")
    page.keyboard.type("checklist berl")
    expect(chosen(page)).to_contain_text("Checklist: Senior MLOps Engineer, Berlin")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/requisitions/{application.requisition.number}/checklist")

    page.keyboard.press("Control+k")
    page.keyboard.type("appearance")
    expect(chosen(page)).to_contain_text("Appearance: light")
    page.keyboard.press("ArrowDown")
    expect(chosen(page)).to_contain_text("Appearance: dark")
    expect(field(page)).to_have_attribute("aria-activedescendant", chosen(page).get_attribute("id") or "")
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_on_a_candidate_s_page_they_are_moved_from_it(page: Page, served: Flask, application: Application) -> None:
    page.goto(f"{served.config['SITE']}/candidates/{application.candidate_id}")
    page.keyboard.press("Control+k")
    page.keyboard.type("rej")
    expect(chosen(page)).to_contain_text("Reject Ada Lind…")
    page.keyboard.press("Enter")
    expect(page.locator("#dialog")).to_be_visible()
    expect(page.locator("#dialog-title")).to_have_text("Reject Ada Lind")


def test_it_opens_with_what_the_reader_comes_back_to(page: Page, served: Flask, application: Application) -> None:
    page.goto(f"{served.config['SITE']}/candidates/{application.candidate_id}")
    page.goto(f"{served.config['SITE']}/candidates")
    page.keyboard.press("Control+k")
    lately = page.get_by_role("group", name="Lately and often")
    expect(lately.get_by_role("option")).to_contain_text(["Ada Lind"])
    kept = page.evaluate("Object.values(localStorage).join()")
    assert f"c{application.candidate_id}" in kept
    assert "Ada" not in kept


def test_escape_closes_and_the_focus_goes_back(page: Page) -> None:
    link = page.get_by_role("link", name="Ada Lind")
    link.focus()
    page.keyboard.press("Control+k")
    page.keyboard.type("x")
    page.keyboard.press("Escape")
    expect(page.locator(".palette")).to_be_hidden()
    expect(link).to_be_focused()


def test_control_and_enter_open_another_tab(page: Page, application: Application) -> None:
    page.keyboard.press("Control+k")
    page.keyboard.type("ada")
    expect(chosen(page)).to_contain_text("Ada Lind")
    with page.context.expect_page() as opened:
        page.keyboard.press("Control+Enter")
    expect(opened.value).to_have_url(re.compile(rf"/candidates/{application.candidate_id}$"))
    expect(field(page)).to_be_focused()


def test_an_answer_that_is_overtaken_is_dropped(page: Page) -> None:
    make_candidate("Boris Adamov")
    held: list[Callable[[], None]] = []

    def slow(route: Route) -> None:
        """The first question is answered after the second."""
        if "q=ad&" in f"{route.request.url}&":
            held.append(route.continue_)
        else:
            route.continue_()

    page.route("**/palette?*", slow)
    # Without cancelling, as a browser or proxy may do that has sent the question already.
    page.evaluate("AbortController.prototype.abort = () => {}")
    page.keyboard.press("Control+k")
    page.keyboard.type("ad")
    page.wait_for_timeout(200)
    page.keyboard.type("a l")
    expect(chosen(page)).to_contain_text("Ada Lind")
    with page.expect_response("**/palette?q=ad"):
        held[0]()
    page.wait_for_timeout(100)
    expect(page.get_by_role("option").filter(has_text="Adamov")).to_have_count(0)
    expect(page.get_by_role("group", name="People").get_by_role("option")).to_have_count(1)


def test_a_letter_is_asked_about_at_once_and_the_next_when_its_answer_has_come(page: Page) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        """Until the test lets it go."""
        held.append(route)

    page.route("**/palette?q=a", hold)
    # No timer runs any more.
    page.clock.install()
    page.clock.pause_at(datetime.now(UTC) + timedelta(days=1))
    page.keyboard.press("Control+k")
    with page.expect_request("**/palette?q=a"):
        page.keyboard.type("a")
    page.keyboard.type("da")
    with page.expect_request("**/palette?q=*") as asked:
        held[0].continue_()
    assert asked.value.url.endswith("?q=ada"), "the letters written meanwhile are one question"
    expect(chosen(page)).to_contain_text("Ada Lind")


def test_actions_are_there_before_the_server_answers(page: Page) -> None:
    page.route("**/palette*", lambda _route: None)
    page.keyboard.press("Control+k")
    page.keyboard.type("requis")
    expect(chosen(page)).to_contain_text("Go to Requisitions")


def test_enter_waits_for_an_answer_that_is_under_way(page: Page, application: Application) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        """Until the test lets it go."""
        held.append(route)

    page.route("**/palette?q=*", hold)
    page.keyboard.press("Control+k")
    page.keyboard.type("ada")
    page.wait_for_timeout(200)
    page.keyboard.press("Enter")
    assert page.url.endswith("/candidates")
    held[-1].continue_()
    page.wait_for_url(f"**/candidates/{application.candidate_id}")


def test_what_is_found_nowhere_leads_to_the_search_page(page: Page) -> None:
    page.keyboard.press("Control+k")
    page.keyboard.type("zzz")
    expect(page.locator(".palette-none")).to_contain_text("Nothing begins with “zzz”")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=zzz")


def test_by_finger(served: Flask, browser: Browser, sign_in: SignIn, recruiter: User, application: Application) -> None:
    context = browser.new_context(has_touch=True, is_mobile=True, viewport={"width": 390, "height": 844})
    sign_in(context, recruiter)
    page = context.new_page()
    page.goto(f"{served.config['SITE']}/candidates")
    page.get_by_role("searchbox", name="Find people and requisitions").tap()
    expect(field(page)).to_be_focused()
    page.keyboard.type("ada")
    option = page.get_by_role("option").filter(has_text="Ada Lind")
    box = option.bounding_box()
    assert box is not None
    assert box["height"] >= 44
    option.tap()
    page.wait_for_url(f"**/candidates/{application.candidate_id}")
    context.close()


def test_axe_finds_nothing(served: Flask, axe_page: Page, application: Application) -> None:
    page = axe_page
    page.goto(f"{served.config['SITE']}/requisitions/{application.requisition.number}/board")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("group", name="Your requisitions").get_by_role("option")).not_to_have_count(0)
    assert page.evaluate(AXE, RULES) == []
    page.keyboard.type("a")
    expect(page.get_by_role("group", name="People").get_by_role("option")).not_to_have_count(0)
    assert page.evaluate(AXE, RULES) == []
    page.keyboard.type("zzz")
    expect(page.locator(".palette-none")).to_be_visible()
    assert page.evaluate(AXE, RULES) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
