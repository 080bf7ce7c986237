"""Brings the database to the newest revision, on a connection of its own with rules of its own.

On SQLite foreign keys are off while tables are rebuilt: with them on, dropping the old table would silently delete the
children. Every revision is one transaction, and before it commits no row may point nowhere. A SQLite file that holds
data is copied first.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

from tracker.config import Settings
from tracker.core import clock

SCRIPTS = Path(__file__).resolve().parent.parent / "migrations"
#: Two servers that start at once take turns by this advisory lock of PostgreSQL; the number only has to be ours.
ADVISORY_LOCK = 7_239_114


class MigrationFault(Exception):
    """A revision that would leave rows pointing nowhere; it is rolled back."""


def upgrade(settings: Settings) -> list[str]:
    """Bring the installation's database to the newest revision, after copying a SQLite file that holds data.

    Returns the revisions that ran, oldest first.
    """

    def copy_first(revision: str) -> None:
        copy_database(settings, revision)

    return upgrade_database(settings.database_url, before=copy_first)


def upgrade_database(url: str, *, before: Callable[[str], None] | None = None) -> list[str]:
    """Bring a database to the newest revision. Returns the revisions that ran, oldest first.

    `before` is called with the present revision when a SQLite database with tables is about to change.
    """
    with migration_engine(url) as engine, engine.connect() as connection, _turn(connection):
        pending, current = pending_revisions(connection), current_revision(connection)
        connection.rollback()
        if not pending:
            return []
        if before is not None and current is not None and connection.dialect.name == "sqlite":
            before(current)
        command.upgrade(alembic_config(connection), "head")
        return pending


def pending_revisions(connection: Connection) -> list[str]:
    """The revisions that this database still lacks, oldest first."""
    lacking = ScriptDirectory(str(SCRIPTS)).iterate_revisions("head", current_revision(connection) or "base")
    return [revision.revision for revision in lacking][::-1]


def current_revision(connection: Connection) -> str | None:
    """The revision of this database; None for one without tables."""
    return MigrationContext.configure(connection).get_current_revision()


def has_tables(url: str) -> bool:
    """Whether the database was migrated before, to whatever revision."""
    with migration_engine(url) as engine, engine.connect() as connection:
        return current_revision(connection) is not None


def newest_revision() -> str | None:
    """The revision that the code needs."""
    return ScriptDirectory(str(SCRIPTS)).get_current_head()


def copy_database(settings: Settings, revision: str) -> Path:
    """Copy the SQLite file to DATA_DIR/backups, consistently even while others write. Returns where the copy lies."""
    source = Path(make_url(settings.database_url).database or "")
    folder = settings.data_dir / "backups"
    folder.mkdir(mode=0o700, exist_ok=True)
    target = folder / f"{source.stem}-{revision}-{clock.now():%Y%m%dT%H%M%SZ}{source.suffix}"
    with closing(sqlite3.connect(source)) as original, closing(sqlite3.connect(target)) as copy:
        original.backup(copy)
    return target


@contextmanager
def migration_engine(url: str) -> Iterator[Engine]:
    """An engine for migrations: no pool, and on SQLite one transaction per BEGIN, with foreign keys off."""
    engine = create_engine(url, poolclass=NullPool)
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def connect(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
            connection.isolation_level = None
            cursor = connection.cursor()
            cursor.execute("PRAGMA foreign_keys=OFF")
            cursor.execute("PRAGMA busy_timeout=10000")
            cursor.close()

        @event.listens_for(engine, "begin")
        def begin(connection: Connection) -> None:
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    try:
        yield engine
    finally:
        engine.dispose()


def check_foreign_keys(connection: Connection) -> None:
    """Raise MigrationFault when a row of a SQLite database points at one that is not there."""
    if connection.dialect.name != "sqlite":
        return
    faults: Sequence[Any] = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if faults:
        tables = ", ".join(sorted({fault[0] for fault in faults}))
        raise MigrationFault(f"{len(faults)} rows would point at rows that are gone, in: {tables}.")


def alembic_config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["connection"] = connection
    return config


@contextmanager
def _turn(connection: Connection) -> Iterator[None]:
    """On PostgreSQL wait for whoever migrates the same database; SQLite's writing transaction does that by itself."""
    if connection.dialect.name != "postgresql":
        yield
        return
    with connection.engine.connect() as lock:
        lock.execute(text("SELECT pg_advisory_lock(:number)"), {"number": ADVISORY_LOCK})
        yield
