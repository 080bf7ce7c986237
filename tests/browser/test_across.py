"""Boards across requisitions are worked at as the board of one is: by drag, menu, keys, many at once, in the panel."""

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.boards import BoardPage, add, kind_now, moved_by
from tests.browser.conftest import give_session
from tests.factories.accounts import make_user
from tests.factories.pipeline import make_open_requisition
from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.candidates.tagging import tag_candidates
from tracker.core.db import db, transaction
from tracker.pipeline.models import Application
from tracker.pipeline.states import ApplicationStatus
from tracker.requisitions.models import Requisition
from tracker.requisitions.operations_life import close_requisition
from tracker.requisitions.stage_templates import ensure_templates
from tracker.requisitions.states import StageKind

OPS = "boards/mlops-engineer"
MINE = "boards/mine"


@pytest.fixture
def tara(served: Flask) -> User:
    """Who looks."""
    with transaction():
        ensure_templates()
    return make_user(Role.RECRUITER, name="Tara Kessler")


@pytest.fixture
def two(tara: User) -> list[Requisition]:
    """Two requisitions for one role."""
    return [make_open_requisition(tara), make_open_requisition(tara)]


@pytest.fixture
def people(two: list[Requisition]) -> list[Application]:
    """Three people, in screening of the one, of the other, and of the one."""
    return [
        add(two[number % 2], name, StageKind.SCREENING, days_ago=number + 1)
        for number, name in enumerate(("Ada Lind", "Ben Okafor", "Cleo Marsh"))
    ]


@pytest.fixture(params=[OPS, MINE], ids=["role", "mine"])
def across(
    request: pytest.FixtureRequest,
    served: Flask,
    browser_context: BrowserContext,
    tara: User,
    people: list[Application],
) -> BoardPage:
    """One of these boards, open; a fault on the console fails the test."""
    give_session(served, browser_context, tara)
    page = browser_context.new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.goto(f"{served.config['SITE']}/{request.param}")
    return BoardPage(page, people[0].requisition)


def stack(page: Page, key: str) -> Locator:
    return page.locator(f"[data-stage={key}]")


def counted(page: Page, key: str, count: int) -> None:
    expect(page.locator(f"#head-{key} .n")).to_have_text(str(count))


def test_a_drop_enters_the_stage_of_the_cards_own_requisition(across: BoardPage, people: list[Application]) -> None:
    page = across.page
    across.drag(across.card("Ben Okafor"), stack(page, "technical_assessment"))
    expect(across.toasts).to_contain_text("Ben Okafor moved to Technical assessment")
    counted(page, "screening", 2)
    counted(page, "technical_assessment", 1)
    expect(stack(page, "technical_assessment").locator(".card-person:not(.sending)")).to_contain_text("Ben Okafor")
    assert kind_now(people[1]) is StageKind.ASSESSMENT
    assert people[1].stage.requisition_id == people[1].requisition_id
    # And back where they stood, between the others.
    across.toasts.get_by_role("button", name="Undo").click()
    expect(stack(page, "screening").locator(".nm a")).to_have_text(["Ada Lind", "Ben Okafor", "Cleo Marsh"])
    counted(page, "screening", 3)
    counted(page, "technical_assessment", 0)
    assert kind_now(people[1]) is StageKind.SCREENING


def test_menu_and_keys(across: BoardPage, people: list[Application]) -> None:
    page, keyboard = across.page, across.page.keyboard
    across.link("Ada Lind").focus()
    keyboard.press("j")
    expect(across.link("Ben Okafor")).to_be_focused()
    keyboard.press("m")
    keyboard.type("tech")
    expect(across.toasts).to_contain_text("Ben Okafor moved to Technical assessment")
    expect(across.link("Cleo Marsh")).to_be_focused()
    keyboard.press("l")
    expect(across.link("Ben Okafor")).to_be_focused()
    across.card("Ben Okafor").hover()
    across.card("Ben Okafor").get_by_label("Move Ben Okafor to…").click()
    menu = page.get_by_role("menu", name="Move Ben Okafor to")
    menu.get_by_role("menuitem", name="With a note or a date…").click()
    across.dialog.get_by_label("Panel interview").check()
    across.dialog.get_by_role("button", name="Move", exact=True).click()
    expect(across.dialog).to_be_hidden()
    expect(stack(page, "panel_interview")).to_contain_text("Ben Okafor")
    across.link("Ada Lind").focus()
    keyboard.press("r")
    across.dialog.get_by_label("Another reason").or_(across.dialog.locator("[name=reason]")).first.check()
    across.dialog.get_by_role("button", name="Reject").click()
    expect(across.toasts).to_contain_text("Ada Lind")
    expect(across.card("Ada Lind")).to_have_count(0)
    counted(page, "screening", 1)
    across.toasts.get_by_role("button", name="Undo").last.click()
    expect(across.card("Ada Lind")).to_be_visible()
    counted(page, "screening", 2)


def test_many_of_two_requisitions_at_once(across: BoardPage, people: list[Application], two: list[Requisition]) -> None:
    page = across.page
    across.link("Ada Lind").focus()
    page.keyboard.press("s")
    page.keyboard.press("j")
    page.keyboard.press("s")
    expect(page.locator("[data-selected]")).to_have_text("2 chosen")
    page.locator("#bulk").get_by_role("button", name="Move to…").click()
    across.dialog.get_by_label("Technical assessment").check()
    across.dialog.get_by_role("button", name="Move 2").click()
    expect(across.toasts).to_contain_text("2 moved to Technical assessment")
    expect(stack(page, "technical_assessment").locator(".card-person")).to_have_count(2)
    across.toasts.get_by_role("button", name="Undo").click()
    expect(stack(page, "screening").locator(".card-person")).to_have_count(3)
    counted(page, "screening", 3)
    assert {kind_now(each) for each in people} == {StageKind.SCREENING}


def test_the_panel_and_what_is_done_in_it(across: BoardPage, people: list[Application]) -> None:
    page = across.page
    across.link("Cleo Marsh").click()
    panel = page.get_by_role("complementary", name="Cleo Marsh")
    expect(panel).to_contain_text("No résumé yet")
    assert f"person={people[2].id}" in page.url
    panel.get_by_role("link", name="Move to…").click()
    across.dialog.get_by_label("Technical assessment").check()
    across.dialog.get_by_role("button", name="Move", exact=True).click()
    expect(stack(page, "technical_assessment")).to_contain_text("Cleo Marsh")
    expect(panel).to_contain_text("Technical assessment")
    page.go_back()
    expect(panel).to_be_hidden()


def test_a_refused_drop_goes_back_with_the_reason(
    across: BoardPage, people: list[Application], two: list[Requisition], served: Flask
) -> None:
    davide = make_user(Role.RECRUITER, name="Davide Moretti")
    page = across.page
    page.route("**/pulse", lambda route: route.abort())
    moved_by(davide, people[0], StageKind.INTERVIEW)
    across.drag(across.card("Ada Lind"), stack(page, "technical_assessment"))
    expect(across.toasts).to_contain_text("Davide Moretti")
    # The board shows by itself how it is now.
    expect(stack(page, "panel_interview")).to_contain_text("Ada Lind")
    counted(page, "screening", 2)
    counted(page, "technical_assessment", 0)


def test_an_undo_after_somebody_else_went_on_says_so(across: BoardPage, people: list[Application]) -> None:
    davide = make_user(Role.RECRUITER, name="Davide Moretti")
    across.drag(across.card("Ada Lind"), stack(across.page, "technical_assessment"))
    expect(across.toasts).to_contain_text("Ada Lind moved")
    across.page.route("**/pulse", lambda route: route.abort())
    expect(across.page.locator(".sending")).to_have_count(0)
    moved_by(davide, db.session.get_one(Application, people[0].id), StageKind.INTERVIEW)
    across.toasts.get_by_role("button", name="Undo").click()
    expect(across.toasts).to_contain_text("Davide Moretti")
    expect(stack(across.page, "panel_interview")).to_contain_text("Ada Lind")
    assert kind_now(people[0]) is StageKind.INTERVIEW


def test_what_others_do_in_either_requisition_shows(
    across: BoardPage, people: list[Application], two: list[Requisition]
) -> None:
    davide = make_user(Role.RECRUITER, name="Davide Moretti")
    across.link("Cleo Marsh").focus()
    moved_by(davide, people[1], StageKind.INTERVIEW)
    expect(stack(across.page, "panel_interview")).to_contain_text("Ben Okafor")
    add(two[1], "Dana Frost", StageKind.APPLIED)
    expect(stack(across.page, "applied")).to_contain_text("Dana Frost")
    expect(across.link("Cleo Marsh")).to_be_focused()
    expect(across.page.locator("[data-figure=active]")).to_have_text("4")


def test_whose_requisition_is_over_is_not_moved(
    across: BoardPage, people: list[Application], two: list[Requisition]
) -> None:
    davide = make_user(Role.RECRUITER, name="Davide Moretti")
    with transaction():
        close_requisition(two[1], actor=davide, cancelled=True, reason="Budget")
    gone = across.page.url.endswith(OPS)
    card = across.card("Ben Okafor")
    if gone:
        expect(card).to_have_count(0)
    else:
        # What waits on somebody still waits; but nobody moves them.
        expect(across.page.locator(".card-person:not([data-move-url])")).to_contain_text("Ben Okafor")
    db.session.rollback()
    assert db.session.get_one(Application, people[1].id).status is ApplicationStatus.ACTIVE


def test_a_view_is_saved_and_opened_there(across: BoardPage, people: list[Application]) -> None:
    page, bar = across.page, across.page.locator(".bar")
    plain = page.url
    with transaction():
        [(_, tag)] = tag_candidates([people[0].candidate], ["Rust"], actor=None)
    page.goto(f"{plain}?tag={tag}")
    expect(across.card("Ada Lind")).to_be_visible()
    expect(page.locator(".card-person")).to_have_count(1)
    bar.get_by_text("Views", exact=True).click()
    bar.get_by_role("link", name="Save this view").click()
    dialog = page.get_by_role("dialog", name="Save this view")
    dialog.get_by_label("Name").fill("Ada alone")
    dialog.get_by_label("Share it").check()
    dialog.get_by_label("Open this board with it").check()
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The view Ada alone is saved.")).to_be_visible()
    page.goto(plain)
    expect(page).to_have_url(f"{plain}?tag={tag}")
    expect(bar.locator(".views > summary")).to_have_text("Ada alone")
    bar.get_by_role("link", name="Show everybody").click()
    expect(page.locator(".card-person")).to_have_count(3)
    # The board that opened with a view is alive in its own address.
    moved_by(make_user(Role.RECRUITER), people[1], StageKind.INTERVIEW)
    expect(stack(page, "panel_interview")).to_contain_text("Ben Okafor")
