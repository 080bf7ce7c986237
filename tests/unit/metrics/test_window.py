"""The weekly window: the two ends compared, nobody counted away."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.metrics.builders import BERLIN, application, at
from tests.unit.metrics.strategies import applications, instants
from tracker.metrics.hires import Hire, hire_of
from tracker.metrics.records import ApplicationRecord, OfferRecord
from tracker.metrics.visits import position_at
from tracker.metrics.window import Door, PhaseFlow, WeeklyWindow, Whose, weekly_window
from tracker.offers.states import OfferState
from tracker.pipeline.states import ApplicationStatus
from tracker.requisitions.states import Phase

SINCE, UNTIL = at("2026-01-12T07:00"), at("2026-01-19T07:00")
BEFORE, WITHIN, LATER, AFTER = "2026-01-10", "2026-01-14", "2026-01-16", "2026-01-20"


def window(*records: ApplicationRecord, hires: tuple[Hire, ...] = ()) -> WeeklyWindow:
    return weekly_window(records, hires, since=SINCE, until=UNTIL, zone=BERLIN)


def doors(flow: PhaseFlow) -> set[Door]:
    return {door for door in Door if getattr(flow, door.value)}


def flows(found: WeeklyWindow) -> dict[Phase, set[Door]]:
    return {phase: doors(flow) for phase, flow in found.phases.items() if doors(flow)}


Steps = tuple[tuple[str, str], ...]


@pytest.mark.parametrize(
    ("steps", "moved", "lost", "expected"),
    [
        ((), False, False, {}),
        ((("screening", BEFORE),), False, False, {}),
        ((("screening", AFTER),), False, False, {}),
        ((("screening", WITHIN),), True, False, {Phase.SOURCING: {Door.WENT_ON}, Phase.VETTING: {Door.CAME_IN}}),
        # Forward within a phase moves forward and passes no door.
        ((("screening", BEFORE), ("interview", WITHIN)), True, False, {}),
        # There and back within the week is no move.
        ((("screening", WITHIN), ("applied", LATER)), False, False, {}),
        ((("screening", WITHIN), ("undo", WITHIN)), False, False, {}),
        (
            (("screening", BEFORE), ("applied", WITHIN)),
            False,
            False,
            {Phase.VETTING: {Door.WENT_BACK}, Phase.SOURCING: {Door.CAME_BACK}},
        ),
        ((("rejected", WITHIN),), False, True, {Phase.SOURCING: {Door.LOST}}),
        ((("rejected", BEFORE),), False, False, {}),
        ((("rejected", AFTER),), False, False, {}),
        # Lost and taken back in the week: not lost. Taken back only after it: lost as of the end of the week.
        ((("rejected", WITHIN), ("applied", LATER)), False, False, {}),
        ((("rejected", WITHIN), ("applied", AFTER)), False, True, {Phase.SOURCING: {Door.LOST}}),
        ((("rejected", BEFORE), ("applied", WITHIN)), False, False, {Phase.SOURCING: {Door.CAME_BACK}}),
        (
            (("rejected", BEFORE), ("applied", WITHIN), ("withdrawn", LATER)),
            False,
            True,
            {Phase.SOURCING: {Door.CAME_BACK, Door.LOST}},
        ),
        (
            (("screening", WITHIN), ("withdrawn", LATER)),
            True,
            True,
            {Phase.SOURCING: {Door.WENT_ON}, Phase.VETTING: {Door.CAME_IN, Door.LOST}},
        ),
        ((("offer_extended", BEFORE), ("hired", WITHIN)), True, False, {Phase.OFFER: {Door.WENT_ON}}),
        (
            (("offer_extended", BEFORE), ("hired", BEFORE), ("offer_extended", WITHIN)),
            False,
            False,
            {Phase.OFFER: {Door.CAME_BACK}},
        ),
        ((("offer_extended", BEFORE), ("hired", BEFORE)), False, False, {}),
    ],
)
def test_one_application(steps: Steps, moved: bool, lost: bool, expected: dict[Phase, set[Door]]) -> None:
    found = window(application(*steps))
    assert found.new == ()
    assert bool(found.moved_forward) == moved
    assert bool(found.lost) == lost
    assert flows(found) == expected


@pytest.mark.parametrize(
    ("started_at", "is_new"),
    [
        ("2026-01-12T06:59:59", False),
        ("2026-01-12T07:00", True),
        ("2026-01-19T06:59:59", True),
        ("2026-01-19T07:00", False),
    ],
)
def test_new_is_what_started_in_the_window(started_at: str, is_new: bool) -> None:
    found = window(application(started_at=started_at))
    assert found.new == ((1,) if is_new else ())
    assert flows(found) == ({Phase.SOURCING: {Door.CAME_IN}} if is_new else {})


def test_what_is_new_moves_forward_from_its_own_start() -> None:
    found = window(application(("screening", LATER), started_at="2026-01-13", first="identified"))
    [move] = found.moved_forward
    assert (move.from_stage.key, move.to_stage.key, move.status) == (
        "identified",
        "screening",
        ApplicationStatus.ACTIVE,
    )
    assert flows(found) == {Phase.SOURCING: {Door.CAME_IN, Door.WENT_ON}, Phase.VETTING: {Door.CAME_IN}}


@pytest.mark.parametrize(
    ("ending", "whose"), [("rejected", Whose.OURS), ("withdrawn", Whose.THEIRS), ("closed", Whose.NOBODYS)]
)
def test_a_loss_says_whose_it_was_when_and_from_where(ending: str, whose: Whose) -> None:
    [loss] = window(application(("screening", BEFORE), (ending, WITHIN))).lost
    assert (loss.whose, loss.stage.key, loss.lost_at) == (whose, "screening", at(WITHIN))


def test_days_to_hire_are_of_the_hires_of_twelve_months() -> None:
    def hired(id_: int, accepted_at: datetime) -> Hire:
        offer = OfferRecord(1, OfferState.ACCEPTED, accepted_at, accepted_at)
        found = hire_of(replace(application(id=id_, started_at="2024-12-01T12:00"), offers=(offer,)), {}, [], BERLIN)
        assert found
        return found

    a_year_ago = at("2025-01-19T07:00")
    hires = (
        hired(1, a_year_ago - timedelta(seconds=1)),
        hired(2, a_year_ago),
        hired(3, UNTIL - timedelta(seconds=1)),
        hired(4, UNTIL),
    )
    assert window(hires=hires).days_to_hire.values == (hires[1].days_to_hire, hires[2].days_to_hire)


def test_a_window_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(ValueError, match="before it starts"):
        weekly_window([], [], since=UNTIL, until=SINCE, zone=BERLIN)


@st.composite
def pipelines(draw: st.DrawFn) -> tuple[datetime, list[ApplicationRecord]]:
    start = draw(instants)
    return start, [draw(applications(id_=id_, start=start)) for id_ in range(draw(st.integers(1, 4)))]


@given(pipelines(), st.integers(0, 120), st.integers(0, 60))
def test_every_phase_adds_up(pipeline: tuple[datetime, list[ApplicationRecord]], offset: int, length: int) -> None:
    """Active at the start + came in + came back - went on - lost - went back = active at the end."""
    start, records = pipeline
    since = start + timedelta(days=offset)
    until = since + timedelta(days=length)

    def active(instant: datetime) -> Counter[Phase]:
        reached = (position_at(record, instant) for record in records)
        return Counter(
            position.stage.phase for position in reached if position and position.status is ApplicationStatus.ACTIVE
        )

    found = weekly_window(records, [], since=since, until=until, zone=BERLIN)
    before, after = active(since), active(until)
    for phase, flow in found.phases.items():
        gained = len(flow.came_in) + len(flow.came_back)
        given_ = len(flow.went_on) + len(flow.lost) + len(flow.went_back)
        assert before[phase] + gained - given_ == after[phase]
    assert sorted(id_ for flow in found.phases.values() for id_ in flow.lost) == sorted(
        loss.application_id for loss in found.lost
    )
