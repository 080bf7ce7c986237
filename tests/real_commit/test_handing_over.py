"""Disabling somebody on whom a decision waits, while somebody else works on the same requisition."""

import threading

from flask import Flask
from sqlalchemy import create_engine, text

from tests.factories.accounts import make_user
from tests.factories.requisitions import make_requisition
from tests.real_commit.conftest import AtOnce
from tests.services.waiting import wait_for
from tracker.accounts.models import User
from tracker.accounts.operations import disable_user
from tracker.accounts.states import Role
from tracker.approvals.models import Approval
from tracker.approvals.operations import decide
from tracker.approvals.queries import pending_approval
from tracker.approvals.states import ApprovalKind, ApprovalState
from tracker.core.db import db, transaction
from tracker.requisitions.models import Requisition
from tracker.requisitions.operations import lock_requisition
from tracker.requisitions.states import RequisitionState


def blocked(url: str) -> bool:
    """Whether anybody waits for a lock; SQLite has one lock for all, and nobody to ask."""
    if not url.startswith("postgresql"):
        return True
    engine = create_engine(url)
    with engine.connect() as connection:
        waiting = connection.execute(text("SELECT count(*) FROM pg_locks WHERE NOT granted")).scalar_one()
    engine.dispose()
    return bool(waiting)


def test_who_hands_decisions_over_locks_the_requisition_first(committing: Flask, at_once: AtOnce) -> None:
    """Whoever holds the requisition may go on to its approval: the other waits for the requisition, holding nothing."""
    admin, successor = make_user(Role.ADMIN), make_user(Role.HIRING_MANAGER)
    requisition = make_requisition(state=RequisitionState.PENDING_APPROVAL)
    approval = pending_approval(ApprovalKind.REQUISITION, requisition_id=requisition.id)
    assert approval is not None
    requisition_id, approval_id, approver_id = requisition.id, approval.id, approval.approver_id
    admin_id, successor_id, url = admin.id, successor.id, committing.config["SQLALCHEMY_DATABASE_URI"]
    holding = threading.Event()

    def approve() -> str:
        with transaction():
            lock_requisition(requisition_id)
            holding.set()
            wait_for(lambda: blocked(str(url)), seconds=20, what="the other to ask for a lock")
            actor = db.session.get_one(User, admin_id)
            decide(db.session.get_one(Approval, approval_id), actor=actor, approved=True)
        return "approved"

    def hand_over() -> str:
        holding.wait(timeout=20)
        with transaction():
            disable_user(
                db.session.get_one(User, approver_id),
                db.session.get_one(User, successor_id),
                actor=db.session.get_one(User, admin_id),
            )
        return "handed over"

    assert at_once([approve, hand_over]) == ["approved", "handed over"]
    db.session.rollback()
    decided = db.session.get_one(Approval, approval_id)
    # It was decided when the other got there, so there was nothing left to hand over.
    assert (decided.state, decided.approver_id) == (ApprovalState.APPROVED, approver_id)
    assert db.session.get_one(Requisition, requisition_id).state is RequisitionState.OPEN
