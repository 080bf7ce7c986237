"""Somebody beside the board: what the fragment holds for each reader, and at what cost."""

import pytest
from flask import Flask

from tests.conftest import Client
from tests.factories.accounts import make_user
from tests.factories.candidates import make_candidate
from tests.factories.pipeline import make_application, make_open_requisition, stage_of
from tests.factories.requisitions import make_requisition
from tests.factories.vetting import make_interview, make_scorecard, make_vetted
from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.candidates.operations import add_note
from tracker.core.db import transaction
from tracker.pipeline.models import Application
from tracker.pipeline.operations import move_application
from tracker.requisitions.states import StageKind

SCRIPT = {"HX-Request": "true"}


@pytest.fixture
def recruiter(app: Flask) -> User:
    """Who opens the panel."""
    return make_user(Role.RECRUITER, name="Tara Kessler")


@pytest.fixture
def application(recruiter: User) -> Application:
    """Somebody in screening."""
    person = make_candidate("Ada Lind", email="ada@example.org", title="SRE", company="Lotus")
    return make_application(make_open_requisition(recruiter), candidate=person, stage=StageKind.SCREENING)


def panel(client: Client, application: Application) -> str:
    answer = client.get(f"/applications/{application.id}/panel", headers=SCRIPT)
    assert answer.status_code == 200
    return answer.text


def test_it_holds_what_one_needs_to_go_on(client: Client, recruiter: User, application: Application) -> None:
    with transaction():
        for number in range(5):
            add_note(application.candidate, body=f"Note {number}", actor=recruiter)
    client.sign_in(recruiter)

    page = panel(client, application)

    for words in (
        "Ada Lind",
        "SRE · Lotus",
        "ada@example.org",
        "Move to…",
        "Reject",
        "They answered",
        "Plan an interview",
    ):
        assert words in page
    assert "<html" not in page
    # The latest notes, and where the others are.
    assert "Note 4" in page
    assert "Note 1" not in page
    assert "2 further notes" in page


def test_without_a_script_it_leads_to_the_person_s_page(
    client: Client, recruiter: User, application: Application
) -> None:
    client.sign_in(recruiter)
    answer = client.get(f"/applications/{application.id}/panel")
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/candidates/{application.candidate_id}#application-{application.id}"


def test_what_was_done_from_it_is_said_in_it_once(client: Client, recruiter: User, application: Application) -> None:
    client.sign_in(recruiter)
    client.post(
        f"/applications/{application.id}/moves",
        data={"stage": stage_of(application.requisition, StageKind.ASSESSMENT).id, "version": application.version},
        headers={"X-Dialog": "1"},
    )
    assert "Ada Lind moved to Technical assessment" in panel(client, application)
    assert "Ada Lind moved to Technical assessment</p>" not in panel(client, application)


def test_it_says_where_else_somebody_is_considered(client: Client, recruiter: User, application: Application) -> None:
    other = make_open_requisition(recruiter)
    secret = make_open_requisition(confidential=True)
    for requisition in (other, secret):
        make_application(requisition, candidate=application.candidate)
    client.sign_in(recruiter)
    page = panel(client, application)
    assert f"Also considered for {other.number}, Identified." in page
    assert secret.number not in page


def test_who_owes_a_scorecard_reads_no_ratings(client: Client, recruiter: User) -> None:
    writes, owes = make_user(Role.INTERVIEWER), make_user(Role.INTERVIEWER, name="Owen Still")
    requisition = make_requisition(recruiter=recruiter, interviewers=[writes, owes])
    application = make_application(requisition, candidate=make_candidate("Ada Lind"), stage=StageKind.INTERVIEW)
    make_scorecard(application, assessor=writes)
    make_interview(application, owes)
    client.sign_in(recruiter)
    assert "What the assessors say" in panel(client, application)
    client.sign_in(owes)
    page = panel(client, application)
    assert "What the assessors say" not in page
    assert "1 scorecard of others, shown once yours is submitted." in page
    # Nor notes, nor what the candidate asks for, nor what only recruiters do.
    for words in ("Notes", "Salary wish", "Reject", "They answered"):
        assert words not in page


def test_the_statements_do_not_depend_on_how_much_there_is(
    client: Client, recruiter: User, statements: list[str]
) -> None:
    application = make_vetted(make_requisition(recruiter=recruiter))
    client.sign_in(recruiter)
    counted = []
    stages = [stage_of(application.requisition, kind) for kind in (StageKind.ASSESSMENT, StageKind.SCREENING)]
    for _ in range(3):
        for stage in stages * 4:
            with transaction():
                move_application(application, stage, actor=recruiter, expected=None)
                add_note(application.candidate, body="A word", actor=recruiter)
        make_scorecard(application)
        make_interview(application, make_user(Role.INTERVIEWER))
        panel(client, application)
        statements.clear()
        panel(client, application)
        counted.append(len(statements))
    # Of what the history speaks of each kind is read once, so that fewer kinds are fewer statements.
    assert counted[1] == counted[2] <= counted[0]
