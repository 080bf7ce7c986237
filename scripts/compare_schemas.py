"""Whether a database built by the migrations is the one that the models describe, on SQLite and on PostgreSQL."""

import sys
import tempfile

import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.pool import NullPool

from scripts.schemas import built_from_models, snapshot
from tests.services.postgres import start_postgres
from tracker.migrations import upgrade_database


def main() -> int:
    """Print every difference; 0 when there is none."""
    with tempfile.TemporaryDirectory() as folder:
        faults = compare(f"sqlite:///{folder}/models.db", f"sqlite:///{folder}/migrations.db", "SQLite")
    try:
        server = start_postgres()
    except pytest.skip.Exception as reason:
        sys.stdout.write(f"NOT COMPARED: {reason}\n")
    else:
        try:
            models, migrated = server.create_database("from_models"), server.create_database("from_migrations")
            faults += compare(models, migrated, "PostgreSQL")
            server.drop_database("from_models")
            server.drop_database("from_migrations")
        finally:
            server.stop()
    for fault in faults:
        sys.stdout.write(f"{fault}\n")
    if faults:
        sys.stdout.write("The migrations do not build what the models describe: make migration-baseline\n")
    return 1 if faults else 0


def compare(models_url: str, migrations_url: str, database: str) -> list[str]:
    """The differences between a database built from the models and one built by the migrations, a line each."""
    upgrade_database(migrations_url)
    models, migrations = snapshot(built_from_models(models_url)), snapshot(_engine(migrations_url))
    return [
        f"{database}: {name}\n    models:     {models.get(name, '-')}\n    migrations: {migrations.get(name, '-')}"
        for name in sorted(models.keys() | migrations.keys())
        if models.get(name) != migrations.get(name)
    ]


def _engine(url: str) -> Engine:
    return create_engine(url, poolclass=NullPool)


if __name__ == "__main__":
    sys.exit(main())
