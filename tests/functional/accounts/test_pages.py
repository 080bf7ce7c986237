"""The first account, one's own account, and what admins do with those of others."""

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import Client
from tests.factories.accounts import make_user
from tracker.accounts.models import User
from tracker.accounts.queries import find_user_by_email, organisation
from tracker.accounts.states import DecideOwn, Role
from tracker.accounts.timezones import find_zone
from tracker.core.db import db
from tracker.core.registry import Duties

PASSWORD = "seven green bottles"
FIRST = {"name": "Tara Kessler", "email": "tara@example.com", "timezone": "berlin", "password": PASSWORD}


def test_an_installation_without_users_is_set_up_once(client: Client) -> None:
    assert client.get("/sign-in").location == "/setup"
    assert client.get("/").location == "/setup"
    page = client.get("/setup").text
    assert "There is no account yet" in page
    assert "Sign in to go on" not in page
    weak = client.post("/setup", data=FIRST | {"password": "short", "timezone": "nowhere"})
    assert weak.status_code == 422
    assert "Use at least 10 characters" in weak.text
    assert "Choose a time zone from the list" in weak.text
    assert 'value="Tara Kessler"' in weak.text
    assert "short" not in weak.text.split("<form", 1)[1]
    assert client.post("/setup", data=FIRST).location == "/users"
    tara = find_user_by_email("tara@example.com")
    assert tara is not None
    assert (tara.roles, tara.timezone) == (frozenset({Role.ADMIN}), "Europe/Berlin")
    assert client.get("/users").status_code == 200
    assert client.get("/setup").status_code == 404
    assert client.post("/setup", data=FIRST | {"email": "second@example.com"}).status_code == 404
    assert len(list(db.session.scalars(select(User)))) == 1


def test_people_change_what_is_said_of_them(client: Client) -> None:
    user = make_user(Role.RECRUITER)
    form = {"name": "Trần Minh Đức", "timezone": "Ho Chi Minh", "wants_reminders": "y"}
    assert client.sign_in(user).post("/account", data=form).status_code == 303
    assert (user.name, user.timezone) == ("Trần Minh Đức", "Asia/Ho_Chi_Minh")
    assert (user.wants_summary, user.wants_reminders) == (False, True)
    page = client.get("/account").text
    assert "Trần Minh Đức" in page
    assert "Your account is saved." in page


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("  europe/berlin ", "Europe/Berlin"),
        ("berlin", "Europe/Berlin"),
        ("New York", "America/New_York"),
        ("são paulo", "America/Sao_Paulo"),
        ("Zürich", "Europe/Zurich"),
        ("utc", "UTC"),
        ("Atlantis", ""),
        ("", ""),
        ("US/Pacific", ""),
    ],
)
def test_a_zone_is_found_by_name_or_city(typed: str, found: str) -> None:
    assert find_zone(typed) == found


def test_an_admin_changes_roles_but_not_their_own_last(client: Client) -> None:
    admin, other = make_user(Role.ADMIN), make_user(Role.RECRUITER)
    client.sign_in(admin)
    assert client.post(f"/users/{other.id}/roles", data={"roles": ["interviewer", "recruiter"]}).status_code == 303
    assert other.roles == {Role.RECRUITER, Role.INTERVIEWER}
    refused = client.post(f"/users/{admin.id}/roles", data={"roles": ["recruiter"]})
    assert refused.status_code == 422
    assert "This is the only admin" in refused.text
    assert client.post(f"/users/{other.id}/roles", data={"roles": ["emperor"]}).status_code == 422
    assert other.roles == {Role.RECRUITER, Role.INTERVIEWER}


def test_disabling_asks_for_a_successor_where_something_waits(
    app: Flask, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin, leaver, heir = make_user(Role.ADMIN), make_user(Role.RECRUITER), make_user(Role.RECRUITER)
    leaver_id, heir_id = leaver.id, heir.id
    handed: list[tuple[int, int]] = []
    duties = Duties(
        "decisions",
        lambda user: ["A shortlist waits for a decision."] if user.id == leaver_id else [],
        lambda user, successor, _actor: handed.append((user.id, successor.id)),
    )
    monkeypatch.setattr(app.extensions["registry"], "duties", [duties])
    client.sign_in(admin)
    address = f"/users/{leaver_id}/disabling"
    assert "A shortlist waits for a decision." in client.get(address).text
    refused = client.post(address, data={"successor": "0"})
    assert refused.status_code == 422
    assert "Choose who takes over." in refused.text
    assert leaver.is_active
    assert client.post(address, data={"successor": str(heir_id)}).status_code == 303
    assert not leaver.is_active
    assert handed == [(leaver_id, heir_id)]
    assert "took over what waited on them" in client.get(f"/users/{leaver_id}").text
    assert client.post(f"/users/{leaver_id}/enabling").status_code == 303
    assert leaver.is_active


def test_an_admin_settles_who_decides(client: Client) -> None:
    client.sign_in(make_user(Role.ADMIN))
    assert client.post("/settings", data={"decide_own": "own_allowed"}).status_code == 303
    assert organisation().decide_own is DecideOwn.OWN_ALLOWED
    assert client.post("/settings", data={"decide_own": "nobody"}).status_code == 422


def test_the_list_of_users_takes_as_many_statements_for_many_as_for_few(client: Client, statements: list[str]) -> None:
    client.sign_in(make_user(Role.ADMIN))
    client.get("/users")
    counts = []
    for _ in range(2):
        statements.clear()
        assert client.get("/users").status_code == 200
        counts.append(len(statements))
        for _ in range(10):
            make_user(Role.RECRUITER, Role.INTERVIEWER)
    assert counts[0] == counts[1]
