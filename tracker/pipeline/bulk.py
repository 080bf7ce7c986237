"""Bulk actions: the same as the single ones, for many people at once, by a constant number of statements per chunk.

A bulk action is a batch: a row that says what was asked, and one for each person that says what became of it. It is
worked off in chunks, each in a transaction of its own, so that what was done stays done whatever happens to the rest.
Taking it back is in bulk_undo.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from tracker.accounts.models import User
from tracker.candidates.tagging import clean_names, tag_candidates
from tracker.core import clock
from tracker.core.db import db, insert_or_ignore, transaction
from tracker.core.errors import NotVisible, Refused
from tracker.history.operations import EventData, record_many
from tracker.pipeline import events
from tracker.pipeline.bulk_judging import Judged, Order, judge_all
from tracker.pipeline.changes import change_applications, end_what_hangs_on, write_many
from tracker.pipeline.models import Application, Batch, BatchItem, StageChange
from tracker.pipeline.progress import note_contacts
from tracker.pipeline.queries import lock_applications
from tracker.pipeline.refresh import refresh
from tracker.pipeline.states import REASONS, BatchKind, BatchOutcome

#: So many people are changed in one transaction.
CHUNK = 200
#: So many people can be in one bulk action.
MOST = 2000


def start_batch(mark: str, order: Order, people: Mapping[int, int], *, actor: User) -> Batch:
    """Write down a bulk action on these applications, by id with the version that somebody saw; nothing is done yet.

    `mark` is the form's own; the same one again gives the batch that is there. Raises Refused for nobody, for more
    people than can be changed at once, for an order that says too little, and for a form that had another one before.
    """
    if not people:
        raise Refused("Nobody is chosen.", needed=["Choose at least one person."])
    check_number(len(people))
    check_order(order)
    batch_id = db.session.scalar(
        insert_or_ignore(Batch)
        .values(
            mark=mark,
            kind=order.kind,
            actor_id=actor.id,
            created_at=clock.now(),
            stage_key=order.stage_key,
            reason=order.reason,
            comment=order.comment.strip(),
            told=order.told,
            happened_at=order.happened_at,
            recruiter_id=order.recruiter.id if order.recruiter else None,
            tags=list(order.tags),
        )
        .returning(Batch.id)
    )
    if batch_id is None:
        there = db.session.scalars(select(Batch).where(Batch.mark == mark)).one()
        if there.actor_id != actor.id:
            raise NotVisible
        # What was added in words is not kept with the batch.
        if replace(order_of_batch(there), comment="") != replace(order, comment=""):
            raise Refused(
                "This form was sent already, and did something else.",
                needed=["Look at what would become of everybody now, and send it again."],
            )
        return there
    rows = [{"batch_id": batch_id, "application_id": each, "seen": seen} for each, seen in people.items()]
    db.session.execute(insert(BatchItem), rows)
    return db.session.get_one(Batch, batch_id)


def check_number(number: int) -> None:
    """Raise Refused for more people than can be changed at once; above that, they need not have been counted."""
    if number > MOST:
        raise Refused(
            f"More than {MOST:,} people are chosen, and {MOST:,} can be changed at once.",
            needed=["Narrow the filter, or do it in several steps."],
        )


def check_order(order: Order) -> None:
    """Raise Refused, by field, for an order that says too little."""
    if order.kind is BatchKind.MOVE and not order.stage_key:
        raise Refused("Choose a stage.", fields={"stage": "Choose a stage."})
    if order.kind.ending is not None and order.reason not in REASONS[order.kind.ending]:
        raise Refused("Say why.", fields={"reason": "Choose a reason."})
    if order.kind is BatchKind.TAG:
        clean_names(order.tags)


def work_off(batch_id: int, *, chunks: int | None = None) -> bool:
    """Work on a batch, a transaction per chunk, at most so many; whether anybody is left. Safe to run twice at once."""
    done = 0
    while chunks is None or done < chunks:
        with transaction():
            if not work_chunk(batch_id):
                return False
        done += 1
    return True


def work_chunk(batch_id: int) -> bool:
    """Do the next chunk of a batch within the running transaction; whether anybody is left."""
    batch = lock_batch(batch_id)
    # One more than a chunk says whether anybody is left, and spares a look for nobody.
    waiting = items_of(batch, BatchOutcome.WAITING, CHUNK + 1)
    items = waiting[:CHUNK]
    if items:
        order, actor = order_of_batch(batch), batch.actor
        applications = lock_applications([item.application_id for item in items])
        seen = {item.application_id: item.seen for item in items}
        # Read when nobody else can change them any more: one moment for all, and later than whatever became of them.
        with clock.standing_at(clock.now()):
            judged = judge_all(order, applications, seen, actor=actor, batch=batch.mark)
            before = _do(order, judged, actor, batch.mark)
        at = {application.id for application in judged.allowed}
        settle(
            batch,
            [{"application_id": each, "outcome": BatchOutcome.DONE, "before": before.get(each)} for each in sorted(at)]
            + judged.refused_items,
        )
    batch.went_on()
    left = len(waiting) > CHUNK
    if not left and batch.finished_at is None:
        batch.finished_at, batch.comment = clock.now(), ""
    return left


def lock_batch(batch_id: int) -> Batch:
    """The batch as it is now, held until the transaction ends: two who work on it take turns. Raises NotVisible."""
    batch = db.session.scalar(
        select(Batch).where(Batch.id == batch_id).with_for_update(of=Batch).execution_options(populate_existing=True)
    )
    if batch is None:
        raise NotVisible
    return batch


def moments_of(changes: Sequence[StageChange]) -> dict[int, datetime]:
    """When each of these changes happened, by application: waits end and begin at that very instant."""
    return {change.application_id: change.happened_at for change in changes}


def items_of(batch: Batch, outcome: BatchOutcome, limit: int = CHUNK) -> list[BatchItem]:
    """The next of those with that outcome, a chunk of them unless `limit` says another number."""
    return list(
        db.session.scalars(
            select(BatchItem)
            .where(BatchItem.batch_id == batch.id, BatchItem.outcome == outcome)
            .order_by(BatchItem.application_id)
            .limit(limit)
        )
    )


def settle(batch: Batch, items: Sequence[Mapping[str, Any]]) -> None:
    """Write down what became of these items, by one statement."""
    rows = [{"batch_id": batch.id, "why": "", "why_at": None, "before": None, **item} for item in items]
    if rows:
        db.session.execute(update(BatchItem), rows)


def order_of_batch(batch: Batch) -> Order:
    """What a batch was asked to do."""
    return Order(
        kind=batch.kind,
        stage_key=batch.stage_key,
        reason=batch.reason,
        comment=batch.comment,
        told=batch.told,
        happened_at=batch.happened_at,
        recruiter=batch.recruiter,
        tags=tuple(batch.tags),
    )


def _do(order: Order, judged: Judged, actor: User, batch: str) -> dict[int, dict[str, Any]]:
    """Write what was judged; what an undo restores of what is no stage change, by application."""
    if not judged.allowed:
        return {}
    if order.kind is BatchKind.ASSIGN:
        return _assign(judged.allowed, order.recruiter, actor, batch)
    if order.kind is BatchKind.TAG:
        return _tag(judged.allowed, order.tags, actor, batch)
    changes = write_many(judged.steps)
    if order.kind.ending is None:
        note_contacts(changes)
        _record([(events.moved(change), change) for change in changes], actor)
    else:
        end_what_hangs_on(changes, actor)
        _record([(events.ended(change, told=order.told), change) for change in changes], actor)
    refresh(judged.allowed, at=moments_of(changes))
    return {}


def _assign(
    applications: Sequence[Application], recruiter: User | None, actor: User, batch: str
) -> dict[int, dict[str, Any]]:
    before = {each.id: {"recruiter_id": each.recruiter_id} for each in applications}
    give_recruiters(dict.fromkeys(applications, recruiter.id if recruiter else None), actor, batch=batch)
    return before


def give_recruiters(wanted: Mapping[Application, int | None], actor: User, *, batch: str | None = None) -> None:
    """Say who looks after these applications, which are locked; None: the requisition's first recruiter.

    `batch` is the mark of the bulk action that says so, by which the history leads to it.
    """
    change_applications([(each, {"recruiter_id": recruiter_id}) for each, recruiter_id in wanted.items()])
    for each in wanted:
        db.session.expire(each, ["recruiter"])
    record_many(
        [
            (events.RecruiterAssigned(user_id=recruiter_id, batch=batch), events.subject_of(each))
            for each, recruiter_id in wanted.items()
        ],
        actor=actor,
    )
    refresh(list(wanted))


def _tag(
    applications: Sequence[Application], names: Sequence[str], actor: User, batch: str
) -> dict[int, dict[str, Any]]:
    pairs = tag_candidates([each.candidate for each in applications], names, actor=actor, batch=batch)
    new: dict[int, list[int]] = {}
    for candidate_id, tag_id in pairs:
        new.setdefault(candidate_id, []).append(tag_id)
    # Somebody with two applications in the batch got the tags by the first of them.
    return {each.id: {"tag_ids": new.pop(each.candidate_id, [])} for each in applications}


def _record(entries: Sequence[tuple[EventData, StageChange]], actor: User) -> None:
    record_many([(data, events.subject_of(change.application)) for data, change in entries], actor=actor)
