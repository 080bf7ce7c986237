"""Going on with bulk actions by a tick: each stands alone, what a fault stops is tried again, and its owner is told."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import delete, insert, select

from tests.conftest import Client
from tests.factories.accounts import make_user
from tests.factories.pipeline import make_application, make_open_requisition, make_person
from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.core import clock
from tracker.core.db import db, transaction
from tracker.core.registry import get_registry
from tracker.core.trying import LONGEST_PAUSE, TELL_AFTER
from tracker.mail.models import OutboxMessage
from tracker.pipeline.bulk import start_batch, work_off
from tracker.pipeline.bulk_judging import Order
from tracker.pipeline.bulk_resume import go_on
from tracker.pipeline.bulk_undo import begin_undo
from tracker.pipeline.mails import BULK_STOPPED
from tracker.pipeline.models import Application, Batch, BatchItem, StageChange, Wait
from tracker.pipeline.states import ApplicationStatus, BatchKind, BatchOutcome, ChangeKind
from tracker.requisitions.models import Requisition

REJECT = Order(kind=BatchKind.REJECT, reason="skills")
NOON = datetime.fromisoformat("2026-03-10T12:00:00+00:00")


@pytest.fixture(autouse=True)
def _at_noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def tara(app: Flask) -> User:
    """Who begins it."""
    return make_user(Role.RECRUITER, name="Tara Kessler", timezone="Europe/Berlin")


@pytest.fixture
def requisition(tara: User) -> Requisition:
    """An open one."""
    return make_open_requisition(tara)


def begin(people: list[Application], actor: User) -> Batch:
    with transaction():
        return start_batch(token_hex(16), REJECT, {each.id: each.version for each in people}, actor=actor)


def break_history(application: Application) -> list[dict[str, Any]]:
    """Take somebody's changes away, as a bad restore may; what was there."""
    table = StageChange.__table__
    rows = db.session.execute(select(table).where(table.c.application_id == application.id)).mappings().all()
    with transaction():
        db.session.execute(delete(StageChange).where(StageChange.application_id == application.id))
    return [dict(row) for row in rows]


def mend_history(rows: list[dict[str, Any]]) -> None:
    with transaction():
        db.session.execute(insert(StageChange), rows)


def outcomes(batch: Batch) -> set[BatchOutcome]:
    return set(db.session.scalars(select(BatchItem.outcome).where(BatchItem.batch_id == batch.id)))


def mails() -> list[OutboxMessage]:
    return list(db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == BULK_STOPPED)))


def fail_at(at: datetime) -> datetime | None:
    """Run the tick at that time, which fails; when the broken one is tried again."""
    with time_machine.travel(at, tick=False), pytest.raises(KeyError):
        go_on()
    return db.session.scalar(select(Batch.next_try_at).where(Batch.tries > 0))


def test_one_that_fails_stops_no_other_and_is_tried_again_later_and_later(tara: User, requisition: Requisition) -> None:
    broken, *others = (make_application(requisition) for _ in range(3))
    first, second = begin([broken, others[0]], tara), begin([others[1]], tara)
    rows = break_history(broken)
    at, pauses = NOON + timedelta(minutes=2), []
    for _ in range(12):
        again = fail_at(at)
        assert again is not None
        pauses.append(again - at)
        at = again
    assert outcomes(second) == {BatchOutcome.DONE}
    assert outcomes(first) == {BatchOutcome.WAITING}
    assert others[0].status is ApplicationStatus.ACTIVE
    assert pauses[:4] == [timedelta(minutes=2**n) for n in range(4)]
    assert pauses[-1] == LONGEST_PAUSE
    with time_machine.travel(at - timedelta(seconds=1), tick=False):
        assert go_on() == 0
    mend_history(rows)
    with time_machine.travel(at, tick=False):
        assert go_on() == 1
        assert go_on() == 0
    assert outcomes(first) == {BatchOutcome.DONE}
    assert (first.tries, first.next_try_at) == (0, None)


def test_whoever_began_it_is_told_once(client: Client, tara: User, requisition: Requisition) -> None:
    people = [make_application(requisition, candidate=make_person(f"Person {n}")) for n in range(2)]
    batch = begin(people, tara)
    rows = break_history(people[0])
    at = NOON + timedelta(minutes=2)
    for n in range(TELL_AFTER + 2):
        assert len(mails()) == (n >= TELL_AFTER)
        at = fail_at(at) or at
    [message] = mails()
    assert message.user_id == tara.id
    kind = get_registry().mail_kinds[BULK_STOPPED]
    assert kind.still_true(message)
    mail = kind.render(message)
    assert mail.subject == "What you did to 2 people has stopped"
    assert "You began a bulk action on 2 people, Tue 10 Mar, 13:00 CET." in mail.text
    assert "2 are left" in mail.text
    assert f"http://localhost:8000/batches/{batch.mark}" in mail.text
    assert "Person" not in mail.text + mail.html
    client.sign_in(tara)
    page = client.get(f"/batches/{batch.mark}").text
    assert "A fault of the server stopped this." in page
    assert 'hx-trigger="load' not in page
    mend_history(rows)
    assert client.post(f"/batches/{batch.mark}/work", data={}).status_code == 303
    db.session.expire_all()
    assert not kind.still_true(message)
    assert "A fault" not in client.get(f"/batches/{batch.mark}").text


def test_an_undo_that_fails_is_told_to_who_began_that(tara: User, requisition: Requisition) -> None:
    olga = make_user(Role.RECRUITER, name="Olga Petrova")
    person = make_application(requisition)
    batch = begin([person], tara)
    work_off(batch.id)
    with transaction():
        begin_undo(batch.id, actor=olga)
    rows = break_history(person)
    at = NOON + timedelta(minutes=2)
    for _ in range(TELL_AFTER):
        at = fail_at(at) or at
    [message] = mails()
    assert message.user_id == olga.id
    mail = get_registry().mail_kinds[BULK_STOPPED].render(message)
    assert mail.subject == "Taking back what you did to 1 person has stopped"
    mend_history(rows)
    with time_machine.travel(at, tick=False):
        assert go_on() == 1
    assert outcomes(batch) == {BatchOutcome.UNDONE}


def test_a_chunk_is_one_moment_and_waits_end_at_it(tara: User, requisition: Requisition) -> None:
    """With a clock that goes on, everybody is ended at one instant, and undoing gives each the wait from before."""
    people = [make_application(requisition) for _ in range(5)]
    last = db.session.scalars(select(StageChange).where(StageChange.application_id == people[0].id)).one()
    # Recorded by a machine whose clock runs ahead: nothing may happen before it.
    with transaction():
        last.happened_at = ahead = clock.now() + timedelta(seconds=40)
    waits = select(Wait.application_id, Wait.user_id, Wait.since, Wait.until).order_by(Wait.application_id)
    before = db.session.execute(waits).all()
    batch = begin(people, tara)
    with time_machine.travel(NOON, tick=True):
        work_off(batch.id)
    changes = db.session.scalars(
        select(StageChange).where(StageChange.kind == ChangeKind.REJECT).order_by(StageChange.application_id)
    ).all()
    assert changes[0].happened_at == ahead
    assert len({change.happened_at for change in changes[1:]}) == 1
    assert len({change.recorded_at for change in changes}) == 1
    ended = db.session.execute(waits).all()
    assert [row.until for row in ended] == [change.happened_at for change in changes]
    with time_machine.travel(NOON + timedelta(minutes=1), tick=True):
        with transaction():
            begin_undo(batch.id, actor=tara)
        with pytest.raises(KeyError):
            _undo_with_a_fault(batch, people[4])
        assert go_on() == 0
    with time_machine.travel(NOON + timedelta(minutes=5), tick=True):
        assert go_on() == 1
    assert db.session.execute(waits).all() == before


def _undo_with_a_fault(batch: Batch, person: Application) -> None:
    """The undo begins, and its process ends in the middle: nothing of that chunk stays."""
    rows = break_history(person)
    try:
        with time_machine.travel(NOON + timedelta(minutes=3), tick=True):
            go_on()
    finally:
        mend_history(rows)


def test_what_goes_on_after_a_while_happens_after_what_came_between(tara: User, requisition: Requisition) -> None:
    """The second chunk has a moment of its own: nobody is ended before what was done to them meanwhile."""
    from_, till = make_application(requisition), make_application(requisition)
    batch = begin([from_, till], tara)
    later = NOON + timedelta(hours=3)
    with time_machine.travel(later, tick=False):
        go_on()
    for each in (from_, till):
        changes = db.session.scalars(
            select(StageChange).where(StageChange.application_id == each.id).order_by(StageChange.seq)
        ).all()
        assert [change.happened_at for change in changes] == sorted(change.happened_at for change in changes)
        assert changes[-1].happened_at == later
    assert batch.created_at == NOON
