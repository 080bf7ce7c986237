"""One broker, and its address as each of its users wants it."""

from pathlib import Path

import pytest

from tests.conftest import make_settings
from tests.services.valkey import ValkeyServer
from tracker.core import broker


@pytest.mark.parametrize(
    ("given", "redis", "celery", "limiter"),
    [
        ("", "unix:///d/valkey/v.sock", "redis+socket:///d/valkey/v.sock?virtual_host=0",
         "redis+unix:///d/valkey/v.sock?db=3"),
        ("unix:///run/v.sock", "unix:///run/v.sock", "redis+socket:///run/v.sock?virtual_host=0",
         "redis+unix:///run/v.sock?db=3"),
        ("unix:///run/v.sock?db=5", "unix:///run/v.sock?db=5", "redis+socket:///run/v.sock?virtual_host=5",
         "redis+unix:///run/v.sock?db=5"),
        ("redis://host:6379/0", "redis://host:6379/0", "redis://host:6379/0", "redis://host:6379/0"),
        ("rediss://u:p@host/1", "rediss://u:p@host/1", "rediss://u:p@host/1", "rediss://u:p@host/1"),
    ],
)  # fmt: skip
def test_addresses(given: str, redis: str, celery: str, limiter: str) -> None:
    settings = make_settings(Path("/d"), "sqlite://", redis_url=given)

    assert (broker.redis_url(settings), broker.celery_url(settings), broker.limiter_url(settings)) == (
        redis,
        celery,
        limiter,
    )


def test_it_answers_while_it_runs(tmp_path: Path, valkey: ValkeyServer) -> None:
    settings = make_settings(tmp_path, "sqlite://", redis_url=valkey.url)
    assert broker.answers(settings)

    valkey.kill()

    assert not broker.answers(settings)
