"""What the history says of offers and hires."""

from dataclasses import dataclass
from typing import ClassVar

from tracker.history.models import Event
from tracker.history.operations import EventData, Subject
from tracker.offers.models import Hire, OfferVersion
from tracker.offers.states import OfferState
from tracker.pipeline.models import Application


@dataclass(frozen=True, kw_only=True)
class OfferPrepared(EventData):
    """A version of the terms was written down."""

    kind: ClassVar[str] = "offer.prepared"
    number: int


@dataclass(frozen=True, kw_only=True)
class OfferSubmitted(EventData):
    """Somebody was asked to approve a version."""

    kind: ClassVar[str] = "offer.submitted"
    number: int


@dataclass(frozen=True, kw_only=True)
class OfferExtended(EventData):
    """The candidate got it."""

    kind: ClassVar[str] = "offer.extended"
    number: int
    #: More offers were out than openings were free, with a reason.
    overcommitted: bool = False


@dataclass(frozen=True, kw_only=True)
class OfferResolved(EventData):
    """What became of a version: the value of its state."""

    kind: ClassVar[str] = "offer.resolved"
    number: int
    state: str


@dataclass(frozen=True, kw_only=True)
class OfferRestored(EventData):
    """The ending that had taken a version back was taken back itself; the value of its state since."""

    kind: ClassVar[str] = "offer.restored"
    number: int
    state: str


@dataclass(frozen=True, kw_only=True)
class HireRecorded(EventData):
    """An accepted offer filled an opening."""

    kind: ClassVar[str] = "hire.recorded"
    opening: int
    accepted_at: str


@dataclass(frozen=True, kw_only=True)
class HireUndone(EventData):
    """A hire was taken back; the opening is open again."""

    kind: ClassVar[str] = "hire.undone"


def about_version(version: OfferVersion) -> Subject:
    """An event on a version shows on its application, person and requisition."""
    return _about(version.offer.application, "offer_versions", version.id)


def about_approval(version: OfferVersion, approval_id: int) -> Subject:
    """An event on the approval of a version."""
    return _about(version.offer.application, "approvals", approval_id)


def speaks_of_offers(event: Event) -> bool:
    """Whether an event is for those only who may see offers. That somebody was hired is for everybody."""
    return event.kind.startswith("offer.") or (event.kind.startswith("approval.") and event.application_id is not None)


def said_by_approvals(event: Event) -> bool:
    """Whether the approval of a version tells the same, with whom was asked: that it was, and what came of it."""
    decided = {OfferState.APPROVED, OfferState.DRAFT}
    return event.kind == OfferSubmitted.kind or (event.kind == OfferResolved.kind and event.data["state"] in decided)


def about_hire(hire: Hire) -> Subject:
    """An event on a hire."""
    return _about(hire.application, "hires", hire.id)


def _about(application: Application, table: str, row_id: int) -> Subject:
    return Subject(
        requisition_id=application.requisition_id,
        candidate_id=application.candidate_id,
        application_id=application.id,
        table=table,
        id=row_id,
    )
