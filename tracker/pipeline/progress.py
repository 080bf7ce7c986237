"""What a move says besides: that the person answered, or that we wrote. An undo takes that back as well."""

from datetime import datetime

from sqlalchemy import delete, func, select

from tracker.accounts.models import User
from tracker.core.db import db
from tracker.pipeline.models import Application, Contact, StageChange
from tracker.pipeline.states import MOVES, ContactChannel, ContactDirection
from tracker.requisitions.models import Stage
from tracker.requisitions.states import Phase, StageKind


def note_progress(application: Application, to_stage: Stage, at: datetime) -> None:
    """Being moved to Applied or into vetting says that the person answered."""
    if to_stage.kind is StageKind.APPLIED and application.applied_at is None:
        application.applied_at = at
    answered = to_stage.kind is StageKind.APPLIED or to_stage.phase is not Phase.SOURCING
    if answered and application.responded_at is None:
        application.responded_at = at


def note_contact(application: Application, at: datetime, recorded_at: datetime, actor: User | None) -> None:
    """Being moved to Contacted says that we wrote, unless that was recorded already."""
    written = select(func.count()).where(
        Contact.application_id == application.id, Contact.direction == ContactDirection.OUT
    )
    if not db.session.scalar(written):
        contact = Contact(
            application_id=application.id,
            direction=ContactDirection.OUT,
            channel=ContactChannel.OTHER,
            at=at,
            recorded_at=recorded_at,
            actor_id=actor.id if actor else None,
        )
        db.session.add(contact)


def forget_progress(application: Application, change: StageChange) -> None:
    """What a move said besides, an undo takes back as well."""
    if change.kind not in MOVES:
        return
    if application.applied_at == change.happened_at:
        application.applied_at = None
    if application.responded_at == change.happened_at:
        application.responded_at = db.session.scalar(
            select(func.min(Contact.at)).where(
                Contact.application_id == application.id, Contact.direction == ContactDirection.IN
            )
        )
    db.session.execute(
        delete(Contact)
        .where(
            Contact.application_id == application.id,
            Contact.recorded_at == change.recorded_at,
            Contact.at == change.happened_at,
            Contact.direction == ContactDirection.OUT,
        )
        .execution_options(synchronize_session=False)
    )
