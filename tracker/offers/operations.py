"""Preparing offers and what becomes of them. The order of locks: requisition, application, offer."""

from collections.abc import Sequence
from datetime import datetime

from tracker.accounts.models import User
from tracker.approvals.models import Approval
from tracker.approvals.operations import request_approval
from tracker.approvals.policy import nobody_but_you
from tracker.approvals.queries import latest_approval
from tracker.approvals.states import ApprovalKind, ApprovalState
from tracker.core import clock
from tracker.core.db import db
from tracker.core.errors import Conflict, Refused
from tracker.core.registry import Ending
from tracker.history.operations import record
from tracker.offers import events
from tracker.offers.changes import (
    Terms,
    add_version,
    change_state,
    check_number,
    lock_offer,
    lock_offer_of,
    lock_offers,
    lock_version,
    moment,
    new_offer,
    refuse_unless_worked_on,
    resolve,
    void_pending,
)
from tracker.offers.models import Offer, OfferVersion
from tracker.offers.queries import extended_count, live_version
from tracker.offers.states import OfferState
from tracker.pipeline.models import Application
from tracker.pipeline.operations import move_application
from tracker.pipeline.queries import lock_application
from tracker.pipeline.refresh import refresh
from tracker.requisitions.queries import deciders, free_openings, stage_of_kind, whom_to_ask
from tracker.requisitions.states import Phase, RequisitionState, StageKind


def prepare_offer(application: Application, terms: Terms, *, actor: User) -> OfferVersion:
    """Write down the first version of an offer, or a new one after the last was resolved.

    Moves the application to "preparing offer" unless it is in the offer phase already; the gates of that stage hold.
    Raises Refused for an application that is over, Conflict when a version is under way already.
    """
    application = lock_application(application)
    refuse_unless_worked_on(application)
    offer = lock_offer_of(application) or new_offer(application)
    live = live_version(offer)
    if live is not None:
        author = live.created_by.name if live.created_by else None
        raise Conflict(
            f"Offer {live.number} is {live.state.label} already. Open it to change it.",
            who=author,
            when=live.created_at,
        )
    stage = stage_of_kind(application.requisition, StageKind.PREPARING_OFFER)
    if application.stage.phase is not Phase.OFFER and stage is not None:
        move_application(application, stage, actor=actor, expected=None)
    version = add_version(offer, terms, actor=actor)
    refresh([application])
    return version


def new_version(offer: Offer, terms: Terms, *, actor: User, expected: int | None = None) -> OfferVersion:
    """Replace the version that is under way by a new one; one that is out goes back to being prepared.

    `expected` is the number of the version that the page showed. Raises Refused when none is under way, Conflict when
    another took its place since.
    """
    application, offer = lock_offer(offer)
    refuse_unless_worked_on(application)
    live = live_version(offer)
    if live is None:
        raise Refused("No version of this offer is under way.", needed=("Prepare a new offer instead.",))
    check_number(live, expected)
    was_out = live.state is OfferState.EXTENDED
    void_pending(live, actor=actor)
    resolve(live, OfferState.SUPERSEDED, actor=actor, at=clock.now())
    # The partial unique index allows one live version: the old one leaves before the new one comes.
    db.session.flush()
    version = add_version(offer, terms, actor=actor)
    stage = stage_of_kind(application.requisition, StageKind.PREPARING_OFFER)
    if was_out and stage is not None and application.stage.kind is StageKind.OFFER_EXTENDED:
        move_application(application, stage, actor=actor, expected=None)
    refresh([application])
    return version


def submit_offer(version: OfferVersion, *, actor: User, approver: User | None = None) -> Approval:
    """Ask for approval; without `approver` the requisition's hiring manager is asked.

    Raises Refused when nobody can be asked, or the version is not a draft.
    """
    application, version = lock_version(version)
    refuse_unless_worked_on(application)
    change_state(version, OfferState.PENDING_APPROVAL)
    if approver is None:
        if not deciders(application.requisition):
            raise Refused(
                f"{application.requisition.number} has no hiring manager who could approve this.",
                needed=("Add a hiring manager to the hiring team.",),
            )
        # Somebody else, where there is somebody else.
        people = sorted(whom_to_ask(application.requisition, [actor.id]), key=lambda person: person.id == actor.id)
        if not people:
            raise nobody_but_you()
        approver = people[0]
    approval = request_approval(
        ApprovalKind.OFFER,
        requisition_id=application.requisition_id,
        approver=approver,
        actor=actor,
        offer_version_id=version.id,
    )
    record(events.OfferSubmitted(number=version.number), events.about_version(version), actor=actor)
    refresh([application])
    return approval


def approval_decided(approval_id: int, actor: User) -> None:
    """An approval of an offer was decided: the version is approved, or a draft again. Called by the approvals."""
    approval = db.session.get_one(Approval, approval_id)
    version = db.session.get_one(OfferVersion, approval.offer_version_id)
    state = OfferState.APPROVED if approval.state is ApprovalState.APPROVED else OfferState.DRAFT
    change_state(version, state)
    record(events.OfferResolved(number=version.number, state=state), events.about_version(version), actor=actor)
    refresh([version.offer.application])


def extend_offer(
    version: OfferVersion,
    *,
    actor: User,
    expires_at: datetime | None = None,
    happened_at: datetime | None = None,
    overcommit_reason: str = "",
) -> None:
    """The candidate has the offer, since `happened_at` (aware; default: now), until `expires_at` or the version's own.

    Raises Refused for a requisition that is not open, a person who is not to be contacted, an offer without an expiry,
    and, without `overcommit_reason`, for more offers out than openings free (rule 7).
    """
    application, version = lock_version(version)
    requisition = application.requisition
    refuse_unless_worked_on(application)
    if requisition.state is RequisitionState.ON_HOLD:
        raise Refused(
            f"{requisition.number} is on hold: offers can be prepared, but not extended.",
            needed=("Resume the requisition first.",),
        )
    if application.candidate.do_not_contact_at is not None:
        raise Refused(f"{application.candidate.name} is not to be contacted.")
    at = moment(happened_at, not_before=None)
    version.expires_at = expires_at or version.expires_at
    if version.expires_at is None or version.expires_at <= at:
        message = "Say until when it can be accepted: a day after today."
        raise Refused(message, fields={"expires_on": message})
    free, out = len(free_openings(requisition)), extended_count(requisition.id)
    overcommitted = out + 1 > free
    if overcommitted and not overcommit_reason.strip():
        message = f"{out} offers are out for {free} free openings. Say why one more goes out."
        raise Refused(message, fields={"overcommit_reason": message})
    change_state(version, OfferState.EXTENDED)
    version.extended_at = at
    version.overcommit_reason = overcommit_reason.strip() if overcommitted else ""
    # The guard of the stage reads the state of the version.
    db.session.flush()
    stage = stage_of_kind(requisition, StageKind.OFFER_EXTENDED)
    if stage is not None and application.stage_id != stage.id:
        move_application(application, stage, actor=actor, expected=None, happened_at=happened_at)
    record(
        events.OfferExtended(number=version.number, overcommitted=overcommitted),
        events.about_version(version),
        actor=actor,
    )
    refresh([application])


def decline_offer(version: OfferVersion, *, actor: User, reason: str = "", happened_at: datetime | None = None) -> None:
    """The candidate said no. The application stays active and waits on the recruiter."""
    _resolve_extended(version, OfferState.DECLINED, actor=actor, reason=reason, happened_at=happened_at)


def expire_offer(version: OfferVersion, *, actor: User | None, happened_at: datetime | None = None) -> None:
    """Its time is over without an answer. The application stays active and waits on the recruiter.

    `actor` is None when the worker finds it over.
    """
    _resolve_extended(version, OfferState.EXPIRED, actor=actor, happened_at=happened_at)


def rescind_offer(version: OfferVersion, *, actor: User, reason: str, happened_at: datetime | None = None) -> None:
    """We take it back, at whatever point it is. Raises Refused without a reason."""
    if not reason.strip():
        message = "Say why the offer is taken back."
        raise Refused(message, fields={"reason": message})
    application, version = lock_version(version)
    void_pending(version, actor=actor)
    at = moment(happened_at, not_before=version.extended_at)
    resolve(version, OfferState.RESCINDED, actor=actor, at=at, reason=reason)
    refresh([application])


def rescind_with_applications(endings: Sequence[Ending]) -> None:
    """Applications ended: their offers are no longer ones. Called by the pipeline, in its transaction."""
    offers = lock_offers([ending.application.id for ending in endings])
    for ending in endings:
        offer = offers.get(ending.application.id)
        live = live_version(offer) if offer else None
        if live is not None:
            if ending.actor is not None:
                void_pending(live, actor=ending.actor)
            resolve(live, OfferState.RESCINDED, actor=ending.actor, at=_with(ending, live))


def restore_with_applications(endings: Sequence[Ending]) -> None:
    """Endings were taken back, and with them what they did to the offers. Called by the pipeline, in its transaction.

    One that was out is out again, one that was approved is approved; one that waited for its approval is a draft, and
    asks for it anew.
    """
    offers = lock_offers([ending.application.id for ending in endings])
    for ending in endings:
        _restore(ending, offers.get(ending.application.id))


def _restore(ending: Ending, offer: Offer | None) -> None:
    last = offer.versions[-1] if offer and offer.versions else None
    # Whoever rescinds an offer by itself says why.
    if last is None or last.state is not OfferState.RESCINDED or last.reason or last.resolved_at != _with(ending, last):
        return
    last.state = _state_before(last)
    last.resolved_at = last.resolved_by_id = None
    record(events.OfferRestored(number=last.number, state=last.state), events.about_version(last), actor=ending.actor)


def _with(ending: Ending, version: OfferVersion) -> datetime:
    """When an ending took a version back: when it happened, but not before the version was out."""
    return max(ending.at, version.extended_at or ending.at)


def _state_before(version: OfferVersion) -> OfferState:
    if version.extended_at is not None:
        return OfferState.EXTENDED
    approval = latest_approval(ApprovalKind.OFFER, offer_version_id=version.id)
    approved = approval is not None and approval.state is ApprovalState.APPROVED
    return OfferState.APPROVED if approved else OfferState.DRAFT


def _resolve_extended(
    version: OfferVersion,
    state: OfferState,
    *,
    actor: User | None,
    reason: str = "",
    happened_at: datetime | None = None,
) -> None:
    application, version = lock_version(version)
    at = moment(happened_at, not_before=version.extended_at)
    resolve(version, state, actor=actor, at=at, reason=reason)
    refresh([application])
