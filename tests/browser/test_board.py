"""The board in a real browser: by drag, by click, without a script, and when somebody else was faster."""

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser.conftest import SignIn
from tests.factories.accounts import make_user
from tests.factories.pipeline import make_application, make_open_requisition, make_person, stage_of
from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.core.db import db, transaction
from tracker.pipeline.models import Application
from tracker.pipeline.operations import move_application
from tracker.requisitions.states import StageKind


@pytest.fixture
def recruiter(served: Flask) -> User:
    """Who sits at the browser."""
    return make_user(Role.RECRUITER, name="Tara Kessler")


@pytest.fixture
def application(recruiter: User) -> Application:
    """Somebody who applied, and nobody beside."""
    requisition = make_open_requisition(recruiter)
    return make_application(requisition, candidate=make_person("Ada Lind"), stage=StageKind.APPLIED, days_ago=1)


@pytest.fixture
def board(
    served: Flask, browser_context: BrowserContext, sign_in: SignIn, recruiter: User, application: Application
) -> Page:
    """The board, open; a fault on the console fails the test."""
    sign_in(browser_context, recruiter)
    page = browser_context.new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.goto(address(served, application))
    return page


def address(served: Flask, application: Application) -> str:
    return f"{served.config['SITE']}/requisitions/{application.requisition.number}/board"


def column(page: Page, application: Application, kind: StageKind) -> Locator:
    return page.locator(f"#stage-{stage_of(application.requisition, kind).id}")


def kind_now(application: Application) -> StageKind:
    db.session.rollback()
    db.session.expire_all()
    return application.stage.kind


def drag(page: Page, card: Locator, to: Locator) -> None:
    start, end = card.bounding_box(), to.bounding_box()
    assert start is not None
    assert end is not None
    page.mouse.move(start["x"] + 40, start["y"] + 15)
    page.mouse.down()
    page.mouse.move(start["x"] + 60, start["y"] + 25, steps=4)
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + min(end["height"] / 2, 60), steps=12)
    page.mouse.up()


def test_a_drop_moves_and_undo_takes_it_back(board: Page, application: Application) -> None:
    screening, applied = (column(board, application, kind) for kind in (StageKind.SCREENING, StageKind.APPLIED))
    drag(board, applied.locator(".card-person"), screening.locator(".stack"))
    expect(screening.locator(".col-head .n")).to_have_text("1")
    expect(applied.locator(".col-head .n")).to_have_text("0")
    expect(screening.get_by_role("link", name="Ada Lind", exact=True)).to_be_visible()
    expect(board.locator("#toasts")).to_contain_text("Ada Lind moved to Screening")
    assert kind_now(application) is StageKind.SCREENING
    board.locator("#toasts [data-undo]").click()
    expect(board.locator("#toasts")).to_contain_text("Undone. Ada Lind is in Applied")
    expect(column(board, application, StageKind.APPLIED).locator(".card-person")).to_have_count(1)


def test_a_card_goes_back_with_the_reason_when_somebody_was_faster(board: Page, application: Application) -> None:
    other = make_user(Role.RECRUITER, name="Davide Moretti")
    # This board hears of nothing by itself, until the refusal makes it look again.
    board.route("**/pulse", lambda route: route.abort())
    board.route("**/board?since=*", lambda route: route.abort(), times=1)
    with transaction():
        move_application(
            application, stage_of(application.requisition, StageKind.ASSESSMENT), actor=other, expected=None
        )
    applied = column(board, application, StageKind.APPLIED)
    drag(board, applied.locator(".card-person"), column(board, application, StageKind.SCREENING).locator(".stack"))
    expect(board.locator("#toasts")).to_contain_text("Ada Lind stays in Applied.")
    expect(board.locator("#toasts")).to_contain_text("Davide Moretti moved Ada Lind to Technical assessment")
    expect(board.locator("#toasts")).to_contain_text("That was just now.")
    expect(applied.locator(".card-person")).to_have_count(1)
    expect(applied.locator(".col-head .n")).to_have_text("1")
    assert kind_now(application) is StageKind.ASSESSMENT


def test_a_refusal_shows_how_it_is_now(board: Page, application: Application) -> None:
    other = make_user(Role.RECRUITER, name="Davide Moretti")
    board.route("**/pulse", lambda route: route.abort())
    with transaction():
        move_application(
            application, stage_of(application.requisition, StageKind.ASSESSMENT), actor=other, expected=None
        )
    applied = column(board, application, StageKind.APPLIED)
    drag(board, applied.locator(".card-person"), column(board, application, StageKind.SCREENING).locator(".stack"))
    expect(column(board, application, StageKind.ASSESSMENT).locator(".card-person")).to_have_count(1)
    expect(applied.locator(".col-head .n")).to_have_text("0")


def test_a_drop_on_offer_extended_opens_its_form(board: Page, application: Application) -> None:
    applied = column(board, application, StageKind.APPLIED)
    drag(board, applied.locator(".card-person"), column(board, application, StageKind.OFFER_EXTENDED).locator(".stack"))
    expect(board.locator("#dialog")).to_be_visible()
    expect(board.locator("#dialog").get_by_label("Pay")).to_be_visible()
    expect(applied.locator(".card-person")).to_have_count(1)
    assert kind_now(application) is StageKind.APPLIED


def test_by_click_alone(board: Page, application: Application) -> None:
    card = column(board, application, StageKind.APPLIED).locator(".card-person")
    card.hover()
    card.get_by_role("link", name="Move Ada Lind to…").click()
    board.get_by_role("menu", name="Move Ada Lind to").get_by_role("menuitem", name="Screening").click()
    expect(board.locator("#toasts")).to_contain_text("Ada Lind moved to Screening, 1 of 1")
    assert kind_now(application) is StageKind.SCREENING


def test_by_click_with_a_note_the_page_stays(board: Page, application: Application) -> None:
    card = column(board, application, StageKind.APPLIED).locator(".card-person")
    card.hover()
    card.get_by_role("link", name="Move Ada Lind to…").click()
    board.get_by_role("menuitem", name="With a note or a date…").click()
    dialog = board.locator("#dialog")
    dialog.get_by_label("Screening").check()
    dialog.get_by_role("button", name="Move").click()
    expect(dialog).not_to_be_visible()
    expect(column(board, application, StageKind.SCREENING).locator(".card-person")).to_have_count(1)
    expect(board.locator("#toasts")).to_contain_text("Ada Lind moved to Screening")
    assert kind_now(application) is StageKind.SCREENING


def test_without_a_script(
    served: Flask, browser: Browser, sign_in: SignIn, recruiter: User, application: Application
) -> None:
    context = browser.new_context(java_script_enabled=False)
    sign_in(context, recruiter)
    page = context.new_page()
    page.goto(address(served, application))
    page.get_by_role("link", name="Move Ada Lind to…").click()
    page.get_by_label("Screening").check()
    page.get_by_role("button", name="Move", exact=True).click()
    assert page.url == address(served, application)
    assert kind_now(application) is StageKind.SCREENING
    page.get_by_role("link", name="Ada Lind", exact=True).click()
    page.get_by_role("link", name="Reject").click()
    page.get_by_label("Others fit better").check()
    page.get_by_role("button", name="Reject").click()
    page.get_by_role("button", name="Reopen").click()
    expect(page.get_by_role("link", name="Reject")).to_be_visible()
    context.close()
