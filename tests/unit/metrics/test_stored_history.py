"""The same history written into the tables: read back, every figure is the one that is known to be true."""

from collections import Counter
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.factories.histories import StoredHistory, store_history
from tests.unit.metrics.builders import BERLIN
from tests.unit.metrics.handed_over import KEYS, read_history
from tests.unit.metrics.test_history import assert_pass_through, assert_spread
from tracker.core import clock, ticks
from tracker.core.db import db, transaction
from tracker.metrics import queries
from tracker.metrics.checks import hire_figures_faults
from tracker.metrics.hires import Hire, days_to_hire, hire_of
from tracker.metrics.loading import load_applications, load_holds, load_openings
from tracker.metrics.models import HireFigures
from tracker.metrics.openings import days_to_fill_gross, days_to_fill_net, filled
from tracker.metrics.passing import pass_through
from tracker.metrics.records import ApplicationRecord
from tracker.metrics.visits import days_in_stage, position_at, positions, visits
from tracker.metrics.window import weekly_window
from tracker.offers.models import Hire as HireRow
from tracker.pipeline.models import Application
from tracker.pipeline.states import ApplicationStatus
from tracker.requisitions.models import Requisition
from tracker.requisitions.states import Phase

HISTORY = read_history()


@pytest.fixture
def history(app: Flask) -> StoredHistory:
    return store_history(
        HISTORY.applications, HISTORY.spells, HISTORY.holds, roles=HISTORY.roles, targets=HISTORY.targets
    )


def everybody() -> dict[int, ApplicationRecord]:
    return load_applications(select(Application.id))


def test_every_figure_of_every_section(history: StoredHistory) -> None:
    records = everybody()
    holds = load_holds(queries.all_requisitions())
    openings = load_openings(queries.all_requisitions())
    hires = [
        hire
        for record in records.values()
        if (hire := hire_of(record, records, holds.get(record.requisition_id, ()), BERLIN))
    ]
    for _name, ids, truth in HISTORY.sections():
        chosen = {history.requisitions[id_] for id_ in ids}
        own = [record for record in records.values() if record.requisition_id in chosen]
        assert len(own) == truth["applications"]
        active = sum(positions(record)[-1].status is ApplicationStatus.ACTIVE for record in own)
        assert active == truth["active"]
        assert_spread(days_to_hire(hire for hire in hires if hire.requisition_id in chosen), truth["days_to_hire"])
        lengths = [
            length for id_ in sorted(chosen) for length in filled(openings[id_].spells, openings[id_].holds, BERLIN)
        ]
        assert_spread(days_to_fill_gross(lengths), truth["days_to_fill_gross"])
        assert_spread(days_to_fill_net(lengths), truth["days_to_fill_net"])
        ends = Counter(spell.end or "open" for id_ in chosen for spell in openings[id_].spells)
        assert {end: ends[end] for end in ("filled", "open", "cancelled", "voided")} == truth["openings"]["spells"]
        stays = [visit for record in own for visit in visits(record)]
        for name, key in KEYS.items():
            ours = days_in_stage(stays, key, as_of=HISTORY.as_of, zone=BERLIN)
            assert_spread(ours.completed, truth["days_in_stage"][name]["completed"])
            assert_spread(ours.still_in, truth["days_in_stage"][name]["still_in_stage_age"])
            assert_pass_through(pass_through(own, key), truth["pass_through"][name])


def test_stored_figures_of_every_hire(history: StoredHistory) -> None:
    assert ticks.run("hire_figures") == len(HISTORY.truth["hires"])
    assert ticks.run("hire_figures") == 0
    assert ticks.run("metrics_nightly") == 0
    numbers = {row: HISTORY.numbers[record] for record, row in history.requisitions.items()}
    emails = {row: HISTORY.emails[record] for record, row in history.applications.items()}
    ours = [
        (
            numbers[figures.requisition_id],
            emails[application_id],
            figures.accepted_at.isoformat(),
            figures.days_to_hire,
            figures.days_from_first_contact,
            figures.days_to_fill_gross,
            figures.days_to_fill_net,
        )
        for figures, application_id in db.session.execute(
            select(HireFigures, HireRow.application_id).join(HireRow, HireRow.id == HireFigures.hire_id)
        )
    ]
    truth = [
        (
            hire["requisition"], hire["candidate_email"], hire["accepted_at"],
            hire["days_to_hire"], hire["days_from_first_contact"], hire["gross"], hire["net"],
        )
        for hire in HISTORY.truth["hires"]
    ]  # fmt: skip
    assert sorted(ours) == sorted(truth)
    for figures in db.session.scalars(select(HireFigures)):
        assert sum(figures.waiting.values()) == figures.days_to_hire
    assert list(hire_figures_faults()) == []


def test_days_open_and_acceptance_of_every_requisition(history: StoredHistory) -> None:
    open_for = queries.days_open_of(queries.all_requisitions(), as_of=HISTORY.as_of)
    for record_id, row_id in history.requisitions.items():
        truth = HISTORY.truth["requisitions"][HISTORY.numbers[record_id]]
        assert (open_for[row_id].gross if row_id in open_for else None) == truth["days_open"]
        ours = queries.acceptance(queries.requisitions_in([row_id]))
        for answer in ("accepted", "declined", "expired", "rescinded", "pending"):
            assert len(getattr(ours, answer)) == truth["offer_acceptance"][answer]
        assert len(ours.unhired) == truth["offer_acceptance"]["accepted_then_unhired"]
    overall = HISTORY.truth["overall"]["offer_acceptance"]
    assert queries.acceptance(queries.all_requisitions()).rate == pytest.approx(overall["rate"], abs=1e-12)


@pytest.mark.parametrize("since", ["2025-09-15T06:00:00+00:00", "2026-03-23T07:00:00+00:00"])
def test_windows_are_those_of_all_records(history: StoredHistory, since: str) -> None:
    """Loading only what changed since the window began gives the same as loading everything."""
    start, end = datetime.fromisoformat(since), datetime.fromisoformat(since).replace(day=30)
    ticks.run("hire_figures")
    ours = queries.windows(list(history.requisitions.values()), since=start, until=end)
    records = everybody()
    everything = weekly_window(records.values(), _hires(records), since=start, until=end, zone=BERLIN)
    assert set(ours.together.window.new) == set(everything.new)
    assert set(ours.together.window.moved_forward) == set(everything.moved_forward)
    assert set(ours.together.window.lost) == set(everything.lost)
    for phase in Phase:
        assert {door: set(ids) for door, ids in _doors(ours.together.window.phases[phase])} == {
            door: set(ids) for door, ids in _doors(everything.phases[phase])
        }
    assert ours.together.window.days_to_hire == everything.days_to_hire
    reached = [position_at(record, end) for record in records.values()]
    active = Counter(
        position.stage.phase for position in reached if position and position.status is ApplicationStatus.ACTIVE
    )
    assert ours.together.active == {phase: active[phase] for phase in Phase}
    assert sum(len(one.window.new) for one in ours.each.values()) == len(everything.new)


def test_statements_do_not_depend_on_how_much_there_is(history: StoredHistory, statements: list[str]) -> None:
    ids = list(db.session.scalars(select(Requisition.id).order_by(Requisition.id)))

    def cost(chosen: list[int]) -> int:
        statements.clear()
        queries.windows(chosen, since=datetime.fromisoformat("2026-03-01T00:00:00+00:00"), until=clock.now())
        queries.days_open_of(queries.requisitions_in(chosen))
        queries.acceptance(queries.requisitions_in(chosen))
        return len(statements)

    assert cost(ids[:1]) == cost(ids)


def test_verify_finds_what_was_tampered_with(history: StoredHistory) -> None:
    ticks.run("hire_figures")
    first, second, third = db.session.scalars(select(HireFigures).order_by(HireFigures.hire_id).limit(3)).all()
    first_id, second_id, third_id = first.hire_id, second.hire_id, third.hire_id
    with transaction():
        first.days_to_hire += 1
        db.session.delete(second)
        db.session.get_one(HireRow, third_id).voided_at = clock.now()
    lines = list(hire_figures_faults())
    assert len(lines) == 3
    assert f"hire {first_id}: stored days_to_hire" in lines[0]
    assert lines[1] == f"hire {second_id} has no stored figures"
    assert lines[2] == f"hire {third_id} was undone, and its figures are still stored"
    assert ticks.run("metrics_nightly") == 3
    assert list(hire_figures_faults()) == []


def _hires(records: dict[int, ApplicationRecord]) -> list[Hire]:
    holds = load_holds(queries.all_requisitions())
    found = (hire_of(record, records, holds.get(record.requisition_id, ()), BERLIN) for record in records.values())
    return [hire for hire in found if hire]


def _doors(flow: Any) -> list[tuple[str, tuple[int, ...]]]:
    return [(name, getattr(flow, name)) for name in ("came_in", "went_on", "lost", "came_back", "went_back")]
