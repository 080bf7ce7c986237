"""When a person's summary is due: Mondays at eight in their own zone, as dates and instants."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tracker.core.calendar import is_working_day, local_date, local_instant

EIGHT = time(8)
WEEK = timedelta(days=7)


def due_at(monday: date, zone: ZoneInfo) -> datetime:
    """Eight o'clock of that Monday in `zone` (in a gap the first instant that exists, of two the first)."""
    return local_instant(monday, EIGHT, zone)


def latest_monday(instant: datetime, zone: ZoneInfo) -> date:
    """The last Monday whose eight o'clock in `zone` is not after `instant`."""
    today = local_date(instant, zone)
    monday = today - timedelta(days=today.weekday())
    return monday if due_at(monday, zone) <= instant else monday - WEEK


def next_monday(instant: datetime, zone: ZoneInfo) -> date:
    """The first Monday whose eight o'clock in `zone` is after `instant`."""
    return latest_monday(instant, zone) + WEEK


def iso_week(monday: date) -> str:
    """The ISO week that begins on that Monday, as `2026-W48`."""
    year, week, _ = monday.isocalendar()
    return f"{year}-W{week:02}"


def is_for_work(instant: datetime, zone: ZoneInfo) -> bool:
    """Whether a summary that is late may go out now: on a weekend it is left to the Monday that follows."""
    return is_working_day(local_date(instant, zone))
