"""The board without a mouse: twenty people reviewed, one stop for Tab, a menu by letters, focus where it belongs."""

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, expect

from tests.browser.boards import BoardPage, add, kind_now, open_board
from tests.factories.accounts import make_user
from tests.factories.pipeline import make_open_requisition
from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.core.db import transaction
from tracker.pipeline.models import Application
from tracker.pipeline.states import ApplicationStatus
from tracker.requisitions.models import Requisition
from tracker.requisitions.states import StageKind


@pytest.fixture
def recruiter(served: Flask) -> User:
    """Who sits at the keyboard."""
    return make_user(Role.RECRUITER, name="Tara Kessler")


@pytest.fixture
def requisition(recruiter: User) -> Requisition:
    """An open one."""
    return make_open_requisition(recruiter)


@pytest.fixture
def people(requisition: Requisition) -> list[Application]:
    """Two who applied, and one in screening."""
    return [
        add(requisition, "Ada Lind", StageKind.APPLIED, days_ago=1),
        add(requisition, "Bo Falk", StageKind.APPLIED, days_ago=2),
        add(requisition, "Cleo Ray", StageKind.SCREENING),
    ]


@pytest.fixture
def board(served: Flask, browser_context: BrowserContext, recruiter: User, people: list[Application]) -> BoardPage:
    """Their board."""
    return open_board(served, browser_context, recruiter, people[0].requisition)


def test_twenty_people_are_reviewed_without_a_mouse(
    served: Flask, browser_context: BrowserContext, recruiter: User, requisition: Requisition
) -> None:
    people = [add(requisition, f"Person {number:02}", StageKind.APPLIED, days_ago=number + 1) for number in range(22)]
    board = open_board(served, browser_context, recruiter, requisition)
    press = board.page.keyboard.press
    press("j")
    for number in range(20):
        expect(board.link(f"Person {number:02}")).to_be_focused()
        if number % 4 == 3:
            press("r")
            board.dialog.get_by_label("Others fit better").focus()
            press("Space")
            press("Enter")
            expect(board.dialog).not_to_be_visible()
        elif number % 4 == 2:
            press("m")
            board.page.keyboard.type("te")
        else:
            press("m")
            press("4")
    expect(board.link("Person 20")).to_be_focused()
    expect(board.page.locator(".sending")).to_have_count(0)
    board.has(StageKind.APPLIED, 2)
    board.has(StageKind.SCREENING, 10)
    board.has(StageKind.ASSESSMENT, 5)
    assert kind_now(people[0]) is StageKind.SCREENING
    assert kind_now(people[2]) is StageKind.ASSESSMENT
    rejected = [person.status is ApplicationStatus.REJECTED for person in people]
    assert rejected == [number % 4 == 3 and number < 20 for number in range(22)]


def test_the_board_is_one_stop_and_arrows_go_on(board: BoardPage) -> None:
    stops = board.page.locator("#board .nm a[tabindex='0']")
    expect(stops).to_have_count(1)
    board.link("Ada Lind").focus()
    press = board.page.keyboard.press
    for key, name in (
        ("ArrowDown", "Bo Falk"),
        ("ArrowUp", "Ada Lind"),
        ("j", "Bo Falk"),
        ("k", "Ada Lind"),
        ("ArrowRight", "Cleo Ray"),
        ("h", "Ada Lind"),
        ("l", "Cleo Ray"),
    ):
        press(key)
        expect(board.link(name)).to_be_focused()
        expect(stops).to_have_count(1)
    # From the card's name Tab goes to what else the card offers, and then leaves the board.
    press("Tab")
    expect(board.page.get_by_role("link", name="Move Cleo Ray to…")).to_be_focused()
    press("Tab")
    expect(board.page.get_by_role("checkbox", name="Select Cleo Ray")).to_be_focused()
    press("Tab")
    assert board.page.evaluate("document.activeElement.closest('.card-person')") is None


def test_the_menu_of_stages_is_spoken_to_by_letters_and_closes_by_escape(
    board: BoardPage, people: list[Application]
) -> None:
    board.link("Ada Lind").focus()
    press = board.page.keyboard.press
    press("m")
    menu = board.page.get_by_role("menu", name="Move Ada Lind to")
    expect(menu.get_by_role("menuitem", name="Applied")).to_have_attribute("aria-disabled", "true")
    # Two stages begin with this letter: the first has the focus, and nothing has happened.
    press("s")
    expect(menu.get_by_role("menuitem", name="Screening")).to_be_focused()
    press("Escape")
    expect(menu).to_have_count(0)
    expect(board.link("Ada Lind")).to_be_focused()
    press("m")
    press("End")
    press("ArrowUp")
    press("ArrowDown")
    press("Home")
    press("ArrowDown")
    press("Enter")
    expect(board.toasts).to_contain_text("Ada Lind moved to Contacted")
    expect(board.link("Bo Falk")).to_be_focused()
    assert kind_now(people[0]) is StageKind.CONTACTED


def test_the_last_of_a_column_leaves_the_focus_to_the_one_before(board: BoardPage) -> None:
    board.link("Bo Falk").focus()
    board.page.keyboard.press("m")
    board.page.keyboard.press("4")
    expect(board.link("Ada Lind")).to_be_focused()
    board.page.keyboard.press("m")
    board.page.keyboard.press("4")
    expect(board.page.locator("#board .nm a:focus")).to_have_count(1)


def test_arrows_at_the_end_of_what_is_loaded_load_more(
    served: Flask, browser_context: BrowserContext, recruiter: User, requisition: Requisition
) -> None:
    for number in range(21):
        add(requisition, f"Person {number:02}", StageKind.APPLIED, days_ago=number + 1)
    board = open_board(served, browser_context, recruiter, requisition)
    board.link("Person 19").focus()
    board.page.keyboard.press("j")
    expect(board.link("Person 20")).to_be_focused()


def test_selecting_is_told_to_whoever_listens(board: BoardPage, people: list[Application]) -> None:
    board.page.evaluate(
        """window.told = [];
        document.addEventListener("card:select", e => told.push([e.target.dataset.application, e.detail.range]))"""
    )
    board.link("Ada Lind").focus()
    board.page.keyboard.press("s")
    board.page.keyboard.press("j")
    board.page.keyboard.press("Shift+S")
    assert board.page.evaluate("told") == [[str(people[0].id), False], [str(people[1].id), True]]


def test_the_filter_is_a_key_away_and_takes_letters(board: BoardPage) -> None:
    board.link("Ada Lind").focus()
    board.page.keyboard.press("/")
    board.page.keyboard.type("mrs")
    expect(board.page.locator(".bar [type=search]")).to_have_value("mrs")
    expect(board.page.get_by_role("menu")).to_have_count(0)


def test_who_turned_single_keys_off_has_arrows_that_scroll(
    served: Flask, browser_context: BrowserContext, recruiter: User, people: list[Application]
) -> None:
    with transaction():
        recruiter.wants_shortcuts = False
    board = open_board(served, browser_context, recruiter, people[0].requisition)
    board.link("Ada Lind").focus()
    for key in ("j", "ArrowDown", "m", "r"):
        board.page.keyboard.press(key)
    expect(board.link("Ada Lind")).to_be_focused()
    expect(board.page.get_by_role("menu")).to_have_count(0)
    expect(board.dialog).not_to_be_visible()


def test_a_hiring_manager_chooses_and_rejects_by_keys_and_moves_nobody(
    served: Flask, browser_context: BrowserContext, recruiter: User
) -> None:
    manager = make_user(Role.HIRING_MANAGER, name="Maya Lindqvist")
    requisition = make_open_requisition(recruiter, hiring_manager=manager)
    add(requisition, "Dora Moss", StageKind.APPLIED)
    board = open_board(served, browser_context, manager, requisition)
    board.link("Dora Moss").focus()
    board.page.keyboard.press("m")
    expect(board.page.get_by_role("menu", name="Move Dora Moss to")).to_have_count(0)
    board.page.keyboard.press("r")
    expect(board.page.locator("#dialog")).to_contain_text("Reject Dora Moss")
    board.page.keyboard.press("Escape")
    board.page.keyboard.press("s")
    expect(board.page.locator("[data-selected]")).to_have_text("1 chosen")
