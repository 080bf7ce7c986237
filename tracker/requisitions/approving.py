"""What the approvals domain needs to know about a requisition that waits for approval."""

from tracker.accounts.models import User
from tracker.approvals.models import Approval
from tracker.core.db import db
from tracker.core.registry import ApprovalSummary
from tracker.core.templating import listing, money_range, plural
from tracker.history.operations import Subject
from tracker.requisitions import events
from tracker.requisitions.models import Requisition
from tracker.requisitions.operations import lock_requisition
from tracker.requisitions.policy import manages
from tracker.requisitions.queries import all_deciders, checklist_of, hiring_manager
from tracker.requisitions.states import Need
from tracker.requisitions.words import workplace_words


def lock(approval: Approval) -> None:
    """Lock the requisition, the first lock in the house's order."""
    lock_requisition(approval.requisition_id)


def visible(user: User, approval: Approval) -> bool:
    """Those who work on the requisition or decide for it; it says what is paid."""
    return manages(user, _requisition(approval))


def who_decides(approval: Approval) -> list[User]:
    """The hiring manager and deputies, then admins."""
    return all_deciders(_requisition(approval))


def about(approval: Approval) -> Subject:
    """An event on the approval shows on the requisition."""
    return events.about(_requisition(approval), table=Approval.__tablename__, row=approval.id)


def summary(approval: Approval) -> ApprovalSummary:
    """The facts that a hiring manager agrees to."""
    requisition = _requisition(approval)
    manager = hiring_manager(requisition)
    facts = [
        ("Role", requisition.role.label),
        ("Openings", plural(len(requisition.openings), "opening")),
        ("Team", requisition.team),
        ("Workplace", workplace_words(requisition)),
        ("Engagement", requisition.engagement.label),
        ("Salary per year", money_range(requisition.salary_from, requisition.salary_to, requisition.currency)),
        ("Target", f"{plural(requisition.target_days, 'day')} from opening to an accepted offer"),
        ("Must have", listing(item.title for item in checklist_of(requisition, Need.MUST_HAVE))),
        ("Nice to have", listing(item.title for item in checklist_of(requisition, Need.NICE_TO_HAVE))),
        ("Hiring manager", manager.name if manager else ""),
    ]
    return ApprovalSummary(
        headline=f"{requisition.number}, {requisition.title}",
        facts=tuple((label, text) for label, text in facts if text),
        address=f"/requisitions/{requisition.number}",
        consequence="Once you approve, it opens and people can be brought in.",
    )


def _requisition(approval: Approval) -> Requisition:
    return db.session.get_one(Requisition, approval.requisition_id)
