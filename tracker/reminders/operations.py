"""Writing reminders: one mail per person and working day carries all that has come due."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func, select

from tracker.accounts.models import User
from tracker.core import clock
from tracker.core.db import db, insert_or_ignore, transaction
from tracker.core.ticks import each_alone
from tracker.mail.models import OutboxMessage
from tracker.mail.operations import queue_mail
from tracker.reminders import queries
from tracker.reminders.cadence import is_due
from tracker.reminders.models import ReminderOccurrence, ReminderRule
from tracker.reminders.queries import Claim

#: The kind of mail.
KIND = "reminders"
#: Databases limit how many values one statement may carry.
SLICE = 500


def remind_all() -> int:
    """Write the mails that are due by clock.due_now(), each person's alone; returns how many. Again it writes none."""
    as_of = clock.due_now()
    waiting = queries.readers(as_of)
    if not waiting:
        return 0
    claims = queries.claims(as_of)
    days = {user.id: today for user, today in waiting if user.id in claims}

    def reminders_of_user(user_id: int) -> bool:
        with transaction():
            return _remind(db.session.get_one(User, user_id), days[user_id], as_of, claims[user_id])

    return each_alone(days, reminders_of_user)


def _remind(user: User, today: date, as_of: datetime, claims: Sequence[Claim]) -> bool:
    """Queue the person's mail of the day, if anything in it is new; whether it was queued."""
    said = _already_said(user)
    counted = ((claim, is_due(claim.rule, claim.start, today, said.get(claim.key))) for claim in claims)
    due = [(claim, n) for claim, n in counted if n is not None]
    if not due:
        return False
    facts = {
        "date": today.isoformat(),
        "as_of": as_of.isoformat(),
        "lines": [
            {"rule": claim.rule.value, "subject": claim.subject_id, "since": claim.waiting_since.isoformat()}
            for claim, _n in due
        ],
    }
    key = queries.dedupe_key(user.id, today)
    if not queue_mail(KIND, dedupe_key=key, user=user, facts=facts):
        return False
    outbox_id = db.session.scalar(select(OutboxMessage.id).where(OutboxMessage.dedupe_key == key))
    now = clock.now()
    rows = [
        {
            "rule": claim.rule,
            "subject_id": claim.subject_id,
            "waiting_since": claim.waiting_since,
            "n": n,
            "user_id": user.id,
            "requisition_id": claim.requisition_id,
            "application_id": claim.application_id,
            "local_date": today,
            "outbox_id": outbox_id,
            "created_at": now,
        }
        for claim, n in due
    ]
    for start in range(0, len(rows), SLICE):
        db.session.execute(insert_or_ignore(ReminderOccurrence).values(rows[start : start + SLICE]))
    return True


def _already_said(user: User) -> dict[tuple[ReminderRule, int, datetime], tuple[int, date]]:
    """The number and the date of the last reminder that this person had of each thing."""
    rows = db.session.execute(
        select(
            ReminderOccurrence.rule,
            ReminderOccurrence.subject_id,
            ReminderOccurrence.waiting_since,
            func.max(ReminderOccurrence.n),
            func.max(ReminderOccurrence.local_date),
        )
        .where(ReminderOccurrence.user_id == user.id)
        .group_by(ReminderOccurrence.rule, ReminderOccurrence.subject_id, ReminderOccurrence.waiting_since)
    )
    return {(rule, subject_id, since): (n, day) for rule, subject_id, since, n, day in rows}
