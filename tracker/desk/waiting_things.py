"""The things that wait on somebody and are no person: approvals, shortlists, scorecards, offers that end soon, and
requisitions that are over with people left in them."""

from datetime import datetime, timedelta
from typing import Any, TypeVar

from flask import url_for
from sqlalchemy import ColumnElement, Select, exists, func, select

from tracker.accounts.models import Onlooker, User
from tracker.approvals.models import Approval
from tracker.approvals.policy import subject_of
from tracker.approvals.queries import pending_for
from tracker.approvals.states import ApprovalState
from tracker.candidates.models import Candidate
from tracker.core import clock
from tracker.core.db import db
from tracker.core.templating import listing, plural
from tracker.core.types import when_sent
from tracker.desk.duties import Duty, Step
from tracker.offers.models import Offer, OfferVersion
from tracker.offers.states import OfferState
from tracker.pipeline.models import Application
from tracker.pipeline.states import ApplicationStatus
from tracker.requisitions.models import Requisition, TeamMember
from tracker.requisitions.states import CLOSED, TeamPart
from tracker.vetting.waiting import (
    count_owed_scorecards,
    count_waiting_shortlists,
    decisions_waiting_on,
    scorecards_owed_by,
)

#: An offer that ends this soon is worth a line.
OFFER_SOON = timedelta(days=3)
Narrowed = TypeVar("Narrowed", bound=Select[*tuple[Any, ...]])


def load_things(reader: User, now: datetime) -> list[Duty]:
    """All of them, in a constant number of statements."""
    return [
        *_approvals(reader),
        *_decisions(reader),
        *_scorecards(reader, now),
        *_offers(reader, now),
        *_left_over(reader),
    ]


def count_things(reader: Onlooker) -> ColumnElement[int]:
    """How many load_things() gives, in SQL."""
    approvals = select(func.count(Approval.id)).where(
        Approval.approver_id == reader.id, Approval.state == ApprovalState.PENDING
    )
    offers = select(func.count(OfferVersion.id)).select_from(OfferVersion).join(OfferVersion.offer)
    offers = _of_ending_offers(offers, reader, when_sent(lambda: clock.now() + OFFER_SOON))
    over = select(func.count(Requisition.id)).where(*_is_left_over(reader))
    counts = (approvals.scalar_subquery(), offers.scalar_subquery(), over.scalar_subquery())
    return sum((*counts, count_waiting_shortlists(reader)), start=count_owed_scorecards(reader))


def _approvals(reader: User) -> list[Duty]:
    duties = []
    for approval in pending_for(reader):
        summary = subject_of(approval).summary(approval)
        duties.append(
            Duty(
                icon="gavel",
                title=summary.headline,
                detail="waits for your approval",
                since=approval.requested_at,
                step=Step("Decide", url_for("approvals.show", approval_id=approval.id)),
            )
        )
    return duties


def _decisions(reader: User) -> list[Duty]:
    return [
        Duty(
            icon="list-check",
            title=f"Shortlist: {listing(waiting.waiting)}",
            detail=f"{plural(len(waiting.waiting), 'person waits', 'people wait')} for your decision, "
            f"from {waiting.submitted_by}",
            since=waiting.since,
            step=Step("Decide", url_for("vetting.shortlist", shortlist_id=waiting.shortlist_id)),
            number=waiting.requisition_number,
            role=waiting.role.value,
        )
        for waiting in decisions_waiting_on(reader)
    ]


def _scorecards(reader: User, now: datetime) -> list[Duty]:
    return [
        Duty(
            icon="clipboard-list",
            title=f"Scorecard on {owed.candidate}",
            detail=owed.title,
            since=owed.due_at,
            url=url_for("desk.candidate", candidate_id=owed.candidate_id),
            step=Step(
                "Go on writing" if owed.draft_id else "Write it",
                url_for("vetting.seat_scorecard", seat_id=owed.seat_id),
            ),
            late=owed.due_at < now,
            moment="due",
            number=owed.requisition_number,
            role=owed.role.value,
        )
        for owed in scorecards_owed_by(reader, ready_only=True)
    ]


def _of_ending_offers(statement: Narrowed, reader: Onlooker, until: ColumnElement[datetime] | datetime) -> Narrowed:
    """Narrow a statement over versions and offers to those that are out, end by `until`, and are this recruiter's."""
    return (
        statement.join(Offer.application)
        .join(TeamMember, TeamMember.requisition_id == Application.requisition_id)
        .where(
            OfferVersion.state == OfferState.EXTENDED,
            OfferVersion.expires_at <= until,
            TeamMember.user_id == reader.id,
            TeamMember.part == TeamPart.RECRUITER,
        )
    )


def _offers(reader: User, now: datetime) -> list[Duty]:
    ending = select(OfferVersion, Candidate, Requisition).join(OfferVersion.offer)
    rows = db.session.execute(
        _of_ending_offers(ending, reader, now + OFFER_SOON).join(Application.candidate).join(Application.requisition)
    )
    return [
        Duty(
            icon="hourglass",
            title=f"Offer to {candidate.name}",
            detail="has expired without an answer" if version.expires_at <= now else "is about to expire",
            since=version.expires_at,
            url=url_for("desk.candidate", candidate_id=candidate.id),
            step=Step("Open the offer", url_for("offers.show", offer_id=version.offer_id)),
            late=version.expires_at <= now,
            moment="ended" if version.expires_at <= now else "ends",
            number=requisition.number,
            role=requisition.role.value,
        )
        for version, candidate, requisition in rows
        if version.expires_at is not None
    ]


#: Over applications and requisitions: still in the pipeline.
_STILL_IN = (Application.requisition_id == Requisition.id, Application.status == ApplicationStatus.ACTIVE)


def _is_left_over(reader: Onlooker) -> tuple[ColumnElement[bool], ...]:
    """Over requisitions: those of this recruiter that are over, with people still in them. Only in those that are over
    is anybody looked for: in the others there may be very many."""
    own = select(TeamMember.requisition_id).where(
        TeamMember.user_id == reader.id, TeamMember.part == TeamPart.RECRUITER
    )
    somebody = exists().where(*_STILL_IN).correlate(Requisition)
    return Requisition.state.in_(CLOSED), Requisition.id.in_(own), somebody


def _left_over(reader: User) -> list[Duty]:
    """Requisitions that are over, with people who are still in the pipeline."""
    people_left = select(func.count(Application.id)).where(*_STILL_IN).correlate(Requisition).scalar_subquery()
    return [
        Duty(
            icon="users",
            title=f"{plural(people, 'person is', 'people are')} left in {requisition.title}",
            detail=f"it is {requisition.state.label}; say what becomes of them",
            since=requisition.closed_at,
            step=Step("Decide", url_for("pipeline.remaining", number=requisition.number)),
            number=requisition.number,
            role=requisition.role.value,
        )
        for requisition, people in db.session.execute(select(Requisition, people_left).where(*_is_left_over(reader)))
        if requisition.closed_at is not None
    ]
