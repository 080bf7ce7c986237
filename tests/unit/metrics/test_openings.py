"""Days to fill, gross and net, and days open against the target."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.metrics.builders import BERLIN, at
from tests.unit.metrics.strategies import spans, successive_holds, zones
from tracker.metrics.openings import days_open, filled, held_days, spell_days
from tracker.metrics.records import HoldRecord, SpellRecord
from tracker.requisitions.states import SpellEnd

OPENED = at("2026-01-05T09:00")
NOW = at("2026-02-04T09:00")
OPEN = SpellRecord(1, 1, 11, OPENED)


def hold(since: str, until: str | None) -> HoldRecord:
    return HoldRecord(1, at(since), at(until) if until else None)


@pytest.mark.parametrize(
    ("holds", "days"),
    [
        ([], 0),
        ([hold("2026-01-10", "2026-01-15")], 5),
        # Clipped at the opening, at the end, at both.
        ([hold("2025-12-01", "2026-01-08T09:00")], 3),
        ([hold("2026-01-30", "2026-03-01")], 5),
        ([hold("2025-12-01", None)], 30),
        # Outside the window.
        ([hold("2025-12-01", "2026-01-05T09:00")], 0),
        ([hold("2026-02-04T09:00", None)], 0),
        # Two, and two that overlap.
        ([hold("2026-01-20", "2026-01-22"), hold("2026-01-10", "2026-01-15")], 7),
        ([hold("2026-01-10", "2026-01-15"), hold("2026-01-12", "2026-01-20")], 10),
        # One within another.
        ([hold("2026-01-10", "2026-01-20"), hold("2026-01-12", "2026-01-15"), hold("2026-01-19", "2026-01-22")], 12),
        # A hold within a day is no day.
        ([hold("2026-01-10T08:00", "2026-01-10T18:00")], 0),
    ],
)
def test_held_days(holds: list[HoldRecord], days: int) -> None:
    assert held_days(OPENED, NOW, holds, BERLIN) == days


def test_an_open_spell_runs_up_to_now_minus_the_holds_so_far() -> None:
    length = spell_days(OPEN, [hold("2026-01-25", None)], as_of=NOW, zone=BERLIN)
    assert length
    assert (length.end, length.gross, length.net) == (None, 30, 20)


def test_a_cancelled_spell_runs_to_its_cancellation_and_fills_nothing() -> None:
    spell = replace(OPEN, ended_at=at("2026-01-15T09:00"), end=SpellEnd.CANCELLED)
    length = spell_days(spell, [], as_of=NOW, zone=BERLIN)
    assert length
    assert (length.end, length.gross) == (SpellEnd.CANCELLED, 10)
    assert filled([spell, OPEN], [], BERLIN) == ()


def test_a_filled_spell_runs_to_its_acceptance_whatever_the_time() -> None:
    spell = replace(OPEN, ended_at=at("2026-01-25T09:00"), end=SpellEnd.FILLED)
    [length] = filled([spell], [], BERLIN)
    assert length.gross == 20
    assert spell_days(spell, [], as_of=NOW, zone=BERLIN) == length


def test_holds_of_other_requisitions_do_not_count() -> None:
    other = HoldRecord(2, OPENED, None)
    length = spell_days(OPEN, [other], as_of=NOW, zone=BERLIN)
    assert length
    assert length.net == length.gross == 30


def test_net_days_are_never_below_zero() -> None:
    # St John's put its clocks back at 00:01: the spell opens on 7 November, the hold begins later, on the 6th.
    spell = SpellRecord(1, 1, 11, at("2010-11-07T02:30:30"))
    held = [hold("2010-11-07T03:00", None)]
    length = spell_days(spell, held, as_of=at("2010-11-08T12:00"), zone=ZoneInfo("America/St_Johns"))
    assert length
    assert (length.gross, length.net) == (1, 0)


@pytest.mark.parametrize("end", [SpellEnd.FILLED, SpellEnd.CANCELLED])
def test_an_ended_spell_without_the_instant_is_refused(end: SpellEnd) -> None:
    with pytest.raises(ValueError, match="no instant"):
        spell_days(replace(OPEN, end=end), [], as_of=NOW, zone=BERLIN)


def test_days_open_counts_from_the_earliest_spell_that_is_open() -> None:
    ended = SpellRecord(1, 1, 11, at("2025-06-01"), at("2025-08-01"), SpellEnd.CANCELLED)
    reopened = SpellRecord(2, 1, 11, at("2026-01-20T09:00"))
    other = SpellRecord(3, 1, 12, at("2026-01-10T09:00"))
    found = days_open(
        [ended, reopened, other], [hold("2026-01-12", "2026-01-16")], target_days=20, as_of=NOW, zone=BERLIN
    )
    assert found
    assert (found.spell_id, found.gross, found.net, found.target_days, found.days_over) == (3, 25, 21, 20, 5)


def test_days_open_without_a_target_or_before_it() -> None:
    without, before = (days_open([OPEN], [], target_days=target, as_of=NOW, zone=BERLIN) for target in (None, 45))
    assert without
    assert without.days_over is None
    assert before
    assert before.days_over == -15


def test_nothing_open_gives_no_days_open() -> None:
    voided = replace(OPEN, ended_at=NOW, end=SpellEnd.VOIDED)
    assert days_open([voided], [], target_days=45, as_of=NOW, zone=BERLIN) is None
    assert days_open([OPEN], [], target_days=45, as_of=OPENED - timedelta(1), zone=BERLIN) is None


@st.composite
def held_spans(draw: st.DrawFn) -> tuple[datetime, datetime, list[HoldRecord]]:
    start, end = draw(spans())
    return start, end, draw(successive_holds(start))


@given(held_spans(), zones)
def test_net_lies_between_nothing_and_gross(case: tuple[datetime, datetime, list[HoldRecord]], zone: ZoneInfo) -> None:
    start, end, holds = case
    length = spell_days(SpellRecord(1, 1, 11, start), holds, as_of=end, zone=zone)
    assert length
    assert 0 <= length.net <= length.gross


@given(held_spans())
def test_a_hold_cut_in_two_holds_as_many_days(case: tuple[datetime, datetime, list[HoldRecord]]) -> None:
    start, end, holds = case
    middle = start + (end - start) / 2
    cut = [
        part
        for hold_ in holds
        for part in (
            (replace(hold_, until=middle), replace(hold_, since=middle))
            if hold_.since < middle and (hold_.until is None or middle < hold_.until)
            else (hold_,)
        )
    ]
    assert held_days(start, end, cut, BERLIN) == held_days(start, end, holds, BERLIN)
