"""Mail of the pipeline: to whoever began a bulk action or an import that a fault keeps from going on."""

from typing import Any

from sqlalchemy import func, select

from tracker.accounts.models import User
from tracker.candidates.models import CandidateImport
from tracker.core.db import db
from tracker.core.registry import MailKind, Registry, RenderedMail
from tracker.mail.models import OutboxMessage
from tracker.mail.operations import queue_mail
from tracker.mail.rendering import render_mail
from tracker.pipeline.models import Batch, BatchItem
from tracker.pipeline.states import BatchOutcome

BULK_STOPPED = "pipeline/bulk_stopped"
IMPORT_STOPPED = "pipeline/import_stopped"


def register(registry: Registry) -> None:
    """The kinds of mail of this domain."""
    registry.add_mail_kind(MailKind(BULK_STOPPED, _render_bulk, _bulk_still_stopped))
    registry.add_mail_kind(MailKind(IMPORT_STOPPED, _render_import, _import_still_stopped))


def queue_bulk_stopped(batch: Batch) -> None:
    """Tell whoever began a bulk action, or took it back, that it does not go on."""
    _queue(BULK_STOPPED, batch, batch.undone_by or batch.actor, {"batch_id": batch.id})


def queue_import_stopped(imported: CandidateImport) -> None:
    """Tell whoever handed the file over that its import does not go on."""
    _queue(IMPORT_STOPPED, imported, imported.created_by, {"import_id": imported.id})


def _queue(kind: str, work: Batch | CandidateImport, user: User, facts: dict[str, Any]) -> None:
    if work.next_try_at is None:
        raise ValueError("Only what is tried again has stopped.")
    queue_mail(kind, dedupe_key=f"{kind}:{work.id}:{work.next_try_at.isoformat()}:{user.id}", user=user, facts=facts)


def _bulk_still_stopped(message: OutboxMessage) -> bool:
    batch = db.session.get(Batch, message.facts["batch_id"])
    return batch is not None and batch.has_stopped


def _import_still_stopped(message: OutboxMessage) -> bool:
    imported = db.session.get(CandidateImport, message.facts["import_id"])
    return imported is not None and imported.has_stopped


def _render_import(message: OutboxMessage) -> RenderedMail:
    imported = db.session.get_one(CandidateImport, message.facts["import_id"])
    return render_mail(
        IMPORT_STOPPED,
        recipient=db.session.get_one(User, message.user_id),
        imported=imported,
        requisition=imported.requisition,
        left=imported.rows - imported.next_row,
        address=f"/imports/{imported.id}",
    )


def _render_bulk(message: OutboxMessage) -> RenderedMail:
    batch = db.session.get_one(Batch, message.facts["batch_id"])
    undoing = batch.undone_at is not None
    open_ = BatchOutcome.DONE if undoing else BatchOutcome.WAITING
    total, left = db.session.execute(
        select(func.count(), func.count().filter(BatchItem.outcome == open_)).where(BatchItem.batch_id == batch.id)
    ).one()
    return render_mail(
        BULK_STOPPED,
        recipient=db.session.get_one(User, message.user_id),
        batch=batch,
        began_at=batch.undone_at or batch.created_at,
        undoing=undoing,
        total=total,
        left=left,
        address=f"/batches/{batch.mark}",
    )
