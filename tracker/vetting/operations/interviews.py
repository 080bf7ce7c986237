"""Interviews: planned, changed, held, cancelled, planned again."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload, selectinload

from tracker.accounts.models import User
from tracker.core import clock
from tracker.core.db import db
from tracker.core.errors import Conflict, NotVisible, Refused
from tracker.core.registry import Ending
from tracker.history.operations import record
from tracker.history.queries import last_of
from tracker.pipeline.models import Application
from tracker.pipeline.queries import lock_application
from tracker.pipeline.refresh import refresh
from tracker.pipeline.states import ApplicationStatus
from tracker.requisitions.states import LIVE
from tracker.vetting import events, mails
from tracker.vetting.models import Interview, InterviewSeat, Scorecard
from tracker.vetting.states import INTERVIEW_TRANSITIONS, InterviewState

#: How long an interview lasts when nobody said.
DEFAULT_MINUTES = 60


def plan_interview(
    application: Application,
    *,
    title: str,
    starts_at: datetime | None,
    assessors: Sequence[User],
    scorecard_due_at: datetime | None,
    actor: User | None,
    minutes: int | None = None,
    place: str = "",
    happened_at: datetime | None = None,
) -> Interview:
    """Plan an interview, or a piece of work to be looked at (`starts_at` None). `minutes` is its length.

    Every assessor gets a seat, a scorecard due at `scorecard_due_at` (None: none is asked for) and a mail.
    `happened_at` is when it was planned, for histories. Raises Refused when the application or its requisition is over,
    or for facts that do not fit.
    """
    application = lock_application(application)
    _check_live(application)
    _check_facts(title, starts_at, assessors, scorecard_due_at)
    interview = Interview(
        application=application,
        title=title.strip(),
        starts_at=starts_at,
        minutes=minutes if starts_at else None,
        place=place.strip(),
        created_by_id=actor.id if actor else None,
        created_at=happened_at or clock.now(),
        seats=[InterviewSeat(user=assessor, scorecard_due_at=scorecard_due_at) for assessor in assessors],
    )
    db.session.add(interview)
    # The event and the mails name the new rows.
    db.session.flush()
    record(
        events.InterviewPlanned(
            interview_id=interview.id,
            starts_at=starts_at.isoformat() if starts_at else None,
            assessor_ids=tuple(assessor.id for assessor in assessors),
        ),
        events.about(application, "interviews", interview.id),
        actor=actor,
    )
    mails.invite(interview, interview.seats, actor=actor)
    refresh([application])
    return interview


def change_interview(
    interview: Interview,
    *,
    expected: int,
    title: str,
    starts_at: datetime | None,
    assessors: Sequence[User],
    scorecard_due_at: datetime | None,
    actor: User,
    minutes: int | None = None,
    place: str = "",
) -> Interview:
    """Change a planned interview; `expected` is the version that was looked at.

    Those who join are invited, those who leave are told, the others hear of another time or place. Raises Conflict
    when somebody changed it in between, Refused when it is not planned any more or somebody who leaves has submitted.
    """
    interview = lock_interview(interview.id)
    _check_version(interview, expected)
    _check_live(interview.application)
    if interview.state is not InterviewState.PLANNED:
        raise Refused(f"This interview is {interview.state.value}.", needed=["Plan it again to change it."])
    _check_facts(title, starts_at, assessors, scorecard_due_at)
    wanted = {assessor.id for assessor in assessors}
    leaving = [seat for seat in interview.seats if seat.user_id not in wanted]
    for seat in leaving:
        if seat.scorecard is not None and seat.scorecard.submitted_at is not None:
            raise Refused(
                "A scorecard of this interview stands.",
                fields={"assessors": f"{seat.user.name} has submitted a scorecard and stays."},
            )
    moved = (interview.starts_at, interview.place) != (starts_at, place.strip())
    staying = [seat for seat in interview.seats if seat.user_id in wanted]
    interview.title = title.strip()
    interview.starts_at = starts_at
    interview.minutes = minutes if starts_at else None
    interview.place = place.strip()
    told = [seat.user for seat in leaving]
    for seat in leaving:
        interview.seats.remove(seat)
    for seat in staying:
        seat.scorecard_due_at = scorecard_due_at
    known = {seat.user_id for seat in staying}
    joining = [
        InterviewSeat(user=assessor, scorecard_due_at=scorecard_due_at)
        for assessor in assessors
        if assessor.id not in known
    ]
    interview.seats.extend(joining)
    # The mails name the version that this change makes, and the new seats.
    db.session.flush()
    _record_changed(interview, actor)
    mails.invite(interview, joining, actor=actor)
    mails.call_off(interview, told, actor=actor)
    if moved:
        mails.tell_of_change(interview, staying, actor=actor)
    refresh([interview.application])
    return interview


def mark_held(interview: Interview, *, actor: User, happened_at: datetime | None = None) -> Interview:
    """Record that it took place: at `happened_at`, or when it was to start, or now. Raises Refused unless planned."""
    interview = lock_interview(interview.id)
    _enter(interview, InterviewState.HELD)
    now = clock.now()
    held_at = happened_at or (min(interview.starts_at, now) if interview.starts_at else now)
    if held_at > now:
        raise Refused("That is in the future.", fields={"happened_at": "Give a time that has passed."})
    interview.held_at = held_at
    record(
        events.InterviewHeld(interview_id=interview.id),
        events.about(interview.application, "interviews", interview.id),
        actor=actor,
    )
    refresh([interview.application])
    return interview


def cancel_interview(interview: Interview, *, reason: str, actor: User) -> Interview:
    """Cancel a planned interview; the assessors are told. Raises Refused without a reason, or unless planned."""
    interview = lock_interview(interview.id)
    if not reason.strip():
        raise Refused("Say why it is cancelled.", fields={"reason": "The assessors are told."})
    _enter(interview, InterviewState.CANCELLED)
    interview.cancelled_at = clock.now()
    interview.cancel_reason = reason.strip()
    _record_cancelled(interview, actor, by_ending=False)
    mails.call_off(interview, [seat.user for seat in interview.seats], actor=actor)
    refresh([interview.application])
    return interview


def resume_interview(interview: Interview, *, actor: User) -> Interview:
    """Plan a held or cancelled interview again. Raises Refused once a scorecard of it was submitted."""
    interview = lock_interview(interview.id)
    _check_live(interview.application)
    if any(seat.scorecard is not None and seat.scorecard.submitted_at is not None for seat in interview.seats):
        raise Refused("A scorecard of this interview was submitted; it was held.")
    was = interview.state
    _plan_again(interview, actor=actor)
    if was is InterviewState.CANCELLED:
        mails.invite(interview, interview.seats, actor=actor)
    refresh([interview.application])
    return interview


def hand_over_seats(user: User, successor: User, actor: User | None) -> None:
    """Give the scorecards that a disabled user owes to their successor, who may hold a seat there already."""
    seats = db.session.scalars(
        select(InterviewSeat)
        .join(InterviewSeat.interview)
        .join(Application, Application.id == Interview.application_id)
        .outerjoin(Scorecard, Scorecard.seat_id == InterviewSeat.id)
        .where(
            InterviewSeat.user_id == user.id,
            Interview.state != InterviewState.CANCELLED,
            Application.status == ApplicationStatus.ACTIVE,
            Scorecard.submitted_at.is_(None),
        )
        .options(
            joinedload(InterviewSeat.interview).selectinload(Interview.seats),
            joinedload(InterviewSeat.interview).joinedload(Interview.application),
            joinedload(InterviewSeat.scorecard),
        )
    ).all()
    # Requisitions and applications are locked first, in the house's order.
    for application in sorted(
        {seat.interview.application for seat in seats}, key=lambda each: (each.requisition_id, each.id)
    ):
        lock_application(application)
    for seat in seats:
        interview = seat.interview
        if seat.scorecard is not None:
            # A draft holds what the other one thought; it stays theirs.
            seat.scorecard.seat = None
        if any(other.user_id == successor.id for other in interview.seats):
            interview.seats.remove(seat)
        else:
            seat.user = successor
            db.session.flush()
            mails.invite(interview, [seat], actor=actor)
        _record_changed(interview, actor)
    refresh([seat.interview.application for seat in seats])


def on_ending(endings: Sequence[Ending]) -> None:
    """Applications ended: what was still planned is cancelled, and the assessors are told."""
    for ending, interview in _of(endings, Interview.state == InterviewState.PLANNED):
        _enter(interview, InterviewState.CANCELLED)
        # The ending's own instant, by which taking it back finds what went with it.
        interview.cancelled_at = ending.change.recorded_at
        _record_cancelled(interview, ending.actor, by_ending=True)
        people = [seat.user for seat in interview.seats]
        mails.call_off(interview, people, actor=ending.actor, change=ending.change)


def on_ending_undone(endings: Sequence[Ending]) -> None:
    """Endings were taken back: what they cancelled is planned again; who was told is told that too."""
    for ending, interview in _of(endings, Interview.cancelled_at.is_not(None)):
        if interview.cancelled_at != ending.change.recorded_at:
            continue
        _plan_again(interview, actor=ending.actor)
        told = mails.told_of(ending.change)
        mails.invite(interview, [seat for seat in interview.seats if seat.user_id in told], actor=ending.actor)


def _of(endings: Sequence[Ending], condition: ColumnElement[bool]) -> list[tuple[Ending, Interview]]:
    by_application = {ending.application.id: ending for ending in endings}
    interviews = db.session.scalars(
        select(Interview)
        .where(Interview.application_id.in_(by_application), condition)
        .order_by(Interview.id)
        .options(selectinload(Interview.seats).joinedload(InterviewSeat.user))
    ).all()
    return [(by_application[interview.application_id], interview) for interview in interviews]


def _plan_again(interview: Interview, *, actor: User | None) -> None:
    _enter(interview, InterviewState.PLANNED)
    interview.held_at = None
    interview.cancelled_at = None
    interview.cancel_reason = ""
    # The mails name the version that this change makes.
    db.session.flush()
    record(
        events.InterviewResumed(interview_id=interview.id),
        events.about(interview.application, "interviews", interview.id),
        actor=actor,
    )


def lock_interview(interview_id: int) -> Interview:
    """The interview as it is now, with its seats, behind the locks of its requisition and application."""
    application_id = db.session.scalar(select(Interview.application_id).where(Interview.id == interview_id))
    if application_id is None:
        raise NotVisible
    lock_application(application_id)
    return db.session.scalars(
        select(Interview)
        .where(Interview.id == interview_id)
        .options(
            selectinload(Interview.seats).joinedload(InterviewSeat.user),
            selectinload(Interview.seats).joinedload(InterviewSeat.scorecard),
        )
        .execution_options(populate_existing=True)
    ).one()


def _record_changed(interview: Interview, actor: User | None) -> None:
    record(
        events.InterviewChanged(
            interview_id=interview.id,
            starts_at=interview.starts_at.isoformat() if interview.starts_at else None,
            assessor_ids=tuple(sorted(seat.user.id for seat in interview.seats)),
        ),
        events.about(interview.application, "interviews", interview.id),
        actor=actor,
    )


def _record_cancelled(interview: Interview, actor: User | None, *, by_ending: bool) -> None:
    record(
        events.InterviewCancelled(interview_id=interview.id, by_ending=by_ending),
        events.about(interview.application, "interviews", interview.id),
        actor=actor,
    )


def _enter(interview: Interview, state: InterviewState) -> None:
    if state not in INTERVIEW_TRANSITIONS[interview.state]:
        raise Refused(f"This interview is {interview.state.value} already.")
    interview.state = state


def _check_version(interview: Interview, expected: int) -> None:
    if interview.version != expected:
        who, when = last_of("interviews", interview.id)
        raise Conflict(f"{who or 'Somebody'} changed this interview while you were working on it.", who=who, when=when)


def _check_live(application: Application) -> None:
    if application.status is not ApplicationStatus.ACTIVE:
        raise Refused(f"The application of {application.candidate.name} is {application.status.value}.")
    if application.requisition.state not in LIVE:
        raise Refused(f"{application.requisition.number} is {application.requisition.state.label}.")


def _check_facts(
    title: str, starts_at: datetime | None, assessors: Sequence[User], scorecard_due_at: datetime | None
) -> None:
    fields: dict[str, str] = {}
    if not title.strip():
        fields["title"] = "Give it a name, such as “Panel interview”."
    if not assessors:
        fields["assessors"] = "Choose who sits on it."
    elif any(not assessor.is_active for assessor in assessors):
        fields["assessors"] = "Somebody chosen has no active account."
    if starts_at and scorecard_due_at and scorecard_due_at < starts_at:
        fields["scorecard_due_at"] = "A scorecard cannot be due before the interview."
    if fields:
        raise Refused("Something is missing.", fields=fields)
