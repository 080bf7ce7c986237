"""Mondays at eight in many zones, across changes of their clocks."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.summaries.schedule import due_at, is_for_work, iso_week, latest_monday, next_monday

ZONES = (
    "America/Sao_Paulo",
    "Europe/Berlin",
    "Asia/Kolkata",
    "Pacific/Apia",
    "America/New_York",
    "Australia/Lord_Howe",
)


@pytest.mark.parametrize(
    ("zone", "monday", "utc"),
    [
        # The Mondays after the clocks were changed on Sunday 29 March and 25 October 2026.
        ("Europe/Berlin", date(2026, 3, 23), "2026-03-23T07:00"),
        ("Europe/Berlin", date(2026, 3, 30), "2026-03-30T06:00"),
        ("Europe/Berlin", date(2026, 10, 26), "2026-10-26T07:00"),
        ("America/Sao_Paulo", date(2026, 3, 2), "2026-03-02T11:00"),
        # Brazil still changed its clocks in 2018: at midnight, on a Sunday.
        ("America/Sao_Paulo", date(2018, 11, 5), "2018-11-05T10:00"),
        ("Asia/Kolkata", date(2026, 3, 2), "2026-03-02T02:30"),
        ("Pacific/Apia", date(2026, 3, 2), "2026-03-01T19:00"),
    ],
)
def test_eight_o_clock(zone: str, monday: date, utc: str) -> None:
    assert due_at(monday, ZoneInfo(zone)) == datetime.fromisoformat(utc).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("instant", "latest", "following"),
    [
        ("2026-03-02T06:59:59", date(2026, 2, 23), date(2026, 3, 2)),
        ("2026-03-02T07:00:00", date(2026, 3, 2), date(2026, 3, 9)),
        ("2026-03-08T22:00:00", date(2026, 3, 2), date(2026, 3, 9)),
    ],
)
def test_the_monday_before_and_the_monday_after(instant: str, latest: date, following: date) -> None:
    moment, berlin = datetime.fromisoformat(instant).replace(tzinfo=UTC), ZoneInfo("Europe/Berlin")
    assert (latest_monday(moment, berlin), next_monday(moment, berlin)) == (latest, following)


def test_iso_weeks() -> None:
    assert [iso_week(day) for day in (date(2026, 11, 23), date(2026, 12, 28), date(2027, 1, 4))] == [
        "2026-W48", "2026-W53", "2027-W01",
    ]  # fmt: skip


def test_a_late_summary_goes_out_on_working_days_only() -> None:
    friday = datetime(2026, 3, 6, 20, tzinfo=UTC)
    assert is_for_work(friday, ZoneInfo("Europe/Berlin"))
    assert not is_for_work(friday, ZoneInfo("Pacific/Apia")), "it is Saturday there"


@given(st.integers(0, 20 * 366 * 86400), st.sampled_from(ZONES))
def test_the_instant_lies_between_two_mondays_a_week_apart(seconds: int, name: str) -> None:
    instant, zone = datetime(2015, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds), ZoneInfo(name)
    latest, following = latest_monday(instant, zone), next_monday(instant, zone)
    assert due_at(latest, zone) <= instant < due_at(following, zone)
    assert following - latest == timedelta(days=7)
    assert due_at(latest, zone).astimezone(zone).strftime("%A %H:%M") == "Monday 08:00"
