"""Interviews: planned, changed, held, cancelled; whom an application waits on because of them; who sees it."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update

from tests.factories.accounts import make_user
from tests.factories.vetting import make_interview, make_scorecard, make_shortlist, make_vetted
from tracker.accounts.models import User
from tracker.accounts.operations import disable_user
from tracker.accounts.states import Role
from tracker.core import clock, ticks
from tracker.core.db import db, transaction
from tracker.core.errors import Conflict, Refused
from tracker.core.registry import get_registry
from tracker.history.queries import timeline
from tracker.mail.models import OutboxMessage
from tracker.mail.states import MailState
from tracker.pipeline.models import Application
from tracker.pipeline.operations import end_application
from tracker.pipeline.policy import visible_applications
from tracker.pipeline.states import ChangeKind, WaitReason
from tracker.pipeline.taking_back import reopen_application, undo_change
from tracker.vetting.models import Interview
from tracker.vetting.operations.interviews import (
    cancel_interview,
    change_interview,
    mark_held,
    plan_interview,
    resume_interview,
)
from tracker.vetting.states import INTERVIEW_TRANSITIONS, InterviewState
from tracker.vetting.waiting import scorecards_owed_by


@pytest.fixture
def application(app: Flask) -> Application:
    """Somebody in Panel interview."""
    return make_vetted(name="Rahel Tesfaye")


@pytest.fixture
def recruiter(app: Flask) -> User:
    """Who plans."""
    return make_user(Role.RECRUITER, name="Tara Kessler")


@pytest.fixture
def joan(app: Flask) -> User:
    """Who assesses."""
    return make_user(Role.INTERVIEWER, name="Joan Okoye")


def kinds_of_mail(user: User) -> list[str]:
    """What was queued for somebody, in order."""
    return [
        message.kind.removeprefix("vetting/")
        for message in db.session.scalars(
            select(OutboxMessage).where(OutboxMessage.user_id == user.id).order_by(OutboxMessage.id)
        )
    ]


def waits_on(application: Application) -> tuple[WaitReason | None, int | None]:
    """Whom the card says it waits on."""
    return application.card.waits_on, application.card.waits_on_user_id


@pytest.mark.parametrize("before", list(InterviewState))
@pytest.mark.parametrize("after", list(InterviewState))
def test_every_transition(
    application: Application, recruiter: User, before: InterviewState, after: InterviewState
) -> None:
    interview = make_interview(application)

    def bring(state: InterviewState) -> None:
        with transaction():
            if state is InterviewState.HELD:
                mark_held(interview, actor=recruiter)
            elif state is InterviewState.CANCELLED:
                cancel_interview(interview, reason="Double booked.", actor=recruiter)
            else:
                resume_interview(interview, actor=recruiter)

    if before is not InterviewState.PLANNED:
        bring(before)
    if after in INTERVIEW_TRANSITIONS[before]:
        bring(after)
        assert interview.state is after
    else:
        with pytest.raises(Refused):
            bring(after)
        assert interview.state is before


def test_what_is_missing_stands_beside_its_field(application: Application, recruiter: User, joan: User) -> None:
    at = clock.now() + timedelta(days=1)
    with pytest.raises(Refused) as refusal, transaction():
        plan_interview(
            application,
            title=" ",
            starts_at=at,
            assessors=[],
            scorecard_due_at=at - timedelta(hours=1),
            actor=recruiter,
        )
    assert set(refusal.value.fields) == {"title", "assessors", "scorecard_due_at"}


def test_assessors_hear_of_it_and_of_what_changes(application: Application, recruiter: User, joan: User) -> None:
    petr = make_user(Role.INTERVIEWER, name="Petr Novák")
    rosa = make_user(Role.INTERVIEWER, name="Rosa Weiss")
    start = clock.now() + timedelta(days=2)
    interview = make_interview(application, joan, petr, starts_at=start, actor=recruiter)
    with transaction():
        change_interview(
            interview,
            expected=interview.version,
            title=interview.title,
            starts_at=start + timedelta(hours=1),
            assessors=[db.session.get_one(User, each.id) for each in (joan, rosa)],
            scorecard_due_at=start + timedelta(days=2),
            actor=recruiter,
        )
    assert {seat.user_id for seat in interview.seats} == {joan.id, rosa.id}
    assert kinds_of_mail(joan) == ["interview_planned", "interview_changed"]
    assert kinds_of_mail(petr) == ["interview_planned", "interview_cancelled"]
    assert kinds_of_mail(rosa) == ["interview_planned"]
    with transaction():
        cancel_interview(interview, reason="She is ill.", actor=recruiter)
    assert kinds_of_mail(rosa) == ["interview_planned", "interview_cancelled"]
    kinds = get_registry().mail_kinds
    still = [
        kinds[message.kind].still_true(message)
        for message in db.session.scalars(
            select(OutboxMessage).where(OutboxMessage.user_id == joan.id).order_by(OutboxMessage.id)
        )
    ]
    # The invitation and the change have been overtaken by the cancellation.
    assert still == [False, False, True]


def test_history_is_no_news(application: Application, joan: User) -> None:
    make_interview(application, joan, starts_at=clock.now() - timedelta(days=40))
    assert kinds_of_mail(joan) == []


def test_a_change_of_another_version_is_told(application: Application, recruiter: User, joan: User) -> None:
    interview = make_interview(application, joan)
    with pytest.raises(Conflict), transaction():
        change_interview(
            interview,
            expected=interview.version + 1,
            title="Other",
            starts_at=None,
            assessors=[joan],
            scorecard_due_at=None,
            actor=recruiter,
        )


def test_whoever_submitted_stays(application: Application, recruiter: User, joan: User) -> None:
    interview = make_interview(application, joan, starts_at=clock.now() + timedelta(hours=1))
    make_scorecard(application, joan, seat=interview.seats[0])
    petr = make_user(Role.INTERVIEWER)
    with pytest.raises(Refused, match="stands"), transaction():
        change_interview(
            interview,
            expected=interview.version,
            title="Panel",
            starts_at=interview.starts_at,
            assessors=[db.session.get_one(User, petr.id)],
            scorecard_due_at=None,
            actor=recruiter,
        )
    with pytest.raises(Refused, match="it was held"), transaction():
        mark_held(interview, actor=recruiter)
        db.session.flush()
        resume_interview(interview, actor=recruiter)


class TestWaits:
    """Scheduled until it is over, then on the assessor, then on the recruiter; a shortlist comes before all."""

    def test_by_time(self, application: Application, joan: User) -> None:
        start = clock.now() + timedelta(hours=2)
        interview = make_interview(application, joan, starts_at=start)
        assert waits_on(application) == (WaitReason.SCHEDULED, None)
        assert application.card.next_interview_at == start
        assert [card.ready for card in scorecards_owed_by(joan)] == [False]
        with time_machine.travel(start + timedelta(hours=1, minutes=1), tick=False):
            assert ticks.run("interviews") == 1
            db.session.expire_all()
            assert waits_on(application) == (WaitReason.INTERVIEWERS, joan.id)
            assert application.card.waits_since == start + timedelta(hours=1)
            assert application.card.next_interview_at is None
            assert ticks.run("interviews") == 0
            assert [card.ready for card in scorecards_owed_by(joan)] == [True]
            make_scorecard(application, joan, seat=interview.seats[0])
            # With the first card it counts as held.
            assert interview.state is InterviewState.HELD
            assert interview.held_at == start
            assert waits_on(application)[0] is WaitReason.RECRUITER

    def test_work_without_a_time_waits_on_its_assessors(self, application: Application, joan: User) -> None:
        petr = make_user(Role.INTERVIEWER)
        interview = make_interview(application, joan, petr, title="Take-home")
        assert waits_on(application) == (WaitReason.INTERVIEWERS, joan.id)
        make_scorecard(application, joan, seat=interview.seats[0])
        assert waits_on(application) == (WaitReason.INTERVIEWERS, petr.id)
        assert interview.held_at is None
        make_scorecard(application, petr, seat=interview.seats[1])
        assert interview.state is InterviewState.HELD

    def test_a_pending_shortlist_holds_the_ball(self, application: Application, joan: User) -> None:
        make_interview(application, joan)
        shortlist = make_shortlist(application)
        assert waits_on(application) == (WaitReason.HIRING_MANAGER, shortlist.decider_id)

    def test_cards_count_what_is_assessed_and_never_how(self, application: Application) -> None:
        assert (application.card.must_haves, application.card.must_haves_assessed) == (6, 0)
        make_scorecard(application)
        assert (application.card.must_haves, application.card.must_haves_assessed) == (6, 6)


def test_an_ending_calls_it_off(application: Application, recruiter: User, joan: User) -> None:
    planned = make_interview(application, joan, starts_at=clock.now() + timedelta(days=1))
    held = make_interview(application, joan)
    with transaction():
        mark_held(held, actor=recruiter)
    with transaction():
        end_application(application, ChangeKind.WITHDRAW, actor=recruiter, expected=None, reason="salary")
    assert (planned.state, held.state) == (InterviewState.CANCELLED, InterviewState.HELD)
    assert "interview_cancelled" in kinds_of_mail(joan)
    assert scorecards_owed_by(joan) == []
    with pytest.raises(Refused, match="is withdrawn"):
        make_interview(application, joan)
    with transaction():
        reopen_application(application, actor=recruiter, expected=None)
    assert [card.interview_id for card in scorecards_owed_by(joan)] == [held.id]


@pytest.mark.parametrize("gone", [False, True])
def test_an_ending_taken_back_plans_again_what_it_called_off(
    application: Application, recruiter: User, joan: User, gone: bool
) -> None:
    planned = make_interview(application, joan, starts_at=clock.now() + timedelta(days=1))
    called_off = make_interview(application, joan)
    with transaction():
        cancel_interview(called_off, reason="Ill.", actor=recruiter)
    with transaction():
        change = end_application(application, ChangeKind.REJECT, actor=recruiter, expected=None, reason="skills")
        if gone:
            queued = OutboxMessage.stage_change_id == change.id
            db.session.execute(update(OutboxMessage).where(queued).values(state=MailState.SENT))
    with transaction():
        undo_change(change, actor=recruiter)
    assert (planned.state, planned.cancelled_at) == (InterviewState.PLANNED, None)
    assert called_off.state is InterviewState.CANCELLED
    # Whoever was told that it is cancelled is told that it is not; others never hear of either.
    mails = kinds_of_mail(joan)
    assert mails[-1] == ("interview_planned" if gone else "interview_cancelled")
    unsent = db.session.scalars(select(OutboxMessage).where(OutboxMessage.stage_change_id == change.id)).one()
    assert unsent.state is (MailState.SENT if gone else MailState.CANCELLED)


def test_sitting_on_an_interview_shows_that_person(application: Application, recruiter: User, joan: User) -> None:
    def seen() -> list[int]:
        return list(db.session.scalars(select(Application.id).where(visible_applications(joan))))

    make_vetted(application.requisition)
    assert seen() == []
    interview = make_interview(application, joan)
    assert seen() == [application.id]
    with transaction():
        cancel_interview(interview, reason="Not needed.", actor=recruiter)
    assert seen() == []
    make_scorecard(application, joan)
    assert seen() == [application.id]


def test_a_disabled_assessor_leaves_the_seat_to_the_successor(application: Application, joan: User) -> None:
    petr = make_user(Role.INTERVIEWER)
    interview = make_interview(application, joan)
    with transaction():
        disable_user(joan, petr, actor=None)
    assert [seat.user_id for seat in db.session.get_one(Interview, interview.id).seats] == [petr.id]
    assert waits_on(application) == (WaitReason.INTERVIEWERS, petr.id)
    assert kinds_of_mail(petr) == ["interview_planned"]
    assert timeline(application_id=application.id)[0].sentence.endswith(f"with {petr.name}")
