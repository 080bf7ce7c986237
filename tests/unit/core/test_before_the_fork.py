"""What gunicorn and Celery share among their processes is made before they fork: no connection and no thread may be."""

import threading
from pathlib import Path

import pytest
from sqlalchemy.pool import QueuePool

from tests.conftest import make_settings
from tracker import create_app
from tracker.core.db import db

#: Nobody listens there: whoever connects fails.
NOWHERE = "postgresql+psycopg://nobody@127.0.0.1:1/nothing?connect_timeout=2"
NO_BROKER = "redis://127.0.0.1:1/0"


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_an_application_that_is_made_has_connected_to_nothing(tmp_path: Path, kind: str) -> None:
    file = tmp_path / "test.db"
    threads = threading.enumerate()

    app = create_app(make_settings(tmp_path, f"sqlite:///{file}" if kind == "sqlite" else NOWHERE, redis_url=NO_BROKER))

    with app.app_context():
        assert isinstance(db.engine.pool, QueuePool)
        assert db.engine.pool.checkedin() == db.engine.pool.checkedout() == 0
    assert not file.exists()
    assert threading.enumerate() == threads
