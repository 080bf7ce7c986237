"""Forms in a real browser: a double click sends once, and what was typed outlives an answer that is no page."""

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Locator, Page, Request, expect

from tests.browser.conftest import SignIn
from tests.factories.accounts import make_user
from tests.factories.pipeline import make_application, make_open_requisition, make_person
from tests.factories.requisitions import make_requisition
from tests.factories.vetting import make_decision, make_scorecard, make_shortlist, make_vetted
from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.candidates.models import Candidate
from tracker.candidates.operations import update_candidate
from tracker.core.db import db, transaction
from tracker.pipeline.models import Application
from tracker.requisitions.states import StageKind
from tracker.vetting.states import EntryState


@pytest.fixture
def recruiter(served: Flask) -> User:
    """Who sits at the browser."""
    return make_user(Role.RECRUITER, name="Tara Kessler")


@pytest.fixture
def application(recruiter: User) -> Application:
    """Somebody who applied."""
    requisition = make_open_requisition(recruiter)
    return make_application(requisition, candidate=make_person("Ada Lind"), stage=StageKind.APPLIED, days_ago=1)


@pytest.fixture
def page(browser_context: BrowserContext, sign_in: SignIn, recruiter: User) -> Page:
    """A page of a recruiter who is signed in; a fault on the console fails the test."""
    sign_in(browser_context, recruiter)
    page = browser_context.new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    return page


def posts(page: Page) -> list[str]:
    """The addresses that are posted to from now on."""
    found: list[str] = []

    def note(request: Request) -> None:
        if request.method == "POST":
            found.append(request.url)

    page.on("request", note)
    return found


def test_a_double_click_in_the_dialog_sends_once(served: Flask, page: Page, application: Application) -> None:
    page.goto(f"{served.config['SITE']}/candidates/{application.candidate_id}")
    page.get_by_role("link", name="Move to Screening").click()
    sent = posts(page)
    page.locator("#dialog").get_by_role("button", name="Move", exact=True).dblclick()
    expect(page.locator("#toasts")).to_contain_text("Ada Lind moved to Screening")
    assert len([address for address in sent if address.endswith("/moves")]) == 1


def test_words_begun_in_the_dialog_are_not_lost_by_a_slip(served: Flask, page: Page, application: Application) -> None:
    page.goto(f"{served.config['SITE']}/candidates/{application.candidate_id}")
    page.get_by_role("link", name="Reject").first.click()
    dialog, words = page.locator("#dialog"), page.locator("#dialog textarea")
    words.press_sequentially("She asked for part time")
    # Marked by the mouse, which is let go beside the dialog; then a click there.
    words.hover(position={"x": 30, "y": 12})
    page.mouse.down()
    page.mouse.move(4, 300, steps=4)
    page.mouse.up()
    expect(dialog).to_be_visible()
    expect(page.locator("#toasts .toast")).to_have_count(0)
    page.mouse.click(4, 300)
    expect(page.locator("#toasts")).to_contain_text("What you typed is not sent yet.")
    words.press("End")
    words.press_sequentially(".")
    page.keyboard.press("Escape")
    expect(page.locator("#toasts .toast")).to_have_count(2)
    expect(words).to_have_value("She asked for part time.")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_a_dialog_in_which_nothing_was_typed_closes_at_once(
    served: Flask, page: Page, application: Application
) -> None:
    page.goto(f"{served.config['SITE']}/candidates/{application.candidate_id}")

    def reopened() -> Locator:
        page.get_by_role("link", name="Reject").first.click()
        expect(page.locator("#dialog")).to_be_visible()
        return page.locator("#dialog")

    dialog = reopened()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    dialog = reopened()
    page.mouse.click(4, 300)
    expect(dialog).to_be_hidden()


def test_when_the_sign_in_ran_out_what_was_typed_stays_and_can_be_sent_again(
    served: Flask, browser_context: BrowserContext, page: Page, sign_in: SignIn, recruiter: User
) -> None:
    page.goto(f"{served.config['SITE']}/candidates/new")
    page.get_by_label("Name").fill("Noor Haddad")
    browser_context.clear_cookies()
    page.get_by_role("button", name="Add candidate").click()
    expect(page.locator("#toasts")).to_contain_text("What you typed is still here")
    expect(page.get_by_label("Name")).to_have_value("Noor Haddad")
    sign_in(browser_context, recruiter)
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(page.locator("#toasts")).to_contain_text("You are signed in again")
    page.get_by_role("button", name="Add candidate").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Noor Haddad")


def test_errors_stand_beside_their_fields_with_all_that_was_typed(served: Flask, page: Page) -> None:
    page.goto(f"{served.config['SITE']}/candidates/new")
    page.get_by_label("Name").fill("Noor Haddad")
    page.get_by_label("E-mail").fill("nowhere")
    page.get_by_role("button", name="Add candidate").click()
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.get_by_label("Name")).to_have_value("Noor Haddad")
    page.get_by_label("E-mail").fill("noor@example.org")
    page.get_by_role("button", name="Add candidate").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Noor Haddad")


def test_a_server_that_is_away_costs_no_words(served: Flask, browser_context: BrowserContext, page: Page) -> None:
    page.goto(f"{served.config['SITE']}/candidates/new")
    page.get_by_label("Name").fill("Noor Haddad")
    browser_context.set_offline(True)
    page.get_by_role("button", name="Add candidate").click()
    expect(page.locator("#toasts")).to_contain_text("The server did not answer")
    expect(page.get_by_label("Name")).to_have_value("Noor Haddad")
    browser_context.set_offline(False)
    page.get_by_role("button", name="Add candidate").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Noor Haddad")


def test_who_comes_second_keeps_what_they_typed(
    served: Flask, page: Page, recruiter: User, application: Application
) -> None:
    candidate = db.session.get_one(Candidate, application.candidate_id)
    page.goto(f"{served.config['SITE']}/candidates/{candidate.id}/edit")
    with transaction():
        update_candidate(candidate, expected_version=candidate.version, actor=recruiter, title="ML Engineer")
    page.get_by_label("Company now").fill("Northwind")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("body")).to_contain_text("Tara Kessler")
    expect(page.get_by_label("Company now")).to_have_value("Northwind")


def test_a_decision_that_came_second_keeps_its_comment_in_the_dialog(
    served: Flask, browser_context: BrowserContext, sign_in: SignIn
) -> None:
    maya, dev = (make_user(Role.HIRING_MANAGER, name=name) for name in ("Maya Lindqvist", "Dev Anand"))
    application = make_vetted(make_requisition(hiring_manager=maya, deputies=[dev]), name="Ingrid Solheim")
    make_scorecard(application)
    entry = make_shortlist(application).entries[0]
    sign_in(browser_context, maya)
    page = browser_context.new_page()
    page.goto(f"{served.config['SITE']}/shortlists/{entry.shortlist_id}")
    page.get_by_role("link", name="Decline…").click()
    dialog = page.locator("#dialog")
    dialog.get_by_label("Comment").fill("Words that took an hour.")
    make_decision(entry, EntryState.APPROVED, decider=dev)
    dialog.get_by_role("button", name="Decide", exact=True).click()
    expect(dialog.locator(".error-summary")).to_contain_text("Dev Anand approved Ingrid Solheim already.")
    expect(dialog.get_by_label("Comment")).to_have_value("Words that took an hour.")
    expect(dialog.get_by_role("link", name="See what was decided")).to_be_visible()
