"""What vetting says about whom an application waits on, and what its card shows."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, SQLColumnExpression, and_, bindparam, func, select

from tracker.core import clock
from tracker.core.db import db, read_rows, transaction
from tracker.core.registry import CardFacts, Holder, Registry, WaitSource
from tracker.core.ticks import each_alone
from tracker.core.types import Later
from tracker.pipeline.models import Application, ApplicationCard
from tracker.pipeline.refresh import read_once, refresh
from tracker.pipeline.states import WAIT_RANKS, ApplicationStatus, WaitReason
from tracker.vetting.evidence import count_assessed, count_must_haves
from tracker.vetting.models import EntryDecision, Interview, InterviewSeat, Scorecard, Shortlist, ShortlistEntry
from tracker.vetting.states import EntryState, InterviewState

DEFAULT_LENGTH = timedelta(hours=1)
EVERY = timedelta(minutes=5)

_THESE: BindParameter[int] = bindparam("applications", expanding=True)
_ENTRIES = (
    select(ShortlistEntry.application_id, ShortlistEntry.state, Shortlist.decider_id, EntryDecision.decided_at)
    .join(Shortlist, Shortlist.id == ShortlistEntry.shortlist_id)
    .outerjoin(
        EntryDecision, and_(EntryDecision.entry_id == ShortlistEntry.id, EntryDecision.round == ShortlistEntry.round)
    )
    .where(ShortlistEntry.application_id.in_(_THESE))
    .order_by(ShortlistEntry.application_id, ShortlistEntry.id)
)
_OWED = (
    select(Interview.application_id, Interview.state, Interview.starts_at, Interview.minutes, InterviewSeat.user_id)
    .join(InterviewSeat, InterviewSeat.interview_id == Interview.id)
    .outerjoin(Scorecard, Scorecard.seat_id == InterviewSeat.id)
    .where(
        Interview.application_id.in_(_THESE),
        Interview.state != InterviewState.CANCELLED,
        InterviewSeat.scorecard_due_at.is_not(None),
        Scorecard.submitted_at.is_(None),
    )
    .order_by(InterviewSeat.scorecard_due_at, InterviewSeat.id)
)
_BEGIN_SOON = (
    select(Interview.application_id, Interview.starts_at, Interview.minutes)
    .where(
        Interview.application_id.in_(_THESE),
        Interview.state == InterviewState.PLANNED,
        Interview.starts_at > bindparam("began"),
    )
    .order_by(Interview.starts_at, Interview.id)
)


def register(registry: Registry) -> None:
    """Contribute to what refresh() derives, and look for interviews whose time has passed."""
    entries, interviews = ShortlistEntry.application_id, Interview.application_id
    for name, reason, holders, rests_on in (
        ("shortlist", WaitReason.HIRING_MANAGER, shortlist_waits, entries),
        ("scorecards", WaitReason.INTERVIEWERS, scorecard_waits, interviews),
        ("interviews", WaitReason.SCHEDULED, interview_waits, interviews),
    ):
        registry.add_wait_source(WaitSource(f"vetting.{name}", WAIT_RANKS[reason], holders, rests_on))
    registry.add_card_facts(CardFacts("vetting.must_haves", ("must_haves",), must_have_facts))
    registry.add_card_facts(
        CardFacts("vetting.assessed", ("must_haves_assessed",), assessed_facts, Scorecard.application_id)
    )
    registry.add_card_facts(CardFacts("vetting.interviews", ("next_interview_at",), interview_facts, interviews))
    registry.add_card_facts(CardFacts("vetting.decision", ("decided_at",), decision_facts, entries))
    registry.add_tick("interviews", refresh_passed, every=EVERY)


def shortlist_waits(applications: Sequence[Application]) -> dict[int, Holder]:
    """A shortlist entry waits for a decision: on the decider who was asked."""
    return {
        row.application_id: Holder(WaitReason.HIRING_MANAGER, row.decider_id)
        for row in _entries(applications)
        if row.state is EntryState.PENDING
    }


def decision_facts(applications: Sequence[Application]) -> dict[int, dict[str, Any]]:
    """When the latest entry of each was decided, as long as it waits for no other decision and nobody moved them."""
    entered = {application.id: application.stage_entered_at for application in applications}
    # In the order of entries: the latest says what holds.
    latest = {row.application_id: row for row in _entries(applications)}
    return {
        application_id: {"decided_at": row.decided_at}
        for application_id, row in latest.items()
        if row.decided_at is not None and row.decided_at >= entered[application_id]
    }


@read_once
def _entries(applications: Sequence[Application]) -> Sequence[Any]:
    """Every entry with the decision on its present round, oldest first."""
    return read_rows(_ENTRIES, {"applications": [each.id for each in applications]})


def scorecard_waits(applications: Sequence[Application]) -> dict[int, Holder]:
    """A scorecard is owed for what took place, or for work that has no time: on who owes the one due first."""
    now = clock.due_now()
    rows = read_rows(_OWED, {"applications": [each.id for each in applications]})
    holders: dict[int, Holder] = {}
    for row in rows:
        if row.state is InterviewState.HELD or row.starts_at is None or ends_at(row.starts_at, row.minutes) <= now:
            holders.setdefault(row.application_id, Holder(WaitReason.INTERVIEWERS, row.user_id))
    return holders


def interview_waits(applications: Sequence[Application]) -> dict[int, Holder]:
    """An interview is set and not over: nobody's ball until it is."""
    return {
        application_id: Holder(WaitReason.SCHEDULED, until=ends_at(starts_at, minutes))
        for application_id, starts_at, minutes in _coming(applications)
    }


def must_have_facts(applications: Sequence[Application]) -> dict[int, dict[str, Any]]:
    """How many must-haves the checklists of their requisitions have."""
    counts = count_must_haves({each.requisition_id for each in applications})
    return {each.id: {"must_haves": counts.get(each.requisition_id, 0)} for each in applications}


def assessed_facts(applications: Sequence[Application]) -> dict[int, dict[str, Any]]:
    """How many must-haves somebody assessed; never how."""
    counts = count_assessed([each.id for each in applications])
    return {application_id: {"must_haves_assessed": count} for application_id, count in counts.items()}


def interview_facts(applications: Sequence[Application]) -> dict[int, dict[str, Any]]:
    """The next interview."""
    return {
        application_id: {"next_interview_at": starts_at}
        for application_id, starts_at, _minutes in _coming(applications)
    }


def ends_at(starts_at: datetime, minutes: int | None) -> datetime:
    """When an interview is over; without a length it is taken as an hour."""
    return starts_at + (timedelta(minutes=minutes) if minutes else DEFAULT_LENGTH)


def end_of(starts_at: SQLColumnExpression[Any], minutes: SQLColumnExpression[Any]) -> ColumnElement[datetime]:
    """The same in SQL."""
    default = DEFAULT_LENGTH // timedelta(minutes=1)
    return Later(starts_at, func.coalesce(func.nullif(minutes, 0), default))


def refresh_passed() -> int:
    """Derive anew what waited for an interview whose time has passed by now; returns for how many applications."""
    now = clock.due_now()
    passed = list(
        db.session.scalars(
            select(ApplicationCard.application_id)
            .join(Application, Application.id == ApplicationCard.application_id)
            .where(Application.status == ApplicationStatus.ACTIVE, ApplicationCard.next_interview_at <= now)
            .order_by(ApplicationCard.application_id)
        )
    )

    def interviews_of_application(application_id: int) -> bool:
        with transaction():
            application = db.session.get(Application, application_id)
            over = _last_end(application_id, now)
            if application is None or over is None:
                return False
            refresh([application], at=over)
            return True

    return each_alone(passed, interviews_of_application)


@read_once
def _coming(applications: Sequence[Application]) -> list[tuple[int, datetime, int | None]]:
    """(application, start, minutes) of the next interview of each application that is planned and not over."""
    now = clock.due_now()
    values = {"applications": [each.id for each in applications], "began": now - timedelta(days=1)}
    rows = read_rows(_BEGIN_SOON, values)
    found: dict[int, tuple[int, datetime, int | None]] = {}
    for application_id, starts_at, minutes in rows:
        if starts_at is not None and ends_at(starts_at, minutes) > now:
            found.setdefault(application_id, (application_id, starts_at, minutes))
    return list(found.values())


def _last_end(application_id: int, now: datetime) -> datetime | None:
    """The end of the last interview that is over by `now` and was not marked as held; None while one is going on."""
    rows = db.session.execute(
        select(Interview.starts_at, Interview.minutes).where(
            Interview.application_id == application_id, Interview.starts_at <= now
        )
    )
    ends = [ends_at(row.starts_at, row.minutes) for row in rows if row.starts_at is not None]
    over = [end for end in ends if end <= now]
    return max(over) if over else None
