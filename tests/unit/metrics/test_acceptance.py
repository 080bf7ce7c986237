"""Offer acceptance: the latest version of each application, by the instant of its resolution."""

from dataclasses import replace

import pytest

from tests.unit.metrics.builders import application, at
from tracker.metrics.acceptance import Answer, offer_acceptance
from tracker.metrics.records import ApplicationRecord, OfferRecord
from tracker.offers.states import OfferState


def offered(id_: int, *offers: OfferRecord) -> ApplicationRecord:
    return replace(application(id=id_), offers=offers)


def resolved(state: OfferState, day: int = 10, version: int = 1) -> OfferRecord:
    return OfferRecord(version, state, at("2026-03-01"), at(f"2026-03-{day:02d}"))


EXTENDED = OfferRecord(1, OfferState.EXTENDED, at("2026-03-01"))
UNHIRED = replace(resolved(OfferState.ACCEPTED), unhired_at=at("2026-03-20"))


@pytest.mark.parametrize(
    ("offers", "expected"),
    [
        ((resolved(OfferState.ACCEPTED),), Answer.ACCEPTED),
        ((resolved(OfferState.DECLINED),), Answer.DECLINED),
        ((resolved(OfferState.EXPIRED),), Answer.EXPIRED),
        ((resolved(OfferState.RESCINDED),), Answer.RESCINDED),
        ((EXTENDED,), Answer.PENDING),
        ((UNHIRED,), Answer.UNHIRED),
        ((resolved(OfferState.ACCEPTED, version=2), resolved(OfferState.DECLINED)), Answer.ACCEPTED),
        ((UNHIRED, resolved(OfferState.ACCEPTED, version=2)), Answer.ACCEPTED),
        # A new version is being prepared after the first went out.
        ((resolved(OfferState.SUPERSEDED), OfferRecord(2, OfferState.DRAFT)), Answer.PENDING),
        # Nothing has gone out yet: there is no offer to answer.
        ((OfferRecord(1, OfferState.APPROVED),), None),
        ((), None),
    ],
)
def test_answer(offers: tuple[OfferRecord, ...], expected: Answer | None) -> None:
    figures = offer_acceptance([offered(1, *offers)])
    found = [answer for answer in Answer if getattr(figures, answer.value)]
    assert found == ([expected] if expected else [])


def test_rate_counts_the_answered_only() -> None:
    figures = offer_acceptance(
        [
            offered(1, resolved(OfferState.ACCEPTED)),
            offered(2, resolved(OfferState.ACCEPTED)),
            offered(3, resolved(OfferState.DECLINED)),
            offered(4, resolved(OfferState.EXPIRED)),
            offered(5, resolved(OfferState.RESCINDED)),
            offered(6, EXTENDED),
            offered(7, UNHIRED),
        ]
    )
    assert (figures.n, figures.rate) == (4, 0.5)


def test_nothing_answered_has_no_rate() -> None:
    assert offer_acceptance([offered(1, EXTENDED)]).rate is None


def test_a_period_goes_by_the_resolution_and_shows_what_is_pending() -> None:
    figures = offer_acceptance(
        [
            offered(1, resolved(OfferState.ACCEPTED, day=9)),
            offered(2, resolved(OfferState.ACCEPTED, day=10)),
            offered(3, resolved(OfferState.DECLINED, day=19)),
            offered(4, resolved(OfferState.DECLINED, day=20)),
            offered(5, EXTENDED),
        ],
        since=at("2026-03-10"),
        until=at("2026-03-20"),
    )
    assert (figures.accepted, figures.declined, figures.pending) == ((2,), (3,), (5,))
