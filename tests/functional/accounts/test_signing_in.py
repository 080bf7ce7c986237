"""Signing in and out, as a browser does it."""

import re

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.conftest import Client
from tests.factories.accounts import make_user
from tracker.accounts.models import User
from tracker.accounts.operations import disable_user, set_password
from tracker.accounts.states import Role
from tracker.core.db import db, transaction

PASSWORD = "seven green bottles"


@pytest.fixture
def maya(app: Flask) -> User:
    user = make_user(Role.RECRUITER, name="Maya Lindqvist", email="maya@example.com")
    with transaction():
        set_password(user, PASSWORD, actor=user)
    return user


def sign_in(client: Client, **changes: str) -> TestResponse:
    return client.post("/sign-in", data={"email": "maya@example.com", "password": PASSWORD} | changes)


def is_signed_in(client: Client) -> bool:
    return client.get("/account").status_code == 200


def test_somebody_signs_in_and_out(client: Client, maya: User) -> None:
    assert "Sign in" in client.get("/sign-in").text
    answer = sign_in(client, email=" Maya@Example.com ")
    assert answer.status_code == 303
    assert is_signed_in(client)
    assert maya.last_signed_in_at is not None
    assert client.get("/sign-in").status_code == 302
    assert client.post("/sign-out").location == "/sign-in"
    assert not is_signed_in(client)


def test_the_answer_tells_nobody_who_has_an_account(client: Client, maya: User) -> None:
    invited = make_user(Role.RECRUITER, email="invited@example.com")
    gone = make_user(Role.RECRUITER, email="gone@example.com")
    with transaction():
        set_password(gone, PASSWORD, actor=gone)
        disable_user(gone, None, actor=maya)
    pages = {
        re.sub(r"[\w-]+@example\.com|nonce=\S+|I[jm][\w.-]{60,}", "", answer.text)
        for answer in (
            sign_in(client, password="not the password"),
            sign_in(client, email="nobody@example.com"),
            sign_in(client, email=invited.email),
            sign_in(client, email=gone.email),
        )
    }
    assert len(pages) == 1
    assert "This address and password do not belong together." in pages.pop()
    assert not is_signed_in(client)


def test_too_many_tries_for_an_account_are_told_when_to_come_back(client: Client, maya: User) -> None:
    for _ in range(10):
        assert sign_in(client, password="wrong").status_code == 422
    answer = sign_in(client)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 600
    assert re.search(r"Try again in \d+ minutes?, \w{3} \d+ \w{3}, \d\d:\d\d CES?T", answer.text)
    # Somebody else's account is not held back by that.
    other = make_user(Role.RECRUITER, email="other@example.com")
    with transaction():
        set_password(other, PASSWORD, actor=other)
    assert sign_in(client, email="other@example.com").status_code == 303


@pytest.mark.parametrize("sign", ["\x01", "\u200b", "\u202e", "\u2028", "\x7f"])
def test_what_cannot_be_seen_in_an_address_makes_no_other_account(client: Client, maya: User, sign: str) -> None:
    """The form reads past it, so the tries count for the account that is meant."""
    for n in range(10):
        address = f"maya@example.com{sign * n}"
        assert sign_in(client, email=address, password="wrong").status_code == 422
    assert sign_in(client).status_code == 429


def test_too_many_tries_from_one_place_are_held_back(client: Client, maya: User) -> None:
    for number in range(30):
        assert sign_in(client, email=f"guess{number}@example.com").status_code == 422
    assert sign_in(client).status_code == 429


def test_successful_sign_ins_do_not_count(client: Client, maya: User) -> None:
    for _ in range(12):
        assert sign_in(client).status_code == 303


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [
        ("/account", "/account"),
        ("/users?x=1", "/users?x=1"),
        ("https://elsewhere.example/", None),
        ("//elsewhere.example/", None),
        ("/\\elsewhere.example/", None),
        ("/\t/elsewhere.example/", None),
        ("javascript:alert(1)", None),
        ("elsewhere.example", None),
        ("", None),
    ],
)
def test_nobody_is_sent_elsewhere(client: Client, maya: User, wanted: str, reached: str | None) -> None:
    answer = sign_in(client, next=wanted)
    assert answer.status_code == 303
    home = sign_in(client).location
    assert answer.location == (reached or home)


def test_kept_signed_in_for_thirty_days_or_until_the_browser_closes(client: Client, maya: User) -> None:
    sign_in(client)
    session = client.get_cookie("firsthire")
    assert session is not None
    assert session.expires is None
    assert client.get_cookie("firsthire_remember") is None
    client.post("/sign-out")
    sign_in(client, keep="y")
    for name in ("firsthire", "firsthire_remember"):
        cookie = client.get_cookie(name)
        assert cookie is not None
        assert cookie.expires is not None
        assert cookie.http_only
        assert cookie.same_site == "Lax"
    client.delete_cookie("firsthire")
    assert is_signed_in(client)
    client.post("/sign-out")
    assert not is_signed_in(client)


def test_a_new_password_signs_out_everywhere_else(app: Flask, maya: User) -> None:
    here, there = app.test_client(), app.test_client()
    assert isinstance(here, Client)
    assert isinstance(there, Client)
    sign_in(here)
    sign_in(there, keep="y")
    new = "eight amber lamps"
    wrong = here.post("/account/password", data={"current": "wrong", "password": new})
    assert wrong.status_code == 422
    assert "This is not your present password." in wrong.text
    assert here.post("/account/password", data={"current": PASSWORD, "password": new}).status_code == 303
    assert is_signed_in(here)
    assert not is_signed_in(there)
    assert sign_in(there, password=new).status_code == 303
    assert here.post("/account/sign-outs").status_code == 303
    assert is_signed_in(here)
    assert not is_signed_in(there)


def test_a_disabled_user_is_out_at_the_next_click(client: Client, maya: User) -> None:
    sign_in(client)
    with transaction():
        disable_user(maya, None, actor=None)
    assert not is_signed_in(client)
    assert sign_in(client).status_code == 422


def test_an_old_hash_is_renewed_while_the_password_is_at_hand(
    client: Client, maya: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.accounts.passwords._cheap", lambda: False)
    before = maya.password_hash
    assert sign_in(client).status_code == 303
    assert maya.password_hash != before
    assert maya.password_hash is not None
    assert "m=65536" in maya.password_hash


def test_somebody_who_is_not_signed_in_is_asked_to(client: Client, maya: User) -> None:
    answer = client.get("/account?x=1")
    assert (answer.status_code, answer.location) == (303, "/sign-in?next=/account?x%3D1")
    fragment = client.get("/account", headers={"HX-Request": "true"})
    assert fragment.status_code == 401
    assert "what you typed stays here" in fragment.text
    dialog = client.post("/account", headers={"X-Dialog": "1"})
    assert dialog.status_code == 401
    script = client.get("/account", headers={"Accept": "application/json"})
    assert script.status_code == 401
    assert "what you typed stays here" in script.get_json()["error"]
    posted = client.post("/account", headers={"Referer": "http://localhost:8000/account"})
    assert posted.location == "/sign-in?next=/account"
    posted = client.post("/account", headers={"Referer": "http://elsewhere.example/account"})
    assert posted.location == "/sign-in"
    db.session.rollback()
