"""Handing a person's data over, and erasing it: everywhere, whatever domain it lies in."""

import json
import zipfile
from dataclasses import replace
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import Client
from tests.factories.accounts import make_user
from tests.factories.candidates import make_candidate
from tests.factories.offers import make_offer, make_terms
from tests.factories.pipeline import ago, make_application
from tests.factories.requisitions import make_requisition
from tests.factories.vetting import make_decision, make_interview, make_scorecard, make_shortlist
from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.candidates.files import attach_file
from tracker.candidates.models import Candidate
from tracker.candidates.operations import add_note, forbid_contact
from tracker.candidates.privacy import erase_person
from tracker.candidates.tagging import tag_candidates
from tracker.core.db import Base, db, transaction
from tracker.core.errors import Conflict, Refused
from tracker.history.queries import timeline
from tracker.offers.states import OfferState
from tracker.pipeline.contacts import add_contact, set_wait
from tracker.pipeline.models import Application
from tracker.pipeline.operations import end_application
from tracker.pipeline.states import ChangeKind, ContactChannel, ContactDirection
from tracker.requisitions.states import StageKind

#: A word that stands in everything that is written about the person here, and nowhere else.
MARK = "Quexalote"


@pytest.fixture
def recruiter(app: Flask) -> User:
    return make_user(Role.RECRUITER)


@pytest.fixture
def application(recruiter: User) -> Application:
    """Somebody who went all the way to an offer, with words left at every step; ended since."""
    manager = make_user(Role.HIRING_MANAGER)
    requisition = make_requisition(recruiter=recruiter, hiring_manager=manager)
    person = make_candidate(
        f"Ada {MARK}", actor=recruiter, email=f"{MARK}@example.org", company=MARK, phone="+49301234"
    )
    application = make_application(
        requisition, candidate=person, stage=StageKind.INTERVIEW, source=MARK, actor=recruiter
    )
    assessor = make_user(Role.INTERVIEWER)
    interview = make_interview(application, assessor, title=f"Talk with {MARK}")
    make_scorecard(application, assessor, seat=interview.seats[0], summary=f"{MARK} did well.")
    shortlist = make_shortlist(application, note=f"Only {MARK}.", notes=[f"{MARK} fits."])
    make_decision(shortlist.entries[0], comment=f"Yes to {MARK}.")
    make_offer(
        application,
        recruiter=recruiter,
        hiring_manager=manager,
        state=OfferState.PENDING_APPROVAL,
        terms=replace(make_terms(), text=f"For {MARK}."),
    )
    with transaction():
        add_note(person, body=f"{MARK} called.", actor=recruiter)
        tag_candidates([person], [MARK], actor=recruiter)
        attach_file(person, data=f"# {MARK}".encode(), name=f"{MARK}.md", actor=recruiter)
        add_contact(
            application,
            direction=ContactDirection.OUT,
            channel=ContactChannel.EMAIL,
            at=ago(days=1),
            actor=recruiter,
            note=f"Wrote to {MARK}.",
        )
        set_wait(application, note=f"{MARK} thinks", ends_at=None, user=None, actor=recruiter)
        forbid_contact(person, reason=f"{MARK} asked for it.", actor=recruiter)
    with transaction():
        end_application(
            application,
            ChangeKind.WITHDRAW,
            actor=recruiter,
            expected=None,
            reason="other_offer",
            comment=f"{MARK} left.",
        )
    return application


def marked() -> set[str]:
    """The tables in which the word stands anywhere, whatever the column."""
    return {
        table.name
        for table in Base.metadata.sorted_tables
        for row in db.session.execute(select(table)).mappings()
        if any(MARK.casefold() in str(value).casefold() for value in row.values())
    }


def test_everything_is_in_the_archive(client: Client, application: Application) -> None:
    person = application.candidate
    client.sign_in(make_user(Role.ADMIN))
    answer = client.post(f"/candidates/{person.id}/exports")
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    assert MARK not in str(answer.headers)
    with zipfile.ZipFile(BytesIO(answer.data)) as archive:
        names = archive.namelist()
        data = json.loads(archive.read("person.json"))["data"]
        assert archive.read(names[1]) == f"# {MARK}".encode()
    assert names == ["person.json", f"files/1-{MARK}.md"]
    held = {table for table, rows in data.items() if MARK.casefold() in json.dumps(rows).casefold()}
    derived = {"candidate_search_words", "tags"}
    assert marked() - derived <= held
    assert timeline(candidate_id=person.id)[0].sentence == "exported the person’s data"


def test_nothing_that_was_written_is_left(client: Client, application: Application) -> None:
    person, number = application.candidate, application.requisition.number
    admin = make_user(Role.ADMIN)
    client.sign_in(admin)
    page = client.get(f"/candidates/{person.id}/personal-data").text
    assert ("This cannot be taken back" in page, "Name and contact details" in page) == (True, True)
    form = {"version": str(person.version)}
    assert client.post(f"/candidates/{person.id}/erasure", data=form).status_code == 422
    assert person.erased_at is None
    stale = client.post(f"/candidates/{person.id}/erasure", data={"understood": "y", "version": "0"})
    assert stale.status_code == 409
    done = client.post(f"/candidates/{person.id}/erasure", data=form | {"understood": "y"})
    assert (done.status_code, done.headers["Location"]) == (303, f"/candidates/{person.id}")
    assert marked() == set()
    assert timeline(candidate_id=person.id)[0].sentence == "erased the person’s data"
    # The way through the stages stays, of nobody.
    assert "Erased person" in client.get(f"/candidates/{person.id}").text
    assert client.get(f"/requisitions/{number}/history").status_code == 200
    assert client.get(f"/candidates/{person.id}/personal-data").status_code == 200
    with pytest.raises(Conflict, match="already"), transaction():
        erase_person(person, expected=None, actor=admin)


def test_whoever_is_in_a_pipeline_is_not_erased(client: Client, recruiter: User) -> None:
    application, admin = make_application(make_requisition(recruiter=recruiter)), make_user(Role.ADMIN)
    with pytest.raises(Refused, match="still in the pipeline of") as refused, transaction():
        erase_person(application.candidate, expected=None, actor=admin)
    assert refused.value.needed
    assert db.session.get_one(Candidate, application.candidate_id).erased_at is None


def test_recruiters_see_what_is_kept_and_whom_to_ask(client: Client, application: Application, recruiter: User) -> None:
    person = application.candidate
    client.sign_in(recruiter)
    page = client.get(f"/candidates/{person.id}/personal-data").text
    assert "Admins export and erase data" in page
    for action in ("exports", "erasure"):
        assert client.post(f"/candidates/{person.id}/{action}").status_code == 403
