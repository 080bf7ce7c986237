"""Approvals, through requisitions that are submitted."""

import pytest
from flask import Flask
from sqlalchemy import select

from tests.factories.accounts import make_user
from tests.factories.requisitions import make_requisition
from tracker.accounts.models import OrganisationSettings, User
from tracker.accounts.states import DecideOwn, Role
from tracker.approvals.models import Approval
from tracker.approvals.operations import decide
from tracker.approvals.queries import pending_approval, pending_for
from tracker.approvals.states import ApprovalKind, ApprovalState
from tracker.core.db import db, transaction
from tracker.core.errors import Conflict, Forbidden, Refused
from tracker.history.queries import timeline
from tracker.mail.models import OutboxMessage
from tracker.mail.states import MailState
from tracker.requisitions.models import Requisition
from tracker.requisitions.operations_life import approver_choices, submit_for_approval, take_back
from tracker.requisitions.states import RequisitionState

S = RequisitionState


def allow_own() -> None:
    with transaction():
        db.session.add(OrganisationSettings(id=1, decide_own=DecideOwn.OWN_ALLOWED))


def pending(requisition: Requisition) -> Approval:
    approval = pending_approval(ApprovalKind.REQUISITION, requisition_id=requisition.id)
    assert approval is not None
    return approval


def mails() -> list[tuple[str, str]]:
    rows = db.session.execute(
        select(OutboxMessage.kind, User.name).join(User, User.id == OutboxMessage.user_id).order_by(OutboxMessage.id)
    )
    return [(kind, name) for kind, name in rows]


def test_the_hiring_manager_is_asked_by_mail_and_approving_opens_it(app: Flask) -> None:
    maya = make_user(Role.HIRING_MANAGER, name="Maya Lindqvist")
    tara = make_user(Role.RECRUITER, name="Tara Kessler")
    requisition = make_requisition(state=S.PENDING_APPROVAL, recruiter=tara, hiring_manager=maya)
    approval = pending(requisition)
    assert pending_for(maya) == [approval]
    assert mails() == [("approvals/requested", "Maya Lindqvist")]
    with transaction():
        decide(approval, actor=maya, approved=True, comment="Go ahead.")
    assert (requisition.state, approval.state, approval.comment) == (S.OPEN, ApprovalState.APPROVED, "Go ahead.")
    assert mails()[1:] == [("approvals/decided", "Tara Kessler")]
    sentences = [f"{entry.actor_name} {entry.sentence}" for entry in timeline(requisition_id=requisition.id)]
    assert sentences[:2] == ["Maya Lindqvist opened the requisition", "Maya Lindqvist approved the requisition"]


def test_declining_takes_a_word_and_makes_it_a_draft_again(app: Flask) -> None:
    requisition = make_requisition(state=S.PENDING_APPROVAL)
    approval = pending(requisition)
    maya = db.session.get_one(User, approval.approver_id)
    with pytest.raises(Refused) as refused, transaction():
        decide(approval, actor=maya, approved=False, comment=" ")
    assert "comment" in refused.value.fields
    with transaction():
        decide(approval, actor=maya, approved=False, comment="The range is too low.")
    assert (requisition.state, approval.state) == (S.DRAFT, ApprovalState.DECLINED)
    with transaction():
        submit_for_approval(requisition, actor=db.session.get_one(User, approval.requested_by_id))
    assert pending(requisition).id != approval.id


def test_a_second_decision_is_told_who_was_faster(app: Flask) -> None:
    maya, deputy = make_user(Role.HIRING_MANAGER, name="Maya Lindqvist"), make_user(Role.HIRING_MANAGER)
    requisition = make_requisition(state=S.PENDING_APPROVAL, hiring_manager=maya, deputies=[deputy])
    approval = pending(requisition)
    with transaction():
        decide(approval, actor=maya, approved=True)
    with pytest.raises(Conflict, match="Maya Lindqvist approved this already") as conflict, transaction():
        decide(approval, actor=deputy, approved=False, comment="No.")
    assert (conflict.value.who, conflict.value.when) == ("Maya Lindqvist", approval.decided_at)


def test_what_was_taken_back_cannot_be_decided(app: Flask) -> None:
    requisition = make_requisition(state=S.PENDING_APPROVAL)
    approval = pending(requisition)
    with transaction():
        take_back(requisition, actor=db.session.get_one(User, approval.requested_by_id))
    assert (approval.state, requisition.state) == (ApprovalState.VOID, S.DRAFT)
    with pytest.raises(Conflict, match="taken back"), transaction():
        decide(approval, actor=db.session.get_one(User, approval.approver_id), approved=True)


def test_others_may_not_decide(app: Flask) -> None:
    requisition = make_requisition(state=S.PENDING_APPROVAL)
    for stranger in (make_user(Role.RECRUITER), make_user(Role.HIRING_MANAGER), make_user(Role.INTERVIEWER)):
        with pytest.raises(Forbidden) as forbidden, transaction():
            decide(pending(requisition), actor=stranger, approved=True)
        assert forbidden.value.who


def test_ones_own_submission_waits_for_another_person_who_is_named(app: Flask) -> None:
    founder = make_user(Role.ADMIN, Role.RECRUITER, Role.HIRING_MANAGER, name="Finn Founder")
    requisition = make_requisition(state=S.DRAFT, recruiter=founder, hiring_manager=founder)
    with pytest.raises(Refused, match="Nobody but you"), transaction():
        submit_for_approval(requisition, actor=founder)
    ada = make_user(Role.ADMIN, name="Ada Admin")
    assert approver_choices(requisition, founder) == [ada]
    with transaction():
        submit_for_approval(requisition, actor=founder)
    with pytest.raises(Refused, match="yourself") as refused, transaction():
        decide(pending(requisition), actor=founder, approved=True)
    assert refused.value.needed == ("Ada Admin can decide.",)
    with transaction():
        decide(pending(requisition), actor=ada, approved=True)
    assert requisition.state is S.OPEN


def test_where_own_decisions_are_allowed_the_history_says_so(app: Flask) -> None:
    allow_own()
    founder = make_user(Role.ADMIN, Role.RECRUITER, Role.HIRING_MANAGER)
    requisition = make_requisition(state=S.DRAFT, recruiter=founder, hiring_manager=founder)
    with transaction():
        approval = submit_for_approval(requisition, actor=founder)
        decide(approval, actor=founder, approved=True)
    assert (requisition.state, mails()) == (S.OPEN, [])
    sentences = [entry.sentence for entry in timeline(requisition_id=requisition.id)]
    assert "approved the requisition (decided by the submitter)" in sentences


def test_a_requisition_without_a_hiring_manager_is_not_submitted(app: Flask) -> None:
    founder = make_user(Role.RECRUITER)
    requisition = make_requisition(state=S.DRAFT, recruiter=founder)
    with transaction():
        requisition.team_members = [member for member in requisition.team_members if member.user_id == founder.id]
    with pytest.raises(Refused, match="no hiring manager"), transaction():
        submit_for_approval(requisition, actor=founder)


def test_the_mail_is_sent_only_while_the_decision_is_open(app: Flask) -> None:
    requisition = make_requisition(state=S.PENDING_APPROVAL)
    message = db.session.scalars(select(OutboxMessage)).one()
    kind = app.extensions["registry"].mail_kinds[message.kind]
    assert message.state is MailState.QUEUED
    assert kind.still_true(message)
    somebody = make_user(Role.ADMIN)
    with transaction():
        take_back(requisition, actor=somebody)
    assert not kind.still_true(message)
