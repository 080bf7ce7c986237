"""A page that tells of an error shows what was typed, to whoever typed it and to nobody else."""

import pytest
from flask import Flask

from tests.conftest import Client
from tests.factories.accounts import make_user
from tests.factories.candidates import make_candidate
from tracker.accounts.states import Role

WORDS = "Words that took an hour."


@pytest.mark.parametrize(("role", "status"), [(Role.HIRING_MANAGER, 403), (Role.INTERVIEWER, 403)])
def test_who_may_not_do_it_keeps_their_words(client: Client, app: Flask, role: Role, status: int) -> None:
    answer = client.sign_in(make_user(role)).post("/candidates/new", data={"name": WORDS})
    assert answer.status_code == status
    assert f">{WORDS}</textarea>" in answer.text


def test_markup_in_them_is_text(client: Client, app: Flask) -> None:
    wicked = "<script>alert( 1 )</script>"
    answer = client.sign_in(make_user(Role.INTERVIEWER)).post("/candidates/new", data={"name": wicked})
    assert wicked not in answer.text
    assert "&lt;script&gt;" in answer.text


def test_a_form_with_a_secret_shows_nothing(client: Client, app: Flask) -> None:
    values = {"name": WORDS, "new_password": "seven green bottles"}
    answer = client.sign_in(make_user(Role.INTERVIEWER)).post("/candidates/new", data=values)
    assert answer.status_code == 403
    assert WORDS not in answer.text
    assert "bottles" not in answer.text


def test_nobody_shows_words_to_somebody_who_is_not_signed_in(client: Client, app: Flask) -> None:
    make_user(Role.ADMIN)
    number = make_candidate("Noor Haddad").id
    for path in ("/candidates/new", f"/candidates/{number}/notes", "/setup"):
        assert WORDS not in client.post(path, data={"name": WORDS, "body": WORDS}).text


def test_nor_to_somebody_whose_form_came_from_elsewhere(
    client: Client, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    answer = client.sign_in(make_user(Role.INTERVIEWER)).post("/candidates/new", data={"name": WORDS})
    assert answer.status_code == 400
    assert WORDS not in answer.text
