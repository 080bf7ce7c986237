"""The life of an offer."""

from enum import StrEnum


class OfferState(StrEnum):
    """draft → pending approval → approved → extended → accepted / declined / expired / rescinded / superseded."""

    DRAFT = "draft"
    PENDING_APPROVAL = "pending_approval"
    APPROVED = "approved"
    EXTENDED = "extended"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    RESCINDED = "rescinded"
    SUPERSEDED = "superseded"

    @property
    def label(self) -> str:
        """The state in words."""
        return self.value.replace("_", " ")


#: What may follow what, per version; the one writer is offers.operations.
TRANSITIONS: dict[OfferState, frozenset[OfferState]] = {
    OfferState.DRAFT: frozenset(
        {OfferState.PENDING_APPROVAL, OfferState.APPROVED, OfferState.RESCINDED, OfferState.SUPERSEDED}
    ),
    OfferState.PENDING_APPROVAL: frozenset(
        {OfferState.DRAFT, OfferState.APPROVED, OfferState.RESCINDED, OfferState.SUPERSEDED}
    ),
    OfferState.APPROVED: frozenset({OfferState.EXTENDED, OfferState.RESCINDED, OfferState.SUPERSEDED}),
    OfferState.EXTENDED: frozenset(
        {
            OfferState.ACCEPTED,
            OfferState.DECLINED,
            OfferState.EXPIRED,
            OfferState.RESCINDED,
            OfferState.SUPERSEDED,
        }
    ),
    OfferState.ACCEPTED: frozenset(),
    OfferState.DECLINED: frozenset(),
    OfferState.EXPIRED: frozenset(),
    OfferState.RESCINDED: frozenset(),
    OfferState.SUPERSEDED: frozenset(),
}

#: A version in one of these stands before its candidate or is on its way there.
LIVE = frozenset({OfferState.DRAFT, OfferState.PENDING_APPROVAL, OfferState.APPROVED, OfferState.EXTENDED})


class PayPeriod(StrEnum):
    """What a salary is paid for."""

    YEAR = "year"
    MONTH = "month"
    DAY = "day"
    HOUR = "hour"
