"""Connections to the database that break, as at its restart: whoever was answered is answered, and the next is too."""

import contextvars
from collections.abc import Callable

import pytest
from flask import Flask
from flask.wrappers import Response
from sqlalchemy import text

from tests.factories.accounts import make_user
from tests.factories.candidates import make_candidate
from tracker.accounts.states import Role
from tracker.core.db import db, on_postgresql

Get = Callable[[str], tuple[int, str]]


def break_connection() -> None:
    """What the session is connected by ends, as by the server; SQLite, which has none, is closed."""
    if not on_postgresql():
        driver = db.session.connection().connection.dbapi_connection
        assert driver is not None
        driver.close()
        return
    number = db.session.scalar(text("SELECT pg_backend_pid()"))
    with db.engine.connect() as other:
        other.execute(text("SELECT pg_terminate_backend(:number, 10000)"), {"number": number})


@pytest.fixture
def path(committing: Flask) -> str:
    """A page that reads; the session of whoever wrote it is over."""
    candidate_id = make_candidate("Noor Haddad").id
    return f"/candidates/{candidate_id}"


@pytest.fixture
def get(committing: Flask) -> Get:
    """Opens a page as somebody who is signed in, in a context of its own as the web server does: status and text."""
    client = committing.test_client()
    with client.session_transaction() as session:
        session["_user_id"], session["_fresh"] = make_user(Role.RECRUITER).get_id(), True
    db.session.remove()

    def opened(path: str) -> tuple[int, str]:
        answer = contextvars.Context().run(client.get, path)
        return answer.status_code, answer.text

    return opened


def test_who_was_answered_is_answered(
    committing: Flask, path: str, get: Get, capsys: pytest.CaptureFixture[str]
) -> None:
    breaks = iter([True])

    def end(response: Response) -> Response:
        if next(breaks, False):
            break_connection()
        return response

    committing.after_request(end)

    status, page = get(path)

    assert status == 200
    assert "Noor Haddad" in page
    assert "database.gone" in capsys.readouterr().err
    assert get(path)[0] == 200


def test_who_is_not_answered_is_told_so(committing: Flask, path: str, get: Get) -> None:
    breaks = iter([True])

    def begin() -> None:
        if next(breaks, False):
            break_connection()

    committing.before_request(begin)

    status, page = get(path)

    assert status == 503
    assert "The database does not answer at the moment. Try again in a minute." in page
    assert get(path)[0] == 200
