"""Where the broker is: the given Redis, or the bundled server's socket."""

import hashlib
import tempfile
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from tracker.config import Settings

#: The system's limit on a socket's path, less a little (macOS: 104 bytes).
LONGEST_SOCKET_PATH = 100


def socket_path(settings: Settings) -> Path:
    """The bundled server's socket: in DATA_DIR, or in a private temporary folder where that path is too long."""
    path = settings.data_dir / "valkey" / "v.sock"
    if len(str(path).encode()) <= LONGEST_SOCKET_PATH:
        return path
    digest = hashlib.sha256(str(settings.data_dir).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"firsthire-{digest}" / "v.sock"


def redis_url(settings: Settings) -> str:
    """The broker's address as the redis client wants it: the given one, or unix://PATH."""
    return settings.redis_url or f"unix://{socket_path(settings)}"


def celery_url(settings: Settings) -> str:
    """The broker's address as Celery and kombu want it."""
    socket, database = _by_socket(redis_url(settings))
    return f"redis+socket://{socket}?virtual_host={database or 0}" if socket else redis_url(settings)


def limiter_url(settings: Settings) -> str:
    """The address for rate limits, as Flask-Limiter wants it."""
    socket, database = _by_socket(redis_url(settings))
    return f"redis+unix://{socket}?db={database or 3}" if socket else redis_url(settings)


def _by_socket(url: str) -> tuple[str, str]:
    """The path and the database (empty when not named) of a server behind a socket; a path of "" for others."""
    parts = urlsplit(url)
    return (parts.path, dict(parse_qsl(parts.query)).get("db", "")) if parts.scheme == "unix" else ("", "")


def connect(settings: Settings, *, patience: float = 0.5) -> Redis:
    """A client of the broker's server; it connects when it is first asked, and gives up after `patience` seconds."""
    client: Redis = Redis.from_url(
        redis_url(settings),
        socket_timeout=patience,
        socket_connect_timeout=patience,
        retry=Retry(NoBackoff(), 0),
    )
    return client


def answers(settings: Settings) -> bool:
    """Whether the broker answers within half a second."""
    with connect(settings) as client:
        try:
            return bool(client.ping())
        except RedisError:
            return False
