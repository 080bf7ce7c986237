"""What `tracker up` does before it starts the web server."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.conftest import make_settings
from tracker import create_app
from tracker.accounts.models import User
from tracker.config import Settings
from tracker.core.db import db
from tracker.supervisor.setup import prepare


def users(settings: Settings) -> int:
    with create_app(settings).app_context():
        return db.session.scalar(select(func.count()).select_from(User)) or 0


@pytest.mark.parametrize("later", [False, True])
def test_without_the_demo_nobody_is_there_at_first(tmp_path: Path, later: bool) -> None:
    url = f"sqlite:///{tmp_path}/firsthire.db"
    said: list[str] = []
    prepare(make_settings(tmp_path, url, demo=False), said.append)
    assert len(said) == 1
    assert said[0].startswith("Migrated the database: ")

    # Tables that are there already are no first start: a demo that was removed, or never wanted, stays away.
    settings = make_settings(tmp_path, url, demo=later)
    prepare(settings, said.append)

    assert len(said) == 1
    assert users(settings) == 0
