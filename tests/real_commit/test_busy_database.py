"""A database that is locked for longer than anybody waits: nothing is saved, and that is said."""

import contextvars
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import event, func, select, text

from tests.factories.accounts import make_user
from tests.factories.candidates import make_candidate
from tracker.accounts.states import Role
from tracker.candidates.models import CandidateNote
from tracker.core import ticks
from tracker.core.db import db, on_postgresql


@contextmanager
def locked(app: Flask) -> Iterator[None]:
    """Somebody writes, and does not come to an end; nobody waits for them as long as in earnest."""
    engine = db.engine
    patience = "SET lock_timeout = '200ms'" if on_postgresql() else "PRAGMA busy_timeout=200"

    def hurry(connection: object, *_rest: object) -> None:
        cursor = connection.cursor()  # type: ignore[attr-defined]  # a connection of either driver
        cursor.execute(patience)
        cursor.close()

    event.listen(engine, "checkout", hurry)
    other = engine.connect().execution_options(sqlite_begin="IMMEDIATE")
    try:
        other.begin()
        if not app.config["SQLALCHEMY_DATABASE_URI"].startswith("sqlite"):
            other.execute(text("LOCK TABLE candidate_notes IN ACCESS EXCLUSIVE MODE"))
        yield
    finally:
        other.rollback()
        other.close()
        event.remove(engine, "checkout", hurry)


def test_what_cannot_be_saved_is_said_and_can_be_sent_again(committing: Flask) -> None:
    committing.config.update(WTF_CSRF_ENABLED=False)
    tara, candidate_id = make_user(Role.RECRUITER), make_candidate("Noor Haddad").id
    client = committing.test_client()
    with client.session_transaction() as session:
        session["_user_id"], session["_fresh"] = tara.get_id(), True
    db.session.remove()

    def send() -> tuple[int, str | None, str]:
        words = {"body": "Knows Go.", "once": "a-key"}
        answer = contextvars.Context().run(client.post, f"/candidates/{candidate_id}/notes", data=words)
        return answer.status_code, answer.headers.get("Retry-After"), answer.text

    with locked(committing):
        status, again, said = send()
    assert (status, again) == (503, "10")
    assert "The database does not answer at the moment; nothing was saved." in said
    assert ">Knows Go.</textarea>" in said, "nothing that was typed is lost"
    assert db.session.scalar(select(func.count()).select_from(CandidateNote)) == 0
    db.session.remove()
    assert send()[0] == 303
    assert db.session.scalar(select(func.count()).select_from(CandidateNote)) == 1


def test_a_tick_that_cannot_write_is_run_by_the_next(committing: Flask) -> None:
    if on_postgresql():
        # There is no lock of the whole database to wait for.
        assert ticks.run("outbox") == 0
        return
    db.session.remove()
    with locked(committing), pytest.raises(Exception, match="database is locked") as caught:
        ticks.run("outbox")
    assert isinstance(caught.value.__cause__, sqlite3.OperationalError)
    db.session.remove()
    assert ticks.run("outbox") == 0
