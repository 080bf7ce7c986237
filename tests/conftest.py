"""Fixtures for unit and functional tests: each runs on every database, in a transaction that is rolled back.

The application really commits: its commits end savepoints within one outer transaction per test. What needs real
commits (concurrency, kills) lives in tests/real_commit with a database of its own.
"""

import contextvars
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings as hypothesis_settings
from sqlalchemy import event
from werkzeug.test import TestResponse

from tests.services.databases import DATABASES, make_database_url
from tracker import create_app
from tracker.accounts.models import User
from tracker.config import Settings
from tracker.core.db import db

# A busy machine is no failure: properties are about values, never about time.
hypothesis_settings.register_profile("untimed", deadline=None)
hypothesis_settings.load_profile("untimed")

pytest_plugins = ["tests.services.closing_lines", "tests.services.fixtures"]

SECRET = "not-a-secret-but-long-enough-for-tests"


def make_settings(data_dir: Path, database_url: str, **changes: Any) -> Settings:
    """Settings for a test; no broker, no SMTP server."""
    values: dict[str, Any] = {
        "secret_key": SECRET,
        "data_dir": data_dir,
        "base_url": "http://localhost:8000",
        "database_url": database_url,
        "org_name": "Northwind AI",
        "org_timezone": "Europe/Berlin",
        "log_level": "WARNING",
        "testing": True,
    }
    return Settings(**values | changes)


def pytest_configure() -> None:
    """Hear Ctrl-C: what a script starts in the background ignores it, and so would all that tests end by it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


class Client(FlaskClient):
    """A client whose requests run in contexts of their own, as real ones do: nothing of the test's leaks in."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Send a request. The test's own session lets go of what it read, so that it sees what the request did."""
        db.session.commit()
        return contextvars.Context().run(super().open, *args, **kwargs)

    def sign_in(self, user: User) -> "Client":
        """Be that user from now on."""
        with self.session_transaction() as session:
            session["_user_id"] = user.get_id()
            session["_fresh"] = True
        return self


@pytest.fixture(scope="session", params=DATABASES)
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application on an empty database with all tables; one per kind of database and test process."""
    folder = tmp_path_factory.mktemp(f"app-{request.param}")
    app = create_app(make_settings(folder, make_database_url(request.param, folder, request)))
    # CSRF has tests of its own; everywhere else a token in each request would say nothing.
    app.config.update(WTF_CSRF_ENABLED=False, PROPAGATE_EXCEPTIONS=True)
    app.test_client_class = Client
    with app.app_context():
        db.create_all()
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def app(database: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The application within a transaction that is rolled back afterwards; an application context is active."""
    with database.app_context():
        engine = db.engine
        connection = engine.connect()
        outer = connection.begin()
        monkeypatch.setitem(db.engines, None, connection)
        db.session.configure(join_transaction_mode="create_savepoint")
        try:
            yield database
        finally:
            db.session.remove()
            outer.rollback()
            connection.close()
            db.session.configure(join_transaction_mode="conditional_savepoint")


@pytest.fixture
def client(app: Flask) -> Client:
    """Somebody with a browser; `client.sign_in(user)` says who."""
    client = app.test_client()
    assert isinstance(client, Client)
    return client


@pytest.fixture
def statements(app: Flask) -> Iterator[list[str]]:
    """The SQL statements that were sent, in order; clear the list before what is to be counted."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK TO")):
            sent.append(statement)

    connection = db.engines[None]
    event.listen(connection, "before_cursor_execute", note)
    yield sent
    event.remove(connection, "before_cursor_execute", note)
