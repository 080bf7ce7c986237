"""What waits on somebody: the things that Today lists, and how many there are.

One rule, written once as predicates: the list, the headline and the number in the sidebar all count by it. A thing is
an approval, a shortlist, a scorecard, an offer that ends soon, a requisition that is over with people left in it, or a
person who is late, has answered, or was decided on. Further people in the reader's hands are no news: they are counted
by stage, in piles.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from flask import url_for
from sqlalchemy import ColumnElement, Row, Select, func, or_, select
from sqlalchemy.orm import aliased

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
from tracker.offers.models import Offer, OfferVersion
from tracker.offers.states import OfferState
from tracker.pipeline.models import Application, ApplicationCard
from tracker.pipeline.states import ApplicationStatus, WaitReason
from tracker.requisitions.models import Requisition, Stage, TeamMember
from tracker.requisitions.policy import visible_requisitions
from tracker.requisitions.states import CLOSED, RequisitionState, TeamPart
from tracker.vetting.models import EntryDecision, Shortlist, ShortlistEntry
from tracker.vetting.states import EntryState
from tracker.vetting.waiting import (
    count_owed_scorecards,
    count_waiting_shortlists,
    decisions_waiting_on,
    scorecards_owed_by,
)

#: So many things are listed, the oldest; the others are counted, and shown in further steps up to the most.
NAMED, FURTHER, MOST = 25, 100, 1000
#: An offer that ends this soon is worth a line.
OFFER_SOON = timedelta(days=3)
Narrowed = TypeVar("Narrowed", bound=Select[*tuple[Any, ...]])
_MINE = (WaitReason.RECRUITER, WaitReason.PERSON_SET)


@dataclass(frozen=True)
class Step:
    """Something to press beside a thing. `dialog`: it opens in the dialog."""

    label: str
    url: str
    dialog: bool = False


@dataclass(frozen=True)
class Duty:
    """One thing that waits on the reader: what, since when, and what to do about it."""

    icon: str
    title: str
    detail: str
    since: datetime
    step: Step
    #: Where the title leads; "" for nowhere but the step.
    url: str = ""
    #: A second thing that is often done.
    other: Step | None = None
    late: bool = False
    #: What the moment is, where it is not since when it waits: "due", "ends", "ended".
    moment: str = ""
    #: What somebody said about it.
    words: str = ""
    #: The requisition's number and role, for the chip.
    number: str = ""
    role: str = ""


@dataclass(frozen=True)
class Pile:
    """People in one stage who wait on the reader, beyond those who are listed."""

    stage: str
    people: int
    oldest: datetime
    number: str
    role: str
    title: str
    url: str


@dataclass(frozen=True)
class Waiting:
    """What waits on the reader, the oldest first."""

    duties: Sequence[Duty]
    #: How many things there are, those that are not listed with them.
    count: int
    piles: Sequence[Pile]

    @property
    def further(self) -> int:
        """How many are not listed."""
        return self.count - len(self.duties)

    @property
    def oldest(self) -> datetime | None:
        """Since when the oldest waits."""
        return self.duties[0].since if self.duties else None


def load_waiting(reader: User, now: datetime, limit: int = NAMED) -> Waiting:
    """What waits on the reader, `limit` of it listed; a constant number of statements, and bounded lists."""
    people = _urgent_people(reader, now, limit)
    things = [*_approvals(reader), *_decisions(reader), *_scorecards(reader, now), *_offers(reader, now)]
    things.extend(_left_over(reader))
    found = len(people) if len(people) < limit else db.session.scalar(select(_count_people(reader))) or 0
    duties = sorted([*things, *people], key=lambda duty: duty.since)[:limit]
    return Waiting(duties=duties, count=len(things) + found, piles=_piles(reader, now))


def count_waiting(reader: Onlooker) -> ColumnElement[int]:
    """How many things wait on the reader, in SQL: what Waiting.count says."""
    approvals = select(func.count(Approval.id)).where(
        Approval.approver_id == reader.id, Approval.state == ApprovalState.PENDING
    )
    offers = select(func.count(OfferVersion.id)).select_from(OfferVersion).join(OfferVersion.offer)
    offers = _of_ending_offers(offers, reader, when_sent(lambda: clock.now() + OFFER_SOON))
    over = _of_left_over(select(func.count(Application.requisition_id.distinct())).select_from(Requisition), reader)
    counts = (approvals.scalar_subquery(), offers.scalar_subquery(), over.scalar_subquery())
    return sum((*counts, count_waiting_shortlists(reader), count_owed_scorecards(reader)), start=_count_people(reader))


# --- people -----------------------------------------------------------------------------------------------------------


def _in_hands_of(reader: Onlooker) -> tuple[ColumnElement[bool], ...]:
    """Over cards and applications: those that wait on the reader."""
    return (
        ApplicationCard.waits_on_user_id == reader.id,
        ApplicationCard.waits_on.in_(_MINE),
        Application.status == ApplicationStatus.ACTIVE,
    )


def _open_to(reader: Onlooker) -> tuple[ColumnElement[bool], ...]:
    """Over requisitions: open ones, which the reader may know of. Somebody may have left the team of a confidential
    requisition with people still in their name."""
    return (Requisition.state == RequisitionState.OPEN, visible_requisitions(reader))


def _is_late(now: ColumnElement[datetime] | datetime) -> ColumnElement[bool]:
    return ApplicationCard.late_from <= now


def _is_in_time(now: ColumnElement[datetime] | datetime) -> ColumnElement[bool]:
    """The others."""
    return or_(ApplicationCard.late_from.is_(None), ApplicationCard.late_from > now)


def _has_news() -> ColumnElement[bool]:
    """As the index of news says it: they have answered, or were decided on."""
    return or_(ApplicationCard.new_reply_at.is_not(None), ApplicationCard.decided_at.is_not(None))


def _count_people(reader: Onlooker) -> ColumnElement[int]:
    """Late people by one index, and people with news who are not late by the other."""
    now = when_sent(clock.now)

    def count(*conditions: ColumnElement[bool]) -> ColumnElement[int]:
        return (
            select(func.count())
            .select_from(ApplicationCard)
            .join(Application, Application.id == ApplicationCard.application_id)
            .join(Requisition, Requisition.id == Application.requisition_id)
            .where(*_in_hands_of(reader), *_open_to(reader), *conditions)
            .scalar_subquery()
        )

    return count(_is_late(now)) + count(_has_news(), _is_in_time(now))


def _urgent_people(reader: User, now: datetime, limit: int) -> list[Duty]:
    """The people who wait longest among those who are late or of whom there is news."""
    rows = db.session.execute(
        select(Application, ApplicationCard, Candidate.name, Stage.name.label("stage"), Requisition)
        .join(ApplicationCard, ApplicationCard.application_id == Application.id)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .join(Stage, Stage.id == Application.stage_id)
        .join(Requisition, Requisition.id == Application.requisition_id)
        .where(*_in_hands_of(reader), *_open_to(reader), or_(_is_late(now), _has_news()))
        .order_by(ApplicationCard.waits_since, Application.id)
        .limit(limit)
    ).all()
    decided = _decisions_on([row.Application.id for row in rows if row.ApplicationCard.decided_at])
    return [_person(row, decided.get(row.Application.id), now) for row in rows]


def _person(
    row: Row[*tuple[Application, ApplicationCard, str, str, Requisition]], decision: "_Made | None", now: datetime
) -> Duty:
    application, card, name, stage, requisition = row
    move = Step("Move to…", url_for("pipeline.choose_stage", application_id=application.id), dialog=True)
    reject = Step("Reject…", url_for("pipeline.end", application_id=application.id, ending="rejection"), dialog=True)
    late = card.late_from is not None and card.late_from <= now
    where = f"late in {stage}" if late else stage
    words = ""
    if decision is not None:
        icon, detail, words = "gavel", f"{decision.who} {_SAID[decision.state]}", decision.comment
        detail = f"{where}: {detail}" if late else detail
        if decision.state is EntryState.APPROVED:
            there = url_for("pipeline.choose_stage", application_id=application.id, stage=decision.stage_id)
            move, reject = Step(f"Move to {decision.stage}", there, dialog=True), move
        elif decision.state is EntryState.MORE_WANTED:
            plan = url_for("vetting.new_interview", application_id=application.id)
            move, reject = Step("Plan an interview", plan, dialog=True), move
        else:
            move, reject = reject, move
    elif card.new_reply_at is not None:
        icon, detail = "message-circle", f"answered, {where}"
    else:
        icon, detail = "user", where
    return Duty(
        icon=icon,
        title=name,
        detail=detail,
        since=card.waits_since or application.stage_entered_at,
        url=url_for("desk.candidate", candidate_id=application.candidate_id, _anchor=f"application-{application.id}"),
        step=move,
        other=reject,
        late=late,
        words=words,
        number=requisition.number,
        role=requisition.role.value,
    )


@dataclass(frozen=True)
class _Made:
    """A decision on somebody: which, by whom, in whose words, and the stage that it opens."""

    state: EntryState
    who: str
    comment: str
    stage: str
    stage_id: int


_SAID = {
    EntryState.APPROVED: "approved them",
    EntryState.DECLINED: "declined them; say what becomes of them",
    EntryState.MORE_WANTED: "wants to know more",
}


def _decisions_on(application_ids: Sequence[int]) -> dict[int, _Made]:
    """The latest decision on each; one statement, none for nobody."""
    if not application_ids:
        return {}
    decider = aliased(User)
    rows = db.session.execute(
        select(ShortlistEntry.application_id, EntryDecision, decider.name, Stage.name, Stage.id)
        .join(EntryDecision, EntryDecision.entry_id == ShortlistEntry.id)
        .join(decider, decider.id == EntryDecision.decided_by_id)
        .join(Shortlist, Shortlist.id == ShortlistEntry.shortlist_id)
        .join(Stage, Stage.id == Shortlist.opens_stage_id)
        .where(ShortlistEntry.application_id.in_(application_ids), EntryDecision.round == ShortlistEntry.round)
        .order_by(ShortlistEntry.id)
    )
    return {
        application_id: _Made(decision.state, name, decision.comment, stage, stage_id)
        for application_id, decision, name, stage, stage_id in rows
    }


def _piles(reader: User, now: datetime) -> list[Pile]:
    """The people in the reader's hands of whom there is no news and who are not late, by stage."""
    # Counted by ids first: names are looked up once for each pile.
    pile = (
        select(
            Application.requisition_id,
            Application.stage_id,
            func.count().label("people"),
            func.min(ApplicationCard.waits_since).label("oldest"),
        )
        .select_from(ApplicationCard)
        .join(Application, Application.id == ApplicationCard.application_id)
        .where(
            *_in_hands_of(reader),
            ApplicationCard.new_reply_at.is_(None),
            ApplicationCard.decided_at.is_(None),
            _is_in_time(now),
        )
        .group_by(Application.requisition_id, Application.stage_id)
        .subquery()
    )
    counted = db.session.execute(
        select(Requisition.number, Requisition.role, Requisition.title, Stage.name, pile.c.people, pile.c.oldest)
        .join(pile, pile.c.requisition_id == Requisition.id)
        .join(Stage, Stage.id == pile.c.stage_id)
        .where(*_open_to(reader))
        .order_by(pile.c.oldest)
    )
    return [
        Pile(
            stage=stage,
            people=people,
            oldest=oldest or now,
            number=number,
            role=role.value,
            title=title,
            url=url_for("desk.board", number=number, mine=1),
        )
        for number, role, title, stage, people, oldest in counted
    ]


# --- decisions, scorecards, offers, requisitions ----------------------------------------------------------------------


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


def _of_left_over(statement: Narrowed, reader: Onlooker) -> Narrowed:
    """Narrow a statement over requisitions to those of this recruiter that are over, with people still in them."""
    return (
        statement.join(Application, Application.requisition_id == Requisition.id)
        .join(TeamMember, TeamMember.requisition_id == Requisition.id)
        .where(
            Requisition.state.in_(CLOSED),
            Application.status == ApplicationStatus.ACTIVE,
            TeamMember.user_id == reader.id,
            TeamMember.part == TeamPart.RECRUITER,
        )
    )


def _left_over(reader: User) -> list[Duty]:
    """Requisitions that are over, with people who are still in the pipeline."""
    left = _of_left_over(select(Requisition, func.count(Application.id)), reader).group_by(Requisition.id)
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
        for requisition, people in db.session.execute(left)
        if requisition.closed_at is not None
    ]
