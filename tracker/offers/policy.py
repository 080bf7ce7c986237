"""Who sees offers, and who may do what with them. Interviewers see no terms."""

from typing import Any

from tracker.accounts.models import User
from tracker.accounts.permissions import can
from tracker.core.registry import Registry
from tracker.offers.models import Hire, Offer, OfferVersion
from tracker.pipeline.models import Application
from tracker.requisitions.models import Requisition

SEEING = "recruiters, the requisition's hiring managers and admins"
WORKING = "recruiters of the requisition and admins"


def requisition_of(subject: Any) -> Requisition:
    """The requisition that an offer, a version, a hire, an application or the requisition itself belongs to."""
    match subject:
        case Requisition():
            return subject
        case Application():
            return subject.requisition
        case OfferVersion():
            return subject.offer.application.requisition
        case Offer() | Hire():
            return subject.application.requisition
    raise TypeError(f"{type(subject).__name__} belongs to no requisition.")


def sees(user: User, subject: Any) -> bool:
    """Whoever sees everybody of the requisition sees the offers."""
    requisition = requisition_of(subject)
    return can(user, "requisition.view", requisition) and can(user, "pipeline.view", requisition)


def works(user: User, subject: Any) -> bool:
    """Whoever works the pipeline prepares, extends and resolves offers."""
    return can(user, "pipeline.work", requisition_of(subject))


def manages(user: User, subject: Any) -> bool:
    """Taking a hire back is open to those who decide as well."""
    return can(user, "requisition.edit", requisition_of(subject))


def register_permissions(registry: Registry) -> None:
    """Fill in the permissions."""
    registry.add_permission("offer.view", sees, who=SEEING)
    for name in ("prepare", "extend", "resolve"):
        registry.add_permission(f"offer.{name}", works, who=WORKING)
    registry.add_permission("hire.undo", manages, who="recruiters and hiring managers of the requisition, and admins")
