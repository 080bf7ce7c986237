"""Moving and ending over HTTP: the answers to pages, to fragments, to double clicks and to stale tabs."""

import json

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.conftest import Client
from tests.factories.accounts import make_user
from tests.factories.pipeline import make_application, make_open_requisition, make_person, stage_of
from tests.factories.requisitions import make_requisition
from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.core.db import db, transaction
from tracker.pipeline.models import Application, Contact, StageChange
from tracker.pipeline.operations import move_application
from tracker.pipeline.queries import latest_change
from tracker.pipeline.states import ApplicationStatus, ContactDirection
from tracker.requisitions.states import StageKind

SITE = "http://localhost:8000"


@pytest.fixture
def recruiter(app: Flask) -> User:
    """Who works here."""
    return make_user(Role.RECRUITER, name="Tara Kessler")


@pytest.fixture
def application(recruiter: User) -> Application:
    """Somebody who applied."""
    requisition = make_open_requisition(recruiter)
    return make_application(requisition, candidate=make_person("Ada Lind"), stage=StageKind.APPLIED)


def stage_id(application: Application, kind: StageKind) -> int:
    return stage_of(application.requisition, kind).id


def changes(application: Application) -> int:
    query = select(func.count()).where(StageChange.application_id == application.id)
    return db.session.scalar(query) or 0


def test_the_walk_without_a_script(client: Client, recruiter: User, application: Application) -> None:
    client.sign_in(recruiter)
    board = f"/requisitions/{application.requisition.number}/board"
    page = client.get(f"/applications/{application.id}/move", headers={"Referer": f"{SITE}{board}"})
    assert page.status_code == 200
    assert f'value="{board}"' in page.text
    form = {"stage": stage_id(application, StageKind.SCREENING), "version": 1, "reason": "Called", "back": board}
    answer = client.post(f"/applications/{application.id}/moves", data=form)
    assert (answer.status_code, answer.location) == (303, board)
    change = db.session.scalars(select(StageChange).order_by(StageChange.id.desc())).first()
    assert change is not None
    assert change.comment == "Called"
    assert "Ada Lind moved to Screening" in client.get(board).text
    undone = client.post(f"/stage-changes/{change.id}/undo", headers={"Referer": f"{SITE}{board}"})
    assert (undone.status_code, undone.location) == (303, board)
    assert application.stage.kind is StageKind.APPLIED


@pytest.mark.parametrize("back", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere", "javascript:x"])
def test_nobody_is_sent_elsewhere(client: Client, recruiter: User, application: Application, back: str) -> None:
    client.sign_in(recruiter)
    form = {"stage": stage_id(application, StageKind.SCREENING), "version": 1, "back": back}
    answer = client.post(f"/applications/{application.id}/moves", data=form)
    assert answer.location == f"/candidates/{application.candidate_id}#application-{application.id}"


def test_a_drop_gets_the_card_the_counts_and_an_undo(client: Client, recruiter: User, application: Application) -> None:
    client.sign_in(recruiter)
    answer = client.post(
        f"/applications/{application.id}/moves",
        data={"stage": stage_id(application, StageKind.SCREENING), "version": 1},
        headers={"X-Board": application.requisition.number},
    )
    assert answer.status_code == 200
    told = json.loads(answer.text)
    assert f'id="card-{application.id}"' in told["card"]
    assert 'data-version="2"' in told["card"]
    screening = stage_id(application, StageKind.SCREENING)
    assert (told["application"], told["stage"], told["top"]) == (application.id, screening, True)
    assert told["counts"][str(screening)] == [1, 0]
    assert told["say"] == "Ada Lind moved to Screening"
    assert client.post(told["undo"]).status_code == 303
    assert application.stage.kind is StageKind.APPLIED


def test_a_drop_and_its_undo_cost_few_statements(
    client: Client, recruiter: User, application: Application, statements: list[str]
) -> None:
    client.sign_in(recruiter)
    header = {"X-Board": application.requisition.number}
    form = {"stage": stage_id(application, StageKind.SCREENING), "version": 1}
    address = f"/applications/{application.id}/moves"
    statements.clear()
    told = client.post(address, data=form, headers=header).get_json()
    moving = [each for each in statements if each.startswith(("SELECT", "INSERT", "UPDATE", "WITH"))]
    statements.clear()
    assert client.post(told["undo"], headers=header).status_code == 200
    undoing = [each for each in statements if each.startswith(("SELECT", "INSERT", "UPDATE", "DELETE", "WITH"))]
    assert len(moving) <= 19, moving
    assert len(undoing) <= 22, undoing


def test_counts_are_those_of_the_board_that_asked(client: Client, recruiter: User, application: Application) -> None:
    client.sign_in(recruiter)
    screening = stage_id(application, StageKind.SCREENING)
    form = {"stage": screening, "version": 1}
    number = application.requisition.number
    told = client.post(
        f"/applications/{application.id}/moves", data=form, headers={"X-Board": f"{number}?q=nobody"}
    ).get_json()
    assert told["counts"][str(screening)] == [0, 0]
    elsewhere = client.post(told["undo"], headers={"X-Board": "roles/mlops_engineer"}).get_json()
    assert elsewhere["counts"] is None


def test_who_is_brought_back_stands_where_they_stood(client: Client, recruiter: User, application: Application) -> None:
    older = make_application(
        application.requisition, candidate=make_person("Bo Falk"), stage=StageKind.APPLIED, days_ago=12
    )
    make_application(application.requisition, candidate=make_person("Cleo Ray"), stage=StageKind.APPLIED, days_ago=2)
    client.sign_in(recruiter)
    header = {"X-Board": application.requisition.number}
    ended = client.post(
        f"/applications/{application.id}/rejection", data={"reason": "other_preferred", "version": 1}, headers=header
    ).get_json()
    assert (ended["stage"], ended["card"]) == (None, "")
    back = client.post(ended["undo"], headers=header).get_json()
    assert (back["stage"], back["top"], back["before"]) == (application.stage_id, False, older.id)
    assert "Ada Lind" in back["card"]


def test_a_stale_tab_is_told_who_was_faster(client: Client, recruiter: User, application: Application) -> None:
    other = make_user(Role.RECRUITER, name="Davide Moretti")
    with transaction():
        move_application(
            application, stage_of(application.requisition, StageKind.ASSESSMENT), actor=other, expected=None
        )
    client.sign_in(recruiter)
    form = {"stage": stage_id(application, StageKind.SCREENING), "version": 1}
    page = client.post(f"/applications/{application.id}/moves", data=form)
    fragment = client.post(f"/applications/{application.id}/moves", data=form, headers={"HX-Request": "true"})
    assert (page.status_code, fragment.status_code) == (409, 409)
    for text in (page.text, fragment.text):
        assert "Davide Moretti moved Ada Lind to Technical assessment" in text
    assert application.stage.kind is StageKind.ASSESSMENT


def test_a_double_click_is_one_move(client: Client, recruiter: User, application: Application) -> None:
    client.sign_in(recruiter)
    form = {"stage": stage_id(application, StageKind.SCREENING), "version": 1}
    for _ in range(2):
        assert client.post(f"/applications/{application.id}/moves", data=form).status_code == 303
    ending = {"reason": "skills", "version": str(application.version)}
    for _ in range(2):
        assert client.post(f"/applications/{application.id}/rejection", data=ending).status_code == 303
    assert changes(application) == 3


@pytest.mark.parametrize(
    "form", [{}, {"stage": "999999", "version": "1"}, {"stage": "x", "version": "1"}, {"version": "1"}]
)
def test_a_move_to_nowhere_is_refused(
    client: Client, recruiter: User, application: Application, form: dict[str, str]
) -> None:
    client.sign_in(recruiter)
    assert client.post(f"/applications/{application.id}/moves", data=form).status_code == 422
    drop = client.post(f"/applications/{application.id}/moves", data=form, headers={"HX-Request": "true"})
    assert drop.status_code == 422
    assert "has no such stage, or not any more. Choose one of its own." in drop.text
    assert changes(application) == 1


def test_a_gate_says_what_is_needed_and_an_admin_may_pass_it(client: Client, application: Application) -> None:
    client.sign_in(make_user(Role.ADMIN))
    form = {"stage": str(stage_id(application, StageKind.PREPARING_OFFER)), "version": "1"}
    refused = client.post(f"/applications/{application.id}/moves", data=form)
    assert refused.status_code == 422
    assert "shortlist" in refused.text
    assert "override_reason" in refused.text
    passed = client.post(f"/applications/{application.id}/moves", data={**form, "override_reason": "Agreed by phone"})
    assert passed.status_code == 303
    assert application.stage.kind is StageKind.PREPARING_OFFER


def test_what_a_gate_bars_cannot_be_chosen_but_by_who_may_override(
    client: Client, recruiter: User, application: Application
) -> None:
    def choice(kind: StageKind) -> str:
        page = client.get(f"/applications/{application.id}/move").text
        return page.split(f'name="stage" value="{stage_id(application, kind)}"')[1].split("</label>")[0]

    client.sign_in(recruiter)
    barred = choice(StageKind.PREPARING_OFFER)
    assert barred.startswith(" disabled")
    assert "asks for an approved shortlist entry" in barred
    assert not choice(StageKind.SCREENING).startswith(" disabled")
    client.sign_in(make_user(Role.ADMIN))
    assert not choice(StageKind.PREPARING_OFFER).startswith(" disabled")


def test_stages_with_a_form_of_their_own_lead_there(client: Client, recruiter: User, application: Application) -> None:
    client.sign_in(recruiter)
    stage = stage_id(application, StageKind.OFFER_EXTENDED)
    answer = client.get(f"/applications/{application.id}/move?stage={stage}")
    assert (answer.status_code, answer.location) == (303, f"/applications/{application.id}/offers/new")
    form = {"stage": stage, "version": 1}
    assert client.post(f"/applications/{application.id}/moves", data=form).location == answer.location


@pytest.mark.parametrize(
    ("ending", "reason", "status"),
    [
        ("rejection", "skills", ApplicationStatus.REJECTED),
        ("withdrawal", "other_offer", ApplicationStatus.WITHDRAWN),
        ("closing", "no_answer", ApplicationStatus.CLOSED),
    ],
)
def test_ending_and_reopening(
    client: Client, recruiter: User, application: Application, ending: str, reason: str, status: ApplicationStatus
) -> None:
    client.sign_in(recruiter)
    address = f"/applications/{application.id}/{ending}"
    assert client.get(address).status_code == 200
    bare = client.post(address, data={"version": 1})
    assert bare.status_code == 422
    assert "Choose a reason." in bare.text
    assert client.post(address, data={"version": 1, "reason": reason, "told": "y"}).status_code == 303
    assert application.status is status
    assert application.told_at is not None
    form = {"version": application.version}
    assert client.post(f"/applications/{application.id}/reopening", data=form).status_code == 303
    assert application.status is ApplicationStatus.ACTIVE


def test_hiring_managers_end_and_do_not_move(client: Client, recruiter: User) -> None:
    manager = make_user(Role.HIRING_MANAGER)
    application = make_application(make_open_requisition(recruiter, hiring_manager=manager))
    client.sign_in(manager)
    form = {"stage": stage_id(application, StageKind.SCREENING), "version": 1}
    refused = client.post(f"/applications/{application.id}/moves", data=form)
    assert refused.status_code == 403
    assert "recruiters of the requisition and admins" in refused.text
    ending = {"version": 1, "reason": "skills"}
    assert client.post(f"/applications/{application.id}/rejection", data=ending).status_code == 303


def test_what_is_not_theirs_is_not_there(client: Client, application: Application) -> None:
    stranger = make_user(Role.HIRING_MANAGER)
    client.sign_in(stranger)
    for address in ("moves", "rejection", "contacts", "reopening"):
        assert client.post(f"/applications/{application.id}/{address}").status_code == 404
    change = db.session.scalars(select(StageChange.id)).first()
    assert client.post(f"/stage-changes/{change}/undo").status_code == 404


def test_one_button_says_that_they_answered(client: Client, recruiter: User, application: Application) -> None:
    client.sign_in(recruiter)
    answer = client.post(f"/applications/{application.id}/contacts", data={"direction": "in", "channel": "other"})
    assert answer.status_code == 303
    contact = db.session.scalars(select(Contact)).one()
    assert contact.direction is ContactDirection.IN


def test_waits_are_set_and_ended(client: Client, recruiter: User, application: Application) -> None:
    client.sign_in(recruiter)
    assert client.post(f"/applications/{application.id}/waits", data={"note": "take-home"}).status_code == 303
    assert "take-home" in client.get(f"/candidates/{application.candidate_id}").text
    assert client.post(f"/applications/{application.id}/waits/end").status_code == 303
    assert client.post(f"/applications/{application.id}/waits/end").status_code == 422


def test_details_are_kept_and_a_stale_form_is_told(client: Client, recruiter: User, application: Application) -> None:
    client.sign_in(recruiter)
    form = {
        "version": 1, "salary_wish": "90000", "salary_currency": "eur", "notice": "3 months",
        "work_permit": "EU citizen",
        "source": "LinkedIn", "recruiter": recruiter.id, "competing_deadline": "2027-01-15T12:00",
    }  # fmt: skip
    assert client.post(f"/applications/{application.id}/details", data=form).status_code == 303
    assert (application.salary_wish, application.salary_currency) == (90000, "EUR")
    assert application.recruiter_id == recruiter.id
    page = client.get(f"/candidates/{application.candidate_id}").text
    assert "3 months" in page
    assert client.post(f"/applications/{application.id}/details", data=form).status_code == 409


def test_somebody_is_added_by_hand_and_not_twice(client: Client, recruiter: User, application: Application) -> None:
    client.sign_in(recruiter)
    address = f"/requisitions/{application.requisition.number}/applications/new"
    form = {
        "name": "Noor Aziz",
        "email": "noor@example.org",
        "source_kind": "referred",
        "source": "A. Kern",
        "stage": "0",
    }
    added = client.post(address, data=form)
    assert added.status_code == 303
    again = client.post(address, data=form)
    assert again.status_code == 422
    assert "This person is here already" in again.text
    assert "referral, A. Kern" in client.get(str(added.location)).text


def test_somebody_who_is_here_goes_on_to_another_requisition(
    client: Client, recruiter: User, application: Application
) -> None:
    client.sign_in(recruiter)
    other = make_open_requisition(recruiter)
    form = {"version": 1, "requisition": other.id}
    assert client.post(f"/applications/{application.id}/transfer", data=form).status_code == 303
    assert application.status is ApplicationStatus.CLOSED
    address = f"/candidates/{application.candidate_id}/applications/new"
    again = {"requisition": str(application.requisition_id), "source_kind": "applied"}
    assert client.post(address, data=again).status_code == 303
    assert client.post(address, data=again).status_code == 422


def test_who_may_end_but_not_move_takes_back_endings_and_no_moves(client: Client, recruiter: User) -> None:
    manager, deputy = make_user(Role.HIRING_MANAGER), make_user(Role.HIRING_MANAGER)
    requisition = make_requisition(recruiter=recruiter, hiring_manager=manager, deputies=[deputy])
    application = make_application(requisition, stage=StageKind.SCREENING)
    with transaction():
        moved = move_application(
            application, stage_of(requisition, StageKind.ASSESSMENT), actor=recruiter, expected=None
        )
    for reader in (manager, deputy):
        client.sign_in(reader)
        assert client.post(f"/stage-changes/{moved.id}/undo").status_code == 403
        assert "Undo" not in client.get(f"/candidates/{application.candidate_id}").text
        form = {"version": application.version, "reason": "skills"}
        assert client.post(f"/applications/{application.id}/rejection", data=form).status_code == 303
        change = latest_change(application.id)
        assert change is not None
        assert client.post(f"/stage-changes/{change.id}/undo").status_code == 303
        assert application.status is ApplicationStatus.ACTIVE


def test_only_a_transfer_says_that_somebody_went_on_elsewhere(
    client: Client, recruiter: User, application: Application
) -> None:
    """A form that says so by hand is told to give a reason, alone and for many; nobody is ended by it."""
    client.sign_in(recruiter)
    address = f"/applications/{application.id}/closing"
    assert "another requisition" not in client.get(address).text
    form: dict[str, object] = {"reason": "transferred", "version": application.version}
    answer = client.post(address, data=form)
    assert answer.status_code == 422
    assert "Choose a reason." in answer.text
    people = f"{application.id}:{application.version}"
    form = {"action": "close", "reason": "transferred", "people": people, "mark": "a" * 32}
    answer = client.post("/batches", data=form)
    assert answer.status_code == 422
    assert "Choose a reason." in answer.text
    db.session.refresh(application)
    assert application.status is ApplicationStatus.ACTIVE
