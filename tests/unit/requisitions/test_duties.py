"""What somebody held in hiring teams goes to their successor when their account is disabled."""

import pytest
from flask import Flask
from sqlalchemy import select

from tests.factories.accounts import make_user
from tests.factories.requisitions import make_requisition
from tracker.accounts.operations import disable_user
from tracker.accounts.states import Role
from tracker.approvals import duties as approval_duties
from tracker.approvals.models import Approval
from tracker.core.db import db, transaction
from tracker.core.errors import Refused
from tracker.history.queries import timeline
from tracker.mail.models import OutboxMessage
from tracker.requisitions import duties
from tracker.requisitions.queries import hiring_manager, recruiters
from tracker.requisitions.states import RequisitionState


def test_parts_and_decisions_go_to_the_successor(app: Flask) -> None:
    maya, finn = (
        make_user(Role.HIRING_MANAGER, name="Maya Lindqvist"),
        make_user(Role.HIRING_MANAGER, name="Finn Weber"),
    )
    admin = make_user(Role.ADMIN)
    requisition = make_requisition(state=RequisitionState.PENDING_APPROVAL, hiring_manager=maya)
    over = make_requisition(state=RequisitionState.CANCELLED, hiring_manager=maya)
    assert duties.held_by(maya) == [f"Hiring manager of {requisition.number}, {requisition.title}"]
    assert approval_duties.held_by(maya) == [f"The decision on {requisition.number}, {requisition.title}"]
    with transaction():
        disable_user(maya, finn, actor=admin)
    assert hiring_manager(requisition) is finn
    assert finn not in [member.user for member in over.team_members]
    approval = db.session.scalars(select(Approval)).one()
    assert approval.approver_id == finn.id
    asked = db.session.scalars(select(OutboxMessage).where(OutboxMessage.user_id == finn.id)).one()
    assert asked.kind == "approvals/requested"
    assert "asked Finn Weber to decide instead of Maya Lindqvist" in [
        entry.sentence for entry in timeline(requisition_id=requisition.id)
    ]


def test_a_successor_without_the_role_is_refused(app: Flask) -> None:
    tara, james = make_user(Role.RECRUITER), make_user(Role.INTERVIEWER, name="James Okoye")
    requisition = make_requisition(recruiter=tara)
    with pytest.raises(Refused, match="James Okoye cannot be recruiter"), transaction():
        disable_user(tara, james, actor=None)
    assert recruiters(requisition) == [tara]


def test_a_successor_who_has_the_part_already_has_it_once(app: Flask) -> None:
    maya, finn = make_user(Role.HIRING_MANAGER), make_user(Role.HIRING_MANAGER)
    requisition = make_requisition(hiring_manager=maya, deputies=[finn])
    with transaction():
        disable_user(maya, finn, actor=None)
    parts = sorted(member.part.value for member in requisition.team_members if member.user_id == finn.id)
    assert parts == ["deputy", "hiring_manager"]
