"""The server's clock is set back an hour between two steps: nobody is refused, and what happened stays in its order."""

from datetime import timedelta

import time_machine
from flask import Flask
from sqlalchemy import select

from tests.conftest import Client
from tests.factories.accounts import make_user
from tests.factories.pipeline import make_application, make_person, stage_of
from tests.factories.requisitions import make_requisition
from tracker.accounts.states import Role
from tracker.core import clock
from tracker.core.db import db
from tracker.pipeline.models import StageChange, Wait
from tracker.requisitions.models import Hold, Requisition
from tracker.requisitions.states import RequisitionState, StageKind

HOUR = timedelta(hours=1)


def test_people_are_moved_ended_and_taken_back(app: Flask, client: Client) -> None:
    tara = make_user(Role.RECRUITER)
    requisition = make_requisition(recruiter=tara)
    ada = make_application(requisition, candidate=make_person("Ada Lind"), stage=StageKind.APPLIED, actor=tara)
    client.sign_in(tara)
    now = clock.now()

    def post(path: str, **form: object) -> None:
        answer = client.post(f"/applications/{ada.id}/{path}", data={"version": ada.version, **form})
        assert (answer.status_code, "sign-in" in answer.location) == (303, False), f"{path}: {answer.text[:300]}"
        db.session.refresh(ada)

    with time_machine.travel(now, tick=False):
        post("moves", stage=stage_of(requisition, StageKind.SCREENING).id)
        post("waits", note="The take-home")
    with time_machine.travel(now - HOUR, tick=False):
        for page in (f"/requisitions/{requisition.number}/board", f"/candidates/{ada.candidate_id}", "/"):
            assert client.get(page).status_code == 200, page
        post("waits/end")
        post("moves", stage=stage_of(requisition, StageKind.INTERVIEW).id)
        post("contacts", direction="in", channel="other")
        post("rejection", reason="skills")
        last = db.session.scalars(select(StageChange).order_by(StageChange.id.desc())).first()
        assert last is not None
        assert client.post(f"/stage-changes/{last.id}/undo").status_code == 303
    changes = db.session.scalars(
        select(StageChange).where(StageChange.application_id == ada.id).order_by(StageChange.seq)
    ).all()
    assert len(changes) == 5
    happened = [change.happened_at for change in changes]
    assert happened == sorted(happened)
    waits = db.session.scalars(select(Wait).where(Wait.application_id == ada.id).order_by(Wait.id)).all()
    assert all(wait.until is None or wait.until >= wait.since for wait in waits)


def test_a_requisition_is_held_resumed_and_closed(app: Flask, client: Client) -> None:
    tara = make_user(Role.RECRUITER)
    number = make_requisition(recruiter=tara).number
    client.sign_in(tara)
    now = clock.now()

    def post(path: str, **form: object) -> None:
        answer = client.post(f"/requisitions/{number}/{path}", data=form)
        assert (answer.status_code, "sign-in" in answer.location) == (303, False), f"{path}: {answer.text[:300]}"

    with time_machine.travel(now, tick=False):
        post("holds", reason="The budget")
    with time_machine.travel(now - HOUR, tick=False):
        post("resumption")
        assert client.get(f"/requisitions/{number}").status_code == 200
        post("closure", outcome="cancelled", reason="It is over")
        post("reopening")
    requisition = db.session.scalars(select(Requisition).where(Requisition.number == number)).one()
    assert requisition.state is RequisitionState.OPEN
    for hold in db.session.scalars(select(Hold)):
        assert hold.resumed_at is not None
        assert hold.resumed_at >= hold.held_at
