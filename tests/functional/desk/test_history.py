"""Taking back from the history: every kind of change, alone and in bulk, and what is said when somebody went on."""

import re
from datetime import UTC, datetime
from secrets import token_hex

import pytest
from flask import Flask

from tests.conftest import Client
from tests.factories.accounts import make_user
from tests.factories.offers import make_hire
from tests.factories.pipeline import give_to, make_application, make_open_requisition, make_person, stage_of
from tests.factories.vetting import make_interview
from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.candidates.queries import tags_of
from tracker.candidates.tagging import tag_candidates, untag_candidates
from tracker.core.db import db, transaction
from tracker.pipeline.models import Application
from tracker.pipeline.operations import end_application, move_application
from tracker.pipeline.states import ENDINGS, ApplicationStatus, ChangeKind
from tracker.requisitions.models import Requisition
from tracker.requisitions.states import StageKind

#: Where each kind of move leads, of somebody in Screening.
MOVES = {
    ChangeKind.MOVE: StageKind.ASSESSMENT,
    ChangeKind.SKIP: StageKind.INTERVIEW,
    ChangeKind.BACK: StageKind.CONTACTED,
}
KINDS = [*MOVES, *sorted(ENDINGS)]


@pytest.fixture
def olga(app: Flask) -> User:
    """Who goes on."""
    return make_user(Role.RECRUITER, name="Olga Petrova")


@pytest.fixture
def ada(requisition: Requisition) -> Application:
    """Somebody in Screening."""
    return make_application(requisition, candidate=make_person("Ada Lind"), stage=StageKind.SCREENING)


def history(client: Client, application: Application) -> str:
    """What the history of somebody says, without the rest of their page."""
    return client.get(f"/candidates/{application.candidate_id}").text.partition('id="history"')[2]


def change(application: Application, kind: ChangeKind, actor: User) -> None:
    with transaction():
        if kind in ENDINGS:
            reason = {"reject": "skills", "withdraw": "salary", "close": "no_answer"}[kind]
            end_application(application, kind, actor=actor, expected=None, reason=reason)
        else:
            target = stage_of(application.requisition, MOVES[kind])
            move_application(application, target, actor=actor, expected=None)


def in_bulk(client: Client, people: list[Application], action: str, **fields: object) -> str:
    """Do something to all of them at once; the address of what became of it, as the history of the first gives it."""
    chosen = " ".join(f"{each.id}:{each.version}" for each in people)
    data = {"action": action, "people": chosen, "mark": token_hex(16), **fields}
    assert client.post("/batches", data=data).status_code == 303
    found = re.search(rf'href="(/batches/[^"]+)">one of {len(people)} at once', history(client, people[0]))
    assert found is not None
    return found[1]


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_change_is_taken_back_from_its_line(
    client: Client, tara: User, ada: Application, kind: ChangeKind
) -> None:
    before = (ada.stage_id, ada.status, ada.stage_entered_at)
    change(ada, kind, tara)
    client.sign_in(tara)
    found = re.findall(r'action="(/stage-changes/\d+/undo)"', history(client, ada))
    assert len(found) == 1
    assert client.post(found[0]).status_code == 303
    db.session.refresh(ada)
    assert (ada.stage_id, ada.status, ada.stage_entered_at) == before
    assert "/undo" not in history(client, ada)


@pytest.mark.parametrize("kind", KINDS)
def test_what_somebody_went_on_from_is_not_overwritten(
    client: Client, tara: User, olga: User, ada: Application, kind: ChangeKind
) -> None:
    change(ada, kind, tara)
    client.sign_in(tara)
    undo = re.findall(r'action="(/stage-changes/\d+/undo)"', history(client, ada))[0]
    if kind in ENDINGS:
        # Another recruiter takes it back and goes on.
        other = client.application.test_client()
        assert isinstance(other, Client)
        other.sign_in(olga)
        assert other.post(undo).status_code == 303
    with transaction():
        move_application(ada, stage_of(ada.requisition, StageKind.APPLIED), actor=olga, expected=None)
    answer = client.post(undo)
    assert answer.status_code == 409
    assert "Olga Petrova" in answer.text
    db.session.refresh(ada)
    assert (ada.stage.kind, ada.status) == (StageKind.APPLIED, ApplicationStatus.ACTIVE)


def test_beside_the_board_too(client: Client, tara: User, ada: Application) -> None:
    change(ada, ChangeKind.MOVE, tara)
    client.sign_in(tara)
    panel = client.get(f"/applications/{ada.id}/panel", headers={"HX-Request": "true"}).text
    assert re.search(r'action="/stage-changes/\d+/undo"', panel.partition("<h3>History</h3>")[2])


def test_a_bulk_move_and_a_bulk_rejection(client: Client, tara: User, olga: User, requisition: Requisition) -> None:
    people = [make_application(requisition, stage=StageKind.SCREENING) for _ in range(3)]
    client.sign_in(tara)
    for action, fields in (("move", {"stage": "panel_interview"}), ("reject", {"reason": "skills"})):
        address = in_bulk(client, people, action, **fields)
        assert ">Undo</button>" in client.get(address).text
        assert client.post(f"{address}/undo").status_code == 303
        for each in people:
            db.session.refresh(each)
            assert (each.stage.kind, each.status) == (StageKind.SCREENING, ApplicationStatus.ACTIVE)
        assert client.post(f"{address}/undo").status_code == 409
    address = in_bulk(client, people, "reject", reason="skills")
    assert (
        client.post(f"/applications/{people[1].id}/reopening", data={"version": people[1].version}).status_code == 303
    )
    change(people[1], ChangeKind.MOVE, olga)
    shown = client.get(client.post(f"{address}/undo").location).text
    assert "2 people are as before, 1 was left alone" in shown
    assert f"Olga Petrova moved {people[1].candidate.name} to Technical assessment" in shown


def test_a_bulk_assignment_names_who_gave_somebody_to_another(
    client: Client, tara: User, olga: User, requisition: Requisition
) -> None:
    davide = make_user(Role.RECRUITER, name="Davide Ferri")
    people = [make_application(requisition, candidate=make_person(name)) for name in ("Ada Lind", "Ben Okafor", "Cleo")]
    client.sign_in(tara)
    address = in_bulk(client, people, "assign", recruiter=olga.id)
    assert "Tara Kessler gave Ada Lind to Olga Petrova" in history(client, people[0])
    with transaction():
        give_to(people[1], davide, actor=olga)
    # Once more to the same recruiter is a decision of its own.
    with transaction():
        give_to(people[2], davide, actor=olga)
    with transaction():
        give_to(people[2], olga, actor=davide)
    shown = client.get(client.post(f"{address}/undo").location).text
    assert "Olga Petrova gave Ben Okafor to Davide Ferri since." in shown
    assert "Davide Ferri gave Cleo to Olga Petrova since." in shown
    for each in people:
        db.session.refresh(each)
    assert [each.recruiter_id for each in people] == [None, davide.id, olga.id]
    assert "gave Ada Lind to the requisition’s first recruiter" in history(client, people[0])


def test_bulk_tags_come_off_but_for_who_got_one_again(
    client: Client, tara: User, olga: User, requisition: Requisition
) -> None:
    people = [make_application(requisition, candidate=make_person(name)) for name in ("Ada Lind", "Ben Okafor")]
    client.sign_in(tara)
    address = in_bulk(client, people, "tag", tags="remote")
    (tag,) = tags_of(people[1].candidate_id)
    with transaction():
        untag_candidates([people[1].candidate], [tag.tag_id], actor=olga)
    with transaction():
        tag_candidates([people[1].candidate], ["remote"], actor=olga)
    shown = client.get(client.post(f"{address}/undo").location).text
    assert "Olga Petrova put the tag on Ben Okafor again since." in shown
    assert [len(tags_of(each.candidate_id)) for each in people] == [0, 1]


def test_interviewers_learn_no_tags_by_a_bulk_action(client: Client, tara: User, ada: Application) -> None:
    client.sign_in(tara)
    address = in_bulk(client, [ada, make_application(ada.requisition)], "tag", tags="remote")
    assessor = make_user(Role.INTERVIEWER)
    make_interview(ada, assessor)
    client.sign_in(assessor)
    assert "at once" not in history(client, ada)
    assert client.get(address).status_code == 403


def test_a_hire_leads_to_its_undo_and_says_who_took_it_back(client: Client, tara: User, olga: User) -> None:
    manager = make_user(Role.HIRING_MANAGER)
    requisition = make_open_requisition(tara, hiring_manager=manager)
    with transaction():
        for stage in requisition.stages:
            stage.requires_approval = False
    application = make_application(requisition, stage=StageKind.SHORTLISTED)
    hire = make_hire(application, recruiter=tara, hiring_manager=manager)
    client.sign_in(tara)
    address = f"/hires/{hire.id}/undo"
    assert f'href="{address}"' in history(client, application)
    other = client.application.test_client()
    assert isinstance(other, Client)
    other.sign_in(olga)
    assert other.post(address, data={"reason": "Never started"}).status_code == 303
    late = client.post(address, data={"reason": "Declined after all"})
    assert late.status_code == 409
    assert "Olga Petrova" in late.text
    assert "Declined after all" in late.text
    assert f'href="{address}"' not in history(client, application)


def test_an_interview_stands_at_the_readers_hour(client: Client, ada: Application) -> None:
    # 14:00 UTC, in an organisation that counts its days in Berlin.
    make_interview(ada, starts_at=datetime(2026, 1, 16, 14, tzinfo=UTC))
    client.sign_in(make_user(Role.RECRUITER, timezone="America/New_York"))

    assert re.search(r"planned Panel interview for Fri 16 Jan( 2026)?, 09:00 EST with", history(client, ada))


def test_the_history_of_a_requisition_takes_back_as_that_of_a_person_does(
    client: Client, tara: User, olga: User, ada: Application
) -> None:
    address = f"/requisitions/{ada.requisition.number}/history"
    change(ada, ChangeKind.MOVE, olga)
    first = undo_in(client, tara, address)
    change(ada, ChangeKind.REJECT, olga)
    rejection = undo_in(client, tara, address)
    assert len(first) == len(rejection) == 1, "only what nobody went on from"
    assert first != rejection
    assert f'name="back" value="{address}"' in client.get(address).text
    assert client.post(rejection[0], data={"back": address}).headers["Location"] == address
    assert ada.status is ApplicationStatus.ACTIVE
    assert undo_in(client, tara, address) == []
    client.sign_in(make_user(Role.INTERVIEWER))
    assert client.get(address).status_code == 404


def test_what_was_done_to_many_is_one_line_of_a_requisition_s_history(
    client: Client, tara: User, requisition: Requisition
) -> None:
    names = ("Ada Lind", "Bo Falk", "Cleo Ray")
    people = [make_application(requisition, candidate=make_person(name), stage=StageKind.SCREENING) for name in names]
    change(people[0], ChangeKind.MOVE, tara)
    client.sign_in(tara)
    batch = in_bulk(client, people, "reject", reason="skills")
    address = f"/requisitions/{requisition.number}/history"
    page = client.get(address).text
    assert re.search(
        rf"<b>{tara.name}</b> rejected 3 people: [^<]+<span class=\"muted\">· <a [^>]*href=\"{batch}\?back=", page
    )
    assert "<summary>Who</summary>Ada Lind, Bo Falk, Cleo Ray</details>" in page
    # What was done to one person stays a line of its own; what can be taken back of many is taken back on their page.
    assert len(re.findall(r"moved Ada Lind from Screening to Technical assessment", page)) == 1
    assert "/stage-changes/" not in page
    assert client.post(f"{batch}/undo").status_code == 303
    undone = client.get(address).text
    assert f"<b>{tara.name}</b> undid the rejection of 3 people <span" in undone
    assert f"<b>{tara.name}</b> rejected 3 people" in undone


def undo_in(client: Client, reader: User, address: str) -> list[str]:
    """Where the lines of a history offer to take something back."""
    client.sign_in(reader)
    return re.findall(r'action="([^"]*/stage-changes/\d+/undo)"', client.get(address).text)
