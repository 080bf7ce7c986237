"""Writing summaries: one per person and ISO week, whatever happens."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import delete, or_, select, update

from tracker.accounts.models import User
from tracker.core import clock
from tracker.core.calendar import local_date
from tracker.core.db import db, insert_or_ignore, transaction
from tracker.core.ticks import each_alone
from tracker.mail.models import OutboxMessage
from tracker.mail.operations import queue_mail
from tracker.metrics.operations import compute_missing
from tracker.summaries import queries, schedule
from tracker.summaries.facts import SummaryFacts, to_document
from tracker.summaries.models import Summary, SummarySchedule

#: The kind of mail.
KIND = "summary"


def send_due() -> int:
    """Write the summaries that are due by clock.due_now(), and their mails; returns how many.

    A person whose summary fails does not keep others from theirs (each_alone).
    """
    now = clock.due_now()
    settle_schedules()
    due = db.session.scalars(
        select(SummarySchedule.user_id).where(SummarySchedule.next_due_at <= now).order_by(SummarySchedule.user_id)
    ).all()
    if due:
        # Hires whose figures the worker has not computed yet belong into the numbers.
        compute_missing()

    def summary_of_user(user_id: int) -> bool:
        return summarise(user_id, now)

    return each_alone(due, summary_of_user)


def plan_for(user: User) -> None:
    """Plan the next Monday of somebody whose account was made or changed, in the same transaction.

    Whoever is added minutes before Monday 08:00 gets that Monday's summary, whenever the worker comes round.
    """
    # Somebody new has no row yet, and no id to look one up by.
    db.session.flush()
    known = db.session.get(SummarySchedule, user.id)
    if not (user.is_active and user.wants_summary):
        if known is not None:
            db.session.delete(known)
    elif known is None or known.timezone != user.timezone:
        _settle(user, known)


def settle_schedules() -> None:
    """Give everybody who wants summaries their next Monday, follow changes of zone, forget who wants none."""
    wanting = User.disabled_at.is_(None) & User.wants_summary.is_(True)
    rows = db.session.execute(
        select(User, SummarySchedule)
        .outerjoin(SummarySchedule, SummarySchedule.user_id == User.id)
        .where(wanting, or_(SummarySchedule.user_id.is_(None), SummarySchedule.timezone != User.timezone))
    ).all()
    unwanted = select(SummarySchedule.user_id).join(User, User.id == SummarySchedule.user_id).where(~wanting)
    if not rows and db.session.scalar(unwanted.limit(1)) is None:
        return
    with transaction():
        for user, known in db.session.execute(
            select(User, SummarySchedule)
            .outerjoin(SummarySchedule, SummarySchedule.user_id == User.id)
            .where(wanting, or_(SummarySchedule.user_id.is_(None), SummarySchedule.timezone != User.timezone))
        ):
            _settle(user, known)
        db.session.execute(
            delete(SummarySchedule)
            .where(SummarySchedule.user_id.in_(unwanted))
            .execution_options(synchronize_session=False)
        )


def _settle(user: User, known: SummarySchedule | None) -> None:
    """A new person waits for the next Monday; who moved keeps the Monday, at eight o'clock of the new zone."""
    if known is None:
        monday = schedule.next_monday(clock.now(), user.zone)
        row = {"user_id": user.id, "next_due_at": schedule.due_at(monday, user.zone), "timezone": user.timezone}
        db.session.execute(insert_or_ignore(SummarySchedule).values(**row))
        return
    known.next_due_at = schedule.due_at(_monday_of(known), user.zone)
    known.timezone = user.timezone


def summarise(user_id: int, now: datetime) -> bool:
    """Write this person's summary as of the last Monday 08:00 before `now`, and move their schedule on.

    Whether a mail was queued: none is when there is nothing to say, and on a weekend, when the next Monday is near.
    """
    planned, user = db.session.get_one(SummarySchedule, user_id), db.session.get_one(User, user_id)
    was_due, zone = planned.next_due_at, user.zone
    monday = schedule.latest_monday(now, zone)
    as_of = schedule.due_at(monday, zone)
    since = _window_from(user, as_of)
    facts = None
    if schedule.is_for_work(now, zone) and since < as_of:
        facts = queries.gather(user, since=since, as_of=as_of)
    with transaction():
        moved_on = db.session.execute(
            update(SummarySchedule)
            .where(SummarySchedule.user_id == user_id, SummarySchedule.next_due_at == was_due)
            .values(next_due_at=schedule.due_at(monday + schedule.WEEK, zone))
            .execution_options(synchronize_session=False)
        )
        # Somebody else was faster, and has written it.
        if moved_on.rowcount == 0 or facts is None or not facts.says_something:  # type: ignore[attr-defined]
            return False
        return _write(db.session.get_one(User, user_id), schedule.iso_week(monday), since, as_of, facts)


def _window_from(user: User, as_of: datetime) -> datetime:
    """Where the last summary ended; for the first one a week before."""
    last = queries.latest_summary(user)
    if last is not None:
        return last.as_of
    return schedule.due_at(local_date(as_of, user.zone) - schedule.WEEK, user.zone)


def _write(user: User, iso_week: str, since: datetime, as_of: datetime, facts: SummaryFacts) -> bool:
    summary_id = db.session.scalar(
        insert_or_ignore(Summary)
        .values(user_id=user.id, iso_week=iso_week, window_from=since, as_of=as_of, facts=to_document(facts))
        .returning(Summary.id)
    )
    if summary_id is None:
        return False
    key = f"summary:{user.id}:{iso_week}"
    queued = queue_mail(KIND, dedupe_key=key, user=user, facts={"summary_id": summary_id})
    outbox_id = select(OutboxMessage.id).where(OutboxMessage.dedupe_key == key).scalar_subquery()
    db.session.execute(
        update(Summary)
        .where(Summary.id == summary_id)
        .values(outbox_id=outbox_id)
        .execution_options(synchronize_session=False)
    )
    return queued


def _monday_of(planned: SummarySchedule) -> date:
    """The Monday for which it is due, in the zone that it was computed for."""
    return local_date(planned.next_due_at, ZoneInfo(planned.timezone))
