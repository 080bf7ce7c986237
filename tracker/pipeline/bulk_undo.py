"""Taking a bulk action back: all that can be, in chunks; what somebody went on with is left alone, and says why."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from tracker.accounts.models import User
from tracker.candidates.models import Candidate, CandidateTag
from tracker.candidates.tagging import untag_candidates
from tracker.core import clock
from tracker.core.db import db, transaction
from tracker.core.errors import Conflict, Refused, TrackerError
from tracker.history.models import Event
from tracker.history.operations import record_many
from tracker.history.queries import PRODUCT
from tracker.pipeline import events
from tracker.pipeline.bulk import give_recruiters, items_of, lock_batch, moments_of, settle
from tracker.pipeline.bulk_judging import PERMISSIONS, forbidden_in, sentence
from tracker.pipeline.changes import Step, write_many
from tracker.pipeline.contacts import check_recruiter
from tracker.pipeline.judging import judge_undo, standings
from tracker.pipeline.models import Application, Batch, BatchItem, StageChange
from tracker.pipeline.queries import lock_applications
from tracker.pipeline.raising import raise_for_people
from tracker.pipeline.refresh import refresh
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
    batch.went_on()


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
    with clock.standing_at(clock.now()):
        if batch.kind is BatchKind.TAG:
            undone, kept = _take_tags_off(batch, mine, items, actor)
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
    batch.went_on()
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
        refresh([undo.application for undo in undos], at=moments_of(undos))
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
    since = _given_since(batch, applications)
    people = db.session.scalars(select(User).where(User.id.in_({each for each in before.values() if each})))
    users = {user.id: user for user in people}
    undone: list[Application] = []
    kept: list[tuple[Application, TrackerError]] = []
    for each in applications:
        try:
            if each.id in since:
                raise since[each.id]
            check_recruiter(each, users.get(before[each.id] or 0))
        except TrackerError as error:
            kept.append((each, error))
        else:
            undone.append(each)
    if undone:
        give_recruiters({each: before[each.id] for each in undone}, actor)
    return undone, kept


def _given_since(batch: Batch, applications: Sequence[Application]) -> dict[int, Conflict]:
    """Whom somebody gave to a recruiter after the batch, be it to the same one again: who did that, and when."""
    latest = (
        select(func.max(Event.id))
        .where(
            Event.application_id.in_([each.id for each in applications]),
            Event.kind == events.RecruiterAssigned.kind,
        )
        .group_by(Event.application_id)
    )
    rows = db.session.execute(
        select(Event, User.name).join(User, User.id == Event.actor_id, isouter=True).where(Event.id.in_(latest))
    ).all()
    given = [(event, who) for event, who in rows if event.data.get("batch") != batch.mark]
    to = {event.data["user_id"] for event, _who in given if event.data["user_id"]}
    names = {row.id: row.name for row in db.session.execute(select(User.id, User.name).where(User.id.in_(to)))}
    people = {each.id: each.candidate.name for each in applications}
    return {
        event.application_id: Conflict(
            f"{who or PRODUCT} gave {people[event.application_id]} to "
            f"{names.get(event.data['user_id'], 'the requisition’s first recruiter')} since.",
            who=who,
            when=event.at,
        )
        for event, who in given
        if event.application_id is not None
    }


def _take_tags_off(
    batch: Batch, applications: Sequence[Application], items: Sequence[BatchItem], actor: User
) -> Settled:
    """What the batch put there goes. Who had a tag before keeps it; so does who got it again from somebody since."""
    new = {item.application_id: (item.before or {}).get("tag_ids", []) for item in items}
    by_tag: dict[int, list[Candidate]] = {}
    for each in applications:
        for tag_id in new[each.id]:
            by_tag.setdefault(tag_id, []).append(each.candidate)
    # All of them at once and first: two who undo at the same time then cannot wait for each other, board by board.
    raise_for_people({each.candidate_id for each in applications})
    for tag_id, candidates in by_tag.items():
        untag_candidates(candidates, [tag_id], actor=actor, until=batch.finished_at)
    # What is there still was put there anew.
    again = {
        (row.candidate_id, row.tag_id): (row.name, row.since)
        for row in db.session.execute(
            select(CandidateTag.candidate_id, CandidateTag.tag_id, CandidateTag.since, User.name)
            .join(User, User.id == CandidateTag.by_id, isouter=True)
            .where(
                CandidateTag.candidate_id.in_({each.candidate_id for each in applications}),
                CandidateTag.tag_id.in_(by_tag),
            )
        )
    }
    undone: list[Application] = []
    kept: list[tuple[Application, TrackerError]] = []
    for each in applications:
        stays = [again[each.candidate_id, tag] for tag in new[each.id] if (each.candidate_id, tag) in again]
        if stays:
            who, when = max(stays, key=lambda put: put[1])
            error = Conflict(f"{who or PRODUCT} put the tag on {each.candidate.name} again since.", who=who, when=when)
            kept.append((each, error))
        else:
            undone.append(each)
    return undone, kept


def last_moment(batch: Batch) -> datetime:
    """Until when a batch can be taken back."""
    return batch.created_at + UNDO_WITHIN
