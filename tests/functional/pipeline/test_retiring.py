"""Retiring a stage while people are in it."""

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import Client
from tests.factories.accounts import make_user
from tests.factories.pipeline import make_application, make_open_requisition, stage_of
from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.core.db import transaction
from tracker.core.errors import Conflict, Refused
from tracker.desk.board import load_board
from tracker.desk.filters import Filter
from tracker.desk.scopes import OneRequisition
from tracker.metrics.loading import load_applications
from tracker.metrics.visits import visits
from tracker.pipeline.bulk import work_off
from tracker.pipeline.bulk_undo import begin_undo, work_off_undo
from tracker.pipeline.models import Application, Batch
from tracker.pipeline.operations import move_application
from tracker.pipeline.queries import batch_counts
from tracker.pipeline.retiring import retire_with_people
from tracker.pipeline.states import BatchOutcome
from tracker.pipeline.taking_back import undo_change
from tracker.requisitions.models import Requisition, Stage
from tracker.requisitions.operations_stages import change_stage, restore_stage
from tracker.requisitions.states import StageKind


@pytest.fixture
def recruiter(app: Flask) -> User:
    return make_user(Role.RECRUITER)


@pytest.fixture
def requisition(recruiter: User) -> Requisition:
    return make_open_requisition(recruiter)


def columns(requisition: Requisition, reader: User) -> list[str]:
    return [column.stage.name for column in load_board(OneRequisition(requisition, reader), Filter()).columns]


def retire(stage: Stage, to_stage: Stage | None, *, seen: int, actor: User) -> Batch | None:
    """Retire, and move whoever is to be moved."""
    with transaction():
        batch = retire_with_people(stage, to_stage, seen=seen, actor=actor)
    if batch is not None:
        work_off(batch.id)
    return batch


def test_people_go_where_somebody_says_and_come_back_as_one(requisition: Requisition, recruiter: User) -> None:
    people = [make_application(requisition, stage=StageKind.ASSESSMENT) for _ in range(3)]
    elsewhere = make_application(requisition, stage=StageKind.SCREENING)
    assessment, panel = stage_of(requisition, StageKind.ASSESSMENT), stage_of(requisition, StageKind.INTERVIEW)
    batch = retire(assessment, panel, seen=3, actor=recruiter)
    assert batch is not None
    assert {application.stage_id for application in people} == {panel.id}
    assert elsewhere.stage.kind is StageKind.SCREENING
    assert "Technical assessment" not in columns(requisition, recruiter)
    with transaction():
        begin_undo(batch.id, actor=recruiter)
    work_off_undo(batch.id)
    assert {application.stage_id for application in people} == {assessment.id}
    assert "Technical assessment" in columns(requisition, recruiter)


def test_people_stay_until_they_move_on(requisition: Requisition, recruiter: User) -> None:
    application = make_application(requisition, stage=StageKind.ASSESSMENT)
    assessment = stage_of(requisition, StageKind.ASSESSMENT)
    assert retire(assessment, None, seen=1, actor=recruiter) is None
    assert application.stage_id == assessment.id
    # The board shows the stage as long as somebody is in it, where it stood.
    assert columns(requisition, recruiter)[3:6] == ["Screening", "Technical assessment", "Panel interview"]
    another = make_application(requisition)
    with pytest.raises(Refused), transaction():
        move_application(another, assessment, actor=recruiter, expected=None)
    with transaction():
        change = move_application(
            application, stage_of(requisition, StageKind.INTERVIEW), actor=recruiter, expected=None
        )
    assert "Technical assessment" not in columns(requisition, recruiter)
    with transaction():
        undo_change(change, actor=recruiter)
    assert "Technical assessment" in columns(requisition, recruiter)


def test_whoever_a_gate_keeps_stays_and_is_named(requisition: Requisition, recruiter: User) -> None:
    application = make_application(requisition, stage=StageKind.INTERVIEW)
    panel, preparing = stage_of(requisition, StageKind.INTERVIEW), stage_of(requisition, StageKind.PREPARING_OFFER)
    batch = retire(panel, preparing, seen=1, actor=recruiter)
    assert batch is not None
    assert batch_counts(batch.id) == {BatchOutcome.REFUSED: 1}
    assert (application.stage_id, panel.retired_at is None) == (panel.id, False)


def test_somebody_who_came_in_meanwhile_is_not_moved_unseen(requisition: Requisition, recruiter: User) -> None:
    make_application(requisition, stage=StageKind.ASSESSMENT)
    assessment = stage_of(requisition, StageKind.ASSESSMENT)
    with pytest.raises(Conflict, match="1 person is in Technical assessment by now, not 0"), transaction():
        retire_with_people(assessment, None, seen=0, actor=recruiter)
    assert assessment.retired_at is None


def test_figures_of_a_renamed_and_retired_stage_stay(requisition: Requisition, recruiter: User) -> None:
    application = make_application(requisition, stage=StageKind.ASSESSMENT, days_ago=6)
    assessment = stage_of(requisition, StageKind.ASSESSMENT)
    with transaction():
        change_stage(
            assessment, expected=None, actor=recruiter, name="Take-home", limit_days=9, requires_approval=False
        )
    retire(assessment, stage_of(requisition, StageKind.INTERVIEW), seen=1, actor=recruiter)
    ids = select(Application.id).where(Application.id == application.id)
    stays = visits(load_applications(ids)[application.id])
    assert [visit.stage.key for visit in stays][-2:] == ["technical_assessment", "panel_interview"]
    before, after = stays
    assert after.stage.is_later_than(before.stage)
    with transaction():
        restore_stage(assessment, actor=recruiter)
    assert columns(requisition, recruiter)[4] == "Take-home"


def test_the_page_names_the_people_and_asks_where_they_go(
    client: Client, requisition: Requisition, recruiter: User
) -> None:
    make_application(requisition, stage=StageKind.ASSESSMENT)
    assessment, panel = stage_of(requisition, StageKind.ASSESSMENT), stage_of(requisition, StageKind.INTERVIEW)
    client.sign_in(recruiter)
    address = f"/requisitions/{requisition.number}/stages/{assessment.id}/retirement"
    page = client.get(address).text
    assert ("1 person is in Technical assessment" in page, "Move them to Panel interview" in page) == (True, True)
    # Nobody gets there but by its own form.
    assert "Move them to Offer extended" not in page
    assert client.post(address, data={"seen": "1"}).status_code == 422
    late = client.post(address, data={"people": str(panel.id), "seen": "2"})
    assert (late.status_code, "1 person is in Technical assessment by now" in late.text) == (409, True)
    answer = client.post(address, data={"people": str(panel.id), "seen": "1"})
    assert answer.status_code == 303
    assert "Technical assessment is retired, and 1 person was moved" in client.get(answer.headers["Location"]).text
    assert client.get(address).status_code == 404
    assert client.post(address).status_code == 404


def test_an_empty_stage_is_retired_at_once(client: Client, requisition: Requisition, recruiter: User) -> None:
    assessment = stage_of(requisition, StageKind.ASSESSMENT)
    client.sign_in(recruiter)
    client.post(f"/requisitions/{requisition.number}/stages/{assessment.id}/retirement")
    assert assessment.retired_at is not None
