"""The real web server, started as `tracker web` starts it, and a reader who asks it one page at a time."""

import gzip
import http.client
import os
import re
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Self
from urllib.parse import urlencode

from tests.benchmarks.application import CPU, STATEMENTS
from tests.services.installation import ROOT, free_port
from tests.services.waiting import wait_for
from tracker.config import Settings
from tracker.supervisor.programs import WEB_ENVIRONMENT, web_command

HOST = "127.0.0.1"
#: The server closes connections that were idle for two seconds.
IDLE = 1.0
TOKEN = re.compile(r'<meta name="csrf-token" content="([^"]+)"')
ACCEPT_ENCODING = "gzip"
#: What gunicorn says of a process of its own that a signal has killed.
KILLED = re.compile(r"Worker \(pid:\d+\) was sent (?!SIGTERM)SIG\w+!")


#: What a form holds; a field may be there several times.
Values = Mapping[str, str] | Sequence[tuple[str, str]]


class NotAnswered(Exception):
    """A page that cannot be measured, because it does not answer as it should."""


class Killed(NotAnswered):
    """A process of the web server was killed, by a fault in C code say; the words say what its threads were doing."""


class WebServer:
    """gunicorn on an installation whose database is filled. `environment` holds its settings; `application` is what
    is served: usually the product with what measuring needs."""

    def __init__(
        self, environment: Mapping[str, str], *, processes: int = 1, application: str = "tests.benchmarks.wsgi:app"
    ) -> None:
        self.port = free_port()
        usual = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
        self._environment = {**usual, **WEB_ENVIRONMENT, **environment, "WEB_PROCESSES": str(processes)}
        settings = Settings.from_environment(self._environment)
        self._folder = settings.data_dir
        command = web_command(settings, bind=f"{HOST}:{self.port}")
        self._command = [part.replace("wsgi:app", application) for part in command]
        self._process: subprocess.Popen[bytes] | None = None
        self._log_begins = 0

    def __enter__(self) -> Self:
        """Start it and wait until it answers."""
        with (self._folder / "web.log").open("ab") as log:
            self._log_begins = log.tell()
            self._process = subprocess.Popen(
                self._command,
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                process_group=0,
            )
        wait_for(self._answers, seconds=60, what=f"an answer from the web server; {self._folder / 'web.log'} says why")
        return self

    def __exit__(self, *_error: object) -> None:
        """End it. Raises Killed when one of its processes was killed meanwhile: gunicorn replaces it at once, and
        readers who had luck would not notice."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=20)
        said = (self._folder / "web.log").read_bytes()[self._log_begins :].decode(errors="replace")
        if KILLED.search(said):
            # What its threads were doing stands before the lines of those that went on.
            words = [line for line in said.splitlines() if not line.startswith("{")]
            raise Killed("\n".join(["A process of the web server was killed. It said:", *words]))

    def processes(self) -> list[int]:
        """The numbers of the processes that answer, read from /proc; none where the system has no such thing (only
        Linux does)."""
        if self._process is None or not Path("/proc/self/status").exists():
            return []
        return [
            int(n) for n in Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        ]

    def memory(self) -> float | None:
        """MB that the largest of its processes holds resident; None where the system does not say (only Linux does)."""
        return max(map(_resident, self.processes()), default=None)

    def _answers(self) -> bool:
        if self._process is None or self._process.poll() is not None:
            raise NotAnswered((self._folder / "web.log").read_text(errors="replace")[-2000:])
        connection = http.client.HTTPConnection(HOST, self.port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()


@dataclass(frozen=True)
class Answer:
    """What came back, how long it took from the first byte sent to the last byte read, and for how many statements."""

    status: int
    headers: Mapping[str, str]
    sent: bytes
    seconds: float

    @property
    def statements(self) -> int:
        """SQL statements that it took."""
        return int(self.headers.get(STATEMENTS.lower(), 0))

    @property
    def cpu(self) -> float:
        """Milliseconds of processor time within the application."""
        return float(self.headers.get(CPU.lower(), 0))

    @property
    def body(self) -> bytes:
        """The page, unpacked."""
        return gzip.decompress(self.sent) if self.headers.get("content-encoding") == "gzip" else self.sent

    @property
    def text(self) -> str:
        """The page as text."""
        return self.body.decode()


@dataclass
class Reader:
    """Somebody with a browser: one connection that is kept, and the cookies that were given."""

    port: int
    cookies: SimpleCookie = field(default_factory=SimpleCookie)
    token: str = ""
    _connection: http.client.HTTPConnection | None = None
    _last: float = 0.0

    def sign_in(self, email: str, password: str) -> None:
        """As people do: the form, its token, the password."""
        self.read_token(self.get("/sign-in"))
        answer = self.post("/sign-in", {"email": email, "password": password})
        if answer.status != 303:
            raise NotAnswered(f"Signing in answered {answer.status}.")
        self.read_token(self.get("/requisitions"))

    def read_token(self, page: Answer) -> None:
        """Take the token that writing needs from a page."""
        found = TOKEN.search(page.text)
        if found is None:
            raise NotAnswered("There is no token on the page.")
        self.token = found[1]

    def get(self, path: str, **headers: str) -> Answer:
        """A page. Raises NotAnswered when the server hangs up."""
        return self._ask("GET", path, None, {"Accept-Encoding": ACCEPT_ENCODING} | headers)

    def post(self, path: str, values: Values, **headers: str) -> Answer:
        """A form that is sent. Raises NotAnswered when the server hangs up."""
        given = {
            "Accept-Encoding": ACCEPT_ENCODING,
            "Content-Type": "application/x-www-form-urlencoded",
            "X-CSRFToken": self.token,
        }
        return self._ask("POST", path, urlencode(values).encode(), given | headers)

    def leave(self) -> None:
        """Hang up; the next question is asked over a new connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        connection = self._connected()
        cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in self.cookies.items())
        began = time.perf_counter()
        try:
            connection.request(method, path, body=body, headers=headers | {"Cookie": cookie})
            response = connection.getresponse()
            sent = response.read()
        except (OSError, http.client.HTTPException) as error:
            raise NotAnswered(f"{method} {path} got no answer: {error!r}") from error
        seconds = time.perf_counter() - began
        self._last = time.monotonic()
        for line in response.headers.get_all("Set-Cookie", []):
            self.cookies.load(line)
        return Answer(response.status, {name.lower(): value for name, value in response.headers.items()}, sent, seconds)

    def _connected(self) -> http.client.HTTPConnection:
        if self._connection is None or time.monotonic() - self._last > IDLE:
            self.leave()
            self._connection = http.client.HTTPConnection(HOST, self.port, timeout=120)
            self._connection.connect()
        return self._connection


def _resident(pid: int) -> float:
    """MB that a process holds resident."""
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"^VmRSS:\s+(\d+) kB", status, re.MULTILINE)
    return int(found[1]) / 1024 if found else 0.0
