"""The beat table: every tick that a domain registered, at its interval, and dropped when the next one is there."""

from datetime import timedelta

from flask import Flask

from tracker.core.bell import TICK_TASK
from tracker.core.registry import Registry
from worker.schedule import beat_schedule


def test_every_registered_tick_is_asked_for(database: Flask) -> None:
    registry: Registry = database.extensions["registry"]

    assert set(beat_schedule(registry)) == set(registry.ticks)


def test_a_tick_expires_when_the_next_one_is_there() -> None:
    registry = Registry()
    registry.add_tick("water the plants", lambda: 0, every=timedelta(minutes=5))

    assert beat_schedule(registry) == {
        "water the plants": {
            "task": TICK_TASK,
            "args": ("water the plants",),
            "schedule": timedelta(minutes=5),
            "options": {"expires": 300.0},
        }
    }
