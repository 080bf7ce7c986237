"""Dates, zones and working days. A working day is Monday to Friday in the organisation's time zone."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SATURDAY = 5


def local_date(instant: datetime, zone: ZoneInfo) -> date:
    """The calendar date of an aware instant in `zone`."""
    return instant.astimezone(zone).date()


def day_count(start: datetime, end: datetime, zone: ZoneInfo) -> int:
    """Days between two aware instants: the difference of their calendar dates in `zone`; the same day is 0."""
    return (local_date(end, zone) - local_date(start, zone)).days


def is_working_day(day: date) -> bool:
    """Whether `day` is Monday to Friday."""
    return day.weekday() < SATURDAY


def add_working_days(day: date, count: int) -> date:
    """The date that lies `count` working days after `day`; 0 gives `day` itself."""
    for _ in range(count):
        day += timedelta(days=1)
        while not is_working_day(day):
            day += timedelta(days=1)
    return day


def working_days_between(start: date, end: date) -> int:
    """How many working days lie after `start`, up to and including `end`; negative spans count 0."""
    if end <= start:
        return 0
    whole_weeks, rest = divmod((end - start).days, 7)
    return whole_weeks * 5 + sum(is_working_day(start + timedelta(days=n)) for n in range(1, rest + 1))


def local_instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The aware UTC instant of a wall-clock time in `zone`.

    In a spring gap it is the first instant that exists; in an autumn overlap it is the first of the two.
    """
    wall = datetime.combine(day, at, tzinfo=zone)
    instant = wall.replace(fold=0).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return instant
    # In the gap: the offsets before and after it differ by its length; the transition is where the local clock jumps.
    low, high = instant - timedelta(hours=26), instant + timedelta(hours=26)
    before = low.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        if middle.astimezone(zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high.replace(microsecond=0)


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of `day` in `zone`, as aware UTC."""
    return local_instant(day, time(0), zone)
