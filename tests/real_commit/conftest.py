"""An application that really commits, and several people who act at once."""

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from flask import Flask

from tests.conftest import make_settings
from tests.services.databases import DATABASES, make_database_url
from tracker import create_app
from tracker.core.db import db

AtOnce = Callable[[Sequence[Callable[[], object]]], list[object]]


@pytest.fixture(params=DATABASES)
def committing(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """An application on a database of its own, in a context; what it commits is there for others."""
    app = create_app(make_settings(tmp_path, make_database_url(request.param, tmp_path, request)))
    with app.app_context():
        db.create_all()
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def at_once(committing: Flask) -> AtOnce:
    """Calls all at the same time, each in a thread and a context of its own: results or exceptions, in order."""

    def run(actions: Sequence[Callable[[], object]]) -> list[object]:
        results: list[object] = [None] * len(actions)
        gate = threading.Barrier(len(actions))

        def act(position: int, action: Callable[[], object]) -> None:
            with committing.app_context():
                gate.wait(timeout=30)
                try:
                    results[position] = action()
                except Exception as error:
                    results[position] = error

        db.session.rollback()
        threads = [threading.Thread(target=act, args=pair) for pair in enumerate(actions)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)
        db.session.rollback()
        db.session.expire_all()
        return results

    return run
