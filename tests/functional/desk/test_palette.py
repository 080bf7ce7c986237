"""What the command palette is told: people and requisitions by their words, and what somebody comes back to."""

from typing import Any

import pytest
from flask import Flask

from tests.conftest import Client
from tests.factories.accounts import make_user
from tests.factories.candidates import make_candidate
from tests.factories.pipeline import make_application, make_open_requisition
from tests.factories.vetting import make_interview
from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.candidates.operations import create_candidate
from tracker.core.db import transaction
from tracker.requisitions.models import Requisition
from tracker.requisitions.states import RequisitionState, StageKind


@pytest.fixture
def recruiter(app: Flask) -> User:
    """Who asks."""
    return make_user(Role.RECRUITER, name="Tara Kessler")


@pytest.fixture
def requisition(recruiter: User) -> Requisition:
    """Where somebody is considered."""
    return make_open_requisition(recruiter, title="Senior MLOps Engineer, Berlin")


def ask(client: Client, question: str = "", *seen: str) -> Any:
    """The answer to a question."""
    answer = client.get("/palette", query_string=[("q", question), *(("seen", key) for key in seen)])
    assert answer.status_code == 200
    return answer.json


def names(found: Any) -> list[str]:
    return [person["name"] for person in found["people"]]


def places(found: Any) -> list[str]:
    return [place["label"] for place in found["requisitions"][0]["places"]]


def test_people_are_found_with_where_they_are_considered(
    client: Client, recruiter: User, requisition: Requisition
) -> None:
    application = make_application(requisition, candidate=make_candidate("Łukasz Żak"), stage=StageKind.SCREENING)
    client.sign_in(recruiter)

    (person,) = ask(client, "zak luk")["people"]

    assert person["name"] == "Łukasz Żak"
    assert person["note"] == f"{requisition.number}, Screening"
    assert person["url"] == f"/candidates/{application.candidate_id}"


def test_who_is_called_so_stands_before_who_works_there(client: Client, recruiter: User) -> None:
    with transaction():
        for name, company in (("Bea Olm", "Adair Systems"), ("Zoe Adams", "Lotus")):
            create_candidate(actor=recruiter, name=name, company=company)
    client.sign_in(recruiter)

    assert names(ask(client, "ada")) == ["Zoe Adams", "Bea Olm"]


@pytest.mark.parametrize("question", ["senior mlops", "berl", "checklist berlin", "berlin board"])
def test_requisitions_are_found_by_the_words_of_their_title_beside_the_name_of_a_page(
    client: Client, recruiter: User, requisition: Requisition, question: str
) -> None:
    make_open_requisition(recruiter, title="ML Engineer, speech")
    client.sign_in(recruiter)

    found = ask(client, question)

    assert [each["number"] for each in found["requisitions"]] == [requisition.number]
    assert found["requisitions"][0]["places"][0]["url"] == f"/requisitions/{requisition.number}/board"


def test_a_word_that_only_names_pages_is_looked_for_all_the_same(client: Client, recruiter: User) -> None:
    requisition = make_open_requisition(recruiter, title="Boarding gate models")
    client.sign_in(recruiter)

    assert [each["number"] for each in ask(client, "board")["requisitions"]] == [requisition.number]


def test_signs_that_stand_for_any_letter_stand_for_themselves(
    client: Client, recruiter: User, requisition: Requisition
) -> None:
    client.sign_in(recruiter)

    assert ask(client, "%")["requisitions"] == []
    assert ask(client, "s_nior")["requisitions"] == []


def test_the_pages_of_a_requisition_are_those_that_the_reader_may_open(client: Client, recruiter: User) -> None:
    manager = make_user(Role.HIRING_MANAGER)
    requisition = make_open_requisition(recruiter, hiring_manager=manager)
    for reader, adds in ((recruiter, True), (manager, False)):
        client.sign_in(reader)
        offered = places(ask(client, requisition.number))
        assert offered[:2] == ["Board", "List"]
        assert "Checklist" in offered
        assert ("Add candidate" in offered) is adds


def test_nobody_joins_a_requisition_that_is_over(client: Client, recruiter: User) -> None:
    requisition = make_open_requisition(recruiter, state=RequisitionState.CANCELLED)
    client.sign_in(recruiter)

    assert "Add candidate" not in places(ask(client, requisition.number))


def test_nobody_finds_what_they_may_not_see(client: Client, recruiter: User) -> None:
    secret = make_open_requisition(recruiter, confidential=True, title="Secret lab")
    application = make_application(secret, candidate=make_candidate("Ada Lind"))
    keys = (f"c{application.candidate_id}", f"r{secret.number}")
    outsider, guest = make_user(Role.RECRUITER), make_user(Role.INTERVIEWER)

    client.sign_in(outsider)
    assert ask(client, "secret")["requisitions"] == []
    # Recruiters know everybody, and not where a confidential requisition considers them.
    assert ask(client, "ada")["people"][0]["note"] == ""
    home = ask(client, "", *keys)
    assert (names(home), home["requisitions"]) == (["Ada Lind"], [])

    client.sign_in(guest)
    assert names(ask(client, "ada")) == []
    home = ask(client, "", *keys)
    assert (home["people"], home["requisitions"], home["actions"]) == ([], [], [])

    make_interview(application, guest)
    assert names(ask(client, "ada")) == ["Ada Lind"]
    assert names(ask(client, "", *keys)) == ["Ada Lind"]


def test_before_a_letter_is_typed_there_is_what_the_reader_comes_back_to(client: Client, recruiter: User) -> None:
    own = make_open_requisition(recruiter)
    over = make_open_requisition(recruiter, state=RequisitionState.CANCELLED)
    elsewhere = make_open_requisition()
    person = make_candidate("Ada Lind")
    client.sign_in(recruiter)

    found = ask(client, "", f"r{elsewhere.number}", f"c{person.id}", "c999", "c" + "9" * 19, "nonsense", "r' OR 1=1")

    assert {each["key"] for each in found["requisitions"]} == {f"r{own.number}", f"r{elsewhere.number}"}
    assert over.number not in str(found)
    assert names(found) == ["Ada Lind"]
    assert [action["label"] for action in found["actions"]] == ["New requisition", "Add candidate"]


def test_the_statements_do_not_depend_on_how_much_is_found(
    client: Client, recruiter: User, statements: list[str]
) -> None:
    client.sign_in(recruiter)
    seen: list[str] = []
    counted = []
    for _ in range(3):
        requisition = make_open_requisition(recruiter, title="Platform engineer")
        people = [make_application(requisition, candidate=make_candidate("Plato Ng")) for _ in range(3)]
        seen += [f"r{requisition.number}", *(f"c{each.candidate_id}" for each in people)]
        for question, keys in (("plat", []), ("", seen)):
            ask(client, question, *keys)
            statements.clear()
            ask(client, question, *keys)
            counted.append(len(statements))
    assert len(set(counted)) == 1
    # Who asks and what they may, people, where they are considered, requisitions.
    assert counted[0] == 4
