"""What of a person lies in the outbox: mail that went to them."""

from typing import Any

from sqlalchemy import select, update

from tracker.core.db import db
from tracker.core.registry import PersonalData, Registry
from tracker.mail.models import OutboxMessage
from tracker.mail.states import MailState


def register(registry: Registry) -> None:
    """Say so for the one table."""
    registry.add_personal_data(PersonalData(OutboxMessage.__tablename__, _export, _erase))


def _export(candidate_id: int) -> list[dict[str, Any]]:
    rows = db.session.scalars(
        select(OutboxMessage).where(OutboxMessage.candidate_id == candidate_id).order_by(OutboxMessage.id)
    )
    return [
        {
            "kind": message.kind,
            "subject": message.subject,
            "sent_at": message.sent_at,
            "message": message.body.decode(errors="replace") if message.body else None,
        }
        for message in rows
    ]


def _erase(candidate_id: int) -> None:
    """What has not gone does not go; of what went, only that it went stays."""
    theirs = OutboxMessage.candidate_id == candidate_id
    db.session.execute(
        update(OutboxMessage)
        .where(theirs, OutboxMessage.state == MailState.QUEUED)
        .values(state=MailState.CANCELLED, error="erased")
        .execution_options(synchronize_session=False)
    )
    db.session.execute(
        update(OutboxMessage).where(theirs).values(subject=None, body=None).execution_options(synchronize_session=False)
    )
