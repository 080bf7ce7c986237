"""A whole installation as its admin would run it: `tracker up` in a folder of its own, on a port of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from tests.services.waiting import wait_for

ROOT = Path(__file__).resolve().parent.parent.parent
PROGRAMS = ("web", "worker", "beat")
READY = "is ready at"


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class RealServer:
    """`tracker up` and all that it starts. Settings beyond the usual ones are given as `environment`."""

    def __init__(self, data_dir: Path, **environment: str) -> None:
        self.data_dir = data_dir
        self.port = int(environment.pop("PORT", "0")) or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {
            **{name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ},
            "DATA_DIR": str(data_dir),
            "PORT": str(self.port),
            "BASE_URL": self.url,
            "DEMO": "0",
            "WEB_PROCESSES": "1",
            "WORKER_PROCESSES": "1",
            "TESTING": "1",
            **environment,
        }
        self.process: subprocess.Popen[bytes] | None = None
        self._output = data_dir.with_name(f"{data_dir.name}.out")

    @property
    def output(self) -> str:
        """All that it has said so far, over all its starts."""
        return self._output.read_text(errors="replace") if self._output.exists() else ""

    @property
    def pids(self) -> dict[str, int]:
        """The processes that run now, by name: tracker (the supervisor), broker, web, worker, beat."""
        try:
            found: dict[str, int] = json.loads((self.data_dir / "processes.json").read_text())
        except FileNotFoundError:
            return {}
        return found

    def start(self, *, wait: bool = True) -> "RealServer":
        """Start it, and wait until it says that it is ready."""
        if self.process is not None:
            # Killed by a test: it has ended, and only has to be waited for.
            self.process.wait(timeout=10)
        said = self.output.count(READY)
        with self._output.open("ab") as output:
            self.process = self._popen("up", output=output)

        def ready() -> bool:
            assert self.process is not None
            assert self.process.poll() is None, f"`tracker up` has ended:\n{self.output}"
            return self.output.count(READY) > said and set(PROGRAMS) <= set(self.pids)

        if wait:
            wait_for(ready, seconds=180, what=f"a running installation; it said:\n{self.output}")
        return self

    def run(self, *arguments: str, seconds: float = 60) -> subprocess.CompletedProcess[str]:
        """Run another `tracker` command on the same installation, to its end."""
        return subprocess.run(
            [sys.executable, "-m", "tracker.cli", *arguments],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )

    def kill(self, name: str) -> int:
        """Kill one of its processes as a crash would. Returns the number that it had."""
        number = self.pids[name]
        os.kill(number, signal.SIGKILL)
        return number

    @contextmanager
    def nothing_restarts(self) -> Iterator[None]:
        """Within the block the supervisor is held, so that what was killed stays dead."""
        number = self.pids["tracker"]
        os.kill(number, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(number, signal.SIGCONT)

    def wait_until_replaced(self, name: str, number: int, *, seconds: float = 60) -> None:
        """Wait until `name` runs under another number than `number`."""
        wait_for(
            lambda: self.pids.get(name, number) != number,
            seconds=seconds,
            what=f"a new {name}; it said:\n{self.output}",
        )

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int | None:
        """Ask it to end and wait for that. Returns its exit code; whatever stayed behind is killed."""
        code = None
        if self.process is not None:
            self.process.send_signal(how)
            try:
                code = self.process.wait(timeout=60)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self.process = None
        for number in self.survivors():
            os.kill(number, signal.SIGKILL)
        return code

    def survivors(self) -> set[int]:
        """The processes that carry this installation's DATA_DIR in their environment (read from /proc)."""
        marker = f"DATA_DIR={self.data_dir}".encode()
        found = set()
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                variables = (folder / "environ").read_bytes().split(b"\0")
            except OSError:
                continue
            # A process that has ended and was not yet waited for has an empty environment.
            if marker in variables:
                found.add(int(folder.name))
        return found

    def _popen(self, *arguments: str, output: IO[bytes]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "tracker.cli", *arguments],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            # A group of its own, as a terminal gives it: a test's Ctrl-C does not reach it by itself.
            process_group=0,
        )
