"""Signing in and out, as a browser does it."""

import html
import re
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from werkzeug.test import TestResponse

from tests.conftest import Client
from tests.factories.accounts import make_user
from tracker.accounts.models import User
from tracker.accounts.operations import disable_user, set_password
from tracker.accounts.states import Role
from tracker.core import clock
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


FROM_HERE = {"Origin": "http://localhost:8000"}


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of a page, as a browser sends them again."""
    found = re.findall(r'<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"', page)
    found += [(name, value) for name, value in re.findall(r'name="([^"]+)" type="hidden" value="([^"]*)"', page)]
    return {name: html.unescape(value) for name, value in found}


def test_what_was_sent_after_a_sign_in_had_ended_is_theirs_to_send_again(
    client: Client, maya: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(client.application.config, "WTF_CSRF_ENABLED", True)
    words = {"name": "Maya Ōta Lindqvist", "timezone": "Europe/Oslo"}
    asked = client.post("/account", data=words, headers={**FROM_HERE, "Referer": "http://localhost:8000/account"})
    assert asked.status_code == 401
    assert "What you sent is kept" in asked.text
    wrong = sign_in(client, **hidden(asked.text) | {"password": "none"})
    assert wrong.status_code == 422
    page = sign_in(client, **hidden(wrong.text) | {"password": PASSWORD})
    assert page.status_code == 200
    assert '<blockquote class="words">Maya Ōta Lindqvist</blockquote>' in page.text
    assert 'action="/account"' in page.text
    assert maya.name == "Maya Lindqvist"
    fields = {name: value for name, value in hidden(page.text).items() if name not in {"csrf_token", "once"}}
    assert fields == words
    assert client.post("/account", data=hidden(page.text)).status_code == 303
    db.session.refresh(maya)
    assert maya.name == "Maya Ōta Lindqvist"


@pytest.mark.parametrize(
    ("headers", "data"),
    [
        ({"Origin": "https://elsewhere.example"}, {"name": "You have won"}),
        ({}, {"name": "You have won"}),
        (FROM_HERE, {"current": "x", "password": "seven green bottles"}),
        (FROM_HERE, {}),
    ],
)
def test_nothing_is_kept_of_strangers_and_of_secrets(
    client: Client, maya: User, headers: dict[str, str], data: dict[str, str]
) -> None:
    answer = client.post("/account", data=data, headers=headers)
    assert answer.status_code == 303
    assert "kept" not in client.get(answer.location).text


def test_what_is_kept_cannot_be_made_up(client: Client, maya: User) -> None:
    assert sign_in(client, kept="WyIvYWNjb3VudCIsW11d.aaaa.bbbb").status_code == 303


def test_a_page_that_is_older_than_the_sign_in_loses_nothing_either(
    client: Client, maya: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(client)
    monkeypatch.setitem(client.application.config, "WTF_CSRF_ENABLED", True)
    words = {"name": "Maya Ōta Lindqvist", "timezone": "Europe/Oslo", "csrf_token": "of yesterday"}
    page = client.post("/account", data=words, headers=FROM_HERE)
    assert page.status_code == 400
    assert hidden(page.text)["name"] == "Maya Ōta Lindqvist"
    elsewhere = client.post("/account", data=words, headers={"Origin": "https://elsewhere.example"})
    assert elsewhere.status_code == 400
    assert "Ōta" not in elsewhere.text
    assert client.post("/account", data=hidden(page.text), headers=FROM_HERE).status_code == 303


def test_a_sign_in_that_is_not_kept_ends_when_nobody_is_there(client: Client, maya: User) -> None:
    began = clock.now()
    with time_machine.travel(began, tick=False) as time:
        sign_in(client)
        for hours in (7, 14, 21):
            # Whoever works goes on; an open page that asks by itself does not count.
            time.move_to(began + timedelta(hours=hours))
            assert client.get("/account", headers={"HX-Request": "true"}).status_code == 200
            assert is_signed_in(client)
        for hours in (25, 29):
            time.move_to(began + timedelta(hours=hours))
            assert client.get("/account", headers={"HX-Request": "true"}).status_code == 200
        time.move_to(began + timedelta(hours=29, minutes=1))
        assert not is_signed_in(client)
        assert "You were away for more than 8 hours" in client.get("/sign-in").text
        sign_in(client, keep="y")
        time.move_to(began + timedelta(days=20))
        assert is_signed_in(client)


@pytest.mark.parametrize("keep", [{}, {"keep": "y"}], ids=["this browser", "kept"])
def test_a_clock_that_is_set_back_signs_nobody_out(client: Client, maya: User, keep: dict[str, str]) -> None:
    now = clock.now()
    with time_machine.travel(now, tick=False):
        sign_in(client, **keep)
    with time_machine.travel(now - timedelta(hours=1), tick=False):
        assert is_signed_in(client)
        assert client.post("/sign-out").location == "/sign-in"
        assert not is_signed_in(client)


def test_what_a_clock_signed_that_ran_days_ahead_opens_nothing(client: Client, maya: User) -> None:
    now = clock.now()
    with time_machine.travel(now, tick=False):
        sign_in(client)
    with time_machine.travel(now - timedelta(days=1, seconds=1), tick=False):
        assert not is_signed_in(client)


def test_after_the_clock_was_set_back_being_away_counts_anew(client: Client, maya: User) -> None:
    now = clock.now()
    with time_machine.travel(now, tick=False):
        sign_in(client)
    back = now - timedelta(hours=5)
    with time_machine.travel(back, tick=False):
        assert is_signed_in(client)
    with time_machine.travel(back + timedelta(hours=8, minutes=1), tick=False):
        assert not is_signed_in(client)
