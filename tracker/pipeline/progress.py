"""What a move says besides: that the person answered, or that we wrote. An undo takes that back as well."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, exists, func, insert, select

from tracker.core.db import db
from tracker.pipeline.models import Application, Contact, StageChange
from tracker.pipeline.states import MOVES, ChangeKind, ContactChannel, ContactDirection
from tracker.requisitions.models import Stage
from tracker.requisitions.states import Phase, StageKind


def progress_of(application: Application, to_stage: Stage, at: datetime) -> dict[str, Any]:
    """Being moved to Applied or into vetting says that the person answered: the columns that say so afterwards."""
    after: dict[str, Any] = {}
    if to_stage.kind is StageKind.APPLIED and application.applied_at is None:
        after["applied_at"] = at
    answered = to_stage.kind is StageKind.APPLIED or to_stage.phase is not Phase.SOURCING
    if answered and application.responded_at is None:
        after["responded_at"] = at
    return after


def without_progress(application: Application, change: StageChange, answered_at: datetime | None) -> dict[str, Any]:
    """The columns of progress_of() as they are without `change`; `answered_at`: the first answer that was recorded."""
    after: dict[str, Any] = {}
    if change.kind in MOVES:
        if application.applied_at == change.happened_at:
            after["applied_at"] = None
        if application.responded_at == change.happened_at:
            after["responded_at"] = answered_at
    return after


def first_answers(application_ids: Sequence[int]) -> dict[int, datetime]:
    """When each of these first answered, by the contacts that were recorded; who did not is left out."""
    rows = db.session.execute(
        select(Contact.application_id, func.min(Contact.at))
        .where(Contact.application_id.in_(application_ids), Contact.direction == ContactDirection.IN)
        .group_by(Contact.application_id)
    )
    return {row[0]: row[1] for row in rows}


def note_contacts(changes: Sequence[StageChange]) -> None:
    """Entering Contacted, but not by a way back, says that we wrote, unless that was recorded already."""
    entered = [
        change
        for change in changes
        if change.to_stage.kind is StageKind.CONTACTED and change.kind is not ChangeKind.BACK
    ]
    if not entered:
        return
    written = set(
        db.session.scalars(
            select(Contact.application_id).where(
                Contact.application_id.in_([change.application_id for change in entered]),
                Contact.direction == ContactDirection.OUT,
            )
        )
    )
    rows = [
        {
            "application_id": change.application_id,
            "direction": ContactDirection.OUT,
            "channel": ContactChannel.OTHER,
            "at": change.happened_at,
            "recorded_at": change.recorded_at,
            "actor_id": change.actor_id,
        }
        for change in entered
        if change.application_id not in written
    ]
    if rows:
        db.session.execute(insert(Contact), rows)


def forget_contacts(undone: Sequence[StageChange]) -> None:
    """The words that these moves said we had written are taken back with them."""
    moves = [change for change in undone if change.kind in MOVES]
    if moves:
        noted = exists().where(
            StageChange.id.in_([change.id for change in moves]),
            StageChange.application_id == Contact.application_id,
            StageChange.recorded_at == Contact.recorded_at,
            StageChange.happened_at == Contact.at,
        )
        db.session.execute(
            delete(Contact)
            .where(
                # Otherwise every word to anybody would be looked at.
                Contact.application_id.in_([change.application_id for change in moves]),
                Contact.direction == ContactDirection.OUT,
                noted,
            )
            .execution_options(synchronize_session=False)
        )
