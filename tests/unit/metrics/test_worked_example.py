"""The worked example of the definitions: two openings, a hold, a hire that is undone, and a change of the clocks."""

from dataclasses import replace

from tests.unit.metrics.builders import BERLIN, application, at
from tracker.metrics.hires import Hire, days_to_hire, hire_of
from tracker.metrics.openings import days_to_fill_gross, days_to_fill_net, filled, spell_days
from tracker.metrics.records import ApplicationRecord, HoldRecord, OfferRecord, SpellRecord
from tracker.offers.states import OfferState
from tracker.pipeline.states import SourceKind
from tracker.requisitions.states import SpellEnd

OPENED = at("2026-01-05T09:00")
HOLD = HoldRecord(1, at("2026-02-02T08:00"), at("2026-02-12T08:00"))
ADA_ACCEPTED = at("2026-02-20T10:00")
BEN_ACCEPTED = at("2026-02-27T22:59:59")
BEN_UNHIRED = at("2026-03-03T09:00")
CLEO_ACCEPTED = at("2026-03-29T22:30")


def accepted(started_at: str, source: SourceKind, offer: OfferRecord, id_: int) -> ApplicationRecord:
    return replace(application(id=id_, started_at=started_at), source_kind=source, offers=(offer,))


ADA = accepted(
    "2026-01-09T23:30", SourceKind.SOURCED, OfferRecord(1, OfferState.ACCEPTED, ADA_ACCEPTED, ADA_ACCEPTED), 1
)
BEN = accepted(
    "2026-02-01T12:00", SourceKind.APPLIED, OfferRecord(1, OfferState.ACCEPTED, BEN_ACCEPTED, BEN_ACCEPTED), 2
)
CLEO = accepted(
    "2026-02-10T10:00", SourceKind.REFERRED, OfferRecord(1, OfferState.ACCEPTED, CLEO_ACCEPTED, CLEO_ACCEPTED), 3
)
BEN_UNDONE = replace(BEN, offers=(replace(BEN.offers[0], unhired_at=BEN_UNHIRED),))

FIRST = SpellRecord(1, 1, 101, OPENED, ADA_ACCEPTED, SpellEnd.FILLED)
SECOND = SpellRecord(2, 1, 102, OPENED, BEN_ACCEPTED, SpellEnd.FILLED)
SECOND_VOIDED = replace(SECOND, end=SpellEnd.VOIDED)
AGAIN = SpellRecord(3, 1, 102, BEN_UNHIRED)
AGAIN_FILLED = replace(AGAIN, ended_at=CLEO_ACCEPTED, end=SpellEnd.FILLED)


def hires(*applications: ApplicationRecord) -> list[Hire]:
    found = (hire_of(one, {}, [HOLD], BERLIN) for one in applications)
    return [hire for hire in found if hire]


def lengths(*spells: SpellRecord) -> list[tuple[int, int]]:
    return [(length.gross, length.net) for length in filled(spells, [HOLD], BERLIN)]


def test_ada_and_ben() -> None:
    assert [hire.days_to_hire for hire in hires(ADA, BEN)] == [41, 26]
    assert lengths(FIRST, SECOND) == [(46, 36), (53, 43)]


def test_ben_is_unhired() -> None:
    summary = days_to_hire(hires(ADA, BEN_UNDONE))
    assert (summary.n, summary.values) == (1, (41,))
    assert lengths(FIRST, SECOND_VOIDED, AGAIN) == [(46, 36)]
    assert spell_days(SECOND_VOIDED, [HOLD], as_of=CLEO_ACCEPTED, zone=BERLIN) is None


def test_cleo_fills_the_new_spell_after_the_clocks_changed() -> None:
    assert [hire.days_to_hire for hire in hires(ADA, BEN_UNDONE, CLEO)] == [41, 48]
    assert lengths(AGAIN_FILLED) == [(27, 27)]


def test_the_summaries_at_the_end() -> None:
    final = filled((FIRST, SECOND_VOIDED, AGAIN_FILLED), [HOLD], BERLIN)
    assert days_to_hire(hires(ADA, BEN_UNDONE, CLEO)).values == (41, 48)
    assert days_to_fill_gross(final).values == (27, 46)
    assert days_to_fill_net(final).values == (27, 36)


def test_ada_waited_on_the_hold_for_ten_of_her_days() -> None:
    [ada] = hires(ADA)
    assert (ada.waiting.hold, ada.waiting.recruiter, ada.waiting.n) == (10, 31, 41)
