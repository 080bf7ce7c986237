"""Mail of the pipeline: to whoever began a bulk action that a fault keeps from going on."""

from sqlalchemy import func, select

from tracker.accounts.models import User
from tracker.core.db import db
from tracker.core.registry import MailKind, Registry, RenderedMail
from tracker.mail.models import OutboxMessage
from tracker.mail.operations import queue_mail
from tracker.mail.rendering import render_mail
from tracker.pipeline.models import Batch, BatchItem
from tracker.pipeline.states import BatchOutcome

STOPPED = "pipeline/bulk_stopped"
#: So often in a row it is tried before anybody is told: a quarter of an hour.
TELL_AFTER = 5


def register(registry: Registry) -> None:
    """The kinds of mail of this domain."""
    registry.add_mail_kind(MailKind(STOPPED, _render, _still_stopped))


def queue_stopped(batch: Batch) -> None:
    """Tell whoever began a bulk action, or took it back, that it does not go on."""
    user = batch.undone_by or batch.actor
    if batch.next_try_at is None:
        raise ValueError("Only what is tried again has stopped.")
    queue_mail(
        STOPPED,
        dedupe_key=f"bulk-stopped:{batch.id}:{batch.next_try_at.isoformat()}:{user.id}",
        user=user,
        facts={"batch_id": batch.id},
    )


def _still_stopped(message: OutboxMessage) -> bool:
    batch = db.session.get(Batch, message.facts["batch_id"])
    return batch is not None and batch.tries >= TELL_AFTER


def _render(message: OutboxMessage) -> RenderedMail:
    batch = db.session.get_one(Batch, message.facts["batch_id"])
    undoing = batch.undone_at is not None
    open_ = BatchOutcome.DONE if undoing else BatchOutcome.WAITING
    total, left = db.session.execute(
        select(func.count(), func.count().filter(BatchItem.outcome == open_)).where(BatchItem.batch_id == batch.id)
    ).one()
    return render_mail(
        STOPPED,
        recipient=db.session.get_one(User, message.user_id),
        batch=batch,
        began_at=batch.undone_at or batch.created_at,
        undoing=undoing,
        total=total,
        left=left,
        address=f"/batches/{batch.mark}",
    )
