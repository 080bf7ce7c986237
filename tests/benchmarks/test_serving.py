"""A server that fails is found out: figures of it would be those of requests that were never answered."""

import os
import signal
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.benchmarks.measuring import throughput
from tests.benchmarks.pages import Desk, Page
from tests.benchmarks.serving import NotAnswered, Reader, WebServer
from tests.services.waiting import wait_for

PAGE = Page("page", lambda desk, _turn: desk.reader.get("/page"))
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@pytest.fixture
def hangs_up() -> Iterator[int]:
    """The port of a server that answers the first request of each connection, and hangs up at the second."""

    def serve(connection: socket.socket) -> None:
        with connection:
            connection.recv(65_536)
            connection.sendall(ANSWER)
            connection.recv(65_536)

    def accept() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=(connection,)).start()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        accepting = threading.Thread(target=accept)
        accepting.start()
        yield listening.getsockname()[1]
        # Closing alone would not wake whoever waits for somebody to connect.
        listening.shutdown(socket.SHUT_RDWR)
        accepting.join()


@pytest.fixture
def desks(hangs_up: int) -> Iterator[list[Desk]]:
    """Three readers, each with a connection to that server."""
    made = [Desk(Reader(hangs_up), "1", "", "", {}) for _ in range(3)]
    yield made
    for desk in made:
        desk.reader.leave()


def test_answered_requests_are_counted(desks: list[Desk]) -> None:
    assert throughput(PAGE, desks, 1) > 0


def test_a_connection_without_an_answer_ends_the_measuring(desks: list[Desk]) -> None:
    with pytest.raises(NotAnswered, match="GET /page got no answer: RemoteDisconnected"):
        throughput(PAGE, desks, 2)


def test_whatever_goes_wrong_with_one_of_many_is_raised(desks: list[Desk]) -> None:
    page = Page("page", lambda desk, _turn: desk.reader.post("/page", [("movers", desk.movers[0].version)]))

    with pytest.raises(IndexError):
        throughput(page, desks, 1)


def test_a_killed_process_ends_the_measuring_with_what_its_threads_were_doing(tmp_path: Path) -> None:
    environment = {"DATA_DIR": str(tmp_path), "LOG_LEVEL": "WARNING"}

    with (
        pytest.raises(
            NotAnswered, match=r"(?s)Fatal Python error: Segmentation fault.*Worker \(pid:\d+\) was sent SIGSEGV!"
        ),
        WebServer(environment, application="wsgi:app") as server,
    ):
        (number,) = server.processes()
        os.kill(number, signal.SIGSEGV)
        wait_for(lambda: server.processes() not in ([number], []), seconds=60, what="a new process")
