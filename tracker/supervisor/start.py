"""What happens at `tracker up`, in order: look whether it can work, broker, database, then web, worker and beat."""

import errno
import fcntl
import http.client
import os
import signal
import socket
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tracker.config import Settings
from tracker.core.broker import answers
from tracker.supervisor import broker
from tracker.supervisor.loop import Supervisor
from tracker.supervisor.programs import (
    ENVIRONMENT,
    WEB_ENVIRONMENT,
    Program,
    beat_command,
    console_command,
    web_command,
    worker_command,
)

BROKER_SECONDS = 20.0
READY_SECONDS = 120.0
LEFTOVER_SECONDS = 8.0
ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104 - read, not bound


class CannotStart(Exception):
    """Why `tracker up` cannot work here and now, in one line that says what to do."""


def up(settings: Settings) -> int:
    """Run the installation until Ctrl-C or SIGTERM.

    Returns 0 after an end that was asked for and 1 when the database could not be prepared. Raises CannotStart before
    anything was started.
    """
    check_data_dir(settings.data_dir)
    state_file = settings.data_dir / "processes.json"
    with (
        only_one(settings.data_dir),
        # What a killed supervisor left behind is ending by itself just now; its port comes free within seconds.
        listening(settings.host, settings.port, seconds=LEFTOVER_SECONDS if state_file.exists() else 0) as web_socket,
    ):
        log_folder = settings.data_dir / "log"
        log_folder.mkdir(exist_ok=True)
        try:
            bundled = None if settings.redis_url else broker.broker_program(settings)
        except broker.BrokerUnavailable as error:
            raise CannotStart(str(error)) from error
        supervisor = Supervisor(log_folder=log_folder, state_file=state_file)
        try:
            return _run(supervisor, settings, bundled, web_socket)
        finally:
            supervisor.end()


def _run(supervisor: Supervisor, settings: Settings, bundled: Program | None, web_socket: socket.socket) -> int:
    # Absolute, because the programs run in another folder.
    environment = {**ENVIRONMENT, "DATA_DIR": str(settings.data_dir)}
    if bundled is not None:
        supervisor.start(bundled)
        if not supervisor.wait_until(lambda: answers(settings), seconds=BROKER_SECONDS) and not supervisor.ending:
            supervisor.say("The bundled Redis-compatible server does not answer yet; going on without it.")
    code = supervisor.run_once(Program(name="setup", command=console_command("setup"), environment=environment))
    if code is None:
        return 0
    if code != 0:
        supervisor.say("The database could not be prepared; the lines above say why.")
        return 1
    bind = f"fd://{web_socket.fileno()}"
    for program in (
        Program(
            name="web",
            command=web_command(settings, bind=bind),
            environment={**environment, **WEB_ENVIRONMENT},
            files=(web_socket.fileno(),),
        ),
        # Its tasks are asked for again when they are cut off, so nothing is lost by ending it at once.
        Program(name="worker", command=worker_command(settings), environment=environment, orphaned=signal.SIGKILL),
        Program(name="beat", command=beat_command(settings), environment=environment),
    ):
        supervisor.start(program)
    if supervisor.wait_until(lambda: _healthy(settings), seconds=READY_SECONDS):
        supervisor.say(f"Firsthire is ready at {settings.base_url} (Ctrl-C ends it).")
    elif not supervisor.ending:
        supervisor.say(f"The web server does not answer yet; {settings.data_dir / 'log' / 'web.log'} may say why.")
    supervisor.run()
    return 0


def check_data_dir(folder: Path) -> None:
    """Make DATA_DIR where it is missing and see that files can be written there. Raises CannotStart."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise CannotStart(
            f"DATA_DIR is {folder}, and nothing can be written there ({error.strerror}); choose another folder."
        ) from error


@contextmanager
def only_one(data_dir: Path) -> Iterator[None]:
    """Hold DATA_DIR for this process. The lock ends with the process, however that ends. Raises CannotStart."""
    with (data_dir / "lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.seek(0)
            holder = file.read().strip()
            raise CannotStart(
                f"Firsthire runs already on {data_dir}{f' (process {holder})' if holder else ''}; end that one first."
            ) from error
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield


@contextmanager
def listening(host: str, port: int, *, seconds: float = 0) -> Iterator[socket.socket]:
    """The web server's socket, which outlives restarts of the web server.

    Tries for so many seconds while the port is taken. Raises CannotStart.
    """
    until = time.monotonic() + seconds
    while True:
        try:
            result = _bound(host, port)
        except OSError as error:
            if error.errno == errno.EADDRINUSE and time.monotonic() < until:
                time.sleep(0.2)
                continue
            raise CannotStart(
                f"Port {port} on {host} cannot be used ({error.strerror}); choose another one, as in PORT={port + 1}."
            ) from error
        with result:
            yield result
            return


def _bound(host: str, port: int) -> socket.socket:
    result = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    try:
        result.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        result.bind((host, port))
        # Bound alone, the port could still be taken by somebody who listens first.
        result.listen()
    except OSError:
        result.close()
        raise
    return result


def _healthy(settings: Settings) -> bool:
    connection = http.client.HTTPConnection(ANYWHERE.get(settings.host, settings.host), settings.port, timeout=2)
    with suppress(OSError, http.client.HTTPException):
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.client.OK
    return False
