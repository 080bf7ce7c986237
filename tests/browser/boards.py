"""Working at a board in a real browser: finding columns and cards, and taking cards from one to another."""

from dataclasses import dataclass

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.conftest import give_session
from tests.factories.pipeline import make_application, make_person, stage_of
from tracker.accounts.models import User
from tracker.core.db import db, transaction
from tracker.pipeline.models import Application
from tracker.pipeline.operations import move_application
from tracker.requisitions.models import Requisition
from tracker.requisitions.states import StageKind


@dataclass(frozen=True)
class BoardPage:
    """The board of a requisition, open in a browser."""

    page: Page
    requisition: Requisition

    @property
    def toasts(self) -> Locator:
        """The messages at the foot of the page."""
        return self.page.locator("#toasts")

    @property
    def dialog(self) -> Locator:
        """The shared dialog."""
        return self.page.locator("#dialog")

    def column(self, kind: StageKind) -> Locator:
        """A column with its head."""
        return self.page.locator(f"#stage-{stage_of(self.requisition, kind).id}")

    def stack(self, kind: StageKind) -> Locator:
        """The cards of a column."""
        return self.column(kind).locator(".stack")

    def cards(self, kind: StageKind) -> Locator:
        """Each card of a column."""
        return self.column(kind).locator(".card-person")

    def card(self, name: str) -> Locator:
        """Somebody's card, wherever it is."""
        return self.page.locator(".card-person", has=self.page.get_by_role("link", name=name, exact=True))

    def link(self, name: str) -> Locator:
        """The name on somebody's card, which has the focus when the card has."""
        return self.page.locator(".card-person").get_by_role("link", name=name, exact=True)

    def has(self, kind: StageKind, count: int) -> None:
        """The head of a column says so many."""
        expect(self.column(kind).locator(".col-head .n")).to_have_text(str(count))

    def drag(self, card: Locator, to: Locator) -> None:
        """Take a card by mouse, and let go of it on a column."""
        self.hold(card, to)
        self.page.mouse.up()

    def hold(self, card: Locator, to: Locator) -> None:
        """Take a card by mouse, and hold it over a column."""
        start, end = card.bounding_box(), to.bounding_box()
        assert start is not None
        assert end is not None
        mouse = self.page.mouse
        mouse.move(start["x"] + 40, start["y"] + 15)
        mouse.down()
        mouse.move(start["x"] + 60, start["y"] + 25, steps=4)
        mouse.move(end["x"] + end["width"] / 2, end["y"] + min(end["height"] / 2, 60), steps=12)


def open_board(served: Flask, context: BrowserContext, user: User, requisition: Requisition) -> BoardPage:
    """Sign somebody in and open a board; a fault on the console fails the test."""
    give_session(served, context, user)
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.goto(f"{served.config['SITE']}/requisitions/{requisition.number}/board")
    return BoardPage(page, requisition)


def add(requisition: Requisition, name: str, kind: StageKind, *, days_ago: float = 1) -> Application:
    """Somebody who entered that stage so many days ago."""
    return make_application(requisition, candidate=make_person(name), stage=kind, days_ago=days_ago)


def moved_by(actor: User, application: Application, kind: StageKind) -> None:
    """Somebody moves, from elsewhere."""
    with transaction():
        move_application(application, stage_of(application.requisition, kind), actor=actor, expected=None)


def kind_now(application: Application) -> StageKind:
    """The stage as the database has it."""
    db.session.rollback()
    db.session.expire_all()
    return application.stage.kind
