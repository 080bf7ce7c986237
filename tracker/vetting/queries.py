"""Reading interviews, scorecards and shortlists: what pages are about, and what waits on somebody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload, selectinload

from tracker.accounts.models import Onlooker, User
from tracker.accounts.permissions import can, me
from tracker.candidates.models import Candidate
from tracker.core import clock
from tracker.core.db import db
from tracker.core.errors import NotVisible
from tracker.core.types import when_sent
from tracker.pipeline.models import Application
from tracker.pipeline.states import ApplicationStatus
from tracker.requisitions.models import ChecklistItem, Requisition, Stage, TeamMember
from tracker.requisitions.queries import stages_of
from tracker.requisitions.states import Phase, RoleProfileKey
from tracker.vetting import policy
from tracker.vetting.models import (
    EntryDecision,
    EvidenceSnapshot,
    Interview,
    InterviewSeat,
    Scorecard,
    ScorecardRating,
    Shortlist,
    ShortlistEntry,
    Waiver,
)
from tracker.vetting.states import EntryState, InterviewState, SnapshotMoment
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


# --- what a page is about ---------------------------------------------------------------------------------------------


def interview_or_404(interview_id: int) -> Interview:
    """An interview of an application that the reader may see. Raises NotVisible."""
    interview = db.session.scalar(
        select(Interview)
        .join(Interview.application)
        .where(Interview.id == interview_id, policy.visible_interviews(me()))
        .options(
            contains_eager(Interview.application).joinedload(Application.candidate),
            contains_eager(Interview.application).joinedload(Application.stage),
            contains_eager(Interview.application)
            .joinedload(Application.requisition)
            .selectinload(Requisition.team_members),
            selectinload(Interview.seats).joinedload(InterviewSeat.user),
            selectinload(Interview.seats).joinedload(InterviewSeat.scorecard),
        )
    )
    if interview is None:
        raise NotVisible
    return interview


def seat_or_404(seat_id: int) -> InterviewSeat:
    """A seat of an interview that the reader may see. Raises NotVisible."""
    interview_id = db.session.scalar(select(InterviewSeat.interview_id).where(InterviewSeat.id == seat_id))
    if interview_id is None:
        raise NotVisible
    interview = interview_or_404(interview_id)
    return next(seat for seat in interview.seats if seat.id == seat_id)


def scorecard_or_404(scorecard_id: int) -> Scorecard:
    """A scorecard that the reader may know of: their own, or a submitted one. Raises NotVisible."""
    card = db.session.scalar(
        select(Scorecard)
        .where(Scorecard.id == scorecard_id)
        .options(
            joinedload(Scorecard.assessor),
            joinedload(Scorecard.application).joinedload(Application.candidate),
            joinedload(Scorecard.application).joinedload(Application.requisition),
            joinedload(Scorecard.seat).joinedload(InterviewSeat.interview),
            selectinload(Scorecard.ratings).joinedload(ScorecardRating.item),
        )
    )
    if card is None or not can(me(), "scorecard.view", card):
        raise NotVisible
    return card


def shortlist_or_404(shortlist_id: int) -> Shortlist:
    """A shortlist that the reader may see, with its entries and their decisions. Raises NotVisible."""
    shortlist = db.session.scalar(
        select(Shortlist)
        .where(Shortlist.id == shortlist_id, policy.visible_shortlists(me()))
        .options(*shortlist_parts())
    )
    if shortlist is None:
        raise NotVisible
    return shortlist


def entry_or_404(entry_id: int) -> ShortlistEntry:
    """An entry of a shortlist that the reader may see. Raises NotVisible."""
    shortlist_id = db.session.scalar(select(ShortlistEntry.shortlist_id).where(ShortlistEntry.id == entry_id))
    if shortlist_id is None:
        raise NotVisible
    return next(entry for entry in shortlist_or_404(shortlist_id).entries if entry.id == entry_id)


def waiver_or_404(waiver_id: int) -> Waiver:
    """A waiver of an entry that the reader may see. Raises NotVisible."""
    waiver = db.session.get(Waiver, waiver_id)
    if waiver is None:
        raise NotVisible
    entry_or_404(waiver.entry_id)
    return waiver


def item_of(entry: ShortlistEntry, item_id: int) -> ChecklistItem:
    """A skill of the entry's checklist. Raises NotVisible."""
    item = db.session.get(ChecklistItem, item_id)
    if item is None or item.requisition_id != entry.shortlist.requisition_id:
        raise NotVisible
    return item


def shortlist_parts() -> tuple:  # type: ignore[type-arg]
    """What pages of shortlists load at once, in a fixed number of statements."""
    return (
        joinedload(Shortlist.requisition).selectinload(Requisition.team_members).joinedload(TeamMember.user),
        joinedload(Shortlist.opens_stage),
        joinedload(Shortlist.submitted_by),
        joinedload(Shortlist.decider),
        selectinload(Shortlist.entries).joinedload(ShortlistEntry.application).joinedload(Application.candidate),
        selectinload(Shortlist.entries).joinedload(ShortlistEntry.application).joinedload(Application.stage),
        selectinload(Shortlist.entries).joinedload(ShortlistEntry.put_forward_by),
        selectinload(Shortlist.entries).selectinload(ShortlistEntry.decisions).joinedload(EntryDecision.decided_by),
    )


# --- what waits on somebody -------------------------------------------------------------------------------------------


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


def count_waiting_decisions(user: Onlooker) -> ColumnElement[int]:
    """How many people wait for a decision of the user."""
    return (
        select(func.count(ShortlistEntry.id))
        .join(Shortlist, Shortlist.id == ShortlistEntry.shortlist_id)
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


def interviews_where(*conditions: ColumnElement[bool], newest_first: bool = False, limit: int = 200) -> list[Interview]:
    """Interviews with person, requisition, seats and scorecards; conditions are over Interview and Application."""
    order = (
        (func.coalesce(Interview.held_at, Interview.starts_at, Interview.created_at).desc(), Interview.id.desc())
        if newest_first
        else (func.coalesce(Interview.starts_at, Interview.created_at), Interview.id)
    )
    return list(
        db.session.scalars(
            select(Interview)
            .join(Interview.application)
            .where(*conditions)
            .order_by(*order)
            .limit(limit)
            .options(
                contains_eager(Interview.application).joinedload(Application.candidate),
                contains_eager(Interview.application).joinedload(Application.requisition),
                selectinload(Interview.seats).joinedload(InterviewSeat.user),
                selectinload(Interview.seats).joinedload(InterviewSeat.scorecard),
            )
        )
    )


def sits(user: User) -> ColumnElement[bool]:
    """A predicate over Interview: those on which the user sits."""
    return Interview.seats.any(InterviewSeat.user_id == user.id)


# --- what a form offers -----------------------------------------------------------------------------------------------


def shortlist_stages(requisition: Requisition) -> list[Stage]:
    """The stages that a shortlist can open: those that ask for an approval, and the first of the offer phase."""
    stages = sorted(stages_of(requisition), key=lambda stage: (stage.phase.position, stage.position))
    first_offer = next((stage for stage in stages if stage.phase is Phase.OFFER), None)
    # One for the offer phase opens all of it, so its first stage stands for the phase.
    return [
        stage
        for stage in stages
        if stage is first_offer or (stage.requires_approval and stage.phase is not Phase.OFFER)
    ]


def default_opens_stage(requisition: Requisition) -> Stage | None:
    """What a shortlist opens unless somebody says otherwise: the offer phase."""
    stages = shortlist_stages(requisition)
    return next((stage for stage in stages if stage.phase is Phase.OFFER), stages[-1] if stages else None)


def can_be_put_forward(
    requisition: Requisition, applications: Sequence[int] = (), *, sent: Sequence[int] = ()
) -> list[Application]:
    """Active people in the vetting or offer phase, and those named in `applications`, who wait on no shortlist.

    Those in `sent` were on the page when it was sent, and stay on it with all that was typed, whatever became of them.
    """
    waiting = select(ShortlistEntry.application_id).where(ShortlistEntry.state == EntryState.PENDING)
    return list(
        db.session.scalars(
            select(Application)
            .join(Application.stage)
            .join(Application.candidate)
            .where(
                Application.requisition_id == requisition.id,
                or_(
                    Application.id.in_(sent),
                    and_(
                        Application.status == ApplicationStatus.ACTIVE,
                        or_(Stage.phase != Phase.SOURCING, Application.id.in_(applications)),
                        Application.id.not_in(waiting),
                    ),
                ),
            )
            .order_by(Stage.position.desc(), Application.stage_entered_at, Application.id)
            .options(
                contains_eager(Application.candidate),
                contains_eager(Application.stage),
                joinedload(Application.card),
            )
        )
    )


def snapshots_of(entries: Sequence[ShortlistEntry], moment: SnapshotMoment) -> dict[int, EvidenceSnapshot]:
    """The snapshot of each entry's latest round at that moment, by application id."""
    by_entry = {entry.id: entry for entry in entries}
    rows = db.session.scalars(
        select(EvidenceSnapshot)
        .where(EvidenceSnapshot.entry_id.in_(by_entry), EvidenceSnapshot.moment == moment)
        .order_by(EvidenceSnapshot.round)
    )
    return {by_entry[row.entry_id].application_id: row for row in rows}


def decision_of(entry: ShortlistEntry) -> EntryDecision | None:
    """The decision on the entry's present round."""
    return next((each for each in entry.decisions if each.round == entry.round), None)


def ratings_in_order(card: Scorecard) -> list[ScorecardRating]:
    """What a card says about each skill, in the order of the checklist; what has left it since stands at the end."""
    return sorted(card.ratings, key=lambda row: (row.item.removed_at is not None, row.item.position, row.item.id))
