"""The command behind `make bench`."""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.benchmarks.aims import DatabaseFigures, aims
from tests.benchmarks.breakdown import Parts, break_down, desk_within
from tests.benchmarks.filling import Installation, fill_all, say
from tests.benchmarks.machine import describe_machine, postgres_version
from tests.benchmarks.measuring import WARM_UP, PageFigures, desks_like, measure, memory_after, throughput
from tests.benchmarks.pages import BOARD, PAGES, Desk, Page
from tests.benchmarks.population import Population, Size
from tests.benchmarks.report import write_report
from tests.benchmarks.serving import Killed, Reader, WebServer
from tests.services.installation import ROOT
from tests.services.postgres import PostgresServer, start_postgres
from tests.services.valkey import ValkeyServer
from tracker import create_app
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


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and write the report; 1 when an aim was missed."""
    wanted = _parser().parse_args(arguments)
    machine = describe_machine()
    missing: list[str] = []
    found: list[DatabaseFigures] = []
    with _folder() as folder, ExitStack() as stack:
        broker = ValkeyServer()
        stack.callback(broker.stop)
        servers: dict[str, PostgresServer | None] = {}
        for name in wanted.databases:
            servers[name] = None
            if name != "PostgreSQL":
                continue
            try:
                server = start_postgres(DURABLE)
            except pytest.skip.Exception as reason:
                missing.append(str(reason))
                del servers[name]
                continue
            servers[name] = server
            stack.callback(server.stop)
            machine.append(("PostgreSQL", postgres_version(server.url("postgres"))))
        for name, installed in fill_all(servers, folder, broker.url, _wanted_sizes(wanted)).items():
            found.append(_measure_database(name, servers[name], installed, wanted))
    report = write_report(found, machine, at=clock.now(), requests=wanted.requests, warm_up=WARM_UP, missing=missing)
    print(report)
    if wanted.output:
        Path(wanted.output).write_text(report, encoding="utf-8")
    missed = [aim for aim in aims(found) if not aim.met]
    for aim in missed:
        print(f"MISSED: {aim.text}: {aim.found}", file=sys.stderr)
    return 1 if missed else 0


def _measure_database(
    name: str, server: PostgresServer | None, installed: Mapping[Size, Installation], wanted: argparse.Namespace
) -> DatabaseFigures:
    # What is taken apart is the largest requisition that stands alone.
    apart = max(installed, key=lambda size: (not size.others, size))
    with ExitStack() as stack:
        servers = {size: stack.enter_context(WebServer(each.environment)) for size, each in installed.items()}
        desks = {size: _desk(servers[size].port, installed[size].population) for size in installed}
        pages: list[PageFigures] = []
        for page in wanted.pages:
            say(f"{name}: {page.name}")
            pages.append(measure(page, desks, apart, installed[apart].settings, wanted.requests))
    say(f"{name}: what the time is made of")
    parts = _parts(installed[apart], server, wanted.pages)
    largest = installed[max(installed)]
    boards, memory, killed = 0.0, None, False
    try:
        with WebServer(largest.environment, processes=2) as both:
            desk = _desk(both.port, largest.population)
            crowd = desks_like(desk, both.port)
            say(f"{name}: eight connections")
            board = next(page for page in PAGES if page.name == BOARD)
            throughput(board, crowd, 2)
            boards = throughput(board, crowd, max(2, wanted.requests // 4))
            say(f"{name}: {wanted.memory:,} requests")
            memory = memory_after([page for page in PAGES if not page.writes], crowd, both, wanted.memory)
    except Killed as death:
        # What was measured before is as true as it was.
        print(death, file=sys.stderr)
        memory, killed = None, True
    filled = [(each.population.people, each.population.seconds) for each in installed.values()]
    return DatabaseFigures(name, apart, pages, parts, boards, memory, filled, killed)


def _wanted_sizes(wanted: argparse.Namespace) -> list[Size]:
    alone = [Size(active) for active in wanted.sizes]
    if wanted.others:
        alone.append(Size(wanted.sizes[-1], wanted.others - wanted.sizes[-1], wanted.requisitions))
    return alone


def _desk(port: int, population: Population) -> Desk:
    reader = Reader(port)
    reader.sign_in(population.email, population.password)
    return Desk.sit_down(reader, population.number)


def _parts(installed: Installation, server: PostgresServer | None, pages: Sequence[Page]) -> dict[str, Parts]:
    twin = create_app(replace(installed.twin(server), log_level="WARNING"))
    with twin.app_context():
        engine = db.engine
    app = create_app(replace(installed.settings, log_level="WARNING"))
    with desk_within(app, installed.population.email, installed.population.number) as desk:
        found = {page.name: break_down(page, desk, app, engine) for page in pages}
    with app.app_context():
        db.engine.dispose()
    engine.dispose()
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
    parser.add_argument(
        "--sizes", type=_sizes, default=[100, 1000, 10_000], help="active applications, as in 100,1000,10000"
    )
    parser.add_argument("--databases", type=_names, default=["SQLite", "PostgreSQL"], help="as in SQLite,PostgreSQL")
    parser.add_argument(
        "--others",
        type=int,
        default=1_000_000,
        metavar="N",
        help="the largest requisition once more, within an installation of so many applications (0: not at all)",
    )
    parser.add_argument("--requisitions", type=int, default=2000, metavar="N", help="in that installation")
    parser.add_argument("--pages", type=_pages, default=list(PAGES), help="some only, as in board,home")
    parser.add_argument("--memory", type=int, default=10_000, metavar="N", help="memory is looked at after N requests")
    parser.add_argument("--output", default=str(REPORT), help="where the report goes (empty: only to the console)")
    return parser


def _sizes(given: str) -> list[int]:
    return sorted(int(each) for each in given.split(","))


def _names(given: str) -> list[str]:
    known = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
    return [known[each.lower()] for each in given.split(",")]


def _pages(given: str) -> list[Page]:
    names = given.split(",")
    return [page for page in PAGES if any(page.name.startswith(name) for name in names)]


if __name__ == "__main__":
    raise SystemExit(main())
