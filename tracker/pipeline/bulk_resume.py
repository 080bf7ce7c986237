"""Going on with bulk actions that nobody waits for any more: a page that was closed, a process that ended."""

from datetime import timedelta

from sqlalchemy import and_, exists, or_, select

from tracker.core import clock
from tracker.core.db import db, transaction
from tracker.core.ticks import each_alone
from tracker.pipeline.bulk import lock_batch, work_off
from tracker.pipeline.bulk_undo import work_off_undo
from tracker.pipeline.mails import queue_bulk_stopped
from tracker.pipeline.models import Batch, BatchItem
from tracker.pipeline.states import BatchOutcome

#: So long the page of a bulk action goes on with it by itself.
FORSAKEN_AFTER = timedelta(minutes=1)


def go_on() -> int:
    """Go on with bulk actions, and their undos, that were left in the middle; returns how many. Idempotent.

    One that a fault stops waits for its next try; whoever began it is told when it was tried in vain several times.
    """
    before = clock.due_now() - FORSAKEN_AFTER
    left = exists().where(BatchItem.batch_id == Batch.id, BatchItem.outcome == BatchOutcome.DONE)
    found = db.session.scalars(
        select(Batch.id)
        .where(
            or_(
                and_(Batch.finished_at.is_(None), Batch.created_at < before),
                and_(Batch.undone_at < before, left),
            ),
            Batch.may_be_tried(),
        )
        .order_by(Batch.id)
    ).all()
    return each_alone(found, _rest_of_batch, put_off=_put_off)


def _rest_of_batch(batch_id: int) -> int:
    undoing = db.session.scalar(select(Batch.undone_at.is_not(None)).where(Batch.id == batch_id))
    if undoing:
        work_off_undo(batch_id)
    else:
        work_off(batch_id)
    return 1


def _put_off(batch_id: int) -> None:
    with transaction():
        batch = lock_batch(batch_id)
        if batch.put_off():
            queue_bulk_stopped(batch)
