"""What the time of a page is made of: its statements by the bare driver, and its template with everything at hand.

The page is asked for within this process. Its database has a twin that was equal at the beginning, to which the bare
driver then sends the very same statements, and commits; so the two stay equal, and what writes can be repeated too.
"""

import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, before_render_template
from flask.testing import FlaskClient
from jinja2 import Template
from sqlalchemy import Connection, Engine, event, select

from tests.benchmarks.pages import Desk, Page
from tests.benchmarks.serving import Answer, Reader, Values
from tracker.accounts.models import User
from tracker.core.db import db

REPEATED = 15
COMMIT, ROLLBACK = "COMMIT", "ROLLBACK"


@dataclass(frozen=True)
class Parts:
    """Milliseconds: all statements by the bare driver, what they change committed; the template alone."""

    sql: float
    render: float


class Within(Reader):
    """A reader who asks the application within this process."""

    def __init__(self, client: FlaskClient) -> None:
        super().__init__(0)
        self._client = client

    def get(self, path: str, **headers: str) -> Answer:
        """A page."""
        return self._answer(self._client.get(path, headers=headers))

    def post(self, path: str, values: Values, **headers: str) -> Answer:
        """A form that is sent."""
        data = dict(values) if isinstance(values, Mapping) else [*values]
        return self._answer(self._client.post(path, data=data, headers={**headers, "X-CSRFToken": self.token}))

    def _answer(self, response: Any) -> Answer:
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status_code, headers, response.data, 0.0)


@contextmanager
def desk_within(app: Flask, email: str, number: str) -> Iterator[Desk]:
    """The desk of a user within this process. No application context is active within the block: requests would share
    it, and with it who is signed in and what was counted for the sidebar, which each real one asks for."""
    client = app.test_client()
    with app.app_context():
        user = db.session.scalars(select(User).where(User.email == email)).one()
        with client.session_transaction() as session:
            session["_user_id"], session["_fresh"] = user.get_id(), True
        db.session.remove()
    reader = Within(client)
    reader.read_token(reader.get("/requisitions"))
    yield Desk.sit_down(reader, number)


def break_down(page: Page, desk: Desk, app: Flask, twin: Engine) -> Parts:
    """Ask for `page` at a desk within this process, and repeat on the twin of its database what it did there."""
    sql, render = [], []
    for turn in range(REPEATED):
        if page.prepare is not None:
            with _noting(app) as noted:
                page.prepare(desk, turn)
            _by_driver(twin, noted.sent)
        with _noting(app) as noted:
            page.ask(desk, turn)
        sql.append(_by_driver(twin, noted.sent))
        render.append(noted.rendering)
    return Parts(statistics.median(sql), statistics.median(render))


@dataclass
class _Noted:
    """What was sent to the database, and how many milliseconds its templates take alone."""

    sent: list[tuple[str, Any, bool]] = field(default_factory=list)
    rendering: float = 0.0
    paused: bool = False


@contextmanager
def _noting(app: Flask) -> Iterator[_Noted]:
    """Within the block everything that is asked of the application is noted."""
    noted = _Noted()
    with app.app_context():
        engine = db.engine

    def note(statement: str, values: Any = (), many: bool = False) -> None:
        if not noted.paused:
            noted.sent.append((statement, values, many))

    def execute(_connection: Any, _cursor: Any, statement: str, values: Any, _context: Any, many: bool) -> None:
        note(statement, values, many)

    def commit(_connection: Connection) -> None:
        note(COMMIT)

    def rollback(_connection: Connection) -> None:
        note(ROLLBACK)

    def render_again(_sender: Flask, template: Template, context: dict[str, Any], **_rest: Any) -> None:
        # What is asked for at the first use is noted then, and there at the second: the number in the sidebar, say.
        template.render(context)
        noted.paused = True
        began = time.perf_counter()
        template.render(context)
        noted.rendering += (time.perf_counter() - began) * 1000
        noted.paused = False

    listeners: dict[str, Any] = {"before_cursor_execute": execute, "commit": commit, "rollback": rollback}
    for name, listener in listeners.items():
        event.listen(engine, name, listener)
    try:
        with before_render_template.connected_to(render_again, app):
            yield noted
    finally:
        for name, listener in listeners.items():
            event.remove(engine, name, listener)


def _by_driver(engine: Engine, sent: Sequence[tuple[str, Any, bool]]) -> float:
    connection: Any = engine.raw_connection()
    try:
        cursor = connection.cursor()
        began = time.perf_counter()
        for statement, values, many in sent:
            if statement == COMMIT:
                connection.commit()
            elif statement == ROLLBACK:
                connection.rollback()
            # Many rows may also lie in one statement with one row of values.
            elif many and isinstance(values, list):
                cursor.executemany(statement, values)
            else:
                cursor.execute(statement, values)
                if cursor.description is not None:
                    cursor.fetchall()
        connection.rollback()
        took = (time.perf_counter() - began) * 1000
        cursor.close()
    finally:
        connection.close()
    return took
