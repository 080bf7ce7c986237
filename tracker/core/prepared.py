"""Statements that are sent again and again, as the text that they became.

What SQLAlchemy does around a statement that it has seen before (looking up what it became, by a key as large as the
statement; its parameters one after the other; a row for each row) takes a third to a half of what SQLite takes to
answer it. Here a statement becomes text once for each kind of database; afterwards only its values are new.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import BindParameter, Dialect, Select
from sqlalchemy.engine import Connection, CursorResult
from sqlalchemy.sql.compiler import SQLCompiler

Statement = Select[*tuple[Any, ...]]
Process = Callable[[Any], Any]
#: A statement with a list becomes another text for each length of it; so many are kept.
MOST_TEXTS = 64

_COMPILED: WeakKeyDictionary[Statement, dict[str, "_Compiled"]] = WeakKeyDictionary()


def send(connection: Connection, statement: Statement, values: Mapping[str, Any]) -> list[Any]:
    """The rows of a statement over plain columns, as named tuples. `values` holds those of its named parameters, lists
    where they are expanding; parameters that find their value themselves are asked each time.

    What the statement became is kept as long as it lives: it should be one that is built once. Raises KeyError for a
    value that lacks, TypeError for a statement with values that the database is not to see as such.
    """
    kinds = _COMPILED.get(statement)
    if kinds is None:
        kinds = _COMPILED.setdefault(statement, {})
    dialect = connection.dialect
    if dialect.name not in kinds:
        kinds[dialect.name] = _Compiled(statement, dialect)
    return kinds[dialect.name].send(connection, values)


class _Compiled:
    """A statement in the words of one kind of database."""

    def __init__(self, statement: Statement, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        if not isinstance(compiled, SQLCompiler) or compiled.literal_execute_params:
            raise TypeError("A statement whose text holds values is another one each time.")
        self._compiled = compiled
        columns = statement.column_descriptions
        self._types = [each["type"] for each in columns]
        names = [each["name"] or "" for each in columns]
        # Those of columns that are called by no name of Python's are only there in their places.
        self._row: Callable[[Any], Any] = partial(tuple.__new__, namedtuple("Row", names, rename=True))
        self._lists = list(dict.fromkeys(bind.key for bind in compiled.bind_names if bind.expanding and bind.required))
        self._texts: dict[tuple[int, ...], _Text] = {}
        self._results: list[tuple[int, Process]] | None = None

    def send(self, connection: Connection, values: Mapping[str, Any]) -> list[Any]:
        lengths = tuple([len(values[name]) for name in self._lists])
        text = self._texts.get(lengths)
        if text is None:
            if len(self._texts) == MOST_TEXTS:
                self._texts.clear()
            text = self._texts[lengths] = _Text(self._compiled, values)
        found = connection.exec_driver_sql(text.words, text.parameters(values))
        if self._results is None:
            self._results = self._processes(found, connection.dialect)
        rows = found.cursor.fetchall()
        found.close()
        if not rows:
            return []
        # Column by column, and not row by row: most columns are as the driver gives them.
        columns: list[Any] = list(zip(*rows, strict=True))
        for place, process in self._results:
            columns[place] = map(process, columns[place])
        return list(map(self._row, zip(*columns, strict=True)))

    def _processes(self, found: CursorResult[Any], dialect: Dialect) -> list[tuple[int, Process]]:
        """What makes values of what the driver gives, by the places of their columns; the others are as they are."""
        described = zip(self._types, found.cursor.description, strict=True)
        processes = [kind.dialect_impl(dialect).result_processor(dialect, each[1]) for kind, each in described]
        return [(place, process) for place, process in enumerate(processes) if process is not None]


class _Text:
    """A statement as the driver takes it, with lists of certain lengths."""

    def __init__(self, compiled: SQLCompiler, values: Mapping[str, Any]) -> None:
        state = compiled.construct_expanded_state(dict(values))
        self.words = state.statement
        names = state.positiontup
        #: All values in their places, those that never change among them; by number or by name.
        self._ready: list[Any] | dict[str, Any] = {} if names is None else [None] * len(names)
        #: What changes: its name, its place in a list or None, what is done to it, and the places where it stands.
        self._given: list[tuple[str, int | None, Process | None, Sequence[Any]]] = []
        #: The same of what is asked for.
        self._asked: list[tuple[Callable[[], Any], Process | None, Sequence[Any]]] = []
        for name in dict.fromkeys(compiled.bind_names.values()):
            bind = compiled.binds[name]
            process = bind.type.dialect_impl(compiled.dialect).bind_processor(compiled.dialect)
            parts = state.parameter_expansion.get(name)
            for index, part in enumerate([name] if parts is None else parts):
                said = compiled.escaped_bind_names.get(part, part)
                places = [said] if names is None else [place for place, each in enumerate(names) if each == part]
                self._place(bind, None if parts is None else index, process, places)

    def parameters(self, values: Mapping[str, Any]) -> tuple[Any, ...] | dict[str, Any]:
        """All values, as the driver takes them. Raises KeyError for one that lacks."""
        ready: Any = self._ready.copy()
        for name, index, process, places in self._given:
            value = values[name] if index is None else values[name][index]
            if process is not None:
                value = process(value)
            for place in places:
                ready[place] = value
        for ask, process, places in self._asked:
            value = ask() if process is None else process(ask())
            for place in places:
                ready[place] = value
        return ready if isinstance(ready, dict) else tuple(ready)

    def _place(
        self, bind: BindParameter[Any], index: int | None, process: Process | None, places: Sequence[Any]
    ) -> None:
        ready: Any = self._ready
        if bind.required:
            self._given.append((bind.key, index, process, places))
        elif bind.callable is not None:
            self._asked.append((bind.callable, process, places))
        else:
            kept: Any = bind.value
            value = kept if index is None else kept[index]
            for place in places:
                ready[place] = value if process is None else process(value)
