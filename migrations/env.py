"""Alembic's environment: one transaction per revision, foreign keys off on SQLite while tables are rebuilt."""

from alembic import context
from flask import current_app
from sqlalchemy import create_engine, event, pool
from sqlalchemy.engine import Connection

from tracker.core.db import Base


def options() -> dict[str, object]:
    return {
        "target_metadata": Base.registry.metadata,
        "compare_type": True,
        "user_module_prefix": "types.",
        "transaction_per_migration": True,
    }


def run_offline() -> None:
    context.configure(url=current_app.config["SQLALCHEMY_DATABASE_URI"], literal_binds=True, **options())
    with context.begin_transaction():
        context.run_migrations()


def run_online() -> None:
    # A connection of its own: batch mode drops and recreates tables, and with foreign keys on, SQLite would delete
    # the children of a table that is rebuilt.
    engine = create_engine(current_app.config["SQLALCHEMY_DATABASE_URI"], poolclass=pool.NullPool)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _plain_sqlite)
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    with engine.connect() as connection:
        context.configure(connection=connection, on_version_apply=_check_references, **options())
        with context.begin_transaction():
            context.run_migrations()


def _plain_sqlite(connection, _record) -> None:
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys=OFF")
    connection.execute("PRAGMA journal_mode=WAL")


def _check_references(ctx, **_rest) -> None:
    connection: Connection = ctx.connection
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise RuntimeError(f"The migration left {len(broken)} rows that refer to nothing; nothing was changed.")


if context.is_offline_mode():
    run_offline()
else:
    run_online()
