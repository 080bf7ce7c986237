"""`tracker up` with its real processes: what dies comes back, and what ends leaves nothing behind."""

import os
import signal
import socket
import urllib.request
from pathlib import Path

import pytest

from tests.services.fixtures import Install
from tests.services.installation import RealServer
from tests.services.waiting import wait_for

PROGRAMS = {"tracker", "broker", "web", "worker", "beat"}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory):
    """One installation for the tests that leave it running."""
    server = RealServer(tmp_path_factory.mktemp("supervisor") / "data").start()
    yield server
    server.stop()


def answer(server: RealServer) -> int:
    """The status of /healthz; 0 when nobody answers."""
    try:
        with urllib.request.urlopen(f"{server.url}/healthz", timeout=2) as response:
            return int(response.status)
    except OSError:
        return 0


def children(number: int) -> list[int]:
    """The processes that a process has started; none once it is gone."""
    try:
        return [int(each) for each in Path(f"/proc/{number}/task/{number}/children").read_text().split()]
    except FileNotFoundError:
        return []


@pytest.mark.parametrize("name", ["web", "worker", "beat", "broker"])
def test_what_is_killed_starts_again(running: RealServer, name: str) -> None:
    number = running.kill(name)

    running.wait_until_replaced(name, number)

    wait_for(lambda: answer(running) == 200, seconds=60, what="an answer from the web server")
    assert set(running.pids) == PROGRAMS
    assert f"The {name} ended (by signal SIGKILL); it starts again in" in running.output


@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_a_fault_in_c_code_leaves_what_all_threads_were_doing(running: RealServer, name: str) -> None:
    log = running.data_dir / "log" / f"{name}.log"
    number = running.pids[name]
    # The workers of gunicorn and Celery do what there is to do; beat does it itself.
    victim = next(iter(children(number)), number)

    os.kill(victim, signal.SIGSEGV)

    wait_for(lambda: "Fatal Python error: Segmentation fault" in log.read_text(), seconds=60, what=f"words in {log}")
    wait_for(lambda: "(most recent call first)" in log.read_text(), seconds=60, what=f"the threads in {log}")
    wait_for(
        lambda: victim not in {*children(number), *running.pids.values()} and set(running.pids) == PROGRAMS,
        seconds=60,
        what=f"another process instead of {victim}",
    )
    wait_for(lambda: answer(running) == 200, seconds=60, what="an answer from the web server")


def test_a_second_start_on_the_same_folder_is_refused(running: RealServer) -> None:
    second = running.run("up")

    assert second.returncode == 2
    assert second.stdout == ""
    assert second.stderr == (
        f"Error: Firsthire runs already on {running.data_dir} (process {running.pids['tracker']}); "
        "end that one first.\n"
    )


def test_the_state_is_kept_from_other_users(running: RealServer) -> None:
    assert running.data_dir.stat().st_mode & 0o077 == 0
    assert (running.data_dir / "secret_key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_asked_to_end_it_leaves_nothing_behind(install: Install, how: signal.Signals) -> None:
    server = install().start()
    assert len(server.survivors()) >= 5

    assert server.process is not None
    server.process.send_signal(how)

    assert server.process.wait(timeout=60) == 0
    assert server.survivors() == set()
    assert server.pids == {}
    assert "Traceback" not in server.output


def test_killed_itself_it_takes_all_others_with_it(install: Install) -> None:
    server = install().start()

    server.kill("tracker")

    wait_for(lambda: server.survivors() == set(), seconds=20, what="the end of all its processes")
    # The folder is free again for the next start, whatever the killed one left in it.
    server.start()
    assert answer(server) == 200


def test_a_taken_port_is_said_in_one_line(install: Install) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        result = install(PORT=str(port)).run("up")

    assert result.returncode == 2
    assert result.stderr == (
        f"Error: Port {port} on 127.0.0.1 cannot be used (Address already in use); "
        f"choose another one, as in PORT={port + 1}.\n"
    )


def test_a_folder_that_cannot_be_is_said_in_one_line(install: Install, tmp_path: Path) -> None:
    # A folder below a file: not even root can write there.
    (tmp_path / "file").write_text("")

    result = install(tmp_path / "file" / "data").run("up")

    assert result.returncode == 2
    assert result.stderr.count("\n") == 1
    assert "nothing can be written there (Not a directory)" in result.stderr


def test_a_folder_without_permission_is_said_in_one_line(install: Install, tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    # Root may write anywhere but below /proc, which nobody may.
    folder = Path("/proc/data") if os.geteuid() == 0 else closed / "data"

    result = install(folder).run("up")

    assert result.returncode == 2
    assert result.stderr.count("\n") == 1
    assert f"DATA_DIR is {folder}, and nothing can be written there" in result.stderr


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SECRET_KEY", "changeme", "SECRET_KEY is empty, a sample or too short"),
        ("SECRET_KEY", "", "SECRET_KEY is empty, a sample or too short"),
        ("PORT", "99999", "PORT is '99999'; give a whole number"),
        ("ORG_TIMEZONE", "Middle/Earth", "ORG_TIMEZONE is 'Middle/Earth', which is no time zone"),
        ("DATABASE_URL", "mysql://x", "DATABASE_URL starts with 'mysql'"),
    ],
)
def test_an_unusable_setting_is_said_in_one_line(install: Install, name: str, value: str, said: str) -> None:
    server = install()
    server.environment[name] = value

    result = server.run("up")

    assert result.returncode == 2
    assert result.stderr.count("\n") == 1
    assert said in result.stderr
