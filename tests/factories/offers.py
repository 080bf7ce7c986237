"""Offers at any point of their life."""

from datetime import timedelta

from tracker.accounts.models import User
from tracker.approvals.operations import decide
from tracker.core import clock
from tracker.core.db import transaction
from tracker.offers.changes import Terms
from tracker.offers.hiring import accept_offer
from tracker.offers.models import Hire, OfferVersion
from tracker.offers.operations import extend_offer, prepare_offer, submit_offer
from tracker.offers.states import OfferState
from tracker.pipeline.models import Application


def make_terms(salary: int = 95_000, *, days: int = 10) -> Terms:
    """Terms that can be accepted for so many days from now."""
    return Terms(salary=salary, currency="EUR", expires_at=clock.now() + timedelta(days=days))


def make_offer(
    application: Application,
    *,
    recruiter: User,
    hiring_manager: User,
    state: OfferState = OfferState.EXTENDED,
    terms: Terms | None = None,
    overcommit_reason: str = "",
) -> OfferVersion:
    """The first version of an offer, brought to that state by the people who do so."""
    with transaction():
        version = prepare_offer(application, terms or make_terms(), actor=recruiter)
    if state is OfferState.DRAFT:
        return version
    with transaction():
        approval = submit_offer(version, actor=recruiter)
    if state is OfferState.PENDING_APPROVAL:
        return version
    with transaction():
        decide(approval, actor=hiring_manager, approved=True)
    if state is OfferState.APPROVED:
        return version
    with transaction():
        extend_offer(version, actor=recruiter, overcommit_reason=overcommit_reason)
    return version


def make_hire(application: Application, *, recruiter: User, hiring_manager: User) -> Hire:
    """Somebody who accepted."""
    version = make_offer(application, recruiter=recruiter, hiring_manager=hiring_manager)
    with transaction():
        return accept_offer(version, actor=recruiter)
