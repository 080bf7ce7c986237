"""What of the programs' lines the console shows."""

import json

import pytest

from tracker.supervisor.loop import for_people


def line(**entry: object) -> bytes:
    return json.dumps(entry).encode()


@pytest.mark.parametrize(
    "said",
    [b"Migrated the database: 0001.", b"", b"{ no log", "Größe: {}".encode(), b"[1, 2]", b"Traceback (most recent"],
)
def test_words_are_shown_as_they_are(said: bytes) -> None:
    assert for_people(said, log="log/web.log") == said


@pytest.mark.parametrize("level", ["debug", "info"])
def test_what_only_the_log_is_for_stays_there(level: str) -> None:
    assert for_people(line(event="tick.done", level=level, tick="outbox", done=1), log="log/worker.log") is None


def test_what_somebody_should_look_at_is_said_in_words() -> None:
    said = for_people(line(event="mail.fault", level="error", fault="builtins.LookupError"), log="log/worker.log")
    assert said == b"Error: mail, fault (builtins.LookupError). More in DATA_DIR/log/worker.log."
    said = for_people(line(event="tick.lease_not_renewed", level="warning", error="Locked"), log="log/worker.log")
    assert said == b"Warning: tick, lease not renewed (Locked). More in DATA_DIR/log/worker.log."


def test_what_a_library_says_keeps_its_points_and_is_one_line() -> None:
    event = "consumer: Cannot connect to redis+socket:///d/v.sock: refused..\nTrying again in 2.00 seconds... (1/100)\n"
    said = for_people(line(event=event, level="error"), log="log/worker.log")
    assert said == (
        b"Error: consumer: Cannot connect to redis+socket:///d/v.sock: refused. More in DATA_DIR/log/worker.log."
    )
