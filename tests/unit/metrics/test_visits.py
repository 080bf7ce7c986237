"""Visits: every entry is one, and what was undone leaves none."""

import itertools
from dataclasses import replace
from datetime import datetime, timedelta
from operator import attrgetter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.metrics.builders import BERLIN, STAGES, application, at, history
from tests.unit.metrics.strategies import applications, instants, steps_of
from tracker.metrics.records import ApplicationRecord
from tracker.metrics.visits import changes_in_force, days_in_stage, position_at, positions, visits
from tracker.pipeline.states import ApplicationStatus, ChangeKind, SourceKind


def stays(record: ApplicationRecord) -> list[tuple[str, datetime, datetime | None, ChangeKind | None]]:
    return [(visit.stage.key, visit.entered_at, visit.left_at, visit.left_by) for visit in visits(record)]


def test_someone_who_never_moved_is_still_where_they_started() -> None:
    assert stays(application()) == [("applied", at("2026-01-05T09:00"), None, None)]


def test_a_move_a_move_back_and_a_move_again_are_three_visits_more() -> None:
    record = application(("screening", "2026-01-06"), ("applied", "2026-01-08"), ("screening", "2026-01-11"))
    assert stays(record) == [
        ("applied", at("2026-01-05T09:00"), at("2026-01-06"), ChangeKind.MOVE),
        ("screening", at("2026-01-06"), at("2026-01-08"), ChangeKind.BACK),
        ("applied", at("2026-01-08"), at("2026-01-11"), ChangeKind.MOVE),
        ("screening", at("2026-01-11"), None, None),
    ]


def test_the_time_between_a_rejection_and_its_reopening_is_no_visit() -> None:
    record = application(("rejected", "2026-01-10"), ("applied", "2026-02-10"), ("withdrawn", "2026-02-12"))
    assert stays(record) == [
        ("applied", at("2026-01-05T09:00"), at("2026-01-10"), ChangeKind.REJECT),
        ("applied", at("2026-02-10"), at("2026-02-12"), ChangeKind.WITHDRAW),
    ]


def test_an_unhire_starts_a_new_visit_to_offer_extended() -> None:
    record = application(("hired", "2026-02-01"), ("offer_extended", "2026-02-09"), first="offer_extended")
    assert stays(record) == [
        ("offer_extended", at("2026-01-05T09:00"), at("2026-02-01"), ChangeKind.HIRE),
        ("offer_extended", at("2026-02-09"), None, None),
    ]


def test_an_undone_move_leaves_no_visit() -> None:
    record = application(("screening", "2026-01-06"), ("undo", "2026-01-06T01:00"), ("interview", "2026-01-09"))
    assert stays(record) == [
        ("applied", at("2026-01-05T09:00"), at("2026-01-09"), ChangeKind.MOVE),
        ("interview", at("2026-01-09"), None, None),
    ]


def test_an_undone_ending_goes_on_with_the_same_visit() -> None:
    record = application(("rejected", "2026-01-06"), ("undo", "2026-01-06T01:00"))
    assert stays(record) == [("applied", at("2026-01-05T09:00"), None, None)]


def test_an_undo_that_was_undone_restores_the_move() -> None:
    record = application(("screening", "2026-01-06"), ("undo", "2026-01-06T01:00"), ("undo", "2026-01-06T02:00"))
    assert [key for key, *_ in stays(record)] == ["applied", "screening"]


def test_the_clock_starts_with_the_application_whatever_its_first_row_says() -> None:
    record = replace(application(), started_at=at("2026-01-04T09:00"))
    assert stays(record) == [("applied", at("2026-01-04T09:00"), None, None)]


def test_a_history_without_its_start_is_refused() -> None:
    with pytest.raises(ValueError, match="does not begin with its start"):
        positions(replace(application(("screening", "2026-01-06")), changes=()))
    with pytest.raises(ValueError, match="does not begin with its start"):
        positions(replace(application(), changes=application(("screening", "2026-01-06")).changes[1:]))


def test_position_at_is_what_happened_before_the_instant() -> None:
    record = application(("screening", "2026-01-06"))
    assert position_at(record, at("2026-01-05T09:00")) is None
    before, after = position_at(record, at("2026-01-06")), position_at(record, at("2026-01-06T00:00:01"))
    assert before
    assert before.stage.key == "applied"
    assert after
    assert after.stage.key == "screening"


def test_days_in_stage_counts_completed_visits_by_the_instant_they_were_left() -> None:
    records = [
        application(("screening", f"2026-01-{day:02d}T12:00"), id=day, started_at="2026-01-01T12:00")
        for day in (3, 5, 8, 12, 20)
    ]
    records.append(application(id=99, started_at="2026-01-01T12:00"))
    all_visits = [visit for record in records for visit in visits(record)]
    as_of = at("2026-01-31T12:00")
    whole = days_in_stage(all_visits, "applied", as_of=as_of, zone=BERLIN)
    assert whole.completed.values == (2, 4, 7, 11, 19)
    assert whole.completed.median == 7
    assert whole.still_in.values == (30,)
    period = days_in_stage(
        all_visits,
        "applied",
        as_of=as_of,
        zone=BERLIN,
        since=at("2026-01-05T12:00"),
        until=at("2026-01-12T12:00"),
    )
    assert period.completed.values == (4, 7)
    assert period.still_in.values == (30,)


@given(applications())
def test_visits_follow_one_another(record: ApplicationRecord) -> None:
    found = visits(record)
    assert found[0].entered_at == record.started_at
    assert [visit.entered_at for visit in found] == sorted(visit.entered_at for visit in found)
    for visit, following in itertools.pairwise(found):
        assert visit.left_at is not None
        assert visit.left_at <= following.entered_at
    assert (found[-1].left_at is None) == (positions(record)[-1].status is ApplicationStatus.ACTIVE)


@st.composite
def undone_steps(draw: st.DrawFn) -> tuple[ApplicationRecord, ApplicationRecord]:
    """An application, and the same one to which a change was made and taken back somewhere on the way."""
    start, first = draw(instants), draw(st.sampled_from(list(STAGES)))
    steps = draw(steps_of(start))
    place = draw(st.integers(0, len(steps)))
    instant = steps[place - 1][1] if place else start
    ended = place > 0 and steps[place - 1][0] not in STAGES
    name = draw(st.sampled_from(list(STAGES) if ended else [*STAGES, "rejected", "withdrawn", "closed", "hired"]))
    pair = [(name, instant), ("undo", instant + timedelta(hours=draw(st.integers(0, 24))))]
    with_pair = [*steps[:place], *pair, *steps[place:]]
    plain, undone = (
        ApplicationRecord(1, 1, 1, SourceKind.APPLIED, start, history(first, start, *rows))
        for rows in (steps, with_pair)
    )
    return plain, undone


@given(undone_steps())
def test_an_undone_pair_leaves_no_trace(pair: tuple[ApplicationRecord, ApplicationRecord]) -> None:
    plain, undone = pair
    assert len(undone.changes) == len(plain.changes) + 2
    assert positions(undone) == positions(plain)
    assert visits(undone) == visits(plain)


@given(undone_steps())
def test_the_order_in_which_rows_are_loaded_does_not_matter(
    pair: tuple[ApplicationRecord, ApplicationRecord],
) -> None:
    _, record = pair
    assert changes_in_force(reversed(record.changes)) == changes_in_force(record.changes)
    assert list(changes_in_force(record.changes)) == sorted(changes_in_force(record.changes), key=attrgetter("seq"))
