"""Mail about approvals: to whoever is asked, and back to whoever asked."""

from tracker.accounts.models import User
from tracker.approvals.models import Approval
from tracker.approvals.policy import may_see, subject_of
from tracker.approvals.states import ApprovalState
from tracker.core.db import db
from tracker.core.registry import MailKind, Registry, RenderedMail
from tracker.mail.models import OutboxMessage
from tracker.mail.operations import queue_mail
from tracker.mail.rendering import render_mail

REQUESTED = "approvals/requested"
DECIDED = "approvals/decided"


def register_mails(registry: Registry) -> None:
    """The kinds of mail of this domain."""
    registry.add_mail_kind(MailKind(REQUESTED, render_requested, still_asked))
    registry.add_mail_kind(MailKind(DECIDED, render_decided, still_decided))


def queue_requested(approval: Approval, approver: User) -> None:
    """Tell the approver what they are asked to agree to, and where."""
    queue_mail(
        REQUESTED,
        dedupe_key=f"approval-requested:{approval.id}:{approver.id}",
        user=approver,
        facts={"approval_id": approval.id},
    )


def queue_decided(approval: Approval) -> None:
    """Tell whoever asked what was decided."""
    asker = db.session.get_one(User, approval.requested_by_id)
    queue_mail(
        DECIDED,
        dedupe_key=f"approval-decided:{approval.id}:{asker.id}",
        user=asker,
        facts={"approval_id": approval.id},
    )


def still_asked(message: OutboxMessage) -> bool:
    """Whether the decision is still to be made, by whoever the mail is to."""
    approval = db.session.get(Approval, message.facts["approval_id"])
    if approval is None or approval.state is not ApprovalState.PENDING:
        return False
    return approval.approver_id == message.user_id


def still_decided(message: OutboxMessage) -> bool:
    """Whether what was decided is still there, and its reader may still know of it."""
    approval, user = db.session.get(Approval, message.facts["approval_id"]), db.session.get(User, message.user_id)
    return approval is not None and user is not None and may_see(user, approval)


def render_requested(message: OutboxMessage) -> RenderedMail:
    """What is to be agreed to, by whom it was submitted, and the link."""
    return _render("approvals/requested", message)


def render_decided(message: OutboxMessage) -> RenderedMail:
    """What was decided, with the comment."""
    return _render("approvals/decided", message)


def _render(name: str, message: OutboxMessage) -> RenderedMail:
    approval = db.session.get_one(Approval, message.facts["approval_id"])
    decider = db.session.get(User, approval.decided_by_id) if approval.decided_by_id else None
    return render_mail(
        name,
        recipient=db.session.get_one(User, message.user_id),
        approval=approval,
        approved=approval.state is ApprovalState.APPROVED,
        asker=db.session.get_one(User, approval.requested_by_id),
        decider=decider,
        summary=subject_of(approval).summary(approval),
        decision_path=f"/approvals/{approval.id}/decision",
    )
