"""Parts in hiring teams whose holder's account is disabled, and approvals that wait for who may not decide."""

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from tracker.accounts.models import User
from tracker.approvals.models import Approval
from tracker.approvals.operations import hand_on
from tracker.approvals.policy import own_allowed
from tracker.approvals.states import ApprovalState
from tracker.core.db import db
from tracker.core.errors import Refused
from tracker.history.operations import record
from tracker.requisitions import events
from tracker.requisitions.models import Requisition, TeamMember
from tracker.requisitions.operations import announce, lock_requisition, touch
from tracker.requisitions.policy import ROLE_FOR_PART, deciding, may_take, on_team
from tracker.requisitions.states import CLOSED


def held_by(user: User) -> list[str]:
    """The parts of this user in requisitions that are not over, a line each."""
    return [
        f"{member.part.label.capitalize()} of {member.requisition.number}, {member.requisition.title}"
        for member in _parts(user)
    ]


def hand_over(user: User, successor: User, actor: User | None) -> None:
    """Let the successor take every part. Raises Refused where their roles do not allow one."""
    for member in _parts(user):
        requisition = lock_requisition(member.requisition_id)
        part = member.part
        if not may_take(successor, part):
            role = ROLE_FOR_PART[part].label.lower()
            message = f"{successor.name} cannot be {part.label} of {requisition.number}: that takes the role {role}."
            raise Refused(message, needed=("Choose somebody else, or give them the role first.",))
        requisition.team_members.remove(member)
        record(events.TeamMemberRemoved(user_id=user.id, part=part), events.about(requisition), actor=actor)
        if not on_team(successor, requisition, part):
            requisition.team_members.append(TeamMember(user=successor, part=part))
            record(events.TeamMemberAdded(user_id=successor.id, part=part), events.about(requisition), actor=actor)
        touch(requisition)
        announce(requisition)


def hand_approvals_on(requisition: Requisition | None, actor: User | None) -> None:
    """Who may decide changed, in one requisition or in any: approvals that wait for who may not go to who may."""
    own = Approval.approver_id == Approval.requested_by_id
    wrong = ~deciding(Approval.approver_id, Approval.requisition_id)
    waiting = select(Approval).where(
        Approval.state == ApprovalState.PENDING, wrong if own_allowed() else or_(wrong, own)
    )
    if requisition is not None:
        waiting = waiting.where(Approval.requisition_id == requisition.id)
    for approval in db.session.scalars(waiting.order_by(Approval.requisition_id, Approval.id)).all():
        hand_on(approval, actor=actor)


def _parts(user: User) -> Sequence[TeamMember]:
    return db.session.scalars(
        select(TeamMember)
        .join(Requisition)
        .where(TeamMember.user_id == user.id, Requisition.state.not_in(CLOSED))
        .order_by(Requisition.id, TeamMember.id)
        .options(joinedload(TeamMember.requisition))
    ).all()
