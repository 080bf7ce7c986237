"""What fits on a screen: all stages of the organisation's template can be read at 1440 px, the offer phase is in sight,
beside an open panel as well, and whatever is moved comes into sight."""

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.boards import BoardPage, add, open_board
from tests.factories.accounts import make_user
from tests.factories.pipeline import make_open_requisition
from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.core.db import transaction
from tracker.requisitions.models import Requisition
from tracker.requisitions.stage_templates import ensure_templates
from tracker.requisitions.states import StageKind

#: Heads whose words are cut off, or that lie under something or beside the window.
CUT = """() => [...document.querySelectorAll("#board .col-head h3")].filter((head) => {
    const range = document.createRange();
    range.selectNodeContents(head);
    return [...range.getClientRects()].some((box) => {
        const at = document.elementFromPoint(box.left + 2, box.top + box.height / 2);
        const end = document.elementFromPoint(box.right - 2, box.top + box.height / 2);
        const column = head.closest(".col").getBoundingClientRect();
        const own = [at, end].every((each) => each?.closest(".col") === head.closest(".col"));
        return !own || box.right > column.right + 1;
    });
}).map((head) => head.textContent)"""


@pytest.fixture
def recruiter(served: Flask) -> User:
    """Who looks."""
    with transaction():
        ensure_templates()
    return make_user(Role.RECRUITER, name="Tara Kessler")


@pytest.fixture
def requisition(recruiter: User) -> Requisition:
    """Somebody in each of the nine stages."""
    requisition = make_open_requisition(recruiter)
    for number, kind in enumerate(each for each in StageKind if each is not StageKind.OTHER):
        add(requisition, f"Person {number}", kind, days_ago=30)
    return requisition


@pytest.fixture
def board(served: Flask, browser_context: BrowserContext, recruiter: User, requisition: Requisition) -> BoardPage:
    """The board at 1440 px."""
    board = open_board(served, browser_context, recruiter, requisition)
    board.page.set_viewport_size({"width": 1440, "height": 900})
    return board


def in_sight(page: Page, selector: str) -> bool:
    """Whether the middle of that element is what one sees there."""
    script = """selector => {
        const element = document.querySelector(selector), box = element.getBoundingClientRect();
        const at = document.elementFromPoint(box.left + box.width / 2, box.top + 12);
        return element === at || element.contains(at);
    }"""
    return bool(page.evaluate(script, selector))


@pytest.mark.parametrize("address", ["", "boards/mlops-engineer"], ids=["requisition", "role"])
def test_nine_stages_are_legible(board: BoardPage, served: Flask, address: str) -> None:
    if address:
        board.page.goto(f"{served.config['SITE']}/{address}")
    expect(board.page.locator("#board .col:not(.col-folded)")).to_have_count(9)
    assert board.page.evaluate(CUT) == []
    assert in_sight(board.page, ".phase-offer .col:last-child")
    assert board.page.evaluate(
        "document.querySelector('#board').scrollWidth <= document.querySelector('#board').clientWidth"
    )


def test_the_offer_phase_stays_in_sight_beside_the_panel(board: BoardPage) -> None:
    board.link("Person 0").click()
    expect(board.page.locator("#beside-name")).to_have_text("Person 0")
    assert in_sight(board.page, ".phase-offer .col:first-child")
    assert in_sight(board.page, ".phase-offer .col:last-child")
    # It is a place to drop on, too.
    board.drag(board.card("Person 0"), board.stack(StageKind.PREPARING_OFFER))
    expect(board.toasts).to_contain_text("Person 0")


def test_what_is_moved_from_the_panel_comes_into_sight(board: BoardPage) -> None:
    board.link("Person 0").click()
    panel = board.page.locator("#beside")
    panel.get_by_role("link", name="Move to…").click()
    board.dialog.get_by_label("Panel interview").check()
    board.dialog.get_by_role("button", name="Move", exact=True).click()
    card = board.cards(StageKind.INTERVIEW).first
    expect(card).to_contain_text("Person 0")
    board.page.wait_for_function("document.activeElement.closest('#beside') !== null")
    assert in_sight(board.page, f"#{card.get_attribute('id')}")


def test_keys_keep_the_next_card_in_sight(board: BoardPage, requisition: Requisition) -> None:
    """Who reviews one column is not led away by the cards that leave it."""
    for number in range(20, 24):
        add(requisition, f"Person {number}", StageKind.IDENTIFIED, days_ago=number)
    board.page.set_viewport_size({"width": 900, "height": 700})
    board.page.reload()
    board.link("Person 20").focus()
    for number in (20, 21, 22):
        board.page.keyboard.press("m")
        board.page.get_by_role("menuitem", name="Panel interview").click()
        expect(board.link(f"Person {number + 1}")).to_be_focused()
    expect(board.page.locator(".sending")).to_have_count(0)
    expect(board.link("Person 23")).to_be_in_viewport()
