"""Two people on one board: what one does the other sees, without losing focus, place, or what is in their hands."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.boards import BoardPage, add, moved_by, open_board
from tests.browser.conftest import serving
from tests.factories.accounts import make_user
from tests.factories.pipeline import make_open_requisition
from tests.services.valkey import ValkeyServer
from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.core.db import transaction
from tracker.pipeline.models import Application
from tracker.pipeline.operations import end_application
from tracker.pipeline.states import ChangeKind
from tracker.requisitions.models import Requisition
from tracker.requisitions.states import StageKind

#: How long a board may take to show what somebody else did, in milliseconds: what the page promises.
SOON = 3000


@pytest.fixture
def people(requisition: Requisition) -> list[Application]:
    """Two dozen who applied, the newest first."""
    return [add(requisition, f"Person {number:02}", StageKind.APPLIED, days_ago=number + 1) for number in range(24)]


@pytest.fixture
def board(served: Flask, browser_context: BrowserContext, tara: User, people: list[Application]) -> BoardPage:
    """Tara's board."""
    return open_board(served, browser_context, tara, people[0].requisition)


def test_a_second_person_sees_a_move_soon(
    served: Flask, browser: Browser, board: BoardPage, davide: User, people: list[Application]
) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    other = open_board(served, context, davide, people[0].requisition)
    other.drag(other.card("Person 03"), other.stack(StageKind.SCREENING))
    expect(other.toasts).to_contain_text("Person 03 moved to Screening")
    expect(board.cards(StageKind.SCREENING)).to_have_count(1, timeout=SOON)
    board.has(StageKind.SCREENING, 1)
    board.has(StageKind.APPLIED, 23)
    expect(board.page.locator("#phase-vetting-n")).to_have_text("1")
    expect(board.page.locator("#board-said")).to_have_text("Somebody else moved one person on this board.")
    context.close()


def test_focus_and_place_stay_and_so_does_what_was_loaded(
    board: BoardPage, davide: User, people: list[Application], requisition: Requisition
) -> None:
    board.cards(StageKind.APPLIED).last.scroll_into_view_if_needed()
    expect(board.cards(StageKind.APPLIED)).to_have_count(24)
    board.link("Person 22").focus()
    top = board.card("Person 22").bounding_box()
    newcomer = add(requisition, "Ada Lind", StageKind.APPLIED, days_ago=0)
    moved_by(davide, people[2], StageKind.SCREENING)
    with transaction():
        end_application(people[21], ChangeKind.REJECT, actor=davide, expected=None, reason="skills")
    expect(board.cards(StageKind.SCREENING)).to_have_count(1)
    expect(board.cards(StageKind.APPLIED).first).to_contain_text("Ada Lind")
    # Beyond the first page nobody is asked for, and yet who has left is gone.
    expect(board.card("Person 21")).to_have_count(0)
    expect(board.cards(StageKind.APPLIED)).to_have_count(23)
    expect(board.link("Person 22")).to_be_focused()
    assert board.card("Person 22").bounding_box() == pytest.approx(top, abs=2)
    board.has(StageKind.APPLIED, 23)
    assert newcomer.version == 1


def test_who_leaves_gives_the_focus_to_the_next(board: BoardPage, davide: User, people: list[Application]) -> None:
    board.link("Person 05").focus()
    with transaction():
        end_application(people[5], ChangeKind.REJECT, actor=davide, expected=None, reason="skills")
    expect(board.card("Person 05")).to_have_count(0)
    expect(board.link("Person 06")).to_be_focused()


def test_a_card_in_hand_and_an_open_menu_wait(board: BoardPage, davide: User, people: list[Application]) -> None:
    board.hold(board.card("Person 01"), board.stack(StageKind.SCREENING))
    with board.page.expect_response(lambda answer: answer.url.endswith("/pulse") and answer.status == 200):
        moved_by(davide, people[0], StageKind.ASSESSMENT)
    expect(board.cards(StageKind.ASSESSMENT)).to_have_count(0)
    expect(board.page.locator(".drag-image")).to_be_visible()
    board.page.keyboard.press("Escape")
    board.page.mouse.up()
    expect(board.cards(StageKind.ASSESSMENT)).to_have_count(1)
    board.link("Person 04").focus()
    board.page.keyboard.press("m")
    with board.page.expect_response(lambda answer: answer.url.endswith("/pulse") and answer.status == 200):
        moved_by(davide, people[2], StageKind.ASSESSMENT)
    menu = board.page.get_by_role("menu", name="Move Person 04 to")
    expect(menu).to_be_visible()
    board.page.keyboard.press("Escape")
    expect(board.cards(StageKind.ASSESSMENT)).to_have_count(2)


def test_a_filter_holds_for_what_others_do(
    served: Flask, browser_context: BrowserContext, tara: User, davide: User, people: list[Application]
) -> None:
    board = open_board(served, browser_context, tara, people[0].requisition)
    board.page.goto(f"{board.page.url}?late=1")
    late = board.cards(StageKind.APPLIED).first.locator(".nm a").inner_text()
    head = board.column(StageKind.APPLIED).locator(".col-head .n")
    before = int(head.inner_text())
    moved_by(davide, next(each for each in people if each.candidate.name == late), StageKind.SCREENING)
    # Just moved is not late: the card leaves this view of the board, and does not come up elsewhere.
    expect(head).to_have_text(str(before - 1))
    expect(board.card(late)).to_have_count(0)
    board.has(StageKind.SCREENING, 0)


def show(page: Page, state: str) -> None:
    """Bring the tab to the front, or hide it behind another."""
    page.evaluate(
        """state => {
            Object.defineProperty(document, "visibilityState", { configurable: true, get: () => state });
            document.dispatchEvent(new Event("visibilitychange"));
        }""",
        state,
    )


def test_a_hidden_tab_asks_for_nothing_and_looks_at_once_when_it_is_back(
    served: Flask, browser_context: BrowserContext, tara: User, davide: User, people: list[Application]
) -> None:
    browser_context.clock.install()
    board = open_board(served, browser_context, tara, people[0].requisition)
    asked: list[int] = []
    board.page.on("response", lambda answer: asked.append(answer.status) if answer.url.endswith("/pulse") else None)
    with board.page.expect_response(lambda answer: answer.url.endswith("/pulse") and answer.status == 304):
        browser_context.clock.run_for(6000)
    show(board.page, "hidden")
    before = len(asked)
    moved_by(davide, people[0], StageKind.SCREENING)
    browser_context.clock.run_for(120_000)
    assert len(asked) == before
    with board.page.expect_response("**/pulse") as back:
        show(board.page, "visible")
    assert back.value.status == 200
    expect(board.cards(StageKind.SCREENING)).to_have_count(1)


def test_phases_stay_folded_for_who_folded_them(
    served: Flask, browser_context: BrowserContext, board: BoardPage, davide: User
) -> None:
    with board.page.expect_response("**/preferences") as kept:
        board.page.get_by_role("button", name="Columns of sourcing").click()
    assert kept.value.status == 204
    expect(board.stack(StageKind.APPLIED)).not_to_be_visible()
    board.page.reload()
    button = board.page.get_by_role("button", name="Columns of sourcing")
    expect(button).to_have_attribute("aria-expanded", "false")
    expect(board.stack(StageKind.APPLIED)).not_to_be_visible()
    expect(board.page.locator("#phase-sourcing-n")).to_have_text("24")
    # Keys go on in what is to be seen, and one key press opens it again.
    button.focus()
    board.page.keyboard.press("Enter")
    expect(board.stack(StageKind.APPLIED)).to_be_visible()


@pytest.fixture
def with_broker(tmp_path: Path, shared_valkey: ValkeyServer) -> Iterator[Flask]:
    """The application, listening, with a Redis-compatible server."""
    with serving(tmp_path, redis_url=shared_valkey.url) as app:
        yield app


def test_who_else_looks_is_shown_and_goes_again(
    with_broker: Flask, browser: Browser, browser_context: BrowserContext
) -> None:
    tara, davide = (make_user(Role.RECRUITER, name=name) for name in ("Tara Kessler", "Davide Moretti"))
    requisition = make_open_requisition(tara)
    add(requisition, "Ada Lind", StageKind.APPLIED)
    board = open_board(with_broker, browser_context, tara, requisition)
    looking = board.page.get_by_role("list", name="Also looking at this board")
    context = browser.new_context()
    open_board(with_broker, context, davide, requisition)
    expect(looking.get_by_role("img", name="Davide Moretti looks at this board, too")).to_have_text("DM")
    expect(looking.get_by_role("listitem")).to_have_count(1)
    context.close()
    expect(looking.get_by_role("listitem")).to_have_count(0, timeout=20_000)
