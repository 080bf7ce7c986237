"""Reading interviews, scorecards and shortlists: what pages are about."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from tracker.accounts.models import User
from tracker.accounts.permissions import can, me
from tracker.core.db import db
from tracker.core.errors import NotVisible
from tracker.pipeline.models import Application
from tracker.pipeline.states import ApplicationStatus
from tracker.requisitions.models import ChecklistItem, Requisition, Stage, TeamMember
from tracker.requisitions.queries import stages_of
from tracker.requisitions.states import Phase
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
from tracker.vetting.states import EntryState, SnapshotMoment


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
