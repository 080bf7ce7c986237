"""The core of the work in a browser that runs no script: sign in, move, reject, undo, put forward, decide."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from tests.browser.boards import moved_by
from tests.factories.candidates import make_candidate
from tests.factories.pipeline import make_application
from tests.factories.requisitions import make_requisition
from tests.factories.vetting import make_scorecard
from tracker.accounts.models import User
from tracker.accounts.operations import create_user
from tracker.accounts.states import Role
from tracker.core.db import db, transaction
from tracker.pipeline.models import Application
from tracker.pipeline.states import ApplicationStatus
from tracker.requisitions.states import StageKind
from tracker.vetting.models import ShortlistEntry
from tracker.vetting.states import EntryState

PASSWORD = "five patient otters"


@pytest.fixture
def recruiter(served: Flask) -> User:
    """Who moves people."""
    return make_account("Tara Kessler", Role.RECRUITER)


@pytest.fixture
def manager(served: Flask) -> User:
    """Who decides."""
    return make_account("Rolf Weiss", Role.HIRING_MANAGER)


@pytest.fixture
def people(recruiter: User, manager: User) -> dict[str, Application]:
    """Two people in the panel interview of one requisition, whose every skill was assessed."""
    requisition = make_requisition(recruiter=recruiter, hiring_manager=manager)
    found = {}
    for name in ("Ada Lind", "Ben Okafor"):
        person = make_candidate(name, actor=recruiter)
        found[name] = make_application(requisition, candidate=person, stage=StageKind.INTERVIEW, days_ago=5)
        make_scorecard(found[name])
    return found


@pytest.fixture
def page(served: Flask, browser: Browser) -> Iterator[Page]:
    """A page whose scripts do not run."""
    context = browser.new_context(base_url=served.config["SITE"], java_script_enabled=False, locale="en-GB")
    yield context.new_page()
    context.close()


def make_account(name: str, role: Role) -> User:
    """A user with a password."""
    email = f"{name.split(maxsplit=1)[0].lower()}@example.com"
    with transaction():
        return create_user(name, email, [role], timezone="Europe/Berlin", password=PASSWORD, actor=None)


def sign_in(page: Page, user: User) -> None:
    """Sign in on the page, as a person does."""
    page.goto("/")
    page.get_by_label("E-mail address").fill(user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(user.name.split()[0])


def is_told(page: Page, text: str) -> None:
    """The page that followed says so."""
    expect(page.get_by_role("status")).to_contain_text(text)


def now(application: Application) -> Application:
    """The application as it stands in the database."""
    db.session.rollback()
    db.session.expire_all()
    return application


def test_somebody_is_moved_from_the_board_and_back(page: Page, recruiter: User, people: dict[str, Application]) -> None:
    ada = people["Ada Lind"]
    sign_in(page, recruiter)
    page.get_by_role("link", name="Requisitions").first.click()
    page.get_by_role("link", name=ada.requisition.title).first.click()
    page.get_by_role("link", name="Open the board").click()
    page.get_by_role("link", name="Move Ada Lind to…").click()
    page.get_by_role("radio", name="Technical assessment").check()
    page.get_by_role("button", name="Move").click()
    is_told(page, "Ada Lind moved to Technical assessment")
    assert now(ada).stage.kind is StageKind.ASSESSMENT

    page.get_by_role("status").get_by_role("button", name="Undo").click()

    is_told(page, "Undone. Ada Lind is in Panel interview")
    assert now(ada).stage.kind is StageKind.INTERVIEW


def test_whoever_was_slower_sees_how_it_is_now_and_sends_their_words_again(
    page: Page, recruiter: User, people: dict[str, Application]
) -> None:
    ada = people["Ada Lind"]
    sign_in(page, recruiter)
    page.goto(f"/requisitions/{ada.requisition.number}/board")
    page.get_by_role("link", name="Move Ada Lind to…").click()
    page.get_by_role("radio", name="Screening").check()
    page.get_by_text("Add a reason or another time").click()
    page.get_by_label("Why").fill("As we said on Monday.")
    moved_by(make_account("Davide Moretti", Role.RECRUITER), ada, StageKind.ASSESSMENT)
    page.get_by_role("button", name="Move").click()
    expect(page.get_by_role("alert")).to_contain_text("Davide Moretti moved Ada Lind to Technical assessment")
    page.get_by_text("Show how it is now").click()
    expect(page.get_by_role("alert")).to_contain_text("Ada Lind is in Technical assessment, since today.")
    expect(page.get_by_label("Why")).to_have_value("As we said on Monday.")
    page.get_by_role("button", name="Move").click()
    is_told(page, "Ada Lind moved to Screening")
    assert now(ada).stage.kind is StageKind.SCREENING


def test_somebody_is_rejected_and_taken_back(page: Page, recruiter: User, people: dict[str, Application]) -> None:
    ada = people["Ada Lind"]
    sign_in(page, recruiter)
    page.get_by_role("searchbox", name="Find people and requisitions").fill("Ada")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Ada Lind").click()
    page.get_by_role("link", name="Reject").click()
    page.get_by_role("button", name="Reject").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose a reason")

    page.get_by_role("radio", name="Salary wish above the range").check()
    page.get_by_role("button", name="Reject").click()
    is_told(page, "Ada Lind is rejected")
    assert now(ada).status is ApplicationStatus.REJECTED

    page.get_by_role("status").get_by_role("button", name="Undo").click()

    is_told(page, "Undone. Ada Lind is in Panel interview")
    assert now(ada).status is ApplicationStatus.ACTIVE


def test_a_shortlist_is_put_forward_and_decided(
    page: Page, recruiter: User, manager: User, people: dict[str, Application]
) -> None:
    sign_in(page, recruiter)
    # Shortlisted has a form of its own, to which "Move to…" leads.
    page.goto(f"/applications/{people['Ada Lind'].id}/move")
    page.get_by_role("radio", name="Shortlisted").check()
    page.get_by_role("button", name="Move").click()
    expect(page.get_by_role("checkbox", name="Ada Lind")).to_be_checked()
    page.get_by_role("checkbox", name="Ben Okafor").check()
    page.get_by_role("button", name="Put forward").click()
    is_told(page, "Ada Lind and Ben Okafor put forward")
    page.get_by_label("account and appearance").click()
    page.get_by_role("button", name="Sign out").click()

    sign_in(page, manager)
    page.get_by_role("link", name="Decide: Shortlist").click()
    page.get_by_role("button", name="Approve").first.click()
    is_told(page, "Ada Lind is approved")
    page.get_by_role("link", name="Decline…").click()
    expect(page.get_by_role("radio", name="Decline")).to_be_checked()
    page.get_by_role("button", name="Decide").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Comment").fill("We need somebody who has been on call.")
    page.get_by_role("button", name="Decide").click()

    is_told(page, "Ben Okafor is declined")
    db.session.rollback()
    entries = db.session.query(ShortlistEntry).order_by(ShortlistEntry.id)
    assert [entry.state for entry in entries] == [EntryState.APPROVED, EntryState.DECLINED]


def test_a_page_whose_script_cannot_be_had_is_as_without(served: Flask, browser: Browser) -> None:
    page = browser.new_page()
    page.route("**/*.js", lambda route: route.abort())
    page.goto(f"{served.config['SITE']}/sign-in")
    expect(page.locator("html:not(.js)")).to_have_count(1)
    page.unroute("**/*.js")
    page.reload()
    expect(page.locator("html.js")).to_have_count(1)
    page.close()


def test_what_is_sent_when_the_sign_in_has_ended_is_not_lost(
    page: Page, recruiter: User, people: dict[str, Application]
) -> None:
    ada = people["Ada Lind"]
    sign_in(page, recruiter)
    page.goto(f"/applications/{ada.id}/rejection")
    page.get_by_role("radio", name="Lacks a must-have skill").check()
    page.get_by_label("In words").fill("No Kubernetes in any of the three talks.")
    page.context.clear_cookies()
    page.get_by_role("button", name="Reject").click()

    expect(page.get_by_text("What you sent is kept")).to_be_visible()
    page.get_by_label("E-mail address").fill(recruiter.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()

    expect(page.get_by_text("No Kubernetes in any of the three talks.")).to_be_visible()
    assert now(ada).status is ApplicationStatus.ACTIVE
    page.get_by_role("button", name="Send it now").click()
    is_told(page, "Ada Lind")
    assert now(ada).status is ApplicationStatus.REJECTED
