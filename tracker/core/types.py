"""Column types: aware instants, enumerations by value, identifiers."""

from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Annotated, Any

from sqlalchemy import JSON, BigInteger, BindParameter, DateTime, Dialect, Enum, Integer, Text, bindparam
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import mapped_column
from sqlalchemy.sql._typing import _ColumnExpressionArgument as ColumnExpressionArgument
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine


class Instant(TypeDecorator[datetime]):
    """An aware instant. PostgreSQL keeps it as timestamptz, SQLite as naive UTC; a naive value is refused."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The type underneath in this database."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(TIMESTAMP(timezone=True))
        return dialect.type_descriptor(DateTime())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database: UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("An instant needs a time zone.")
        value = value.astimezone(UTC)
        return value if dialect.name == "postgresql" else value.replace(tzinfo=None)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:
        """From the database: aware UTC. A board reads hundreds, so each is one call and not one in another."""
        return _instant_of_text if dialect.name == "sqlite" else _instant_in_utc


# A board that is looked at again says the same instants again; PostgreSQL's driver hands over instants as they are.
@lru_cache(8192)
def _instant_of_text(kept: str | None) -> datetime | None:
    return None if kept is None else datetime.fromisoformat(f"{kept}+00:00")


def _instant_in_utc(kept: datetime | None) -> datetime | None:
    return None if kept is None else kept.astimezone(UTC)


def when_sent(read: Callable[[], datetime]) -> BindParameter[datetime]:
    """An instant in a statement that is kept and sent again and again: `read` is asked for it each time."""
    return bindparam(None, callable_=read, type_=Instant())


class Later(FunctionElement[datetime]):
    """In SQL: an instant and a number of minutes in, the instant that many minutes later out."""

    inherit_cache = True
    type = Instant()

    def __init__(self, start: ColumnExpressionArgument[Any], minutes: ColumnExpressionArgument[Any]) -> None:
        super().__init__(start, minutes)


@compiles(Later, "postgresql")
def _later_on_postgresql(element: Later, compiler: SQLCompiler, **given: Any) -> str:
    start, minutes = (compiler.process(part, **given) for part in element.clauses)
    return f"({start} + make_interval(mins => CAST({minutes} AS integer)))"


@compiles(Later, "sqlite")
def _later_on_sqlite(element: Later, compiler: SQLCompiler, **given: Any) -> str:
    start, minutes = (compiler.process(part, **given) for part in element.clauses)
    # The form in which instants are kept, so that texts compare as instants do.
    return f"(strftime('%Y-%m-%d %H:%M:%f', {start}, {minutes} || ' minutes') || '000')"


class ByValue(TypeDecorator[StrEnum]):
    """An enumeration, stored by value, with a CHECK constraint called `name`."""

    impl = Enum
    cache_ok = True

    def __init__(self, kind: type[StrEnum], name: str) -> None:
        # What two of these differ by, as statements that are kept are told apart.
        self.kind, self.name = kind, name
        super().__init__(
            kind,
            name=name,
            native_enum=False,
            create_constraint=True,
            validate_strings=True,
            length=40,
            values_callable=lambda members: [member.value for member in members],
        )

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], StrEnum | None]:
        """From the database: the member, by one look into a table. Raises KeyError for a value that none has."""
        members: dict[str | None, StrEnum | None] = {None: None, **{member.value: member for member in self.kind}}
        return members.__getitem__


def enum_type(kind: type[StrEnum], name: str) -> ByValue:
    """A column of an enumeration, stored by value, with a CHECK constraint called `name`."""
    return ByValue(kind, name)


Identifier = BigInteger().with_variant(Integer(), "sqlite")
Document = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")

PrimaryKey = Annotated[int, mapped_column(Identifier, primary_key=True, autoincrement=True)]
LongText = Annotated[str, mapped_column(Text)]
