"""The board, its columns and the list: true counts, first pages, filters, and a cost that does not grow with people."""

import re
from datetime import timedelta

import pytest
from flask import Flask

from tests.conftest import Client
from tests.factories.accounts import make_user
from tests.factories.pipeline import (
    ago,
    fill_pipeline,
    make_application,
    make_open_requisition,
    make_person,
    stage_of,
)
from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.core import clock
from tracker.core.db import transaction
from tracker.pipeline.contacts import add_contact, set_wait
from tracker.pipeline.operations import end_application
from tracker.pipeline.states import ChangeKind, ContactChannel, ContactDirection
from tracker.requisitions.models import Requisition
from tracker.requisitions.states import RequisitionState, StageKind


@pytest.fixture
def recruiter(app: Flask) -> User:
    """Who reads the board."""
    return make_user(Role.RECRUITER, name="Tara Kessler")


@pytest.fixture
def requisition(recruiter: User) -> Requisition:
    """An open one."""
    return make_open_requisition(recruiter)


def names(page: str) -> list[str]:
    return re.findall(r'<div class="nm"><a [^>]*>([^<]*)</a>', page)


def head(requisition: Requisition, page: str, kind: StageKind) -> str:
    found = re.search(rf'id="head-{stage_of(requisition, kind).id}"[^>]*>(.*?)</div>', page)
    assert found is not None
    return re.sub(r"<[^>]+>", " ", found.group(1)).split(maxsplit=0)[0].strip()


def test_columns_show_their_newest_and_count_everybody(
    client: Client, recruiter: User, requisition: Requisition
) -> None:
    people = [make_person(f"Person {number:02}") for number in range(25)]
    for number, person in enumerate(people):
        make_application(requisition, candidate=person, stage=StageKind.SCREENING, days_ago=number / 24 + 0.01)
    client.sign_in(recruiter)
    page = client.get(f"/requisitions/{requisition.number}/board").text
    assert names(page) == [f"Person {number:02}" for number in range(20)]
    assert head(requisition, page, StageKind.SCREENING).split() == ["Screening", "25"]
    more = re.search(r'class="more" href="([^"]+)"', page)
    assert more is not None
    address = more.group(1).replace("&amp;", "&")
    assert names(client.get(address, headers={"HX-Request": "true"}).text) == [
        f"Person {number:02}" for number in range(20, 25)
    ]
    whole = client.get(address)
    assert "<html" in whole.text
    assert names(whole.text)[-1] == "Person 24"


def test_the_cost_does_not_grow_with_people(
    client: Client, recruiter: User, requisition: Requisition, statements: list[str]
) -> None:
    client.sign_in(recruiter)
    addresses = [
        f"/requisitions/{requisition.number}/{page}" for page in ("board", "list", "board?q=per", "board?late=1")
    ]

    def cost() -> list[int]:
        found = []
        for address in addresses:
            statements.clear()
            assert client.get(address).status_code == 200
            found.append(len(statements))
        return found

    fill_pipeline(requisition, 10, actor=recruiter)
    few = cost()
    fill_pipeline(requisition, 490, actor=recruiter)
    assert cost() == few


def test_a_phone_begins_at_the_first_column_with_somebody_in_it(
    client: Client, recruiter: User, requisition: Requisition
) -> None:
    make_application(requisition, stage=StageKind.SCREENING)
    page = client.sign_in(recruiter).get(f"/requisitions/{requisition.number}/board").text
    screening = stage_of(requisition, StageKind.SCREENING)
    assert page.count("data-strip-first") == 1
    assert f'href="#stage-{screening.id}" data-strip-first' in page


def test_late_people_are_counted_and_told_whom_they_wait_on(
    client: Client, recruiter: User, requisition: Requisition
) -> None:
    make_application(requisition, candidate=make_person("Late Lindgren"), stage=StageKind.APPLIED, days_ago=14)
    make_application(requisition, candidate=make_person("Fresh Okafor"), stage=StageKind.APPLIED, days_ago=0.1)
    client.sign_in(recruiter)
    page = client.get(f"/requisitions/{requisition.number}/board").text
    assert head(requisition, page, StageKind.APPLIED).split() == ["Applied", "2", "1", "late"]
    assert page.count("waits on you") == 1
    assert names(client.get(f"/requisitions/{requisition.number}/board?late=1").text) == ["Late Lindgren"]
    with transaction():
        requisition.state = RequisitionState.ON_HOLD
    held = client.get(f"/requisitions/{requisition.number}/board").text
    assert head(requisition, held, StageKind.APPLIED).split() == ["Applied", "2"]


def test_cards_say_what_is_not_usual_and_nothing_else(
    client: Client, recruiter: User, requisition: Requisition
) -> None:
    contacted = make_application(
        requisition, candidate=make_person("Davi Nogueira", title="SRE", company="Banco Roxo"), days_ago=2
    )
    with transaction():
        add_contact(
            contacted, direction=ContactDirection.OUT, channel=ContactChannel.EMAIL, at=ago(days=1), actor=recruiter
        )
    waiting = make_application(requisition, stage=StageKind.ASSESSMENT, days_ago=1)
    with transaction():
        set_wait(waiting, note="take-home", ends_at=clock.now() + timedelta(days=2), user=None, actor=recruiter)
    client.sign_in(recruiter)
    page = client.get(f"/requisitions/{requisition.number}/board").text
    assert "SRE · Banco Roxo" in page
    assert "1st contact yesterday · LinkedIn" in page
    assert '<span class="wait">take-home</span>' in page
    with transaction():
        add_contact(
            contacted, direction=ContactDirection.IN, channel=ContactChannel.EMAIL, at=clock.now(), actor=recruiter
        )
    assert "new reply" in client.get(f"/requisitions/{requisition.number}/board").text


def test_names_are_text(client: Client, recruiter: User, requisition: Requisition) -> None:
    make_application(requisition, candidate=make_person("<script>alert(1)</script>"), source='"><img src=x>')
    client.sign_in(recruiter)
    for page in ("board", "list"):
        text = client.get(f"/requisitions/{requisition.number}/{page}").text
        assert "<script>alert" not in text
        assert "<img src=x>" not in text


def test_what_waits_on_the_reader_can_be_asked_for(client: Client, recruiter: User, requisition: Requisition) -> None:
    other = make_user(Role.RECRUITER)
    make_application(requisition, candidate=make_person("Mine Alone"), actor=recruiter)
    make_application(requisition, candidate=make_person("Theirs Alone"), actor=other)
    client.sign_in(recruiter)
    assert names(client.get(f"/requisitions/{requisition.number}/board?mine=1").text) == ["Mine Alone"]
    assert "Theirs Alone" not in client.get(f"/requisitions/{requisition.number}/list?mine=1").text


def test_hiring_managers_look_and_do_not_drag(client: Client, recruiter: User) -> None:
    manager = make_user(Role.HIRING_MANAGER)
    requisition = make_open_requisition(recruiter, hiring_manager=manager)
    make_application(requisition)
    client.sign_in(manager)
    page = client.get(f"/requisitions/{requisition.number}/board").text
    assert "data-move-url" not in page
    assert "data-move-url" not in page
    assert "Add candidate" not in page


def test_nobody_is_put_forward_for_what_is_closed(client: Client, recruiter: User) -> None:
    closed = make_open_requisition(recruiter, state=RequisitionState.CANCELLED)
    live = make_open_requisition(recruiter)
    client.sign_in(recruiter)
    for page in ("board", "shortlists"):
        assert "New shortlist" not in client.get(f"/requisitions/{closed.number}/{page}").text
        assert "New shortlist" in client.get(f"/requisitions/{live.number}/{page}").text


def test_the_list_sorts_filters_and_shows_the_ended(client: Client, recruiter: User, requisition: Requisition) -> None:
    first = make_application(requisition, candidate=make_person("Ada Lind"), stage=StageKind.SCREENING)
    make_application(requisition, candidate=make_person("Zoe Marsh"), stage=StageKind.APPLIED, days_ago=1)
    client.sign_in(recruiter)

    def listed(query: str = "") -> list[str]:
        page = client.get(f"/requisitions/{requisition.number}/list{query}").text
        return re.findall(r'<a class="name" [^>]*>([^<]*)</a>', page)

    assert listed() == ["Zoe Marsh", "Ada Lind"]
    assert listed("?sort=name") == ["Ada Lind", "Zoe Marsh"]
    assert listed("?sort=name&dir=desc") == ["Zoe Marsh", "Ada Lind"]
    assert listed("?sort=entered") == ["Zoe Marsh", "Ada Lind"]
    assert listed("?sort=nonsense&dir=sideways&page=0&stage=x&status=y") == ["Zoe Marsh", "Ada Lind"]
    assert listed(f"?stage={stage_of(requisition, StageKind.SCREENING).id}") == ["Ada Lind"]
    with transaction():
        end_application(first, ChangeKind.REJECT, actor=recruiter, expected=None, reason="skills")
    assert listed() == ["Zoe Marsh"]
    assert listed("?status=rejected") == ["Ada Lind"]
    assert len(listed("?status=all")) == 2


def test_a_stage_of_another_requisition_is_no_column_here(
    client: Client, recruiter: User, requisition: Requisition
) -> None:
    other = make_open_requisition(recruiter)
    client.sign_in(recruiter)
    stage = stage_of(other, StageKind.APPLIED).id
    assert client.get(f"/requisitions/{requisition.number}/columns/{stage}").status_code == 404


def test_an_empty_board_says_the_next_step(client: Client, recruiter: User, requisition: Requisition) -> None:
    client.sign_in(recruiter)
    page = client.get(f"/requisitions/{requisition.number}/board").text
    assert "Nobody is in this pipeline yet" in page
    assert "Nobody matches" in client.get(f"/requisitions/{requisition.number}/board?q=nobody").text


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (RequisitionState.DRAFT, "is open."),
        (RequisitionState.CANCELLED, "The list still names everybody"),
    ],
)
@pytest.mark.parametrize("view", ["board", "list"])
def test_nobody_is_to_be_added_where_nobody_can_be(
    client: Client, recruiter: User, state: RequisitionState, said: str, view: str
) -> None:
    requisition = make_open_requisition(recruiter, state=state)
    client.sign_in(recruiter)
    page = client.get(f"/requisitions/{requisition.number}/{view}").text
    assert said in page
    assert f"/requisitions/{requisition.number}/applications/new" not in page
