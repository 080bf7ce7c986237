"""The pulse of a board, who else looks at it, and the columns that an open board asks for."""

import json
import re
from html import unescape

import pytest
from flask import Flask

from tests.conftest import Client
from tests.factories.accounts import make_user
from tests.factories.pipeline import make_application, make_open_requisition, make_person, stage_of
from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.core.db import transaction
from tracker.pipeline.models import Application
from tracker.pipeline.operations import end_application, move_application
from tracker.pipeline.states import ChangeKind
from tracker.requisitions.models import Requisition
from tracker.requisitions.states import StageKind


@pytest.fixture
def recruiter(app: Flask) -> User:
    """Who looks at the board."""
    return make_user(Role.RECRUITER, name="Tara Kessler")


@pytest.fixture
def requisition(recruiter: User) -> Requisition:
    """An open one."""
    return make_open_requisition(recruiter)


@pytest.fixture
def ada(requisition: Requisition) -> Application:
    """Somebody who applied."""
    return make_application(requisition, candidate=make_person("Ada Lind"), stage=StageKind.APPLIED)


def address(requisition: Requisition) -> str:
    return f"/requisitions/{requisition.number}/pulse"


def test_the_pulse_is_said_once_until_something_happens(
    client: Client, recruiter: User, requisition: Requisition, ada: Application
) -> None:
    client.sign_in(recruiter)
    first = client.get(address(requisition))
    assert first.status_code == 200
    assert first.get_json()["people"] == []
    tag = first.headers["ETag"]
    again = client.get(address(requisition), headers={"If-None-Match": tag})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    with transaction():
        move_application(ada, stage_of(requisition, StageKind.SCREENING), actor=recruiter, expected=None)
    risen = client.get(address(requisition), headers={"If-None-Match": tag})
    assert risen.status_code == 200
    before, after = (tuple(map(int, each.get_json()["pulse"].split("."))) for each in (first, risen))
    assert after[0] == before[0] + 1
    assert after[1] > before[1]


def test_other_boards_do_not_raise_it(client: Client, recruiter: User, requisition: Requisition) -> None:
    client.sign_in(recruiter)
    tag = client.get(address(requisition)).headers["ETag"]
    make_application(make_open_requisition(recruiter))
    assert client.get(address(requisition), headers={"If-None-Match": tag}).status_code == 304


def test_an_idle_board_costs_few_statements(
    client: Client, recruiter: User, requisition: Requisition, ada: Application, statements: list[str]
) -> None:
    client.sign_in(recruiter)
    tag = client.get(address(requisition)).headers["ETag"]
    statements.clear()
    assert client.get(address(requisition), headers={"If-None-Match": tag}).status_code == 304
    asked = [each for each in statements if each.lstrip().upper().startswith("SELECT")]
    # Who asks, their roles, the requisition with whether it is theirs to see, and the pulse.
    assert len(asked) <= 5, asked
    assert sum("board_pulses" in each for each in asked) == 1


def test_who_is_not_signed_in_is_told_so_without_a_page(client: Client, requisition: Requisition) -> None:
    answer = client.get(address(requisition), headers={"HX-Request": "true"})
    assert answer.status_code == 401


def columns(client: Client, requisition: Requisition, since: str) -> str:
    answer = client.get(f"/requisitions/{requisition.number}/board?since={since}", headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "<html" not in answer.text
    return answer.text


def standing(markup: str) -> dict[str, int | None]:
    found = re.search(r'data-standing="([^"]*)"', markup)
    return json.loads(unescape(found.group(1))) if found else {}


def test_an_open_board_is_told_where_those_stand_who_were_moved(
    client: Client, recruiter: User, requisition: Requisition, ada: Application
) -> None:
    ended = make_application(requisition, candidate=make_person("Bo Falk"), stage=StageKind.APPLIED)
    elsewhere = make_application(make_open_requisition(recruiter))
    client.sign_in(recruiter)
    known = client.get(address(requisition)).get_json()["pulse"]
    screening = stage_of(requisition, StageKind.SCREENING)
    with transaction():
        move_application(ada, screening, actor=recruiter, expected=None)
    with transaction():
        end_application(ended, ChangeKind.REJECT, actor=recruiter, expected=None, reason="skills")
    with transaction():
        end_application(elsewhere, ChangeKind.REJECT, actor=recruiter, expected=None, reason="skills")
    told = standing(columns(client, requisition, known))
    assert (told[str(ada.id)], told[str(ended.id)]) == (screening.id, None)
    assert str(elsewhere.id) not in told


@pytest.mark.parametrize("since", ["", "x", "1.x", "-1.2", "9" * 40 + ".1", "1.²"])
def test_a_pulse_that_is_none_is_as_good_as_no_pulse(
    client: Client, recruiter: User, requisition: Requisition, ada: Application, since: str
) -> None:
    client.sign_in(recruiter)
    assert standing(columns(client, requisition, since)) == {}


def test_folded_phases_are_folded_on_the_page(
    client: Client, recruiter: User, requisition: Requisition, ada: Application
) -> None:
    client.sign_in(recruiter)
    client.post("/preferences", data={"key": "board.folded", "value": "sourcing"})
    page = client.get(f"/requisitions/{requisition.number}/board").text
    assert 'class="phase phase-sourcing phase-folded"' in page
    assert 'class="phase phase-vetting"' in page
    # Without a script the buttons choose: opening this one, folding that one as well.
    assert re.findall(r'name="value" value="([^"]*)"', page) == ["", "sourcing vetting", "sourcing offer"]
