"""The stage that the demo is played on: people with keys, a seeded chance, and a queue of what happens when."""

import heapq
import random
from collections.abc import Generator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from tracker.accounts.models import User
from tracker.core import clock
from tracker.core.calendar import is_working_day
from tracker.core.db import db, transaction
from tracker.core.errors import TrackerError
from tracker.pipeline.models import Application

#: A life yields the instant at which it goes on.
Life = Generator[datetime, None, None]
#: So many steps are one transaction.
CHUNK = 400


@dataclass
class Play:
    """What lives share."""

    ends: datetime
    zone: ZoneInfo
    chance: random.Random
    users: dict[str, User] = field(default_factory=dict)
    #: Who is about to be put forward, by requisition id: people who are ready in the same days share a shortlist.
    ready: dict[int, list[Application]] = field(default_factory=dict)
    #: First and last names that somebody has.
    names: set[tuple[str, str]] = field(default_factory=set)
    _queue: list[tuple[datetime, int, Life]] = field(default_factory=list)
    _turn: "count[int]" = field(default_factory=count)

    def begin(self, at: datetime, life: Life) -> None:
        """Let a life begin at that instant."""
        heapq.heappush(self._queue, (at, next(self._turn), life))

    def later(self, days: float, spread: float = 0.0, *, since: datetime | None = None) -> datetime:
        """An instant in working hours, about so many days later (give or take `spread`)."""
        moment = (since or clock.now()) + timedelta(days=max(0.02, days + self.chance.uniform(-spread, spread)))
        local = moment.astimezone(self.zone)
        while not is_working_day(local.date()):
            local += timedelta(days=1)
        if not 8 <= local.hour < 18:
            local = local.replace(hour=self.chance.randint(9, 17))
        return local.replace(minute=self.chance.randint(0, 59), second=0, microsecond=0).astimezone(clock.now().tzinfo)

    def run(self, until: datetime) -> int:
        """Play on up to that instant, in the order of time; returns how many steps that were."""
        steps = 0
        while self._queue and self._queue[0][0] <= until:
            with transaction():
                for _ in range(CHUNK):
                    if not self._queue or self._queue[0][0] > until:
                        break
                    at, _turn, life = heapq.heappop(self._queue)
                    upcoming = self._step(at, life)
                    if upcoming is not None:
                        self.begin(max(upcoming, at + timedelta(minutes=1)), life)
                    steps += 1
        return steps

    @staticmethod
    def _step(at: datetime, life: Life) -> datetime | None:
        """One step of one life, as of that instant. A life whose next step is refused is over, like in life."""
        try:
            with clock.standing_at(at), db.session.begin_nested():
                # The last step of a life counts too: an exception at its end would undo it.
                return next(life, None)
        except TrackerError:
            return None
