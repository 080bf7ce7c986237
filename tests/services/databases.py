"""The databases that tests run on."""

from pathlib import Path

import pytest

DATABASES = ("sqlite", "postgresql")


def make_database_url(kind: str, folder: Path, request: pytest.FixtureRequest) -> str:
    """The address of a new, empty database of that kind. SQLite's lies in `folder`; PostgreSQL's is named after it.

    The server is started with the first database that asks for it.
    """
    if kind == "sqlite":
        return f"sqlite:///{folder / 'test.db'}"
    suffix = request.getfixturevalue("worker_suffix")
    url: str = request.getfixturevalue("postgres_server").create_database(f"{folder.name}-{suffix}")
    return url
