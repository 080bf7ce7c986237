"""When each reminder comes due: tables of dates. 2 March 2026 is a Monday."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.core.calendar import add_working_days, is_working_day
from tracker.reminders.cadence import due_count, is_due, working_day_from, working_days_before
from tracker.reminders.models import ReminderRule


def march(day: int) -> date:
    return date(2026, 3, 1) + timedelta(days=day - 1)


@pytest.mark.parametrize(
    ("rule", "start", "due_on"),
    [
        # Expires on Wednesday 18: three working days before is Friday 13, one before is Tuesday 17.
        (ReminderRule.OFFER_EXPIRING, 18, [13, 17]),
        # Expires on Sunday 15: Wednesday 11 and Friday 13.
        (ReminderRule.OFFER_EXPIRING, 15, [11, 13]),
        # Submitted on Monday 2: two working days later, then every two.
        (ReminderRule.SHORTLIST_WAITING, 2, [4, 6, 10, 12, 16]),
        # Submitted on Saturday 7.
        (ReminderRule.SHORTLIST_WAITING, 7, [10, 12, 16, 18]),
        # Due on Thursday 5: five times daily, then weekly.
        (ReminderRule.SCORECARD_DUE, 5, [5, 6, 9, 10, 11, 18, 25]),
        # Due on Sunday 8: asked for on Monday.
        (ReminderRule.SCORECARD_DUE, 8, [9, 10, 11, 12, 13, 20, 27]),
        # Late from Tuesday 3 on, then weekly.
        (ReminderRule.STAGE_LATE, 3, [3, 10, 17, 24]),
        (ReminderRule.REQUISITION_LATE, 7, [9, 16, 23]),
    ],
)
def test_due_dates(rule: ReminderRule, start: int, due_on: list[int]) -> None:
    working_days = [march(day) for day in range(1, due_on[-1] + 1) if is_working_day(march(day))]
    counts = [due_count(rule, march(start), day) for day in working_days]
    first_days = [day for day, before, n in zip(working_days, [0, *counts], counts, strict=False) if n > before]
    assert first_days == [march(day) for day in due_on]
    assert counts[-1] == len(due_on)


def test_short_notice_leaves_one_reminder() -> None:
    """An offer that expires tomorrow was never mentioned three days ahead: the count says that both have come due."""
    assert due_count(ReminderRule.OFFER_EXPIRING, march(18), march(17)) == 2


@pytest.mark.parametrize(
    ("rule", "last", "today", "n"),
    [
        (ReminderRule.SHORTLIST_WAITING, None, 16, 5),
        (ReminderRule.SHORTLIST_WAITING, (4, 12), 13, None),
        # Taken up on Friday 13 after a pause: Monday would be in step again, Tuesday is two working days later.
        (ReminderRule.SHORTLIST_WAITING, (4, 13), 16, None),
        (ReminderRule.SHORTLIST_WAITING, (4, 13), 17, 5),
        (ReminderRule.STAGE_LATE, (2, 12), 16, None),
        (ReminderRule.STAGE_LATE, (2, 12), 19, 3),
        (ReminderRule.SCORECARD_DUE, (3, 4), 5, 4),
        (ReminderRule.OFFER_EXPIRING, (1, 2), 2, None),
    ],
)
def test_after_a_pause_the_schedule_goes_on_from_there(
    rule: ReminderRule, last: tuple[int, int] | None, today: int, n: int | None
) -> None:
    before = last and (last[0], march(last[1]))
    assert is_due(rule, march(2), march(today), before) == n


DATES = st.dates(date(2024, 1, 1), date(2030, 12, 31))
WORKING_DATES = DATES.filter(is_working_day)


@given(st.sampled_from(ReminderRule), DATES, WORKING_DATES)
def test_a_count_never_falls_and_rises_by_one_at_most_from_working_day_to_working_day(
    rule: ReminderRule, start: date, today: date
) -> None:
    tomorrow = add_working_days(today, 1)
    assert 0 <= due_count(rule, start, tomorrow) - due_count(rule, start, today) <= 1


@given(WORKING_DATES, st.integers(0, 30))
def test_going_back_undoes_going_forward(day: date, count: int) -> None:
    assert working_days_before(add_working_days(day, count), count) == day


@given(DATES)
def test_the_working_day_from_a_date_is_at_most_two_days_later(day: date) -> None:
    found = working_day_from(day)
    assert is_working_day(found)
    assert timedelta(0) <= found - day <= timedelta(days=2)
