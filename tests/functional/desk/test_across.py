"""Boards across requisitions: whom they show, in which columns, and what a drop on them does."""

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import Client
from tests.factories.accounts import make_user
from tests.factories.pipeline import fill_pipeline, make_application, make_open_requisition, make_person, stage_of
from tests.factories.vetting import make_interview
from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.candidates.models import Candidate, SearchWord, Tag
from tracker.candidates.tagging import tag_candidates
from tracker.core.db import db, transaction
from tracker.pipeline.models import Application
from tracker.pipeline.operations import move_application
from tracker.requisitions.models import Requisition, Stage
from tracker.requisitions.operations import lock_requisition, set_team
from tracker.requisitions.operations_stages import add_stage
from tracker.requisitions.stage_templates import ensure_templates
from tracker.requisitions.states import Phase, RequisitionState, StageKind, TeamPart

OPS = "/boards/mlops-engineer"
MINE = "/boards/mine"


@pytest.fixture
def recruiter(app: Flask) -> User:
    """Who reads the boards."""
    with transaction():
        ensure_templates()
    return make_user(Role.RECRUITER, name="Tara Kessler")


def names(page: str) -> list[str]:
    return re.findall(r'<div class="nm"><a [^>]*>([^<]*)</a>', page)


def head(page: str, key: str) -> list[str]:
    found = re.search(rf'id="head-{key}"[^>]*>(.*?)</div>', page)
    assert found is not None
    return re.sub(r"<[^>]+>", " ", found.group(1)).split()


def someone(name: str, requisition: Requisition, stage: StageKind = StageKind.SCREENING, days_ago: float = 1.0) -> int:
    return make_application(requisition, candidate=make_person(name), stage=stage, days_ago=days_ago).id


def drop(client: Client, application_id: int, stage: str, page: str) -> tuple[int, dict[str, Any]]:
    """Drop a card of the board at `page` on a column; what the board is told."""
    application = db.session.get_one(Application, application_id)
    answer = client.post(
        f"/applications/{application_id}/moves",
        data={"stage": stage, "version": application.version},
        headers={"HX-Request": "true", "Accept": "application/json", "X-Board": page.removeprefix("/boards/")},
    )
    return answer.status_code, answer.json or {}


def test_a_role_board_puts_the_people_of_all_its_requisitions_into_common_columns(
    client: Client, recruiter: User
) -> None:
    one, two = make_open_requisition(recruiter), make_open_requisition()
    someone("Older Osman", one, days_ago=3)
    someone("Newer Nowak", two, days_ago=1)
    someone("Applied Abe", two, StageKind.APPLIED, days_ago=30)
    page = client.sign_in(recruiter).get(OPS).text
    assert names(page) == ["Applied Abe", "Newer Nowak", "Older Osman"]
    assert head(page, "screening") == ["Screening", "2"]
    assert head(page, "applied") == ["Applied", "1", "1", "late"]
    assert f'<span class="role role-ops">{one.number}</span>' in page
    assert names(client.get("/boards/ml-engineer").text) == []
    assert names(client.get(f"{OPS}?late=1").text) == ["Applied Abe"]
    with transaction():
        newer = db.session.scalars(select(Candidate).where(Candidate.name == "Newer Nowak")).one()
        db.session.add(SearchWord(word="nowak", candidate_id=newer.id))
    assert names(client.get(f"{OPS}?q=now").text) == ["Newer Nowak"]


def test_nobody_is_late_while_their_requisition_is_on_hold(client: Client, recruiter: User) -> None:
    held = make_open_requisition(recruiter)
    someone("Held Holm", held, days_ago=40)
    with transaction():
        lock_requisition(held.id).state = RequisitionState.ON_HOLD
    page = client.sign_in(recruiter).get(OPS).text
    assert head(page, "screening") == ["Screening", "1"]
    assert 'class="age late"' not in page


def test_whoever_may_not_see_a_requisition_does_not_see_its_people_here(client: Client, recruiter: User) -> None:
    manager = make_user(Role.HIRING_MANAGER)
    secret = make_open_requisition(hiring_manager=manager, confidential=True)
    someone("Secret Sato", secret)
    someone("Open Ortiz", make_open_requisition(recruiter))
    over = make_open_requisition(recruiter)
    someone("Over Olsen", over)
    with transaction():
        db.session.get_one(Requisition, over.id).state = RequisitionState.ON_HOLD
    assert names(client.sign_in(recruiter).get(OPS).text) == ["Over Olsen", "Open Ortiz"]
    assert names(client.sign_in(manager).get(OPS).text) == ["Secret Sato"]
    assert names(client.sign_in(make_user(Role.ADMIN)).get(OPS).text) == ["Over Olsen", "Open Ortiz", "Secret Sato"]
    assert names(client.sign_in(make_user(Role.INTERVIEWER)).get(OPS).text) == []


def test_everybody_who_waits_on_me_and_nobody_else(client: Client, recruiter: User) -> None:
    mine, other = make_open_requisition(recruiter), make_open_requisition()
    someone("Mine Moreau", mine)
    someone("Other Ohlsson", other)
    page = client.sign_in(recruiter).get(MINE).text
    assert names(page) == ["Mine Moreau"]
    assert head(page, "screening") == ["Screening", "1"]


def test_an_interviewer_sees_whoever_waits_on_their_scorecard(client: Client, recruiter: User) -> None:
    requisition, assessor = make_open_requisition(recruiter), make_user(Role.INTERVIEWER)
    application = db.session.get_one(Application, someone("Asked Abara", requisition, StageKind.ASSESSMENT))
    make_interview(application, assessor, actor=recruiter)
    page = client.sign_in(assessor).get(MINE).text
    assert names(page) == ["Asked Abara"]
    assert "waits on you, scorecard" in page
    # They see the person, and move nobody.
    assert "data-move-url" not in page


def test_an_interviewer_learns_no_tags_from_a_filter(client: Client, recruiter: User) -> None:
    requisition, assessor = make_open_requisition(recruiter), make_user(Role.INTERVIEWER)
    application = db.session.get_one(Application, someone("Asked Abara", requisition, StageKind.ASSESSMENT))
    make_interview(application, assessor, actor=recruiter)
    other = make_person("Other Orr")
    with transaction():
        tag_candidates([other], ["backup only"], actor=recruiter)
    tag_id = db.session.scalars(select(Tag.id)).one()
    client.sign_in(assessor)
    for address in (f"{MINE}/filters", f"{MINE}/filters?tag={tag_id}", f"{MINE}?tag={tag_id}"):
        assert "backup only" not in client.get(address).text
    # Nor whether somebody has one: such a filter is none for them.
    assert names(client.get(f"{MINE}?tag={tag_id}").text) == ["Asked Abara"]
    assert names(client.get(f"{MINE}/columns/{application.stage.key}?tag={tag_id}").text) == ["Asked Abara"]
    assert "backup only" in client.sign_in(recruiter).get(f"{MINE}/filters").text
    assert names(client.get(f"{OPS}?tag={tag_id}").text) == []


def test_columns_are_named_by_what_the_reader_may_know(client: Client, recruiter: User) -> None:
    own, hidden = make_open_requisition(recruiter), make_open_requisition(confidential=True)
    people = {requisition.id: someone("Sam Seen", requisition) for requisition in (own, hidden)}
    for requisition, name in ((own, "Pairing"), (hidden, "Pairing"), (hidden, "Founders only")):
        with transaction():
            stage = add_stage(requisition, actor=recruiter, name=name, phase=Phase.VETTING)
            assert isinstance(stage, Stage)
            person = db.session.get_one(Application, people[requisition.id])
            move_application(person, stage, actor=recruiter, expected=None)
    with transaction():
        theirs = select(Stage).where(Stage.requisition_id == hidden.id, Stage.key == "pairing")
        db.session.scalars(theirs).one().name = "Takeover"
    page = client.sign_in(recruiter).get(OPS).text
    assert head(page, "pairing") == ["Pairing", "1"]
    assert "Takeover" not in page
    for address in (OPS, MINE):
        assert client.get(f"{address}/columns/founders_only").status_code == 404
        assert "Pairing" in client.get(f"{address}/columns/pairing").text


def test_columns_lead_on_to_the_next(client: Client, recruiter: User) -> None:
    requisitions = [make_open_requisition(recruiter), make_open_requisition(recruiter)]
    for number in range(25):
        someone(f"Person {number:02}", requisitions[number % 2], days_ago=number / 24 + 0.01)
    page = client.sign_in(recruiter).get(OPS).text
    assert names(page) == [f"Person {number:02}" for number in range(20)]
    more = re.search(r'class="more" href="([^"]+)"', page)
    assert more is not None
    address = more.group(1).replace("&amp;", "&")
    rest = [f"Person {number:02}" for number in range(20, 25)]
    assert names(client.get(address, headers={"HX-Request": "true"}).text) == rest
    whole = client.get(address).text
    assert names(whole) == rest
    assert "25 in this stage" in whole
    assert client.get(f"{OPS}/columns/nonsense").status_code == 404
    assert client.get("/boards/nonsense").status_code == 404


def test_a_drop_finds_the_stage_in_the_cards_own_requisition(client: Client, recruiter: User) -> None:
    one, two = make_open_requisition(recruiter), make_open_requisition()
    someone("Staying Stein", one)
    someone("Another's Abel", two)
    moved = someone("Moving Mbeki", two)
    client.sign_in(recruiter)
    status, told = drop(client, moved, "technical_assessment", f"{OPS}?mine=1")
    assert status == 200
    assert names(told["card"]) == ["Moving Mbeki"]
    assert two.number in told["card"]
    assert told["stage"] == "technical_assessment"
    # The counts are those of the board that asked, filter included.
    assert told["counts"]["screening"] == [1, 0]
    assert told["counts"]["technical_assessment"] == [0, 0]
    assert db.session.get_one(Application, moved).stage_id == stage_of(two, StageKind.ASSESSMENT).id


def test_whoever_waits_on_me_no_longer_leaves_the_board(client: Client, recruiter: User) -> None:
    requisition = make_open_requisition(recruiter)
    person = someone("Written Wolff", requisition, StageKind.IDENTIFIED)
    status, told = drop(client.sign_in(recruiter), person, "contacted", MINE)
    assert (status, told["card"]) == (200, "")
    assert told["counts"]["identified"] == [0, 0]


def test_a_stage_that_the_requisition_does_not_have_is_refused(client: Client, recruiter: User) -> None:
    one, two = make_open_requisition(recruiter), make_open_requisition(recruiter)
    with transaction():
        db.session.add(
            Stage(
                requisition_id=one.id, position=20, key="trial_day", name="Trial day", phase=Phase.VETTING,
                kind=StageKind.OTHER, limit_days=None,
            )
        )  # fmt: skip
    special = make_application(one, candidate=make_person("Special Sand"), stage=StageKind.SCREENING).id
    usual = someone("Usual Ueda", two)
    client.sign_in(recruiter)
    assert drop(client, special, "trial_day", OPS)[0] == 200
    page = client.get(OPS).text
    # The stage of one requisition has a column while somebody is in it.
    assert head(page, "trial_day") == ["Trial", "day", "1"]
    assert names(client.get(f"{OPS}/columns/trial_day").text) == ["Special Sand"]
    status, told = drop(client, usual, "trial_day", OPS)
    assert (status, told["error"]) == (422, f"{two.number} has no such stage, or not any more. Choose one of its own.")
    assert db.session.get_one(Application, usual).stage_id == stage_of(two, StageKind.SCREENING).id


def test_the_cost_grows_neither_with_requisitions_nor_with_people(
    client: Client, recruiter: User, statements: list[str]
) -> None:
    client.sign_in(recruiter)

    def cost() -> list[int]:
        found = []
        for address in (OPS, MINE, f"{OPS}?q=per", f"{OPS}?late=1&mine=1", f"{OPS}/columns/applied"):
            statements.clear()
            assert client.get(address).status_code == 200
            found.append(len(statements))
        return found

    fill_pipeline(make_open_requisition(recruiter), 10, actor=recruiter)
    few = cost()
    for _ in range(4):
        fill_pipeline(make_open_requisition(recruiter), 100, actor=recruiter)
    assert cost() == few


def test_hiring_managers_move_nobody_and_recruiters_of_the_team_do(client: Client) -> None:
    manager, member = make_user(Role.HIRING_MANAGER), make_user(Role.RECRUITER)
    requisition = make_open_requisition(hiring_manager=manager, confidential=True)
    someone("Only One", requisition)
    assert "data-move-url" not in client.sign_in(manager).get(OPS).text
    assert names(client.sign_in(member).get(OPS).text) == []
    with transaction():
        set_team(
            requisition,
            {TeamPart.RECRUITER: [member], TeamPart.HIRING_MANAGER: [manager]},
            expected=None,
            actor=manager,
        )
    assert "data-move-url" in client.sign_in(member).get(OPS).text


def test_without_a_name_it_is_the_board_of_what_waits(client: Client, recruiter: User) -> None:
    answer = client.sign_in(recruiter).get("/boards")
    assert (answer.status_code, answer.location) == (302, MINE)
    assert "Nobody waits on you" in client.get(MINE).text


def test_an_open_board_is_told_where_those_are_who_moved(client: Client, recruiter: User) -> None:
    requisition = make_open_requisition(recruiter)
    person = someone("Moving Mbeki", requisition, StageKind.IDENTIFIED)
    client.sign_in(recruiter)

    def pulse(board: str) -> str:
        found = re.search(r'data-pulse="([^"]+)"', client.get(board).text)
        assert found is not None
        return found[1]

    before = {board: pulse(board) for board in (OPS, MINE)}
    assert drop(client, person, "contacted", OPS)[0] == 200
    told = {
        board: client.get(f"{board}?since={before[board]}", headers={"HX-Request": "true"}).text for board in before
    }
    assert "<html" not in told[OPS]
    assert f'data-standing="{{&#34;{person}&#34;: &#34;contacted&#34;}}"' in told[OPS]
    # They wait on the candidate now, and are on the other board no more.
    assert f'data-standing="{{&#34;{person}&#34;: null}}"' in told[MINE]
    asked = client.get(f"{OPS}/pulse")
    assert asked.json is not None
    assert asked.json["pulse"] != before[OPS]
    assert client.get(f"{OPS}/pulse", headers={"If-None-Match": asked.headers["ETag"]}).status_code == 304
    assert client.get("/boards/nonsense/pulse").status_code == 404


def test_filters_can_be_chosen_for_boards_across_requisitions(client: Client, recruiter: User) -> None:
    client.sign_in(recruiter)
    assert f'action="{OPS}"' in client.get(f"{OPS}/filters?late=1").text
    assert 'name="region"' in client.get(f"{OPS}/filters", headers={"HX-Request": "true"}).text
