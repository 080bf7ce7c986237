"""Pages on paper, where everything has to be there at once, and on phones, where what matters has to be in sight."""

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, expect

from tests.browser.boards import add, open_board
from tests.browser.conftest import SignIn
from tests.factories.accounts import make_user
from tests.factories.pipeline import make_open_requisition
from tests.factories.requisitions import make_requisition
from tests.factories.vetting import make_scorecard, make_shortlist, make_vetted
from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.core.db import transaction
from tracker.requisitions.models import Requisition
from tracker.requisitions.states import Need, StageKind

PEOPLE = 14
#: What an element is cut off by, as its classes; "" when by nothing.
CUT_OFF_BY = """(card) => {
  const edge = card.getBoundingClientRect().bottom;
  for (let around = card.parentElement; around !== document.body; around = around.parentElement) {
    const cuts = getComputedStyle(around).overflowY !== "visible";
    if (cuts && around.getBoundingClientRect().bottom < edge) return around.className;
  }
  return "";
}"""


@pytest.fixture
def recruiter(served: Flask) -> User:
    """Who sits at the browser."""
    return make_user(Role.RECRUITER, name="Tara Kessler")


@pytest.fixture
def requisition(recruiter: User) -> Requisition:
    """A requisition of theirs, with more people in a stage than a window shows."""
    made = make_open_requisition(recruiter)
    for number in range(PEOPLE):
        add(made, f"Ada Number{number}", StageKind.SCREENING)
    return made


def test_a_board_on_paper_holds_everybody(
    served: Flask, browser_context: BrowserContext, recruiter: User, requisition: Requisition
) -> None:
    board = open_board(served, browser_context, recruiter, requisition)
    board.page.set_viewport_size({"width": 1280, "height": 600})
    last = board.cards(StageKind.SCREENING).last
    assert last.evaluate(CUT_OFF_BY) != ""

    board.page.emulate_media(media="print")

    expect(board.cards(StageKind.SCREENING)).to_have_count(PEOPLE)
    assert last.evaluate(CUT_OFF_BY) == ""
    expect(board.page.get_by_role("link", name="Add candidate")).to_be_hidden()


def test_a_phone_shows_the_tab_of_the_page(
    served: Flask, browser: Browser, sign_in: SignIn, recruiter: User, requisition: Requisition
) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    sign_in(context, recruiter)
    page = context.new_page()
    page.goto(f"{served.config['SITE']}/requisitions/{requisition.number}/history")

    tabs = page.get_by_role("navigation", name="Parts of this page")
    expect(tabs.get_by_role("link", name="History")).to_be_in_viewport(ratio=1)
    assert page.evaluate("scrollY") == 0
    context.close()


def test_a_comparison_on_a_phone_leaves_no_room_for_who_is_out_of_sight(
    served: Flask, browser: Browser, sign_in: SignIn, recruiter: User
) -> None:
    manager = make_user(Role.HIRING_MANAGER)
    requisition = make_requisition(recruiter=recruiter, hiring_manager=manager)
    with transaction():
        requisition.checklist[-1].need = Need.NICE_TO_HAVE
    wordy, brief = (make_vetted(requisition, name=name) for name in ("Ada Lind", "Bo Falk"))
    make_scorecard(wordy, summary="What she told of drift. " * 40)
    make_scorecard(brief)
    shortlist = make_shortlist(wordy, brief)
    context = browser.new_context(viewport={"width": 390, "height": 800})
    sign_in(context, manager)
    page = context.new_page()
    page.goto(f"{served.config['SITE']}/shortlists/{shortlist.id}")
    table = "() => document.querySelector('.cmp').offsetHeight"
    expect(page.locator(".person-switch [aria-current]")).to_have_text("Ada Lind")
    empty = "() => [...document.querySelectorAll('.cmp tr.group > td:empty')].map((cell) => cell.offsetHeight)"
    assert page.evaluate(empty) == [0, 0], "beside a heading there is nothing to say, and no room is kept for it"
    tall = page.evaluate(table)
    page.locator(".person-switch").get_by_role("link", name="Bo Falk").click()
    page.wait_for_function(f"tall => ({table})() < tall - 100", arg=tall)
    page.locator(".person-switch").get_by_role("link", name="Ada Lind").click()
    page.wait_for_function(f"tall => ({table})() === tall", arg=tall)
    context.close()
