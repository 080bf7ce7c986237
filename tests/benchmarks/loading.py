"""Rows in bulk: COPY on PostgreSQL, many at a time on SQLite. Values pass the columns' own types, as they always do."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from sqlalchemy import Connection, Table, func, select, text

from tracker.core.db import Base

Row = Mapping[str, Any]
_Conversion = Callable[[Any], Any] | None


def load(connection: Connection, model: type[Base], rows: Sequence[Row]) -> None:
    """Insert rows that all have the same columns. What is left out gets what the database itself puts there."""
    if not rows:
        return
    table = cast("Table", model.__table__)
    names = list(rows[0])
    conversions = [_conversion(connection, table, name) for name in names]
    values = [
        tuple(
            row[name] if convert is None else convert(row[name])
            for name, convert in zip(names, conversions, strict=True)
        )
        for row in rows
    ]
    columns = ", ".join(f'"{name}"' for name in names)
    if connection.dialect.name == "postgresql":
        driver: Any = connection.connection.driver_connection
        with driver.cursor() as cursor, cursor.copy(f'COPY "{table.name}" ({columns}) FROM STDIN') as copy:
            for value in values:
                copy.write_row(value)
    else:
        places = ", ".join("?" for _ in names)
        connection.exec_driver_sql(f'INSERT INTO "{table.name}" ({columns}) VALUES ({places})', values)


def last_id(connection: Connection, model: type[Base], key: str = "id") -> int:
    """The highest number of a table in its column `key`; 0 while it is empty."""
    found: int | None = connection.scalar(select(func.max(model.__table__.c[key])))
    return found or 0


def settle_ids(connection: Connection, model: type[Base]) -> None:
    """After rows with given ids: the database goes on counting behind them."""
    if connection.dialect.name == "postgresql":
        name = cast("Table", model.__table__).name
        connection.execute(
            text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), greatest(1, :last))"),
            {"last": last_id(connection, model)},
        )


def _conversion(connection: Connection, table: Table, name: str) -> _Conversion:
    return table.c[name].type.dialect_impl(connection.dialect).bind_processor(connection.dialect)
