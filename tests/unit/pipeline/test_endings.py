"""Ending, reopening, hiring, and taking back."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from tests.factories.accounts import make_user
from tests.factories.pipeline import ago, make_application, make_open_requisition, stage_of
from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.core import clock
from tracker.core.db import db, transaction
from tracker.core.errors import Conflict, Refused
from tracker.core.registry import Ending, get_registry
from tracker.pipeline.hiring import hire_application, unhire_application
from tracker.pipeline.models import Application, Contact, StageChange
from tracker.pipeline.operations import end_application, move_application, start_application, transfer_application
from tracker.pipeline.states import ApplicationStatus, ChangeKind, SourceKind, reason_label
from tracker.pipeline.taking_back import reopen_application, undo_change
from tracker.requisitions.states import StageKind

R, W, C = ChangeKind.REJECT, ChangeKind.WITHDRAW, ChangeKind.CLOSE


@pytest.fixture
def recruiter(app: Flask) -> User:
    """Who does it all."""
    return make_user(Role.RECRUITER, name="Tara Kessler")


@pytest.fixture
def application(recruiter: User) -> Application:
    """Somebody in Screening."""
    return make_application(make_open_requisition(recruiter), stage=StageKind.SCREENING)


def state_of(application: Application) -> tuple[object, ...]:
    return (
        application.stage.kind,
        application.status,
        application.stage_entered_at,
        application.ended_at,
        application.end_reason,
        application.told_at,
        application.responded_at,
        application.applied_at,
    )


@pytest.mark.parametrize(
    ("kind", "reason", "status"),
    [
        (R, "skills", ApplicationStatus.REJECTED),
        (W, "other_offer", ApplicationStatus.WITHDRAWN),
        (C, "no_answer", ApplicationStatus.CLOSED),
    ],
)
def test_endings(
    recruiter: User, application: Application, kind: ChangeKind, reason: str, status: ApplicationStatus
) -> None:
    with transaction():
        change = end_application(
            application, kind, actor=recruiter, expected=1, reason=reason, told=True, comment=" x "
        )
    assert application.version == 2
    assert (application.status, application.end_reason) == (status, reason)
    assert application.ended_at == application.told_at == change.happened_at
    assert change.comment == "x"
    assert application.stage.kind is StageKind.SCREENING


@pytest.mark.parametrize(
    ("kind", "reason"), [(R, "other_offer"), (W, "skills"), (C, "salary"), (R, ""), (C, "transferred")]
)
def test_a_reason_belongs_to_its_kind_of_ending(
    recruiter: User, application: Application, kind: ChangeKind, reason: str
) -> None:
    with pytest.raises(Refused) as caught, transaction():
        end_application(application, kind, actor=recruiter, expected=None, reason=reason)
    assert "reason" in caught.value.fields


def test_what_hangs_on_an_application_is_told_of_its_ending(
    recruiter: User, application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[Ending] = []
    monkeypatch.setattr(get_registry(), "on_ending", [heard.extend])
    with transaction():
        change = end_application(application, R, actor=recruiter, expected=None, reason="skills")
    assert [(ending.application.id, ending.actor, ending.at) for ending in heard] == [
        (application.id, recruiter, change.happened_at)
    ]


@pytest.mark.parametrize(
    ("first", "then", "allowed"),
    [
        (None, "move", True), (None, "end", True), (None, "reopen", False), (None, "hire", True),
        (None, "unhire", False),
        ("end", "move", False), ("end", "end", False), ("end", "reopen", True), ("end", "hire", False),
        ("end", "unhire", False),
        ("hire", "move", False), ("hire", "end", False), ("hire", "reopen", False), ("hire", "hire", False),
        ("hire", "unhire", True),
    ],
)  # fmt: skip
def test_what_may_follow_what(
    recruiter: User, application: Application, first: str | None, then: str, allowed: bool
) -> None:
    verbs: dict[str, Callable[[], StageChange]] = {
        "move": lambda: move_application(
            application, stage_of(application.requisition, StageKind.APPLIED), actor=recruiter, expected=None
        ),
        "end": lambda: end_application(application, W, actor=recruiter, expected=None, reason="other"),
        "reopen": lambda: reopen_application(application, actor=recruiter, expected=None),
        "hire": lambda: hire_application(application, actor=recruiter, happened_at=clock.now()),
        "unhire": lambda: unhire_application(application, actor=recruiter, reason="A mistake"),
    }
    if first:
        with transaction():
            verbs[first]()
    if allowed:
        with transaction():
            verbs[then]()
    else:
        with pytest.raises(Refused), transaction():
            verbs[then]()


def test_reopening_begins_a_new_visit_and_keeps_the_old_start(recruiter: User, application: Application) -> None:
    started = application.started_at
    with transaction():
        end_application(application, R, actor=recruiter, expected=None, reason="skills", happened_at=ago(days=5))
    with transaction():
        change = reopen_application(application, actor=recruiter, expected=None)
    assert application.started_at == started
    assert application.stage_entered_at == change.happened_at
    assert (application.status, application.ended_at, application.end_reason) == (ApplicationStatus.ACTIVE, None, "")


def test_reopening_is_refused_beside_another_active_application(recruiter: User, application: Application) -> None:
    with transaction():
        end_application(application, R, actor=recruiter, expected=None, reason="skills")
    with transaction():
        start_application(
            application.requisition, application.candidate, actor=recruiter, source_kind=SourceKind.APPLIED
        )
    with pytest.raises(Refused, match="another active application"), transaction():
        reopen_application(application, actor=recruiter, expected=None)


def test_an_unhire_begins_a_new_visit_to_offer_extended(recruiter: User, application: Application) -> None:
    with transaction():
        hire_application(application, actor=recruiter, happened_at=ago(days=2))
    with transaction():
        change = unhire_application(application, actor=recruiter, reason="Another start")
    assert application.stage.kind is StageKind.OFFER_EXTENDED
    assert application.stage_entered_at == change.happened_at
    assert application.status is ApplicationStatus.ACTIVE


def test_undoing_restores_all_of_it(recruiter: User, application: Application) -> None:
    requisition = application.requisition
    verbs: list[Callable[[], StageChange]] = [
        lambda: move_application(
            application, stage_of(requisition, StageKind.ASSESSMENT), actor=recruiter, expected=None
        ),
        lambda: move_application(application, stage_of(requisition, StageKind.APPLIED), actor=recruiter, expected=None),
        lambda: end_application(application, R, actor=recruiter, expected=None, reason="skills", told=True),
        lambda: reopen_application(application, actor=recruiter, expected=None),
    ]
    for verb in verbs[:3]:
        before, version = state_of(application), application.version
        with transaction():
            change = verb()
        assert state_of(application) != before
        with transaction():
            undo = undo_change(change, actor=recruiter)
        assert state_of(application) == before
        assert application.version == version + 2
        assert (undo.kind, undo.undoes_id) == (ChangeKind.UNDO, change.id)
    with transaction():
        end_application(application, W, actor=recruiter, expected=None, reason="salary")
    before = state_of(application)
    with transaction():
        change = verbs[3]()
    with transaction():
        undo_change(change, actor=recruiter)
    assert state_of(application) == before


def test_undoing_a_first_contact_takes_the_word_back(recruiter: User) -> None:
    application = make_application(make_open_requisition(recruiter))
    with transaction():
        change = move_application(
            application, stage_of(application.requisition, StageKind.CONTACTED), actor=recruiter, expected=None
        )
    assert db.session.scalar(select(Contact.id)) is not None
    with transaction():
        undo_change(change, actor=recruiter)
    assert db.session.scalar(select(Contact.id)) is None
    assert application.card.contacts_out == 0


def test_undo_after_somebody_went_on_says_so(recruiter: User, application: Application) -> None:
    other = make_user(Role.RECRUITER, name="Maya Lindqvist")
    with transaction():
        change = move_application(
            application, stage_of(application.requisition, StageKind.ASSESSMENT), actor=recruiter, expected=None
        )
    with transaction():
        move_application(
            application, stage_of(application.requisition, StageKind.INTERVIEW), actor=other, expected=None
        )
    with pytest.raises(Conflict, match=r"Maya Lindqvist moved .* to Panel interview") as caught, transaction():
        undo_change(change, actor=recruiter)
    assert caught.value.who == "Maya Lindqvist"
    assert application.stage.kind is StageKind.INTERVIEW


def test_undoing_twice_and_undoing_an_undo_are_told(recruiter: User, application: Application) -> None:
    with transaction():
        change = end_application(application, R, actor=recruiter, expected=None, reason="skills")
    with transaction():
        undo = undo_change(change, actor=recruiter)
    with pytest.raises(Conflict, match="undid"), transaction():
        undo_change(change, actor=recruiter)
    with pytest.raises(Refused, match="undone already"), transaction():
        undo_change(undo, actor=recruiter)


def test_undo_ends_after_a_day(recruiter: User, application: Application) -> None:
    with transaction():
        change = end_application(application, R, actor=recruiter, expected=None, reason="skills")
    with (
        time_machine.travel(clock.now() + timedelta(hours=24, seconds=1)),
        pytest.raises(Refused, match="24 hours"),
        transaction(),
    ):
        undo_change(change, actor=recruiter)
    with time_machine.travel(clock.now() + timedelta(hours=23)), transaction():
        undo_change(change, actor=recruiter)
    assert application.status is ApplicationStatus.ACTIVE


def test_a_start_and_a_hire_have_no_undo_here(recruiter: User, application: Application) -> None:
    start = db.session.scalars(select(StageChange).where(StageChange.application_id == application.id)).one()
    with pytest.raises(Refused, match="entered twice"), transaction():
        undo_change(start, actor=recruiter)
    with transaction():
        hire = hire_application(application, actor=recruiter, happened_at=clock.now())
    with pytest.raises(Refused, match="offer"), transaction():
        undo_change(hire, actor=recruiter)


def test_a_transfer_starts_a_new_application_with_its_own_clock(recruiter: User, application: Application) -> None:
    other = make_open_requisition(recruiter)
    with transaction():
        moved = transfer_application(application, other, actor=recruiter, expected=1)
    assert (application.status, application.end_reason) == (ApplicationStatus.CLOSED, "transferred")
    assert reason_label(C, application.end_reason) == "Went on to another requisition"
    assert moved.transferred_from_id == application.id
    assert moved.requisition_id == other.id
    assert moved.started_at > application.started_at
    with pytest.raises(Refused, match="in already"), transaction():
        transfer_application(moved, other, actor=recruiter, expected=None)


def test_who_was_closed_a_moment_ago_is_not_transferred_by_a_page_from_before(
    recruiter: User, application: Application
) -> None:
    other = make_open_requisition(recruiter)
    with transaction():
        end_application(application, C, actor=recruiter, expected=1, reason="no_answer")
    with pytest.raises(Conflict, match="closed the application"), transaction():
        transfer_application(application, other, actor=recruiter, expected=1)
    assert application.end_reason == "no_answer"
