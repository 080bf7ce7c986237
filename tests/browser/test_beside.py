"""Somebody beside the board, in a real browser: opening, closing, going on, doing things there, phones, and axe."""

import re

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, expect

from tests.browser.boards import moved_by
from tests.browser.conftest import SignIn
from tests.factories.accounts import make_user
from tests.factories.candidates import make_candidate
from tests.factories.pipeline import make_application, stage_of
from tests.factories.requisitions import make_requisition
from tests.factories.vetting import make_scorecard
from tests.services.axe import AXE, RULES
from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.core.db import db
from tracker.pipeline.models import Application
from tracker.pipeline.states import ApplicationStatus
from tracker.requisitions.states import StageKind


@pytest.fixture
def recruiter(served: Flask) -> User:
    """Who sits at the browser."""
    return make_user(Role.RECRUITER, name="Tara Kessler")


@pytest.fixture
def people(recruiter: User) -> list[Application]:
    """Three people in screening, the first on top."""
    requisition = make_requisition(recruiter=recruiter)
    found = [
        make_application(
            requisition, candidate=make_candidate(name), stage=StageKind.SCREENING, days_ago=days, actor=recruiter
        )
        for days, name in enumerate(("Ada Lind", "Ben Okafor", "Cleo Marsh"), start=1)
    ]
    make_scorecard(found[0])
    return found


@pytest.fixture
def board(
    served: Flask, browser_context: BrowserContext, sign_in: SignIn, recruiter: User, people: list[Application]
) -> Page:
    """The board, open and wide; a fault on the console fails the test."""
    sign_in(browser_context, recruiter)
    page = browser_context.new_page()
    page.set_viewport_size({"width": 1440, "height": 900})
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.goto(address(served, people))
    return page


def address(served: Flask, people: list[Application]) -> str:
    return f"{served.config['SITE']}/requisitions/{people[0].requisition.number}/board"


def panel(page: Page) -> Locator:
    return page.locator("#beside")


def card(page: Page, name: str) -> Locator:
    return page.locator("#board").get_by_role("link", name=name, exact=True)


def title(page: Page) -> Locator:
    return panel(page).get_by_role("heading", level=2)


def test_a_card_opens_beside_the_board_and_back_closes(board: Page, people: list[Application]) -> None:
    before = board.url
    card(board, "Ada Lind").click()
    expect(title(board)).to_have_text("Ada Lind")
    expect(title(board)).to_be_focused()
    expect(board).to_have_url(f"{before}?person={people[0].id}")
    expect(panel(board).get_by_role("button", name="They answered")).to_be_visible()
    board.go_back()
    expect(panel(board)).to_be_hidden()
    expect(board).to_have_url(before)
    expect(card(board, "Ada Lind")).to_be_focused()
    board.go_forward()
    expect(title(board)).to_have_text("Ada Lind")


def test_its_address_opens_the_board_with_it(board: Page, served: Flask, people: list[Application]) -> None:
    board.goto(f"{address(served, people)}?person={people[1].id}")
    expect(title(board)).to_have_text("Ben Okafor")
    expect(card(board, "Ada Lind")).to_be_visible()
    board.keyboard.press("Escape")
    expect(panel(board)).to_be_hidden()
    expect(board).to_have_url(address(served, people))


def test_an_address_of_somebody_who_is_not_there_says_so(board: Page, served: Flask, people: list[Application]) -> None:
    board.goto(f"{address(served, people)}?person=99999")
    expect(board.locator("#toasts .toast")).to_be_visible()
    expect(panel(board)).to_be_hidden()


def test_keys_go_from_card_to_card_and_the_panel_follows(board: Page, people: list[Application]) -> None:
    card(board, "Ada Lind").focus()
    board.keyboard.press("Enter")
    expect(title(board)).to_have_text("Ada Lind")
    board.keyboard.press("j")
    expect(title(board)).to_have_text("Ben Okafor")
    expect(title(board)).to_be_focused()
    board.keyboard.press("k")
    expect(title(board)).to_have_text("Ada Lind")
    # From the board as well: it is not covered, and goes on working.
    card(board, "Cleo Marsh").focus()
    expect(title(board)).to_have_text("Cleo Marsh")
    expect(board).to_have_url(re.compile(rf"\?person={people[2].id}$"))
    # However many were looked at, one step back closes.
    board.keyboard.press("Escape")
    expect(panel(board)).to_be_hidden()
    expect(card(board, "Cleo Marsh")).to_be_focused()
    expect(board).not_to_have_url(re.compile("person"))


def test_a_move_from_it_refreshes_it_and_the_board(board: Page, people: list[Application]) -> None:
    stages = {kind: stage_of(people[0].requisition, kind).id for kind in (StageKind.SCREENING, StageKind.ASSESSMENT)}
    card(board, "Ada Lind").click()
    panel(board).get_by_role("link", name="Move to Technical assessment").click()
    board.locator("#dialog").get_by_role("button", name="Move", exact=True).click()
    expect(board.locator(f"#stage-{stages[StageKind.ASSESSMENT]} #card-{people[0].id}")).to_be_visible()
    expect(board.locator(f"#head-{stages[StageKind.SCREENING]} .n")).to_have_text("2")
    expect(board.locator("#toasts")).to_contain_text("Ada Lind moved to Technical assessment")
    expect(panel(board)).to_contain_text("Technical assessment since today")
    expect(board.locator("#dialog")).to_be_hidden()
    # On goes the review where it was, not where the card went.
    board.keyboard.press("j")
    expect(title(board)).to_have_text("Ben Okafor")


def test_keys_decide_from_it_as_from_the_board(board: Page, people: list[Application]) -> None:
    dialog = board.locator("#dialog")
    card(board, "Ada Lind").focus()
    board.keyboard.press("Enter")
    expect(panel(board).get_by_role("link", name="Reject")).to_be_visible()
    board.keyboard.press("r")
    expect(dialog).to_contain_text("Reject Ada Lind")
    board.keyboard.press("Escape")
    expect(title(board)).to_have_text("Ada Lind")
    board.keyboard.press("m")
    dialog.get_by_label("Technical assessment", exact=True).focus()
    board.keyboard.press("Space")
    board.keyboard.press("Enter")
    expect(board.locator("#toasts")).to_contain_text("Ada Lind moved to Technical assessment")
    board.keyboard.press("j")
    expect(title(board)).to_have_text("Ben Okafor")


def test_rejecting_leaves_the_reader_on_the_board(board: Page, people: list[Application]) -> None:
    card(board, "Ada Lind").click()
    panel(board).get_by_role("link", name="Reject").click()
    dialog = board.locator("#dialog")
    dialog.get_by_label("Others fit better").check()
    dialog.get_by_role("button", name="Reject").click()
    expect(board.locator(f"#card-{people[0].id}")).to_have_count(0)
    expect(panel(board).get_by_role("button", name="Reopen")).to_be_visible()
    db.session.rollback()
    db.session.expire_all()
    assert people[0].status is ApplicationStatus.REJECTED
    panel(board).get_by_role("button", name="Undo").first.click()
    expect(board.locator(f"#card-{people[0].id}")).to_be_visible()


def test_the_resume_is_named_and_downloaded(board: Page, people: list[Application]) -> None:
    here = board.url
    card(board, "Ada Lind").click()
    panel(board).get_by_role("link", name="Upload one").click()
    dialog = board.locator("#dialog")
    dialog.get_by_label("File").set_input_files(
        {"name": "Ada Lind, résumé.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n%%EOF\n"}
    )
    dialog.get_by_role("button", name="Upload").click()
    expect(panel(board).locator(".beside-file")).to_contain_text("Ada Lind, résumé.pdf")
    # What it is, of which type, how large and since when.
    expect(panel(board).locator(".beside-file small")).to_have_text(re.compile(r"^Résumé, PDF, 15 Bytes, added \w+"))
    with board.expect_download() as download:
        panel(board).get_by_role("link", name="Download Ada Lind, résumé.pdf").click()
    assert download.value.suggested_filename == "Ada Lind, résumé.pdf"
    assert board.url.startswith(here)
    expect(title(board)).to_have_text("Ada Lind")


def test_notes_and_answers_are_written_without_leaving(board: Page, people: list[Application]) -> None:
    here = board.url
    card(board, "Ben Okafor").click()
    panel(board).get_by_role("button", name="They answered").click()
    expect(panel(board)).to_contain_text("They answered just now")
    panel(board).get_by_label("A note about Ben Okafor").fill("Speaks of Kubernetes with love.")
    panel(board).get_by_role("button", name="Add note").click()
    expect(panel(board).locator("article")).to_contain_text("Speaks of Kubernetes with love.")
    expect(board).to_have_url(f"{here}?person={people[1].id}")


def test_a_note_that_was_begun_is_there_when_one_comes_back(board: Page) -> None:
    card(board, "Ada Lind").click()
    panel(board).get_by_label("A note about Ada Lind").fill("Asked about")
    panel(board).get_by_role("button", name="Next card").click()
    expect(title(board)).to_have_text("Ben Okafor")
    expect(panel(board).get_by_label("A note about Ben Okafor")).to_have_value("")
    panel(board).get_by_role("button", name="Previous card").click()
    expect(panel(board).get_by_label("A note about Ada Lind")).to_have_value("Asked about")


def test_what_the_reader_does_beside_the_board_is_nobody_elses_doing(board: Page, people: list[Application]) -> None:
    card(board, "Ada Lind").click()
    panel(board).get_by_role("link", name="Move to Technical assessment").click()
    board.locator("#dialog").get_by_role("button", name="Move", exact=True).click()
    place = board.locator(f"#stage-{stage_of(people[0].requisition, StageKind.SCREENING).id} #card-{people[0].id}")
    expect(place).to_have_count(0)
    panel(board).get_by_role("button", name="Undo").first.click()
    expect(place).to_be_visible()
    expect(board.locator("#board-said")).to_be_empty()
    # Somebody else's is told all the same.
    colleague = make_user(Role.RECRUITER, name="Davide Moro")
    moved_by(colleague, people[1], StageKind.ASSESSMENT)
    expect(board.locator("#board-said")).to_have_text("Somebody else moved one person on this board.")


def test_an_answer_that_is_overtaken_is_dropped(board: Page, people: list[Application]) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        """Until the test lets it go."""
        held.append(route)

    board.route(f"**/applications/{people[0].id}/panel", hold)
    board.evaluate("AbortController.prototype.abort = () => {}")
    card(board, "Ada Lind").click()
    # At once there is whose panel it will be.
    expect(title(board)).to_have_text("Ada Lind")
    card(board, "Ben Okafor").click()
    expect(panel(board).get_by_label("A note about Ben Okafor")).to_be_visible()
    with board.expect_response(f"**/applications/{people[0].id}/panel"):
        held[0].continue_()
    board.wait_for_timeout(100)
    expect(title(board)).to_have_text("Ben Okafor")


def test_on_a_phone_it_covers_the_board(
    served: Flask, browser: Browser, sign_in: SignIn, recruiter: User, people: list[Application]
) -> None:
    context = browser.new_context(has_touch=True, is_mobile=True, viewport={"width": 390, "height": 844})
    sign_in(context, recruiter)
    page = context.new_page()
    page.goto(address(served, people))
    card(page, "Ada Lind").tap()
    expect(title(page)).to_have_text("Ada Lind")
    panel(page).evaluate("(panel) => Promise.all(panel.getAnimations().map((each) => each.finished))")
    box = panel(page).bounding_box()
    assert box == {"x": 0, "y": 0, "width": 390, "height": 844}
    assert page.locator(".shell").evaluate("(shell) => shell.inert")
    panel(page).get_by_role("button", name="Next card").tap()
    expect(title(page)).to_have_text("Ben Okafor")
    panel(page).get_by_role("button", name="Close").tap()
    expect(panel(page)).to_be_hidden()
    assert not page.locator(".shell").evaluate("(shell) => shell.inert")
    context.close()


def test_axe_finds_nothing(served: Flask, axe_page: Page, people: list[Application]) -> None:
    page = axe_page
    page.goto(f"{address(served, people)}?person={people[0].id}")
    expect(panel(page).get_by_role("button", name="They answered")).to_be_visible()
    assert page.evaluate(AXE, RULES) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert panel(page).evaluate("(panel) => panel.scrollWidth <= panel.clientWidth")
