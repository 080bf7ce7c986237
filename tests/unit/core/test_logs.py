"""What a process has to say: objects for machines, sentences for who typed a command."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from tracker.core import logs
from tracker.core.bell import Bell


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Logging is set up for the whole process; other tests find it as it was."""
    kept, root = structlog.get_config(), logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    structlog.configure(**kept)
    root.handlers = handlers
    root.setLevel(level)


def ring_in_vain() -> None:
    Bell("redis://localhost:1/0", {}).ring("outbox")


def test_machines_get_an_object_and_no_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("INFO")
    ring_in_vain()
    said = json.loads(capsys.readouterr().err)
    assert (said["event"], said["tick"], said["level"]) == ("bell.unheard", "outbox", "warning")
    assert "said" not in said


def test_people_get_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("INFO", people=True)
    ring_in_vain()
    said = capsys.readouterr().err
    assert said.startswith("Warning: The broker does not answer.")
    assert said.count("\n") == 1


def test_people_hear_nothing_of_what_went_well_and_something_of_whatever_did_not(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logs.configure("INFO", people=True)
    log = structlog.get_logger("tracker")
    log.info("tick.done", tick="outbox")
    try:
        raise ValueError("kept to itself")
    except ValueError as fault:
        log.error("request.fault", exc_info=fault, route="/")
    logging.getLogger("celery").warning("no news")
    first, second = capsys.readouterr().err.splitlines()
    assert first == "Error: request.fault: route /, fault builtins.ValueError"
    assert second == "Warning: no news"
