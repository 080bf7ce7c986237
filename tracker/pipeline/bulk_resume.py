"""Going on with bulk actions that nobody waits for any more: a page that was closed, a process that ended."""

from datetime import timedelta

from sqlalchemy import and_, exists, or_, select

from tracker.core import clock
from tracker.core.db import db
from tracker.pipeline.bulk import work_off
from tracker.pipeline.bulk_undo import work_off_undo
from tracker.pipeline.models import Batch, BatchItem
from tracker.pipeline.states import BatchOutcome

#: So long the page of a bulk action goes on with it by itself.
FORSAKEN_AFTER = timedelta(minutes=1)


def go_on() -> int:
    """Go on with bulk actions, and their undos, that were left in the middle; returns how many. Idempotent."""
    before = clock.due_now() - FORSAKEN_AFTER
    left = exists().where(BatchItem.batch_id == Batch.id, BatchItem.outcome == BatchOutcome.DONE)
    found = db.session.execute(
        select(Batch.id, Batch.undone_at).where(
            or_(
                and_(Batch.finished_at.is_(None), Batch.created_at < before),
                and_(Batch.undone_at < before, left),
            )
        )
    ).all()
    for batch_id, undone_at in found:
        if undone_at is None:
            work_off(batch_id)
        else:
            work_off_undo(batch_id)
    return len(found)
