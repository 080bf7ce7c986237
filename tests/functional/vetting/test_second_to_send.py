"""Whoever sends a form second is told who was first, what fields say by now and how it is, beside what they typed."""

import re

import pytest
from flask import Flask

from tests.conftest import Client
from tests.factories.accounts import make_user
from tests.factories.requisitions import make_requisition
from tests.factories.vetting import items_of, make_decision, make_interview, make_shortlist, make_vetted
from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.pipeline.models import Application
from tracker.vetting.states import EntryState


@pytest.fixture
def recruiter(app: Flask) -> User:
    """Who is first."""
    return make_user(Role.RECRUITER, name="Tara Kessler")


@pytest.fixture
def application(recruiter: User) -> Application:
    """Somebody who is vetted."""
    manager = make_user(Role.HIRING_MANAGER, name="Maya Lindqvist")
    return make_vetted(make_requisition(recruiter=recruiter, hiring_manager=manager), name="Ingrid Solheim")


def version_in(page: str) -> str:
    """The version that a form carries."""
    found = re.search(r'name="version" type="hidden" value="(\d+)"', page)
    assert found
    return found[1]


def test_a_changed_interview(client: Client, recruiter: User, application: Application) -> None:
    assessor = make_user(Role.INTERVIEWER, name="Joan Okoye")
    interview = make_interview(application, assessor)
    address = f"/interviews/{interview.id}/edit"
    client.sign_in(recruiter)
    seen = version_in(client.get(address).text)
    sent = {"title": "Panel", "minutes": "45", "place": "Room 4", "assessors": [str(assessor.id)], "version": seen}
    assert client.post(address, data=sent).status_code == 303
    stale = client.post(address, data=sent | {"title": "Pairing", "place": "Room 9"})
    assert stale.status_code == 409
    assert "Tara Kessler changed this interview while you were working on it." in stale.text
    assert "What it is: it says <b>Panel</b>" in stale.text
    assert "Where: it says <b>Room 4</b>" in stale.text
    assert "Assessors: it says" not in stale.text, "what is as it was typed is not listed"
    assert 'value="Pairing"' in stale.text
    assert "Panel is planned, with Joan Okoye." in stale.text
    known = {"version": version_in(stale.text)}
    assert client.post(address, data=sent | known | {"title": "Pairing"}).status_code == 303


def test_a_draft_that_was_changed_in_another_window(client: Client, application: Application) -> None:
    assessor = make_user(Role.INTERVIEWER)
    seat = make_interview(application, assessor).seats[0]
    item = next(iter(items_of(application.requisition).values()))
    address = f"/seats/{seat.id}/scorecard"
    client.sign_in(assessor)
    draft = {"keep": "1", "summary": "Careful.", f"rating_{item.id}": "yes", f"words_{item.id}": "Asked well."}
    assert client.post(address, data=draft).status_code == 303
    card = seat.scorecard
    assert card is not None
    here = f"/scorecards/{card.id}"
    draft["version"] = version_in(client.get(here).text)
    assert client.post(here, data=draft | {"summary": "Quick."}).status_code == 303
    stale = client.post(here, data=draft | {"summary": "Slow.", f"rating_{item.id}": "no"})
    assert stale.status_code == 409
    assert "In short: it says <b>Quick.</b>" in stale.text
    assert f"{item.title}: it says <b>Yes</b>" in stale.text.replace("&amp;", "&")
    assert "Slow." in stale.text
    assert f"Evidence: {item.title}: it says" not in stale.text


def test_a_decision_that_was_made(client: Client, recruiter: User, application: Application) -> None:
    shortlist = make_shortlist(application)
    entry = shortlist.entries[0]
    make_decision(entry, EntryState.MORE_WANTED)
    client.sign_in(shortlist.decider)
    sent = {"state": "declined", "comment": "Not enough on drift.", "round": "1", "digest": ""}
    late = client.post(f"/entries/{entry.id}/decision", data=sent)
    assert late.status_code == 409
    assert "asked for more about Ingrid Solheim already" in late.text
    assert "Not enough on drift." in late.text
    assert "Show how it is now" in late.text
