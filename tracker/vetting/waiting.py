"""What waits on somebody: scorecards they owe, and shortlists they decide on."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import aliased

from tracker.accounts.models import Onlooker, User
from tracker.candidates.models import Candidate
from tracker.core import clock
from tracker.core.db import db
from tracker.core.types import when_sent
from tracker.pipeline.models import Application
from tracker.pipeline.states import ApplicationStatus
from tracker.requisitions.models import Requisition
from tracker.requisitions.states import RoleProfileKey
from tracker.vetting.models import (
    Interview,
    InterviewSeat,
    Scorecard,
    Shortlist,
    ShortlistEntry,
)
from tracker.vetting.states import EntryState, InterviewState
from tracker.vetting.waits import end_of, ends_at


@dataclass(frozen=True)
class OwedScorecard:
    """A scorecard that is asked of somebody and not submitted. `ready`: what it is about took place, or has no time."""

    seat_id: int
    interview_id: int
    title: str
    application_id: int
    candidate_id: int
    candidate: str
    requisition_number: str
    requisition_title: str
    role: RoleProfileKey
    starts_at: datetime | None
    due_at: datetime
    draft_id: int | None
    ready: bool

    @property
    def overdue(self) -> bool:
        """Whether it should have been there by now."""
        return self.due_at < clock.due_now()


@dataclass(frozen=True)
class WaitingShortlist:
    """A shortlist with people on it who wait for a decision; `waiting` are their names, longest waiting first."""

    shortlist_id: int
    requisition_number: str
    requisition_title: str
    role: RoleProfileKey
    submitted_by: str
    decider_id: int
    decider: str
    since: datetime
    waiting: tuple[str, ...]
    application_ids: tuple[int, ...]


def scorecards_owed_by(user: User, *, ready_only: bool = False) -> list[OwedScorecard]:
    """Scorecards that are asked of the user for active applications, the one due first leading.

    `ready_only` leaves out what has not taken place yet.
    """
    now = clock.due_now()
    rows = db.session.execute(
        select(InterviewSeat, Interview, Application.candidate_id, Candidate.name, Requisition, Scorecard.id)
        .join(Interview, Interview.id == InterviewSeat.interview_id)
        .join(Application, Application.id == Interview.application_id)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .join(Requisition, Requisition.id == Application.requisition_id)
        .outerjoin(Scorecard, Scorecard.seat_id == InterviewSeat.id)
        .where(*_owed_by(user))
        .order_by(InterviewSeat.scorecard_due_at, InterviewSeat.id)
    )
    owed = [
        OwedScorecard(
            seat_id=seat.id,
            interview_id=interview.id,
            title=interview.title,
            application_id=interview.application_id,
            candidate_id=candidate_id,
            candidate=name,
            requisition_number=requisition.number,
            requisition_title=requisition.title,
            role=requisition.role,
            starts_at=interview.starts_at,
            due_at=seat.scorecard_due_at,
            draft_id=draft_id,
            ready=_is_ready(interview.state, interview.starts_at, interview.minutes, now),
        )
        for seat, interview, candidate_id, name, requisition, draft_id in rows
        if seat.scorecard_due_at is not None
    ]
    return [card for card in owed if card.ready] if ready_only else owed


def _owed_by(user: Onlooker) -> tuple[ColumnElement[bool], ...]:
    """Over seats with their interviews, applications and scorecards: what is asked of the user and not done."""
    return (
        InterviewSeat.user_id == user.id,
        InterviewSeat.scorecard_due_at.is_not(None),
        Interview.state != InterviewState.CANCELLED,
        Application.status == ApplicationStatus.ACTIVE,
        Scorecard.submitted_at.is_(None),
    )


def _is_ready(state: InterviewState, starts_at: datetime | None, minutes: int | None, now: datetime) -> bool:
    """Whether what a scorecard is asked about took place, or has no time."""
    return state is InterviewState.HELD or starts_at is None or ends_at(starts_at, minutes) <= now


def seat_owed(user: User, application: Application) -> InterviewSeat | None:
    """The seat for which the user owes a scorecard on this application, the one due first."""
    return db.session.scalar(
        select(InterviewSeat)
        .join(Interview, Interview.id == InterviewSeat.interview_id)
        .outerjoin(Scorecard, Scorecard.seat_id == InterviewSeat.id)
        .where(
            Interview.application_id == application.id,
            Interview.state != InterviewState.CANCELLED,
            InterviewSeat.user_id == user.id,
            InterviewSeat.scorecard_due_at.is_not(None),
            Scorecard.submitted_at.is_(None),
        )
        .order_by(InterviewSeat.scorecard_due_at, InterviewSeat.id)
        .limit(1)
    )


def decisions_waiting_on(user: User) -> list[WaitingShortlist]:
    """Shortlists on which the user is asked to decide and has not, longest waiting first."""
    return waiting_shortlists(Shortlist.decider_id == user.id)


def waiting_shortlists(condition: ColumnElement[bool]) -> list[WaitingShortlist]:
    """Shortlists with somebody who waits for a decision, longest waiting first; `condition` is over Shortlist."""
    decider = aliased(User)
    rows = db.session.execute(
        select(Shortlist, Requisition, User.name, decider.name, ShortlistEntry, Candidate.name)
        .join(Requisition, Requisition.id == Shortlist.requisition_id)
        .join(User, User.id == Shortlist.submitted_by_id)
        .join(decider, decider.id == Shortlist.decider_id)
        .join(ShortlistEntry, ShortlistEntry.shortlist_id == Shortlist.id)
        .join(Application, Application.id == ShortlistEntry.application_id)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .where(ShortlistEntry.state == EntryState.PENDING, condition)
        .order_by(ShortlistEntry.pending_since, ShortlistEntry.id)
    ).all()
    found: dict[int, WaitingShortlist] = {}
    for shortlist, requisition, submitter, asked, entry, name in rows:
        known = found.get(shortlist.id)
        found[shortlist.id] = WaitingShortlist(
            shortlist_id=shortlist.id,
            requisition_number=requisition.number,
            requisition_title=requisition.title,
            role=requisition.role,
            submitted_by=submitter,
            decider_id=shortlist.decider_id,
            decider=asked,
            since=known.since if known else entry.pending_since,
            waiting=(*(known.waiting if known else ()), name),
            application_ids=(*(known.application_ids if known else ()), entry.application_id),
        )
    return list(found.values())


def count_waiting_shortlists(user: Onlooker) -> ColumnElement[int]:
    """How many shortlists wait for a decision of the user, however many people are on each."""
    return (
        select(func.count(Shortlist.id.distinct()))
        .join(ShortlistEntry, ShortlistEntry.shortlist_id == Shortlist.id)
        .where(Shortlist.decider_id == user.id, ShortlistEntry.state == EntryState.PENDING)
        .scalar_subquery()
    )


def count_owed_scorecards(user: Onlooker) -> ColumnElement[int]:
    """How many scorecards wait on the user, about what took place or has no time."""
    ready = or_(
        Interview.state == InterviewState.HELD,
        Interview.starts_at.is_(None),
        end_of(Interview.starts_at, Interview.minutes) <= when_sent(clock.due_now),
    )
    return (
        select(func.count(InterviewSeat.id))
        .join(Interview, Interview.id == InterviewSeat.interview_id)
        .join(Application, Application.id == Interview.application_id)
        .outerjoin(Scorecard, Scorecard.seat_id == InterviewSeat.id)
        .where(*_owed_by(user), ready)
        .scalar_subquery()
    )
