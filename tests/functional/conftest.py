"""Fixtures for walks through the client."""

import pytest
from flask import Flask

from tracker.core.limits import limiter


@pytest.fixture(autouse=True)
def _no_tries_yet(app: Flask) -> None:
    """Tries of other tests do not count; without a broker they are counted in this process."""
    limiter._fallback_storage.reset()
