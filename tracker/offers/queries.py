"""Reading offers and hires."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, func, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from tracker.accounts.permissions import can, me
from tracker.approvals.models import Approval
from tracker.approvals.states import ApprovalState
from tracker.core.db import db
from tracker.core.errors import NotVisible
from tracker.core.registry import Holder
from tracker.offers.models import Hire, Offer, OfferVersion
from tracker.offers.states import LIVE, OfferState
from tracker.pipeline.models import Application
from tracker.pipeline.refresh import read_once
from tracker.pipeline.states import WaitReason
from tracker.requisitions.models import Requisition


def offer_or_404(offer_id: int) -> Offer:
    """The offer with its versions, when the reader may see it; raises NotVisible."""
    offer = db.session.scalar(
        select(Offer)
        .where(Offer.id == offer_id)
        .options(
            selectinload(Offer.versions),
            joinedload(Offer.application).joinedload(Application.candidate),
            joinedload(Offer.application).joinedload(Application.requisition),
        )
    )
    if offer is None or not can(me(), "offer.view", offer):
        raise NotVisible
    return offer


def version_or_404(version_id: int) -> OfferVersion:
    """A version of an offer that the reader may see; raises NotVisible."""
    version = db.session.get(OfferVersion, version_id)
    if version is None or not can(me(), "offer.view", version):
        raise NotVisible
    return version


def hire_or_404(hire_id: int) -> Hire:
    """A hire that the reader may see; raises NotVisible."""
    hire = db.session.get(Hire, hire_id)
    if hire is None or not can(me(), "offer.view", hire):
        raise NotVisible
    return hire


def offer_of(application_id: int) -> Offer | None:
    """The offer of an application, with its versions."""
    return db.session.scalar(
        select(Offer).where(Offer.application_id == application_id).options(selectinload(Offer.versions))
    )


def offers_by_application(application_ids: Sequence[int]) -> dict[int, Offer]:
    """The offers of these applications, with their versions."""
    offers = db.session.scalars(
        select(Offer).where(Offer.application_id.in_(application_ids)).options(selectinload(Offer.versions))
    )
    return {offer.application_id: offer for offer in offers}


def live_version(offer: Offer) -> OfferVersion | None:
    """The version that stands before the candidate or is on its way there."""
    return next((version for version in reversed(offer.versions) if version.state in LIVE), None)


def hire_of(application_id: int) -> Hire | None:
    """The hire of an application that was not taken back."""
    return db.session.scalar(select(Hire).where(Hire.application_id == application_id, Hire.voided_at.is_(None)))


def hires_by_application(application_ids: Sequence[int]) -> dict[int, Hire]:
    """The hires of these applications that were not taken back."""
    if not application_ids:
        return {}
    hires = db.session.scalars(select(Hire).where(Hire.application_id.in_(application_ids), Hire.voided_at.is_(None)))
    return {hire.application_id: hire for hire in hires}


def hires_of_offer(offer: Offer) -> Sequence[Hire]:
    """All hires of the application, those taken back too, oldest first."""
    return db.session.scalars(select(Hire).where(Hire.application_id == offer.application_id).order_by(Hire.id)).all()


def offers_of(requisition: Requisition) -> Sequence[Offer]:
    """The offers of a requisition with persons and versions, newest first; a constant number of statements."""
    return db.session.scalars(
        select(Offer)
        .join(Offer.application)
        .where(Application.requisition_id == requisition.id)
        .order_by(Offer.id.desc())
        .options(
            contains_eager(Offer.application).joinedload(Application.candidate),
            selectinload(Offer.versions),
        )
    ).all()


def extended_count(requisition_id: int) -> int:
    """How many offers of the requisition are out."""
    return db.session.scalar(_count_out(requisition_id)) or 0


def count_out(requisition_id: BindParameter[int]) -> list[ColumnElement[int]]:
    """How many offers are out, for the tab."""
    return [_count_out(requisition_id).scalar_subquery()]


def words_out(out: int) -> str:
    """What stands beside the tab of offers: "2 out"."""
    return f"{out} out" if out else ""


def _count_out(requisition_id: int | BindParameter[int]) -> Select[int]:
    return (
        select(func.count())
        .select_from(OfferVersion)
        .join(OfferVersion.offer)
        .join(Offer.application)
        .where(Application.requisition_id == requisition_id, OfferVersion.state == OfferState.EXTENDED)
    )


def due_to_expire(now: datetime) -> Sequence[int]:
    """The ids of extended versions whose time is over."""
    return db.session.scalars(
        select(OfferVersion.id)
        .where(OfferVersion.state == OfferState.EXTENDED, OfferVersion.expires_at <= now)
        .order_by(OfferVersion.expires_at)
    ).all()


def panel(applications: Sequence[Application]) -> Mapping[int, Offer]:
    """The offers of several applications by application id, for the candidate's page."""
    offers = db.session.scalars(
        select(Offer)
        .where(Offer.application_id.in_([application.id for application in applications]))
        .options(selectinload(Offer.versions))
    )
    return {offer.application_id: offer for offer in offers}


@read_once
def _extended(applications: Sequence[Application]) -> list[tuple[int, OfferVersion]]:
    rows = db.session.execute(
        select(Offer.application_id, OfferVersion)
        .join(OfferVersion.offer)
        .where(
            Offer.application_id.in_([application.id for application in applications]),
            OfferVersion.state == OfferState.EXTENDED,
        )
    )
    return [(application_id, version) for application_id, version in rows]


def waits_on_approval(applications: Sequence[Application]) -> Mapping[int, Holder]:
    """Applications whose offer waits for an approval, and on whom."""
    rows = db.session.execute(
        select(Offer.application_id, Approval.approver_id)
        .join(OfferVersion, OfferVersion.offer_id == Offer.id)
        .join(Approval, Approval.offer_version_id == OfferVersion.id)
        .where(
            Offer.application_id.in_([application.id for application in applications]),
            Approval.state == ApprovalState.PENDING,
        )
    )
    return {row.application_id: Holder(WaitReason.HIRING_MANAGER, row.approver_id) for row in rows}


def waits_on_candidate(applications: Sequence[Application]) -> Mapping[int, Holder]:
    """Applications whose offer lies before the candidate."""
    return {application_id: Holder(WaitReason.CANDIDATE) for application_id, _ in _extended(applications)}


def card_facts(applications: Sequence[Application]) -> Mapping[int, Mapping[str, Any]]:
    """The expiry of the offer that is out, per application."""
    expiries = {application_id: version.expires_at for application_id, version in _extended(applications)}
    return {application.id: {"offer_expires_at": expiries.get(application.id)} for application in applications}
