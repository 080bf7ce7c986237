"""Today and the list: what is done there shows at once, and the page is not loaded, so that nothing on it is lost."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.boards import add, kind_now, moved_by
from tests.browser.conftest import SignIn
from tracker.accounts.models import User
from tracker.core.db import db
from tracker.pipeline.models import Application
from tracker.requisitions.models import Requisition
from tracker.requisitions.states import StageKind

NAMES = ("Ada Lind", "Bo Falk", "Cleo Ray", "Dan Weiss")
Opens = Callable[[str], Page]


@pytest.fixture
def people(requisition: Requisition) -> dict[str, Application]:
    """Four who are late, the one who waits longest first."""
    return {name: add(requisition, name, StageKind.APPLIED, days_ago=60 - n) for n, name in enumerate(NAMES)}


@pytest.fixture
def opens(served: Flask, browser_context: BrowserContext, sign_in: SignIn, tara: User) -> Opens:
    """Opens a page for Tara; a fault on the console fails the test, and `kept` is there until it is loaded anew."""
    sign_in(browser_context, tara)
    page = browser_context.new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))

    def open_page(address: str) -> Page:
        page.goto(f"{served.config['SITE']}{address}")
        page.evaluate("window.kept = true")
        return page

    return open_page


def duty(page: Page, name: str) -> Locator:
    """The line of Today that is about somebody."""
    return page.locator(".duty", has=page.get_by_role("link", name=name, exact=True))


def row(page: Page, name: str) -> Locator:
    """Somebody's row of the list."""
    return page.locator(".list-people tr", has=page.get_by_role("link", name=name, exact=True))


def choose(page: Page, label: str, button: str) -> None:
    """Make a choice in the dialog, and send it."""
    dialog = page.locator("#dialog")
    dialog.get_by_label(label, exact=True).check()
    dialog.get_by_role("button", name=button, exact=True).click()
    expect(dialog).to_be_hidden()


def stayed(page: Page) -> bool:
    """Whether the page was not loaded since it was opened."""
    return bool(page.evaluate("window.kept === true"))


def said(page: Page, text: str) -> Locator:
    """A message at the foot of the page."""
    return page.locator("#toasts .toast", has_text=text)


def test_today_goes_from_one_to_the_next_and_every_undo_stays(opens: Opens, people: dict[str, Application]) -> None:
    page = opens("/")
    expect(page.locator(".duty[data-key]")).to_have_count(4)
    duty(page, "Bo Falk").get_by_role("link", name="Move to…").click()
    choose(page, "Screening", "Move")
    expect(duty(page, "Bo Falk")).to_have_count(0)
    expect(duty(page, "Cleo Ray").get_by_role("link", name="Move to…")).to_be_focused()
    expect(page.locator(".head-note")).to_contain_text("3 things wait on you")
    expect(page.get_by_role("link", name="Today 3 waiting on you")).to_be_visible()
    # Who listens hears how many are left.
    expect(said(page, "Bo Falk moved to Screening")).to_contain_text("3 things wait on you")

    page.keyboard.press("Shift+Tab")
    expect(duty(page, "Cleo Ray").get_by_role("link", name="Reject…")).to_be_focused()
    page.keyboard.press("Enter")
    choose(page, "Lacks a must-have skill", "Reject")
    expect(duty(page, "Cleo Ray")).to_have_count(0)
    expect(duty(page, "Dan Weiss").get_by_role("link", name="Reject…")).to_be_focused()
    expect(said(page, "Cleo Ray is rejected").get_by_role("button", name="Undo")).to_be_visible()

    # The earlier one is still there to be taken back, and leads to whom it is about.
    said(page, "Bo Falk moved to Screening").get_by_role("button", name="Undo").focus()
    page.keyboard.press("Enter")
    expect(said(page, "Undone. Bo Falk is in Applied")).to_be_visible()
    expect(said(page, "Bo Falk moved to Screening")).to_have_count(0)
    expect(duty(page, "Bo Falk").get_by_role("link", name="Move to…")).to_be_focused()
    assert kind_now(people["Bo Falk"]) is StageKind.APPLIED
    assert stayed(page)


def test_the_last_thing_of_today_leaves_nothing_that_waits(
    opens: Opens, people: dict[str, Application], tara: User
) -> None:
    for name in NAMES[1:]:
        moved_by(tara, people[name], StageKind.SCREENING)
    page = opens("/")
    duty(page, "Ada Lind").get_by_role("link", name="Move to…").click()
    choose(page, "Screening", "Move")
    expect(page.get_by_role("heading", name="Nothing waits on you")).to_have_count(1)
    expect(page.locator("#main")).to_be_focused()
    expect(page.locator(".duty", has_text="Screening").locator(".duty-count")).to_have_text("4")
    said(page, "Ada Lind moved to Screening").get_by_role("button", name="Undo").click()
    expect(duty(page, "Ada Lind")).to_be_visible()
    assert stayed(page)


def test_what_is_as_it_was_is_not_touched(
    opens: Opens, people: dict[str, Application], requisition: Requisition, davide: User
) -> None:
    moved_by(davide, add(requisition, "Eve Stone", StageKind.APPLIED), StageKind.SCREENING)
    page = opens("/")
    news = page.locator(".panel", has=page.get_by_role("heading", name="Since"))
    expect(news).to_contain_text("Davide Moretti moved Eve Stone")
    line = news.locator("li").first.element_handle()
    duty(page, "Ada Lind").get_by_role("link", name="Move to…").click()
    choose(page, "Screening", "Move")
    expect(duty(page, "Ada Lind")).to_have_count(0)
    assert line is not None
    assert line.evaluate("line => line.isConnected")
    assert stayed(page)


def test_whoever_comes_second_is_told_why_and_sees_how_it_is(
    opens: Opens, people: dict[str, Application], davide: User
) -> None:
    page = opens("/")
    duty(page, "Ada Lind").get_by_role("link", name="Move to…").click()
    dialog = page.locator("#dialog")
    dialog.get_by_label("Technical assessment", exact=True).check()
    moved_by(davide, people["Ada Lind"], StageKind.SCREENING)
    dialog.get_by_role("button", name="Move", exact=True).click()
    expect(dialog).to_contain_text("Davide Moretti moved Ada Lind to Screening")
    # Behind the form, which keeps what was chosen, the line is gone already.
    expect(duty(page, "Ada Lind")).to_have_count(0)
    expect(dialog.get_by_label("Technical assessment", exact=True)).to_be_checked()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert stayed(page)


def test_an_undo_that_comes_too_late_says_who_went_on(
    opens: Opens, people: dict[str, Application], davide: User
) -> None:
    page = opens("/")
    duty(page, "Ada Lind").get_by_role("link", name="Move to…").click()
    choose(page, "Screening", "Move")
    message = said(page, "Ada Lind moved to Screening")
    expect(message).to_be_visible()
    db.session.expire_all()
    moved_by(davide, people["Ada Lind"], StageKind.ASSESSMENT)
    message.get_by_role("button", name="Undo").click()
    expect(said(page, "Davide Moretti moved Ada Lind to Technical assessment")).to_be_visible()
    expect(message).to_have_count(0)
    assert kind_now(people["Ada Lind"]) is StageKind.ASSESSMENT
    assert stayed(page)


def test_without_a_network_the_offer_to_undo_stays(opens: Opens, people: dict[str, Application]) -> None:
    page = opens("/")
    duty(page, "Ada Lind").get_by_role("link", name="Move to…").click()
    choose(page, "Screening", "Move")
    undo = said(page, "Ada Lind moved to Screening").get_by_role("button", name="Undo")
    expect(undo).to_be_visible()
    page.context.set_offline(True)
    undo.click()
    expect(said(page, "The server did not answer.")).to_be_visible()
    page.context.set_offline(False)
    undo.click()
    expect(said(page, "Undone. Ada Lind is in Applied")).to_be_visible()
    assert stayed(page)


def test_the_list_goes_on_from_row_to_row(
    opens: Opens, people: dict[str, Application], requisition: Requisition
) -> None:
    page = opens(f"/requisitions/{requisition.number}/list?sort=name")
    row(page, "Ada Lind").get_by_role("link", name="Move Ada Lind to…").click()
    choose(page, "Screening", "Move")
    expect(row(page, "Ada Lind")).to_contain_text("Screening")
    expect(page.get_by_role("link", name="Move Bo Falk to…")).to_be_focused()
    page.keyboard.press("Enter")
    choose(page, "Screening", "Move")
    expect(row(page, "Bo Falk")).to_contain_text("Screening")
    expect(page.get_by_role("link", name="Move Cleo Ray to…")).to_be_focused()
    said(page, "Ada Lind moved to Screening").get_by_role("button", name="Undo").click()
    expect(row(page, "Ada Lind")).to_contain_text("Applied")
    expect(said(page, "Bo Falk moved to Screening").get_by_role("button", name="Undo")).to_be_visible()
    assert stayed(page)


def test_who_leaves_a_filtered_list_leaves_its_numbers_right(
    opens: Opens, people: dict[str, Application], requisition: Requisition
) -> None:
    page = opens(f"/requisitions/{requisition.number}/list?late=1")
    page.get_by_label("Select Dan Weiss").check()
    row(page, "Bo Falk").get_by_role("link", name="Move Bo Falk to…").click()
    choose(page, "Screening", "Move")
    expect(row(page, "Bo Falk")).to_have_count(0)
    expect(page.locator(".matching")).to_have_text("3 match")
    expect(page.locator("#bulk").get_by_text("All 3 that match")).to_be_visible()
    expect(page.get_by_text("1–3 of 3")).to_be_visible()
    # Whoever was chosen still is.
    expect(page.get_by_label("Select Dan Weiss")).to_be_checked()
    expect(page.locator("[data-selected]")).to_have_text("1 chosen")
    assert stayed(page)


def test_many_at_once_leave_the_list_where_it_is(
    opens: Opens, people: dict[str, Application], requisition: Requisition
) -> None:
    page = opens(f"/requisitions/{requisition.number}/list?late=1&sort=name")
    for name in ("Ada Lind", "Bo Falk"):
        page.get_by_label(f"Select {name}").check()
    bar = page.locator("#bulk")
    bar.get_by_role("button", name="Reject").click()
    choose(page, "Lacks a must-have skill", "Reject 2 people")
    expect(row(page, "Ada Lind")).to_have_count(0)
    expect(row(page, "Bo Falk")).to_have_count(0)
    expect(bar).to_be_hidden()
    expect(page.get_by_role("link", name="Cleo Ray", exact=True)).to_be_focused()
    said(page, "2 rejected").get_by_role("button", name="Undo").click()
    expect(said(page, "2 people are as before")).to_be_visible()
    expect(row(page, "Ada Lind")).to_be_visible()
    expect(page.get_by_label("Select Ada Lind")).not_to_be_checked()
    assert stayed(page)
