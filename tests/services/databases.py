"""The databases that tests run on."""

from pathlib import Path

DATABASES = ("sqlite",)


def make_database_url(kind: str, folder: Path) -> str:
    """The address of a new, empty database of that kind; SQLite's lies in `folder`."""
    assert kind == "sqlite"
    return f"sqlite:///{folder / 'test.db'}"
