"""Taking a bulk action back: all that can be, in chunks; what somebody went on with is left alone, and says why."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tracker.accounts.models import User
from tracker.candidates.models import Candidate
from tracker.candidates.tagging import untag_candidates
from tracker.core import clock
from tracker.core.db import db, transaction
from tracker.core.errors import Conflict, Refused, TrackerError
from tracker.history.operations import record_many
from tracker.pipeline import events
from tracker.pipeline.bulk import give_recruiters, items_of, lock_batch, settle
from tracker.pipeline.bulk_judging import PERMISSIONS, forbidden_in, sentence
from tracker.pipeline.changes import Step, write_many
from tracker.pipeline.contacts import check_recruiter
from tracker.pipeline.judging import judge_undo, standings
from tracker.pipeline.models import Application, Batch, BatchItem, StageChange
from tracker.pipeline.queries import lock_applications
from tracker.pipeline.refresh import bump_pulses, refresh
from tracker.pipeline.states import UNDO_WITHIN, BatchKind, BatchOutcome, ChangeKind
from tracker.pipeline.taking_back import past_of, settle_undone

#: What was taken back, and what was left alone for which reason.
Settled = tuple[list[Application], list[tuple[Application, TrackerError]]]


def begin_undo(batch_id: int, *, actor: User) -> None:
    """Say that `actor` takes a batch back; undo_chunk() does it.

    Raises Refused while it is still worked on, after 24 hours, and Conflict when somebody took it back already.
    """
    batch = lock_batch(batch_id)
    if batch.undone_at is not None:
        by = batch.undone_by.name if batch.undone_by else "Somebody"
        raise Conflict(f"{by} took this back already.", who=by, when=batch.undone_at)
    if batch.finished_at is None:
        raise Refused("This is still being worked on.", needed=["Wait until it is done, then take it back."])
    if clock.now() - batch.created_at > UNDO_WITHIN:
        raise Refused(
            "This is more than 24 hours old.", needed=["Move the people back instead, or reopen their applications."]
        )
    batch.undone_at, batch.undone_by_id = clock.now(), actor.id


def work_off_undo(batch_id: int, *, chunks: int | None = None) -> bool:
    """Take a batch back that begin_undo() was said of, a transaction per chunk; whether anybody is left."""
    done = 0
    while chunks is None or done < chunks:
        with transaction():
            if not undo_chunk(batch_id):
                return False
        done += 1
    return True


def undo_chunk(batch_id: int) -> bool:
    """Take the next chunk of a batch back within the running transaction; whether anybody is left."""
    batch = lock_batch(batch_id)
    items = items_of(batch, BatchOutcome.DONE)
    actor = batch.undone_by
    if not items or actor is None:
        return False
    applications = lock_applications([item.application_id for item in items])
    refused = forbidden_in(PERMISSIONS[batch.kind], applications, actor)
    mine = [each for each in applications if each.requisition_id not in refused]
    if batch.kind is BatchKind.TAG:
        undone, kept = _take_tags_off(mine, items, actor)
    elif batch.kind is BatchKind.ASSIGN:
        undone, kept = _give_recruiters_back(batch, mine, items, actor)
    else:
        undone, kept = _undo_changes(batch, mine, actor)
    kept += [(each, refused[each.requisition_id]) for each in applications if each.requisition_id in refused]
    rows: list[dict[str, Any]] = [{"application_id": each.id, "outcome": BatchOutcome.UNDONE} for each in undone]
    rows += [
        {
            "application_id": each.id,
            "outcome": BatchOutcome.KEPT,
            "why": sentence(error),
            "why_at": error.when if isinstance(error, Conflict) else None,
        }
        for each, error in kept
    ]
    settle(batch, rows)
    return True


def _undo_changes(batch: Batch, applications: Sequence[Application], actor: User) -> Settled:
    made = _changes_of(batch, applications)
    known = standings(applications)
    past = past_of([(each, made[each.id]) for each in applications])
    steps: list[Step] = []
    kept: list[tuple[Application, TrackerError]] = []
    for each in applications:
        try:
            steps.append(judge_undo(each, known[each.id], made[each.id], past, actor=actor, batch=batch.mark))
        except TrackerError as error:
            kept.append((each, error))
    undos = write_many(steps)
    taken_back = [made[step.application.id] for step in steps]
    if undos:
        settle_undone(taken_back, actor)
        record_many(
            [
                (events.undone(undo, change), events.subject_of(undo.application))
                for undo, change in zip(undos, taken_back, strict=True)
            ],
            actor=actor,
        )
        refresh([undo.application for undo in undos])
    return [step.application for step in steps], kept


def _changes_of(batch: Batch, applications: Sequence[Application]) -> dict[int, StageChange]:
    changes = db.session.scalars(
        select(StageChange)
        .where(
            StageChange.batch == batch.mark,
            StageChange.kind != ChangeKind.UNDO,
            StageChange.application_id.in_([each.id for each in applications]),
        )
        .options(
            joinedload(StageChange.application),
            joinedload(StageChange.from_stage),
            joinedload(StageChange.to_stage),
        )
    )
    return {change.application_id: change for change in changes}


def _give_recruiters_back(
    batch: Batch, applications: Sequence[Application], items: Sequence[BatchItem], actor: User
) -> Settled:
    before = {item.application_id: (item.before or {}).get("recruiter_id") for item in items}
    people = db.session.scalars(select(User).where(User.id.in_({each for each in before.values() if each})))
    users = {user.id: user for user in people}
    undone: list[Application] = []
    kept: list[tuple[Application, TrackerError]] = []
    for each in applications:
        try:
            if each.recruiter_id != batch.recruiter_id:
                raise Conflict(f"Somebody gave {each.candidate.name} to another recruiter since.")
            check_recruiter(each, users.get(before[each.id] or 0))
        except TrackerError as error:
            kept.append((each, error))
        else:
            undone.append(each)
    if undone:
        give_recruiters({each: before[each.id] for each in undone}, actor)
    return undone, kept


def _take_tags_off(applications: Sequence[Application], items: Sequence[BatchItem], actor: User) -> Settled:
    """What the batch put there goes; who had a tag already keeps it, and who lost it since has nothing to lose."""
    new = {item.application_id: (item.before or {}).get("tag_ids", []) for item in items}
    by_tag: dict[int, list[Candidate]] = {}
    for each in applications:
        for tag_id in new[each.id]:
            by_tag.setdefault(tag_id, []).append(each.candidate)
    for tag_id, candidates in by_tag.items():
        untag_candidates(candidates, [tag_id], actor=actor)
    bump_pulses({each.requisition_id for each in applications})
    return list(applications), []


def last_moment(batch: Batch) -> datetime:
    """Until when a batch can be taken back."""
    return batch.created_at + UNDO_WITHIN
