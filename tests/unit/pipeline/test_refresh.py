"""Whom an application waits on, since when, and what its card says."""

from datetime import datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from tests.factories.accounts import make_user
from tests.factories.pipeline import ago, give_to, make_application, make_open_requisition, make_person, stage_of
from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.core import clock
from tracker.core.db import db, transaction
from tracker.core.errors import Refused
from tracker.core.registry import get_registry
from tracker.pipeline.contacts import add_contact, end_due_waits, lift_wait, set_wait
from tracker.pipeline.models import Application, BoardPulse, Wait
from tracker.pipeline.operations import end_application, move_application, start_application
from tracker.pipeline.refresh import refresh
from tracker.pipeline.states import ChangeKind, ContactChannel, ContactDirection, SourceKind, WaitReason
from tracker.pipeline.taking_back import undo_change
from tracker.requisitions.models import Requisition
from tracker.requisitions.states import StageKind


@pytest.fixture
def recruiter(app: Flask) -> User:
    """The requisition's recruiter."""
    return make_user(Role.RECRUITER)


@pytest.fixture
def requisition(recruiter: User) -> Requisition:
    """An open one."""
    return make_open_requisition(recruiter)


def holder(application: Application) -> WaitReason | None:
    return application.card.waits_on


def waits_of(application: Application) -> list[tuple[WaitReason, bool]]:
    rows = db.session.scalars(select(Wait).where(Wait.application_id == application.id).order_by(Wait.id))
    return [(wait.reason, wait.until is None) for wait in rows]


def add(application: Application, direction: ContactDirection, at: datetime, actor: User) -> None:
    with transaction():
        add_contact(application, direction=direction, channel=ContactChannel.EMAIL, at=at, actor=actor)


def test_contacted_waits_on_the_candidate_until_they_answer(requisition: Requisition, recruiter: User) -> None:
    application = make_application(requisition)
    assert holder(application) is WaitReason.RECRUITER
    assert application.card.waits_on_user_id == recruiter.id
    contacted = stage_of(requisition, StageKind.CONTACTED)
    with transaction():
        move_application(application, contacted, actor=recruiter, expected=None, happened_at=ago(days=5))
    assert holder(application) is WaitReason.CANDIDATE
    assert application.card.waits_since == application.stage_entered_at
    add(application, ContactDirection.OUT, ago(days=3), recruiter)
    assert application.card.contacts_out == 2
    add(application, ContactDirection.IN, ago(days=1), recruiter)
    card = application.card
    assert (card.waits_on, card.contacts_out) == (WaitReason.RECRUITER, 2)
    assert card.new_reply_at == card.last_contact_at == application.responded_at
    with transaction():
        move_application(application, stage_of(requisition, StageKind.SCREENING), actor=recruiter, expected=None)
    assert application.card.new_reply_at is None
    assert waits_of(application) == [
        (WaitReason.RECRUITER, False),
        (WaitReason.CANDIDATE, False),
        (WaitReason.RECRUITER, True),
    ]


def test_the_first_answer_counts_however_late_it_is_recorded(requisition: Requisition, recruiter: User) -> None:
    application = make_application(requisition, days_ago=20)
    add(application, ContactDirection.IN, ago(days=2), recruiter)
    earlier = ago(days=9)
    add(application, ContactDirection.IN, earlier, recruiter)
    assert application.responded_at == earlier


@pytest.mark.parametrize("at", [timedelta(hours=1), timedelta(days=-30)])
def test_a_contact_lies_between_the_start_and_now(requisition: Requisition, recruiter: User, at: timedelta) -> None:
    application = make_application(requisition, days_ago=10)
    with pytest.raises(Refused) as caught:
        add(application, ContactDirection.OUT, clock.now() + at, recruiter)
    assert "at" in caught.value.fields


def test_a_wait_that_a_person_set_holds_the_ball_until_it_ends(requisition: Requisition, recruiter: User) -> None:
    application = make_application(requisition, stage=StageKind.ASSESSMENT)
    ends = clock.now() + timedelta(days=2)
    with transaction():
        set_wait(application, note="take-home", ends_at=ends, user=None, actor=recruiter)
    assert (application.card.waits_on, application.card.waits_on_user_id) == (WaitReason.PERSON_SET, None)
    assert end_due_waits() == 0
    with time_machine.travel(ends + timedelta(hours=3)):
        assert end_due_waits() == 1
        assert end_due_waits() == 0
    assert holder(application) is WaitReason.RECRUITER
    assert application.card.waits_since == ends


def test_a_set_wait_is_replaced_and_lifted(requisition: Requisition, recruiter: User) -> None:
    application = make_application(requisition)
    for note in ("backup", "backup until the first choice has answered"):
        with transaction():
            set_wait(application, note=note, ends_at=None, user=recruiter, actor=recruiter)
    assert holder(application) is WaitReason.PERSON_SET
    with transaction():
        lift_wait(application, actor=recruiter)
    assert holder(application) is WaitReason.RECRUITER
    with pytest.raises(Refused), transaction():
        lift_wait(application, actor=recruiter)
    with pytest.raises(Refused) as caught, transaction():
        set_wait(application, note=" ", ends_at=None, user=None, actor=recruiter)
    assert "note" in caught.value.fields
    with pytest.raises(Refused), transaction():
        set_wait(application, note="x", ends_at=ago(minutes=1), user=None, actor=recruiter)


def test_an_ending_ends_the_wait_and_the_card(requisition: Requisition, recruiter: User) -> None:
    application = make_application(requisition)
    assert application.card.late_from is not None
    with transaction():
        end_application(application, ChangeKind.REJECT, actor=recruiter, expected=None, reason="skills")
    card = application.card
    assert (card.waits_on, card.waits_since, card.late_from) == (None, None, None)
    assert waits_of(application) == [(WaitReason.RECRUITER, False)]


def test_what_nobody_was_given_waits_on_the_one_it_is_assigned_to(requisition: Requisition, recruiter: User) -> None:
    application = make_application(requisition)
    other = make_user(Role.RECRUITER)
    with transaction():
        give_to(application, other, actor=recruiter)
    assert application.card.waits_on_user_id == other.id


def test_each_change_raises_the_pulse_of_its_board(requisition: Requisition, recruiter: User) -> None:
    application = make_application(requisition)
    before = db.session.get_one(BoardPulse, requisition.id).n
    with transaction():
        move_application(application, stage_of(requisition, StageKind.SCREENING), actor=recruiter, expected=None)
    db.session.expire_all()
    assert db.session.get_one(BoardPulse, requisition.id).n == before + 1


def test_refreshing_costs_the_same_for_one_and_for_many(
    requisition: Requisition, recruiter: User, statements: list[str]
) -> None:
    people = [make_person() for _ in range(60)]
    with transaction():
        applications = [
            start_application(requisition, person, actor=None, source_kind=SourceKind.SOURCED) for person in people
        ]

    def cost(count: int) -> int:
        with transaction():
            chosen = [db.session.get_one(Application, application.id) for application in applications[:count]]
            # The first stays with nobody, so the requisition's recruiter is asked for each time.
            for application in chosen[1:]:
                application.recruiter_id = None if application.recruiter_id else recruiter.id
            db.session.flush()
            statements.clear()
            refresh(chosen)
            return len(statements)

    assert cost(2) == cost(50)


def test_only_what_there_is_of_somebody_is_asked_for(requisition: Requisition, statements: list[str]) -> None:
    application = make_application(requisition, stage=StageKind.SCREENING)
    with transaction():
        chosen = db.session.get_one(Application, application.id)
        statements.clear()
        refresh([chosen])
        asked = " ".join(each for each in statements if "EXISTS" not in each)
        assert "board_pulses" in asked
        # Nobody wrote to them, and there is no interview, shortlist or offer.
        for table in ("contacts", "interviews", "shortlist_entries", "offers", "scorecards", "set_waits"):
            assert f"FROM {table}" not in asked


def test_every_invariant_holds_after_all_this(requisition: Requisition, recruiter: User) -> None:
    for kind in (StageKind.IDENTIFIED, StageKind.CONTACTED, StageKind.SCREENING):
        application = make_application(requisition, stage=kind)
        with transaction():
            set_wait(application, note="backup", ends_at=None, user=None, actor=recruiter)
        with transaction():
            end_application(application, ChangeKind.WITHDRAW, actor=recruiter, expected=None, reason="other")
    checks = [check for check in get_registry().checks.values() if check.faults.__module__ == "tracker.pipeline.checks"]
    assert len(checks) == 4
    assert [fault for check in checks for fault in check.faults()] == []
    with transaction():
        application.stage_id = stage_of(requisition, StageKind.ASSESSMENT).id
    assert [fault for check in checks for fault in check.faults()] == [
        f"application {application.id} does not stand where its last change left it"
    ]


def test_what_was_undone_did_not_interrupt_a_wait(requisition: Requisition, recruiter: User) -> None:
    application = make_application(requisition, stage=StageKind.CONTACTED, days_ago=4)
    add(application, ContactDirection.OUT, ago(days=3), recruiter)
    waits, since = waits_of(application), application.card.waits_since
    with transaction():
        change = move_application(application, stage_of(requisition, StageKind.APPLIED), actor=recruiter, expected=None)
    assert holder(application) is WaitReason.RECRUITER
    with transaction():
        undo_change(change, actor=recruiter)
    assert (waits_of(application), application.card.waits_since) == (waits, since)


def test_a_wait_that_an_undone_change_left_alone_goes_on(requisition: Requisition, recruiter: User) -> None:
    application = make_application(requisition, stage=StageKind.SCREENING, days_ago=4)
    waits, since = waits_of(application), application.card.waits_since
    with transaction():
        change = move_application(application, stage_of(requisition, StageKind.APPLIED), actor=recruiter, expected=None)
    with transaction():
        undo_change(change, actor=recruiter)
    assert (waits_of(application), application.card.waits_since) == (waits, since)
