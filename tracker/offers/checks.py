"""Invariants of offers and hires, for `tracker verify`."""

from collections.abc import Iterator

from sqlalchemy import select

from tracker.core.db import db
from tracker.core.registry import Registry
from tracker.offers.models import Hire, OfferVersion
from tracker.offers.states import OfferState
from tracker.pipeline.models import Application
from tracker.pipeline.states import ApplicationStatus
from tracker.requisitions.models import Spell
from tracker.requisitions.states import SpellEnd


def register(registry: Registry) -> None:
    """Name the checks."""
    registry.add_check("hires agree with applications, offers and spells", hires_agree)


def hires_agree() -> Iterator[str]:
    """A hire that stands has a hired application, an accepted offer and a filled spell that ends at its acceptance."""
    rows = db.session.execute(
        select(Hire, Application.status, OfferVersion.state, Spell.end, Spell.ended_at)
        .join(Application, Application.id == Hire.application_id)
        .join(OfferVersion, OfferVersion.id == Hire.offer_version_id)
        .join(Spell, Spell.id == Hire.spell_id)
        .where(Hire.voided_at.is_(None))
    )
    for hire, status, state, end, ended_at in rows:
        if status is not ApplicationStatus.HIRED:
            yield f"Hire {hire.id} stands, but application {hire.application_id} is {status}."
        if state is not OfferState.ACCEPTED:
            yield f"Hire {hire.id} stands, but its offer is {state}."
        if end is not SpellEnd.FILLED or ended_at != hire.accepted_at:
            yield f"Hire {hire.id} stands, but its opening was not filled at its acceptance."
    hired = select(Hire.application_id).where(Hire.voided_at.is_(None))
    for application_id in db.session.scalars(
        select(Application.id).where(Application.status == ApplicationStatus.HIRED, Application.id.not_in(hired))
    ):
        yield f"Application {application_id} is hired without a hire."
