"""Whoever takes over from a disabled user takes over the people in their care as well."""

import pytest
from flask import Flask

from tests.factories.accounts import make_user
from tests.factories.offers import make_offer
from tests.factories.pipeline import give_to, make_application, make_open_requisition
from tests.factories.requisitions import make_requisition
from tests.factories.vetting import make_vetted
from tracker.accounts.models import User
from tracker.accounts.operations import disable_user
from tracker.accounts.states import Role
from tracker.core.db import transaction
from tracker.core.errors import Refused
from tracker.history.queries import timeline
from tracker.offers.states import OfferState
from tracker.pipeline import duties
from tracker.pipeline.contacts import set_wait
from tracker.pipeline.models import Application
from tracker.pipeline.operations import end_application
from tracker.pipeline.states import ChangeKind, WaitReason


@pytest.fixture
def tara(app: Flask) -> User:
    """Who leaves."""
    return make_user(Role.RECRUITER, name="Tara Kessler")


def in_care_of(recruiter: User, *, confidential: bool = False) -> Application:
    """Somebody in a requisition of another's, looked after by this recruiter; it became confidential afterwards."""
    application = make_application(make_open_requisition())
    with transaction():
        give_to(application, recruiter, actor=recruiter)
    with transaction():
        application.requisition.confidential = confidential
    return application


def test_people_in_somebodys_care_are_handed_over(tara: User) -> None:
    noor = make_user(Role.RECRUITER, name="Noor Aziz")
    application, over = in_care_of(tara), in_care_of(tara)
    with transaction():
        end_application(over, ChangeKind.REJECT, actor=tara, expected=None, reason="skills")
    assert duties.held_by(tara) == [f"1 person of {application.requisition.number}, in their care"]
    version = application.version
    with pytest.raises(Refused, match="who takes it over"), transaction():
        disable_user(tara, None, actor=None)
    with transaction():
        disable_user(tara, noor, actor=None)
    assert (application.recruiter_id, application.card.waits_on_user_id) == (noor.id, noor.id)
    assert application.version == version + 1
    assert over.recruiter_id == tara.id
    assert "gave " in timeline(application_id=application.id)[0].sentence
    assert duties.held_by(tara) == []


def test_where_the_successor_does_not_work_the_requisitions_recruiter_looks_after_them(tara: User) -> None:
    application, successor = in_care_of(tara, confidential=True), make_user(Role.RECRUITER)
    with transaction():
        disable_user(tara, successor, actor=None)
    first = next(member for member in application.requisition.team_members if member.part.value == "recruiter")
    assert (application.recruiter_id, application.card.waits_on_user_id) == (None, first.user_id)


def test_what_waits_on_somebody_by_name_waits_on_the_successor(tara: User) -> None:
    maya, finn = make_user(Role.HIRING_MANAGER), make_user(Role.HIRING_MANAGER)
    application = make_application(make_open_requisition(hiring_manager=maya))
    with transaction():
        set_wait(application, note="reference calls", ends_at=None, user=maya, actor=tara)
    with transaction():
        disable_user(maya, finn, actor=None)
    assert (application.card.waits_on, application.card.waits_on_user_id) == (WaitReason.PERSON_SET, finn.id)


def test_an_offer_waits_on_the_successor_of_who_was_to_approve_it(tara: User) -> None:
    manager, successor = make_user(Role.HIRING_MANAGER), make_user(Role.ADMIN)
    requisition = make_requisition(recruiter=tara, hiring_manager=manager)
    with transaction():
        for stage in requisition.stages:
            stage.requires_approval = False
    application = make_vetted(requisition)
    make_offer(application, recruiter=tara, hiring_manager=manager, state=OfferState.PENDING_APPROVAL)
    with transaction():
        disable_user(manager, successor, actor=None)
    assert (application.card.waits_on, application.card.waits_on_user_id) == (WaitReason.HIRING_MANAGER, successor.id)
