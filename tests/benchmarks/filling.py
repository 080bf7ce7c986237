"""Installations of every size, filled: on all databases at the same time, each by a process of its own."""

import shutil
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.engine import make_url

from tests.benchmarks.copies import in_a_hurry
from tests.benchmarks.population import Population, Size, populate
from tests.services.postgres import PostgresServer
from tracker import create_app, migrations
from tracker.config import Settings
from tracker.core import statistics
from tracker.core.db import db


@dataclass(frozen=True)
class Installation:
    """A filled installation: its settings as an environment, and what is in it."""

    environment: Mapping[str, str]
    population: Population

    @property
    def settings(self) -> Settings:
        """Its settings."""
        return Settings.from_environment(self.environment)

    def twin(self, server: PostgresServer | None) -> Settings:
        """The settings of an installation with an equal database. Nobody is connected to this one meanwhile.

        `server` is None on SQLite.
        """
        folder = self.settings.data_dir / "twin"
        folder.mkdir()
        url = self.environment["DATABASE_URL"]
        if server is None:
            for file in self.settings.data_dir.glob("*.db*"):
                shutil.copy(file, folder)
        else:
            url = server.create_database("bench-twin", template=make_url(url).database)
        return Settings.from_environment({**self.environment, "DATA_DIR": str(folder), "DATABASE_URL": url})


#: The installations of one database.
Filled = dict[Size, Installation]


def fill_all(
    servers: Mapping[str, PostgresServer | None], folder: Path, broker: str, sizes: Sequence[Size]
) -> dict[str, Filled]:
    """All installations, by database; the databases are filled at the same time, each by a process of its own."""
    if not servers:
        return {}
    with ProcessPoolExecutor(max_workers=len(servers), mp_context=get_context("spawn")) as pool:
        work = {}
        for name, server in servers.items():
            urls = [server.create_database(f"bench-{number}") if server else "" for number, _ in enumerate(sizes)]
            work[name] = pool.submit(
                _fill_database, name, folder / name.lower(), broker, dict(zip(sizes, urls, strict=True))
            )
        return {name: each.result() for name, each in work.items()}


def _fill_database(name: str, folder: Path, broker: str, wanted: Mapping[Size, str]) -> Filled:
    folder.mkdir()
    installed: dict[Size, Installation] = {}
    for number, (size, url) in enumerate(wanted.items()):
        say(f"{name}: filling {size.name} applications")
        installed[size] = _fill(name, size, folder / str(number), url, broker)
        say(f"{name}: filled {size.name} applications in {installed[size].population.seconds:.0f} s")
    return installed


def _fill(name: str, size: Size, folder: Path, url: str, broker: str) -> Installation:
    folder.mkdir()
    environment = {"DATA_DIR": str(folder), "DATABASE_URL": url, "REDIS_URL": broker, "ORG_TIMEZONE": "Europe/Berlin"}
    settings = Settings.from_environment(environment)
    migrations.upgrade(settings)
    app = create_app(settings)
    with app.app_context():
        population = populate(size, in_a_hurry, lambda line: say(f"{name}: {line}"))
        db.session.remove()
        # What was filled a while ago is known to the planner: to PostgreSQL's by itself, to SQLite's by our tick.
        statistics.renew()
        tidying = "VACUUM ANALYZE" if url else "PRAGMA wal_checkpoint(TRUNCATE)"
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(tidying))
        db.engine.dispose()
    return Installation(environment, population)


def say(line: str) -> None:
    """One line of progress, at once."""
    print(f"… {line}", file=sys.stderr, flush=True)
