"""What waits on the reader of a summary, in a constant number of statements."""

from datetime import datetime

from sqlalchemy import Row, or_, select

from tracker.accounts.models import User
from tracker.approvals.queries import pending_for
from tracker.core.db import db
from tracker.offers.models import Offer, OfferVersion
from tracker.pipeline.models import Application, ApplicationCard
from tracker.pipeline.policy import visible_applications
from tracker.pipeline.states import ApplicationStatus, WaitReason
from tracker.requisitions.models import Requisition, Stage
from tracker.requisitions.states import RequisitionState, StageKind
from tracker.summaries.facts import Waiting, WaitKind
from tracker.vetting.models import Interview, InterviewSeat, Scorecard, Shortlist, ShortlistEntry
from tracker.vetting.states import EntryState, InterviewState

MOST_WAITING = 12


def waiting_on(user: User, as_of: datetime) -> tuple[tuple[Waiting, ...], int]:
    """What waits on the reader, most urgent first, cut to so many lines; and how many more there are."""
    found = [*_decisions(user), *_approvals(user), *_scorecards(user, as_of), *_people(user, as_of)]
    return tuple(found[:MOST_WAITING]), max(len(found) - MOST_WAITING, 0)


def _decisions(user: User) -> list[Waiting]:
    """A line for each shortlist with people on it who wait for this decision."""
    rows = db.session.execute(
        select(
            ShortlistEntry.shortlist_id, Shortlist.requisition_id,
            ShortlistEntry.application_id, ShortlistEntry.pending_since,
        )
        .join(ShortlistEntry.shortlist)
        .join(ShortlistEntry.application)
        .where(
            Shortlist.decider_id == user.id,
            ShortlistEntry.state == EntryState.PENDING,
            Application.status == ApplicationStatus.ACTIVE,
        )
        .order_by(ShortlistEntry.pending_since, ShortlistEntry.id)
    )  # fmt: skip
    shortlists: dict[tuple[int, int], list[Row[int, int, int, datetime]]] = {}
    for row in rows:
        shortlists.setdefault((row.shortlist_id, row.requisition_id), []).append(row)
    return [
        Waiting(
            WaitKind.DECISION,
            shortlist_id,
            requisition_id,
            tuple(entry.application_id for entry in entries),
            entries[0].pending_since,
        )
        for (shortlist_id, requisition_id), entries in shortlists.items()
    ]


def _approvals(user: User) -> list[Waiting]:
    approvals = pending_for(user)
    version_ids = [approval.offer_version_id for approval in approvals if approval.offer_version_id]
    rows = db.session.execute(
        select(OfferVersion.id, Offer.application_id).join(OfferVersion.offer).where(OfferVersion.id.in_(version_ids))
    )
    offered = {row.id: row.application_id for row in rows}
    return [
        Waiting(
            WaitKind.APPROVAL,
            approval.id,
            approval.requisition_id,
            (offered[approval.offer_version_id],) if approval.offer_version_id else (),
            approval.requested_at,
        )
        for approval in approvals
    ]


def _scorecards(user: User, as_of: datetime) -> list[Waiting]:
    """Scorecards that the reader owes on what took place, or has no time; the one due first leads."""
    rows = db.session.execute(
        select(InterviewSeat.id, Application.requisition_id, Interview.application_id, InterviewSeat.scorecard_due_at)
        .join(InterviewSeat.interview)
        .join(Interview.application)
        .outerjoin(Scorecard, Scorecard.seat_id == InterviewSeat.id)
        .where(
            InterviewSeat.user_id == user.id,
            InterviewSeat.scorecard_due_at.is_not(None),
            Interview.state != InterviewState.CANCELLED,
            or_(Interview.state == InterviewState.HELD, Interview.starts_at.is_(None), Interview.starts_at <= as_of),
            Application.status == ApplicationStatus.ACTIVE,
            Scorecard.submitted_at.is_(None),
        )
        .order_by(InterviewSeat.scorecard_due_at, InterviewSeat.id)
    )
    return [
        Waiting(WaitKind.SCORECARD, row.id, row.requisition_id, (row.application_id,), row.scorecard_due_at)
        for row in rows
    ]


def _people(user: User, as_of: datetime) -> list[Waiting]:
    """People who wait on the reader in person: whoever answered, and whoever is late. Nobody in Identified."""
    late = ApplicationCard.late_from <= as_of
    rows = db.session.execute(
        select(
            Application.id, Application.requisition_id, ApplicationCard.new_reply_at, ApplicationCard.waits_since,
            Application.stage_entered_at,
        )
        .join(ApplicationCard, ApplicationCard.application_id == Application.id)
        .join(Application.stage)
        .join(Application.requisition)
        .where(
            ApplicationCard.waits_on_user_id == user.id,
            ApplicationCard.waits_on.in_([WaitReason.RECRUITER, WaitReason.PERSON_SET]),
            or_(ApplicationCard.new_reply_at.is_not(None), late),
            Application.status == ApplicationStatus.ACTIVE,
            Requisition.state == RequisitionState.OPEN,
            visible_applications(user),
            Stage.kind != StageKind.IDENTIFIED,
        )
        .order_by(ApplicationCard.waits_since, Application.id)
    )  # fmt: skip
    lines = [
        Waiting(WaitKind.REPLY, row.id, row.requisition_id, (row.id,), row.new_reply_at)
        if row.new_reply_at is not None
        else Waiting(WaitKind.LATE, row.id, row.requisition_id, (row.id,), row.waits_since or row.stage_entered_at)
        for row in rows
    ]
    return sorted(lines, key=lambda line: (line.kind is WaitKind.LATE, line.since))
