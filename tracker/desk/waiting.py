"""What waits on somebody: the things that Today lists, and how many there are.

One rule, written once as predicates: the list, the headline and the number in the sidebar all count by it. A thing is
an approval, a shortlist, a scorecard, an offer that ends soon, a requisition that is over with people left in it, or a
person who is late, has answered, or was decided on. Further people in the reader's hands are no news: they are counted
by stage, in piles.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement

from tracker.accounts.models import Onlooker, User
from tracker.desk.duties import NAMED, Duty, Pile
from tracker.desk.waiting_people import count_people, piles, urgent_people
from tracker.desk.waiting_things import count_things, load_things


@dataclass(frozen=True)
class Waiting:
    """What waits on the reader, the oldest first."""

    duties: Sequence[Duty]
    #: How many things there are, those that are not listed with them.
    count: int
    piles: Sequence[Pile]

    @property
    def further(self) -> int:
        """How many are not listed."""
        return self.count - len(self.duties)

    @property
    def oldest(self) -> datetime | None:
        """Since when the oldest waits."""
        return self.duties[0].since if self.duties else None


def load_waiting(reader: User, now: datetime, limit: int = NAMED) -> Waiting:
    """What waits on the reader, `limit` of it listed; a constant number of statements, and bounded lists."""
    people, things = urgent_people(reader, now, limit), load_things(reader, now)
    duties = sorted([*things, *people.duties], key=lambda duty: duty.since)[:limit]
    return Waiting(duties=duties, count=len(things) + people.count, piles=piles(reader, now))


def count_waiting(reader: Onlooker) -> ColumnElement[int]:
    """How many things wait on the reader, in SQL: what Waiting.count says."""
    return count_people(reader) + count_things(reader)
