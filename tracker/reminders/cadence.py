"""When a reminder is due, and for the how-manieth time: plain dates, counted in working days (ADR 7)."""

from collections.abc import Sequence
from datetime import date, timedelta

from tracker.core.calendar import add_working_days, is_working_day, working_days_between
from tracker.reminders.models import ReminderRule

#: So many working days before an offer expires.
BEFORE_EXPIRY = (3, 1)
#: A shortlist may wait so long before it is mentioned, and is mentioned again every so many working days.
SHORTLIST_PATIENCE = 2
SHORTLIST_EVERY = 2
#: A scorecard is asked for daily, so many times; then weekly.
SCORECARD_DAILY = 5
WEEKLY = 5


def due_count(rule: ReminderRule, start: date, today: date) -> int:
    """How many reminders of one thing have come due by `today`, a working day; 0: none yet.

    `start` is the date that the rule counts from, in the organisation's zone: when the entry was submitted, the
    scorecard's due date, the offer's last day, the first day that was too late for the stage or the requisition.
    The count jumps over days on which nobody looked, so that a pause leads to one reminder and not to many.
    """
    match rule:
        case ReminderRule.OFFER_EXPIRING:
            return _passed([working_days_before(start, ahead) for ahead in BEFORE_EXPIRY], today)
        case ReminderRule.SHORTLIST_WAITING:
            return _repeated(add_working_days(start, SHORTLIST_PATIENCE), SHORTLIST_EVERY, today)
        case ReminderRule.SCORECARD_DUE:
            first = working_day_from(start)
            last_daily = add_working_days(first, SCORECARD_DAILY - 1)
            if today <= last_daily:
                return _repeated(first, 1, today)
            return SCORECARD_DAILY - 1 + _repeated(last_daily, WEEKLY, today)
        case ReminderRule.STAGE_LATE | ReminderRule.REQUISITION_LATE:
            return _repeated(working_day_from(start), WEEKLY, today)


def is_due(rule: ReminderRule, start: date, today: date, last: tuple[int, date] | None) -> int | None:
    """The number of the reminder that is to be sent `today`, or None. `last` is the last one's number and date.

    After a pause the schedule goes on from the day on which it was taken up: nobody is told twice in a row.
    """
    n = due_count(rule, start, today)
    if n == 0:
        return None
    if last is None:
        return n
    last_n, last_day = last
    return n if n > last_n and working_days_between(last_day, today) >= _gap(rule, n) else None


def working_day_from(day: date) -> date:
    """The day itself, or the Monday after it."""
    return day if is_working_day(day) else add_working_days(day, 1)


def working_days_before(day: date, count: int) -> date:
    """The date that lies `count` working days before `day`."""
    for _ in range(count):
        day -= timedelta(days=1)
        while not is_working_day(day):
            day -= timedelta(days=1)
    return day


def _gap(rule: ReminderRule, n: int) -> int:
    """The fewest working days between the reminder of that number and the one before it."""
    match rule:
        case ReminderRule.OFFER_EXPIRING:
            return 1
        case ReminderRule.SHORTLIST_WAITING:
            return SHORTLIST_EVERY
        case ReminderRule.SCORECARD_DUE:
            return 1 if n <= SCORECARD_DAILY else WEEKLY
        case ReminderRule.STAGE_LATE | ReminderRule.REQUISITION_LATE:
            return WEEKLY


def _passed(dates: Sequence[date], today: date) -> int:
    return sum(day <= today for day in dates)


def _repeated(first: date, every: int, today: date) -> int:
    """On `first`, and again every so many working days."""
    return 0 if today < first else 1 + working_days_between(first, today) // every
