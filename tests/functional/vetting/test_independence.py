"""Whoever owes a scorecard sees nobody else's ratings, on any page and in any mail, until theirs is submitted."""

from typing import Any

import pytest
from flask import Flask

from tests.conftest import Client
from tests.factories.accounts import make_user
from tests.factories.requisitions import make_requisition
from tests.factories.vetting import items_of, make_decision, make_interview, make_scorecard, make_shortlist, make_vetted
from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.core.db import db
from tracker.core.registry import get_registry
from tracker.mail.models import OutboxMessage
from tracker.vetting.models import InterviewSeat, Scorecard
from tracker.vetting.states import EntryState, Rating, Recommendation

#: What only the other's scorecard says.
SECRETS = ("A secret in words.", "A secret summary.", "Strong yes <", 'strong_yes"><', "Strong yes P.")


@pytest.fixture
def world(app: Flask) -> dict[str, Any]:
    """A deputy who decides as well, and owes a scorecard; another's card stands."""
    deputy = make_user(Role.HIRING_MANAGER, name="Dev Anand")
    interviewer = make_user(Role.INTERVIEWER, name="Joan Okoye")
    manager = make_user(Role.HIRING_MANAGER, name="Maya Lindqvist")
    recruiter = make_user(Role.RECRUITER, name="Tara Kessler")
    requisition = make_requisition(
        recruiter=recruiter, hiring_manager=manager, deputies=[deputy], interviewers=[interviewer]
    )
    application = make_vetted(requisition, name="Ingrid Solheim")
    card = make_scorecard(
        application,
        make_user(Role.INTERVIEWER, name="Petr Novák"),
        ratings=dict.fromkeys(items_of(requisition), (Rating.STRONG_YES, "A secret in words.")),
        recommendation=Recommendation.STRONG_YES,
        summary="A secret summary.",
    )
    interview = make_interview(application, deputy, interviewer)
    shortlist = make_shortlist(application)
    return {
        "deputy": deputy,
        "interviewer": interviewer,
        "recruiter": recruiter,
        "application": application,
        "card": card,
        "interview": interview,
        "shortlist": shortlist,
        "requisition": requisition,
    }


def pages(world: dict[str, Any]) -> list[str]:
    """Every page on which a rating could stand."""
    application, number = world["application"], world["requisition"].number
    return [
        f"/candidates/{application.candidate_id}",
        f"/shortlists/{world['shortlist'].id}",
        f"/entries/{world['shortlist'].entries[0].id}/decision",
        f"/scorecards/{world['card'].id}",
        f"/interviews/{world['interview'].id}",
        f"/requisitions/{number}/board",
        f"/requisitions/{number}/list",
        f"/requisitions/{number}/interviews",
        f"/requisitions/{number}/shortlists",
        f"/requisitions/{number}/shortlists/new",
        "/interviews",
        "/shortlists",
        "/",
    ]


def told(client: Client, reader: User, world: dict[str, Any]) -> dict[str, list[str]]:
    """The secrets that each page gives away to the reader."""
    client.sign_in(reader)
    found = {}
    for page in pages(world):
        answer = client.get(page)
        assert answer.status_code in {200, 303, 403, 404}, page
        found[page] = [secret for secret in SECRETS if secret in answer.text]
    return found


@pytest.mark.parametrize("reader", ["deputy", "interviewer"])
def test_no_page_tells_before_ones_own_is_submitted(client: Client, world: dict[str, Any], reader: str) -> None:
    assert {page: said for page, said in told(client, world[reader], world).items() if said} == {}
    seat = next(seat for seat in db.session.query(InterviewSeat) if seat.user_id == world[reader].id)
    make_scorecard(world["application"], world[reader], seat=seat, ratings=Rating.MIXED)
    after = told(client, world[reader], world)
    assert after[f"/candidates/{world['application'].candidate_id}"]
    assert after[f"/scorecards/{world['card'].id}"]


def test_those_who_owe_nothing_read_all_of_it(client: Client, world: dict[str, Any]) -> None:
    said = told(client, world["recruiter"], world)
    for page in pages(world)[:2]:
        assert "A secret in words." in said[page]


def test_a_settled_entry_keeps_it_too(client: Client, world: dict[str, Any]) -> None:
    make_decision(world["shortlist"].entries[0], EntryState.APPROVED)
    client.sign_in(world["deputy"])
    page = client.get(f"/shortlists/{world['shortlist'].id}").text
    assert [secret for secret in SECRETS if secret in page] == []


def test_the_mail_of_a_shortlist_gives_counts_only(world: dict[str, Any]) -> None:
    for message in db.session.query(OutboxMessage).filter_by(kind="vetting/shortlist_submitted"):
        mail = get_registry().mail_kinds[message.kind].render(message)
        blind = message.user_id == world["deputy"].id
        for part in (mail.subject, mail.text, mail.html):
            assert "secret" not in part
        assert ("strong yes" in mail.text) is not blind
        assert "6 of 6 must-haves assessed" in mail.text


def test_whoever_is_blind_is_not_offered_a_decision(client: Client, world: dict[str, Any]) -> None:
    client.sign_in(world["deputy"])
    page = client.get(f"/shortlists/{world['shortlist'].id}").text
    assert 'name="digest"' not in page
    assert "You still owe a scorecard on Ingrid Solheim." in page
    entry = world["shortlist"].entries[0]
    answer = client.post(f"/entries/{entry.id}/decision", data={"state": "approved", "round": "1", "digest": ""})
    assert answer.status_code in {409, 422}
    assert [secret for secret in SECRETS if secret in answer.text] == []
    assert db.session.query(Scorecard).count() == 1
