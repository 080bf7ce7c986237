"""A board that is open stays true in all that it shows: empty ones fill, numbers around the columns, cards far down,
the columns themselves."""

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.boards import add, kind_now, moved_by, open_board
from tests.factories.pipeline import stage_of
from tracker.accounts.models import User
from tracker.candidates.operations import update_candidate
from tracker.core.db import db, transaction
from tracker.pipeline.contacts import set_wait
from tracker.pipeline.details import update_details
from tracker.pipeline.models import Application
from tracker.pipeline.operations import end_application
from tracker.pipeline.states import ChangeKind
from tracker.requisitions.models import Requisition
from tracker.requisitions.operations_life import close_requisition, hold_requisition
from tracker.requisitions.operations_stages import add_stage, change_stage
from tracker.requisitions.states import Phase, StageKind


def figure(page: Page, name: str) -> str:
    return page.locator(f"[data-figure={name}]").first.inner_text()


@pytest.mark.parametrize("address", ["", "boards/mlops-engineer", "boards/mine"], ids=["requisition", "role", "mine"])
def test_an_empty_board_fills_when_somebody_arrives(
    served: Flask, browser_context: BrowserContext, tara: User, requisition: Requisition, address: str
) -> None:
    board = open_board(served, browser_context, tara, requisition)
    if address:
        board.page.goto(f"{served.config['SITE']}/{address}")
    said = board.page.locator(".board-empty")
    expect(said).to_be_visible()
    expect(board.page.locator("#board")).to_be_hidden()
    ada = add(requisition, "Ada Lind", StageKind.APPLIED)
    expect(board.card("Ada Lind")).to_be_visible()
    expect(said).to_be_hidden()
    expect(board.page.locator("[data-figure=active]").first).to_have_text("1")
    # It is a board like any other from now on, and empty again when the last one leaves.
    board.link("Ada Lind").focus()
    board.page.keyboard.press("m")
    board.page.get_by_role("menuitem", name="Screening").click()
    expect(board.toasts).to_contain_text("Ada Lind moved to Screening")
    with transaction():
        end_application(ada, ChangeKind.REJECT, actor=tara, expected=None, reason="skills")
    expect(said).to_be_visible()
    expect(board.page.locator("[data-figure=active]").first).to_have_text("0")


def test_numbers_around_the_columns_follow(
    served: Flask, browser_context: BrowserContext, tara: User, davide: User, requisition: Requisition
) -> None:
    people = [add(requisition, f"Person {number}", StageKind.SCREENING, days_ago=60) for number in range(3)]
    board = open_board(served, browser_context, tara, requisition)
    page = board.page
    field = page.get_by_role("searchbox", name="Find on this board")
    field.focus()
    before = {name: figure(page, name) for name in ("mine", "late", "active")}
    assert before == {"mine": "3", "late": "3", "active": "3"}
    with transaction():
        update_details(people[0], actor=davide, expected=None, recruiter_id=davide.id)
    expect(page.locator("[data-figure=mine]")).to_have_text("2")
    moved_by(davide, people[1], StageKind.ASSESSMENT)
    expect(page.locator("[data-figure=late]")).to_have_text("2")
    with transaction():
        end_application(people[2], ChangeKind.REJECT, actor=davide, expected=None, reason="skills")
    expect(page.locator("[data-figure=active]")).to_have_text("2")
    expect(page.locator("[data-figure=mine]")).to_have_text("1")
    expect(page.locator("#bulk span[data-figure=total]")).to_have_text("2")
    expect(page.locator("#bulk [name=count]")).to_have_value("2")
    expect(field).to_be_focused()
    # What is done here counts at once.
    board.drag(board.card("Person 0"), board.stack(StageKind.ASSESSMENT))
    expect(page.locator("[data-figure=late]")).to_have_text("0")


def test_numbers_under_a_filter_follow(
    served: Flask, browser_context: BrowserContext, tara: User, davide: User, requisition: Requisition
) -> None:
    late = [add(requisition, f"Late {number}", StageKind.SCREENING, days_ago=60) for number in range(2)]
    add(requisition, "Ada Lind", StageKind.SCREENING, days_ago=0)
    board = open_board(served, browser_context, tara, requisition)
    board.page.goto(f"{board.page.url}?late=1")
    matching = board.page.locator(".matching")
    expect(matching).to_have_text("2 match")
    moved_by(davide, late[0], StageKind.ASSESSMENT)
    expect(matching).to_have_text("1 matches")
    # Whom the filter leaves out is on the board nevertheless.
    expect(board.page.locator("[data-figure=active]")).to_have_text("3")


def test_cards_far_down_say_what_is_new(
    served: Flask, browser_context: BrowserContext, tara: User, davide: User, requisition: Requisition
) -> None:
    people = [add(requisition, f"Person {number:02}", StageKind.APPLIED, days_ago=number + 1) for number in range(48)]
    board = open_board(served, browser_context, tara, requisition)
    for shown in (40, 48):
        board.cards(StageKind.APPLIED).last.scroll_into_view_if_needed()
        expect(board.cards(StageKind.APPLIED)).to_have_count(shown)
    board.link("Person 44").focus()
    place = board.card("Person 44").bounding_box()
    with transaction():
        ada = people[45].candidate
        update_candidate(ada, expected_version=ada.version, actor=davide, name="Ada Lind")
    expect(board.card("Ada Lind")).to_be_visible()
    with transaction():
        application = db.session.get_one(Application, people[44].id)
        set_wait(application, note="take-home until Thursday", ends_at=None, user=None, actor=davide)
    expect(board.card("Person 44")).to_contain_text("take-home until Thursday")
    expect(board.link("Person 44")).to_be_focused()
    now = board.card("Person 44").bounding_box()
    assert now is not None
    assert place is not None
    assert now["y"] == pytest.approx(place["y"], abs=2)
    expect(board.cards(StageKind.APPLIED)).to_have_count(48)


def test_columns_come_and_are_renamed_without_the_board_being_drawn_anew(
    served: Flask, browser_context: BrowserContext, tara: User, davide: User, requisition: Requisition
) -> None:
    for number in range(24):
        add(requisition, f"Person {number:02}", StageKind.APPLIED, days_ago=number + 1)
    board = open_board(served, browser_context, tara, requisition)
    board.cards(StageKind.APPLIED).last.scroll_into_view_if_needed()
    expect(board.cards(StageKind.APPLIED)).to_have_count(24)
    board.link("Person 22").focus()
    place = board.card("Person 22").bounding_box()
    stage = stage_of(requisition, StageKind.SCREENING)
    with transaction():
        change_stage(stage, expected=None, actor=davide, name="First call", limit_days=2, requires_approval=False)
    expect(board.column(StageKind.SCREENING).locator("h3")).to_have_text("First call")
    with transaction():
        added = add_stage(requisition, actor=davide, name="Reference calls", phase=Phase.VETTING)
        number = added.id
    column = board.page.locator(f"#stage-{number}")
    expect(column.locator("h3")).to_have_text("Reference calls")
    expect(board.link("Person 22")).to_be_focused()
    assert board.card("Person 22").bounding_box() == pytest.approx(place, abs=2)
    expect(board.cards(StageKind.APPLIED)).to_have_count(24)
    # It is a column as the others are.
    board.drag(board.card("Person 22"), column.locator(".stack"))
    expect(board.toasts).to_contain_text("Person 22 moved to Reference calls")
    expect(column.locator(".col-head .n")).to_have_text("1")
    expect(board.page.locator(f".stage-switch a[href='#stage-{number}']")).to_have_text("Reference calls 1")


def test_a_board_that_is_closed_meanwhile_takes_no_card(
    served: Flask, browser_context: BrowserContext, tara: User, davide: User, requisition: Requisition
) -> None:
    ada = add(requisition, "Ada Lind", StageKind.APPLIED)
    board = open_board(served, browser_context, tara, requisition)
    with board.page.expect_response(lambda answer: "since=" in answer.url), transaction():
        close_requisition(requisition, actor=davide, cancelled=True, reason="Budget")
    reason = f"{requisition.number} is cancelled: nobody is moved. Reopen it, or transfer the person."
    expect(board.stack(StageKind.SCREENING)).to_have_attribute("data-refusal", reason)
    board.drag(board.card("Ada Lind"), board.stack(StageKind.SCREENING))
    expect(board.toasts).to_contain_text(reason)
    expect(board.cards(StageKind.APPLIED)).to_have_count(1)
    board.has(StageKind.APPLIED, 1)
    # By keys it is the same.
    board.page.get_by_role("button", name="Close this message").click()
    board.link("Ada Lind").focus()
    board.page.keyboard.press("m")
    board.page.get_by_role("menuitem", name="Screening").click()
    expect(board.toasts).to_contain_text(reason)
    expect(board.link("Ada Lind")).to_be_focused()
    assert kind_now(ada) is StageKind.APPLIED


def test_on_hold_everybody_moves_but_to_an_offer(
    served: Flask, browser_context: BrowserContext, tara: User, requisition: Requisition
) -> None:
    add(requisition, "Ada Lind", StageKind.APPLIED)
    with transaction():
        hold_requisition(requisition, actor=tara, reason="Budget")
    board = open_board(served, browser_context, tara, requisition)
    board.drag(board.card("Ada Lind"), board.stack(StageKind.PREPARING_OFFER))
    expect(board.toasts).to_contain_text("Ada Lind stays in Applied.")
    expect(board.cards(StageKind.APPLIED)).to_have_count(1)
    board.has(StageKind.APPLIED, 1)
    board.has(StageKind.PREPARING_OFFER, 0)
    board.drag(board.card("Ada Lind"), board.stack(StageKind.SCREENING))
    expect(board.toasts).to_contain_text("Ada Lind moved to Screening")
