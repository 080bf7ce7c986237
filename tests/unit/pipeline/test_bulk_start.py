"""Bringing in many at once writes what bringing in one by one writes."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.factories.accounts import make_user
from tests.factories.candidates import make_candidate
from tests.factories.pipeline import make_open_requisition
from tracker.accounts.states import Role
from tracker.core import clock
from tracker.core.db import Base, db, transaction
from tracker.core.errors import Refused
from tracker.history.models import Event
from tracker.pipeline.bulk_start import Start, start_many
from tracker.pipeline.models import Application, ApplicationCard, Contact, StageChange, Wait
from tracker.pipeline.operations import start_application
from tracker.pipeline.states import SourceKind
from tracker.requisitions.states import RequisitionState, StageKind

OWN = {"id", "candidate_id", "application_id", "recorded_at", "batch", "at"}


def written(model: type[Base], application: Application) -> list[dict[str, Any]]:
    column = Application.id if model is Application else model.application_id  # type: ignore[attr-defined]
    rows = db.session.execute(select(*model.__table__.columns).where(column == application.id))
    return [{key: value for key, value in row._mapping.items() if key not in OWN} for row in rows]


@pytest.mark.parametrize("kind", [StageKind.IDENTIFIED, StageKind.CONTACTED, StageKind.APPLIED, StageKind.SCREENING])
@pytest.mark.parametrize("source_kind", list(SourceKind))
def test_many_are_written_as_one_is(app: Flask, kind: StageKind, source_kind: SourceKind) -> None:
    tara = make_user(Role.RECRUITER)
    requisition = make_open_requisition(tara)
    stage = next(stage for stage in requisition.stages if stage.kind is kind)
    ada, ben = make_candidate("Ada"), make_candidate("Ben")
    at = clock.now() - timedelta(days=9)
    with transaction():
        one = start_application(
            requisition, ada, actor=tara, source_kind=source_kind, source="Fair", stage=stage, happened_at=at
        )
        start = Start(candidate_id=ben.id, stage=stage, source_kind=source_kind, source="Fair", at=at)
        (many,) = start_many(requisition, [start], actor=tara)
    for model in (Application, StageChange, ApplicationCard, Wait, Contact):
        assert written(model, many) == written(model, one), model
    events = [written(Event, application)[0] for application in (one, many)]
    assert events[0]["kind"] == events[1]["kind"]
    assert {**events[0]["data"], "change_id": 0} == {**events[1]["data"], "change_id": 0}


def test_nobody_enters_a_requisition_that_is_not_open(app: Flask) -> None:
    requisition = make_open_requisition(state=RequisitionState.DRAFT)
    with pytest.raises(Refused), transaction():
        start_many(requisition, [], actor=None)
