"""The only clock. Everything that asks for the time asks here."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

_offset = timedelta(0)
_standing: ContextVar[datetime | None] = ContextVar("standing", default=None)
_due_instant: ContextVar[datetime | None] = ContextVar("due_instant", default=None)


def set_offset(seconds: float) -> None:
    """Move this process's clock by so many seconds; called once by create_app(), and only under TESTING."""
    global _offset  # noqa: PLW0603 - the one clock of the process is a process-wide fact
    _offset = timedelta(seconds=seconds)


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return _standing.get() or datetime.now(UTC) + _offset


def due_now() -> datetime:
    """The instant by which periodic work asks what is due: `tick --now` sets it, otherwise it is now().

    Leases and back-off never ask this; they stay on the real clock.
    """
    return _due_instant.get() or now()


@contextmanager
def due_at(instant: datetime | None) -> Iterator[None]:
    """Within the block due_now() is `instant` (aware); None leaves it at the present."""
    token = _due_instant.set(instant)
    try:
        yield
    finally:
        _due_instant.reset(token)


@contextmanager
def standing_at(instant: datetime) -> Iterator[None]:
    """Within the block the clock stands at `instant` (aware): the demo's year is replayed so."""
    token = _standing.set(instant)
    try:
        yield
    finally:
        _standing.reset(token)
