"""Decisions that wait on somebody whose account is disabled."""

from collections.abc import Sequence

from sqlalchemy import select

from tracker.accounts.models import User
from tracker.approvals.models import Approval
from tracker.approvals.operations import ask_instead
from tracker.approvals.policy import able_deciders, subject_of
from tracker.approvals.states import ApprovalState
from tracker.core.db import db


def held_by(user: User) -> list[str]:
    """The decisions that wait on this user, a line each."""
    return [f"The decision on {subject_of(approval).summary(approval).headline}" for approval in _pending(user)]


def hand_over(user: User, successor: User, actor: User | None) -> None:
    """Ask the successor instead, by mail too, where they may decide; what is left is handed on to who may."""
    for approval in _pending(user):
        # What it is about is locked first, in the house's order; somebody may have decided meanwhile.
        subject_of(approval).lock(approval)
        db.session.refresh(approval, with_for_update=True)
        if approval.state is not ApprovalState.PENDING or approval.approver_id != user.id:
            continue
        if successor in able_deciders(approval):
            ask_instead(approval, successor, actor=actor)


def _pending(user: User) -> Sequence[Approval]:
    return db.session.scalars(
        select(Approval)
        .where(Approval.approver_id == user.id, Approval.state == ApprovalState.PENDING)
        .order_by(Approval.requisition_id, Approval.id)
    ).all()
