"""What a database looks like, read from the database itself: every detail that Alembic's comparison passes over."""

import re
from collections.abc import Iterable

from sqlalchemy import Connection, Engine, create_engine, inspect, text
from sqlalchemy.pool import NullPool

import tracker  # noqa: F401 - loading the application loads every model
from tracker.core.db import Base, prepare_engine

#: Alembic's own table, and SQLite's: no part of the models.
NOT_OURS = ("alembic_version", "sqlite_")

POSTGRES_QUERIES = {
    "column": """
        SELECT c.relname || '.' || a.attname, concat_ws(' ', format_type(a.atttypid, a.atttypmod),
            CASE WHEN a.attnotnull THEN 'NOT NULL' END, 'DEFAULT ' || pg_get_expr(d.adbin, d.adrelid),
            'IDENTITY ' || nullif(a.attidentity::text, ''), 'GENERATED ' || nullif(a.attgenerated::text, ''))
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid LEFT JOIN pg_attrdef d
            ON d.adrelid = c.oid AND d.adnum = a.attnum
        WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND a.attnum > 0 AND NOT a.attisdropped""",
    "constraint": """
        SELECT c.relname || '.' || k.conname, pg_get_constraintdef(k.oid)
        FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
        WHERE c.relnamespace = 'public'::regnamespace AND k.contype <> 'n'""",
    "index": "SELECT tablename || '.' || indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "trigger": """
        SELECT c.relname || '.' || t.tgname, pg_get_triggerdef(t.oid)
        FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
        WHERE NOT t.tgisinternal AND c.relnamespace = 'public'::regnamespace""",
    "function": """
        SELECT proname, pg_get_functiondef(oid) FROM pg_proc p
        WHERE pronamespace = 'public'::regnamespace
            AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')""",
    "extension": "SELECT extname, '' FROM pg_extension",
}


def built_from_models(url: str) -> Engine:
    """An engine for the database at `url`, after the tables of all models were made in it."""
    engine = create_engine(url, poolclass=NullPool)
    prepare_engine(engine)
    Base.metadata.create_all(engine)
    return engine


def snapshot(engine: Engine) -> dict[str, str]:
    """Everything there is in the database: "kind table.name" → its definition, white space made equal."""
    with engine.connect() as connection:
        found = _sqlite(connection) if engine.dialect.name == "sqlite" else _postgresql(connection)
        return {name: " ".join(definition.split()) for name, definition in found if not _foreign(name)}


def triggers(engine: Engine) -> list[str]:
    """The statements that make the functions, virtual tables and triggers of a database again."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            made = connection.execute(
                text(
                    "SELECT sql FROM sqlite_master WHERE type = 'trigger' OR sql LIKE 'CREATE VIRTUAL%' "
                    "ORDER BY type = 'trigger', name"
                )
            )
            return [row.sql for row in made]
        functions = connection.execute(text(f"SELECT * FROM ({POSTGRES_QUERIES['function']}) ORDER BY 1"))  # noqa: S608
        attached = connection.execute(text(f"SELECT * FROM ({POSTGRES_QUERIES['trigger']}) ORDER BY 1"))  # noqa: S608
        return [row[1] for row in [*functions, *attached]]


def _foreign(name: str) -> bool:
    return name.split(" ", 1)[1].startswith(NOT_OURS)


def _postgresql(connection: Connection) -> Iterable[tuple[str, str]]:
    for kind, query in POSTGRES_QUERIES.items():
        for name, definition in connection.execute(text(query)):
            yield f"{kind} {name}", definition or ""


def _sqlite(connection: Connection) -> Iterable[tuple[str, str]]:
    inspector = inspect(connection)
    for table in inspector.get_table_names():
        for column in connection.execute(text(f'PRAGMA table_xinfo("{table}")')).mappings():
            facts = (column["type"], "NOT NULL" * column["notnull"], f"DEFAULT {column['dflt_value']}", column["pk"])
            yield f"column {table}.{column['name']}", " ".join(map(str, facts))
        for check in inspector.get_check_constraints(table):
            yield f"check {table}.{check['name']}", check["sqltext"]
        for unique in inspector.get_unique_constraints(table):
            yield f"unique {table}.{unique['name']}", ", ".join(unique["column_names"])
        for key in inspector.get_foreign_keys(table):
            target = f"{key['referred_table']} ({', '.join(key['referred_columns'])}) {sorted(key['options'].items())}"
            yield f"foreign key {table}.{key['name']}", f"{', '.join(key['constrained_columns'])} -> {target}"
        # The keyword alone makes SQLite never use a number twice.
        made = connection.execute(
            text("SELECT sql FROM sqlite_master WHERE name = :name"), {"name": table}
        ).scalar_one()
        yield f"options {table}.", " ".join(re.findall(r"AUTOINCREMENT|WITHOUT ROWID|STRICT|VIRTUAL.*", made))
    others = text("SELECT type, tbl_name, name, sql FROM sqlite_master WHERE type <> 'table' AND sql IS NOT NULL")
    for row in connection.execute(others):
        yield f"{row.type} {row.tbl_name}.{row.name}", row.sql
