"""Invariants of vetting, for `tracker verify`."""

from collections.abc import Iterator

from sqlalchemy import exists, select

from tracker.accounts.models import User
from tracker.core.db import db
from tracker.core.registry import Registry
from tracker.pipeline.models import Application
from tracker.pipeline.states import ApplicationStatus
from tracker.requisitions.models import Requisition
from tracker.requisitions.policy import deciding
from tracker.requisitions.states import CLOSED
from tracker.vetting.models import EntryDecision, EvidenceSnapshot, Interview, Shortlist, ShortlistEntry
from tracker.vetting.states import DECISIONS, EntryState, InterviewState, SnapshotMoment


def register(registry: Registry) -> None:
    """Name the checks."""
    registry.add_check("decided shortlist entries have a decision", decided_without_decision)
    registry.add_check("decisions keep the evidence that they rest on", decisions_without_snapshot)
    registry.add_check("no shortlist entry waits on what is over", pending_on_what_is_over)
    registry.add_check("whoever is asked about a shortlist decides for its requisition", asked_without_right)


def decided_without_decision() -> Iterator[str]:
    """An entry that is decided has a decision of its round that says the same."""
    same = exists().where(
        EntryDecision.entry_id == ShortlistEntry.id,
        EntryDecision.round == ShortlistEntry.round,
        EntryDecision.state == ShortlistEntry.state,
    )
    for entry_id in db.session.scalars(select(ShortlistEntry.id).where(ShortlistEntry.state.in_(DECISIONS), ~same)):
        yield f"Shortlist entry {entry_id} is decided without a decision."


def decisions_without_snapshot() -> Iterator[str]:
    """What was known is frozen with each decision; erased people have none."""
    frozen = exists().where(
        EvidenceSnapshot.entry_id == EntryDecision.entry_id,
        EvidenceSnapshot.round == EntryDecision.round,
        EvidenceSnapshot.moment == SnapshotMoment.DECIDED,
    )
    for decision_id in db.session.scalars(
        select(EntryDecision.id)
        .join(ShortlistEntry, ShortlistEntry.id == EntryDecision.entry_id)
        .join(Application, Application.id == ShortlistEntry.application_id)
        .where(~frozen, Application.candidate.has(erased_at=None))
    ):
        yield f"Decision {decision_id} has no snapshot of its evidence."


def pending_on_what_is_over() -> Iterator[str]:
    """Entries and interviews of ended applications, and entries of closed requisitions, do not wait."""
    for entry_id in db.session.scalars(
        select(ShortlistEntry.id)
        .join(Shortlist, Shortlist.id == ShortlistEntry.shortlist_id)
        .join(Requisition, Requisition.id == Shortlist.requisition_id)
        .join(Application, Application.id == ShortlistEntry.application_id)
        .where(
            ShortlistEntry.state == EntryState.PENDING,
            (Application.status != ApplicationStatus.ACTIVE) | Requisition.state.in_(CLOSED),
        )
    ):
        yield f"Shortlist entry {entry_id} waits for a decision although its application or requisition is over."
    ended = {ApplicationStatus.REJECTED, ApplicationStatus.WITHDRAWN, ApplicationStatus.CLOSED}
    for interview_id in db.session.scalars(
        select(Interview.id)
        .join(Application, Application.id == Interview.application_id)
        .where(Interview.state == InterviewState.PLANNED, Application.status.in_(ended))
    ):
        yield f"Interview {interview_id} is planned although its application has ended."


def asked_without_right() -> Iterator[str]:
    """No shortlist waits for somebody who lost the right to decide on it."""
    rows = db.session.execute(
        select(Requisition.number, User.name)
        .join(Shortlist, Shortlist.requisition_id == Requisition.id)
        .join(User, User.id == Shortlist.decider_id)
        .where(
            Shortlist.entries.any(ShortlistEntry.state == EntryState.PENDING),
            ~deciding(Shortlist.decider_id, Shortlist.requisition_id),
        )
        .order_by(Shortlist.id)
    )
    for number, name in rows:
        yield f"A shortlist of {number} waits for {name}, who does not decide for it."
