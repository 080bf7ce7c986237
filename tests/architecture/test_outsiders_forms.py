"""Who is not on a hiring team (any more) changes and learns nothing by forms that name what is not theirs."""

from dataclasses import dataclass
from html import escape

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.conftest import Client
from tests.factories.accounts import make_user
from tests.factories.requisitions import make_requisition
from tests.factories.vetting import make_decision, make_scorecard, make_shortlist, make_vetted
from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.approvals.operations import decide
from tracker.approvals.queries import pending_approval
from tracker.approvals.states import ApprovalKind
from tracker.core.db import db, transaction
from tracker.pipeline.models import Application, BatchItem, StageChange
from tracker.pipeline.states import ApplicationStatus
from tracker.requisitions.operations import set_team
from tracker.requisitions.states import RequisitionState, TeamPart
from tracker.vetting.operations.scorecards import save_scorecard


def test_who_left_the_hiring_team_sees_no_more_of_it(app: Flask, client: Client) -> None:
    """Having decided, having been asked and having begun a scorecard open no door for who has left."""
    maya, tara = make_user(Role.HIRING_MANAGER), make_user(Role.RECRUITER)
    requisition = make_requisition(recruiter=tara, hiring_manager=maya)
    person = make_vetted(requisition)
    make_scorecard(person)
    decided = make_shortlist(person)
    make_decision(decided.entries[0])
    pending = make_requisition(state=RequisitionState.PENDING_APPROVAL, recruiter=tara, hiring_manager=maya)
    approval = pending_approval(ApprovalKind.REQUISITION, requisition_id=pending.id)
    assert approval is not None
    with transaction():
        decide(approval, approved=True, actor=maya)
    with transaction():
        card = save_scorecard(person, seat=None, ratings={}, recommendation=None, summary="A draft.", actor=tara)
    addresses = {
        f"/shortlists/{decided.id}": maya,
        f"/entries/{decided.entries[0].id}/decision": maya,
        f"/approvals/{approval.id}/decision": maya,
        f"/scorecards/{card.id}": tara,
    }
    for address, user in addresses.items():
        assert client.sign_in(user).get(address).status_code < 400, address
    olga, omar = make_user(Role.HIRING_MANAGER), make_user(Role.RECRUITER)
    for each in (requisition, pending):
        with transaction():
            each.confidential = True
            team = {TeamPart.HIRING_MANAGER: [olga], TeamPart.RECRUITER: [omar]}
            set_team(each, team, expected=None, actor=olga)
    for address, user in addresses.items():
        assert client.sign_in(user).get(address).status_code == 404, address
    answer = client.sign_in(tara).post(f"/scorecards/{card.id}", data={"submit": "1", "recommendation": "yes"})
    assert answer.status_code == 404
    assert client.post(f"/scorecards/{card.id}/discarding").status_code == 404


@dataclass(frozen=True)
class Foreign:
    client: Client
    tara: User
    own: Application
    secret: Application

    def post(self, path: str, **form: object) -> TestResponse:
        return self.client.post(path, data=form)


@pytest.fixture
def foreign(client: Client) -> Foreign:
    """A recruiter with somebody in a requisition of their own, and all there is of a confidential one of others."""
    tara, olga = make_user(Role.RECRUITER), make_user(Role.RECRUITER)
    own = make_vetted(make_requisition(recruiter=tara), name="Ada Lind")
    secret = make_vetted(make_requisition(recruiter=olga), name="Ingrid Solheim")
    with transaction():
        secret.requisition.confidential = True
    client.sign_in(tara)
    return Foreign(client, tara, own, secret)


def test_a_form_that_names_what_is_not_theirs_changes_nothing(foreign: Foreign) -> None:
    """The address is one's own; what lies in the form is somebody else's."""
    own, secret = foreign.own, foreign.secret
    there, here = secret.requisition, own.requisition
    stage, version = secret.requisition.stages[1].id, own.version
    tries: list[tuple[str, dict[str, object]]] = [
        (f"/applications/{own.id}/moves", {"stage": stage, "version": version}),
        (f"/applications/{own.id}/transfer", {"requisition": there.id, "version": version}),
        (f"/candidates/{own.candidate_id}/applications/new", {"requisition": there.id, "source_kind": "sourced"}),
        (f"/requisitions/{here.number}/shortlists/new", {"application": secret.id, "applications": secret.id}),
        (f"/requisitions/{here.number}/stages/{stage}", {"name": "Ours"}),
        (f"/requisitions/{here.number}/stages/{stage}/retirement", {}),
        (f"/requisitions/{here.number}/checklist/items/{there.checklist[0].id}/removal", {}),
        (f"/requisitions/{here.number}/openings/{there.openings[0].id}/cancellation", {"reason": "Ours"}),
        (f"/requisitions/{here.number}/checklist/order", {"item": there.checklist[0].id, "version": here.version}),
        ("/bulk/reject", {"pick": secret.id}),
        ("/batches", {"action": "reject", "reason": "skills", "mark": "b" * 32, "people": f"{secret.id}:1"}),
        ("/bulk/reject", {"all": "1", "number": there.number, "filter": ""}),
        (f"/requisitions/{there.number}/list/exports", {"format": "csv"}),
    ]
    before = len(db.session.scalars(select(StageChange.id)).all())
    for path, form in tries:
        answer = foreign.post(path, **form)
        assert answer.status_code in {404, 409, 422}, f"{path}: {answer.status_code}"
        assert "Ingrid" not in answer.text, path
        assert there.number not in answer.text, path
    db.session.expire_all()
    assert len(db.session.scalars(select(StageChange.id)).all()) == before
    assert there.stages[1].name != "Ours"
    assert there.checklist[0].removed_at is None


def test_of_a_mixed_choice_only_what_is_theirs_is_taken(foreign: Foreign) -> None:
    own, secret = foreign.own, foreign.secret
    people = f"{own.id}:{own.version} {secret.id}:{secret.version}"
    page = foreign.post("/bulk/reject", people=people)
    assert "Ada Lind" in page.text
    assert "Ingrid" not in page.text
    form = {"action": "reject", "reason": "skills", "mark": "c" * 32, "people": people}
    assert foreign.post("/batches", **form).status_code == 303
    items = db.session.scalars(select(BatchItem.application_id)).all()
    assert items == [own.id]
    db.session.refresh(secret)
    assert secret.status is ApplicationStatus.ACTIVE


def test_questions_that_name_it_find_nothing(foreign: Foreign) -> None:
    """Ids and numbers in the address of a page that is one's own."""
    secret, here = foreign.secret, foreign.own.requisition
    there = secret.requisition
    stage = there.stages[1].id
    for path in (
        f"/palette?q={there.number}",
        f"/palette?seen=requisition/{there.number}&seen=/requisitions/{there.number}/board",
        f"/search?q={there.number}",
        f"/requisitions?q={there.number}",
        f"/requisitions/{here.number}/list?stage={stage}&status=all&all=1",
        f"/requisitions/{here.number}/board?person={secret.id}&beside={secret.id}",
        f"/requisitions/{here.number}/columns/{stage}",
        f"/candidates/{secret.candidate_id}",
        f"/candidates/{foreign.own.candidate_id}/applications/new?number={there.number}",
        f"/boards/mlops-engineer?beside={secret.id}",
        "/shortlists",
        "/",
    ):
        text = foreign.client.get(path).text.replace(path, "").replace(escape(path), "")
        assert f"/requisitions/{there.number}" not in text, path
        assert there.title not in text.replace(here.title, ""), path
