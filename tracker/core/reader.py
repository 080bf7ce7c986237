"""Whose zone times are shown in: a mail's recipient while it is rendered, otherwise whoever is signed in."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from zoneinfo import ZoneInfo

_zone: ContextVar[ZoneInfo | None] = ContextVar("reader_zone", default=None)


def zone() -> ZoneInfo | None:
    """The zone that was set for what is being rendered; None when nobody set one."""
    return _zone.get()


@contextmanager
def reading_in(zone: ZoneInfo) -> Iterator[None]:
    """Within the block, times are shown in `zone`."""
    token = _zone.set(zone)
    try:
        yield
    finally:
        _zone.reset(token)
