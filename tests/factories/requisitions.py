"""Requisitions."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Unpack

from tests.factories.accounts import make_user
from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.core import clock
from tracker.core.db import transaction
from tracker.requisitions.facts import Facts
from tracker.requisitions.models import Requisition
from tracker.requisitions.operations import create_requisition
from tracker.requisitions.operations_life import (
    close_requisition,
    hold_requisition,
    open_requisition,
    submit_for_approval,
)
from tracker.requisitions.states import RequisitionState, RoleProfileKey


def make_requisition(
    *,
    state: RequisitionState = RequisitionState.OPEN,
    role: RoleProfileKey = RoleProfileKey.MLOPS_ENGINEER,
    recruiter: User | None = None,
    hiring_manager: User | None = None,
    deputies: Sequence[User] = (),
    interviewers: Sequence[User] = (),
    openings: int = 1,
    opened_at: datetime | None = None,
    **facts: Unpack[Facts],
) -> Requisition:
    """A requisition in that state with a recruiter and a hiring manager; opened 30 days ago unless said otherwise.

    `filled` cannot be made here: it takes somebody who is hired.
    """
    recruiter = recruiter or make_user(Role.RECRUITER)
    hiring_manager = hiring_manager or make_user(Role.HIRING_MANAGER)
    at = opened_at or clock.now() - timedelta(days=30)
    facts.setdefault("title", "Senior MLOps Engineer, Berlin platform")
    with transaction():
        requisition = create_requisition(
            role=role,
            actor=recruiter,
            recruiters=[recruiter],
            hiring_manager=hiring_manager,
            deputies=deputies,
            interviewers=interviewers,
            openings=openings,
            happened_at=at,
            **facts,
        )
        if state is RequisitionState.PENDING_APPROVAL:
            submit_for_approval(requisition, actor=recruiter)
        elif state is not RequisitionState.DRAFT:
            open_requisition(requisition, actor=hiring_manager, happened_at=at)
        if state is RequisitionState.ON_HOLD:
            hold_requisition(requisition, actor=recruiter, reason="The budget is being decided.")
        elif state is RequisitionState.CANCELLED:
            close_requisition(requisition, actor=recruiter, cancelled=True, reason="The project ended.")
    return requisition
