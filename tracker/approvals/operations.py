"""Asking for agreement, and deciding. One step and one person."""

from sqlalchemy import select

from tracker.accounts.models import User
from tracker.accounts.queries import read_anew
from tracker.approvals import mails
from tracker.approvals.events import ApprovalDecided, ApprovalHandedOver, ApprovalRequested, ApprovalVoided
from tracker.approvals.models import Approval
from tracker.approvals.policy import NOBODY_CAN, able_deciders, about, barred_as_own, may_decide, names, subject_of
from tracker.approvals.queries import other_deciders
from tracker.approvals.states import ApprovalKind, ApprovalState
from tracker.core import clock
from tracker.core.db import db
from tracker.core.errors import Conflict, Forbidden, Refused
from tracker.core.registry import get_registry
from tracker.history.operations import record

#: What a decline must be given, so that whoever asked knows what to change.
COMMENT_NEEDED = "Say why, so that it can be changed."


def request_approval(
    kind: ApprovalKind, *, requisition_id: int, approver: User, actor: User, offer_version_id: int | None = None
) -> Approval:
    """Ask `approver` to agree, and queue the mail that tells them; what to is locked by the caller.

    Raises Conflict when an approval of the same thing is pending already.
    """
    earlier = db.session.scalar(
        select(Approval).where(
            Approval.kind == kind,
            Approval.requisition_id == requisition_id,
            Approval.offer_version_id == offer_version_id,
            Approval.state == ApprovalState.PENDING,
        )
    )
    if earlier is not None:
        who = db.session.get_one(User, earlier.requested_by_id).name
        raise Conflict(f"{who} asked for this approval already.", who=who, when=earlier.requested_at)
    approval = Approval(
        kind=kind,
        requisition_id=requisition_id,
        offer_version_id=offer_version_id,
        approver_id=approver.id,
        state=ApprovalState.PENDING,
        requested_by_id=actor.id,
        requested_at=clock.now(),
    )
    db.session.add(approval)
    # The event and the mail name the row by its id.
    db.session.flush()
    record(
        ApprovalRequested(approval_id=approval.id, approval_kind=kind, approver_id=approver.id),
        about(approval),
        actor=actor,
    )
    if approver.id != actor.id:
        mails.queue_requested(approval, approver)
    return approval


def decide(approval: Approval, *, actor: User, approved: bool, comment: str = "") -> None:
    """Agree to it or decline it, and tell the domain whose it is, in the same transaction.

    Raises Forbidden for somebody who may not decide, Conflict when it was decided or went away before, Refused for
    what one submitted oneself where the organisation wants another person, and for a decline without a word.
    """
    subject = subject_of(approval)
    subject.lock(approval)
    db.session.refresh(approval, with_for_update=True)
    _refuse_unless_pending(approval)
    read_anew(actor)
    if not may_decide(actor, approval):
        raise Forbidden("This decision is not yours.", who=names(other_deciders(approval, than=actor)))
    if barred_as_own(actor, approval.requested_by_id):
        others = names(other_deciders(approval, than=actor))
        raise Refused(
            "You submitted this yourself, and your organisation wants another person to decide.",
            needed=(f"{others} can decide.",) if others else NOBODY_CAN,
        )
    comment = comment.strip()
    if not approved and not comment:
        raise Refused(COMMENT_NEEDED, fields={"comment": COMMENT_NEEDED})
    approval.state = ApprovalState.APPROVED if approved else ApprovalState.DECLINED
    approval.decided_by_id = actor.id
    approval.decided_at = clock.now()
    approval.comment = comment
    own = actor.id == approval.requested_by_id
    record(
        ApprovalDecided(approval_id=approval.id, approval_kind=approval.kind, approved=approved, own=own),
        about(approval),
        actor=actor,
    )
    if not own:
        mails.queue_decided(approval)
    callback = get_registry().on_approval_decided.get(approval.kind.value)
    if callback is not None:
        callback(approval.id, actor)


def hand_on(approval: Approval, *, actor: User | None) -> None:
    """Ask somebody who may decide what waits for somebody who may not, such as an admin who is none any more.

    Where nobody may, whoever decides but submitted it is asked: an admin at the least, who can mend that. Nothing
    happens to what is decided, or waits for somebody who may.
    """
    subject = subject_of(approval)
    subject.lock(approval)
    db.session.refresh(approval, with_for_update=True)
    people = able_deciders(approval) or subject.deciders(approval)
    asked = approval.approver_id in {person.id for person in people}
    if people and not asked and approval.state is ApprovalState.PENDING:
        ask_instead(approval, people[0], actor=actor)


def ask_instead(approval: Approval, approver: User, *, actor: User | None) -> None:
    """Ask somebody else to decide what is pending, by mail too."""
    before, approval.approver_id = approval.approver_id, approver.id
    record(
        ApprovalHandedOver(approval_id=approval.id, before_id=before, approver_id=approver.id),
        about(approval),
        actor=actor,
    )
    if approver.id != approval.requested_by_id:
        mails.queue_requested(approval, approver)
    subject_of(approval).handed_over(approval)


def void_approval(approval: Approval, *, actor: User | None) -> None:
    """What it was about changed or went away: nobody needs to decide any more. Nothing happens to a decided one."""
    if approval.state is not ApprovalState.PENDING:
        return
    approval.state = ApprovalState.VOID
    record(ApprovalVoided(approval_id=approval.id, approval_kind=approval.kind), about(approval), actor=actor)


def _refuse_unless_pending(approval: Approval) -> None:
    if approval.state is ApprovalState.PENDING:
        return
    if approval.state is ApprovalState.VOID:
        raise Conflict("This was taken back before you decided; there is nothing to decide any more.")
    decider = db.session.get(User, approval.decided_by_id) if approval.decided_by_id else None
    who = decider.name if decider else None
    word = "approved" if approval.state is ApprovalState.APPROVED else "declined"
    raise Conflict(f"{who or 'Somebody'} {word} this already.", who=who, when=approval.decided_at)
