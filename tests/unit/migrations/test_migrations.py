"""How a database gets to the newest revision, and what is kept safe on the way."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.conftest import make_settings
from tests.factories.accounts import make_user
from tests.services.postgres import PostgresServer
from tracker import create_app, migrations
from tracker.accounts.states import Role
from tracker.config import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return make_settings(tmp_path, f"sqlite:///{tmp_path}/firsthire.db")


def test_an_empty_database_gets_all_revisions_once(settings: Settings) -> None:
    assert migrations.upgrade(settings)[-1] == migrations.newest_revision()
    assert migrations.upgrade(settings) == []


def test_postgresql_gets_all_revisions_once(postgres_server: PostgresServer) -> None:
    url = postgres_server.create_database("migrations")

    assert migrations.upgrade_database(url)[-1] == migrations.newest_revision()
    assert migrations.upgrade_database(url) == []
    postgres_server.drop_database("migrations")


def test_a_new_file_is_not_copied(settings: Settings) -> None:
    migrations.upgrade(settings)

    assert not (settings.data_dir / "backups").exists()


def test_a_file_with_data_is_copied_whole(settings: Settings) -> None:
    migrations.upgrade(settings)
    with closing(sqlite3.connect(settings.data_dir / "firsthire.db")) as connection, connection:
        connection.execute("CREATE TABLE kept (word TEXT)")
        connection.execute("INSERT INTO kept VALUES ('safe')")

    copy = migrations.copy_database(settings, "0001")

    assert copy.parent == settings.data_dir / "backups"
    assert copy.name.startswith("firsthire-0001-")
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT word FROM kept").fetchall() == [("safe",)]


def test_foreign_keys_are_off_while_tables_are_rebuilt(settings: Settings) -> None:
    with migrations.migration_engine(settings.database_url) as engine, engine.connect() as connection:
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 0


def test_rows_that_point_nowhere_stop_a_revision(settings: Settings) -> None:
    with migrations.migration_engine(settings.database_url) as engine, engine.connect() as connection:
        connection.execute(text("CREATE TABLE parents (id INTEGER PRIMARY KEY)"))
        connection.execute(text("CREATE TABLE children (parent_id INTEGER REFERENCES parents (id))"))
        migrations.check_foreign_keys(connection)
        connection.execute(text("INSERT INTO children VALUES (7)"))

        with pytest.raises(migrations.MigrationFault, match="1 rows would point at rows that are gone, in: children"):
            migrations.check_foreign_keys(connection)


NEXT = """
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "next", "{last}", None, None


def upgrade():
    {body}
"""


@pytest.fixture
def filled(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A database at the newest revision, with a user of two roles, and a copy of the revisions to add to."""
    migrations.upgrade(settings)
    with create_app(settings).app_context():
        make_user(Role.RECRUITER, Role.ADMIN)
    shutil.copytree(migrations.SCRIPTS, tmp_path / "scripts")
    monkeypatch.setattr(migrations, "SCRIPTS", tmp_path / "scripts")
    return settings


def add_revision(body: str) -> None:
    last = migrations.newest_revision()
    (migrations.SCRIPTS / "versions" / "next.py").write_text(NEXT.format(last=last, body=body))


def count(settings: Settings, table: str) -> int:
    with closing(sqlite3.connect(settings.data_dir / "firsthire.db")) as connection:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def test_a_rebuilt_table_keeps_its_children_and_the_file_was_copied(filled: Settings) -> None:
    add_revision(
        """with op.batch_alter_table("users", recreate="always") as batch:
        batch.add_column(sa.Column("nickname", sa.String()))"""
    )

    assert migrations.upgrade(filled) == ["next"]

    assert (count(filled, "users"), count(filled, "user_roles")) == (1, 2)
    assert len(list((filled.data_dir / "backups").iterdir())) == 1


def test_a_revision_that_leaves_orphans_is_taken_back_whole(filled: Settings) -> None:
    add_revision("""op.execute("CREATE TABLE later (id INTEGER)"); op.execute("DELETE FROM users")""")

    with pytest.raises(migrations.MigrationFault, match="in: user_roles"):
        migrations.upgrade(filled)

    assert (count(filled, "users"), count(filled, "user_roles")) == (1, 2)
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        count(filled, "later")
