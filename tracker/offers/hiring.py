"""Accepting an offer hires, and fills an opening; taking a hire back gives the opening a new spell."""

from datetime import datetime

from tracker.accounts.models import User
from tracker.core import bell, clock
from tracker.core.db import db
from tracker.core.errors import Conflict, Refused
from tracker.history.operations import record
from tracker.offers import events
from tracker.offers.changes import lock_version, moment, resolve
from tracker.offers.models import Hire, OfferVersion
from tracker.offers.states import OfferState
from tracker.pipeline.hiring import hire_application, unhire_application
from tracker.pipeline.queries import lock_application
from tracker.pipeline.refresh import refresh
from tracker.requisitions.operations_openings import fill_opening, void_spell

#: The worker computes the figures of hires; the bell says that there are some.
FIGURES_TICK = "hire_figures"


def accept_offer(version: OfferVersion, *, actor: User, happened_at: datetime | None = None) -> Hire:
    """The candidate said yes at `happened_at` (aware; default: now): hired, and the first free opening is filled.

    The last opening fills the requisition. Raises Conflict when the offer is over, Refused when no opening is free.
    """
    application, version = lock_version(version)
    at = moment(happened_at, not_before=version.extended_at)
    resolve(version, OfferState.ACCEPTED, actor=actor, at=at)
    # Hired before the opening is filled: the last opening fills the requisition, and a filled one takes no hires.
    hire_application(application, actor=actor, happened_at=at)
    spell = fill_opening(application.requisition, actor=actor, accepted_at=at)
    hire = Hire(
        application_id=application.id,
        application=application,
        spell_id=spell.id,
        offer_version_id=version.id,
        accepted_at=at,
        recorded_at=clock.now(),
        recorded_by_id=actor.id,
    )
    db.session.add(hire)
    # The event names the row by its id.
    db.session.flush()
    record(
        events.HireRecorded(opening=spell.opening.position, accepted_at=at.isoformat()),
        events.about_hire(hire),
        actor=actor,
    )
    refresh([application])
    bell.ring(FIGURES_TICK)
    return hire


def undo_hire(hire: Hire, *, actor: User, reason: str) -> None:
    """Take a hire back: its figures drop out, the opening opens again as a new spell, the person is active again.

    Raises Refused without a reason, Conflict when it was taken back before.
    """
    if not reason.strip():
        message = "Say why the hire is taken back."
        raise Refused(message, fields={"reason": message})
    application = lock_application(hire.application_id)
    db.session.refresh(hire, with_for_update=True)
    if hire.voided_at is not None:
        who = db.session.get(User, hire.voided_by_id) if hire.voided_by_id else None
        raise Conflict("This hire was taken back already.", who=who.name if who else None, when=hire.voided_at)
    now = clock.now()
    hire.voided_at = now
    hire.voided_by_id = actor.id
    hire.void_reason = reason.strip()
    void_spell(hire.spell, actor=actor, at=now)
    unhire_application(application, actor=actor, reason=reason.strip())
    record(events.HireUndone(), events.about_hire(hire), actor=actor)
    refresh([application])
    bell.ring(FIGURES_TICK)
