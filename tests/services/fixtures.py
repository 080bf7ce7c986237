"""The services as fixtures. Those of a session are shared by all tests of a process and end with it."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.services.browser import chromium
from tests.services.installation import RealServer
from tests.services.postgres import PostgresServer, start_postgres
from tests.services.smtp import SmtpSink
from tests.services.valkey import ValkeyServer

Install = Callable[..., RealServer]


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A running PostgreSQL in which databases can be made."""
    server = start_postgres()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def worker_suffix() -> str:
    """What sets the databases of parallel test processes apart; one of them is called "main"."""
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


@pytest.fixture(scope="session")
def shared_valkey() -> Iterator[ValkeyServer]:
    """A Redis-compatible server for tests that do not hurt it."""
    server = ValkeyServer()
    yield server
    server.stop()


@pytest.fixture
def valkey() -> Iterator[ValkeyServer]:
    """A Redis-compatible server of the test's own, to be killed at will."""
    server = ValkeyServer()
    yield server
    server.stop()


@pytest.fixture
def smtp_sink() -> Iterator[SmtpSink]:
    """An SMTP server that keeps what it is sent."""
    sink = SmtpSink()
    yield sink
    sink.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A running Chromium."""
    with chromium() as running:
        yield running


@pytest.fixture
def browser_context(browser: Browser) -> Iterator[BrowserContext]:
    """An empty profile, in English, in UTC, on a wide screen."""
    context = browser.new_context(locale="en-GB", timezone_id="UTC", viewport={"width": 1440, "height": 900})
    yield context
    context.close()


@pytest.fixture
def page(browser_context: BrowserContext) -> Page:
    """A page in an empty profile."""
    return browser_context.new_page()


@pytest.fixture
def install(tmp_path: Path) -> Iterator[Install]:
    """Makes installations: `install(SMTP_URL=…)` gives one that is not yet started. All end with the test.

    `data_dir` is a new folder unless one is given.
    """
    made: list[RealServer] = []

    def make(data_dir: Path | None = None, **environment: str) -> RealServer:
        made.append(RealServer(data_dir or tmp_path / f"installation-{len(made)}", **environment))
        return made[-1]

    yield make
    for server in made:
        server.stop()
