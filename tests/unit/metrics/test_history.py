"""Agreement with a history as another system hands it over, and with figures computed from it independently."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.unit.metrics.builders import BERLIN
from tests.unit.metrics.handed_over import KEYS, read_history
from tracker.metrics.acceptance import offer_acceptance
from tracker.metrics.days import first_instant
from tracker.metrics.hires import days_to_hire, days_to_hire_by_source, hire_of
from tracker.metrics.openings import days_open, days_to_fill_gross, days_to_fill_net, filled, spell_days
from tracker.metrics.passing import PassThrough, pass_through
from tracker.metrics.spread import Spread
from tracker.metrics.visits import days_in_stage, position_at, positions, visits
from tracker.metrics.window import Door, weekly_window
from tracker.pipeline.states import ApplicationStatus
from tracker.requisitions.states import Phase

HISTORY = read_history()
SECTIONS = [pytest.param(ids, figures, id=name) for name, ids, figures in HISTORY.sections()]
BY_ID = {application.id: application for application in HISTORY.applications}
HIRES = tuple(
    hire
    for application in HISTORY.applications
    if (
        hire := hire_of(
            application,
            BY_ID,
            [hold for hold in HISTORY.holds if hold.requisition_id == application.requisition_id],
            BERLIN,
        )
    )
)


def assert_spread(ours: Spread, truth: dict[str, Any]) -> None:
    assert ours.n == truth["n"]
    for figure in ("median", "p75", "p90"):
        expected = truth[figure]
        assert getattr(ours, figure) == (None if expected is None else pytest.approx(expected, abs=1e-12))
    if "values" in truth:
        assert list(ours.values) == truth["values"]


def assert_pass_through(ours: PassThrough, truth: dict[str, Any]) -> None:
    assert {
        "entered": ours.entered,
        "passed": len(ours.passed),
        "not_passed": len(ours.not_passed),
        "undecided_in_stage": len(ours.in_stage),
        "undecided_moved_back": len(ours.moved_back),
        "rate": ours.rate,
    } == {**truth, "rate": None if truth["rate"] is None else pytest.approx(truth["rate"], abs=1e-12)}


def test_the_whole_history_was_read() -> None:
    assert len(HISTORY.applications) == HISTORY.truth["overall"]["applications"]
    assert len(HISTORY.spells) == len(HISTORY.truth["spells"])


@pytest.mark.parametrize(("ids", "figures"), SECTIONS)
def test_active_applications(ids: set[int], figures: dict[str, Any]) -> None:
    chosen = [application for application in HISTORY.applications if application.requisition_id in ids]
    assert len(chosen) == figures["applications"]
    assert (
        sum(positions(application)[-1].status is ApplicationStatus.ACTIVE for application in chosen)
        == figures["active"]
    )


@pytest.mark.parametrize(("ids", "figures"), SECTIONS)
def test_days_to_hire(ids: set[int], figures: dict[str, Any]) -> None:
    hires = [hire for hire in HIRES if hire.requisition_id in ids]
    assert_spread(days_to_hire(hires), figures["days_to_hire"])
    assert sum(split.n for split in days_to_hire_by_source(hires).values()) == figures["days_to_hire"]["n"]


@pytest.mark.parametrize(("ids", "figures"), SECTIONS)
def test_days_to_fill(ids: set[int], figures: dict[str, Any]) -> None:
    lengths = filled((spell for spell in HISTORY.spells if spell.requisition_id in ids), HISTORY.holds, BERLIN)
    assert_spread(days_to_fill_gross(lengths), figures["days_to_fill_gross"])
    assert_spread(days_to_fill_net(lengths), figures["days_to_fill_net"])


@pytest.mark.parametrize(("ids", "figures"), SECTIONS)
def test_how_spells_ended(ids: set[int], figures: dict[str, Any]) -> None:
    ends = Counter(spell.end or "open" for spell in HISTORY.spells if spell.requisition_id in ids)
    assert {end: ends[end] for end in ("filled", "open", "cancelled", "voided")} == figures["openings"]["spells"]


@pytest.mark.parametrize(("ids", "figures"), SECTIONS)
@pytest.mark.parametrize("name", KEYS)
def test_days_in_stage(ids: set[int], figures: dict[str, Any], name: str) -> None:
    stays = [
        visit
        for application in HISTORY.applications
        if application.requisition_id in ids
        for visit in visits(application)
    ]
    ours = days_in_stage(stays, KEYS[name], as_of=HISTORY.as_of, zone=BERLIN)
    truth = figures["days_in_stage"][name]
    assert_spread(ours.completed, truth["completed"])
    assert_spread(ours.still_in, truth["still_in_stage_age"])
    assert ours.still_in.n == truth["still_in_stage"]


@pytest.mark.parametrize(("ids", "figures"), SECTIONS)
@pytest.mark.parametrize("name", KEYS)
def test_pass_through(ids: set[int], figures: dict[str, Any], name: str) -> None:
    chosen = [application for application in HISTORY.applications if application.requisition_id in ids]
    assert_pass_through(pass_through(chosen, KEYS[name]), figures["pass_through"][name])


@pytest.mark.parametrize("name", KEYS)
def test_pass_through_of_those_who_entered_in_a_quarter(name: str) -> None:
    truth = HISTORY.truth["pass_through_of_applications_entering_in"]
    since, until = (first_instant(datetime.fromisoformat(truth[edge]).date(), BERLIN) for edge in ("from", "before"))
    ours = pass_through(HISTORY.applications, KEYS[name], since=since, until=until)
    assert_pass_through(ours, truth["stages"][name])


@pytest.mark.parametrize(("ids", "figures"), SECTIONS)
def test_offer_acceptance(ids: set[int], figures: dict[str, Any]) -> None:
    chosen = [application for application in HISTORY.applications if application.requisition_id in ids]
    ours, truth = offer_acceptance(chosen), figures["offer_acceptance"]
    for answer in ("accepted", "declined", "expired", "rescinded", "pending"):
        assert len(getattr(ours, answer)) == truth[answer]
    assert len(ours.unhired) == truth["accepted_then_unhired"]
    assert ours.rate == (None if truth["rate"] is None else pytest.approx(truth["rate"], abs=1e-12))
    assert sum(len(application.offers) for application in chosen) == truth["versions"]


@pytest.mark.parametrize("id_", HISTORY.numbers)
def test_days_open_beside_the_target(id_: int) -> None:
    truth = HISTORY.truth["requisitions"][HISTORY.numbers[id_]]
    ours = days_open(
        [spell for spell in HISTORY.spells if spell.requisition_id == id_],
        HISTORY.holds,
        target_days=HISTORY.targets[id_],
        as_of=HISTORY.as_of,
        zone=BERLIN,
    )
    assert HISTORY.targets[id_] == truth["target_days"]
    assert (ours.gross if ours else None) == truth["days_open"]


def test_hires_row_by_row() -> None:
    filled_by = {(spell.requisition_id, spell.ended_at): spell for spell in HISTORY.spells}
    ours = []
    for hire in HIRES:
        spell = filled_by[hire.requisition_id, hire.accepted_at]
        length = spell_days(spell, HISTORY.holds, as_of=HISTORY.as_of, zone=BERLIN)
        assert length is not None
        ours.append(
            {
                "requisition": HISTORY.numbers[hire.requisition_id],
                "candidate_email": HISTORY.emails[hire.application_id],
                "started_at": hire.started_at.isoformat(),
                "accepted_at": hire.accepted_at.isoformat(),
                "opening": spell.opening_id % 100,
                "spell_opened_at": spell.opened_at.isoformat(),
                "days_to_hire": hire.days_to_hire,
                "days_from_first_contact": hire.days_from_first_contact,
                "gross": length.gross,
                "net": length.net,
            }
        )
    truth = [
        {key: value for key, value in row.items() if key != "days_from_earliest_application_of_the_person"}
        for row in HISTORY.truth["hires"]
    ]

    def order(row: dict[str, Any]) -> tuple[str, str]:
        return row["requisition"], row["candidate_email"]

    assert sorted(ours, key=order) == sorted(truth, key=order)


def test_spells_row_by_row() -> None:
    for spell, truth in zip(HISTORY.spells, HISTORY.truth["spells"], strict=True):
        length = spell_days(spell, HISTORY.holds, as_of=HISTORY.as_of, zone=BERLIN)
        assert HISTORY.numbers[spell.requisition_id] == truth["requisition"]
        assert spell.opening_id % 100 == truth["opening"]
        assert spell.opened_at.isoformat() == truth["opened_at"]
        assert (spell.ended_at and spell.ended_at.isoformat()) == truth["ended_at"]
        assert (spell.end or "open") == truth["end"]
        assert (length.gross if length else None) == (None if truth["end"] == "voided" else truth["day_count"])
        assert "net" not in truth or (length and length.net) == truth["net"]


def test_waiting_parts_of_every_hire_sum_to_its_days() -> None:
    assert [hire.waiting.n for hire in HIRES] == [hire.days_to_hire for hire in HIRES]


def test_weekly_windows_lose_nobody() -> None:
    """Week after week, what each phase held, gained and gave adds up to what it holds next."""

    def active(instant: datetime) -> Counter[Phase]:
        reached = (position_at(application, instant) for application in HISTORY.applications)
        return Counter(
            position.stage.phase for position in reached if position and position.status is ApplicationStatus.ACTIVE
        )

    since = datetime.fromisoformat("2025-05-19T06:00:00+00:00")
    started, gains = 0, (Door.CAME_IN, Door.CAME_BACK)
    while since < HISTORY.as_of:
        until = since + timedelta(days=7)
        window = weekly_window(HISTORY.applications, HIRES, since=since, until=until, zone=BERLIN)
        before, after = active(since), active(until)
        for phase, flow in window.phases.items():
            change = sum(len(getattr(flow, door.value)) * (1 if door in gains else -1) for door in Door)
            assert before[phase] + change == after[phase]
        assert sorted(id_ for flow in window.phases.values() for id_ in flow.lost) == sorted(
            loss.application_id for loss in window.lost
        )
        started += len(window.new)
        since = until
    assert started == len(HISTORY.applications)
