"""The world of the route table: made once per database, for all requests of a test process."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from tests.architecture.world import World
from tracker.core.db import db


@pytest.fixture(scope="module")
def world(database: Flask) -> Iterator[World]:
    """An organisation within a transaction that is rolled back after the module; each request is taken back at once."""
    with database.app_context():
        connection = db.engine.connect()
        outer = connection.begin()
        engines: Any = db.engines
        engine, engines[None] = engines[None], connection
        db.session.configure(join_transaction_mode="create_savepoint")
        try:
            yield World(database.test_client())
        finally:
            db.session.remove()
            outer.rollback()
            connection.close()
            engines[None] = engine
            db.session.configure(join_transaction_mode="conditional_savepoint")
