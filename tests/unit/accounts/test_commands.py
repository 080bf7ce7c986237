"""`tracker user …` does what the pages do."""

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from flask.cli import ScriptInfo

from tests.factories.accounts import make_user
from tests.factories.requisitions import make_requisition
from tracker.accounts.passwords import password_fits
from tracker.accounts.queries import find_user_by_email
from tracker.accounts.states import Role
from tracker.cli import main
from tracker.core.db import db

PASSWORD = "seven green bottles"
MAYA = ("--name", "Maya", "--role", "admin")


@pytest.fixture
def run(app: Flask, monkeypatch: pytest.MonkeyPatch):
    """Call `tracker` with these words on this application."""
    monkeypatch.setattr("tracker.cli.create_app", lambda _settings: app)
    monkeypatch.setattr("tracker.cli.ScriptInfo", lambda create_app: ScriptInfo(create_app=lambda: app))

    def call(*words: str, typed: str = "") -> Result:
        db.session.commit()
        return CliRunner().invoke(main, list(words), input=typed)

    return call


def test_an_account_is_added_and_listed(run) -> None:
    given = ("--name", "Maya Lindqvist", "--role", "admin", "--role", "recruiter", "--timezone", "stockholm")
    result = run("user", "add", "maya@example.com", *given, "--password", PASSWORD)
    assert result.output == "Maya Lindqvist can sign in.\n"
    user = find_user_by_email("maya@example.com")
    assert user is not None
    assert (user.timezone, user.roles) == ("Europe/Stockholm", frozenset({Role.ADMIN, Role.RECRUITER}))
    assert password_fits(user.password_hash, PASSWORD)
    assert run("user", "list").output == "maya@example.com\tMaya Lindqvist\tAdmin, Recruiter\tactive\n"


def test_what_cannot_be_used_is_said_in_a_line(run) -> None:
    result = run("user", "add", "maya", "--name", "Maya", "--role", "admin", "--password", "short")
    assert result.exit_code == 1
    assert "Give an address like maya@example.com." in result.output
    assert "Use at least 10 characters" in result.output
    assert "Traceback" not in result.output
    assert run("user", "password", "nobody@example.com", "--password", PASSWORD).exit_code == 1


def test_an_account_is_disabled_for_a_successor(run) -> None:
    make_user(Role.ADMIN)
    leaver, heir = make_user(Role.RECRUITER, name="Hugo Marchetti"), make_user(Role.RECRUITER)
    result = run("user", "disable", leaver.email, "--successor", heir.email)
    assert result.output == "Hugo Marchetti is disabled and signed out everywhere.\n"
    assert (leaver.is_active, leaver.successor_id) == (False, heir.id)


def test_what_waits_on_a_user_is_listed(run) -> None:
    make_user(Role.ADMIN)
    recruiter = make_user(Role.RECRUITER, name="Hugo Marchetti")
    requisition = make_requisition(recruiter=recruiter, title="Speech")
    said = run("user", "disable", recruiter.email)
    assert said.exit_code == 1
    assert said.output.splitlines() == [
        "Error: Something waits on Hugo Marchetti. Say who takes it over, as in --successor maya@example.com:",
        f"  Recruiter of {requisition.number}, Speech",
    ]
    assert recruiter.is_active


@pytest.mark.parametrize("words", [("password", "nobody@example.com"), ("add", "maya@example.com", *MAYA)])
def test_no_password_is_asked_for_that_would_be_of_no_use(run, words: tuple[str, ...]) -> None:
    make_user(Role.ADMIN, email="maya@example.com")
    result = run("user", *words)
    assert result.exit_code == 1
    assert "Password" not in result.output


def test_a_password_is_asked_for_twice(run) -> None:
    result = run("user", "add", "maya@example.com", *MAYA, typed=f"{PASSWORD}\n{PASSWORD}\n")
    assert result.output.endswith("Maya can sign in.\n")
    user = find_user_by_email("maya@example.com")
    assert user is not None
    assert password_fits(user.password_hash, PASSWORD)


def test_a_password_is_set(run) -> None:
    user = make_user(Role.RECRUITER)
    before = user.session_key
    assert run("user", "password", user.email, "--password", PASSWORD).exit_code == 0
    assert password_fits(user.password_hash, PASSWORD)
    assert user.session_key != before
