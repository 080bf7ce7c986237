"""Days to hire: from the entry into the pipeline to the accepted offer, and the same hire seen from other starts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from tracker.metrics.days import day_count
from tracker.metrics.records import ApplicationRecord, HoldRecord, OfferRecord
from tracker.metrics.spread import Spread, spread
from tracker.metrics.waiting import WaitingSplit, waiting_split
from tracker.offers.states import OfferState
from tracker.pipeline.states import SourceKind


@dataclass(frozen=True, slots=True)
class Hire:
    """One hire that stands, and its day counts.

    ``days_to_hire`` is the headline, from ``started_at``; ``days_from_first_contact`` goes back along the transfers;
    ``days_from_response`` starts at the first answer and is ``None`` where none was recorded. ``waiting`` splits
    ``days_to_hire`` by who held the ball.
    """

    application_id: int
    requisition_id: int
    candidate_id: int
    source_kind: SourceKind
    started_at: datetime
    first_contact_at: datetime
    responded_at: datetime | None
    accepted_at: datetime
    days_to_hire: int
    days_from_first_contact: int
    days_from_response: int | None
    waiting: WaitingSplit


def standing_acceptance(application: ApplicationRecord) -> OfferRecord | None:
    """The accepted version of the application's offer, or ``None``; an unhire voids one, a later one counts again."""
    standing = [
        offer for offer in application.offers if offer.state is OfferState.ACCEPTED and offer.unhired_at is None
    ]
    return max(standing, key=lambda offer: offer.version, default=None)


def first_contact_at(application: ApplicationRecord, by_id: Mapping[int, ApplicationRecord]) -> datetime:
    """The start of the earliest application along the chain of transfers that led to this one, and of nothing else.

    ``by_id`` holds at least the applications of the chain. Raises ``LookupError`` when one is missing and
    ``ValueError`` when the chain bites its own tail.
    """
    earliest = application.started_at
    seen = {application.id}
    while application.transferred_from_id is not None:
        if application.transferred_from_id in seen:
            raise ValueError(f"application {application.id} was transferred in a circle")
        application = by_id[application.transferred_from_id]
        seen.add(application.id)
        earliest = min(earliest, application.started_at)
    return earliest


def hire_of(
    application: ApplicationRecord,
    by_id: Mapping[int, ApplicationRecord],
    holds: Sequence[HoldRecord],
    zone: ZoneInfo,
) -> Hire | None:
    """The hire that the application ended in, or ``None`` when no accepted offer stands.

    ``by_id`` resolves the chain of transfers (see ``first_contact_at``), ``holds`` are those of the application's
    requisition. Raises ``ValueError`` for an acceptance without an instant, or before the start.
    """
    acceptance = standing_acceptance(application)
    if acceptance is None:
        return None
    accepted_at = acceptance.resolved_at
    if accepted_at is None:
        raise ValueError(f"the accepted offer of application {application.id} has no instant of acceptance")
    first_contact = first_contact_at(application, by_id)
    responded_at = application.responded_at
    return Hire(
        application_id=application.id,
        requisition_id=application.requisition_id,
        candidate_id=application.candidate_id,
        source_kind=application.source_kind,
        started_at=application.started_at,
        first_contact_at=first_contact,
        responded_at=responded_at,
        accepted_at=accepted_at,
        days_to_hire=day_count(application.started_at, accepted_at, zone),
        days_from_first_contact=day_count(first_contact, accepted_at, zone),
        days_from_response=None if responded_at is None else day_count(responded_at, accepted_at, zone),
        waiting=waiting_split(application.started_at, accepted_at, application.waits, holds, zone),
    )


def accepted_within(hires: Iterable[Hire], since: datetime, until: datetime) -> tuple[Hire, ...]:
    """The hires whose offer was accepted in ``[since, until)``."""
    return tuple(hire for hire in hires if since <= hire.accepted_at < until)


def days_to_hire(hires: Iterable[Hire]) -> Spread:
    """The summary of the headline number over a set of hires."""
    return spread(hire.days_to_hire for hire in hires)


def days_to_hire_by_source(hires: Iterable[Hire]) -> dict[SourceKind, Spread]:
    """The headline number split by how the applications entered the pipeline; every kind has its summary."""
    values: dict[SourceKind, list[int]] = {kind: [] for kind in SourceKind}
    for hire in hires:
        values[hire.source_kind].append(hire.days_to_hire)
    return {kind: spread(counts) for kind, counts in values.items()}
