"""The database: the base class of all models, and the one place that commits."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, cast

import structlog
from flask import has_request_context
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Engine, Insert, MetaData, Select, Table, Update, event
from sqlalchemy.dialects.postgresql import Insert as PostgresInsert
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import Insert as SqliteInsert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.engine import Connection
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import DeclarativeBase, Session, registry
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.pool import ConnectionPoolEntry

from tracker.core import cycles
from tracker.core.errors import Conflict
from tracker.core.prepared import send
from tracker.core.types import Identifier, Instant

log = structlog.get_logger(__name__)

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """What every model inherits from: aware instants, long identifiers, named constraints."""

    # On the registry and not on the class: Flask-SQLAlchemy inherits from the class once more, which may carry no map.
    registry = registry(
        metadata=MetaData(naming_convention=NAMING), type_annotation_map={datetime: Instant(), int: Identifier}
    )


db = SQLAlchemy(model_class=Base)

#: What PostgreSQL says when a row is there already, and when of two transactions one has to give way.
UNIQUE_VIOLATION = "23505"
TRY_AGAIN = frozenset({"40001", "40P01"})
OVERTAKEN = "Somebody else changed this while you were working on it."

_IN_TRANSACTION = "in_transaction"
_AFTER_COMMIT = "after_commit"
_STAYS = "stays_as_read"
_BEGINNING: list[Callable[[], None]] = []


class TransactionError(RuntimeError):
    """The rules of transaction() were broken; this is a fault in the program."""


@contextmanager
def transaction(*, keeping: bool = False) -> Iterator[None]:
    """The only commit. What a decision rests on is loaded inside the block.

    With `keeping`, objects stay afterwards as the transaction left them, for an answer that says what was done; else
    whatever is asked of them is read anew.

    It refuses a session that already holds changes, ends the read that signing in began (what stays_as_read() named is
    kept), and opens a writing transaction: BEGIN IMMEDIATE on SQLite, READ COMMITTED on PostgreSQL. It commits when the
    block ends and rolls back when it raises. Raises Conflict when the database itself found that somebody was faster;
    nested use raises TransactionError.
    """
    session = db.session()
    if session.info.get(_IN_TRANSACTION):
        raise TransactionError("transaction() is already open; operations never open one.")
    if session.new or session.dirty or session.deleted:
        raise TransactionError("The session holds changes that were made outside transaction().")
    _end_reading(session)
    session.info[_IN_TRANSACTION] = True
    session.info[_AFTER_COMMIT] = []
    try:
        session.connection(execution_options={"sqlite_begin": "IMMEDIATE"})
        for callback in _BEGINNING:
            callback()
        yield
        session.expire_on_commit = not keeping
        session.commit()
        rings: list[Callable[[], None]] = session.info[_AFTER_COMMIT]
    except BaseException as error:
        session.rollback()
        if is_overtaken(error):
            raise Conflict(OVERTAKEN) from error
        raise
    finally:
        session.expire_on_commit = True
        session.info.pop(_IN_TRANSACTION, None)
        session.info.pop(_AFTER_COMMIT, None)
    for ring in dict.fromkeys(rings):
        ring()
    if not has_request_context():
        # Work without an end of its own, as ticks and commands do; a request searches when it is answered.
        cycles.search_if_due()


def let_go() -> None:
    """End the session: what it did not commit is taken back, and its connection is there for others.

    With a connection that is gone all of that has happened already; it is noted and raises nothing, because whoever
    asked may have been answered in full before.
    """
    try:
        db.session.remove()
    except DBAPIError as error:
        log.warning("database.gone", exc_info=error)
        # The first try has parted the session from that connection.
        db.session.remove()


def stays_as_read(entity: Base) -> None:
    """Let transaction() keep `entity` as it was read, with what was read of it and is its own: whoever asks is, for the
    whole of a request, who they were when it began."""
    db.session().info.setdefault(_STAYS, set()).add(entity)


def _end_reading(session: Session) -> None:
    kept = [entity for entity in session.info.get(_STAYS, ()) if entity in session]
    for entity in kept:
        session.expunge(entity)
    session.rollback()
    session.add_all(kept)


def at_begin(callback: Callable[[], None]) -> None:
    """Call `callback` at the beginning of every transaction(), within it; what it raises ends the transaction."""
    if callback not in _BEGINNING:
        _BEGINNING.append(callback)


def is_overtaken(error: BaseException) -> bool:
    """Whether the database refused because somebody else was faster: a version, a unique row, a lock."""
    if isinstance(error, StaleDataError):
        return True
    if not isinstance(error, DBAPIError):
        return False
    code = getattr(error.orig, "sqlstate", None)
    if isinstance(error, IntegrityError) and (code == UNIQUE_VIOLATION or "UNIQUE constraint" in str(error.orig)):
        # Two at once, or a rule that no operation looked at first: worth seeing.
        log.warning("database.unique", exc_info=error)
        return True
    return code in TRY_AGAIN


def after_commit(callback: Callable[[], None]) -> None:
    """Call `callback` once the running transaction has committed; a rollback forgets it. Equal callbacks run once."""
    waiting = db.session().info.get(_AFTER_COMMIT)
    if waiting is None:
        raise TransactionError("after_commit() is for use within transaction().")
    waiting.append(callback)


def read_rows(statement: Select[*tuple[Any, ...]], values: Mapping[str, Any]) -> list[Any]:
    """The rows of a statement over plain columns, as named tuples, by the connection itself: the session would take
    each apart and put it together again, which for a board takes as long as the database does. What is not flushed is
    not seen. A statement that is built anew each time goes through the session (core/prepared.py says why)."""
    return send(db.session.connection(), statement, values)


def write_rows(statement: Insert | Update, rows: Sequence[Mapping[str, Any]]) -> int:
    """Send a statement with each of these rows of values, as parameters, by the connection itself, and say how many
    rows it changed.

    The session would put the statement together anew, and look for objects to bring up to date; who has such objects
    says so to the session.
    """
    return db.session.connection().execute(statement, rows).rowcount


def on_postgresql() -> bool:
    """Whether the database is PostgreSQL, where rows are locked one by one."""
    return db.session().get_bind().dialect.name == "postgresql"


def prepare_engine(engine: Engine) -> None:
    """Give an engine what every connection of ours needs: on SQLite the pragmas and real transactions.

    A process that has a connection has sessions, and no longer searches for cycles in the middle of anything. The
    driver's own transactions lose updates; so the driver is switched to autocommit and the BEGIN is ours.
    """

    @event.listens_for(engine, "connect")
    def rest(_connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
        cycles.search_when_asked()

    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def connect(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA busy_timeout=10000")
        # KB of pages for each connection, of which every thread has one. With 16 MB a process was 45 MB larger than
        # with 4, and a board of 10,000 people a tenth quicker; the system keeps the file in memory anyway.
        cursor.execute("PRAGMA cache_size=-2048")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        mode = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
        connection.exec_driver_sql(f"BEGIN {mode}")


def table_of(model: type[Base]) -> Table:
    """The table of a model, for statements that the connection itself is given."""
    return cast("Table", model.__table__)


def insert_or(model: type[Base] | Table) -> SqliteInsert | PostgresInsert:
    """An INSERT to which `.on_conflict_do_update(…)` can be added, in the words of the database at hand."""
    return postgres_insert(model) if on_postgresql() else sqlite_insert(model)


def insert_or_ignore(model: type[Base]) -> SqliteInsert | PostgresInsert:
    """An INSERT … ON CONFLICT DO NOTHING; add `.values(…)`, and `.returning(…)` to see what was new."""
    return insert_or(model).on_conflict_do_nothing()
