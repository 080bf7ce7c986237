"""The command behind `make bench`."""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.benchmarks.breakdown import Parts, break_down
from tests.benchmarks.copies import in_a_hurry
from tests.benchmarks.machine import describe_machine, postgres_version
from tests.benchmarks.measuring import WARM_UP, PageFigures, desks_like, measure, throughput
from tests.benchmarks.pages import BOARD, PAGES, Desk
from tests.benchmarks.population import Population, Size, populate
from tests.benchmarks.report import DatabaseFigures, aims, write_report
from tests.benchmarks.serving import Reader, WebServer
from tests.services.installation import ROOT
from tests.services.postgres import PostgresServer, start_postgres
from tests.services.valkey import ValkeyServer
from tracker import create_app, migrations
from tracker.config import Settings
from tracker.core import clock
from tracker.core.db import db

REPORT = ROOT / "docs" / "benchmarks.md"
#: PostgreSQL as it is by itself: what was committed is on the disk.
DURABLE = {
    "listen_addresses": "",
    "timezone": "UTC",
    "max_connections": "60",
    "shared_buffers": "256MB",
    "log_min_messages": "fatal",
}


@dataclass(frozen=True)
class Installation:
    """A filled installation: its settings as an environment, and what is in it."""

    environment: Mapping[str, str]
    population: Population

    @property
    def settings(self) -> Settings:
        """Its settings."""
        return Settings.from_environment(self.environment)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and write the report; 1 when an aim was missed."""
    wanted = _parser().parse_args(arguments)
    machine = describe_machine()
    missing: list[str] = []
    found: list[DatabaseFigures] = []
    with _folder() as folder, ExitStack() as stack:
        broker = ValkeyServer()
        stack.callback(broker.stop)
        for name in wanted.databases:
            server: PostgresServer | None = None
            if name == "PostgreSQL":
                try:
                    server = start_postgres(DURABLE)
                except pytest.skip.Exception as reason:
                    missing.append(str(reason))
                    continue
                stack.callback(server.stop)
                machine.append(("PostgreSQL", postgres_version(server.url("postgres"))))
            found.append(_measure_database(name, server, folder / name.lower(), broker.url, wanted))
    report = write_report(found, machine, at=clock.now(), requests=wanted.requests, warm_up=WARM_UP, missing=missing)
    print(report)
    if wanted.output:
        Path(wanted.output).write_text(report, encoding="utf-8")
    missed = [aim for aim in aims(found) if not aim.met]
    for aim in missed:
        print(f"MISSED: {aim.text}: {aim.found}", file=sys.stderr)
    return 1 if missed else 0


def _measure_database(
    name: str, server: PostgresServer | None, folder: Path, broker: str, wanted: argparse.Namespace
) -> DatabaseFigures:
    folder.mkdir()
    installed: dict[int, Installation] = {}
    for active in wanted.sizes:
        _say(f"{name}: filling {active:,} applications")
        url = server.create_database(f"bench-{active}") if server else ""
        whole = active == max(wanted.sizes)
        size = Size(active, wanted.others, wanted.requisitions) if whole else Size(active)
        installed[active] = _fill(size, folder / str(active), url, broker)
    largest = installed[max(installed)]
    with ExitStack() as stack:
        servers = {size: stack.enter_context(WebServer(each.environment)) for size, each in installed.items()}
        desks = {size: _desk(servers[size].port, installed[size].population) for size in installed}
        pages: list[PageFigures] = []
        for page in PAGES:
            _say(f"{name}: {page.name}")
            pages.append(measure(page, desks, largest.settings, wanted.requests))
        memory = servers[max(servers)].memory()
    _say(f"{name}: what the time is made of")
    parts = _parts(largest, desks[max(desks)])
    with WebServer(largest.environment, processes=2) as both:
        _say(f"{name}: eight connections")
        board = next(page for page in PAGES if page.name == BOARD)
        desk = _desk(both.port, largest.population)
        crowd = desks_like(desk, both.port)
        throughput(board, crowd, 2)
        boards = throughput(board, crowd, max(2, wanted.requests // 4))
    filled = [(each.population.people, each.population.seconds) for each in installed.values()]
    return DatabaseFigures(name, pages, parts, boards, memory, filled)


def _fill(size: Size, folder: Path, url: str, broker: str) -> Installation:
    folder.mkdir()
    environment = {"DATA_DIR": str(folder), "DATABASE_URL": url, "REDIS_URL": broker, "ORG_TIMEZONE": "Europe/Berlin"}
    settings = Settings.from_environment(environment)
    migrations.upgrade(settings)
    app = create_app(settings)
    with app.app_context():
        population = populate(size, in_a_hurry)
        db.session.remove()
        # A server that was filled a while ago has done so by itself.
        tidying = "VACUUM ANALYZE" if url else "PRAGMA wal_checkpoint(TRUNCATE)"
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(tidying))
        db.engine.dispose()
    return Installation(environment, population)


def _desk(port: int, population: Population) -> Desk:
    reader = Reader(port)
    reader.sign_in(population.email, population.password)
    return Desk.sit_down(reader, population.number)


def _parts(installed: Installation, desk: Desk) -> dict[str, Parts]:
    app = create_app(replace(installed.settings, log_level="WARNING"))
    found = {
        page.name: break_down(app, installed.population.email, page.path(desk, 0), dict(page.headers))
        for page in PAGES
        if page.path is not None
    }
    with app.app_context():
        db.engine.dispose()
    return found


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="firsthire-bench-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make bench ARGS=", description="What pages cost, through the real server.")
    parser.add_argument("--requests", type=int, default=60, help="how often each page is asked for at each size")
    parser.add_argument("--sizes", type=_sizes, default=[1000, 10_000], help="active applications, as in 1000,10000")
    parser.add_argument("--databases", type=_names, default=["SQLite", "PostgreSQL"], help="as in SQLite,PostgreSQL")
    parser.add_argument(
        "--others", type=int, default=0, metavar="N", help="so many more applications beside the largest: 1000000, say"
    )
    parser.add_argument(
        "--requisitions", type=int, default=0, metavar="N", help="over how many requisitions; 2000, say"
    )
    parser.add_argument("--output", default=str(REPORT), help="where the report goes (empty: only to the console)")
    return parser


def _sizes(given: str) -> list[int]:
    return sorted(int(each) for each in given.split(","))


def _names(given: str) -> list[str]:
    known = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
    return [known[each.lower()] for each in given.split(",")]


def _say(line: str) -> None:
    print(f"… {line}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
