"""Alembic's environment. tracker.migrations hands over the connection; nothing here decides which database it is."""

import sqlalchemy as sa
from alembic import context
from alembic.autogenerate.api import AutogenContext

import tracker  # noqa: F401 - loading the application loads every model
from tracker.core.db import Base
from tracker.core.types import ByValue, Instant
from tracker.migrations import check_foreign_keys


def render_item(kind: str, item: object, autogen: AutogenContext) -> str | bool:
    """Write our own column types as plain ones, so that an old revision never changes with the code."""
    if kind == "type" and isinstance(item, Instant):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, ByValue):
        values = ", ".join(repr(member.value) for member in item.kind)
        return f"sa.Enum({values}, name={item.name!r}, native_enum=False, create_constraint=True, length=40)"
    if kind == "type" and isinstance(item, sa.JSON):
        autogen.imports.add("from sqlalchemy.dialects import postgresql")
        return "sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), 'postgresql')"
    return False


connection: sa.Connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_item=render_item,
    render_as_batch=True,
    # Each revision is a transaction; SQLite, too, can roll back tables once the BEGIN is ours.
    transaction_per_migration=True,
    transactional_ddl=True,
    on_version_apply=lambda **_given: check_foreign_keys(connection),
)
with context.begin_transaction():
    context.run_migrations()
