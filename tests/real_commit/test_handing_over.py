"""Disabling somebody on whom a decision waits, while somebody else works on the same requisition."""

import threading

from flask import Flask
from sqlalchemy import create_engine, text

from tests.factories.accounts import make_user
from tests.factories.requisitions import make_requisition
from tests.factories.vetting import digest_of, make_shortlist, make_vetted
from tests.real_commit.conftest import AtOnce
from tests.services.waiting import wait_for
from tracker.accounts.models import User
from tracker.accounts.operations import change_roles, disable_user
from tracker.accounts.states import Role
from tracker.approvals.models import Approval
from tracker.approvals.operations import decide
from tracker.approvals.queries import pending_approval
from tracker.approvals.states import ApprovalKind, ApprovalState
from tracker.core.db import db, stays_as_read, transaction
from tracker.core.errors import Forbidden
from tracker.requisitions.models import Requisition
from tracker.requisitions.operations import lock_requisition
from tracker.requisitions.states import RequisitionState
from tracker.vetting.models import ShortlistEntry
from tracker.vetting.operations.decisions import decide_entry
from tracker.vetting.states import EntryState


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


def test_the_right_is_lost_while_the_decision_is_on_its_way(committing: Flask, at_once: AtOnce) -> None:
    """Whoever decides is known since their request began; the right counts as it is when the decision is made."""
    admin, former = make_user(Role.ADMIN), make_user(Role.ADMIN)
    requisition = make_requisition(state=RequisitionState.PENDING_APPROVAL)
    shortlist = make_shortlist(make_vetted(make_requisition()), decider=former)
    approval = pending_approval(ApprovalKind.REQUISITION, requisition_id=requisition.id)
    assert approval is not None
    admin_id, former_id, approval_id, entry_id = admin.id, former.id, approval.id, shortlist.entries[0].id
    digest = digest_of(shortlist.entries[0])
    read, demoted = threading.Event(), threading.Event()

    def decide_late() -> list[str]:
        actor = db.session.get_one(User, former_id)
        assert actor.has(Role.ADMIN)
        stays_as_read(actor)
        read.set()
        assert demoted.wait(timeout=20)
        answers = []
        try:
            with transaction():
                entry = db.session.get_one(ShortlistEntry, entry_id)
                decide_entry(
                    entry, EntryState.DECLINED, actor=actor, expected_round=1, expected_digest=digest, comment="No."
                )
        except Forbidden as forbidden:
            answers.append(forbidden.message)
        try:
            with transaction():
                decide(db.session.get_one(Approval, approval_id), actor=actor, approved=True)
        except Forbidden as forbidden:
            answers.append(forbidden.message)
        return answers

    def demote() -> str:
        assert read.wait(timeout=20)
        with transaction():
            former = db.session.get_one(User, former_id)
            change_roles(former, [Role.RECRUITER], actor=db.session.get_one(User, admin_id))
        demoted.set()
        return "demoted"

    late, done = at_once([decide_late, demote])
    assert (done, len(late) if isinstance(late, list) else late) == ("demoted", 2)
    assert db.session.get_one(Approval, approval_id).state is ApprovalState.PENDING
    assert db.session.get_one(ShortlistEntry, entry_id).state is EntryState.PENDING
