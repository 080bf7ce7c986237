"""Bringing many people into a pipeline at once: what start_application() does for one, by a handful of statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert

from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.core import clock
from tracker.core.db import db
from tracker.history.operations import record_many
from tracker.pipeline import events
from tracker.pipeline.changes import check_requisition
from tracker.pipeline.models import Application, Contact, StageChange
from tracker.pipeline.refresh import refresh
from tracker.pipeline.states import (
    ApplicationStatus,
    ChangeKind,
    ContactChannel,
    ContactDirection,
    SourceKind,
)
from tracker.requisitions.models import Requisition, Stage
from tracker.requisitions.states import Phase, StageKind


@dataclass(frozen=True, kw_only=True)
class Start:
    """One person to be brought in. They may be contacted and have no active application there: the caller knows."""

    candidate_id: int
    stage: Stage
    source_kind: SourceKind
    source: str
    #: When they entered the pipeline.
    at: datetime
    salary_wish: int | None = None
    salary_currency: str = ""
    notice: str = ""
    work_permit: str = ""


def start_many(
    requisition: Requisition, starts: Sequence[Start], *, actor: User | None, batch: str | None = None
) -> list[Application]:
    """Start an application for each, in their order; the requisition is locked by the caller.

    Raises Refused when the requisition is not open. Two people may not be the same.
    """
    check_requisition(requisition, ChangeKind.START)
    if not starts:
        return []
    now = clock.now()
    recruiter_id = actor.id if actor is not None and actor.has(Role.RECRUITER) else None
    rows = [_application(requisition, start, recruiter_id) for start in starts]
    # In whatever order they come back: asking for ours would cost a statement each on SQLite.
    new = {row.candidate_id: row for row in db.session.scalars(insert(Application).returning(Application), rows)}
    applications = [new[start.candidate_id] for start in starts]
    changes = [
        {
            "application_id": application.id,
            "seq": 1,
            "kind": ChangeKind.START,
            "to_stage_id": start.stage.id,
            "to_status": ApplicationStatus.ACTIVE,
            "happened_at": start.at,
            "recorded_at": now,
            "actor_id": actor.id if actor else None,
            "batch": batch,
        }
        for application, start in zip(applications, starts, strict=True)
    ]
    returned = db.session.execute(insert(StageChange).returning(StageChange.application_id, StageChange.id), changes)
    change_ids = {row[0]: row[1] for row in returned}
    record_many(
        [
            (
                events.ApplicationStarted(
                    change_id=change_ids[application.id],
                    stage_id=start.stage.id,
                    source_kind=start.source_kind,
                    happened_at=start.at.isoformat(),
                ),
                events.subject_of(application),
            )
            for application, start in zip(applications, starts, strict=True)
        ],
        actor=actor,
    )
    _note_contacts(applications, starts, now, actor)
    refresh(applications, at=min(start.at for start in starts))
    return applications


def _application(requisition: Requisition, start: Start, recruiter_id: int | None) -> dict[str, object]:
    applied = start.source_kind is SourceKind.APPLIED or start.stage.kind is StageKind.APPLIED
    responded = applied or start.stage.phase is not Phase.SOURCING
    return {
        "requisition_id": requisition.id,
        "candidate_id": start.candidate_id,
        "stage_id": start.stage.id,
        "status": ApplicationStatus.ACTIVE,
        "started_at": start.at,
        "source_kind": start.source_kind,
        "source": start.source,
        "applied_at": start.at if applied else None,
        "responded_at": start.at if responded else None,
        "stage_entered_at": start.at,
        "recruiter_id": recruiter_id,
        "salary_wish": start.salary_wish,
        "salary_currency": start.salary_currency,
        "notice": start.notice,
        "work_permit": start.work_permit,
    }


def _note_contacts(
    applications: Sequence[Application], starts: Sequence[Start], now: datetime, actor: User | None
) -> None:
    """Starting in Contacted says that we wrote."""
    rows = [
        {
            "application_id": application.id,
            "direction": ContactDirection.OUT,
            "channel": ContactChannel.OTHER,
            "at": start.at,
            "recorded_at": now,
            "actor_id": actor.id if actor else None,
        }
        for application, start in zip(applications, starts, strict=True)
        if start.stage.kind is StageKind.CONTACTED
    ]
    if rows:
        db.session.execute(insert(Contact), rows)
