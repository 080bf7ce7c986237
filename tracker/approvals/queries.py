"""Reading approvals."""

from collections.abc import Sequence

from sqlalchemy import Select, select

from tracker.accounts.models import User
from tracker.accounts.permissions import can, me
from tracker.accounts.queries import active_users
from tracker.accounts.states import Role
from tracker.approvals.models import Approval
from tracker.approvals.policy import able_deciders
from tracker.approvals.states import ApprovalKind, ApprovalState
from tracker.core.db import db
from tracker.core.errors import NotVisible


def approval_or_404(approval_id: int) -> Approval:
    """The approval, when the reader may see it; raises NotVisible otherwise."""
    approval = db.session.get(Approval, approval_id)
    if approval is None or not can(me(), "approval.view", approval):
        raise NotVisible
    return approval


def pending_approval(
    kind: ApprovalKind, *, requisition_id: int | None = None, offer_version_id: int | None = None
) -> Approval | None:
    """The pending approval of a requisition, or of a version of an offer."""
    return db.session.scalar(
        _newest(kind, requisition_id, offer_version_id).where(Approval.state == ApprovalState.PENDING)
    )


def latest_approval(
    kind: ApprovalKind, *, requisition_id: int | None = None, offer_version_id: int | None = None
) -> Approval | None:
    """The newest approval of a requisition, or of a version of an offer, in whatever state."""
    return db.session.scalar(_newest(kind, requisition_id, offer_version_id))


def _newest(kind: ApprovalKind, requisition_id: int | None, offer_version_id: int | None) -> Select[Approval]:
    about = (
        Approval.requisition_id == requisition_id
        if offer_version_id is None
        else Approval.offer_version_id == offer_version_id
    )
    return select(Approval).where(Approval.kind == kind, about).order_by(Approval.id.desc()).limit(1)


def pending_approvals(requisition_id: int) -> Sequence[Approval]:
    """What of a requisition waits for a decision: itself, and its offers."""
    return db.session.scalars(
        select(Approval)
        .where(Approval.requisition_id == requisition_id, Approval.state == ApprovalState.PENDING)
        .order_by(Approval.id)
    ).all()


def pending_for(user: User) -> Sequence[Approval]:
    """What waits on this person's decision, oldest first."""
    return db.session.scalars(
        select(Approval)
        .where(Approval.approver_id == user.id, Approval.state == ApprovalState.PENDING)
        .order_by(Approval.requested_at)
    ).all()


def who_can_mend(approval: Approval | None) -> list[User]:
    """Whom to turn to when nobody may decide what waits; nobody while somebody may."""
    if approval is None or approval.state is not ApprovalState.PENDING or able_deciders(approval):
        return []
    return active_users(Role.ADMIN)


def other_deciders(approval: Approval, *, than: User) -> list[User]:
    """Who else can decide now: the hiring manager first, then deputies and admins; without `than`."""
    return [person for person in able_deciders(approval) if person.id != than.id]
