"""Choosing many in a real browser: by mouse with Shift, by keys, with failures, on phones, and taking it back."""

import re

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import SignIn
from tests.factories.accounts import make_user
from tests.factories.pipeline import make_application, make_open_requisition, make_person, stage_of
from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.core.db import db, transaction
from tracker.pipeline.models import Application
from tracker.pipeline.operations import move_application
from tracker.requisitions.models import Requisition
from tracker.requisitions.states import StageKind

NAMES = ("Ada Lind", "Ben Okafor", "Cleo Roth", "Dan Weiss", "Lukas Brandt")


@pytest.fixture
def recruiter(served: Flask) -> User:
    """Who sits at the browser."""
    return make_user(Role.RECRUITER, name="Tara Kessler")


@pytest.fixture
def requisition(recruiter: User) -> Requisition:
    """One with five people who applied, the first on top."""
    requisition = make_open_requisition(recruiter)
    for days, name in enumerate(NAMES, start=1):
        make_application(requisition, candidate=make_person(name), stage=StageKind.APPLIED, days_ago=days)
    return requisition


@pytest.fixture
def page(served: Flask, browser_context: BrowserContext, sign_in: SignIn, recruiter: User) -> Page:
    """A page of the recruiter; a fault on the console fails the test."""
    sign_in(browser_context, recruiter)
    page = browser_context.new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    return page


def address(served: Flask, requisition: Requisition, view: str = "board") -> str:
    return f"{served.config['SITE']}/requisitions/{requisition.number}/{view}"


def statuses(requisition: Requisition) -> dict[str, str]:
    db.session.rollback()
    db.session.expire_all()
    rows = db.session.query(Application).filter_by(requisition_id=requisition.id)
    return {each.candidate.name: each.status.value for each in rows}


def test_bulk_with_failures(served: Flask, page: Page, requisition: Requisition) -> None:
    page.goto(address(served, requisition))
    bar = page.locator("#bulk")
    expect(bar).to_be_hidden()
    page.locator(".card-person", has_text="Ada Lind").hover()
    page.get_by_label("Select Ada Lind").check()
    page.get_by_label("Select Lukas Brandt").click(modifiers=["Shift"])
    expect(bar.get_by_role("status")).to_have_text("5 chosen")
    page.get_by_label("Select Dan Weiss").uncheck()
    expect(bar.get_by_role("status")).to_have_text("4 chosen")
    olga = make_user(Role.RECRUITER, name="Olga Petrova")
    lukas = db.session.query(Application).join(Application.candidate).filter_by(name="Lukas Brandt").one()
    with transaction():
        move_application(lukas, stage_of(requisition, StageKind.SCREENING), actor=olga, expected=None)
    bar.get_by_role("button", name="Reject").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name="Reject 4 people")).to_be_visible()
    expect(dialog.get_by_text("1 person cannot be rejected")).to_be_visible()
    expect(dialog.get_by_text("Olga Petrova moved Lukas Brandt to Screening in the meantime.")).to_be_visible()
    dialog.get_by_label("Lacks a must-have skill").check()
    dialog.get_by_role("button", name="Reject 3 people").click()
    expect(page.get_by_role("heading", name="3 rejected, 1 was not")).to_be_visible()
    expect(page.get_by_text("Olga Petrova moved Lukas Brandt to Screening in the meantime.")).to_be_visible()
    rejected = {"Ada Lind", "Ben Okafor", "Cleo Roth"}
    assert {name for name, status in statuses(requisition).items() if status == "rejected"} == rejected
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Undone. 3 people are as before")).to_be_visible()
    assert set(statuses(requisition).values()) == {"active"}


def test_by_keys_alone(served: Flask, page: Page, requisition: Requisition) -> None:
    page.goto(address(served, requisition))
    page.locator(".card-person a", has_text="Ada Lind").focus()
    page.keyboard.press("s")
    expect(page.locator("#bulk").get_by_role("status")).to_have_text("1 chosen")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Shift+S")
    expect(page.locator("#bulk").get_by_role("status")).to_have_text("3 chosen")
    page.keyboard.press("Escape")
    expect(page.locator("#bulk")).to_be_hidden()
    page.evaluate("window.same = true")
    page.keyboard.press("s")
    expect(page.locator("#bulk").get_by_role("status")).to_have_text("1 chosen")
    page.keyboard.press("m")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Screening", exact=True).focus()
    page.keyboard.press("Space")
    expect(dialog.get_by_role("button", name="Move 1 person")).to_be_visible()
    dialog.get_by_role("button", name="Move 1 person").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 moved to Screening")).to_be_visible()
    expect(page.locator(f"#stage-{stage_of(requisition, StageKind.SCREENING).id}")).to_contain_text("Cleo Roth")
    # The next one is in front of the reader, on the page as it was, and nobody is chosen any more.
    expect(page.locator(".card-person a", has_text="Dan Weiss")).to_be_focused()
    expect(page.locator("#bulk")).to_be_hidden()
    assert page.evaluate("window.same") is True
    page.keyboard.press("z")
    expect(page.get_by_text("Undone. 1 person is as before")).to_be_visible()
    expect(page.locator(".card-person a", has_text="Dan Weiss")).to_be_focused()
    applied = page.locator(f"#stage-{stage_of(requisition, StageKind.APPLIED).id}")
    expect(applied.locator(".card-person")).to_have_count(5)


def test_what_others_do_leaves_the_choice_alone(served: Flask, page: Page, requisition: Requisition) -> None:
    page.goto(address(served, requisition))
    page.locator(".card-person", has_text="Ada Lind").hover()
    page.get_by_label("Select Ada Lind").check()
    olga = make_user(Role.RECRUITER, name="Olga Petrova")
    ben = db.session.query(Application).join(Application.candidate).filter_by(name="Ben Okafor").one()
    with transaction():
        move_application(ben, stage_of(requisition, StageKind.SCREENING), actor=olga, expected=None)
    screening = page.locator(f"#stage-{stage_of(requisition, StageKind.SCREENING).id}")
    expect(screening).to_contain_text("Ben Okafor", timeout=15_000)
    expect(page.get_by_label("Select Ada Lind")).to_be_checked()
    expect(page.get_by_label("Select Ben Okafor")).not_to_be_checked()
    expect(page.locator("#bulk").get_by_role("status")).to_have_text("1 chosen")


def test_a_column_and_all_that_match(served: Flask, page: Page, requisition: Requisition) -> None:
    make_application(requisition, candidate=make_person("Elsewhere Person"), stage=StageKind.SCREENING)
    page.goto(address(served, requisition))
    page.locator(".card-person", has_text="Elsewhere").hover()
    page.get_by_label("Select Elsewhere Person").check()
    page.get_by_label("Select all shown in Applied").check()
    count = page.locator("#bulk").get_by_role("status")
    expect(count).to_have_text("6 chosen")
    page.get_by_label("Select all shown in Applied").uncheck()
    expect(count).to_have_text("1 chosen")
    page.get_by_label("All 6 that match").check()
    expect(count).to_have_text("6 chosen")
    page.locator("#bulk").get_by_role("button", name="Tag").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Tags").fill("remote")
    dialog.get_by_role("button", name="Tag 6 people").click()
    expect(page.get_by_text("6 tagged with remote")).to_be_visible()
    expect(page).to_have_url(re.compile("/board"))


def test_the_list_by_touch(served: Flask, page: Page, requisition: Requisition) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(address(served, requisition, "list"))
    page.get_by_label("Select Ben Okafor").check()
    bar = page.locator("#bulk")
    expect(bar.get_by_role("status")).to_have_text("1 chosen")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    bar.get_by_role("button", name="Clear").click()
    expect(bar).to_be_hidden()
    expect(page.get_by_label("Select Ben Okafor")).not_to_be_checked()
