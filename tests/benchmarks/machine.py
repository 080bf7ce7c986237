"""On what something was measured."""

import os
import platform
import re
import sqlite3
from pathlib import Path

import psycopg


def describe_machine() -> list[tuple[str, str]]:
    """What the machine is: name and value of each fact, as far as the system says."""
    return [
        ("processor", f"{_processor()}, {_cores()} cores"),
        ("memory", _memory()),
        ("system", f"{_system()}, Linux {platform.release()}" if platform.system() == "Linux" else platform.platform()),
        ("Python", platform.python_version()),
        ("SQLite", sqlite3.sqlite_version),
        ("load when it began", _load()),
    ]


def postgres_version(url: str) -> str:
    """The version of a server, by a URL of SQLAlchemy's form."""
    with psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://")) as connection:
        row = connection.execute("SHOW server_version").fetchone()
    return str(row[0]).split()[0] if row else ""


def _processor() -> str:
    return _found(Path("/proc/cpuinfo"), r"^model name\s*:\s*(.+)$") or platform.processor() or platform.machine()


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _memory() -> str:
    kilobytes = _found(Path("/proc/meminfo"), r"^MemTotal:\s+(\d+) kB")
    return f"{int(kilobytes) / 1024 / 1024:.0f} GB" if kilobytes else "not known"


def _system() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except OSError:
        return platform.system()


def _load() -> str:
    return f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "not known"


def _found(path: Path, pattern: str) -> str | None:
    try:
        found = re.search(pattern, path.read_text(), re.MULTILINE)
    except OSError:
        return None
    return found[1] if found else None
