"""A person's page: what the reader may see of them, and the whole history of that."""

import pytest
from flask import Flask

from tests.conftest import Client
from tests.factories.accounts import make_user
from tests.factories.candidates import make_candidate
from tests.factories.pipeline import make_application, make_open_requisition, stage_of
from tests.factories.vetting import make_interview
from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.candidates.models import Candidate
from tracker.candidates.operations import add_note
from tracker.core.db import transaction
from tracker.pipeline.details import update_details
from tracker.pipeline.operations import end_application, move_application
from tracker.pipeline.states import ChangeKind
from tracker.requisitions.states import StageKind


@pytest.fixture
def recruiter(app: Flask) -> User:
    """Who reads the page."""
    return make_user(Role.RECRUITER, name="Tara Kessler")


@pytest.fixture
def person(app: Flask) -> Candidate:
    """Somebody."""
    return make_candidate("Ada Lind", email="ada@example.org", title="SRE", company="Lotus")


def test_the_history_says_who_did_what_and_why(client: Client, recruiter: User, person: Candidate) -> None:
    application = make_application(make_open_requisition(recruiter), candidate=person, actor=recruiter)
    with transaction():
        move_application(
            application,
            stage_of(application.requisition, StageKind.SCREENING),
            actor=recruiter,
            expected=None,
            comment="They called <b>us</b>",
        )
    with transaction():
        end_application(application, ChangeKind.WITHDRAW, actor=recruiter, expected=None, reason="salary", told=True)
    client.sign_in(recruiter)
    page = client.get(f"/candidates/{person.id}").text
    assert "Tara Kessler moved Ada Lind from Identified to Screening, skipping what lies between" in page
    assert "They called &lt;b&gt;us&lt;/b&gt;" in page
    assert "Tara Kessler recorded that Ada Lind withdrew, in Screening: Salary, and told them" in page
    assert "The candidate has been told." in page
    assert "Undo" in page
    assert "Reopen" in page


def test_a_confidential_requisition_stays_so(client: Client, person: Candidate) -> None:
    insider, outsider = make_user(Role.RECRUITER), make_user(Role.RECRUITER)
    secret = make_open_requisition(insider, confidential=True, title="Secret hire")
    make_application(secret, candidate=person, actor=insider)
    client.sign_in(outsider)
    page = client.get(f"/candidates/{person.id}").text
    assert "Secret hire" not in page
    assert secret.number not in page
    assert "Not considered anywhere" in page
    client.sign_in(insider)
    assert "Secret hire" in client.get(f"/candidates/{person.id}").text


def test_notes_for_a_confidential_requisition_are_for_its_team(client: Client, person: Candidate) -> None:
    insider, outsider = make_user(Role.RECRUITER), make_user(Role.RECRUITER)
    secret = make_open_requisition(insider, confidential=True)
    with transaction():
        note = add_note(person, body="Told us in confidence.", actor=insider, requisition_id=secret.id)
    client.sign_in(insider)
    assert "in confidence" in client.get(f"/candidates/{person.id}").text
    client.sign_in(outsider)
    for page in (f"/candidates/{person.id}", f"/candidates/{person.id}/notes"):
        assert "in confidence" not in client.get(page).text
    client.sign_in(make_user(Role.ADMIN))
    assert client.post(f"/notes/{note.id}/removal").status_code == 303


def test_interviewers_see_whom_they_interview_and_not_what_they_ask_for(client: Client, person: Candidate) -> None:
    recruiter, interviewer = make_user(Role.RECRUITER), make_user(Role.INTERVIEWER)
    application = make_application(make_open_requisition(recruiter), candidate=person, stage=StageKind.INTERVIEW)
    with transaction():
        update_details(application, actor=recruiter, expected=None, salary_wish=91_000, notice="3 months")
    make_interview(application, interviewer)
    client.sign_in(recruiter)
    assert "91,000" in client.get(f"/candidates/{person.id}").text
    client.sign_in(interviewer)
    page = client.get(f"/candidates/{person.id}").text
    assert person.name in page
    assert "91,000" not in page
    assert "3 months" not in page


def test_hiring_managers_see_theirs_and_no_others(client: Client, recruiter: User, person: Candidate) -> None:
    manager = make_user(Role.HIRING_MANAGER)
    client.sign_in(manager)
    assert client.get(f"/candidates/{person.id}").status_code == 404
    theirs = make_open_requisition(recruiter, hiring_manager=manager, title="Their own hire")
    make_application(theirs, candidate=person)
    make_application(make_open_requisition(recruiter, title="Another hire"), candidate=person)
    page = client.get(f"/candidates/{person.id}").text
    assert "Their own hire" in page
    assert "Another hire" not in page
    assert "Reject" in page
    assert "Move to" not in page


def test_the_cost_does_not_grow_with_applications(
    client: Client, recruiter: User, person: Candidate, statements: list[str]
) -> None:
    client.sign_in(recruiter)

    def cost() -> int:
        statements.clear()
        assert client.get(f"/candidates/{person.id}").status_code == 200
        return len(statements)

    make_application(make_open_requisition(recruiter), candidate=person)
    make_application(make_open_requisition(recruiter), candidate=person)
    two = cost()
    for _ in range(4):
        make_application(make_open_requisition(recruiter), candidate=person)
    assert cost() <= two + 4


def test_search_finds_people_and_requisitions(client: Client, recruiter: User, person: Candidate) -> None:
    requisition = make_open_requisition(recruiter, title="Feature store")
    make_application(requisition, candidate=person)
    client.sign_in(recruiter)
    found = client.get("/search?q=lin").text
    assert "Ada Lind" in found
    assert f"{requisition.number}, Identified" in found
    assert "Feature store" in client.get("/search?q=feature").text
    assert "Feature store" in client.get(f"/search?q={requisition.number.lower()}").text
    assert "Nothing found" in client.get("/search?q=100%25").text
    client.sign_in(make_user(Role.INTERVIEWER))
    assert "Ada Lind" not in client.get("/search?q=lin").text
