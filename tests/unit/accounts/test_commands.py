"""`tracker user …` does what the pages do."""

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from flask.cli import ScriptInfo

from tests.factories.accounts import make_user
from tracker.accounts.passwords import password_fits
from tracker.accounts.queries import find_user_by_email
from tracker.accounts.states import Role
from tracker.cli import main
from tracker.core.db import db

PASSWORD = "seven green bottles"


@pytest.fixture
def run(app: Flask, monkeypatch: pytest.MonkeyPatch):
    """Call `tracker` with these words on this application."""
    monkeypatch.setattr("tracker.cli.create_app", lambda _settings: app)
    monkeypatch.setattr("tracker.cli.ScriptInfo", lambda create_app: ScriptInfo(create_app=lambda: app))

    def call(*words: str) -> Result:
        db.session.commit()
        return CliRunner().invoke(main, list(words))

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


def test_a_password_is_set(run) -> None:
    user = make_user(Role.RECRUITER)
    before = user.session_key
    assert run("user", "password", user.email, "--password", PASSWORD).exit_code == 0
    assert password_fits(user.password_hash, PASSWORD)
    assert user.session_key != before
