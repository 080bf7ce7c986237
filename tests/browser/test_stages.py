"""Stages in a real browser: dragged within and across phases, refused drops, retired in the dialog, and for axe."""

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.conftest import SignIn
from tests.factories.accounts import make_user
from tests.factories.pipeline import make_application
from tests.factories.requisitions import make_requisition
from tests.services.axe import AXE, AXE_SCRIPT, RULES
from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.core.db import db, transaction
from tracker.requisitions.models import Requisition, Stage
from tracker.requisitions.operations_stages import add_stage
from tracker.requisitions.states import Phase, StageKind


@pytest.fixture
def recruiter(served: Flask) -> User:
    """Who sits at the browser."""
    return make_user(Role.RECRUITER, name="Tara Kessler")


@pytest.fixture
def requisition(recruiter: User) -> Requisition:
    """One with a stage for something else, and somebody in Technical assessment."""
    requisition = make_requisition(recruiter=recruiter)
    with transaction():
        add_stage(requisition, actor=recruiter, name="Warm", phase=Phase.SOURCING)
    make_application(requisition, stage=StageKind.ASSESSMENT)
    return requisition


@pytest.fixture
def page(
    served: Flask, browser_context: BrowserContext, sign_in: SignIn, recruiter: User, requisition: Requisition
) -> Page:
    """The stages of the requisition, open; a fault on the page fails the test."""
    sign_in(browser_context, recruiter)
    page = browser_context.new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.goto(f"{served.config['SITE']}/requisitions/{requisition.number}/stages")
    return page


def row(page: Page, name: str) -> Locator:
    return page.locator(".checklist > li", has=page.get_by_text(name, exact=True))


def names(page: Page, phase: str) -> list[str]:
    return page.locator(f'[data-sort-name="{phase}"] .name').all_inner_texts()


def drag(page: Page, name: str, onto: str) -> None:
    """Take a row by its grip, and let go of it on another one."""
    grip, target = row(page, name).locator(".grip"), row(page, onto).bounding_box()
    assert target is not None
    grip.hover()
    page.mouse.down()
    page.mouse.move(target["x"] + 30, target["y"] + target["height"] / 2 - 4, steps=12)
    page.mouse.move(target["x"] + 30, target["y"] + target["height"] / 2, steps=4)
    page.mouse.up()


def stage(requisition: Requisition, name: str) -> Stage:
    db.session.rollback()
    return next(each for each in requisition.stages if each.name == name)


def test_a_stage_is_dragged_into_the_next_phase(page: Page, requisition: Requisition) -> None:
    with page.expect_navigation():
        drag(page, "Warm", onto="Screening")
    assert "Warm" in names(page, "vetting")
    assert stage(requisition, "Warm").phase is Phase.VETTING


def test_a_drop_that_is_refused_goes_back_and_says_why(page: Page, requisition: Requisition) -> None:
    before = names(page, "vetting")
    drag(page, "Screening", onto="Contacted")
    expect(page.locator(".toast")).to_contain_text("Screening belongs to vetting")
    assert names(page, "vetting") == before
    assert stage(requisition, "Screening").phase is Phase.VETTING


def test_a_stage_is_retired_in_the_dialog_and_its_people_come_back(page: Page, requisition: Requisition) -> None:
    row(page, "Technical assessment").get_by_role("link", name="Retire Technical assessment").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("1 person is in Technical assessment")
    dialog.get_by_label("Move them to Panel interview").check()
    with page.expect_navigation():
        dialog.get_by_role("button", name="Retire it").click()
    expect(page.get_by_text("Technical assessment is retired, and 1 person was moved")).to_be_visible()
    expect(row(page, "Panel interview")).to_contain_text("1 person in it")
    with page.expect_navigation():
        page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(page.locator("body")).to_contain_text("1 person is still in it")
    with page.expect_navigation():
        page.get_by_role("button", name="Bring Technical assessment back").click()
    assert stage(requisition, "Technical assessment").retired_at is None


@pytest.mark.parametrize("width", [1280, 320])
def test_the_page_has_no_faults_of_accessibility(page: Page, width: int) -> None:
    page.context.add_init_script(AXE_SCRIPT)
    page.set_viewport_size({"width": width, "height": 800})
    page.reload()
    assert page.evaluate(AXE, RULES) == []
