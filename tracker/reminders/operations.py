"""Writing reminders: one mail per person and working day carries all that has come due."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import select

from tracker.accounts.models import User
from tracker.core import clock
from tracker.core.db import db, insert_or_ignore, transaction
from tracker.mail.models import OutboxMessage
from tracker.mail.operations import queue_mail
from tracker.reminders import queries
from tracker.reminders.cadence import due_count
from tracker.reminders.models import ReminderOccurrence
from tracker.reminders.queries import Claim

#: The kind of mail.
KIND = "reminders"
#: Databases limit how many values one statement may carry.
SLICE = 500


def remind_all() -> int:
    """Write the mails that are due by clock.due_now(); returns how many. Running it again writes none."""
    as_of = clock.due_now()
    waiting = queries.readers(as_of)
    if not waiting:
        return 0
    claims = queries.claims(as_of)
    written = 0
    for user_id, today in [(user.id, today) for user, today in waiting if user.id in claims]:
        with transaction():
            written += _remind(db.session.get_one(User, user_id), today, claims[user_id])
    return written


def _remind(user: User, today: date, claims: Sequence[Claim]) -> bool:
    """Queue the person's mail of the day, if anything in it is new; whether it was queued."""
    counted = [(claim, due_count(claim.rule, claim.start, today)) for claim in claims]
    said = _already_said(user, today)
    due = [(claim, n) for claim, n in counted if n > 0 and (*claim.key, n) not in said]
    if not due:
        return False
    facts = {
        "date": today.isoformat(),
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


def _already_said(user: User, today: date) -> set[tuple[object, ...]]:
    """The occurrences that this person had of late; of what is older, today's count is another."""
    rows = db.session.execute(
        select(
            ReminderOccurrence.rule,
            ReminderOccurrence.subject_id,
            ReminderOccurrence.waiting_since,
            ReminderOccurrence.n,
        ).where(
            ReminderOccurrence.user_id == user.id,
            ReminderOccurrence.local_date > today - timedelta(days=60),
        )
    )
    return {tuple(row) for row in rows}
