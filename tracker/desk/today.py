"""What the home page shows: what waits on the reader, oldest first, then the pipeline at a glance."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import url_for
from sqlalchemy import ColumnElement, func, select

from tracker.accounts.models import Onlooker, User
from tracker.accounts.permissions import can
from tracker.accounts.states import Role
from tracker.approvals.models import Approval
from tracker.approvals.policy import subject_of
from tracker.approvals.queries import pending_for
from tracker.approvals.states import ApprovalState
from tracker.candidates.models import Candidate
from tracker.core import clock
from tracker.core.db import db
from tracker.core.templating import days, listing, plural
from tracker.core.types import when_sent
from tracker.metrics.queries import HireLine, all_requisitions, hires_of_last_year, requisitions_in
from tracker.metrics.spread import Spread, spread
from tracker.offers.models import Offer, OfferVersion
from tracker.offers.states import OfferState
from tracker.pipeline.models import Application, ApplicationCard
from tracker.pipeline.policy import SEEING_PARTS, visible_applications
from tracker.pipeline.states import ApplicationStatus, WaitReason
from tracker.requisitions.models import Requisition, Stage, TeamMember
from tracker.requisitions.overviews import Filters, Overview, Row, overview
from tracker.requisitions.policy import visible_requisitions
from tracker.requisitions.states import CLOSED, RequisitionState, TeamPart
from tracker.vetting.models import Interview, Shortlist, ShortlistEntry
from tracker.vetting.queries import interviews_where, sits
from tracker.vetting.states import EntryState, InterviewState
from tracker.vetting.waiting import count_owed_scorecards, decisions_waiting_on, scorecards_owed_by

#: So many late people are named; the others are counted.
NAMED = 12
#: The latest hires that are named.
SHOWN_HIRES = 6
#: An offer that ends this soon is worth a line.
OFFER_SOON = timedelta(days=3)
#: How far ahead interviews are shown.
AHEAD = timedelta(days=2)


@dataclass(frozen=True)
class Duty:
    """One thing that waits on the reader: what, since when, and the action beside it."""

    icon: str
    title: str
    detail: str
    since: datetime
    url: str
    action: str
    late: bool = False
    #: The action opens in the dialog.
    dialog: bool = False
    #: The requisition's number and role, for the chip.
    number: str = ""
    role: str = ""


@dataclass(frozen=True)
class Pile:
    """People in one stage who wait on the reader, beyond those who are named."""

    stage: str
    people: int
    late: int
    oldest: datetime
    number: str
    role: str
    title: str
    url: str


@dataclass(frozen=True)
class HiredPerson:
    """Somebody who was hired lately."""

    name: str
    candidate_id: int
    number: str
    role: str
    days: int
    accepted_at: datetime


@dataclass(frozen=True)
class Today:
    """The home page."""

    duties: list[Duty]
    piles: list[Pile]
    interviews: list[Interview]
    overview: Overview
    rows: list[Row]
    hires: list[HiredPerson]
    days_to_hire: Spread

    @property
    def waiting(self) -> int:
        """How many things and people wait on the reader."""
        return len(self.duties) + sum(pile.people for pile in self.piles)

    @property
    def people(self) -> int:
        """How many people are in the pipelines shown."""
        return sum(row.figures.people for row in self.rows)


def load_today(reader: User) -> Today:
    """Everything on the home page; a constant number of statements, whatever there is."""
    now = clock.now()
    late, piles = _people_waiting(reader, now)
    duties = [*_approvals(reader), *_decisions(reader), *_scorecards(reader, now), *_offers(reader, now), *late]
    duties.extend(_left_over(reader))
    everything = reader.has(Role.ADMIN) and not reader.has(Role.RECRUITER, Role.HIRING_MANAGER)
    seen = overview(reader, Filters(mine=not everything))
    own = None if everything else frozenset(_own_requisitions(reader))
    live = (row for group in seen.groups if group.state not in CLOSED for row in group.rows)
    rows = [row for row in live if own is None or row.requisition.id in own]
    hires = hires_of_last_year(all_requisitions() if own is None else requisitions_in(sorted(own)))
    return Today(
        duties=sorted(duties, key=lambda duty: duty.since),
        piles=piles,
        interviews=_coming_up(reader, now),
        overview=seen,
        rows=rows,
        hires=_hired(hires[:SHOWN_HIRES]),
        days_to_hire=spread(line.days_to_hire for line in hires),
    )


def count_duties(reader: Onlooker) -> ColumnElement[int]:
    """What stands beside "Today" in the sidebar: decisions, scorecards, and late people who wait on the reader."""
    late = (
        select(func.count())
        .select_from(ApplicationCard)
        .join(Application, Application.id == ApplicationCard.application_id)
        .join(Requisition, Requisition.id == Application.requisition_id)
        .where(
            ApplicationCard.waits_on_user_id == reader.id,
            ApplicationCard.waits_on == WaitReason.RECRUITER,
            ApplicationCard.late_from <= when_sent(clock.now),
            Application.status == ApplicationStatus.ACTIVE,
            Requisition.state == RequisitionState.OPEN,
            visible_requisitions(reader),
        )
    )
    approvals = select(func.count(Approval.id)).where(
        Approval.approver_id == reader.id, Approval.state == ApprovalState.PENDING
    )
    decisions = (
        select(func.count(Shortlist.id.distinct()))
        .join(ShortlistEntry, ShortlistEntry.shortlist_id == Shortlist.id)
        .where(Shortlist.decider_id == reader.id, ShortlistEntry.state == EntryState.PENDING)
    )
    counts = (late, approvals, decisions)
    return sum((count.scalar_subquery() for count in counts), start=count_owed_scorecards(reader))


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
                url=url_for("approvals.show", approval_id=approval.id),
                action="Decide",
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
            url=url_for("vetting.shortlist", shortlist_id=waiting.shortlist_id),
            action="Decide",
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
            url=url_for("vetting.seat_scorecard", seat_id=owed.seat_id),
            action="Go on writing" if owed.draft_id else "Write it",
            late=owed.due_at < now,
            number=owed.requisition_number,
            role=owed.role.value,
        )
        for owed in scorecards_owed_by(reader, ready_only=True)
    ]


def _offers(reader: User, now: datetime) -> list[Duty]:
    rows = db.session.execute(
        select(OfferVersion, Candidate.name, Requisition)
        .join(OfferVersion.offer)
        .join(Offer.application)
        .join(Application.candidate)
        .join(Application.requisition)
        .join(TeamMember, TeamMember.requisition_id == Requisition.id)
        .where(
            OfferVersion.state == OfferState.EXTENDED,
            OfferVersion.expires_at <= now + OFFER_SOON,
            TeamMember.user_id == reader.id,
            TeamMember.part == TeamPart.RECRUITER,
        )
    )
    return [
        Duty(
            icon="hourglass",
            title=f"Offer to {name}",
            detail="has expired without an answer" if version.expires_at <= now else "is about to expire",
            since=version.expires_at,
            url=url_for("offers.show", offer_id=version.offer_id),
            action="Open it",
            late=version.expires_at <= now,
            number=requisition.number,
            role=requisition.role.value,
        )
        for version, name, requisition in rows
        if version.expires_at is not None
    ]


def _people_waiting(reader: User, now: datetime) -> tuple[list[Duty], list[Pile]]:
    """People who wait on the reader: those who are late or answered by name, the rest counted by stage."""
    waits_on_reader = (
        ApplicationCard.waits_on_user_id == reader.id,
        ApplicationCard.waits_on.in_([WaitReason.RECRUITER, WaitReason.PERSON_SET]),
        Application.status == ApplicationStatus.ACTIVE,
    )
    # Somebody may have left the team of a confidential requisition with people still in their name.
    visible = visible_applications(reader)
    is_open = Requisition.state == RequisitionState.OPEN
    urgent = (ApplicationCard.late_from <= now) | ApplicationCard.new_reply_at.is_not(None)
    named = db.session.execute(
        select(Application, ApplicationCard, Candidate.name, Stage.name, Requisition)
        .join(ApplicationCard, ApplicationCard.application_id == Application.id)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .join(Stage, Stage.id == Application.stage_id)
        .join(Requisition, Requisition.id == Application.requisition_id)
        .where(*waits_on_reader, visible, urgent, is_open)
        .order_by(ApplicationCard.waits_since, Application.id)
        .limit(NAMED)
    ).all()
    duties = [
        Duty(
            icon="message-circle" if card.new_reply_at else "user",
            title=name,
            detail=f"answered, {stage}" if card.new_reply_at else f"late in {stage}",
            since=card.waits_since or application.stage_entered_at,
            url=url_for("pipeline.choose_stage", application_id=application.id),
            action="Move to…",
            late=card.late_from is not None and card.late_from <= now,
            dialog=True,
            number=requisition.number,
            role=requisition.role.value,
        )
        for application, card, name, stage, requisition in named
    ]
    # Counted by ids first: names are looked up once for each pile.
    pile = (
        select(
            Application.requisition_id,
            Application.stage_id,
            func.count().label("people"),
            func.count().filter(ApplicationCard.late_from <= now).label("late"),
            func.min(ApplicationCard.waits_since).label("oldest"),
        )
        .select_from(ApplicationCard)
        .join(Application, Application.id == ApplicationCard.application_id)
        .where(*waits_on_reader, visible, ApplicationCard.application_id.not_in([row.Application.id for row in named]))
        .group_by(Application.requisition_id, Application.stage_id)
        .subquery()
    )
    counted = db.session.execute(
        select(
            Requisition.number,
            Requisition.role,
            Requisition.title,
            Stage.name,
            pile.c.people,
            pile.c.late,
            pile.c.oldest,
        )
        .join(pile, pile.c.requisition_id == Requisition.id)
        .join(Stage, Stage.id == pile.c.stage_id)
        .where(is_open)
        .order_by(pile.c.oldest)
    )
    piles = [
        Pile(
            stage=stage,
            people=people,
            late=late,
            oldest=oldest or now,
            number=number,
            role=role.value,
            title=title,
            url=url_for("desk.board", number=number, mine=1),
        )
        for number, role, title, stage, people, late, oldest in counted
    ]
    return duties, piles


def _left_over(reader: User) -> list[Duty]:
    """Requisitions that are over, with people who are still in the pipeline."""
    rows = db.session.execute(
        select(Requisition, func.count(Application.id))
        .join(Application, Application.requisition_id == Requisition.id)
        .join(TeamMember, TeamMember.requisition_id == Requisition.id)
        .where(
            Requisition.state.in_(CLOSED),
            Application.status == ApplicationStatus.ACTIVE,
            TeamMember.user_id == reader.id,
            TeamMember.part == TeamPart.RECRUITER,
        )
        .group_by(Requisition.id)
    )
    return [
        Duty(
            icon="users",
            title=f"{plural(people, 'person is', 'people are')} left in {requisition.title}",
            detail=f"it is {requisition.state.label}; say what becomes of them",
            since=requisition.closed_at,
            url=url_for("pipeline.remaining", number=requisition.number),
            action="Decide",
            number=requisition.number,
            role=requisition.role.value,
        )
        for requisition, people in rows
        if requisition.closed_at is not None and can(reader, "requisition.close", requisition)
    ]


def _coming_up(reader: User, now: datetime) -> list[Interview]:
    """The reader's interviews of the next two days, and those still going on."""
    return interviews_where(
        sits(reader),
        Interview.state == InterviewState.PLANNED,
        Interview.starts_at >= now - timedelta(hours=2),
        Interview.starts_at < now + AHEAD,
    )


def _hired(lines: Sequence[HireLine]) -> list[HiredPerson]:
    if not lines:
        return []
    rows = db.session.execute(
        select(Application.id, Candidate.id, Candidate.name, Requisition.number, Requisition.role)
        .join(Application.candidate)
        .join(Application.requisition)
        .where(Application.id.in_([line.application_id for line in lines]))
    )
    people = {row[0]: row for row in rows}
    return [
        HiredPerson(name, candidate_id, number, role.value, line.days_to_hire, line.accepted_at)
        for line in lines
        for _, candidate_id, name, number, role in [people[line.application_id]]
    ]


def _own_requisitions(reader: User) -> Sequence[int]:
    """Those in which the reader sees everybody; who only interviews knows neither their numbers nor whom they hired."""
    mine = (TeamMember.user_id == reader.id, TeamMember.part.in_(SEEING_PARTS))
    return db.session.scalars(select(TeamMember.requisition_id).where(*mine)).unique().all()


def greeting(reader: User, now: datetime) -> str:
    """ "Good morning, Tara", by the reader's own clock."""
    hour = now.astimezone(reader.zone).hour
    part = "morning" if 4 <= hour < 12 else "afternoon" if 12 <= hour < 18 else "evening"
    return f"Good {part}, {reader.name.split()[0]}"


def headline(today: Today) -> str:
    """How much waits, in a sentence."""
    if not today.waiting:
        return "Nothing waits on you"
    oldest = min([duty.since for duty in today.duties] + [pile.oldest for pile in today.piles])
    age = (clock.now() - oldest).days
    since = f", the oldest for {days(age)}" if age > 0 else ""
    return f"{plural(today.waiting, 'thing waits', 'things wait')} on you{since}"
