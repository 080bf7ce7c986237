"""Day counts: differences of calendar dates in the organisation's time zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def local_date(instant: datetime, zone: ZoneInfo) -> date:
    """The calendar date of ``instant`` in ``zone``; an instant a second before midnight belongs to that day.

    Raises ``ValueError`` for an instant without a time zone, which would be read in the machine's own.
    """
    if instant.utcoffset() is None:
        raise ValueError(f"{instant!r} has no time zone")
    return instant.astimezone(zone).date()


def day_count(start: datetime, end: datetime, zone: ZoneInfo) -> int:
    """Days from ``start`` to ``end``: the difference of their dates in ``zone``; the same day is 0.

    Never negative: where clocks are put back across midnight, a later instant may carry the earlier date.
    Raises ``ValueError`` when ``end`` is before ``start`` or either has no time zone.
    """
    days = (local_date(end, zone) - local_date(start, zone)).days
    if end < start:
        raise ValueError(f"{end.isoformat()} is before {start.isoformat()}")
    return max(days, 0)


def first_instant(day: date, zone: ZoneInfo) -> datetime:
    """The first instant, in UTC, at which the calendar of ``zone`` shows ``day``.

    Midnight where there is one, the earlier where there are two. Where clocks jump over midnight it is the instant of
    the jump, and so it is for a day that a zone left out when it changed sides of the date line.
    """
    midnight = datetime.combine(day, time(), zone)
    late = midnight.astimezone(UTC)
    early = midnight.replace(fold=1).astimezone(UTC)
    if early >= late:
        return late
    # Midnight was jumped over: read with the offset before the jump it lies after the jump, with the offset after the
    # jump before it. Offsets are whole seconds, so halving whole seconds finds the jump.
    seconds_before, seconds_after = 0, int((late - early).total_seconds())
    while seconds_after - seconds_before > 1:
        middle = (seconds_before + seconds_after) // 2
        if local_date(early + timedelta(seconds=middle), zone) < day:
            seconds_before = middle
        else:
            seconds_after = middle
    return early + timedelta(seconds=seconds_after)


def a_year_before(instant: datetime, zone: ZoneInfo) -> datetime:
    """The instant twelve calendar months earlier at the same wall time in ``zone``, in UTC (29 February: the 28th)."""
    local = instant.astimezone(zone)
    leap_day = (local.month, local.day) == (2, 29)
    return local.replace(year=local.year - 1, day=28 if leap_day else local.day, fold=0).astimezone(UTC)
