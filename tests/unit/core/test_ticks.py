"""Periodic work of which one part fails."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError

from tests.factories.accounts import make_user
from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.cli import tick
from tracker.core import ticks
from tracker.core.db import db, transaction
from tracker.core.registry import Tick, get_registry


class TooLong(Exception):
    """What a worker raises in the middle of a run that takes too long."""


def rename(user_id: int) -> bool:
    with transaction():
        user = db.session.get_one(User, user_id)
        user.name = f"New {user.name}"
        db.session.flush()
        if user.email == "broken@example.com":
            raise ValueError("maya@example.com cannot be divided")
    return True


@pytest.fixture
def three(app: Flask) -> list[int]:
    return [make_user(Role.RECRUITER, name=name, email=f"{name}@example.com").id for name in ("one", "broken", "two")]


@pytest.fixture
def known(app: Flask) -> Iterator[dict[str, Tick]]:
    """The ticks there are: none but what a test adds."""
    known = get_registry().ticks
    kept = dict(known)
    known.clear()
    yield known
    known.clear()
    known.update(kept)


def names() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(User.name).order_by(User.id)))


def test_one_that_fails_keeps_no_other_from_theirs(three: list[int], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match="cannot be divided"):
        ticks.each_alone(three, rename)

    assert names() == ["New one", "broken", "New two"]
    said = json.loads(capsys.readouterr().err.splitlines()[-1])
    assert (said["event"], said["work"], said["thing"]) == ("tick.part_failed", "rename", three[1])
    assert "@example.com" not in str(said)


def test_what_was_done_is_counted(three: list[int]) -> None:
    assert ticks.each_alone([three[0], three[2]], rename) == 2
    assert ticks.each_alone([], rename) == 0


@pytest.mark.parametrize("ends", [TooLong(), OperationalError("SELECT", {}, Exception("away"))], ids=["time", "away"])
def test_a_run_that_took_too_long_or_lost_the_database_ends_at_once(
    three: list[int], known: dict[str, Tick], ends: Exception
) -> None:
    begun: list[int] = []

    def stop(user_id: int) -> bool:
        begun.append(user_id)
        raise ends

    known["stopped"] = Tick("stopped", timedelta(minutes=1), lambda: ticks.each_alone(three, stop))
    with pytest.raises(type(ends)):
        ticks.run("stopped", time_limits=(TooLong,))
    assert begun == three[:1]


@pytest.mark.parametrize("ends", [OperationalError, ProgrammingError])
def test_the_command_ends_without_a_usable_database(app: Flask, known: dict[str, Tick], ends: type[DBAPIError]) -> None:
    def stop() -> int:
        raise ends("SELECT", {}, Exception("no such table: users"))

    known["first"] = Tick("first", timedelta(minutes=1), stop)
    known["second"] = Tick("second", timedelta(minutes=1), lambda: 7)
    result = app.test_cli_runner().invoke(tick)
    assert isinstance(result.exception, ends)
    assert "second" not in result.output


def test_the_command_goes_on_with_the_other_ticks(app: Flask, three: list[int], known: dict[str, Tick]) -> None:
    known["first"] = Tick("first", timedelta(minutes=1), lambda: ticks.each_alone(three, rename))
    known["second"] = Tick("second", timedelta(minutes=1), lambda: 7)
    result = app.test_cli_runner().invoke(tick)
    assert result.exit_code == 1
    assert "second: 7" in result.output
    assert "Traceback" not in result.output
    said = [json.loads(line) for line in result.output.splitlines() if line.startswith("{")]
    assert [(each["work"], each["thing"]) for each in said] == [("rename", three[1]), ("periodic_task", "first")]
