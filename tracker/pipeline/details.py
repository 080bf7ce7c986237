"""What a decision needs to know of an application beside the evidence: wishes, notice, permit, deadline, source."""

from datetime import datetime
from typing import TypedDict, Unpack

from tracker.accounts.models import User
from tracker.core.db import db
from tracker.history.operations import record
from tracker.pipeline import events
from tracker.pipeline.contacts import check_recruiter
from tracker.pipeline.judging import check_expected, standings
from tracker.pipeline.models import Application
from tracker.pipeline.queries import lock_application
from tracker.pipeline.refresh import refresh


class Details(TypedDict, total=False):
    """The fields of an application that people fill in."""

    salary_wish: int | None
    salary_currency: str
    notice: str
    work_permit: str
    competing_deadline: datetime | None
    source: str
    recruiter_id: int | None


def update_details(
    application: Application, *, actor: User, expected: int | None, **changes: Unpack[Details]
) -> list[str]:
    """Change details; returns the names of those that differ now.

    Raises Conflict for another version, Refused for a recruiter who does not work on the requisition.
    """
    application = lock_application(application)
    check_expected(application, expected, standings([application])[application.id])
    changed = [name for name, value in changes.items() if getattr(application, name) != value]
    if "recruiter_id" in changed:
        check_recruiter(application, db.session.get(User, changes["recruiter_id"]) if changes["recruiter_id"] else None)
    for name in changed:
        setattr(application, name, changes[name])  # type: ignore[literal-required]  # a key of that very mapping
    noted = [name for name in changed if name != "recruiter_id"]
    if noted:
        record(events.DetailsChanged(fields=noted), events.subject_of(application), actor=actor)
    if "recruiter_id" in changed:
        # As in bulk: the history names whom, and the undo of a bulk action sees that somebody went on.
        given = events.RecruiterAssigned(user_id=application.recruiter_id)
        record(given, events.subject_of(application), actor=actor)
    if changed:
        refresh([application])
    return changed
