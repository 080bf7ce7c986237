"""Moves on the board: painted before the server knows, settled by what it answers, taken back when it refuses."""

import re

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Dialog, Route, expect

from tests.browser.boards import BoardPage, add, kind_now, moved_by, open_board
from tests.factories.accounts import make_user
from tests.factories.pipeline import make_open_requisition
from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.pipeline.models import Application
from tracker.pipeline.states import ApplicationStatus
from tracker.requisitions.states import StageKind


@pytest.fixture
def recruiter(served: Flask) -> User:
    """Who sits at the browser."""
    return make_user(Role.RECRUITER, name="Tara Kessler")


@pytest.fixture
def people(recruiter: User) -> list[Application]:
    """Three who applied, the newest first."""
    requisition = make_open_requisition(recruiter)
    names = ("Ada Lind", "Bo Falk", "Cleo Ray")
    return [add(requisition, name, StageKind.APPLIED, days_ago=n + 1) for n, name in enumerate(names)]


@pytest.fixture
def board(served: Flask, browser_context: BrowserContext, recruiter: User, people: list[Application]) -> BoardPage:
    """Their board."""
    return open_board(served, browser_context, recruiter, people[0].requisition)


class Gate:
    """Requests that wait until the test lets them on."""

    def __init__(self, board: BoardPage, pattern: str) -> None:
        self.held: list[Route] = []
        self._board, self._open = board, False
        board.page.route(pattern, self._take)

    def _take(self, route: Route) -> None:
        if self._open:
            route.continue_()
        else:
            self.held.append(route)

    def wait_for(self, count: int) -> None:
        """Until so many are held."""
        while len(self.held) < count:
            self._board.page.wait_for_timeout(20)

    def open(self) -> None:
        """Let all of them on, and those that come."""
        self._open = True
        while self.held:
            self.held.pop(0).continue_()


def test_a_move_is_painted_before_the_server_answers(board: BoardPage, people: list[Application]) -> None:
    gate = Gate(board, "**/moves")
    board.drag(board.card("Bo Falk"), board.stack(StageKind.SCREENING))
    gate.wait_for(1)
    # Nothing has reached the server, and all of it is on the page.
    assert kind_now(people[1]) is StageKind.APPLIED
    expect(board.cards(StageKind.SCREENING)).to_have_count(1)
    expect(board.card("Bo Falk").locator(".age")).to_have_text("today")
    board.has(StageKind.SCREENING, 1)
    board.has(StageKind.APPLIED, 2)
    expect(board.page.locator("#phase-vetting-n")).to_have_text("1")
    expect(board.toasts).not_to_contain_text("moved")
    gate.open()
    expect(board.toasts).to_contain_text("Bo Falk moved to Screening, 1 of 1")
    expect(board.card("Bo Falk")).to_have_attribute("data-version", "2")
    assert kind_now(people[1]) is StageKind.SCREENING


def test_several_moves_are_on_their_way_at_once_and_those_of_one_card_in_their_order(
    board: BoardPage, people: list[Application]
) -> None:
    gate = Gate(board, "**/moves")
    for name in ("Ada Lind", "Cleo Ray"):
        board.drag(board.card(name), board.stack(StageKind.SCREENING))
    board.drag(board.card("Ada Lind"), board.stack(StageKind.ASSESSMENT))
    gate.wait_for(2)
    board.has(StageKind.SCREENING, 1)
    board.has(StageKind.ASSESSMENT, 1)
    gate.open()
    expect(board.toasts).to_contain_text("Ada Lind moved to Technical assessment")
    expect(board.toasts).to_contain_text("Cleo Ray moved to Screening")
    assert [kind_now(person) for person in people] == [
        StageKind.ASSESSMENT,
        StageKind.APPLIED,
        StageKind.SCREENING,
    ]
    for kind, count in ((StageKind.APPLIED, 1), (StageKind.SCREENING, 1), (StageKind.ASSESSMENT, 1)):
        board.has(kind, count)


def test_a_refused_card_goes_back_to_its_place_and_the_focus_stays(board: BoardPage, people: list[Application]) -> None:
    moved_by(make_user(Role.RECRUITER, name="Davide Moretti"), people[1], StageKind.ASSESSMENT)
    board.page.route("**/board?since=*", lambda route: route.abort())
    board.link("Bo Falk").focus()
    board.drag(board.card("Bo Falk"), board.stack(StageKind.SCREENING))
    expect(board.toasts).to_contain_text("Davide Moretti moved Bo Falk to Technical assessment")
    expect(board.cards(StageKind.APPLIED).locator(".nm a")).to_have_text(["Ada Lind", "Bo Falk", "Cleo Ray"])
    expect(board.card("Bo Falk").locator(".age")).not_to_have_text("today")
    expect(board.link("Bo Falk")).to_be_focused()
    board.has(StageKind.APPLIED, 3)
    board.has(StageKind.SCREENING, 0)


def test_without_a_network_the_card_goes_back_and_says_so(board: BoardPage, people: list[Application]) -> None:
    board.page.context.set_offline(True)
    board.drag(board.card("Ada Lind"), board.stack(StageKind.SCREENING))
    expect(board.toasts).to_contain_text("The server did not answer, so this was taken back.")
    expect(board.cards(StageKind.APPLIED).first).to_contain_text("Ada Lind")
    board.has(StageKind.APPLIED, 3)
    board.page.context.set_offline(False)
    board.drag(board.card("Ada Lind"), board.stack(StageKind.SCREENING))
    expect(board.toasts).to_contain_text("Ada Lind moved to Screening")
    assert kind_now(people[0]) is StageKind.SCREENING


def test_who_was_signed_out_keeps_the_move_and_it_is_sent_afterwards(
    board: BoardPage, people: list[Application]
) -> None:
    cookies = board.page.context.cookies()
    board.page.context.clear_cookies()
    board.drag(board.card("Ada Lind"), board.stack(StageKind.SCREENING))
    expect(board.toasts).to_contain_text("You have been signed out.")
    expect(board.cards(StageKind.SCREENING)).to_have_count(1)
    assert kind_now(people[0]) is StageKind.APPLIED
    board.page.context.add_cookies(cookies)  # type: ignore[arg-type]  # what was read can be written
    board.page.evaluate("document.dispatchEvent(new CustomEvent('signed-in-again'))")
    expect(board.toasts).to_contain_text("Ada Lind moved to Screening")
    assert kind_now(people[0]) is StageKind.SCREENING


def test_a_move_that_has_to_wait_is_not_lost_by_leaving_unasked(board: BoardPage, people: list[Application]) -> None:
    gate = Gate(board, "**/moves")
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    board.page.on("dialog", stay)
    board.drag(board.card("Ada Lind"), board.stack(StageKind.SCREENING))
    gate.wait_for(1)
    board.drag(board.card("Ada Lind"), board.stack(StageKind.ASSESSMENT))
    board.page.get_by_role("link", name="Checklist").click()
    expect(board.card("Ada Lind")).to_be_visible()
    assert asked == ["beforeunload"]
    gate.open()
    expect(board.toasts).to_contain_text("Ada Lind moved to Technical assessment")
    assert kind_now(people[0]) is StageKind.ASSESSMENT
    # With nothing left to send nobody is asked.
    board.page.get_by_role("link", name="Checklist").click()
    expect(board.page).to_have_url(re.compile("checklist"))
    assert asked == ["beforeunload"]


def test_undo_puts_the_card_where_it_stood_without_loading_the_page(
    board: BoardPage, people: list[Application]
) -> None:
    board.page.evaluate("window.same = true")
    board.drag(board.card("Bo Falk"), board.stack(StageKind.SCREENING))
    board.toasts.get_by_role("button", name="Undo").click()
    expect(board.toasts).to_contain_text("Undone. Bo Falk is in Applied")
    expect(board.cards(StageKind.APPLIED).locator(".nm a")).to_have_text(["Ada Lind", "Bo Falk", "Cleo Ray"])
    board.has(StageKind.APPLIED, 3)
    board.has(StageKind.SCREENING, 0)
    assert board.page.evaluate("window.same") is True
    assert kind_now(people[1]) is StageKind.APPLIED


def test_undo_by_keys_leaves_the_focus_on_whom_it_was_about(board: BoardPage, people: list[Application]) -> None:
    board.drag(board.card("Bo Falk"), board.stack(StageKind.SCREENING))
    board.toasts.get_by_role("button", name="Undo").focus()
    board.page.keyboard.press("Enter")
    expect(board.toasts).to_contain_text("Undone. Bo Falk is in Applied")
    expect(board.link("Bo Falk")).to_be_focused()


def test_of_one_person_the_last_change_alone_is_offered_to_undo(board: BoardPage, people: list[Application]) -> None:
    board.drag(board.card("Cleo Ray"), board.stack(StageKind.SCREENING))
    expect(board.toasts).to_contain_text("Cleo Ray moved to Screening")
    board.drag(board.card("Bo Falk"), board.stack(StageKind.SCREENING))
    expect(board.toasts).to_contain_text("Bo Falk moved to Screening")
    board.drag(board.card("Bo Falk"), board.stack(StageKind.ASSESSMENT))
    expect(board.toasts).to_contain_text("Bo Falk moved to Technical assessment")
    expect(board.toasts.get_by_role("button", name="Undo")).to_have_count(2)
    board.page.keyboard.press("z")
    expect(board.toasts).to_contain_text("Undone. Bo Falk is in Screening")
    board.page.keyboard.press("z")
    expect(board.toasts).to_contain_text("Undone. Cleo Ray is in Applied")
    assert [kind_now(each) for each in people[1:]] == [StageKind.SCREENING, StageKind.APPLIED]


def test_a_form_puts_the_offer_to_undo_aside_and_brings_it_back(board: BoardPage, people: list[Application]) -> None:
    board.drag(board.card("Bo Falk"), board.stack(StageKind.SCREENING))
    undo = board.toasts.get_by_role("button", name="Undo")
    expect(undo).to_be_visible()
    board.link("Ada Lind").focus()
    board.page.keyboard.press("r")
    expect(board.dialog).to_be_visible()
    expect(undo).to_be_hidden()
    board.page.keyboard.press("Escape")
    expect(undo).to_be_visible()
    board.page.keyboard.press("z")
    expect(board.toasts).to_contain_text("Undone. Bo Falk is in Applied")
    assert kind_now(people[1]) is StageKind.APPLIED


def test_messages_that_are_gone_leave_nothing_behind(board: BoardPage, people: list[Application]) -> None:
    page = board.page
    board.drag(board.card("Bo Falk"), board.stack(StageKind.SCREENING))
    said = page.locator("#toasts .toast")
    expect(said).to_contain_text("Bo Falk moved to Screening")
    page.evaluate("window.gone = new WeakRef(document.querySelector('#toasts .toast'))")
    said.get_by_role("button", name="Close this message").click()
    expect(said).to_have_count(0)
    tools = page.context.new_cdp_session(page)
    for _ in range(3):
        tools.send("HeapProfiler.collectGarbage")
    assert page.evaluate("window.gone.deref() === undefined")


def test_undo_after_somebody_went_on_says_so_and_overwrites_nothing(
    board: BoardPage, people: list[Application]
) -> None:
    board.drag(board.card("Bo Falk"), board.stack(StageKind.SCREENING))
    expect(board.toasts).to_contain_text("Bo Falk moved to Screening")
    moved_by(make_user(Role.RECRUITER, name="Davide Moretti"), people[1], StageKind.ASSESSMENT)
    board.toasts.get_by_role("button", name="Undo").click()
    expect(board.toasts).to_contain_text("Davide Moretti moved Bo Falk to Technical assessment")
    expect(board.cards(StageKind.ASSESSMENT)).to_have_count(1)
    assert kind_now(people[1]) is StageKind.ASSESSMENT


def test_an_ending_from_the_dialog_takes_the_card_away_and_can_be_undone(
    board: BoardPage, people: list[Application]
) -> None:
    board.page.evaluate("window.same = true")
    board.link("Ada Lind").focus()
    board.page.keyboard.press("r")
    board.dialog.get_by_label("Others fit better").check()
    board.dialog.get_by_role("button", name="Reject").click()
    expect(board.card("Ada Lind")).to_have_count(0)
    expect(board.link("Bo Falk")).to_be_focused()
    board.has(StageKind.APPLIED, 2)
    expect(board.toasts).to_contain_text("Ada Lind is rejected")
    board.page.keyboard.press("z")
    expect(board.cards(StageKind.APPLIED).locator(".nm a")).to_have_text(["Ada Lind", "Bo Falk", "Cleo Ray"])
    assert board.page.evaluate("window.same") is True
    assert kind_now(people[0]) is StageKind.APPLIED
    assert people[0].status is ApplicationStatus.ACTIVE


def test_the_form_that_was_asked_for_last_is_the_one_that_opens(board: BoardPage, people: list[Application]) -> None:
    gate = Gate(board, f"**/applications/{people[0].id}/rejection")
    board.link("Ada Lind").focus()
    board.page.keyboard.press("r")
    gate.wait_for(1)
    board.page.keyboard.press("j")
    board.page.keyboard.press("r")
    expect(board.dialog).to_contain_text("Reject Bo Falk")
    board.dialog.get_by_label("In words").fill("Stronger on platforms.")
    with board.page.expect_response("**/rejection"):
        gate.open()
    board.page.wait_for_timeout(200)
    expect(board.dialog).to_contain_text("Reject Bo Falk")
    expect(board.dialog.get_by_label("In words")).to_have_value("Stronger on platforms.")


def test_a_form_that_somebody_overtook_says_so_keeps_the_words_and_the_board_shows_it(
    board: BoardPage, people: list[Application]
) -> None:
    board.link("Ada Lind").focus()
    board.page.keyboard.press("r")
    board.dialog.get_by_label("Others fit better").check()
    board.dialog.locator("textarea").first.fill("We may come back to her.")
    moved_by(make_user(Role.RECRUITER, name="Davide Moretti"), people[0], StageKind.ASSESSMENT)
    board.dialog.get_by_role("button", name="Reject").click()
    expect(board.dialog).to_contain_text("Davide Moretti moved Ada Lind to Technical assessment")
    expect(board.dialog.locator("textarea").first).to_have_value("We may come back to her.")
    expect(board.cards(StageKind.ASSESSMENT)).to_have_count(1)
    # How it is now is shown beside the words, and they may be sent again if they still hold.
    board.dialog.get_by_text("Show how it is now").click()
    expect(board.dialog).to_contain_text("Ada Lind is in Technical assessment, since today.")
    expect(board.dialog.locator("textarea").first).to_have_value("We may come back to her.")
    expect(board.dialog.get_by_label("Others fit better")).to_be_checked()
    board.dialog.get_by_role("button", name="Reject").click()
    expect(board.toasts).to_contain_text("Ada Lind is rejected")
    expect(board.card("Ada Lind")).to_have_count(0)


def test_closing_the_form_of_a_stage_leaves_the_card_where_it_was(board: BoardPage, people: list[Application]) -> None:
    board.drag(board.card("Ada Lind"), board.stack(StageKind.OFFER_EXTENDED))
    expect(board.dialog).to_be_visible()
    board.page.keyboard.press("Escape")
    expect(board.dialog).not_to_be_visible()
    expect(board.cards(StageKind.APPLIED).first).to_contain_text("Ada Lind")
    board.has(StageKind.APPLIED, 3)
    assert kind_now(people[0]) is StageKind.APPLIED
