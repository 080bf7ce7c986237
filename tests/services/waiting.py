"""Waiting for what another process does."""

import time
from collections.abc import Callable


def wait_for(true: Callable[[], bool], *, seconds: float, what: str) -> None:
    """Return as soon as `true()`; raises AssertionError naming `what` when that does not happen in time."""
    until = time.monotonic() + seconds
    while not true():
        if time.monotonic() > until:
            raise AssertionError(f"Not within {seconds:g} s: {what}")
        time.sleep(0.05)
