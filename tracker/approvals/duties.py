"""Decisions that wait on somebody whose account is disabled."""

from collections.abc import Sequence

from sqlalchemy import select

from tracker.accounts.models import User
from tracker.approvals import mails
from tracker.approvals.events import ApprovalHandedOver
from tracker.approvals.models import Approval
from tracker.approvals.policy import subject_of
from tracker.approvals.states import ApprovalState
from tracker.core.db import db
from tracker.history.operations import Subject, record


def held_by(user: User) -> list[str]:
    """The decisions that wait on this user, a line each."""
    return [f"The decision on {subject_of(approval).summary(approval).headline}" for approval in _pending(user)]


def hand_over(user: User, successor: User, actor: User | None) -> None:
    """Ask the successor instead, by mail too."""
    for approval in _pending(user):
        approval.approver_id = successor.id
        data = ApprovalHandedOver(approval_id=approval.id, before_id=user.id, approver_id=successor.id)
        subject = Subject(requisition_id=approval.requisition_id, table="approvals", id=approval.id)
        record(data, subject, actor=actor)
        mails.queue_requested(approval, successor)


def _pending(user: User) -> Sequence[Approval]:
    return db.session.scalars(
        select(Approval)
        .where(Approval.approver_id == user.id, Approval.state == ApprovalState.PENDING)
        .order_by(Approval.id)
        .with_for_update()
    ).all()
