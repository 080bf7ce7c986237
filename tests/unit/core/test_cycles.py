"""Searches for objects that only hold each other happen between two pieces of work, and never within one."""

import gc
import subprocess
import sys
import weakref
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import pytest
from flask import Flask

from tests.services.installation import ROOT
from tracker.core import cycles
from tracker.core.db import db, transaction

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

#: Sessions end while a search may be due at any object that is made. States must not have been stored to before they
#: were read, as in a process that answers. Up to Python 3.11 a search in the middle of ending kills the process.
ENDING = """
import gc
from sqlalchemy import ForeignKey, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship
from tracker.core.db import prepare_engine

class Base(DeclarativeBase): pass

class Parent(Base):
    __tablename__ = "parents"
    id: Mapped[int] = mapped_column(primary_key=True)
    children: Mapped[list["Child"]] = relationship(back_populates="parent", lazy="selectin")

class Child(Base):
    __tablename__ = "children"
    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int] = mapped_column(ForeignKey("parents.id"))
    parent: Mapped[Parent] = relationship(back_populates="children", lazy="joined")

engine = create_engine("sqlite://")
prepare_engine(engine)
Base.metadata.create_all(engine)
with engine.begin() as connection:
    connection.execute(Parent.__table__.insert(), [{"id": n} for n in range(10)])
    connection.execute(Child.__table__.insert(), [{"id": n, "parent_id": n // 3} for n in range(30)])
for further in range(20, 60):
    session = Session(engine)
    gc.set_threshold(10**9)
    for child in session.scalars(select(Child)):
        child.parent.children
    child = None
    held = [{} for _ in range(90)]
    gc.set_threshold(gc.get_count()[0] + further)
    session.close()
"""


class Ring:
    """Something that only a search can find once nobody has it."""

    def __init__(self) -> None:
        self.myself = self


@pytest.fixture
def due(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A search is always due, and Python does not search by itself."""
    monkeypatch.setattr(cycles, "DUE", (-1, 10**9, 10**9))
    unasked = gc.isenabled()
    cycles.search_when_asked()
    yield
    if unasked:
        cycles.search_unasked()


def test_sessions_end_whole_whatever_is_due() -> None:
    done = subprocess.run([sys.executable, "-c", ENDING], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_whoever_asks_the_database_searches_only_when_asked(app: Flask) -> None:
    assert db.session.connection()
    assert not gc.isenabled()


@pytest.mark.usefixtures("due")
def test_it_is_searched_when_the_answer_has_been_sent() -> None:
    lost = weakref.ref(Ring())

    def answer(_environ: "WSGIEnvironment", _start: "StartResponse") -> Iterable[bytes]:
        yield b"an answer"

    sent = cycles.SearchAfterwards(answer)({}, lambda *_given: lambda _body: None)
    assert list(sent) == [b"an answer"]
    assert lost() is not None
    sent.close()  # type: ignore[attr-defined] # as servers do
    assert lost() is None


@pytest.mark.usefixtures("due")
def test_work_without_a_request_searches_after_each_transaction(app: Flask) -> None:
    with transaction():
        lost = weakref.ref(Ring())
    assert lost() is None


@pytest.mark.usefixtures("due")
def test_a_request_is_answered_first(app: Flask) -> None:
    with app.test_request_context("/"), transaction():
        lost = weakref.ref(Ring())
    assert lost() is not None


def test_nothing_is_searched_before_it_is_due(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cycles, "DUE", (10**9, 10**9, 10**9))
    lost = weakref.ref(Ring())
    cycles.search_if_due()
    assert lost() is not None


@pytest.mark.parametrize("generation", [0, 1, 2])
def test_the_oldest_that_is_due_is_searched_with_all_younger_ones(
    generation: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    searched: list[int] = []
    counts = [1, 1, 1]
    counts[: generation + 1] = [100_000] * (generation + 1)
    monkeypatch.setattr(gc, "get_count", lambda: tuple(counts))
    monkeypatch.setattr(gc, "collect", searched.append)
    cycles.search_if_due()
    assert searched == [generation]
