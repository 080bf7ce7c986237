"""A real worker behind a real broker: it does what the bell asks for, also after either was killed."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.conftest import make_settings
from tests.services.installation import RealServer
from tests.services.waiting import wait_for
from tracker.core.bell import Bell
from tracker.core.broker import celery_url
from tracker.mail.operations import TICK


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealServer]:
    """A running installation."""
    server = RealServer(tmp_path_factory.mktemp("worker") / "data").start()
    yield server
    server.stop()


def last_run(server: RealServer) -> str:
    """When the mail tick ended last, as SQLite keeps it; empty when it never ran."""
    with closing(sqlite3.connect(server.data_dir / "firsthire.db")) as connection:
        found = connection.execute("SELECT finished_at FROM tick_runs WHERE name = ?", (TICK,)).fetchone()
    return str(found[0] or "") if found else ""


def ring_until_run(server: RealServer) -> None:
    """Ring for the mail tick and wait until a run has ended that began afterwards."""
    before = last_run(server)
    bell = Bell(celery_url(make_settings(server.data_dir, "sqlite://")))

    def run_again() -> bool:
        # Unheard rings cost nothing; a bell that waits for a dead broker would only slow the test down.
        bell._quiet_until = 0.0
        bell.ring(TICK)
        return last_run(server) > before

    wait_for(run_again, seconds=60, what=f"a run of the mail tick; it said:\n{server.output}")


def test_a_ring_is_answered(running: RealServer) -> None:
    ring_until_run(running)


@pytest.mark.parametrize("name", ["worker", "broker"])
def test_a_ring_is_answered_after_a_kill(running: RealServer, name: str) -> None:
    number = running.kill(name)
    running.wait_until_replaced(name, number)

    ring_until_run(running)


def test_the_command_does_the_same_at_once(running: RealServer) -> None:
    before = last_run(running)

    done = running.run("tick", TICK, "--now", "2031-01-01T08:00+01:00")

    assert done.returncode == 0, done.stderr
    [answer] = done.stdout.splitlines()
    assert answer.startswith(f"{TICK}: ")
    assert last_run(running) > before


def test_an_unknown_tick_is_refused_with_the_known_ones(running: RealServer) -> None:
    done = running.run("tick", "dance")

    assert done.returncode == 2
    assert "There is no 'dance'" in done.stderr
    assert TICK in done.stderr
