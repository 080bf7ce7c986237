"""Who is looking at the same thing just now: kept in the broker's server for some seconds, and nowhere without it."""

import time

from flask import Flask, current_app
from redis.exceptions import RedisError

from tracker.config import Settings
from tracker.core import broker

#: How long somebody counts as present after the last sign of them, in seconds; pages give one every two.
STAYS = 8
#: How long a server that did not answer is left alone, in seconds: no page waits for it twice.
LEFT_ALONE = 15
PATIENCE = 0.2


class Presence:
    """Who is where, by the place's name and the user's id."""

    def __init__(self, settings: Settings) -> None:
        self._client = broker.connect(settings, patience=PATIENCE)
        self._again_at = 0.0

    def note(self, place: str, user_id: int) -> list[int]:
        """Somebody looks at `place`; returns the ids of all others who do, in order. Nobody without the server."""
        # The real clock, as the server that forgets: this is about seconds between two signs of life.
        now = time.time()
        if now < self._again_at:
            return []
        key = f"present:{place}"
        try:
            with self._client.pipeline(transaction=False) as pipe:
                pipe.zadd(key, {str(user_id): now})
                pipe.zremrangebyscore(key, "-inf", now - STAYS)
                pipe.zrange(key, 0, -1)
                pipe.expire(key, STAYS)
                members = pipe.execute()[2]
        except RedisError:
            self._again_at = now + LEFT_ALONE
            return []
        return sorted({int(member) for member in members} - {user_id})


def init_app(app: Flask, settings: Settings) -> None:
    """Make the application's own; nothing is connected before somebody looks."""
    app.extensions["presence"] = Presence(settings)


def others_at(place: str, user_id: int) -> list[int]:
    """Note that somebody looks at `place`; returns the ids of all others who do."""
    presence: Presence = current_app.extensions["presence"]
    return presence.note(place, user_id)
