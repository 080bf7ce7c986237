"""Whom an application waited on, day by day; the parts sum exactly to the whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tracker.metrics.days import day_count, first_instant, local_date
from tracker.metrics.records import Holder, HoldRecord, WaitRecord

_DERIVED = (Holder.HIRING_MANAGER, Holder.INTERVIEWERS, Holder.SCHEDULED, Holder.CANDIDATE)


@dataclass(frozen=True, slots=True)
class WaitingSplit:
    """Days by who held the ball. Every holder has its part, which may be 0; the parts sum to ``n``."""

    hold: int = 0
    hiring_manager: int = 0
    interviewers: int = 0
    scheduled: int = 0
    candidate: int = 0
    recruiter: int = 0

    @property
    def parts(self) -> dict[Holder, int]:
        return {holder: getattr(self, holder.value) for holder in Holder}

    @property
    def n(self) -> int:
        return sum(self.parts.values())


def holder_at(instant: datetime, waits: Iterable[WaitRecord], holds: Iterable[HoldRecord]) -> Holder:
    """Who holds the ball at ``instant``: one holder, the first that applies.

    A hold of the requisition; a wait that a person set (the one set last); what operations derived, in the order
    hiring manager, interviewers, scheduled, candidate; the recruiter when nobody else does.
    """
    if any(_runs_at(instant, hold.since, hold.until) for hold in holds):
        return Holder.HOLD
    running = [wait for wait in waits if _runs_at(instant, wait.since, wait.until)]
    by_person = [wait for wait in running if wait.set_by_person]
    if by_person:
        return max(by_person, key=lambda wait: wait.since).holder
    holders = {wait.holder for wait in running}
    return next((holder for holder in _DERIVED if holder in holders), Holder.RECRUITER)


def waiting_split(
    start: datetime,
    end: datetime,
    waits: Sequence[WaitRecord],
    holds: Sequence[HoldRecord],
    zone: ZoneInfo,
) -> WaitingSplit:
    """Split the days from ``start`` to ``end`` by who held the ball.

    Each of the n days, the dates after the start up to and including the end, belongs to whoever held it at that
    date's first instant in ``zone``. ``holds`` are those of the application's requisition. Raises ``ValueError`` when
    ``end`` is before ``start``.
    """
    first = local_date(start, zone)
    days = (first + timedelta(days=passed) for passed in range(1, day_count(start, end, zone) + 1))
    parts = Counter(holder_at(first_instant(day, zone), waits, holds).value for day in days)
    return WaitingSplit(**parts)


def _runs_at(instant: datetime, since: datetime, until: datetime | None) -> bool:
    return since <= instant and (until is None or instant < until)
