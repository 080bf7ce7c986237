"""Lists of interviews and shortlists, and what the candidate's page shows of vetting."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BindParameter, ColumnElement, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from tracker.accounts.models import User
from tracker.core import clock
from tracker.core.db import db
from tracker.core.types import when_sent
from tracker.pipeline.models import Application
from tracker.pipeline.states import ApplicationStatus
from tracker.vetting.evidence import for_reader
from tracker.vetting.facts import Evidence
from tracker.vetting.models import EntryDecision, Interview, InterviewSeat, Scorecard, Shortlist, ShortlistEntry
from tracker.vetting.queries import decision_of, interviews_where, shortlist_parts
from tracker.vetting.states import EntryState, InterviewState
from tracker.vetting.waits import DEFAULT_LENGTH

#: How many settled shortlists a page of the list shows.
PAGE = 30


@dataclass(frozen=True)
class Panel:
    """What vetting knows of one application, as one reader may see it."""

    application: Application
    evidence: Evidence
    interviews: tuple[Interview, ...]
    entries: tuple[ShortlistEntry, ...]
    #: The reader's own seat that still asks for a scorecard.
    seat_owed: InterviewSeat | None
    #: The reader's own draft that nobody asked for.
    draft: Scorecard | None

    @property
    def entry(self) -> ShortlistEntry | None:
        """The latest entry on a shortlist."""
        return self.entries[-1] if self.entries else None

    @property
    def decision(self) -> EntryDecision | None:
        """The decision on its present round."""
        return decision_of(self.entry) if self.entry else None

    @property
    def waits(self) -> bool:
        """Whether a decision on it is still to be made."""
        return self.entry is not None and self.entry.state is EntryState.PENDING

    @property
    def empty(self) -> bool:
        """Whether vetting has nothing to show yet."""
        return not (self.interviews or self.entries or self.evidence.verdict_count)


def application_panel(applications: Sequence[Application], user: User) -> dict[int, Panel]:
    """What the candidate's page shows of vetting, by application id, in a fixed number of statements."""
    ids = [application.id for application in applications]
    evidence = for_reader(user, applications)
    interviews = interviews_where(Interview.application_id.in_(ids), newest_first=True)
    entries = db.session.scalars(
        select(ShortlistEntry)
        .where(ShortlistEntry.application_id.in_(ids))
        .order_by(ShortlistEntry.id)
        .options(
            joinedload(ShortlistEntry.shortlist).joinedload(Shortlist.opens_stage),
            joinedload(ShortlistEntry.shortlist).joinedload(Shortlist.decider),
            joinedload(ShortlistEntry.put_forward_by),
            selectinload(ShortlistEntry.decisions).joinedload(EntryDecision.decided_by),
        )
    ).all()
    drafts = db.session.scalars(
        select(Scorecard).where(
            Scorecard.application_id.in_(ids),
            Scorecard.assessor_id == user.id,
            Scorecard.seat_id.is_(None),
            Scorecard.submitted_at.is_(None),
        )
    ).all()
    return {
        application.id: Panel(
            application=application,
            evidence=evidence[application.id],
            interviews=tuple(each for each in interviews if each.application_id == application.id),
            entries=tuple(each for each in entries if each.application_id == application.id),
            seat_owed=next(
                (
                    seat
                    for each in interviews
                    if each.application_id == application.id and each.state is not InterviewState.CANCELLED
                    for seat in each.seats
                    if seat.user_id == user.id and owes(seat)
                ),
                None,
            ),
            draft=next((each for each in drafts if each.application_id == application.id), None),
        )
        for application in applications
    }


def owes(seat: InterviewSeat) -> bool:
    """Whether the seat asks for a scorecard that is not submitted."""
    return seat.scorecard_due_at is not None and (seat.scorecard is None or seat.scorecard.submitted_at is None)


def shortlists_where(*conditions: ColumnElement[bool], before: int | None = None, limit: int = PAGE) -> list[Shortlist]:
    """Shortlists with their entries and people, newest first; `before` is the last id of the previous page."""
    query = select(Shortlist).where(*conditions).order_by(Shortlist.id.desc()).limit(limit)
    if before is not None:
        query = query.where(Shortlist.id < before)
    return list(db.session.scalars(query.options(*shortlist_parts())))


def is_waiting() -> ColumnElement[bool]:
    """A predicate over Shortlist: somebody on it waits for a decision."""
    return Shortlist.entries.any(ShortlistEntry.state == EntryState.PENDING)


def coming() -> tuple[ColumnElement[bool], ...]:
    """Planned, and not over yet by the clock; those without a time stay until they are held."""
    return (
        Interview.state == InterviewState.PLANNED,
        or_(Interview.starts_at.is_(None), Interview.starts_at > when_sent(lambda: clock.now() - DEFAULT_LENGTH)),
        Application.status == ApplicationStatus.ACTIVE,
    )


def past(since: datetime | None = None) -> tuple[ColumnElement[bool], ...]:
    """Held, cancelled, or planned for a time that has passed."""
    over = clock.now() - DEFAULT_LENGTH
    conditions: tuple[ColumnElement[bool], ...] = (
        or_(Interview.state != InterviewState.PLANNED, Interview.starts_at <= over),
    )
    if since is not None:
        at = func.coalesce(Interview.held_at, Interview.cancelled_at, Interview.starts_at, Interview.created_at)
        conditions = (*conditions, at >= since)
    return conditions


def owing() -> tuple[ColumnElement[bool], ...]:
    """Somebody owes a scorecard on what took place, or on work that has no time."""
    now = clock.now()
    without_card = (
        select(InterviewSeat.id)
        .outerjoin(Scorecard, Scorecard.seat_id == InterviewSeat.id)
        .where(
            InterviewSeat.interview_id == Interview.id,
            InterviewSeat.scorecard_due_at.is_not(None),
            Scorecard.submitted_at.is_(None),
        )
        .exists()
    )
    return (
        without_card,
        Interview.state != InterviewState.CANCELLED,
        or_(
            Interview.state == InterviewState.HELD,
            Interview.starts_at.is_(None),
            Interview.starts_at <= now - DEFAULT_LENGTH,
        ),
        Application.status == ApplicationStatus.ACTIVE,
    )


def count_shortlists(requisition_id: BindParameter[int]) -> list[ColumnElement[int]]:
    """What stands beside the tab: how many shortlists wait for a decision."""
    waiting = select(func.count(Shortlist.id)).where(Shortlist.requisition_id == requisition_id, is_waiting())
    return [waiting.scalar_subquery()]


def count_interviews(requisition_id: BindParameter[int]) -> list[ColumnElement[int]]:
    """What stands beside the tab: how many interviews are coming."""
    planned = select(func.count(Interview.id)).join(Interview.application)
    return [planned.where(Application.requisition_id == requisition_id, *coming()).scalar_subquery()]
