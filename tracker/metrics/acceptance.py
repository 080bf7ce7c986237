"""Offer acceptance: of the offers that were answered, how many were accepted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tracker.metrics.records import ApplicationRecord, OfferRecord
from tracker.offers.states import OfferState


class Answer(StrEnum):
    """How the offer to one application stands, by its latest version."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    RESCINDED = "rescinded"
    PENDING = "pending"
    UNHIRED = "unhired"


_ANSWERS = {
    OfferState.ACCEPTED: Answer.ACCEPTED,
    OfferState.DECLINED: Answer.DECLINED,
    OfferState.EXPIRED: Answer.EXPIRED,
    OfferState.RESCINDED: Answer.RESCINDED,
}


@dataclass(frozen=True, slots=True)
class OfferAcceptance:
    """Offers by their answer; the members are ids of applications.

    Pending, rescinded, and accepted but then unhired stand beside the rate and are in neither part of it.
    """

    accepted: tuple[int, ...]
    declined: tuple[int, ...]
    expired: tuple[int, ...]
    rescinded: tuple[int, ...]
    pending: tuple[int, ...]
    unhired: tuple[int, ...]

    @property
    def n(self) -> int:
        """The denominator: accepted, declined and expired."""
        return len(self.accepted) + len(self.declined) + len(self.expired)

    @property
    def rate(self) -> float | None:
        """Accepted over answered, or ``None`` when nothing was answered."""
        return len(self.accepted) / self.n if self.n else None


def latest_offer(application: ApplicationRecord) -> OfferRecord | None:
    """The latest version of the application's offer; ``None`` while no version has gone out."""
    if all(offer.extended_at is None for offer in application.offers):
        return None
    return max(application.offers, key=lambda offer: offer.version)


def answer_to(offer: OfferRecord) -> Answer:
    """How this version stands; whatever has no outcome yet, also a new version being prepared, is pending."""
    if offer.state is OfferState.ACCEPTED and offer.unhired_at is not None:
        return Answer.UNHIRED
    return _ANSWERS.get(offer.state, Answer.PENDING)


def offer_acceptance(
    applications: Iterable[ApplicationRecord],
    *,
    since: datetime | None = None,
    until: datetime | None = None,
) -> OfferAcceptance:
    """Offer acceptance over the latest version per application.

    A period ``[since, until)`` counts by the instant of resolution; pending offers have none and are shown with any.
    """
    members: dict[Answer, list[int]] = {answer: [] for answer in Answer}
    for application in applications:
        offer = latest_offer(application)
        if offer is None:
            continue
        answer = answer_to(offer)
        if answer is Answer.PENDING or _resolved_within(offer, since, until):
            members[answer].append(application.id)
    return OfferAcceptance(**{answer.value: tuple(ids) for answer, ids in members.items()})


def _resolved_within(offer: OfferRecord, since: datetime | None, until: datetime | None) -> bool:
    if offer.resolved_at is None:
        return since is None and until is None
    return (since is None or offer.resolved_at >= since) and (until is None or offer.resolved_at < until)
