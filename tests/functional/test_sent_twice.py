"""The very same form sent twice, as a double click without a script sends it, does its work once."""

import io
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.conftest import Client
from tests.factories.accounts import make_user
from tests.factories.requisitions import make_requisition
from tests.factories.vetting import make_vetted
from tracker.access.models import AccessLink
from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.candidates.models import CandidateFile, CandidateNote
from tracker.core import clock, ticks
from tracker.core.db import Base, db, transaction
from tracker.core.once import SentForm
from tracker.mail.models import OutboxMessage
from tracker.mail.states import MailState
from tracker.pipeline.models import Application, Contact
from tracker.requisitions.models import ChecklistItem, Opening, Requisition, Stage
from tracker.vetting.models import Interview, Scorecard


class World(NamedTuple):
    """Who sends, and what there is."""

    tara: User
    admin: User
    application: Application
    requisition: Requisition


class Case(NamedTuple):
    """A page with a form, what is typed into it, and what it makes one of."""

    page: str
    values: dict[str, Any]
    makes: type[Base]
    address: str = ""


@pytest.fixture
def world(app: Flask) -> World:
    """A recruiter at work, and an admin."""
    tara = make_user(Role.RECRUITER, Role.ADMIN, name="Tara Kessler")
    requisition = make_requisition(recruiter=tara)
    return World(tara, tara, make_vetted(requisition), requisition)


def a_note(world: World) -> Case:
    return Case(f"/candidates/{world.application.candidate_id}/notes", {"body": "Knows Go."}, CandidateNote)


def a_contact(world: World) -> Case:
    values = {"direction": "out", "channel": "phone", "note": "Rang twice."}
    return Case(f"/applications/{world.application.id}/contacts", values, Contact)


def an_interview(world: World) -> Case:
    values = {"title": "Panel", "assessors": [world.tara.id], "version": ""}
    return Case(f"/applications/{world.application.id}/interviews/new", values, Interview)


def a_scorecard_nobody_asked_for(world: World) -> Case:
    values = {"summary": "Clear and quick.", "recommendation": "yes", "keep": "1", "version": ""}
    return Case(f"/applications/{world.application.id}/scorecards/new", values, Scorecard)


def a_requisition(_world: World) -> Case:
    values = {
        "role": "ml_engineer",
        "title": "ML Engineer",
        "openings": "1",
        "target_days": "45",
        "currency": "EUR",
        "workplace": "remote",
        "engagement": "employee",
        "hiring_manager": "0",
    }
    return Case("/requisitions/new", values, Requisition)


def an_item(world: World) -> Case:
    values = {"title": "Streaming", "need": "must_have"}
    return Case(f"/requisitions/{world.requisition.number}/checklist/items/new", values, ChecklistItem)


def a_stage(world: World) -> Case:
    values = {"name": "Reference calls", "phase": "vetting", "kind": "other", "limit_days": "3"}
    return Case(f"/requisitions/{world.requisition.number}/stages/new", values, Stage)


def an_opening(world: World) -> Case:
    return Case(f"/requisitions/{world.requisition.number}/openings", {}, Opening)


def a_file(world: World) -> Case:
    return Case(
        f"/candidates/{world.application.candidate_id}/files", {"kind": "other", "file": "notes.txt"}, CandidateFile
    )


def a_link(world: World) -> Case:
    return Case(f"/users/{make_user(Role.INTERVIEWER).id}/links", {}, AccessLink)


def a_mail_once_more(world: World) -> Case:
    with transaction():
        message = OutboxMessage(
            kind="reminders",
            dedupe_key="reminders:1",
            user_id=world.tara.id,
            facts={"lines": []},
            state=MailState.SENT,
            created_at=clock.now(),
            due_at=clock.now(),
            sent_at=clock.now(),
        )
        db.session.add(message)
    return Case(f"/mail/{message.id}", {}, OutboxMessage, f"/mail/{message.id}/resends")


CASES = (
    a_note,
    a_contact,
    an_interview,
    a_scorecard_nobody_asked_for,
    a_requisition,
    an_item,
    a_stage,
    an_opening,
    a_file,
    a_link,
    a_mail_once_more,
)


def key_of(client: Client, page: str) -> str:
    """The key in the forms of a page, which is another each time."""
    shown = client.get(page)
    assert shown.status_code == 200, page
    keys = set(re.findall(r'name="once" value="([^"]+)"', shown.text))
    assert len(keys) == 1, keys
    return str(keys.pop())


def how_many(model: type[Base]) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def send(client: Client, case: Case, key: str, **other: Any) -> Any:
    values = case.values | {"once": key} | other
    if "file" in values:
        values["file"] = (io.BytesIO(b"What she sent."), values["file"])
    return client.post(case.address or case.page, data=values)


@pytest.mark.parametrize("make", CASES, ids=lambda make: make.__name__)
def test_the_same_form_sent_twice_acts_once_and_leads_to_the_same_page(
    client: Client, world: World, make: Callable[[World], Case]
) -> None:
    case = make(world)
    client.sign_in(world.tara)
    key, before = key_of(client, case.page), how_many(case.makes)
    first, second = send(client, case, key), send(client, case, key)
    assert (first.status_code, second.status_code) == (303, 303)
    assert second.headers["Location"] == first.headers["Location"]
    assert how_many(case.makes) == before + 1


def test_the_same_words_on_another_page_are_meant(client: Client, world: World) -> None:
    case = a_note(world)
    client.sign_in(world.tara)
    for _ in range(2):
        assert send(client, case, key_of(client, case.page)).status_code == 303
    assert how_many(CandidateNote) == 2


def test_other_words_from_the_same_page_are_meant(client: Client, world: World) -> None:
    """Somebody goes back and writes on: no word of that may be lost."""
    case = a_note(world)
    client.sign_in(world.tara)
    key = key_of(client, case.page)
    assert send(client, case, key).status_code == 303
    assert send(client, case, key, body="Knows Go and Rust.").status_code == 303
    assert how_many(CandidateNote) == 2


def test_another_file_of_the_same_name_is_meant(client: Client, world: World) -> None:
    case = a_file(world)
    client.sign_in(world.tara)
    key = key_of(client, case.page)
    for content in (b"The first.", b"The second."):
        values = case.values | {"once": key, "file": (io.BytesIO(content), "notes.txt")}
        assert client.post(case.page, data=values).status_code == 303
    assert how_many(CandidateFile) == 2


def test_what_was_refused_can_be_sent_again(client: Client, world: World) -> None:
    case = a_contact(world)
    client.sign_in(world.tara)
    key = key_of(client, case.page)
    with transaction():
        world.application.candidate.do_not_contact_at = clock.now()
    assert send(client, case, key).status_code == 422
    with transaction():
        world.application.candidate.do_not_contact_at = None
    assert send(client, case, key).status_code == 303
    assert how_many(Contact) == 1


def test_a_key_is_nothing_to_somebody_who_is_not_signed_in(client: Client, app: Flask) -> None:
    make_user(Role.RECRUITER)
    assert 'name="once"' not in client.get("/sign-in").text


def test_what_was_sent_long_ago_is_forgotten(client: Client, world: World) -> None:
    case = a_note(world)
    client.sign_in(world.tara)
    assert send(client, case, key_of(client, case.page)).status_code == 303
    assert how_many(SentForm) == 1
    assert ticks.run("sent_forms", at=clock.now() + timedelta(hours=23)) == 0
    assert ticks.run("sent_forms", at=clock.now() + timedelta(hours=25)) == 1
