"""The lease of periodic work, between processes that really commit."""

from datetime import UTC, datetime, timedelta

from flask import Flask
from sqlalchemy import create_engine, text

from tests.services.waiting import wait_for
from tracker.core import ticks
from tracker.core.db import db, transaction
from tracker.core.registry import Tick

LEASE = timedelta(seconds=0.6)


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


def test_a_lease_from_before_the_clock_was_set_back_holds_nobody_up(committing: Flask) -> None:
    committing.extensions["registry"].ticks["short"] = Tick("short", timedelta(minutes=1), lambda: 1, lease=LEASE)
    with transaction():
        until = datetime.now(UTC) + timedelta(hours=1)
        db.session.add(ticks.TickRun(name="short", lease_token="of another time", leased_until=until))
    assert ticks.run("short") == 1
