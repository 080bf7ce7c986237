"""Who may be named in what concerns a person: only those who may see them."""

import pytest
from flask import Flask

from tests.conftest import Client
from tests.factories.accounts import make_user
from tests.factories.pipeline import give_to, make_application, make_open_requisition
from tests.factories.vetting import make_interview
from tracker.accounts.models import User
from tracker.accounts.operations import disable_user
from tracker.accounts.queries import active_users
from tracker.accounts.states import Role
from tracker.core.db import db, transaction
from tracker.core.errors import Refused
from tracker.pipeline.contacts import set_wait
from tracker.pipeline.details import update_details
from tracker.pipeline.models import Application
from tracker.pipeline.policy import sees_person, who_see
from tracker.pipeline.queries import open_set_wait
from tracker.requisitions.states import StageKind


@pytest.fixture
def tara(app: Flask) -> User:
    """The recruiter of what is confidential."""
    return make_user(Role.RECRUITER, name="Tara Kessler")


@pytest.fixture
def maya(app: Flask) -> User:
    """Its hiring manager."""
    return make_user(Role.HIRING_MANAGER, name="Maya Lindqvist")


@pytest.fixture
def application(tara: User, maya: User) -> Application:
    """Somebody of a confidential requisition."""
    requisition = make_open_requisition(tara, hiring_manager=maya, confidential=True)
    return make_application(requisition, stage=StageKind.SCREENING)


def test_those_who_see_a_person_are_the_same_by_list_and_one_by_one(
    application: Application, tara: User, maya: User
) -> None:
    outsiders = [make_user(Role.RECRUITER), make_user(Role.HIRING_MANAGER), make_user(Role.INTERVIEWER)]
    assessor, admin = make_user(Role.INTERVIEWER), make_user(Role.ADMIN)
    make_interview(application, assessor)
    everybody = active_users()
    seeing = who_see(application, everybody)
    assert {user.id for user in seeing} == {user.id for user in (tara, maya, assessor, admin)}
    assert seeing == [user for user in everybody if sees_person(user, application)]
    assert who_see(application, outsiders) == []


def test_a_wait_on_somebody_who_may_not_know_is_refused(application: Application, tara: User) -> None:
    outsider = make_user(Role.RECRUITER, name="Finn Aalto")
    with pytest.raises(Refused, match="Finn Aalto may not see") as refused, transaction():
        set_wait(application, note="references", ends_at=None, user=outsider, actor=tara)
    assert "user" in refused.value.fields


def test_a_recruiter_who_does_not_work_there_is_refused(application: Application, tara: User) -> None:
    outsider = make_user(Role.RECRUITER, name="Finn Aalto")
    with pytest.raises(Refused, match="Finn Aalto does not work on"), transaction():
        give_to(application, outsider, actor=tara)
    with pytest.raises(Refused, match="Finn Aalto does not work on"), transaction():
        update_details(application, actor=tara, expected=None, recruiter_id=outsider.id)
    assert application.recruiter_id is None


def test_forms_offer_only_who_may_see_the_person(client: Client, application: Application, tara: User) -> None:
    make_user(Role.RECRUITER, name="Finn Aalto")
    client.sign_in(tara)
    for page in ("waits", "details"):
        shown = client.get(f"/applications/{application.id}/{page}").text
        assert "Tara Kessler" in shown
        assert "Finn Aalto" not in shown


def test_one_who_is_sent_all_the_same_is_refused(client: Client, application: Application, tara: User) -> None:
    outsider = make_user(Role.RECRUITER, name="Finn Aalto")
    values = {"note": "references", "user": outsider.id}
    assert client.sign_in(tara).post(f"/applications/{application.id}/waits", data=values).status_code == 422
    values = {"version": application.version, "recruiter": outsider.id}
    assert client.post(f"/applications/{application.id}/details", data=values).status_code == 422


def test_who_looked_after_somebody_before_stays_in_a_form_that_is_only_looked_at(
    client: Client, application: Application, tara: User
) -> None:
    finn = make_user(Role.RECRUITER, name="Finn Aalto")
    with transaction():
        application.recruiter_id = finn.id
    values = {"version": application.version, "recruiter": finn.id, "notice": "3 months"}
    assert client.sign_in(tara).post(f"/applications/{application.id}/details", data=values).status_code == 303
    db.session.refresh(application)
    assert (application.recruiter_id, application.notice) == (finn.id, "3 months")


def test_today_names_nobody_to_who_may_not_see_them(client: Client, application: Application) -> None:
    finn = make_user(Role.RECRUITER, name="Finn Aalto")
    with transaction():
        application.requisition.confidential = False
        application.candidate.name = "Karolina Wójcik"
    with transaction():
        set_wait(application, note="references", ends_at=None, user=finn, actor=finn)
        application.card.late_from = application.stage_entered_at
    client.sign_in(finn)
    assert "Karolina Wójcik" in client.get("/").text
    with transaction():
        application.requisition.confidential = True
    assert "Karolina Wójcik" not in client.get("/").text


def test_a_wait_goes_to_no_successor_who_may_not_know_of_it(application: Application, tara: User) -> None:
    leaving, successor = make_user(Role.RECRUITER), make_user(Role.RECRUITER)
    with transaction():
        application.requisition.confidential = False
    with transaction():
        set_wait(application, note="references", ends_at=None, user=leaving, actor=tara)
    with transaction():
        application.requisition.confidential = True
    with transaction():
        disable_user(leaving, successor, actor=None)
    wait = open_set_wait(application.id)
    assert wait is not None
    assert wait.user_id is None
