"""How the events of approvals read."""

from tracker.accounts.models import User
from tracker.approvals import events
from tracker.approvals.states import ApprovalKind
from tracker.core.db import db
from tracker.history import sentences
from tracker.history.models import Event

WHAT = {ApprovalKind.REQUISITION.value: "the requisition", ApprovalKind.OFFER.value: "the offer"}


def register_sentences() -> None:
    """Say how each kind reads."""
    sentences.add(events.ApprovalRequested.kind, _requested, refers_to={"approver_id": User})
    sentences.add(events.ApprovalDecided.kind, _decided)
    sentences.add(events.ApprovalVoided.kind, _voided)
    sentences.add(events.ApprovalHandedOver.kind, _handed_over, refers_to={"before_id": User, "approver_id": User})


def _requested(event: Event) -> str:
    approver = db.session.get(User, event.data["approver_id"])
    if approver is not None and approver.id == event.actor_id:
        return f"submitted {WHAT[event.data['approval_kind']]} to their own decision"
    return f"asked {approver.name if approver else 'somebody'} to approve {WHAT[event.data['approval_kind']]}"


def _decided(event: Event) -> str:
    word = "approved" if event.data["approved"] else "declined"
    own = " (decided by the submitter)" if event.data["own"] else ""
    return f"{word} {WHAT[event.data['approval_kind']]}{own}"


def _voided(event: Event) -> str:
    return f"took {WHAT[event.data['approval_kind']]} back before it was decided"


def _handed_over(event: Event) -> str:
    before, after = (db.session.get(User, event.data[key]) for key in ("before_id", "approver_id"))
    return f"asked {after.name if after else 'somebody'} to decide instead of {before.name if before else 'somebody'}"
