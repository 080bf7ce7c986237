"""What other domains ask of offers through the registry: a guard, an approval's subject, the expiry."""

from collections.abc import Sequence

from flask import url_for

from tracker.accounts.models import User
from tracker.approvals.models import Approval
from tracker.core import clock
from tracker.core.db import db, transaction
from tracker.core.errors import Conflict
from tracker.core.registry import ApprovalSummary, Move, Refusal
from tracker.core.templating import money, money_range
from tracker.core.ticks import each_alone
from tracker.history.operations import Subject
from tracker.offers.changes import lock_version
from tracker.offers.events import about_approval
from tracker.offers.models import Offer, OfferVersion
from tracker.offers.operations import expire_offer
from tracker.offers.policy import sees
from tracker.offers.queries import due_to_expire, live_version, offers_by_application
from tracker.offers.states import OfferState
from tracker.pipeline.models import Application
from tracker.pipeline.refresh import refresh
from tracker.requisitions.models import Requisition, Stage
from tracker.requisitions.queries import all_deciders
from tracker.requisitions.states import StageKind


def guard_offer_extended(moves: Sequence[Move]) -> list[Refusal | None]:
    """Nobody stands in "offer extended" without an offer that is out."""
    asking = [move.application.id for move in moves if move.to_stage.kind is StageKind.OFFER_EXTENDED]
    offers = offers_by_application(asking) if asking else {}
    return [
        _judge(move, offers.get(move.application.id)) if move.to_stage.kind is StageKind.OFFER_EXTENDED else None
        for move in moves
    ]


def _judge(move: Move, offer: Offer | None) -> Refusal | None:
    live = live_version(offer) if offer else None
    if live is not None and live.state is OfferState.EXTENDED:
        return None
    return Refusal(
        message=f"{move.application.candidate.name} has no offer that is out.",
        needed=("Prepare an offer and extend it; that moves them here.",),
        address=offer_form(move.application, move.to_stage),
    )


def offer_form(application: Application, _stage: Stage) -> str:
    """Where a drop on "offer extended" leads: the offer, or the form that prepares one."""
    return url_for("offers.new", application_id=application.id, _external=False)


def lock(approval: Approval) -> None:
    """Lock what the approval is about, from the requisition down."""
    lock_version(_version(approval))


def visible(user: User, approval: Approval) -> bool:
    """Whoever sees the offer."""
    return sees(user, _version(approval))


def who_decides(approval: Approval) -> list[User]:
    """The hiring manager and deputies, then admins."""
    return all_deciders(_requisition(approval))


def about(approval: Approval) -> Subject:
    """An event on the approval shows on the application, for those who see offers."""
    return about_approval(_version(approval), approval.id)


def summary(approval: Approval) -> ApprovalSummary:
    """The terms that a hiring manager agrees to."""
    version, requisition = _version(approval), _requisition(approval)
    name = version.offer.application.candidate.name
    facts = [
        ("Pay", f"{money(version.salary, version.currency)} per {version.period}"),
        ("Range of the requisition", _range(requisition)),
        ("Starts on", version.starts_on.strftime("%-d %B %Y") if version.starts_on else ""),
        ("Further terms", version.terms),
    ]
    return ApprovalSummary(
        headline=f"Offer to {name}, {requisition.number}"
        + (f", version {version.number}" if version.number > 1 else ""),
        facts=tuple((label, text) for label, text in facts if text),
        address=url_for("offers.show", offer_id=version.offer_id, _external=False),
        consequence="Once you approve, it can be extended.",
    )


def expire_due_offers() -> int:
    """Let offers expire whose time is over; returns how many. Ends no application: it waits on the recruiter."""
    return each_alone(due_to_expire(clock.due_now()), _expiry_of_version)


def _expiry_of_version(version_id: int) -> bool:
    try:
        with transaction():
            expire_offer(db.session.get_one(OfferVersion, version_id), actor=None)
    except Conflict:
        # Somebody recorded the answer meanwhile.
        return False
    return True


def wait_on_another(approval: Approval) -> None:
    """Somebody else is asked to decide: the card says whom the offer waits on now."""
    refresh([_version(approval).offer.application])


def _range(requisition: Requisition) -> str:
    return money_range(requisition.salary_from, requisition.salary_to, requisition.currency)


def _version(approval: Approval) -> OfferVersion:
    return db.session.get_one(OfferVersion, approval.offer_version_id)


def _requisition(approval: Approval) -> Requisition:
    return db.session.get_one(Requisition, approval.requisition_id)
