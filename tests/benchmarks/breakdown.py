"""What the time of a page is made of: its statements by the bare driver, and its template with everything at hand."""

import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask import Flask, before_render_template
from flask.testing import FlaskClient
from jinja2 import Template
from sqlalchemy import event, select

from tests.benchmarks.serving import NotAnswered
from tracker.accounts.models import User
from tracker.core.db import db

REPEATED = 15
#: Statements with their values, as the driver is given them.
Sent = list[tuple[str, Any]]


@dataclass(frozen=True)
class Parts:
    """Milliseconds: all statements by the bare driver, the template alone; and how many statements those are."""

    sql: float
    render: float
    statements: int


def break_down(app: Flask, email: str, path: str, headers: dict[str, str]) -> Parts:
    """Ask for a page within this process, and repeat what it did piece by piece. `app` answers on filled tables."""
    client = app.test_client()
    with app.app_context():
        user = db.session.scalars(select(User).where(User.email == email)).one()
        with client.session_transaction() as session:
            session["_user_id"], session["_fresh"] = user.get_id(), True
        db.session.remove()
        engine = db.engine
        _ask(client, path, headers)
        with _listening(app) as sent:
            _ask(client, path, headers)
        rendering: list[float] = []
        with _rendering_again(app, rendering):
            _ask(client, path, headers)
        return Parts(_by_driver(engine, sent), statistics.median(rendering), len(sent))


def _ask(client: FlaskClient, path: str, headers: dict[str, str]) -> None:
    answer = client.get(path, headers=headers)
    if answer.status_code != 200:
        raise NotAnswered(f"{path} answered {answer.status_code}.")


@contextmanager
def _listening(app: Flask) -> Iterator[Sent]:
    sent: Sent = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_rest: Any) -> None:
        if not statement.startswith("BEGIN"):
            sent.append((statement, values))

    engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


@contextmanager
def _rendering_again(app: Flask, found: list[float]) -> Iterator[None]:
    def again(_sender: Flask, template: Template, context: dict[str, Any], **_rest: Any) -> None:
        # What is asked for at the first use is there from the second on.
        template.render(context)
        for _ in range(REPEATED):
            began = time.perf_counter()
            template.render(context)
            found.append((time.perf_counter() - began) * 1000)

    with before_render_template.connected_to(again, app):
        yield


def _by_driver(engine: Any, sent: Sequence[tuple[str, Any]]) -> float:
    took = []
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        for _ in range(REPEATED):
            began = time.perf_counter()
            for statement, values in sent:
                cursor.execute(statement, values)
                cursor.fetchall()
            connection.rollback()
            took.append((time.perf_counter() - began) * 1000)
        cursor.close()
    finally:
        connection.close()
    return statistics.median(took)
