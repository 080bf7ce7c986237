"""The last opening is filled once, however many accept at the same time; an offer is answered once."""

from functools import partial

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.factories.accounts import make_user
from tests.factories.offers import make_hire, make_offer
from tests.factories.pipeline import make_application
from tests.factories.requisitions import make_requisition
from tests.real_commit.conftest import AtOnce
from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.core import ticks
from tracker.core.db import db, transaction
from tracker.core.errors import Conflict, Refused
from tracker.core.registry import get_registry
from tracker.offers.hiring import accept_offer, undo_hire
from tracker.offers.models import Hire, OfferVersion
from tracker.offers.operations import decline_offer
from tracker.offers.states import OfferState
from tracker.pipeline.models import Application
from tracker.pipeline.states import ApplicationStatus
from tracker.requisitions.models import Requisition
from tracker.requisitions.states import RequisitionState, StageKind


def offers_out(openings: int, count: int) -> tuple[int, int, list[int]]:
    """A requisition with so many openings and offers out: its id, the recruiter's, and those of the versions."""
    recruiter, manager = make_user(Role.RECRUITER), make_user(Role.HIRING_MANAGER)
    requisition = make_requisition(recruiter=recruiter, hiring_manager=manager, openings=openings)
    with transaction():
        for stage in requisition.stages:
            stage.requires_approval = False
    versions = [
        make_offer(
            make_application(requisition, stage=StageKind.SHORTLISTED, days_ago=5, actor=recruiter),
            recruiter=recruiter,
            hiring_manager=manager,
            overcommit_reason="One of them is wavering.",
        )
        for _ in range(count)
    ]
    return requisition.id, recruiter.id, [version.id for version in versions]


def accept(version_id: int, actor_id: int) -> str:
    with transaction():
        accept_offer(db.session.get_one(OfferVersion, version_id), actor=db.session.get_one(User, actor_id))
    return "hired"


def faults() -> list[str]:
    """What `tracker verify` would say once the worker has computed the figures."""
    ticks.run("hire_figures")
    return [fault for check in get_registry().checks.values() for fault in check.faults()]


@pytest.mark.parametrize(("openings", "people"), [(1, 2), (2, 4)])
def test_as_many_are_hired_as_there_are_openings(
    committing: Flask, at_once: AtOnce, openings: int, people: int
) -> None:
    requisition_id, recruiter_id, versions = offers_out(openings, people)
    results = at_once([partial(accept, each, recruiter_id) for each in versions])
    assert results.count("hired") == openings
    assert sum(isinstance(result, Refused | Conflict) for result in results) == people - openings
    assert db.session.scalar(select(func.count()).select_from(Hire)) == openings
    assert db.session.get_one(Requisition, requisition_id).state is RequisitionState.FILLED
    hired = select(func.count()).where(Application.status == ApplicationStatus.HIRED)
    assert db.session.scalar(hired) == openings
    assert faults() == []


def test_an_offer_is_answered_once(committing: Flask, at_once: AtOnce) -> None:
    _requisition_id, recruiter_id, [version_id] = offers_out(1, 1)

    def decline() -> str:
        with transaction():
            decline_offer(db.session.get_one(OfferVersion, version_id), actor=db.session.get_one(User, recruiter_id))
        return "declined"

    results = at_once([lambda: accept(version_id, recruiter_id), decline, lambda: accept(version_id, recruiter_id)])
    [said] = [result for result in results if isinstance(result, str)]
    assert sum(isinstance(result, Conflict | Refused) for result in results) == 2
    state = db.session.get_one(OfferVersion, version_id).state
    assert state is (OfferState.ACCEPTED if said == "hired" else OfferState.DECLINED)
    assert faults() == []


def test_a_hire_is_taken_back_once(committing: Flask, at_once: AtOnce) -> None:
    recruiter, manager = make_user(Role.RECRUITER), make_user(Role.HIRING_MANAGER)
    requisition = make_requisition(recruiter=recruiter, hiring_manager=manager)
    with transaction():
        for stage in requisition.stages:
            stage.requires_approval = False
    application = make_application(requisition, stage=StageKind.SHORTLISTED, days_ago=5, actor=recruiter)
    hire_id, actor_id = make_hire(application, recruiter=recruiter, hiring_manager=manager).id, manager.id

    def undo() -> str:
        with transaction():
            undo_hire(
                db.session.get_one(Hire, hire_id), actor=db.session.get_one(User, actor_id), reason="Never started"
            )
        return "undone"

    results = at_once([undo, undo])
    assert results.count("undone") == 1
    assert sum(isinstance(result, Conflict) for result in results) == 1
    assert faults() == []
