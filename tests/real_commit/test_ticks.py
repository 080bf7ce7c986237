"""The lease of periodic work, between processes that really commit."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine, text

from tests.conftest import make_settings
from tests.services.databases import DATABASES, make_database_url
from tests.services.waiting import wait_for
from tracker import create_app
from tracker.core import ticks
from tracker.core.db import db, transaction
from tracker.core.registry import Tick

LEASE = timedelta(seconds=0.6)


@pytest.fixture(params=DATABASES)
def committing(request: pytest.FixtureRequest, tmp_path: Path):
    """An application on a database of its own, in a context; what it commits is there for others."""
    url = make_database_url(request.param, tmp_path, request)
    app = create_app(make_settings(tmp_path, url))
    with app.app_context():
        db.create_all()
        yield app
        db.session.remove()
        db.engine.dispose()


def leased_until(app: Flask) -> str:
    """Until when the tick is leased, read as another process would."""
    engine = create_engine(app.config["SQLALCHEMY_DATABASE_URI"])
    with engine.connect() as connection:
        found = str(connection.execute(text("SELECT leased_until FROM tick_runs")).scalar())
    engine.dispose()
    return found


def test_a_run_that_takes_longer_than_its_lease_keeps_it(committing: Flask) -> None:
    seen: list[int | None] = []

    def long_work() -> int:
        first = leased_until(committing)
        wait_for(lambda: leased_until(committing) > first, seconds=20, what="a renewed lease")
        with committing.app_context():
            seen.append(ticks.run("long"))
        return 1

    committing.extensions["registry"].ticks["long"] = Tick("long", timedelta(minutes=1), long_work, lease=LEASE)

    assert ticks.run("long") == 1
    assert seen == [None]


def test_a_run_that_died_is_followed_by_another_after_its_lease(committing: Flask) -> None:
    committing.extensions["registry"].ticks["short"] = Tick("short", timedelta(minutes=1), lambda: 1, lease=LEASE)
    with transaction():
        dead = ticks.TickRun(name="short", lease_token="of the dead", leased_until=datetime.now(UTC) + LEASE)
        db.session.add(dead)
    assert ticks.run("short") is None

    wait_for(lambda: ticks.run("short") == 1, seconds=20, what="a run after the lease of the dead one")
