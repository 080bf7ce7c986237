"""Bulk actions that really commit, beside others: nothing is lost, and everybody ends where the history says."""

from secrets import token_hex

from flask import Flask
from sqlalchemy import func, select

from tests.factories.accounts import make_user
from tests.factories.pipeline import fill_pipeline, make_application, make_open_requisition, stage_of
from tests.real_commit.conftest import AtOnce
from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.core.db import db, transaction
from tracker.core.errors import Conflict
from tracker.core.registry import get_registry
from tracker.pipeline.bulk import start_batch, work_off
from tracker.pipeline.bulk_judging import Order
from tracker.pipeline.bulk_undo import begin_undo, work_off_undo
from tracker.pipeline.models import Application, Batch, BatchItem, StageChange
from tracker.pipeline.operations import move_application
from tracker.pipeline.states import BatchKind, BatchOutcome
from tracker.requisitions.models import Stage
from tracker.requisitions.states import StageKind

REJECT = Order(kind=BatchKind.REJECT, reason="skills")
SCREEN = Order(kind=BatchKind.MOVE, stage_key="screening")


def begin(order: Order, people: list[int], actor_id: int) -> int:
    with transaction():
        batch = start_batch(token_hex(16), order, dict.fromkeys(people, 1), actor=db.session.get_one(User, actor_id))
        return batch.id


def count(batch_id: int, outcome: BatchOutcome) -> int:
    return len(
        db.session.scalars(
            select(BatchItem.application_id).where(BatchItem.batch_id == batch_id, BatchItem.outcome == outcome)
        ).all()
    )


def check_histories(people: list[int]) -> None:
    """Everybody stands where their last change led, and the version counts the changes."""
    changes = {
        change.application_id: change
        for change in db.session.scalars(
            select(StageChange).where(StageChange.application_id.in_(people)).order_by(StageChange.seq)
        )
    }
    for each in db.session.scalars(select(Application).where(Application.id.in_(people))):
        last = changes[each.id]
        assert (each.stage_id, each.status, each.version) == (last.to_stage_id, last.to_status, last.seq)
    assert [fault for check in get_registry().checks.values() for fault in check.faults()] == []


def test_of_a_bulk_and_single_moves_each_wins_some_and_nothing_is_lost(committing: Flask, at_once: AtOnce) -> None:
    tara, olga = (make_user(Role.RECRUITER) for _ in range(2))
    requisition = make_open_requisition(tara)
    people = [make_application(requisition, stage=StageKind.APPLIED).id for _ in range(30)]
    to, olga_id = stage_of(requisition, StageKind.INTERVIEW).id, olga.id
    batch_id = begin(SCREEN, people, tara.id)

    def move_some() -> int:
        moved = 0
        for each in reversed(people):
            try:
                with transaction():
                    move_application(
                        db.session.get_one(Application, each),
                        db.session.get_one(Stage, to),
                        actor=db.session.get_one(User, olga_id),
                        expected=1,
                    )
                moved += 1
            except Conflict:
                pass
        return moved

    _, moved = at_once([lambda: work_off(batch_id), move_some])
    assert isinstance(moved, int)
    assert count(batch_id, BatchOutcome.DONE) + moved == len(people)
    assert count(batch_id, BatchOutcome.REFUSED) == moved
    check_histories(people)


def test_of_two_bulk_actions_at_once_each_person_gets_one(committing: Flask, at_once: AtOnce) -> None:
    tara, olga = (make_user(Role.RECRUITER) for _ in range(2))
    requisition = make_open_requisition(tara)
    people = [each.id for each in fill_pipeline(requisition, 250)]
    first, second = begin(REJECT, people, tara.id), begin(REJECT, list(reversed(people)), olga.id)
    results = at_once([lambda: work_off(first), lambda: work_off(second)])
    assert results == [False, False]
    done = [count(batch_id, BatchOutcome.DONE) for batch_id in (first, second)]
    assert sum(done) == len(people)
    assert [count(batch_id, BatchOutcome.REFUSED) for batch_id in (second, first)] == done
    check_histories(people)


def test_the_same_batch_worked_on_and_taken_back_by_several_happens_once(committing: Flask, at_once: AtOnce) -> None:
    tara = make_user(Role.RECRUITER)
    people = [each.id for each in fill_pipeline(make_open_requisition(tara), 410)]
    mark, tara_id = token_hex(16), tara.id

    def start() -> int:
        with transaction():
            actor = db.session.get_one(User, tara_id)
            batch_id = start_batch(mark, REJECT, dict.fromkeys(people, 1), actor=actor).id
        work_off(batch_id)
        return batch_id

    ids = at_once([start] * 3)
    assert len(set(ids)) == 1
    batch_id = db.session.scalars(select(Batch.id)).one()
    assert count(batch_id, BatchOutcome.DONE) == len(people)
    check_histories(people)

    def take_back() -> str:
        with transaction():
            begin_undo(batch_id, actor=db.session.get_one(User, tara_id))
        work_off_undo(batch_id)
        return "undone"

    results = at_once([take_back] * 3)
    assert results.count("undone") == 1
    assert sum(isinstance(result, Conflict) for result in results) == 2
    assert count(batch_id, BatchOutcome.UNDONE) == len(people)
    rows = db.session.scalar(select(func.count()).select_from(StageChange)) or 0
    assert rows == 3 * len(people)
    check_histories(people)
