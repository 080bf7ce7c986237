"""Day counts: dates in the organisation's zone, whatever the clocks do."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.unit.metrics.builders import BERLIN, at
from tests.unit.metrics.strategies import instants, spans, zones
from tracker.metrics.days import a_year_before, day_count, first_instant, local_date


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ("2026-01-05T00:00", "2026-01-05T22:59:59", 0),
        ("2026-01-05T22:59:59", "2026-01-05T23:00:00", 1),
        ("2026-01-09T23:30", "2026-02-20T10:00", 41),
        # The night the clocks go forward is an hour short, the one they go back an hour long; each is one day.
        ("2026-03-28T23:00", "2026-03-29T21:59:59", 0),
        ("2026-03-28T23:00", "2026-03-29T22:00", 1),
        ("2026-10-24T22:00", "2026-10-25T22:59:59", 0),
        ("2026-10-24T22:00", "2026-10-25T23:00", 1),
        ("2023-12-31T12:00", "2024-12-31T12:00", 366),
    ],
)
def test_day_count_in_berlin(start: str, end: str, days: int) -> None:
    assert day_count(at(start), at(end), BERLIN) == days


def test_an_end_before_the_start_is_refused() -> None:
    with pytest.raises(ValueError, match="is before"):
        day_count(at("2026-01-05T09:00"), at("2026-01-05T08:59"), BERLIN)


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        local_date(datetime(2026, 1, 5, 9), BERLIN)  # noqa: DTZ001 - this is what is refused.


def test_an_evening_that_is_read_twice_does_not_count_below_zero() -> None:
    # St John's put its clocks back at 00:01, so that an instant of 7 November is followed by 23:30 on the 6th.
    zone = ZoneInfo("America/St_Johns")
    start, end = at("2010-11-07T02:30:30"), at("2010-11-07T03:00")
    assert local_date(start, zone) == date(2010, 11, 7)
    assert local_date(end, zone) == date(2010, 11, 6)
    assert day_count(start, end, zone) == 0


# St John's dates run backwards for an hour, so there a start may lie on a date before its own evening.
@given(spans(), zones.filter(lambda zone: zone.key != "America/St_Johns"), st.integers(0, 200))
def test_day_counts_add_up_along_the_way(span: tuple[datetime, datetime], zone: ZoneInfo, days: int) -> None:
    start, end = span
    later = first_instant(local_date(end, zone) + timedelta(days=days + 1), zone)
    assert day_count(start, later, zone) == day_count(start, end, zone) + days + 1


@pytest.mark.parametrize(
    ("zone", "day", "instant"),
    [
        ("Europe/Berlin", date(2026, 3, 29), "2026-03-28T23:00"),
        ("Europe/Berlin", date(2026, 3, 30), "2026-03-29T22:00"),
        # Beirut's clocks jump from midnight to one: the day begins at one.
        ("Asia/Beirut", date(2026, 3, 29), "2026-03-28T22:00"),
        # Havana's clocks go back from one to midnight: there are two midnights.
        ("America/Havana", date(2026, 11, 1), "2026-11-01T04:00"),
        # St John's clocks jumped a minute after midnight and, in autumn, went back to the evening before.
        ("America/St_Johns", date(2010, 11, 7), "2010-11-07T02:30"),
        # Toronto's clocks once jumped from 23:30 to 00:30.
        ("America/Toronto", date(1919, 3, 31), "1919-03-31T04:30"),
        # Samoa had no 30 December 2011.
        ("Pacific/Apia", date(2011, 12, 30), "2011-12-30T10:00"),
        ("Pacific/Apia", date(2011, 12, 31), "2011-12-30T10:00"),
    ],
)
def test_first_instant(zone: str, day: date, instant: str) -> None:
    assert first_instant(day, ZoneInfo(zone)) == at(instant)


@given(st.dates(date(1990, 1, 1), date(2030, 1, 1)), zones)
@example(date(2026, 3, 29), ZoneInfo("Asia/Beirut"))
@example(date(2011, 12, 30), ZoneInfo("Pacific/Apia"))
def test_nothing_of_the_day_comes_before_its_first_instant(day: date, zone: ZoneInfo) -> None:
    first = first_instant(day, zone)
    assert first.tzinfo is UTC
    assert local_date(first, zone) >= day
    assert local_date(first - timedelta(seconds=1), zone) < day


@pytest.mark.parametrize(
    ("instant", "before"),
    [
        ("2026-11-23T07:00", "2025-11-23T07:00"),
        # The same wall time, also where summer time began on another day.
        ("2026-03-29T12:00", "2025-03-29T13:00"),
        ("2024-02-29T12:00", "2023-02-28T12:00"),
    ],
)
def test_a_year_before(instant: str, before: str) -> None:
    assert a_year_before(at(instant), BERLIN) == at(before)


@given(instants, zones)
def test_a_year_before_is_a_year_before(instant: datetime, zone: ZoneInfo) -> None:
    # Apia left a day out, and a wall time within a gap moves by an hour.
    assert timedelta(days=363) < instant - a_year_before(instant, zone) < timedelta(days=367)
