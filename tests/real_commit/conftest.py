"""An application that really commits, and several people who act at once."""

import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import make_url

from tests.conftest import make_settings
from tests.services.databases import DATABASES, make_database_url
from tests.services.postgres import PostgresServer
from tracker import create_app
from tracker.core.db import db
from tracker.migrations import upgrade_database

AtOnce = Callable[[Sequence[Callable[[], object]]], list[object]]


@pytest.fixture(scope="session", params=DATABASES)
def template(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a database that the migrations built, to be copied; one per kind and test process."""
    folder = tmp_path_factory.mktemp(f"template-{request.param}")
    url = make_database_url(request.param, folder, request)
    upgrade_database(url)
    return url


@pytest.fixture
def copied_url(template: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a copy of the template, for one test."""
    source = make_url(template)
    if source.get_backend_name() == "sqlite":
        copy = tmp_path / "copy.db"
        shutil.copyfile(str(source.database), copy)
        yield f"sqlite:///{copy}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    name = f"copy-{request.getfixturevalue('worker_suffix')}"
    yield server.create_database(name, template=source.database)
    server.drop_database(name)


@pytest.fixture
def committing(copied_url: str, tmp_path: Path) -> Iterator[Flask]:
    """An application on a database of its own, in a context; what it commits is there for others."""
    app = create_app(make_settings(tmp_path, copied_url))
    with app.app_context():
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
