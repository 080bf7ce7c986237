"""Reminders and summaries by several workers at once: each person has one mail, on both databases."""

from collections.abc import Callable
from datetime import datetime, time, timedelta

from flask import Flask
from sqlalchemy import func, select

from tests.factories.pipeline import make_application, make_person
from tests.factories.requisitions import make_requisition
from tests.real_commit.conftest import AtOnce
from tracker.core import clock
from tracker.core.calendar import local_instant, working_days_between
from tracker.core.db import db
from tracker.mail.models import OutboxMessage
from tracker.reminders.models import ReminderOccurrence
from tracker.reminders.operations import remind_all
from tracker.requisitions.states import StageKind
from tracker.summaries.models import Summary, SummarySchedule
from tracker.summaries.operations import send_due, settle_schedules


def a_working_morning() -> datetime:
    """Nine o'clock in Berlin of the next working day but a few."""
    user_zone = make_requisition().team_members[0].user.zone
    day = clock.now().astimezone(user_zone).date() + timedelta(days=7)
    while not working_days_between(day - timedelta(days=1), day):
        day += timedelta(days=1)
    return local_instant(day, time(9), user_zone)


def at(instant: datetime, work: Callable[[], int]) -> Callable[[], int]:
    """The work as it is done at that instant, for a thread."""

    def run() -> int:
        with clock.due_at(instant):
            return work()

    return run


def test_reminders(committing: Flask, at_once: AtOnce) -> None:
    requisition = make_requisition()
    make_application(requisition, candidate=make_person(), stage=StageKind.SCREENING, days_ago=20)
    morning = a_working_morning()
    results = at_once([at(morning, remind_all)] * 3)
    assert sum(result for result in results if isinstance(result, int)) == 1, results
    assert db.session.scalar(select(func.count(OutboxMessage.id)).where(OutboxMessage.kind == "reminders")) == 1
    assert db.session.scalar(select(func.count(ReminderOccurrence.id))) == 1


def test_summaries(committing: Flask, at_once: AtOnce) -> None:
    requisition = make_requisition()
    make_application(requisition, candidate=make_person(), stage=StageKind.SCREENING, days_ago=20)
    settle_schedules()
    monday = db.session.scalars(select(func.max(SummarySchedule.next_due_at))).one()
    results = at_once([at(monday, send_due)] * 3)
    assert sum(result for result in results if isinstance(result, int)) == 2, results
    assert db.session.scalar(select(func.count(Summary.id))) == 2
    assert db.session.scalar(select(func.count(OutboxMessage.id)).where(OutboxMessage.kind == "summary")) == 2
