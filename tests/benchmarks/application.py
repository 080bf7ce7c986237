"""The application as it is, with what only measuring needs: answers say what they took, and there is a floor.

The floor is a signed-in page of the same server that answers with a prepared string, so that figures mean something on
any machine. Pages to be answered lie as files in DATA_DIR/floor.
"""

import time

from flask import Flask, Response, g
from flask.typing import ResponseReturnValue
from sqlalchemy import event

from tracker import create_app
from tracker.accounts.permissions import guarded
from tracker.config import Settings
from tracker.core.db import db

STATEMENTS = "X-Statements"
CPU = "X-CPU-Milliseconds"
FLOOR = "floor"
#: What opens and closes a transaction is no question to the database.
TRANSACTION_WORDS = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


def make_app() -> Flask:
    """The application from the environment's settings, ready to be measured."""
    app = create_app()
    settings: Settings = app.extensions["settings"]
    prepared: dict[str, str] = {}

    @guarded("requisition.list")
    def floor(name: str) -> ResponseReturnValue:
        if name not in prepared:
            prepared[name] = (settings.data_dir / FLOOR / name).read_text(encoding="utf-8")
        return prepared[name]

    app.add_url_rule("/floor/<name>", view_func=floor)
    say_costs(app)
    return app


def say_costs(app: Flask) -> None:
    """Say in headers of every answer how many SQL statements and how much processor time it took."""
    with app.app_context():
        engine = db.engine

    @event.listens_for(engine, "before_cursor_execute")
    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(TRANSACTION_WORDS) and g:
            g.statements = g.get("statements", 0) + 1

    def begin() -> None:
        g.cpu = time.thread_time()

    def say(response: Response) -> Response:
        response.headers[STATEMENTS] = str(g.get("statements", 0))
        response.headers[CPU] = f"{(time.thread_time() - g.cpu) * 1000:.2f}"
        return response

    # Before all others, and therefore after all others too: the answer is packed by then.
    app.before_request_funcs.setdefault(None, []).insert(0, begin)
    app.after_request_funcs.setdefault(None, []).insert(0, say)
