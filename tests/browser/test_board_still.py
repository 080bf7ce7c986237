"""A board that cannot follow any more: its reader is told why, since when, and what to do about it."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Locator, Route, expect

from tests.browser.boards import BoardPage, add, moved_by, open_board
from tests.browser.conftest import give_session
from tests.factories.accounts import make_user
from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.core.db import transaction
from tracker.pipeline.models import Application
from tracker.requisitions.models import Requisition
from tracker.requisitions.states import StageKind

Answer = Callable[[Route], None]


@pytest.fixture
def ada(requisition: Requisition) -> Application:
    """Somebody who applied."""
    return add(requisition, "Ada Lind", StageKind.APPLIED)


@pytest.fixture
def board(served: Flask, browser_context: BrowserContext, tara: User, ada: Application) -> BoardPage:
    """Tara's board, its clock in the hands of the test."""
    browser_context.clock.install()
    return open_board(served, browser_context, tara, ada.requisition)


def notice(board: BoardPage) -> Locator:
    """What a board says above itself while it stands still."""
    return board.page.locator("[data-standing-still]")


def time_passes(board: BoardPage, until: Locator) -> None:
    """Let seconds pass until something is to be seen."""
    for _ in range(60):
        if until.count():
            return
        board.page.clock.run_for(1000)
        board.page.wait_for_load_state("networkidle")
    expect(until).to_be_visible()


def test_who_has_been_signed_out_is_told_and_goes_on_after_signing_in(
    served: Flask, browser_context: BrowserContext, board: BoardPage, tara: User, davide: User, ada: Application
) -> None:
    browser_context.clear_cookies()
    time_passes(board, notice(board))
    expect(notice(board)).to_contain_text(
        "You have been signed out, so what others do no longer shows here. The board is as it was at "
    )
    expect(board.page.locator("#board-said")).to_contain_text("You have been signed out")
    expect(notice(board).get_by_role("link", name="Sign in again in a new tab")).to_have_attribute("target", "_blank")
    moved_by(davide, ada, StageKind.SCREENING)
    # It stays for as long as it is true, and nothing is asked for meanwhile.
    board.page.clock.run_for(120_000)
    expect(notice(board)).to_be_visible()
    give_session(served, browser_context, tara)
    board.page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(board.cards(StageKind.SCREENING)).to_have_count(1)
    expect(notice(board)).to_have_count(0)


def test_what_was_begun_is_not_sent_in_the_name_of_somebody_else(
    served: Flask, browser_context: BrowserContext, board: BoardPage, davide: User
) -> None:
    browser_context.clear_cookies()
    time_passes(board, notice(board))
    give_session(served, browser_context, davide)
    board.page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(board.toasts).to_contain_text("Somebody else is signed in now. Load the page again to go on as them.")
    expect(notice(board)).to_be_visible()


def test_who_may_not_see_it_any_more_is_told(board: BoardPage, requisition: Requisition) -> None:
    other = make_user(Role.RECRUITER)
    with transaction():
        requisition.confidential = True
        for member in requisition.team_members:
            member.user_id = other.id
    time_passes(board, notice(board))
    expect(notice(board)).to_contain_text("What this board shows is no longer there, or no longer yours to see.")
    expect(board.card("Ada Lind")).to_be_visible()
    notice(board).get_by_role("button", name="Load the page again").click()
    expect(board.page.get_by_role("heading", level=1)).to_contain_text("Nothing here")


def json_403(route: Route) -> None:
    """As the server refuses."""
    route.fulfill(status=403, json={"error": "Only the team may follow this."})


def proxy_403(route: Route) -> None:
    """As something between browser and server refuses, for a while."""
    route.fulfill(status=403, content_type="text/html", body="<p>Blocked</p>")


def away(route: Route) -> None:
    """As a proxy says that the server is not there."""
    route.fulfill(status=502, content_type="text/html", body="<p>Bad gateway</p>")


def other_page(route: Route) -> None:
    """A page where data were asked for."""
    route.fulfill(status=200, content_type="text/html", body="<p>Welcome to this network</p>")


def test_who_may_not_follow_it_any_more_is_told(board: BoardPage) -> None:
    board.page.route("**/pulse", json_403)
    time_passes(board, notice(board))
    expect(notice(board)).to_contain_text("You may no longer follow this board.")
    expect(notice(board).get_by_role("button", name="Load the page again")).to_be_visible()


def test_a_sign_in_that_is_asked_for_elsewhere_is_one_that_ran_out(board: BoardPage) -> None:
    board.page.route("**/pulse", lambda route: route.fulfill(status=302, headers={"Location": "/sign-in"}))
    time_passes(board, notice(board))
    expect(notice(board)).to_contain_text("You have been signed out")


@pytest.mark.parametrize("answer", [proxy_403, away, other_page])
def test_a_server_that_is_away_is_asked_again_and_the_board_goes_on(
    board: BoardPage, davide: User, ada: Application, answer: Answer
) -> None:
    board.page.route("**/pulse", answer)
    time_passes(board, notice(board))
    expect(notice(board)).to_contain_text(
        "The server does not answer, so what others do does not show here. It is asked again by itself."
    )
    board.page.unroute("**/pulse")
    moved_by(davide, ada, StageKind.SCREENING)
    notice(board).get_by_role("button", name="Ask now").click()
    expect(board.cards(StageKind.SCREENING)).to_have_count(1)
    expect(notice(board)).to_have_count(0)
    expect(board.page.locator("#board-said")).to_have_text("The board shows what others do again.")


def test_columns_that_do_not_come_are_told_as_well(board: BoardPage, davide: User, ada: Application) -> None:
    board.page.route("**/board?since=*", away)
    moved_by(davide, ada, StageKind.SCREENING)
    time_passes(board, notice(board))
    expect(notice(board)).to_contain_text("The server does not answer")
    board.page.unroute("**/board?since=*")
    time_passes(board, board.cards(StageKind.SCREENING))
    expect(notice(board)).to_have_count(0)


def test_without_a_connection_the_board_says_so_until_it_is_back(
    browser_context: BrowserContext, board: BoardPage, davide: User, ada: Application
) -> None:
    browser_context.set_offline(True)
    expect(notice(board)).to_contain_text("There is no connection, so what others do does not show here.")
    moved_by(davide, ada, StageKind.SCREENING)
    browser_context.set_offline(False)
    expect(board.cards(StageKind.SCREENING)).to_have_count(1)
    expect(notice(board)).to_have_count(0)
