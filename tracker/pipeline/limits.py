"""A stage's limit: how many working days somebody may be in it before they are late."""

from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from flask import current_app

from tracker.config import Settings
from tracker.core.calendar import add_working_days, local_date, start_of_day


def organisation_zone() -> ZoneInfo:
    """The zone in which the organisation counts days."""
    settings: Settings = current_app.extensions["settings"]
    return settings.org_zone


def late_from(entered_at: datetime, limit_days: int | None, zone: ZoneInfo) -> datetime | None:
    """The first instant at which a stage's limit (in working days; None: no limit) is passed, in the zone's days."""
    if limit_days is None:
        return None
    return start_of_day(add_working_days(local_date(entered_at, zone), limit_days + 1), zone)


def late_if_entered_before(now: datetime, limit_days: int | None, zone: ZoneInfo) -> datetime | None:
    """The instant before which somebody must have entered the stage to be late at `now`; None: nobody is.

    The same rule as late_from(), the other way round, so that a whole column is counted by its index.
    """
    return None if limit_days is None else _start_in_time(local_date(now, zone), limit_days, zone)


@lru_cache(512)
def _start_in_time(today: date, limit_days: int, zone: ZoneInfo) -> datetime:
    """The start of the first day on which somebody may have entered and not be late today; the same all day long."""
    day = today
    while add_working_days(day, limit_days + 1) > today:
        day -= timedelta(days=1)
    return start_of_day(day + timedelta(days=1), zone)
