"""One program and its present process, which has a process group of its own and ends with all it started."""

import ctypes
import itertools
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from tracker.supervisor.programs import ROOT, Program

FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
#: Whoever has run so long is healthy again: its next restart comes without delay.
STABLE_SECONDS = 30.0
LARGEST_LOG_BYTES = 5_000_000
KEPT_LOGS = 3
READ_BYTES = 65_536

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


class LogFile:
    """A log under DATA_DIR/log: NAME.log, and up to three older ones beside it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open("ab", buffering=0)

    def write(self, line: bytes) -> None:
        """Append a line; a full disk loses it rather than stopping the program that said it."""
        with suppress(OSError):
            if self._file.tell() > LARGEST_LOG_BYTES:
                self._rotate()
            self._file.write(line + b"\n")

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _rotate(self) -> None:
        self._file.close()
        names = [self._path, *(self._path.with_suffix(f".log.{n}") for n in range(1, KEPT_LOGS + 1))]
        for newer, older in reversed(list(itertools.pairwise(names))):
            if newer.exists():
                newer.replace(older)
        self._file = self._path.open("ab", buffering=0)


class Child:
    """A program under supervision. Times are those of time.monotonic()."""

    def __init__(self, program: Program, log_folder: Path) -> None:
        self.program = program
        self.log = LogFile(log_folder / f"{program.name}.log")
        self.process: subprocess.Popen[bytes] | None = None
        #: When to start it (again); None while it runs, or when it is not to be started.
        self.due: float | None = None
        self._started = 0.0
        self._pause = FIRST_PAUSE_SECONDS
        self._partial = b""

    @property
    def name(self) -> str:
        """The program's name, as it stands before each of its lines."""
        return self.program.name

    @property
    def pid(self) -> int | None:
        """The number of the present process, which is that of its group, too."""
        return self.process.pid if self.process else None

    @property
    def output(self) -> int:
        """The descriptor from which its output is read."""
        assert self.process is not None  # noqa: S101 - only asked of a running child
        assert self.process.stdout is not None  # noqa: S101
        return self.process.stdout.fileno()

    def start(self) -> None:
        """Start its process. Raises OSError when the program cannot be run at all."""
        supervisor, orphaned = os.getpid(), self.program.orphaned

        def follow_the_supervisor() -> None:
            # Runs in the new process before the program does. The supervisor has no threads, so this is safe.
            if _libc is not None:
                _libc.prctl(PR_SET_PDEATHSIG, int(orphaned))
                if os.getppid() != supervisor:
                    os._exit(1)

        self.due = None
        self._started = time.monotonic()
        self._partial = b""
        self.process = subprocess.Popen(  # noqa: S603 - the commands are those of tracker.supervisor.programs
            self.program.command,
            cwd=ROOT,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **self.program.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=self.program.files,
            process_group=0,
            preexec_fn=follow_the_supervisor,  # noqa: PLW1509 - see there
        )
        os.set_blocking(self.output, False)

    def read(self) -> list[bytes] | None:
        """The whole lines that it has said since the last call; None when there will be no more."""
        try:
            data = os.read(self.output, READ_BYTES)
        except BlockingIOError:
            return []
        if not data:
            return None
        *lines, self._partial = (self._partial + data).split(b"\n")
        if len(self._partial) > READ_BYTES:
            lines, self._partial = [*lines, self._partial], b""
        return lines

    def rest(self) -> list[bytes]:
        """What it still had to say when it ended."""
        with suppress(BlockingIOError):
            while data := os.read(self.output, READ_BYTES):
                self._partial += data
        lines, self._partial = self._partial.split(b"\n"), b""
        return lines if lines[-1] else lines[:-1]

    def ended(self) -> int | None:
        """The code with which its process has ended, negative for a signal; None while it runs or was not started.

        Whatever its group still holds is killed first, while the number of the group is certainly ours.
        """
        if self.process is None:
            return None
        if hasattr(os, "waitid"):
            if os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
                return None
        elif self.process.poll() is None:
            return None
        self.kill()
        return self.process.wait()

    def forget(self, *, again: bool) -> float:
        """Let go of the ended process and plan the next start, if `again`. Returns the pause before it in seconds."""
        assert self.process is not None  # noqa: S101 - only called after ended()
        assert self.process.stdout is not None  # noqa: S101
        self.process.stdout.close()
        self.process = None
        now = time.monotonic()
        if now - self._started >= STABLE_SECONDS:
            self._pause = FIRST_PAUSE_SECONDS
        pause, self._pause = self._pause, min(self._pause * 2, LONGEST_PAUSE_SECONDS)
        self.due = now + pause if again else None
        return pause

    def ask_to_end(self) -> None:
        """Ask its process to end. Only that one: it ends its own children in its own order."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.kill(self.process.pid, signal.SIGTERM)

    def kill(self) -> None:
        """End everything in its process group at once."""
        if self.process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
