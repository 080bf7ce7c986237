"""A million people in minutes: those of a requisition once more for others like it, within the database.

Names, ways and dates are those of the models; ids, addresses and the requisition are the copies' own.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    case,
    func,
    insert,
    literal,
    literal_column,
    select,
    text,
)
from sqlalchemy import cast as as_type
from sqlalchemy.exc import ProgrammingError

from tests.benchmarks.lives import ORDER
from tests.benchmarks.loading import last_id, settle_ids
from tests.benchmarks.ways import Ground
from tracker.candidates.models import Candidate, SearchWord
from tracker.core.db import Base, db
from tracker.history.models import Event
from tracker.pipeline.models import Application, StageChange
from tracker.requisitions.models import Requisition, Stage

#: Tables whose rows are numbered by us, because others refer to them.
NUMBERED: tuple[type[Base], ...] = (Candidate, Application, StageChange)
#: What the data of events refers to.
_DATA_STAGES = ("stage_id", "from_stage_id", "to_stage_id")


@dataclass(frozen=True)
class Model:
    """A requisition whose people were made one by one: where it is, and the first and last key of its rows."""

    ground: Ground
    ranges: Mapping[type[Base], tuple[int, int]]


@dataclass(frozen=True)
class Copy:
    """A requisition that gets the people of another; its stages have the same order and number."""

    model: Model
    ground: Ground


def last_keys(connection: Connection) -> dict[type[Base], int]:
    """The last key of each table that people are written to; between two of these lie the rows of a model."""
    return {model: last_id(connection, model, _key(model).name) for model in ORDER}


def ranges_between(before: Mapping[type[Base], int], after: Mapping[type[Base], int]) -> dict[type[Base], Any]:
    """First and last key of what was written from `before` to `after`."""
    return {model: (before[model] + 1, after[model]) for model in ORDER}


def write_copies(connection: Connection, copies: Sequence[Copy]) -> None:
    """Write the people of all copies within the connection's transaction."""
    if not copies:
        return
    dropped = [index for model in ORDER for index in _table(model).indexes if not _finds_rows(index, model)]
    for index in dropped:
        index.drop(connection)
    plan = _plan(connection, copies)
    for model in ORDER:
        _copy(connection, model, plan)
    for index in dropped:
        index.create(connection)
    for model in NUMBERED:
        settle_ids(connection, model)
    plan.drop(connection)


@contextmanager
def in_a_hurry() -> Iterator[Connection]:
    """A connection that commits at the end, and until then owes nobody durability or checks."""
    db.session.remove()
    # No other connection is open meanwhile, and this one is not used afterwards.
    db.engine.dispose()
    with db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            _hurry_sqlite(connection.connection.driver_connection)
        else:
            # Whoever is no superuser of a server that was given has the references checked, and waits longer.
            with suppress(ProgrammingError), connection.begin_nested():
                connection.execute(text("SET LOCAL session_replication_role = replica"))
            connection.execute(text("SET LOCAL synchronous_commit = off"))
            connection.execute(text("SET LOCAL maintenance_work_mem = '512MB'"))
        yield connection
        connection.commit()
    db.engine.dispose()


def _hurry_sqlite(driver: Any) -> None:
    for line in (
        "PRAGMA foreign_keys=OFF",
        "PRAGMA journal_mode=MEMORY",
        "PRAGMA synchronous=OFF",
        "PRAGMA cache_size=-500000",
        "PRAGMA temp_store=MEMORY",
    ):
        driver.execute(line).close()


def _plan(connection: Connection, copies: Sequence[Copy]) -> Table:
    """A table that says for each copy which rows it takes, and what is added to their numbers."""
    plan = Table(
        "copies",
        MetaData(),
        Column("number", Integer, primary_key=True),
        Column(Requisition.__tablename__, BigInteger),
        Column(Stage.__tablename__, BigInteger),
        *(Column(_table(model).name, BigInteger) for model in NUMBERED),
        *(Column(f"{edge}_{_table(model).name}", BigInteger) for model in ORDER for edge in ("first", "last")),
        prefixes=["TEMPORARY"],
    )
    plan.create(connection)
    ends = {model: last_id(connection, model) for model in NUMBERED}
    rows = []
    for number, each in enumerate(copies, start=1):
        row = {
            "number": number,
            Requisition.__tablename__: each.ground.id,
            Stage.__tablename__: _stages_apart(each),
        }
        for model, (first, last) in each.model.ranges.items():
            row |= {f"first_{_table(model).name}": first, f"last_{_table(model).name}": last}
        for model in NUMBERED:
            first, last = each.model.ranges[model]
            row[_table(model).name] = ends[model] + 1 - first
            ends[model] += last + 1 - first
        rows.append(row)
    connection.execute(insert(plan), rows)
    if connection.dialect.name == "postgresql":
        connection.execute(text("ANALYZE copies"))
    return plan


def _stages_apart(copy: Copy) -> int:
    """What is added to a stage of the model to get that of the copy."""
    pairs = zip(copy.model.ground.stages, copy.ground.stages, strict=True)
    apart = {ours.id - theirs.id for theirs, ours in pairs if ours.kind is theirs.kind}
    if len(apart) != 1:
        raise ValueError("The stages of a copy lie in another order than those of its model.")
    return apart.pop()


def _copy(connection: Connection, model: type[Base], plan: Table) -> None:
    rows = _table(model)
    key = _key(model)
    names = [column.name for column in rows.columns if column.name != "id" or model in NUMBERED]
    found = select(*(_copied(connection, model, rows.c[name], plan) for name in names)).select_from(
        plan.join(rows, key.between(plan.c[f"first_{rows.name}"], plan.c[f"last_{rows.name}"]))
    )
    connection.execute(insert(rows).from_select(names, found, include_defaults=False))


def _copied(connection: Connection, model: type[Base], column: Column[Any], plan: Table) -> ColumnElement[Any]:
    """What a copy has in a column: whatever is numbered anew is moved on, everything else is the same."""
    whose = next((key.column.table.name for key in column.foreign_keys), None)
    if column.name == "id":
        whose = _table(model).name
    if whose == Requisition.__tablename__:
        return case((column.is_(None), None), else_=plan.c[whose])
    if whose is not None and whose in plan.c:
        return column + plan.c[whose]
    number = as_type(plan.c.number, String)
    if column.name in {"email", "email_key"}:
        return func.replace(column, "@", literal("x").concat(number).concat("@"))
    if model is SearchWord:
        # The words of the address above.
        own = as_type(_table(model).c.candidate_id, String)
        return case(
            (column.like("%@%"), func.replace(column, "@", literal("x").concat(number).concat("@"))),
            (column == own, column.concat("x").concat(number)),
            else_=column,
        )
    if model is Event and column.name == "data":
        return _data(connection, column, plan)
    return column


def _data(connection: Connection, data: Column[Any], plan: Table) -> ColumnElement[Any]:
    """The record of an event, its references moved on; those it does not have, or that are empty, stay so."""
    moves = {"change_id": plan.c[StageChange.__tablename__]}
    moves |= dict.fromkeys(_DATA_STAGES, plan.c[Stage.__tablename__])
    found: ColumnElement[Any] = data
    for name, by in moves.items():
        moved = data[name].as_integer() + by
        if connection.dialect.name == "postgresql":
            path: ColumnElement[Any] = literal_column(f"'{{{name}}}'::text[]")
            found = func.coalesce(func.jsonb_set(found, path, func.to_jsonb(moved), literal_column("false")), found)
        else:
            found = func.json_replace(found, f"$.{name}", moved)
    return found


def _table(model: type[Base]) -> Table:
    return cast("Table", model.__table__)


def _key(model: type[Base]) -> Column[Any]:
    """The number by which the rows of one requisition's people lie together."""
    return next(column for column in _table(model).primary_key.columns if isinstance(column.type, Integer))


def _finds_rows(index: Index, model: type[Base]) -> bool:
    return next(iter(index.columns)) is _key(model)
