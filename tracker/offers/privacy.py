"""How the personal data of offers is exported and erased."""

from typing import Any

from sqlalchemy import select, update

from tracker.approvals.models import Approval
from tracker.core.db import db
from tracker.core.registry import PersonalData, Registry
from tracker.offers.models import Hire, Offer, OfferVersion
from tracker.pipeline.models import Application


def register(registry: Registry) -> None:
    """Name the tables that hold personal data."""
    registry.add_personal_data(PersonalData("offer_versions", export_versions, erase_versions))
    registry.add_personal_data(PersonalData("hires", export_hires, erase_hires))
    registry.add_personal_data(PersonalData("approvals", export_approvals, erase_approvals))


def export_versions(candidate_id: int) -> list[dict[str, Any]]:
    """What was offered to a candidate."""
    return [
        {
            "number": version.number,
            "state": version.state.value,
            "salary": version.salary,
            "currency": version.currency,
            "period": version.period.value,
            "starts_on": version.starts_on.isoformat() if version.starts_on else None,
            "terms": version.terms,
            "reason": version.reason,
        }
        for version in db.session.scalars(
            select(OfferVersion).join(OfferVersion.offer).where(Offer.application_id.in_(_applications(candidate_id)))
        )
    ]


def erase_versions(candidate_id: int) -> None:
    """Empty what was written; the figures stay, without a person to belong to."""
    offers = select(Offer.id).where(Offer.application_id.in_(_applications(candidate_id)))
    db.session.execute(
        update(OfferVersion)
        .where(OfferVersion.offer_id.in_(offers))
        .values(terms="", reason="", overcommit_reason="")
        .execution_options(synchronize_session=False)
    )


def export_hires(candidate_id: int) -> list[dict[str, Any]]:
    """The hires of a candidate."""
    return [
        {
            "accepted_at": hire.accepted_at.isoformat(),
            "voided_at": hire.voided_at.isoformat() if hire.voided_at else None,
            "void_reason": hire.void_reason,
        }
        for hire in db.session.scalars(select(Hire).where(Hire.application_id.in_(_applications(candidate_id))))
    ]


def erase_hires(candidate_id: int) -> None:
    """Empty why a hire was taken back."""
    db.session.execute(
        update(Hire)
        .where(Hire.application_id.in_(_applications(candidate_id)))
        .values(void_reason="")
        .execution_options(synchronize_session=False)
    )


def export_approvals(candidate_id: int) -> list[dict[str, Any]]:
    """What was said when a candidate's offers were decided on."""
    rows = db.session.scalars(
        select(Approval).where(Approval.offer_version_id.in_(_versions(candidate_id))).order_by(Approval.id)
    )
    return [{"state": row.state.value, "decided_at": row.decided_at, "comment": row.comment} for row in rows]


def erase_approvals(candidate_id: int) -> None:
    """Empty what was said; that it was decided stays."""
    db.session.execute(
        update(Approval)
        .where(Approval.offer_version_id.in_(_versions(candidate_id)))
        .values(comment="")
        .execution_options(synchronize_session=False)
    )


def _versions(candidate_id: int) -> Any:
    return select(OfferVersion.id).join(OfferVersion.offer).where(Offer.application_id.in_(_applications(candidate_id)))


def _applications(candidate_id: int) -> Any:
    return select(Application.id).where(Application.candidate_id == candidate_id)
