"""What SQLite's planner goes by is renewed, and processes that are running go by it."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import create_engine, insert, text, update

from tracker.candidates.facts import Facts
from tracker.candidates.models import Candidate
from tracker.core import clock, statistics, ticks
from tracker.core.db import db, on_postgresql, transaction

PEOPLE = 400


def add_people() -> None:
    """People who share one profile, each with a number of their own."""
    facts = Facts(name="Ada Byron").columns()
    rows = [
        {
            **facts,
            "phone_key": str(number),
            "linkedin_url": "shared",
            "do_not_contact_reason": "",
            "created_at": clock.now(),
            "demo": False,
            "version": 1,
        }
        for number in range(PEOPLE)
    ]
    with transaction():
        db.session.execute(insert(Candidate), rows)


@pytest.fixture
def other_process(committing: Flask) -> Any:
    """A connection of somebody else that is open all the time, and has looked at the schema."""
    if on_postgresql():
        yield None
        return
    engine = create_engine(committing.config["SQLALCHEMY_DATABASE_URI"])
    with engine.connect() as connection:
        connection.execute(text("SELECT count(*) FROM candidates"))
        connection.rollback()
        yield connection
    engine.dispose()


def way_in(connection: Any, number: int) -> str:
    """How a connection goes about finding somebody by number and profile, which must be others each time: the driver
    keeps the statements that it has prepared."""
    found = f"SELECT id FROM candidates WHERE phone_key = '{number}' AND linkedin_url = '{number}'"
    # A statement that is only explained does not look whether the schema is still the same.
    connection.execute(text(found))
    plan = connection.execute(text(f"EXPLAIN QUERY PLAN {found}")).one()
    connection.rollback()
    return str(plan.detail)


def test_open_connections_go_by_the_new_figures(committing: Flask, other_process: Any) -> None:
    add_people()

    looked = ticks.run(statistics.TICK)

    if other_process is None:
        assert looked == 0
        return
    assert looked == 1
    assert "ix_candidates_phone_key" in way_in(other_process, 7)
    with transaction():
        db.session.execute(update(Candidate).values(linkedin_url=Candidate.phone_key, phone_key="shared"))
    ticks.run(statistics.TICK)
    assert "ix_candidates_linkedin_url" in way_in(other_process, 8)
