"""Many at once over HTTP: preview, action, result and undo, without a script and from the dialog."""

import re
from secrets import token_hex
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import Client
from tests.factories.accounts import make_user
from tests.factories.candidates import make_candidate
from tests.factories.pipeline import fill_pipeline, make_application, make_open_requisition, make_person, stage_of
from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.candidates.models import CandidateTag
from tracker.core.db import db, transaction
from tracker.pipeline.bulk import MOST
from tracker.pipeline.models import Application, Batch, StageChange
from tracker.pipeline.operations import move_application
from tracker.pipeline.states import ApplicationStatus, BatchOutcome
from tracker.requisitions.models import Requisition
from tracker.requisitions.states import StageKind


@pytest.fixture
def people(requisition: Requisition) -> list[Application]:
    """Three who applied, one who is in Screening."""
    kinds = [StageKind.APPLIED] * 3 + [StageKind.SCREENING]
    names = ("Ada Lind", "Ben Okafor", "Cleo Roth", "Lukas Brandt")
    return [
        make_application(requisition, candidate=make_candidate(name), stage=kind)
        for name, kind in zip(names, kinds, strict=True)
    ]


def ticked(applications: list[Application]) -> list[str]:
    return [f"{each.id}:{each.version}" for each in applications]


def field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
    assert found is not None
    return found[1]


def order(people: list[Application], action: str, **fields: Any) -> dict[str, Any]:
    return {"action": action, "people": " ".join(ticked(people)), "mark": token_hex(16), **fields}


def statuses(people: list[Application]) -> list[str]:
    db.session.expire_all()
    return [each.status.value for each in people]


def test_the_walk_without_a_script(
    client: Client, tara: User, requisition: Requisition, people: list[Application]
) -> None:
    client.sign_in(tara)
    address = f"/requisitions/{requisition.number}/list"
    page = client.get(address)
    assert f'form="bulk" value="{people[0].id}:{people[0].version}"' in page.text
    preview = client.post("/bulk/reject", data={"pick": ticked(people), "back": address})
    assert preview.status_code == 200
    assert "<h1>Reject 4 people</h1>" in preview.text
    assert "Ada Lind, Ben Okafor, Cleo Roth, Lukas Brandt" in preview.text
    assert "Applied 3, Screening 1" in preview.text
    olga = make_user(Role.RECRUITER, name="Olga Petrova")
    with transaction():
        target = stage_of(requisition, StageKind.INTERVIEW)
        move_application(people[3], target, actor=olga, expected=None)
    form = {name: field(preview.text, name) for name in ("mark", "people", "back", "action")}
    answer = client.post("/batches", data={**form, "reason": "skills", "comment": "Too few years", "told": "y"})
    assert answer.status_code == 303
    shown = client.get(answer.location)
    assert "<h1>3 rejected, 1 was not</h1>" in shown.text
    assert "Olga Petrova moved Lukas Brandt to Panel interview in the meantime." in shown.text
    assert statuses(people) == ["rejected"] * 3 + ["active"]
    undone = client.post(f"/batches/{form['mark']}/undo", data={"back": address})
    assert (undone.status_code, undone.location) == (303, address)
    assert "3 people are as before" in client.get(address).text
    assert statuses(people) == ["active"] * 4
    assert "took this back" in client.get(f"/batches/{form['mark']}").text


def test_when_all_went_well_the_reader_is_back_where_it_began_with_one_undo(
    client: Client, tara: User, requisition: Requisition, people: list[Application]
) -> None:
    client.sign_in(tara)
    board = f"/requisitions/{requisition.number}/board"
    data = order(people[:3], "move", stage="screening", back=board)
    answer = client.post("/batches", data=data)
    assert (answer.status_code, answer.location) == (303, board)
    page = client.get(board).text
    assert "3 moved to Screening" in page
    assert f'action="/batches/{data["mark"]}/undo"' in page
    # The same form sent once more is the same action.
    assert client.post("/batches", data=data).status_code == 303
    assert len(db.session.scalars(select(Batch)).all()) == 1
    assert len(db.session.scalars(select(StageChange).where(StageChange.batch == data["mark"])).all()) == 3


def test_a_board_is_told_and_goes_on_where_its_reader_is(
    client: Client, tara: User, requisition: Requisition, people: list[Application]
) -> None:
    client.sign_in(tara)
    board = f"/requisitions/{requisition.number}/board"
    headers = {"X-Dialog": "1", "X-Board": requisition.number}
    data = order(people[:3], "move", stage="screening", back=board)
    undo = f"/batches/{data['mark']}/undo"
    answer = client.post("/batches", data=data, headers=headers)
    assert answer.json == {"say": "3 moved to Screening", "undo": undo}
    assert client.post(undo, headers=headers).json == {"say": "Undone. 3 people are as before", "undo": ""}
    # Who was left, and why, is on a page of its own.
    data = order(people, "move", stage="screening", back=board)
    answer = client.post("/batches", data=data, headers=headers)
    assert answer.headers["X-Location"].startswith(f"/batches/{data['mark']}")
    # A board says it itself: no page says it once more.
    assert "as before" not in client.get(board).text


def test_the_dialog_is_sent_on(client: Client, tara: User, people: list[Application]) -> None:
    client.sign_in(tara)
    headers = {"X-Dialog": "1"}
    preview = client.post("/bulk/assign", data={"people": " ".join(ticked(people))}, headers=headers)
    assert "data-dialog-content" in preview.text
    data = order(people, "assign", recruiter=tara.id, back="/")
    answer = client.post("/batches", data=data, headers=headers)
    assert answer.headers["X-Location"] == "/"
    assert {each.recruiter_id for each in people} == {tara.id}


def test_a_stage_shows_for_whom_it_cannot_be_chosen(client: Client, tara: User, people: list[Application]) -> None:
    client.sign_in(tara)
    data = {"pick": ticked(people)}
    page = client.post("/bulk/move", data=data).text
    assert "cannot be" not in page
    page = client.post("/bulk/move", data={**data, "stage": "screening"}).text
    assert "1 person cannot be moved" in page
    assert "Lukas Brandt is in Screening already." in page
    assert "Move 3 people</button>" in page
    page = client.post("/bulk/move", data={**data, "stage": "preparing_offer"}).text
    assert "4 people cannot be moved" in page
    assert 'id="bulk-go"' not in page


def test_tags(client: Client, tara: User, people: list[Application]) -> None:
    client.sign_in(tara)
    client.post("/batches", data=order(people, "tag", tags="remote, Berlin", back="/"))
    assert len(db.session.scalars(select(CandidateTag)).all()) == 8
    assert client.post("/batches", data=order(people, "tag", tags=" , ")).status_code == 422


@pytest.mark.parametrize(
    ("action", "fields", "said"),
    [
        ("reject", {}, "Choose a reason."),
        ("move", {}, "Choose a stage."),
        ("reject", {"reason": "skills", "comment": "x" * 40_000}, "Keep it to 4,000 characters."),
        ("reject", {"reason": "skills", "mark": "f" * 40_000}, "Load the page again."),
        ("reject", {"reason": "skills", "happened_at": "2100-01-01T10:00"}, "in the future"),
    ],
)
def test_what_is_missing_is_asked_for_and_nothing_is_lost(
    client: Client, tara: User, people: list[Application], action: str, fields: dict[str, str], said: str
) -> None:
    client.sign_in(tara)
    data = order(people, action, comment="Keep these words") | fields
    answer = client.post("/batches", data=data)
    if "happened_at" in fields:
        # Each person has a time of their own before which nothing happened.
        assert said in client.get(answer.location).text
        return
    assert answer.status_code == 422
    assert said in answer.text
    assert data["comment"] in answer.text
    assert data["people"] in answer.text
    assert db.session.scalars(select(Batch)).all() == []


def test_nobody_and_too_many_are_refused_kindly(client: Client, tara: User, people: list[Application]) -> None:
    client.sign_in(tara)
    nobody: list[dict[str, list[str]]] = [{}, {"pick": ["", "x", "-1", "9" * 40]}, {"pick": ["99999999:1"]}]
    for given in nobody:
        answer = client.post("/bulk/reject", data=given)
        assert answer.status_code == 422
        assert "Nobody is chosen." in answer.text
    for address in ("/bulk/reject", "/batches"):
        data = {"action": "reject", "people": " ".join(f"{n}:1" for n in range(1, 3001))}
        answer = client.post(address, data=data)
        assert answer.status_code == 422
        assert f"{MOST:,} can be changed at once" in answer.text
    assert client.post("/batches", data={"people": "1"}).status_code == 422
    assert client.post("/bulk/hire", data={}).status_code == 404


def test_a_form_that_is_sent_again_with_other_words_is_something_else(
    client: Client, tara: User, requisition: Requisition, people: list[Application]
) -> None:
    client.sign_in(tara)
    sent = order(people[:3], "move", stage="screening", comment="As agreed.", back="/boards/mine")
    assert client.post("/batches", data=sent).status_code == 303
    # The very same is one action; somebody who went back to the form and chose another stage did not mean that.
    assert client.post("/batches", data=sent).location == "/boards/mine"
    screening, panel = (stage_of(requisition, kind) for kind in (StageKind.SCREENING, StageKind.INTERVIEW))
    answer = client.post("/batches", data={**sent, "stage": panel.key})
    assert answer.status_code == 422
    assert "This form was sent already, and did something else." in answer.text
    assert "Tara Kessler moved Ada Lind to Screening in the meantime." in answer.text
    assert {each.stage_id for each in people[:3]} == {screening.id}
    assert field(answer.text, "mark") != sent["mark"]
    # What they saw by now is theirs to send.
    again = {**order(people[:3], "move", stage=panel.key, back="/boards/mine"), "mark": field(answer.text, "mark")}
    assert client.post("/batches", data=again).status_code == 303
    assert {each.stage_id for each in people[:3]} == {panel.id}


def test_what_no_database_holds_is_asked_of_none(
    client: Client, tara: User, requisition: Requisition, people: list[Application]
) -> None:
    client.sign_in(tara)
    asked = {"all": "1", "number": requisition.number, "filter": "from=%00LinkedIn%00", "count": "4"}
    assert "<h1>Reject 4 people</h1>" in client.post("/bulk/reject", data=asked).text
    assert client.post("/bulk/reject", data={**asked, "number": "REQ\x00"}).status_code == 404
    page = client.post("/bulk/assign", data={"people": str(people[0].id), "recruiter": "9" * 40})
    assert page.status_code == 200
    assert "Assign 1 person" in page.text


def test_all_that_match_a_filter_are_counted_anew(
    client: Client, tara: User, requisition: Requisition, people: list[Application]
) -> None:
    client.sign_in(tara)
    asked = {"all": "1", "number": requisition.number, "filter": "", "count": "4"}
    assert "when you chose them" not in client.post("/bulk/reject", data=asked).text
    page = client.post("/bulk/reject", data={**asked, "count": "6"}).text
    assert "4 people match the filter now; 6 people did when you chose them." in page
    page = client.post("/bulk/reject", data={**asked, "filter": "q=okafor"}).text
    assert "<h1>Reject 1 person</h1>" in page
    screening = stage_of(requisition, StageKind.SCREENING).id
    page = client.post("/bulk/reject", data={**asked, "filter": f"stage={screening}&sort=name"}).text
    assert "<b>1 person:</b> Lukas Brandt" in page
    assert client.post("/bulk/reject", data={**asked, "number": "REQ-1"}).status_code == 404


def test_all_on_a_board_across_requisitions(client: Client, tara: User, people: list[Application]) -> None:
    other = make_application(make_open_requisition(tara), candidate=make_candidate("Olu Other"))
    client.sign_in(tara)
    assert 'name="board" value="mlops-engineer"' in client.get("/boards/mlops-engineer").text
    asked = {"all": "1", "board": "mlops-engineer", "filter": "", "count": "5"}
    page = client.post("/bulk/move", data={**asked, "stage": "screening"}).text
    assert "<h1>Move 5 people</h1>" in page
    assert "Move 4 people</button>" in page
    client.post("/batches", data=order([*people, other], "move", stage="screening", back="/boards/mine"))
    assert other.stage.kind is StageKind.SCREENING
    assert {each.stage.kind for each in people} == {StageKind.SCREENING}
    page = client.post("/bulk/reject", data={**asked, "filter": "q=olu"}).text
    assert "<h1>Reject 1 person</h1>" in page
    assert client.post("/bulk/reject", data={**asked, "board": "elsewhere"}).status_code == 404


def test_who_is_not_visible_is_not_there(client: Client, tara: User, people: list[Application]) -> None:
    hidden = make_application(make_open_requisition(confidential=True), candidate=make_person("Hidden Person"))
    client.sign_in(tara)
    page = client.post("/bulk/reject", data={"pick": ticked([*people, hidden])}).text
    assert "<h1>Reject 4 people</h1>" in page
    assert "Hidden" not in page
    data = order([people[0], hidden], "reject", reason="skills", back="/")
    assert client.post("/batches", data=data).location == "/"
    assert statuses([people[0], hidden]) == ["rejected", "active"]
    secret = make_user(Role.ADMIN)
    client.sign_in(secret)
    theirs = order([hidden], "reject", reason="skills", back="/")
    client.post("/batches", data=theirs)
    client.sign_in(tara)
    for method, address in (("GET", ""), ("POST", "/undo"), ("POST", "/work")):
        assert client.open(f"/batches/{theirs['mark']}{address}", method=method).status_code == 404


def test_what_became_of_many_names_the_stage_as_its_reader_knows_it(client: Client, tara: User) -> None:
    hidden = make_open_requisition(confidential=True)
    with transaction():
        stage_of(hidden, StageKind.SCREENING).name = "Takeover talks"
    people = [
        make_application(each, candidate=make_person(), stage=StageKind.APPLIED)
        for each in (hidden, make_open_requisition(tara), hidden)
    ]
    sent = order(people, "move", stage="screening")
    client.sign_in(make_user(Role.ADMIN)).post("/batches", data=sent)
    page = client.sign_in(tara).get(f"/batches/{sent['mark']}").text
    assert "moved to Screening" in page
    assert "Takeover" not in page


def test_a_hiring_manager_ends_and_moves_nobody(client: Client, app: Flask) -> None:
    manager = make_user(Role.HIRING_MANAGER)
    mine = make_application(make_open_requisition(hiring_manager=manager), candidate=make_person("Mine Own"))
    client.sign_in(manager)
    page = client.post("/bulk/move", data={"pick": ticked([mine]), "stage": "screening"}).text
    assert "This is for recruiters of the requisition and admins." in page
    client.post("/batches", data=order([mine], "move", stage="screening"))
    assert mine.stage.kind is StageKind.IDENTIFIED
    client.post("/batches", data=order([mine], "reject", reason="skills"))
    assert statuses([mine]) == ["rejected"]


def test_undo_names_whom_somebody_went_on_with(
    client: Client, tara: User, requisition: Requisition, people: list[Application]
) -> None:
    client.sign_in(tara)
    data = order(people[:3], "move", stage="screening", back="/")
    client.post("/batches", data=data)
    olga = make_user(Role.RECRUITER, name="Olga Petrova")
    with transaction():
        move_application(people[1], stage_of(requisition, StageKind.INTERVIEW), actor=olga, expected=None)
    answer = client.post(f"/batches/{data['mark']}/undo")
    assert answer.location == f"/batches/{data['mark']}"
    page = client.get(answer.location).text
    assert "2 people are as before, 1 was left alone" in page
    assert "Olga Petrova moved Ben Okafor to Panel interview in the meantime." in page
    again = client.post(f"/batches/{data['mark']}/undo", headers={"Accept": "application/json"})
    assert again.status_code == 409
    assert "Tara Kessler took this back already" in again.get_json()["error"]


def test_a_long_one_goes_on_from_its_page(
    client: Client, tara: User, requisition: Requisition, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.desk.views_bulk.CHUNKS", 1)
    client.sign_in(tara)
    people = fill_pipeline(requisition, 230)
    data = order(people, "reject", reason="other", back="/")
    answer = client.post("/batches", data=data)
    page = client.get(answer.location).text
    assert "200 of 230" in page
    assert client.post(f"/batches/{data['mark']}/undo").status_code == 422
    answer = client.post(f"/batches/{data['mark']}/work", data={"back": "/"})
    assert "<h1>230 rejected</h1>" in client.get(answer.location).text
    answer = client.post(f"/batches/{data['mark']}/undo", data={"back": "/"})
    assert "200 of 230" in client.get(answer.location).text
    client.post(f"/batches/{data['mark']}/work")
    assert set(db.session.scalars(select(Application.status))) == {ApplicationStatus.ACTIVE}
    assert {outcome.value for outcome in (BatchOutcome.UNDONE,)} == {"undone"}


def test_interviewers_and_strangers_do_nothing_here(client: Client, people: list[Application]) -> None:
    data = order(people, "reject", reason="skills")
    assert client.post("/batches", data=data).status_code == 303
    client.sign_in(make_user(Role.INTERVIEWER))
    assert client.post("/batches", data=data).status_code == 403
    assert client.post("/bulk/reject", data=data).status_code == 403
    assert statuses(people) == ["active"] * 4
