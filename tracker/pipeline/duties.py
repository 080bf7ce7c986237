"""People who are looked after by somebody whose account is disabled, and what waits on them by name."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, exists, func, or_, select

from tracker.accounts.models import User
from tracker.accounts.permissions import can
from tracker.core.db import db
from tracker.core.templating import plural
from tracker.history.operations import record_many
from tracker.pipeline import events
from tracker.pipeline.models import Application, SetWait
from tracker.pipeline.policy import sees_person
from tracker.pipeline.refresh import refresh
from tracker.pipeline.states import ApplicationStatus
from tracker.requisitions.models import Requisition
from tracker.requisitions.operations import lock_requisition


def held_by(user: User) -> list[str]:
    """How many people are in the user's care, a line for each requisition."""
    rows = db.session.execute(
        select(Requisition.number, func.count(Application.id))
        .join(Application, Application.requisition_id == Requisition.id)
        .where(*_in_care_of(user))
        .group_by(Requisition.id, Requisition.number)
        .order_by(Requisition.id)
    )
    return [f"{plural(people, 'person', 'people')} of {number}, in their care" for number, people in rows]


def hand_over(user: User, successor: User, actor: User | None) -> None:
    """The successor looks after them; where they may not, the requisition's first recruiter does.

    What was said to wait on the user by name waits on the successor, or on nobody of us where they may not know of it.
    """
    waiting = select(Application.requisition_id).where(*_in_care_of(user)).distinct()
    for requisition_id in sorted(db.session.scalars(waiting)):
        requisition = lock_requisition(requisition_id)
        applications = _locked(user, requisition)
        heir = successor if can(successor, "pipeline.work", requisition) else None
        handed = [each for each in applications if each.recruiter_id == user.id]
        for application in handed:
            application.recruiter_id = heir.id if heir else None
        known = {each.id for each in applications if sees_person(successor, each)}
        for wait in _waits_on(user, applications):
            wait.user_id = successor.id if wait.application_id in known else None
        assigned = events.RecruiterAssigned(user_id=heir.id if heir else None)
        record_many([(assigned, events.subject_of(application)) for application in handed], actor=actor)
        refresh(applications)


def _in_care_of(user: User) -> tuple[ColumnElement[bool], ...]:
    """Over applications: active ones that the user looks after, or that somebody said wait on them."""
    named = exists().where(
        SetWait.application_id == Application.id, SetWait.user_id == user.id, SetWait.lifted_at.is_(None)
    )
    return Application.status == ApplicationStatus.ACTIVE, or_(Application.recruiter_id == user.id, named)


def _locked(user: User, requisition: Requisition) -> Sequence[Application]:
    return db.session.scalars(
        select(Application)
        .where(Application.requisition_id == requisition.id, *_in_care_of(user))
        .order_by(Application.id)
        .with_for_update(key_share=True, of=Application)
        .execution_options(populate_existing=True)
    ).all()


def _waits_on(user: User, applications: Sequence[Application]) -> Sequence[SetWait]:
    return db.session.scalars(
        select(SetWait).where(
            SetWait.application_id.in_([application.id for application in applications]),
            SetWait.user_id == user.id,
            SetWait.lifted_at.is_(None),
        )
    ).all()
