"""What waits on whom, by the five rules: a constant number of statements for the whole organisation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import selectinload

from tracker.accounts.models import User
from tracker.accounts.queries import active_users
from tracker.core.calendar import is_working_day, local_date, local_instant
from tracker.core.db import db
from tracker.mail.models import OutboxMessage
from tracker.metrics.loading import org_zone
from tracker.metrics.queries import days_open_of
from tracker.offers.models import Offer, OfferVersion
from tracker.offers.states import OfferState
from tracker.pipeline.models import Application, ApplicationCard
from tracker.pipeline.policy import sees_pipeline
from tracker.pipeline.states import ApplicationStatus, WaitReason
from tracker.reminders.models import ReminderRule
from tracker.requisitions.models import Requisition, Stage, TeamMember
from tracker.requisitions.policy import sees
from tracker.requisitions.states import RequisitionState, StageKind, TeamPart
from tracker.vetting.models import Interview, InterviewSeat, Scorecard, Shortlist, ShortlistEntry
from tracker.vetting.states import EntryState, InterviewState

#: From this hour of a working day on, in the person's zone.
MORNING = time(8)
#: An offer is looked at so long before it expires; the schedule itself counts working days.
AHEAD = timedelta(days=8)


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing that waits on one person. `start` is the date that its schedule counts from."""

    rule: ReminderRule
    subject_id: int
    waiting_since: datetime
    start: date
    user_id: int
    requisition_id: int
    application_id: int | None = None

    @property
    def key(self) -> tuple[ReminderRule, int, datetime]:
        """What an occurrence is unique by, for one person."""
        return self.rule, self.subject_id, self.waiting_since


@dataclass(frozen=True, slots=True)
class Subject:
    """A thing that waits, before it is known on whom."""

    rule: ReminderRule
    subject_id: int
    waiting_since: datetime
    start: date
    requisition_id: int
    application_id: int | None
    #: Who is named by the thing itself; otherwise the hiring team's parts say who.
    user_id: int | None
    parts: tuple[TeamPart, ...] = ()
    #: Being asked by name shows them the person: whoever sits on the interview, or is asked to decide.
    asked: bool = False


def dedupe_key(user_id: int, day: date) -> str:
    """The name of a person's one mail of a working day."""
    return f"reminders:{user_id}:{day.isoformat()}"


def readers(as_of: datetime) -> list[tuple[User, date]]:
    """Who may get reminders now, with their date: it is a working day, past eight, and today's mail is not written."""
    users = db.session.scalars(
        select(User).where(User.disabled_at.is_(None), User.wants_reminders.is_(True)).order_by(User.id)
    )
    awake = []
    for user in users:
        today = local_date(as_of, user.zone)
        if is_working_day(today) and as_of >= local_instant(today, MORNING, user.zone):
            awake.append((user, today))
    keys = {dedupe_key(user.id, today) for user, today in awake}
    written = set(db.session.scalars(select(OutboxMessage.dedupe_key).where(OutboxMessage.dedupe_key.in_(keys))))
    return [(user, today) for user, today in awake if dedupe_key(user.id, today) not in written]


def claims(as_of: datetime, *, only: Mapping[ReminderRule, Collection[int]] | None = None) -> dict[int, list[Claim]]:
    """What waits on whom, by user, most urgent first. `only` looks at these subjects by rule.

    Nothing of held or closed requisitions, and nobody in Identified. What waits on a disabled user waits on their
    successor, and what waits on somebody who may not know of it waits on the hiring team. A late candidate is not
    mentioned to somebody who is asked for the decision or scorecard itself.
    """
    subjects = [subject for rule in ReminderRule for subject in _RULES[rule](as_of, _chosen(only, rule))]
    if not subjects:
        return {}
    team, heirs, knows = _team(), _heirs(), _who_knows(subjects)
    found: defaultdict[int, dict[tuple[ReminderRule, int, datetime], Claim]] = defaultdict(dict)
    for subject in subjects:
        for user_id in _addressees(subject, team, heirs, knows):
            claim = Claim(
                subject.rule, subject.subject_id, subject.waiting_since, subject.start, user_id,
                subject.requisition_id, subject.application_id,
            )  # fmt: skip
            found[user_id][claim.key] = claim
    return {user_id: _most_urgent_first(those.values()) for user_id, those in found.items()}


def _chosen(only: Mapping[ReminderRule, Collection[int]] | None, rule: ReminderRule) -> Collection[int] | None:
    return None if only is None else only.get(rule, ())


def _most_urgent_first(those: Iterable[Claim]) -> list[Claim]:
    claims = list(those)
    asked = {
        claim.application_id
        for claim in claims
        if claim.rule in {ReminderRule.SHORTLIST_WAITING, ReminderRule.SCORECARD_DUE}
    }
    kept = [claim for claim in claims if claim.rule is not ReminderRule.STAGE_LATE or claim.application_id not in asked]
    order = list(ReminderRule)
    return sorted(kept, key=lambda claim: (order.index(claim.rule), claim.start, claim.subject_id))


# --- on whom ----------------------------------------------------------------------------------------------------------


def _team() -> dict[tuple[int, TeamPart], list[int]]:
    """The people of open requisitions by requisition and part, whoever came first in front."""
    rows = db.session.execute(
        select(TeamMember.requisition_id, TeamMember.part, TeamMember.user_id)
        .join(TeamMember.requisition)
        .where(Requisition.state == RequisitionState.OPEN)
        .order_by(TeamMember.id)
    )
    team: defaultdict[tuple[int, TeamPart], list[int]] = defaultdict(list)
    for row in rows:
        team[row.requisition_id, row.part].append(row.user_id)
    return team


def _heirs() -> dict[int, int | None]:
    """Disabled users, and who took over from each (None: nobody)."""
    rows = db.session.execute(select(User.id, User.successor_id).where(User.disabled_at.is_not(None)))
    return {row.id: row.successor_id for row in rows}


def _who_knows(subjects: Sequence[Subject]) -> Callable[[int, Subject], bool]:
    """Whether a user may know of whom a subject is about, by the rules of the pages."""
    requisitions = {
        requisition.id: requisition
        for requisition in db.session.scalars(
            select(Requisition)
            .where(Requisition.id.in_({subject.requisition_id for subject in subjects}))
            .options(selectinload(Requisition.team_members))
        )
    }
    users = {user.id: user for user in active_users()}

    def knows(user_id: int, subject: Subject) -> bool:
        user, requisition = users.get(user_id), requisitions[subject.requisition_id]
        return user is not None and (
            (subject.asked and user_id == subject.user_id)
            or (sees(user, requisition) and (subject.application_id is None or sees_pipeline(user, requisition)))
        )

    return knows


def _addressees(
    subject: Subject,
    team: Mapping[tuple[int, TeamPart], list[int]],
    heirs: Mapping[int, int | None],
    knows: Callable[[int, Subject], bool],
) -> list[int]:
    """Who is reminded: whom the thing names, else the first of its parts that somebody holds."""
    if subject.user_id is not None:
        person = _acting(subject.user_id, heirs)
        if person is not None and knows(person, subject):
            return [person]
    if not subject.parts:
        return []
    if subject.rule is ReminderRule.REQUISITION_LATE:
        everybody = [user_id for part in subject.parts for user_id in team.get((subject.requisition_id, part), [])]
        return [person for person in _all_acting(everybody, heirs) if knows(person, subject)]
    for part in subject.parts:
        people = _all_acting(team.get((subject.requisition_id, part), []), heirs)
        people = [person for person in people if knows(person, subject)]
        if people:
            return people
    return []


def _all_acting(user_ids: Iterable[int], heirs: Mapping[int, int | None]) -> list[int]:
    acting = (_acting(user_id, heirs) for user_id in user_ids)
    return list(dict.fromkeys(person for person in acting if person is not None))


def _acting(user_id: int, heirs: Mapping[int, int | None]) -> int | None:
    """The user, or whoever took over from them, from hand to hand; None when that leads to nobody."""
    seen: set[int] = set()
    person: int | None = user_id
    while person is not None and person in heirs:
        if person in seen:
            return None
        seen.add(person)
        person = heirs[person]
    return person


# --- the rules --------------------------------------------------------------------------------------------------------

_RECRUITER_FIRST = (TeamPart.RECRUITER, TeamPart.HIRING_MANAGER)
_MANAGER_FIRST = (TeamPart.HIRING_MANAGER, TeamPart.DEPUTY)
#: Whom a late one waits on by these was asked for a decision or sits on an interview.
_ASKED = frozenset({WaitReason.HIRING_MANAGER, WaitReason.INTERVIEWERS})


def _offers_expiring(as_of: datetime, only: Collection[int] | None) -> Iterator[Subject]:
    query = (
        select(
            OfferVersion.id, OfferVersion.extended_at, OfferVersion.expires_at,
            Offer.application_id, Application.requisition_id, Application.recruiter_id,
        )
        .join(OfferVersion.offer)
        .join(Offer.application)
        .join(Application.requisition)
        .where(
            OfferVersion.state == OfferState.EXTENDED,
            OfferVersion.expires_at > as_of,
            OfferVersion.expires_at <= as_of + AHEAD,
            *_worked_on(),
        )
    )  # fmt: skip
    if only is not None:
        query = query.where(OfferVersion.id.in_(only))
    zone = org_zone()
    for row in db.session.execute(query):
        # It ends with its last day, which is the one before midnight.
        last_day = local_date(row.expires_at - timedelta(seconds=1), zone)
        yield Subject(
            ReminderRule.OFFER_EXPIRING, row.id, row.extended_at, last_day,
            row.requisition_id, row.application_id, row.recruiter_id, _RECRUITER_FIRST,
        )  # fmt: skip


def _shortlists_waiting(_as_of: datetime, only: Collection[int] | None) -> Iterator[Subject]:
    query = (
        select(
            ShortlistEntry.id, ShortlistEntry.pending_since, ShortlistEntry.application_id,
            Shortlist.requisition_id, Shortlist.decider_id,
        )
        .join(ShortlistEntry.shortlist)
        .join(ShortlistEntry.application)
        .join(Requisition, Requisition.id == Shortlist.requisition_id)
        .where(ShortlistEntry.state == EntryState.PENDING, *_worked_on())
    )  # fmt: skip
    if only is not None:
        query = query.where(ShortlistEntry.id.in_(only))
    zone = org_zone()
    for row in db.session.execute(query):
        yield Subject(
            ReminderRule.SHORTLIST_WAITING, row.id, row.pending_since, local_date(row.pending_since, zone),
            row.requisition_id, row.application_id, row.decider_id, _MANAGER_FIRST, asked=True,
        )  # fmt: skip


def _scorecards_due(as_of: datetime, only: Collection[int] | None) -> Iterator[Subject]:
    query = (
        select(
            InterviewSeat.id, InterviewSeat.scorecard_due_at, InterviewSeat.user_id,
            Interview.application_id, Application.requisition_id,
        )
        .join(InterviewSeat.interview)
        .join(Interview.application)
        .join(Application.requisition)
        .outerjoin(Scorecard, Scorecard.seat_id == InterviewSeat.id)
        .where(
            Interview.state != InterviewState.CANCELLED,
            # One that is yet to come is not asked about, even when its scorecard is due today.
            or_(Interview.state == InterviewState.HELD, Interview.starts_at.is_(None), Interview.starts_at <= as_of),
            InterviewSeat.scorecard_due_at <= as_of + timedelta(days=2),
            Scorecard.submitted_at.is_(None),
            *_worked_on(),
        )
    )  # fmt: skip
    if only is not None:
        query = query.where(InterviewSeat.id.in_(only))
    zone = org_zone()
    for row in db.session.execute(query):
        yield Subject(
            ReminderRule.SCORECARD_DUE, row.id, row.scorecard_due_at, local_date(row.scorecard_due_at, zone),
            row.requisition_id, row.application_id, row.user_id, asked=True,
        )  # fmt: skip


def _stages_late(as_of: datetime, only: Collection[int] | None) -> Iterator[Subject]:
    query = (
        select(
            Application.id, Application.requisition_id, Application.recruiter_id, Application.stage_entered_at,
            ApplicationCard.late_from, ApplicationCard.waits_on, ApplicationCard.waits_on_user_id,
        )
        .join(ApplicationCard, ApplicationCard.application_id == Application.id)
        .join(Application.stage)
        .join(Application.requisition)
        .where(ApplicationCard.late_from <= as_of, Stage.kind != StageKind.IDENTIFIED, *_worked_on())
    )  # fmt: skip
    if only is not None:
        query = query.where(Application.id.in_(only))
    zone = org_zone()
    for row in db.session.execute(query):
        addressed = _whom_a_late_one_waits_on(row.waits_on, row.waits_on_user_id, row.recruiter_id)
        if addressed is None:
            continue
        user_id, parts = addressed
        yield Subject(
            ReminderRule.STAGE_LATE, row.id, row.stage_entered_at, local_date(row.late_from, zone),
            row.requisition_id, row.id, user_id, parts, asked=row.waits_on in _ASKED,
        )  # fmt: skip


def _whom_a_late_one_waits_on(
    reason: WaitReason | None, user_id: int | None, recruiter_id: int | None
) -> tuple[int | None, tuple[TeamPart, ...]] | None:
    """Whom to remind of a late candidate: a user, or parts of the team. None: a set time or a person said "later"."""
    match reason:
        case WaitReason.SCHEDULED:
            return None
        case WaitReason.PERSON_SET:
            return None if user_id is None else (user_id, _RECRUITER_FIRST)
        case WaitReason.HIRING_MANAGER:
            return user_id, _MANAGER_FIRST
        case WaitReason.INTERVIEWERS | WaitReason.RECRUITER if user_id is not None:
            return user_id, _RECRUITER_FIRST
        case _:
            # Somebody must write to a candidate who does not answer: their recruiter.
            return recruiter_id, _RECRUITER_FIRST


def _requisitions_late(as_of: datetime, only: Collection[int] | None) -> Iterator[Subject]:
    chosen = select(Requisition.id).where(Requisition.state == RequisitionState.OPEN)
    if only is not None:
        chosen = chosen.where(Requisition.id.in_(only))
    zone = org_zone()
    for requisition_id, length in days_open_of(chosen, as_of=as_of).items():
        if length.target_days is None or length.gross <= length.target_days:
            continue
        first_late = local_date(length.opened_at, zone) + timedelta(days=length.target_days + 1)
        yield Subject(
            ReminderRule.REQUISITION_LATE, requisition_id, length.opened_at, first_late, requisition_id, None, None,
            (TeamPart.HIRING_MANAGER, TeamPart.RECRUITER),
        )  # fmt: skip


def _worked_on() -> tuple[ColumnElement[bool], ...]:
    """Active people of open requisitions."""
    return Application.status == ApplicationStatus.ACTIVE, Requisition.state == RequisitionState.OPEN


_RULES = {
    ReminderRule.OFFER_EXPIRING: _offers_expiring,
    ReminderRule.SHORTLIST_WAITING: _shortlists_waiting,
    ReminderRule.SCORECARD_DUE: _scorecards_due,
    ReminderRule.STAGE_LATE: _stages_late,
    ReminderRule.REQUISITION_LATE: _requisitions_late,
}
