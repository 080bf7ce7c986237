"""Dragging: over long columns and wide boards, with a finger, onto folded phases, and letting go by Escape."""

from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, CDPSession, Locator, expect

from tests.browser.boards import BoardPage, add, kind_now, open_board
from tests.factories.accounts import make_user
from tests.factories.pipeline import make_open_requisition
from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.core.db import transaction
from tracker.pipeline.operations import end_application
from tracker.pipeline.states import ChangeKind
from tracker.requisitions.models import Requisition
from tracker.requisitions.states import StageKind


@pytest.fixture
def recruiter(served: Flask) -> User:
    """Who sits at the browser."""
    return make_user(Role.RECRUITER, name="Tara Kessler")


@pytest.fixture
def requisition(recruiter: User) -> Requisition:
    """An open one."""
    return make_open_requisition(recruiter)


@pytest.fixture
def crowd(requisition: Requisition) -> Requisition:
    """The same with 25 who applied, the newest first, and somebody in each of two further stages."""
    for number in range(25):
        add(requisition, f"Person {number:02}", StageKind.APPLIED, days_ago=number + 1)
    for name, kind in (("Ada Lind", StageKind.SCREENING), ("Bo Falk", StageKind.INTERVIEW)):
        add(requisition, name, kind)
    return requisition


def scroll_top(stack: Locator) -> int:
    return int(stack.evaluate("stack => stack.scrollTop"))


def middle(target: Locator) -> tuple[float, float]:
    box = target.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + min(20, box["height"] / 2)


def test_a_column_loads_more_while_one_scrolls_and_counts_everybody(
    served: Flask, browser_context: BrowserContext, recruiter: User, crowd: Requisition
) -> None:
    board = open_board(served, browser_context, recruiter, crowd)
    board.has(StageKind.APPLIED, 25)
    expect(board.cards(StageKind.APPLIED)).to_have_count(20)
    board.cards(StageKind.APPLIED).last.scroll_into_view_if_needed()
    expect(board.cards(StageKind.APPLIED)).to_have_count(25)
    expect(board.stack(StageKind.APPLIED).locator(".more")).to_have_count(0)
    board.has(StageKind.APPLIED, 25)


def test_holding_a_card_at_the_end_of_a_long_column_scrolls_it(
    served: Flask, browser_context: BrowserContext, recruiter: User, crowd: Requisition
) -> None:
    board = open_board(served, browser_context, recruiter, crowd)
    stack = board.stack(StageKind.APPLIED)
    board.hold(board.card("Ada Lind"), stack)
    box = stack.bounding_box()
    assert box is not None
    board.page.mouse.move(box["x"] + 60, box["y"] + box["height"] - 8, steps=4)
    expect(board.cards(StageKind.APPLIED)).to_have_count(25)
    board.page.wait_for_function("stack => stack.scrollTop > 200", arg=stack.element_handle())
    below = scroll_top(stack)
    board.page.mouse.move(box["x"] + 60, box["y"] + 8, steps=4)
    board.page.wait_for_function("([stack, below]) => stack.scrollTop < below", arg=[stack.element_handle(), below])
    board.page.mouse.up()
    expect(board.toasts).to_contain_text("Ada Lind moved to Applied")
    board.has(StageKind.APPLIED, 26)


def test_holding_a_card_at_the_side_scrolls_the_board(
    served: Flask, browser: Browser, recruiter: User, crowd: Requisition
) -> None:
    context = browser.new_context(viewport={"width": 820, "height": 700})
    board = open_board(served, context, recruiter, crowd)
    whole = board.page.locator("#board")
    board.hold(board.cards(StageKind.APPLIED).first, board.stack(StageKind.APPLIED))
    box = whole.bounding_box()
    assert box is not None
    board.page.mouse.move(box["x"] + box["width"] - 6, box["y"] + 120, steps=4)
    board.page.wait_for_function(
        "board => board.scrollLeft >= board.scrollWidth - board.clientWidth - 1", arg=whole.element_handle()
    )
    board.page.keyboard.press("Escape")
    board.page.mouse.up()
    board.has(StageKind.APPLIED, 25)
    expect(board.page.locator(".drag-image")).to_have_count(0)
    context.close()


def test_escape_lets_go_and_nothing_has_happened(
    served: Flask, browser_context: BrowserContext, recruiter: User, requisition: Requisition
) -> None:
    application = add(requisition, "Ada Lind", StageKind.APPLIED)
    board = open_board(served, browser_context, recruiter, requisition)
    board.hold(board.card("Ada Lind"), board.stack(StageKind.SCREENING))
    expect(board.stack(StageKind.SCREENING)).to_have_class("stack drop-ok drop-here")
    board.page.keyboard.press("Escape")
    board.page.mouse.up()
    expect(board.stack(StageKind.SCREENING)).to_have_class("stack")
    assert "/board" in board.page.url
    board.has(StageKind.APPLIED, 1)
    assert kind_now(application) is StageKind.APPLIED


def test_a_click_on_a_card_still_opens_the_person(
    served: Flask, browser_context: BrowserContext, recruiter: User, requisition: Requisition
) -> None:
    application = add(requisition, "Ada Lind", StageKind.APPLIED)
    board = open_board(served, browser_context, recruiter, requisition)
    board.card("Ada Lind").click()
    expect(board.page.locator("body")).to_contain_text(application.candidate.email or "Ada Lind")


def test_a_card_held_over_a_folded_phase_opens_it(
    served: Flask, browser_context: BrowserContext, recruiter: User, requisition: Requisition
) -> None:
    application = add(requisition, "Ada Lind", StageKind.APPLIED)
    board = open_board(served, browser_context, recruiter, requisition)
    board.page.get_by_role("button", name="Columns of vetting").click()
    expect(board.stack(StageKind.SCREENING)).not_to_be_visible()
    phase = board.page.locator("[data-phase=vetting]")
    board.hold(board.card("Ada Lind"), phase)
    expect(board.stack(StageKind.SCREENING)).to_be_visible()
    x, y = middle(board.stack(StageKind.SCREENING))
    board.page.mouse.move(x, y, steps=4)
    board.page.mouse.up()
    expect(board.toasts).to_contain_text("Ada Lind moved to Screening")
    expect(board.stack(StageKind.SCREENING)).not_to_be_visible()
    expect(board.page.locator("#phase-vetting-n")).to_have_text("1")
    assert kind_now(application) is StageKind.SCREENING


class Finger:
    """One finger on the screen."""

    def __init__(self, session: CDPSession) -> None:
        self._session = session

    def down(self, x: float, y: float) -> None:
        """Put it down."""
        self._send("touchStart", [{"x": x, "y": y}])

    def move(self, start: tuple[float, float], end: tuple[float, float], steps: int = 10) -> None:
        """Move it, in steps."""
        for step in range(1, steps + 1):
            x, y = (a + (b - a) * step / steps for a, b in zip(start, end, strict=True))
            self._send("touchMove", [{"x": x, "y": y}])

    def up(self) -> None:
        """Take it off."""
        self._send("touchEnd", [])

    def _send(self, kind: str, points: list[dict[str, Any]]) -> None:
        self._session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


@pytest.fixture
def tablet(served: Flask, browser: Browser, recruiter: User, crowd: Requisition) -> BoardPage:
    """The board on a tablet."""
    context = browser.new_context(viewport={"width": 1180, "height": 820}, has_touch=True)
    return open_board(served, context, recruiter, crowd)


def test_a_finger_that_rests_takes_the_card(tablet: BoardPage) -> None:
    finger = Finger(tablet.page.context.new_cdp_session(tablet.page))
    start, end = middle(tablet.card("Ada Lind")), middle(tablet.stack(StageKind.ASSESSMENT))
    finger.down(*start)
    expect(tablet.page.locator(".drag-image")).to_be_visible()
    finger.move(start, end)
    expect(tablet.stack(StageKind.ASSESSMENT)).to_have_class("stack drop-ok drop-here")
    finger.up()
    expect(tablet.toasts).to_contain_text("Ada Lind moved to Technical assessment")
    tablet.has(StageKind.ASSESSMENT, 1)
    tablet.page.context.close()


def test_on_a_phone_a_card_that_is_held_at_the_edge_goes_on_to_the_next_columns(
    served: Flask, browser: Browser, recruiter: User, crowd: Requisition
) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    phone = open_board(served, context, recruiter, crowd)
    phone.page.locator(".stage-switch a", has_text="Applied").tap()
    finger = Finger(context.new_cdp_session(phone.page))
    card = phone.card("Person 00")
    expect(card).to_be_in_viewport(ratio=1)
    start = middle(card)
    finger.down(*start)
    expect(phone.page.locator(".drag-image")).to_be_visible()
    finger.move(start, (386, start[1]))
    expect(phone.stack(StageKind.SCREENING)).to_have_class("stack drop-ok drop-here")
    # Let go of as soon as it lies over another column.
    finger.up()
    expect(phone.toasts).to_contain_text("Person 00 moved to ")
    context.close()


def test_a_finger_that_goes_on_scrolls_the_column(tablet: BoardPage) -> None:
    finger = Finger(tablet.page.context.new_cdp_session(tablet.page))
    stack = tablet.stack(StageKind.APPLIED)
    x, y = middle(tablet.cards(StageKind.APPLIED).nth(4))
    finger.down(x, y)
    finger.move((x, y), (x, y - 220))
    finger.up()
    tablet.page.wait_for_function("stack => stack.scrollTop > 100", arg=stack.element_handle())
    expect(tablet.page.locator(".drag-image")).to_have_count(0)
    tablet.has(StageKind.APPLIED, 25)
    tablet.page.context.close()


def test_a_card_that_went_away_in_the_hand_is_not_taken(
    served: Flask, browser_context: BrowserContext, recruiter: User, requisition: Requisition
) -> None:
    ada, bo = (add(requisition, name, StageKind.APPLIED) for name in ("Ada Lind", "Bo Falk"))
    board = open_board(served, browser_context, recruiter, requisition)
    x, y = middle(board.card("Ada Lind"))
    board.page.mouse.move(x, y)
    board.page.mouse.down()
    colleague = make_user(Role.RECRUITER, name="Davide Moro")
    with transaction():
        end_application(ada, ChangeKind.REJECT, actor=colleague, expected=None, reason="other")
    expect(board.card("Ada Lind")).to_have_count(0)
    board.page.mouse.move(*middle(board.stack(StageKind.SCREENING)), steps=6)
    expect(board.page.locator(".drag-image")).to_have_count(0)
    board.page.mouse.up()
    # The next one can be taken as ever.
    board.drag(board.card("Bo Falk"), board.stack(StageKind.SCREENING))
    expect(board.toasts).to_contain_text("Bo Falk moved to Screening")
    assert kind_now(bo) is StageKind.SCREENING
