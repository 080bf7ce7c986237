"""Who held the ball: one holder a day, and the parts sum to the whole."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.metrics.builders import BERLIN, at
from tests.unit.metrics.strategies import intervals, spans, zones
from tracker.metrics.days import day_count
from tracker.metrics.records import Holder, HoldRecord, WaitRecord
from tracker.metrics.waiting import WaitingSplit, holder_at, waiting_split

NOON = at("2026-01-10T12:00")


def wait(holder: Holder, since: str, until: str | None = None, *, by_person: bool = False) -> WaitRecord:
    return WaitRecord(holder, at(since), at(until) if until else None, by_person)


def test_nobody_else_means_the_recruiter() -> None:
    assert holder_at(NOON, [], []) is Holder.RECRUITER


@pytest.mark.parametrize("count", range(1, 7))
def test_the_first_that_applies_holds_the_ball(count: int) -> None:
    """With the weaker ones running beside it, the strongest of each prefix wins."""
    weakest_first = [
        wait(Holder.CANDIDATE, "2026-01-01"),
        wait(Holder.SCHEDULED, "2026-01-01"),
        wait(Holder.INTERVIEWERS, "2026-01-01"),
        wait(Holder.HIRING_MANAGER, "2026-01-01"),
        wait(Holder.CANDIDATE, "2026-01-01", by_person=True),
    ]
    holds = [HoldRecord(1, at("2026-01-01"))] if count == 6 else []
    expected = [
        Holder.CANDIDATE,
        Holder.SCHEDULED,
        Holder.INTERVIEWERS,
        Holder.HIRING_MANAGER,
        Holder.CANDIDATE,
        Holder.HOLD,
    ]
    assert holder_at(NOON, weakest_first[:count], holds) is expected[count - 1]


def test_of_two_waits_that_people_set_the_later_one_counts() -> None:
    waits = [
        wait(Holder.CANDIDATE, "2026-01-09", by_person=True),
        wait(Holder.RECRUITER, "2026-01-08", by_person=True),
    ]
    assert holder_at(NOON, waits, []) is Holder.CANDIDATE


def test_a_wait_runs_from_its_since_up_to_and_without_its_until() -> None:
    waits = [wait(Holder.CANDIDATE, "2026-01-10T12:00", "2026-01-11T12:00")]
    assert holder_at(NOON - timedelta(seconds=1), waits, []) is Holder.RECRUITER
    assert holder_at(NOON, waits, []) is Holder.CANDIDATE
    assert holder_at(at("2026-01-11T12:00"), waits, []) is Holder.RECRUITER


def test_a_day_belongs_to_whoever_holds_the_ball_at_its_first_instant() -> None:
    # In Berlin the dates after the start are 11, 12, 13 and 14 January, each beginning at 23:00 UTC the evening before.
    waits = [
        wait(Holder.CANDIDATE, "2026-01-10T13:00", "2026-01-11T23:00"),
        wait(Holder.INTERVIEWERS, "2026-01-11T23:00", "2026-01-12T22:59:59"),
    ]
    holds = [HoldRecord(1, at("2026-01-13T22:00"), at("2026-01-13T23:00:01"))]
    split = waiting_split(NOON, at("2026-01-14T22:59:59"), waits, holds, BERLIN)
    assert split == WaitingSplit(hold=1, interviewers=1, candidate=1, recruiter=1)


def test_what_comes_and_goes_within_a_day_holds_no_day() -> None:
    waits = [wait(Holder.HIRING_MANAGER, "2026-01-10T08:00", "2026-01-10T18:00")]
    assert waiting_split(at("2026-01-09T12:00"), at("2026-01-11T12:00"), waits, [], BERLIN) == WaitingSplit(recruiter=2)


def test_the_same_day_has_no_days_to_split() -> None:
    split = waiting_split(NOON, NOON + timedelta(hours=2), [], [], BERLIN)
    assert split.n == 0
    assert split.parts == dict.fromkeys(Holder, 0)


@st.composite
def cases(draw: st.DrawFn) -> tuple[datetime, datetime, list[WaitRecord], list[HoldRecord]]:
    start, end = draw(spans())
    waits = [
        WaitRecord(draw(st.sampled_from(Holder)), since, until, draw(st.booleans()))
        for since, until in draw(st.lists(intervals(start), max_size=5))
    ]
    holds = [HoldRecord(1, since, until) for since, until in draw(st.lists(intervals(start), max_size=2))]
    return start, end, waits, holds


@given(cases(), zones)
def test_the_parts_sum_to_the_whole(
    case: tuple[datetime, datetime, list[WaitRecord], list[HoldRecord]], zone: ZoneInfo
) -> None:
    start, end, waits, holds = case
    split = waiting_split(start, end, waits, holds, zone)
    assert split.n == day_count(start, end, zone)
    assert all(part >= 0 for part in split.parts.values())


@given(spans(), zones)
def test_a_hold_throughout_takes_every_day(span: tuple[datetime, datetime], zone: ZoneInfo) -> None:
    start, end = span
    holds = [HoldRecord(1, start - timedelta(days=2))]
    split = waiting_split(start, end, [WaitRecord(Holder.CANDIDATE, start, None, True)], holds, zone)
    assert split.hold == split.n
