"""What a fault stops is tried again, later and later; when it was tried in vain several times, somebody is told."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core import clock

#: What a fault stopped is tried again after so long, then after twice as long, and so on.
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=4)
#: So often in a row it is tried before anybody is told: a quarter of an hour.
TELL_AFTER = 5


def pause_after(tries: int) -> timedelta:
    """How long to wait once something failed so often in a row, from 1."""
    return min(FIRST_PAUSE * (1 << min(tries - 1, 12)), LONGEST_PAUSE)


class TriedAgain:
    """Work that a tick goes on with, and that a fault may stop; mixed into its table."""

    #: How often in a row a fault stopped it, and when it is tried again.
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime | None]

    @classmethod
    def may_be_tried(cls) -> ColumnElement[bool]:
        """Over the table: what no fault stopped, or not so lately."""
        return or_(cls.next_try_at.is_(None), cls.next_try_at <= clock.now())

    @property
    def has_stopped(self) -> bool:
        """Whether it was tried in vain so often that somebody is told."""
        return self.tries >= TELL_AFTER

    def put_off(self) -> bool:
        """A fault stopped it: try it again later. Whether this is when somebody is to be told."""
        self.tries += 1
        self.next_try_at = clock.now() + pause_after(self.tries)
        return self.tries == TELL_AFTER

    def went_on(self) -> None:
        """A part of it was done: what stopped it before is over."""
        if self.tries:
            self.tries, self.next_try_at = 0, None
