"""The programs of an installation, as command lines: `tracker up` starts them, `tracker web` becomes one."""

import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tracker.config import Settings

#: Where wsgi.py lies.
ROOT = Path(__file__).resolve().parent.parent.parent
WEB_THREADS = 4
#: A request that takes longer has hung; its process is replaced.
WEB_TIMEOUT_SECONDS = 60
#: How long requests in progress may take to finish when the server is asked to end.
WEB_GRACE_SECONDS = 4
#: For every program of ours: a process that is killed by a fault in C code says first what its threads were doing.
ENVIRONMENT = {"PYTHONFAULTHANDLER": "1"}
#: Two heaps for all threads, of which only one runs at a time anyway: with glibc's usual eight for each processor a
#: process held 13 MB more after 1,500 requests. What is free at a heap's end, and whatever is large, goes back to the
#: system at once, where glibc would raise both bounds as it goes: with them a process stays at what it held early on.
#: Other systems do not read any of it.
WEB_ENVIRONMENT = {
    **ENVIRONMENT,
    "MALLOC_ARENA_MAX": "2",
    "MALLOC_MMAP_THRESHOLD_": str(256 * 1024),
    "MALLOC_TRIM_THRESHOLD_": str(128 * 1024),
}
MEMORY_FOLDER = Path("/dev/shm")  # noqa: S108 - gunicorn makes its own unlinked file there


@dataclass(frozen=True, kw_only=True)
class Program:
    """One program under the supervisor."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    #: Open files that it inherits: the listening socket.
    files: tuple[int, ...] = ()
    #: What it gets from the kernel when the supervisor itself is killed (Linux).
    orphaned: signal.Signals = signal.SIGTERM
    #: What it says goes to its log only: advice on tuning a system, say, that nobody has to follow.
    quiet: bool = False
    #: It ends after all others.
    needed_by_others: bool = False


def web_command(settings: Settings, *, bind: str) -> tuple[str, ...]:
    """The web server: gunicorn with threads. `bind` is HOST:PORT, or fd://N for a socket that is bound already."""
    memory = ("--worker-tmp-dir", str(MEMORY_FOLDER)) if MEMORY_FOLDER.is_dir() else ()
    return (
        sys.executable, "-m", "gunicorn", "wsgi:app",
        "--chdir", str(ROOT),
        "--bind", bind,
        "--worker-class", "gthread",
        "--workers", str(settings.web_processes),
        "--threads", str(WEB_THREADS),
        "--timeout", str(WEB_TIMEOUT_SECONDS),
        "--graceful-timeout", str(WEB_GRACE_SECONDS),
        # The application is loaded once and shared; a mistake in it shows at once, and not in every process.
        "--preload",
        # Its control socket would lie in the home folder, outside DATA_DIR.
        "--no-control-socket",
        "--log-level", "warning",
        *memory,
    )  # fmt: skip


def worker_command(settings: Settings) -> tuple[str, ...]:
    """The Celery worker. The flags drop chatter between workers that nothing here reads."""
    return (
        sys.executable, "-m", "celery", "--app", "worker.app", "--workdir", str(ROOT), "--quiet", "worker",
        "--concurrency", str(settings.worker_processes),
        "--without-gossip", "--without-mingle", "--without-heartbeat",
        "--loglevel", "WARNING",
    )  # fmt: skip


def beat_command(settings: Settings) -> tuple[str, ...]:
    """Celery's beat, which asks for every tick at its interval; it remembers the last times in DATA_DIR."""
    return (
        sys.executable, "-m", "celery", "--app", "worker.app", "--workdir", str(ROOT), "--quiet", "beat",
        "--schedule", str(settings.data_dir / "beat-schedule"),
        "--pidfile", "",
        "--loglevel", "WARNING",
    )  # fmt: skip


def console_command(*arguments: str) -> tuple[str, ...]:
    """The `tracker` command with these arguments, run by the same Python."""
    return (sys.executable, "-m", "tracker.cli", *arguments)
