"""How people like pages: what they choose is theirs, kept, and taken only where somebody asks for it."""

import pytest
from flask import Flask

from tests.conftest import Client
from tests.factories.accounts import make_user
from tracker.accounts.queries import preference
from tracker.accounts.states import Role
from tracker.core.registry import RegistryError


def test_a_choice_is_kept_for_who_made_it(client: Client) -> None:
    user, other = make_user(Role.RECRUITER), make_user(Role.RECRUITER)
    assert preference(user, "board.folded") == ""
    client.sign_in(user)
    for value in ("sourcing", "sourcing offer"):
        answer = client.post("/preferences", data={"key": "board.folded", "value": value})
        assert (answer.status_code, answer.location) == (303, "/")
        assert preference(user, "board.folded") == value
    assert preference(other, "board.folded") == ""


def test_a_script_gets_no_page_and_a_form_the_one_it_came_from(client: Client) -> None:
    client.sign_in(make_user(Role.RECRUITER))
    choice = {"key": "board.folded", "value": "offer"}
    assert client.post("/preferences", data=choice, headers={"HX-Request": "true"}).status_code == 204
    answer = client.post("/preferences", data=choice, headers={"Referer": "http://localhost:8000/requisitions"})
    assert answer.location == "/requisitions"


@pytest.mark.parametrize("choice", [{"key": "board.folded", "value": "hired"}, {"key": "moon", "value": "full"}, {}])
def test_what_nobody_asks_for_is_not_kept(client: Client, choice: dict[str, str]) -> None:
    user = make_user(Role.RECRUITER)
    assert client.sign_in(user).post("/preferences", data=choice).status_code == 422
    assert user.preference_rows == []


def test_asking_for_a_preference_that_nobody_registered_is_a_fault(app: Flask) -> None:
    with pytest.raises(RegistryError):
        preference(make_user(Role.RECRUITER), "moon")
