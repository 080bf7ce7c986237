"""Mail of vetting: to assessors about interviews, to those who decide, and back to whoever put somebody forward."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from tracker.accounts.models import User
from tracker.accounts.permissions import can
from tracker.core import clock
from tracker.core.db import db
from tracker.core.registry import MailKind, Registry, RenderedMail
from tracker.mail.models import OutboxMessage
from tracker.mail.operations import queue_mail
from tracker.mail.rendering import render_mail
from tracker.mail.states import MailState
from tracker.pipeline.models import Application, StageChange
from tracker.pipeline.states import ApplicationStatus
from tracker.requisitions.policy import DECIDING, decides, on_team
from tracker.requisitions.queries import deciders
from tracker.vetting.evidence import for_reader
from tracker.vetting.facts import Evidence
from tracker.vetting.models import EntryDecision, Interview, InterviewSeat, Shortlist, ShortlistEntry
from tracker.vetting.states import EntryState, InterviewState

INVITED = "vetting/interview_planned"
CHANGED = "vetting/interview_changed"
CALLED_OFF = "vetting/interview_cancelled"
SUBMITTED = "vetting/shortlist_submitted"
DECIDED = "vetting/entry_decided"

#: What is recorded later than this after it happened is history, and no news to anybody.
NEWS_FOR = timedelta(days=1)


@dataclass(frozen=True)
class PersonLine:
    """One person of a shortlist, as the mail shows them to its reader."""

    entry: ShortlistEntry
    evidence: Evidence

    @property
    def summary(self) -> str:
        """What is known, in a line: must-haves assessed, and what the assessors recommend (for who may see it)."""
        known = self.evidence
        parts = [f"{known.must_haves_assessed} of {known.must_haves} must-haves assessed"]
        if known.withheld:
            parts.append("the recommendations are shown once you have submitted your scorecard")
        elif known.verdicts:
            said = "; ".join(f"{each.assessor} says {each.recommendation.label.lower()}" for each in known.verdicts)
            parts.append(said)
        else:
            parts.append("no scorecard yet")
        return ", ".join(parts)


def register(registry: Registry) -> None:
    """The kinds of mail of this domain."""
    registry.add_mail_kind(MailKind(INVITED, _render_interview, _still_planned))
    registry.add_mail_kind(MailKind(CHANGED, _render_interview, _still_planned_so))
    registry.add_mail_kind(MailKind(CALLED_OFF, _render_interview, _still_called_off))
    registry.add_mail_kind(MailKind(SUBMITTED, _render_submitted, _still_waits))
    registry.add_mail_kind(MailKind(DECIDED, _render_decided, _still_decided))


def invite(interview: Interview, seats: Iterable[InterviewSeat], *, actor: User | None) -> None:
    """Tell assessors what they sit on, unless they planned it themselves or it lies in the past."""
    if _is_history(interview.starts_at or interview.created_at):
        return
    for seat in seats:
        if actor is None or seat.user.id != actor.id:
            queue_mail(
                INVITED,
                dedupe_key=f"interview-planned:{interview.id}:{interview.version}:{seat.user.id}",
                user=seat.user,
                facts={"interview_id": interview.id, "seat_id": seat.id},
            )


def tell_of_change(interview: Interview, seats: Iterable[InterviewSeat], *, actor: User) -> None:
    """Tell assessors of another time or place."""
    for seat in seats:
        if seat.user_id != actor.id:
            queue_mail(
                CHANGED,
                dedupe_key=f"interview-changed:{interview.id}:{interview.version}:{seat.user_id}",
                user=seat.user,
                facts={"interview_id": interview.id, "seat_id": seat.id, "version": interview.version},
            )


def call_off(
    interview: Interview, people: Iterable[User], *, actor: User | None, change: StageChange | None = None
) -> None:
    """Tell people that they need not come: it is cancelled, or they left it.

    `change` is the ending that called it off; taking that back cancels the mail, if it has not gone.
    """
    if _is_history(interview.starts_at or clock.now()):
        return
    for person in people:
        if actor is None or person.id != actor.id:
            queue_mail(
                CALLED_OFF,
                dedupe_key=f"interview-cancelled:{interview.id}:{interview.version}:{person.id}",
                user=person,
                facts={"interview_id": interview.id},
                stage_change=change,
            )


def told_of(change: StageChange) -> set[int]:
    """The ids of those to whom mail about that ending has gone, or is going."""
    return set(
        db.session.scalars(
            select(OutboxMessage.user_id).where(
                OutboxMessage.stage_change_id == change.id,
                OutboxMessage.kind == CALLED_OFF,
                OutboxMessage.state != MailState.CANCELLED,
                OutboxMessage.user_id.is_not(None),
            )
        )
    )


def ask_for_decisions(shortlist: Shortlist, entries: Sequence[ShortlistEntry], *, at: datetime) -> None:
    """Tell the decider, and the hiring manager and deputies beside them, who waits for a decision."""
    if not entries or _is_history(at):
        return
    rounds = "-".join(f"{entry.id}.{entry.round}" for entry in entries)
    for person in _asked(shortlist):
        queue_mail(
            SUBMITTED,
            dedupe_key=f"shortlist-submitted:{shortlist.id}:{rounds}:{person.id}",
            user=person,
            facts={"shortlist_id": shortlist.id, "rounds": {str(entry.id): entry.round for entry in entries}},
        )


def tell_of_decision(decision: EntryDecision) -> None:
    """Tell whoever put the person forward what was decided, once per decision."""
    entry = decision.entry
    if entry.put_forward_by_id == decision.decided_by.id or _is_history(decision.decided_at):
        return
    queue_mail(
        DECIDED,
        dedupe_key=f"entry-decided:{entry.id}:{entry.round}:{entry.put_forward_by_id}",
        user=entry.put_forward_by,
        facts={"decision_id": decision.id},
    )


def _asked(shortlist: Shortlist) -> list[User]:
    people = {user.id: user for user in [shortlist.decider, *deciders(shortlist.requisition)]}
    submitters = {shortlist.submitted_by_id, *(entry.put_forward_by_id for entry in shortlist.entries)}
    return [user for user in people.values() if user.is_active and user.id not in submitters]


def _is_history(at: datetime) -> bool:
    return at < clock.now() - NEWS_FOR


# --- still true? ------------------------------------------------------------------------------------------------------


def _still_planned(message: OutboxMessage) -> bool:
    seat = db.session.get(InterviewSeat, message.facts["seat_id"])
    return seat is not None and seat.user_id == message.user_id and seat.interview.state is InterviewState.PLANNED


def _still_planned_so(message: OutboxMessage) -> bool:
    """A later change has a mail of its own."""
    seat = db.session.get(InterviewSeat, message.facts["seat_id"])
    return _still_planned(message) and seat is not None and seat.interview.version == message.facts["version"]


def _still_called_off(message: OutboxMessage) -> bool:
    interview = db.session.get(Interview, message.facts["interview_id"])
    if interview is None:
        return False
    sits = any(seat.user_id == message.user_id for seat in interview.seats)
    return interview.state is InterviewState.CANCELLED or not sits


def _still_waits(message: OutboxMessage) -> bool:
    shortlist = db.session.get(Shortlist, message.facts["shortlist_id"])
    user = db.session.get(User, message.user_id)
    if shortlist is None or user is None or not decides(user, shortlist.requisition):
        return False
    return bool(_waiting(shortlist, message))


def _still_decided(message: OutboxMessage) -> bool:
    decision, user = db.session.get(EntryDecision, message.facts["decision_id"]), db.session.get(User, message.user_id)
    if decision is None or user is None or not can(user, "application.view", decision.entry.application):
        return False
    return decision.entry.application.status is ApplicationStatus.ACTIVE


# --- rendering --------------------------------------------------------------------------------------------------------


def _render_interview(message: OutboxMessage) -> RenderedMail:
    interview = db.session.scalars(
        select(Interview)
        .where(Interview.id == message.facts["interview_id"])
        .options(
            joinedload(Interview.application).joinedload(Application.candidate),
            joinedload(Interview.application).joinedload(Application.requisition),
            selectinload(Interview.seats).joinedload(InterviewSeat.user),
        )
    ).one()
    seat = next((each for each in interview.seats if each.user_id == message.user_id), None)
    return render_mail(
        message.kind,
        recipient=db.session.get_one(User, message.user_id),
        interview=interview,
        application=interview.application,
        seat=seat,
        others=[each.user for each in interview.seats if each.user_id != message.user_id],
    )


def _render_submitted(message: OutboxMessage) -> RenderedMail:
    recipient = db.session.get_one(User, message.user_id)
    shortlist = db.session.get_one(Shortlist, message.facts["shortlist_id"])
    entries = _waiting(shortlist, message)
    evidence = for_reader(recipient, [entry.application for entry in entries], entries=entries)
    return render_mail(
        message.kind,
        recipient=recipient,
        shortlist=shortlist,
        requisition=shortlist.requisition,
        lines=[PersonLine(entry, evidence[entry.application_id]) for entry in entries],
        again=all(entry.round > 1 for entry in entries),
        asked=shortlist.decider_id == recipient.id or not on_team(recipient, shortlist.requisition, *DECIDING),
    )


def _render_decided(message: OutboxMessage) -> RenderedMail:
    decision = db.session.get_one(EntryDecision, message.facts["decision_id"])
    entry = decision.entry
    others = [each for each in entry.shortlist.entries if each.state is EntryState.PENDING]
    return render_mail(
        message.kind,
        recipient=db.session.get_one(User, message.user_id),
        decision=decision,
        entry=entry,
        person=entry.application.candidate,
        shortlist=entry.shortlist,
        requisition=entry.shortlist.requisition,
        still_waiting=len(others),
    )


def _waiting(shortlist: Shortlist, message: OutboxMessage) -> list[ShortlistEntry]:
    """Those of the mail's entries that still wait in the same round."""
    rounds = message.facts["rounds"]
    entries = db.session.scalars(
        select(ShortlistEntry)
        .where(
            ShortlistEntry.shortlist_id == shortlist.id,
            ShortlistEntry.id.in_([int(entry_id) for entry_id in rounds]),
            ShortlistEntry.state == EntryState.PENDING,
        )
        .order_by(ShortlistEntry.id)
        .options(joinedload(ShortlistEntry.application).joinedload(Application.candidate))
    )
    return [entry for entry in entries if rounds[str(entry.id)] == entry.round]
