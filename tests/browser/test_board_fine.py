"""What is small on a board and would still annoy: words cut in the middle, marks over words, choices out of order."""

import re

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Locator, Route, expect

from tests.browser.boards import BoardPage, add, open_board
from tests.browser.conftest import SignIn
from tests.factories.pipeline import make_application, make_person
from tracker.accounts.models import User
from tracker.requisitions.models import Requisition
from tracker.requisitions.states import StageKind

#: Whether any letter of an element lies under another one.
COVERED = """(words, [cover]) => {
  const range = document.createRange();
  range.selectNodeContents(words);
  const [box, over] = [words.getBoundingClientRect(), cover.getBoundingClientRect()];
  return [...range.getClientRects()].some((line) =>
    Math.min(line.right, box.right) > over.left && over.right > line.left &&
    line.bottom > over.top && over.bottom > line.top);
}"""

#: How many lines the words of an element take.
LINES = """words => {
  const range = document.createRange();
  range.selectNodeContents(words);
  return new Set([...range.getClientRects()].map((line) => line.top)).size;
}"""


def covered(words: Locator, by: Locator) -> bool:
    """Whether something lies over the words of an element."""
    found: bool = words.evaluate(COVERED, [by.element_handle()])
    return found


@pytest.fixture
def board(served: Flask, browser_context: BrowserContext, tara: User, requisition: Requisition) -> BoardPage:
    """A board with somebody late, who waits on its reader, and somebody with a long name."""
    person = make_person("Ada Lind")
    make_application(
        requisition, candidate=person, stage=StageKind.SCREENING, days_ago=30, source="open-source commits to a tracker"
    )
    add(requisition, "Bo Falk", StageKind.SCREENING, days_ago=31)
    add(requisition, "Anna Wolfeschlegelsteinhausenbergerdorffwelchevoralternwaren", StageKind.APPLIED)
    return open_board(served, browser_context, tara, requisition)


def test_a_box_to_choose_by_covers_no_words(board: BoardPage) -> None:
    board.link("Ada Lind").focus()
    board.page.keyboard.press("s")
    card = board.card("Ada Lind")
    box = card.get_by_role("checkbox")
    expect(box).to_be_checked()
    for words in card.locator(".wait, .ft > :last-child").all():
        assert not covered(words, box), words.inner_text()


def test_who_listens_hears_the_name_before_the_age(board: BoardPage) -> None:
    card = board.card("Ada Lind")
    heard = card.aria_snapshot()
    assert heard.index("Ada Lind") < heard.index("/4 d")
    # The age stands beside the name all the same, and does not lie over it.
    assert not covered(card.locator(".nm a"), card.locator(".age"))
    assert covered(card.locator(".age"), card.locator(".nm"))


def test_what_comes_under_the_pointer_covers_no_words_and_moves_no_card(board: BoardPage) -> None:
    cards = [board.card("Ada Lind"), board.card("Bo Falk")]
    before = [card.bounding_box() for card in cards]
    cards[0].hover()
    box = cards[0].get_by_role("checkbox")
    arrow = cards[0].get_by_role("link", name="Move Ada Lind to…")
    for shown in (box, arrow):
        expect(shown).to_have_css("opacity", "1")
        for card in cards:
            for words in card.locator(".nm a, .age, .at, .ft > :last-child, .wait").all():
                assert not covered(words, shown), words.inner_text()
    assert [card.bounding_box() for card in cards] == before
    # Both can be reached from the card, and pressed.
    box.check()
    expect(board.page.locator("[data-selected]")).to_have_text("1 chosen")


def test_a_name_too_long_for_its_card_ends_in_dots_and_is_said_whole_to_who_comes_to_it(board: BoardPage) -> None:
    name = "Anna Wolfeschlegelsteinhausenbergerdorffwelchevoralternwaren"
    card = board.card(name)
    line = card.locator(".nm a")
    lines = line.evaluate(LINES)
    assert lines == 2, "the long word stands in one line"
    expect(line).to_have_css("text-overflow", "ellipsis")
    board.link(name).focus()
    expect(card.locator(".age")).to_have_attribute("data-tip", re.compile(f"^{name}. 1 working day in Applied, since "))
    board.link("Ada Lind").focus()
    tip = board.card("Ada Lind").locator(".age").get_attribute("data-tip") or ""
    assert not tip.startswith("Ada"), "what stands there whole is not said twice"


def test_what_an_age_means_does_not_show_beside_the_open_menu(board: BoardPage) -> None:
    board.link("Ada Lind").focus()
    board.page.keyboard.press("m")
    expect(board.page.get_by_role("menu")).to_be_visible()
    board.card("Ada Lind").hover()
    shown = "age => getComputedStyle(age, '::after').content"
    assert board.card("Ada Lind").locator(".age").evaluate(shown) == "none"
    board.page.keyboard.press("Escape")
    assert board.card("Ada Lind").locator(".age").evaluate(shown) != "none"


def test_a_double_click_on_a_stage_opens_nobody_who_lies_beneath(board: BoardPage) -> None:
    arrow = board.card("Ada Lind").get_by_role("link", name="Move Ada Lind to…")
    arrow.dblclick()
    menu = board.page.get_by_role("menu", name="Move Ada Lind to")
    expect(menu).to_be_visible()
    # By the second click the menu is closed, and whoever lies beneath gets it.
    menu.get_by_role("menuitem", name="Applied").click()
    board.link("Bo Falk").dispatch_event("click", {"detail": 2, "button": 0})
    expect(board.toasts).to_contain_text("Ada Lind moved to Applied")
    expect(board.page.locator("#beside")).to_have_count(0)
    # One click opens, and the second of two opens nothing else.
    board.link("Bo Falk").dblclick()
    expect(board.page.locator("#beside-name")).to_have_text("Bo Falk")
    expect(board.page).to_have_url(re.compile("/board[?]person="))


def test_of_quick_folds_the_last_one_is_kept(board: BoardPage) -> None:
    kept: list[str] = []
    waiting: list[Route] = []

    def slow(route: Route) -> None:
        kept.append(route.request.post_data or "")
        if len(kept) == 1:
            waiting.append(route)
        else:
            route.continue_()

    board.page.route("**/preferences", slow)
    fold = board.page.get_by_role("button", name="Columns of sourcing")
    for _ in range(3):
        fold.click()
    expect(fold).to_have_attribute("aria-expanded", "false")
    assert len(kept) == 1, "nothing overtakes what is on its way"
    with board.page.expect_response("**/preferences") as last:
        waiting[0].continue_()
        board.page.wait_for_timeout(0)
    assert last.value.status == 204
    board.page.wait_for_load_state("networkidle")
    board.page.reload()
    expect(fold).to_have_attribute("aria-expanded", "false")


def test_an_address_cut_off_within_a_sign_breaks_no_script(
    served: Flask, browser_context: BrowserContext, sign_in: SignIn, tara: User
) -> None:
    sign_in(browser_context, tara)
    page = browser_context.new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.goto(f"{served.config['SITE']}/requisitions/%E0%A4%A/board#%E0%A4%A")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Nothing here")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog")).to_be_visible()
