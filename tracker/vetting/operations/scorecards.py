"""Scorecards: written as drafts, submitted for good, and withdrawn only while no decision rests on them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from tracker.accounts.models import User
from tracker.core import clock
from tracker.core.db import db
from tracker.core.errors import Conflict, Forbidden, NotVisible, Refused
from tracker.history.operations import record
from tracker.pipeline.models import Application
from tracker.pipeline.queries import lock_application
from tracker.pipeline.refresh import refresh
from tracker.requisitions.models import ChecklistItem
from tracker.vetting import events
from tracker.vetting.models import (
    EntryDecision,
    Interview,
    InterviewSeat,
    Scorecard,
    ScorecardRating,
    ShortlistEntry,
)
from tracker.vetting.states import InterviewState, Rating, Recommendation


@dataclass(frozen=True)
class Given:
    """What an assessor says about one skill."""

    rating: Rating
    words: str = ""


def save_scorecard(
    application: Application,
    *,
    seat: InterviewSeat | None,
    ratings: Mapping[int, Given],
    recommendation: Recommendation | None,
    summary: str,
    actor: User,
    card: Scorecard | None = None,
    expected: int | None = None,
    happened_at: datetime | None = None,
) -> Scorecard:
    """Keep a draft: a new one, or `card` at version `expected`. `ratings` by checklist item.

    `seat` is what it answers; None for a card that nobody asked for. Raises Forbidden for another's card or seat,
    Conflict when it was changed elsewhere, Refused when it is submitted already.
    """
    application = lock_application(application)
    card = _open_card(application, seat, card, expected, actor, happened_at or clock.now())
    card.recommendation = recommendation
    card.summary = summary.strip()
    _write_ratings(card, application, ratings)
    return card


def submit_scorecard(
    application: Application,
    *,
    seat: InterviewSeat | None,
    ratings: Mapping[int, Given],
    recommendation: Recommendation | None,
    summary: str,
    actor: User,
    card: Scorecard | None = None,
    expected: int | None = None,
    happened_at: datetime | None = None,
) -> Scorecard:
    """Submit a scorecard, as save_scorecard() and for good; from then on its assessor sees the ratings of others.

    An interview whose time has come counts as held with the first card, one without a time with the last. Raises
    Refused also without a recommendation, or when nothing is assessed.
    """
    fields: dict[str, str] = {}
    if recommendation is None:
        fields["recommendation"] = "Say what you would do."
    if not any(given.rating.is_assessment for given in ratings.values()):
        fields["ratings"] = "Rate at least one skill."
    if fields:
        raise Refused("The scorecard is not complete.", fields=fields)
    card = save_scorecard(
        application,
        seat=seat,
        ratings=ratings,
        recommendation=recommendation,
        summary=summary,
        actor=actor,
        card=card,
        expected=expected,
        happened_at=happened_at,
    )
    at = happened_at or clock.now()
    card.submitted_at = at
    # What follows asks the database who still owes a card.
    db.session.flush()
    if card.seat is not None:
        _count_as_held(card.seat.interview, at)
    record(
        events.ScorecardSubmitted(scorecard_id=card.id),
        events.about(card.application, "scorecards", card.id),
        actor=actor,
    )
    refresh([card.application])
    return card


def withdraw_scorecard(card: Scorecard, *, actor: User) -> Scorecard:
    """Make a submitted scorecard a draft again, so that its assessor can correct it; it is owed again.

    Raises Refused once a decision rests on it, or when it is a draft.
    """
    card = _lock_card(card.id)
    if card.submitted_at is None:
        raise Refused("This scorecard is a draft already.")
    decision = decision_on(card)
    if decision is not None:
        raise Refused(
            f"{decision.decided_by.name} decided with this scorecard at hand; it stays as it is.",
            needed=["Write a further scorecard beside it."],
        )
    card.submitted_at = None
    record(
        events.ScorecardWithdrawn(scorecard_id=card.id, assessor_id=card.assessor_id),
        events.about(card.application, "scorecards", card.id),
        actor=actor,
    )
    refresh([card.application])
    return card


def discard_draft(card: Scorecard, *, actor: User) -> None:
    """Throw a draft of one's own away. Raises Forbidden for another's, Refused when it is submitted."""
    card = _lock_card(card.id)
    if card.assessor_id != actor.id:
        raise Forbidden("A draft is its assessor’s.", who="its assessor")
    if card.submitted_at is not None:
        raise Refused("This scorecard is submitted.")
    db.session.delete(card)


def decision_on(card: Scorecard) -> EntryDecision | None:
    """The first decision on its application that was taken with this submitted card at hand."""
    if card.submitted_at is None:
        return None
    return db.session.scalar(
        select(EntryDecision)
        .join(ShortlistEntry, ShortlistEntry.id == EntryDecision.entry_id)
        .where(
            ShortlistEntry.application_id == card.application_id,
            EntryDecision.decided_at >= card.submitted_at,
        )
        .order_by(EntryDecision.id)
        .limit(1)
        .options(joinedload(EntryDecision.decided_by))
    )


def _open_card(
    application: Application,
    seat: InterviewSeat | None,
    card: Scorecard | None,
    expected: int | None,
    actor: User,
    now: datetime,
) -> Scorecard:
    if seat is not None:
        seat = db.session.scalars(
            select(InterviewSeat)
            .where(InterviewSeat.id == seat.id)
            .options(joinedload(InterviewSeat.interview), joinedload(InterviewSeat.scorecard))
            .execution_options(populate_existing=True)
        ).one()
        if seat.user_id != actor.id or seat.interview.application_id != application.id:
            raise Forbidden("This scorecard is asked of somebody else.", who="the assessor")
        if seat.interview.state is InterviewState.CANCELLED:
            raise Refused("This interview is cancelled; no scorecard is asked for.")
    existing = card.id if card is not None else seat.scorecard.id if seat is not None and seat.scorecard else None
    if existing is None:
        card = Scorecard(application=application, seat=seat, assessor=actor, created_at=now)
        db.session.add(card)
        return card
    card = _lock_card(existing)
    if card.assessor_id != actor.id:
        raise Forbidden("A scorecard is written by its assessor.", who="its assessor")
    if card.submitted_at is not None:
        raise Refused(
            "You have submitted this scorecard; it stands.",
            needed=["Take it back first, as long as no decision rests on it."],
        )
    if expected is not None and card.version != expected:
        raise Conflict("You changed this draft in another window. Saving it again puts what is here in its place.")
    return card


def _lock_card(card_id: int) -> Scorecard:
    application_id = db.session.scalar(select(Scorecard.application_id).where(Scorecard.id == card_id))
    if application_id is None:
        raise NotVisible
    lock_application(application_id)
    return db.session.scalars(
        select(Scorecard)
        .where(Scorecard.id == card_id)
        .options(selectinload(Scorecard.ratings), joinedload(Scorecard.seat).joinedload(InterviewSeat.interview))
        .execution_options(populate_existing=True)
    ).one()


def _write_ratings(card: Scorecard, application: Application, ratings: Mapping[int, Given]) -> None:
    known = set(
        db.session.scalars(select(ChecklistItem.id).where(ChecklistItem.requisition_id == application.requisition_id))
    )
    rows = {row.item_id: row for row in card.ratings}
    for item_id, given in ratings.items():
        if item_id not in known:
            raise Refused("A skill on this page is not on the checklist any more. Load the page again.")
        row = rows.get(item_id)
        if row is None:
            row = ScorecardRating(item_id=item_id)
            card.ratings.append(row)
        row.rating = given.rating
        row.evidence = given.words.strip()


def _count_as_held(interview: Interview, at: datetime) -> None:
    if interview.state is not InterviewState.PLANNED:
        return
    if interview.starts_at is None:
        owing = db.session.scalar(
            select(InterviewSeat.id)
            .outerjoin(Scorecard, Scorecard.seat_id == InterviewSeat.id)
            .where(
                InterviewSeat.interview_id == interview.id,
                InterviewSeat.scorecard_due_at.is_not(None),
                Scorecard.submitted_at.is_(None),
            )
            .limit(1)
        )
        if owing is not None:
            return
    elif interview.starts_at > at:
        return
    interview.state = InterviewState.HELD
    interview.held_at = interview.starts_at or at
