"""From a filter to a file, in a real browser: filter, save the view, come back to it, see it as a list, export it."""

import csv
import io
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select

from tests.browser.conftest import SignIn
from tests.factories.accounts import make_user
from tests.factories.candidates import make_candidate
from tests.factories.pipeline import make_application
from tests.factories.requisitions import make_requisition
from tests.services.axe import AXE, RULES
from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.candidates.models import Candidate
from tracker.candidates.tagging import tag_candidates
from tracker.core.db import db, transaction
from tracker.pipeline.states import SourceKind
from tracker.requisitions.models import Requisition
from tracker.requisitions.states import StageKind
from tracker.saved_views.operations import save_view
from tracker.saved_views.queries import Board
from tracker.saved_views.states import Reach, ViewKind


@pytest.fixture
def recruiter(served: Flask) -> User:
    return make_user(Role.RECRUITER, name="Tara Kessler")


@pytest.fixture
def requisition(recruiter: User) -> Requisition:
    """Three people: one referred and tagged, one referred, one found."""
    requisition = make_requisition(recruiter=recruiter)
    for days, (name, kind) in enumerate(
        (("Ada Lind", SourceKind.REFERRED), ("Ben Okafor", SourceKind.REFERRED), ("Cleo Marsh", SourceKind.SOURCED))
    ):
        ada = make_application(
            requisition,
            candidate=make_candidate(name, location="Lyon, France"),
            stage=StageKind.SCREENING,
            source_kind=kind,
            source="A. Kern",
            days_ago=days + 1,
            actor=recruiter,
        )
        if not days:
            with transaction():
                person = db.session.get_one(Candidate, ada.candidate_id)
                tag_candidates([person], ["relocation", "backup"], actor=recruiter)
    return requisition


def test_filter_save_come_back_list_export(
    served: Flask, browser_context: BrowserContext, sign_in: SignIn, recruiter: User, requisition: Requisition
) -> None:
    sign_in(browser_context, recruiter)
    page = browser_context.new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    board = f"{served.config['SITE']}/requisitions/{requisition.number}/board"
    page.goto(board)
    bar = page.locator(".bar")
    bar.get_by_text("Filter", exact=True).click()
    bar.get_by_role("checkbox", name="Referred").check()
    bar.get_by_label("relocation").check()
    bar.get_by_role("button", name="Show", exact=True).click()
    expect(bar.get_by_text("1 matches")).to_be_visible()
    expect(page.locator(".card-person")).to_have_count(1)
    bar.get_by_role("link", name="Tag: relocation. Take this filter away").click()
    expect(page.locator(".card-person")).to_have_count(2)

    bar.get_by_text("Views", exact=True).click()
    bar.get_by_role("link", name="Save this view").click()
    dialog = page.get_by_role("dialog", name="Save this view")
    dialog.get_by_label("Name").fill("Referrals")
    dialog.get_by_label("Open this board with it").check()
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The view Referrals is saved.")).to_be_visible()

    # Whoever comes back finds the board as they want it.
    page.goto(board)
    expect(page).to_have_url(f"{board}?source=referred")
    expect(bar.locator(".views > summary")).to_have_text("Referrals")
    bar.get_by_role("link", name="Show everybody").click()
    expect(page.locator(".card-person")).to_have_count(3)
    page.go_back()

    bar.get_by_role("link", name="List").click()
    page.get_by_role("columnheader", name="Name").get_by_role("link").click()
    expect(page.get_by_role("columnheader", name="Name")).to_have_attribute("aria-sort", "ascending")
    expect(page.locator("tbody a.name")).to_have_text(["Ada Lind", "Ben Okafor"])
    bar.get_by_label("What to do with this list").click()
    with page.expect_download() as download:
        bar.get_by_role("button", name="Export as CSV").click()
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    assert download.value.suggested_filename == f"{requisition.number}-people.csv"
    assert [row["Name"] for row in csv.DictReader(io.StringIO(text))] == ["Ada Lind", "Ben Okafor"]


def test_axe_finds_nothing(served: Flask, axe_page: Page, requisition: Requisition) -> None:
    page = axe_page
    base = f"{served.config['SITE']}/requisitions/{requisition.number}"
    reader, board = db.session.scalars(select(User).where(User.name == "Tara Kessler")).one(), Board.of(requisition)
    for name, query in (("Referrals", {"source": "referred"}), ("Late ones with a rather long name", {"late": "1"})):
        with transaction():
            save_view(name, query, kind=ViewKind.BOARD, reach=Reach.EVERYWHERE, board=board, shared=True, actor=reader)
    for address, menu in (
        ("board?source=referred&region=france", "filters"),
        ("board?source=referred", "views"),
        ("board?source=sourced", "views"),
        ("list?source=referred&sort=name", "views"),
        ("../../boards/mine?late=1", "views"),
        ("../../boards/mlops-engineer?source=referred", "filters"),
        ("list?source=referred&recruiter=me&sort=name", "filters"),
        ("list?source=referred", ""),
        ("filters?source=referred", ""),
        ("views/new?source=referred", ""),
    ):
        page.goto(f"{base}/{address}")
        if menu:
            page.locator(f"details.{menu} > summary").click()
        if menu == "filters":
            expect(page.get_by_role("checkbox", name="Referred")).to_be_checked()
        assert page.evaluate(AXE, RULES) == [], address
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
