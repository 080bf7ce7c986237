"""Moving: what kind of change it is, what it says besides, and what is refused."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.factories.accounts import make_user
from tests.factories.pipeline import ago, make_application, make_open_requisition, make_person, stage_of
from tracker.accounts.states import Role
from tracker.core import clock
from tracker.core.db import db, transaction
from tracker.core.errors import Conflict, Refused
from tracker.core.registry import Move, Refusal, get_registry
from tracker.core.templating import when_for_reader
from tracker.history.models import Event
from tracker.pipeline.models import Contact, StageChange
from tracker.pipeline.operations import end_application, move_application, start_application
from tracker.pipeline.states import (
    TRANSITIONS,
    ApplicationStatus,
    ChangeKind,
    ContactDirection,
    SourceKind,
    requisition_allows,
)
from tracker.requisitions.states import RequisitionState, StageKind

SOURCED, APPLIED, REFERRED = SourceKind.SOURCED, SourceKind.APPLIED, SourceKind.REFERRED
N, C, A = StageKind.IDENTIFIED, StageKind.CONTACTED, StageKind.APPLIED
S, T, P, L = StageKind.SCREENING, StageKind.ASSESSMENT, StageKind.INTERVIEW, StageKind.SHORTLISTED


@pytest.mark.parametrize(
    ("source", "start", "to", "kind"),
    [
        (SourceKind.SOURCED, N, C, ChangeKind.MOVE),
        (SourceKind.SOURCED, C, S, ChangeKind.MOVE),
        (SourceKind.SOURCED, C, A, ChangeKind.MOVE),
        (SourceKind.SOURCED, N, A, ChangeKind.SKIP),
        (SourceKind.SOURCED, N, S, ChangeKind.SKIP),
        (SourceKind.REFERRED, C, S, ChangeKind.SKIP),
        (SourceKind.APPLIED, A, S, ChangeKind.MOVE),
        (SourceKind.APPLIED, A, T, ChangeKind.SKIP),
        (SourceKind.APPLIED, S, A, ChangeKind.BACK),
        (SourceKind.SOURCED, P, N, ChangeKind.BACK),
        (SourceKind.SOURCED, P, L, ChangeKind.MOVE),
    ],
)
def test_kind_of_a_move(app: Flask, source: SourceKind, start: StageKind, to: StageKind, kind: ChangeKind) -> None:
    recruiter = make_user(Role.RECRUITER)
    application = make_application(make_open_requisition(recruiter), stage=start, source_kind=source)
    with transaction():
        change = move_application(application, stage_of(application.requisition, to), actor=recruiter, expected=1)
    assert change.kind is kind
    assert (change.from_status, change.to_status) == (ApplicationStatus.ACTIVE, ApplicationStatus.ACTIVE)
    assert application.stage.kind is to
    assert application.version == 2
    assert change.seq == 2


def test_a_move_writes_one_event_that_names_the_change(app: Flask) -> None:
    recruiter = make_user(Role.RECRUITER)
    application = make_application(make_open_requisition(recruiter))
    with transaction():
        change = move_application(application, stage_of(application.requisition, S), actor=recruiter, expected=1)
    events = db.session.scalars(select(Event).where(Event.kind == "application.moved")).all()
    assert [event.data["change_id"] for event in events] == [change.id]
    assert events[0].actor_id == recruiter.id


def test_a_stale_version_is_told_who_moved_it_where_and_when(app: Flask) -> None:
    first, second = make_user(Role.RECRUITER, name="Tara Kessler"), make_user(Role.RECRUITER)
    application = make_application(make_open_requisition(first), candidate=make_person("Ada Lind"))
    with transaction():
        change = move_application(application, stage_of(application.requisition, S), actor=first, expected=1)
    with pytest.raises(Conflict, match=r"Tara Kessler moved Ada Lind to Screening") as caught, transaction():
        move_application(application, stage_of(application.requisition, T), actor=second, expected=1)
    assert caught.value.who == "Tara Kessler"
    assert caught.value.when == change.recorded_at
    assert application.stage.kind is S


def test_a_double_click_moves_once(app: Flask) -> None:
    recruiter = make_user(Role.RECRUITER)
    application = make_application(make_open_requisition(recruiter))
    changes = []
    for _ in range(2):
        with transaction():
            change = move_application(application, stage_of(application.requisition, S), actor=recruiter, expected=1)
            changes.append(change.id)
    assert changes[0] == changes[1]
    assert application.version == 2


def test_moving_to_where_it_is_and_to_a_foreign_stage_are_refused(app: Flask) -> None:
    recruiter = make_user(Role.RECRUITER)
    application = make_application(make_open_requisition(recruiter))
    with pytest.raises(Refused, match="already"), transaction():
        move_application(application, stage_of(application.requisition, N), actor=recruiter, expected=None)
    other = make_open_requisition(recruiter)
    with pytest.raises(Refused, match="is not a stage of"), transaction():
        move_application(application, stage_of(other, S), actor=recruiter, expected=None)


@pytest.mark.parametrize("state", list(RequisitionState))
@pytest.mark.parametrize("kind", list(ChangeKind))
def test_what_the_state_of_a_requisition_allows(state: RequisitionState, kind: ChangeKind) -> None:
    live = state in {RequisitionState.OPEN, RequisitionState.ON_HOLD}
    endings_and_undo = {"reject", "withdraw", "close", "undo", "hire", "unhire"}
    assert requisition_allows(state, kind) == (live or kind.value in endings_and_undo)


@pytest.mark.parametrize("state", [RequisitionState.FILLED, RequisitionState.CANCELLED])
def test_a_closed_requisition_takes_endings_only(app: Flask, state: RequisitionState) -> None:
    recruiter = make_user(Role.RECRUITER)
    application = make_application(make_open_requisition(recruiter))
    with transaction():
        requisition = application.requisition
        requisition.state, requisition.closed_at = state, clock.now()
    with pytest.raises(Refused, match="ended or transferred") as caught, transaction():
        move_application(application, stage_of(requisition, S), actor=recruiter, expected=None)
    assert caught.value.needed
    person = make_person()
    with pytest.raises(Refused, match="ended or transferred"), transaction():
        start_application(requisition, person, actor=recruiter, source_kind=SourceKind.SOURCED)
    with transaction():
        end_application(application, ChangeKind.CLOSE, actor=recruiter, expected=None, reason="filled")
    assert application.status is ApplicationStatus.CLOSED


def test_a_requisition_on_hold_takes_moves(app: Flask) -> None:
    recruiter = make_user(Role.RECRUITER)
    application = make_application(make_open_requisition(recruiter))
    with transaction():
        application.requisition.state = RequisitionState.ON_HOLD
    with transaction():
        move_application(application, stage_of(application.requisition, S), actor=recruiter, expected=None)
    assert application.stage.kind is S


def test_happened_at_lies_between_the_previous_change_and_now(app: Flask) -> None:
    recruiter = make_user(Role.RECRUITER)
    application = make_application(make_open_requisition(recruiter), days_ago=10)
    to = stage_of(application.requisition, S)
    with pytest.raises(Refused, match="future") as caught, transaction():
        move_application(
            application, to, actor=recruiter, expected=None, happened_at=clock.now() + timedelta(minutes=5)
        )
    assert "happened_at" in caught.value.fields
    with pytest.raises(Refused, match="before the previous change") as caught, transaction():
        move_application(application, to, actor=recruiter, expected=None, happened_at=ago(days=11))
    previous = when_for_reader(application.started_at)
    assert caught.value.fields == {"happened_at": f"Give a time after that change, {previous}."}
    at = ago(days=3)
    with transaction():
        change = move_application(application, to, actor=recruiter, expected=None, happened_at=at)
    assert change.happened_at == at
    assert application.stage_entered_at == at
    assert change.recorded_at > at


def test_a_time_within_the_minute_of_the_previous_change_counts_as_after_it(app: Flask) -> None:
    recruiter = make_user(Role.RECRUITER)
    application = make_application(make_open_requisition(recruiter), days_ago=1)
    minute = application.started_at - timedelta(seconds=30)
    with transaction():
        change = move_application(
            application, stage_of(application.requisition, S), actor=recruiter, expected=None, happened_at=minute
        )
    assert change.happened_at == application.started_at


@pytest.mark.parametrize(("to", "answered"), [(C, False), (A, True), (S, True), (T, True)])
def test_an_answer_is_known_by_the_first_stage_that_needs_one(app: Flask, to: StageKind, answered: bool) -> None:
    recruiter = make_user(Role.RECRUITER)
    application = make_application(make_open_requisition(recruiter))
    assert application.responded_at is None
    with transaction():
        change = move_application(application, stage_of(application.requisition, to), actor=recruiter, expected=None)
    assert application.responded_at == (change.happened_at if answered else None)
    assert application.applied_at == (change.happened_at if to is A else None)


def test_moving_to_contacted_says_that_we_wrote_once(app: Flask) -> None:
    recruiter = make_user(Role.RECRUITER)
    application = make_application(make_open_requisition(recruiter))
    for kind in (C, S, C):
        with transaction():
            move_application(application, stage_of(application.requisition, kind), actor=recruiter, expected=None)
    contacts = db.session.scalars(select(Contact).where(Contact.application_id == application.id)).all()
    assert [contact.direction for contact in contacts] == [ContactDirection.OUT]


def test_nobody_who_said_no_is_moved_to_contacted_or_sourced(app: Flask) -> None:
    recruiter = make_user(Role.RECRUITER)
    application = make_application(make_open_requisition(recruiter))
    with transaction():
        application.candidate.do_not_contact_at = clock.now()
    with pytest.raises(Refused, match="not to be contacted"), transaction():
        move_application(application, stage_of(application.requisition, C), actor=recruiter, expected=None)
    other = make_open_requisition(recruiter)
    with pytest.raises(Refused, match="not to be contacted"), transaction():
        start_application(
            other,
            application.candidate,
            actor=recruiter,
            source_kind=SourceKind.SOURCED,
        )
    # Whoever applies all the same is welcome, but we did not write to them.
    with pytest.raises(Refused, match="not to be contacted"), transaction():
        start_application(
            other, application.candidate, actor=recruiter, source_kind=SourceKind.APPLIED, stage=stage_of(other, C)
        )
    with transaction():
        started = start_application(other, application.candidate, actor=recruiter, source_kind=SourceKind.APPLIED)
    assert started.stage.kind is A


@pytest.fixture
def gate(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """A gate of our own before Panel interview, in place of the ones that other domains registered."""

    def guard(moves: Sequence[Move]) -> list[Refusal | None]:
        refusal = Refusal("A shortlist must approve this.", ("Submit a shortlist.",), "/", overridable=True)
        return [refusal if move.to_stage.kind is P else None for move in moves]

    monkeypatch.setattr(get_registry(), "move_guards", [guard])


@pytest.mark.usefixtures("gate")
def test_a_gate_says_what_is_needed(app: Flask) -> None:
    recruiter = make_user(Role.RECRUITER)
    application = make_application(make_open_requisition(recruiter))
    with pytest.raises(Refused, match="must approve") as caught, transaction():
        move_application(
            application,
            stage_of(application.requisition, P),
            actor=recruiter,
            expected=None,
            override_reason="I am in a hurry",
        )
    assert caught.value.needed == ("Submit a shortlist.",)
    assert caught.value.fields == {}
    assert application.stage.kind is N


@pytest.mark.usefixtures("gate")
def test_an_admin_passes_a_gate_with_a_reason_that_stays(app: Flask) -> None:
    admin = make_user(Role.ADMIN)
    application = make_application()
    to = stage_of(application.requisition, P)
    with pytest.raises(Refused) as caught, transaction():
        move_application(application, to, actor=admin, expected=None, override_reason="  ")
    assert "override_reason" in caught.value.fields
    with transaction():
        change = move_application(application, to, actor=admin, expected=None, override_reason="Agreed by phone")
    assert (change.reason, change.comment) == ("override", "Agreed by phone")
    event = db.session.scalars(select(Event).where(Event.kind == "application.moved")).one()
    assert event.data["override"] is True


def test_a_person_is_active_once_per_requisition(app: Flask) -> None:
    recruiter = make_user(Role.RECRUITER)
    application = make_application(make_open_requisition(recruiter))
    with pytest.raises(Refused, match="already"), transaction():
        start_application(
            application.requisition, application.candidate, actor=recruiter, source_kind=SourceKind.APPLIED
        )


@pytest.mark.parametrize(
    ("source_kind", "stage"), [(SourceKind.SOURCED, N), (SourceKind.REFERRED, N), (SourceKind.APPLIED, A)]
)
def test_where_people_begin(app: Flask, source_kind: SourceKind, stage: StageKind) -> None:
    recruiter = make_user(Role.RECRUITER)
    requisition, person = make_open_requisition(recruiter), make_person()
    with transaction():
        application = start_application(requisition, person, actor=recruiter, source_kind=source_kind)
    assert application.stage.kind is stage
    assert application.recruiter_id == recruiter.id
    change = db.session.scalars(select(StageChange).where(StageChange.application_id == application.id)).one()
    assert (change.seq, change.kind, change.from_stage_id) == (1, ChangeKind.START, None)


def test_the_table_of_transitions_is_whole() -> None:
    assert set(ChangeKind) - set(TRANSITIONS) == {ChangeKind.START, ChangeKind.UNDO}
