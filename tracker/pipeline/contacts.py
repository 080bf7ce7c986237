"""Words between us and candidates, and the waits that a person sets."""

from datetime import datetime

from sqlalchemy import select

from tracker.accounts.models import User
from tracker.accounts.permissions import can
from tracker.core import clock
from tracker.core.db import db, transaction
from tracker.core.errors import Refused
from tracker.core.ticks import each_alone
from tracker.history.operations import record
from tracker.pipeline import events
from tracker.pipeline.changes import MINUTE
from tracker.pipeline.models import Application, Contact, SetWait
from tracker.pipeline.policy import sees_person
from tracker.pipeline.queries import lock_application, open_set_wait
from tracker.pipeline.refresh import refresh
from tracker.pipeline.states import ApplicationStatus, ContactChannel, ContactDirection


def add_contact(
    application: Application,
    *,
    direction: ContactDirection,
    channel: ContactChannel,
    at: datetime,
    actor: User | None,
    note: str = "",
) -> Contact:
    """Record that we wrote or called (out), or that they answered (in), at `at`.

    The first answer is kept as `responded_at`. Raises Refused for the future, for before the application began, and for
    a word to somebody who asked not to be contacted.
    """
    application = lock_application(application)
    if at > clock.now() + MINUTE:
        raise Refused("That is in the future.", fields={"at": "Give a time that has passed."})
    if at < application.started_at - MINUTE:
        raise Refused(
            "That is before the application began.", fields={"at": "Give a time after the application began."}
        )
    candidate = application.candidate
    if direction is ContactDirection.OUT and candidate.do_not_contact_at is not None:
        raise Refused(f"{candidate.name} asked not to be contacted.")
    contact = Contact(
        application_id=application.id,
        direction=direction,
        channel=channel,
        at=at,
        recorded_at=clock.now(),
        actor_id=actor.id if actor else None,
        note=note.strip(),
    )
    db.session.add(contact)
    answered_earlier = application.responded_at is not None and application.responded_at <= at
    if direction is ContactDirection.IN and not answered_earlier:
        application.responded_at = at
    # The event names the new row.
    db.session.flush()
    record(
        events.ContactMade(contact_id=contact.id, direction=direction, channel=channel),
        events.subject_of(application),
        actor=actor,
    )
    refresh([application], at=at)
    return contact


def set_wait(
    application: Application, *, note: str, ends_at: datetime | None, user: User | None, actor: User
) -> SetWait:
    """Say what an active application waits on ("take-home"), on whom of us (or nobody), and until when.

    It replaces a wait that was set before. Raises Refused when nothing is said, `ends_at` has passed, or the user may
    not know of the person.
    """
    application = lock_application(application)
    now = clock.now()
    if application.status is not ApplicationStatus.ACTIVE:
        raise Refused(f"The application of {application.candidate.name} is {application.status.label}.")
    if not note.strip():
        raise Refused("Say what it waits on.", fields={"note": "Say what it waits on, as “take-home”."})
    if ends_at is not None and ends_at <= now:
        raise Refused("That time has passed.", fields={"ends_at": "Give a time that is to come."})
    if user is not None and not sees_person(user, application):
        raise Refused(
            f"{user.name} may not see {application.candidate.name}.",
            fields={"user": f"{user.name} is not on the hiring team of {application.requisition.number}."},
        )
    before = open_set_wait(application.id)
    if before is not None:
        before.lifted_at = now
        # One wait is open at most; the old one has to be over before the new one is written.
        db.session.flush()
    wait = SetWait(
        application_id=application.id,
        set_by_id=actor.id,
        user_id=user.id if user else None,
        note=note.strip(),
        since=now,
        ends_at=ends_at,
    )
    db.session.add(wait)
    # The event names the new row.
    db.session.flush()
    record(
        events.WaitSet(wait_id=wait.id, ends_at=ends_at.isoformat() if ends_at else None),
        events.subject_of(application),
        actor=actor,
    )
    refresh([application])
    return wait


def lift_wait(application: Application, *, actor: User) -> None:
    """End the wait that a person set. Raises Refused when there is none."""
    application = lock_application(application)
    wait = open_set_wait(application.id)
    if wait is None:
        raise Refused("There is no such wait any more.")
    wait.lifted_at = clock.now()
    record(events.WaitLifted(wait_id=wait.id), events.subject_of(application), actor=actor)
    refresh([application])


def check_recruiter(application: Application, recruiter: User | None) -> None:
    """Raise Refused unless this person may look after it: who does not work there could not even open it."""
    if recruiter is not None and not can(recruiter, "pipeline.work", application.requisition):
        message = f"{recruiter.name} does not work on {application.requisition.number}."
        raise Refused(message, fields={"recruiter": message})


def end_due_waits() -> int:
    """Lift the waits that a person set until an instant that has come; returns how many. The work of a tick."""
    due = clock.due_now()
    ids = db.session.scalars(
        select(SetWait.application_id).where(SetWait.lifted_at.is_(None), SetWait.ends_at <= due)
    ).all()

    def wait_of_application(application_id: int) -> bool:
        with transaction():
            application = lock_application(application_id)
            wait = open_set_wait(application_id)
            if wait is None or wait.ends_at is None or wait.ends_at > due:
                return False
            wait.lifted_at = wait.ends_at
            refresh([application], at=wait.ends_at)
            return True

    return each_alone(ids, wait_of_application)
