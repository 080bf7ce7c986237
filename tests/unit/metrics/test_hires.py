"""Days to hire: which acceptance counts, and from where."""

from dataclasses import replace
from datetime import datetime

import pytest

from tests.unit.metrics.builders import BERLIN, application, at
from tracker.metrics.hires import (
    accepted_within,
    days_to_hire_by_source,
    first_contact_at,
    hire_of,
    standing_acceptance,
)
from tracker.metrics.records import ApplicationRecord, OfferRecord
from tracker.offers.states import OfferState
from tracker.pipeline.states import SourceKind

ACCEPTED_AT = at("2026-03-05T12:00")


def offer(state: OfferState, version: int = 1, resolved_at: datetime | None = ACCEPTED_AT) -> OfferRecord:
    return OfferRecord(version, state, at("2026-03-01"), resolved_at)


def hired(
    id_: int = 1, started_at: str = "2026-01-05T09:00", accepted_at: str = "2026-03-05T12:00"
) -> ApplicationRecord:
    accepted = offer(OfferState.ACCEPTED, resolved_at=at(accepted_at))
    return replace(application(id=id_, started_at=started_at), offers=(accepted,))


@pytest.mark.parametrize("state", [state for state in OfferState if state is not OfferState.ACCEPTED])
def test_only_an_acceptance_hires(state: OfferState) -> None:
    assert hire_of(replace(application(), offers=(offer(state),)), {}, [], BERLIN) is None


def test_without_an_offer_nobody_is_hired() -> None:
    assert standing_acceptance(application()) is None


def test_hired_again_after_an_unhire_counts_the_new_acceptance() -> None:
    voided = replace(offer(OfferState.ACCEPTED), unhired_at=at("2026-03-10"))
    again = offer(OfferState.ACCEPTED, version=2, resolved_at=at("2026-03-20T12:00"))
    hire = hire_of(replace(application(), offers=(voided, again)), {}, [], BERLIN)
    assert hire
    assert (hire.accepted_at, hire.days_to_hire) == (at("2026-03-20T12:00"), 74)


def test_a_hire_keeps_its_counts_from_every_start() -> None:
    first = application(id=1, started_at="2025-11-01T12:00")
    second = replace(application(id=2, started_at="2025-12-01T12:00"), transferred_from_id=1)
    third = replace(hired(3), transferred_from_id=2, responded_at=at("2026-02-03T12:00"))
    unlinked = application(id=4, started_at="2024-01-01T12:00")
    hire = hire_of(third, {one.id: one for one in (first, second, third, unlinked)}, [], BERLIN)
    assert hire
    assert hire.first_contact_at == first.started_at
    assert (hire.days_to_hire, hire.days_from_first_contact, hire.days_from_response) == (59, 124, 30)


def test_first_contact_is_the_earliest_of_the_chain_wherever_it_stands() -> None:
    """A start that was recorded for an earlier day than the one it was transferred from."""
    origin = application(id=1, started_at="2026-02-01")
    transferred = replace(application(id=2, started_at="2026-01-01"), transferred_from_id=1)
    assert first_contact_at(transferred, {1: origin, 2: transferred}) == at("2026-01-01")


def test_no_recorded_answer_gives_no_count_from_it() -> None:
    hire = hire_of(hired(), {}, [], BERLIN)
    assert hire
    assert hire.days_from_response is None
    assert hire.days_from_first_contact == hire.days_to_hire


def test_a_circle_of_transfers_is_refused() -> None:
    one, other = (replace(application(id=id_), transferred_from_id=3 - id_) for id_ in (1, 2))
    with pytest.raises(ValueError, match="circle"):
        first_contact_at(one, {1: one, 2: other})


def test_a_chain_that_is_not_at_hand_is_refused() -> None:
    with pytest.raises(LookupError):
        first_contact_at(replace(application(), transferred_from_id=9), {})


def test_an_acceptance_without_an_instant_is_refused() -> None:
    broken = replace(application(), offers=(offer(OfferState.ACCEPTED, resolved_at=None),))
    with pytest.raises(ValueError, match="no instant"):
        hire_of(broken, {}, [], BERLIN)


def test_the_split_by_source_shows_every_kind() -> None:
    records = [
        replace(hired(1), source_kind=SourceKind.SOURCED),
        replace(hired(2, started_at="2026-02-05T12:00"), source_kind=SourceKind.SOURCED),
        replace(hired(3, started_at="2026-03-01T12:00"), source_kind=SourceKind.REFERRED),
    ]
    hires = [hire for record in records if (hire := hire_of(record, {}, [], BERLIN))]
    assert {kind: split.values for kind, split in days_to_hire_by_source(hires).items()} == {
        SourceKind.SOURCED: (28, 59),
        SourceKind.APPLIED: (),
        SourceKind.REFERRED: (4,),
    }


def test_a_period_of_hires_goes_by_the_acceptance() -> None:
    hires = [
        hire
        for id_, accepted_at in enumerate(("2026-02-28T23:59:59", "2026-03-01", "2026-03-31T23:59:59", "2026-04-01"))
        if (hire := hire_of(hired(id_, accepted_at=accepted_at), {}, [], BERLIN))
    ]
    assert [hire.application_id for hire in accepted_within(hires, at("2026-03-01"), at("2026-04-01"))] == [1, 2]
