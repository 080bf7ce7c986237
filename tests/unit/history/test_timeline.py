"""The timeline reads events as sentences, newest first, with a fixed number of statements."""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

import pytest
from flask import Flask

from tests.factories.accounts import make_user
from tests.factories.requisitions import make_requisition
from tracker.accounts.models import User
from tracker.accounts.operations import change_roles, create_user, disable_user, enable_user, set_password
from tracker.accounts.states import Role
from tracker.core import clock
from tracker.core.db import db, transaction
from tracker.history import sentences
from tracker.history.models import Event
from tracker.history.operations import EventData, Subject, record
from tracker.history.queries import recent, timeline
from tracker.requisitions.models import Requisition


@dataclass(frozen=True, kw_only=True)
class SomethingHappened(EventData):
    kind: ClassVar[str] = "test.something_happened"


def test_accounts_read_as_sentences(app: Flask) -> None:
    admin = make_user(Role.ADMIN, name="Tara Kessler")
    heir = make_user(Role.RECRUITER, name="Jonas Okoye")
    with transaction():
        user = create_user("Maya Lindqvist", "maya@example.com", [Role.RECRUITER], timezone="UTC", actor=admin)
        change_roles(user, [Role.RECRUITER, Role.HIRING_MANAGER], actor=admin)
        set_password(user, "seven green bottles", actor=user)
        disable_user(user, heir, actor=admin)
        enable_user(user, actor=None)
    assert [f"{entry.actor_name} {entry.sentence}" for entry in reversed(timeline())] == [
        "Tara Kessler added Maya Lindqvist as recruiter",
        "Tara Kessler changed the roles of Maya Lindqvist to hiring manager, recruiter",
        "Maya Lindqvist set a new password",
        "Tara Kessler disabled the account of Maya Lindqvist; Jonas Okoye takes over",
        "Firsthire enabled the account of Maya Lindqvist again",
    ]


def test_pages_follow_one_another(app: Flask) -> None:
    admin = make_user(Role.ADMIN)
    with transaction():
        for _ in range(5):
            record(SomethingHappened(), Subject(), actor=admin)
    first = timeline(limit=2)
    second = timeline(limit=2, before=first[-1].event.id)
    ids = [entry.event.id for entry in first + second]
    assert len(ids) == 4
    assert ids == sorted(ids, reverse=True)


def test_the_latest_of_several_requisitions_come_in_order_whoever_has_how_many(
    app: Flask, statements: list[str]
) -> None:
    reader, other = make_user(Role.RECRUITER), make_user(Role.RECRUITER)
    busy, calm, idle, foreign = (make_requisition(recruiter=reader) for _ in range(4))
    now = clock.now()

    def happened(requisition: Requisition, hours_ago: int, actor: User | None) -> int:
        event = Event(
            kind=SomethingHappened.kind,
            at=now - timedelta(hours=hours_ago),
            actor_id=actor.id if actor else None,
            requisition_id=requisition.id,
            data={},
        )
        db.session.add(event)
        db.session.flush()
        return event.id

    with transaction():
        happened(busy, 1, reader)
        shown = [happened(busy, 2, other), happened(calm, 3, None), happened(busy, 4, other), happened(busy, 5, other)]
        happened(calm, 6, other)
        happened(idle, 48, other)
        happened(foreign, 2, other)
    ids, own = [busy.id, calm.id, idle.id], reader.id
    statements.clear()

    found = recent(ids, since=now - timedelta(hours=24), kinds=[SomethingHappened.kind], without=own, limit=len(shown))

    assert [entry.event.id for entry in found] == shown
    assert len(statements) == 2


@pytest.mark.parametrize("count", [1, 12])
def test_the_number_of_statements_does_not_depend_on_the_number_of_events(
    app: Flask, statements: list[str], count: int
) -> None:
    admin = make_user(Role.ADMIN)
    people = [make_user(Role.RECRUITER) for _ in range(count)]
    with transaction():
        for person in people:
            set_password(person, "seven green bottles", actor=admin)
    db.session.rollback()
    db.session.expunge_all()
    statements.clear()
    entries = timeline()
    assert len(entries) == count
    # The events with their actors' names, and the users they speak of.
    assert len(statements) == 2


def test_a_kind_that_nobody_described_still_reads(app: Flask) -> None:
    assert sentences.describe(Event(kind="pipeline.someone_moved", data={})) == "someone moved"


def test_a_kind_is_described_once(app: Flask) -> None:
    def other(event: Event) -> str:
        return "did it"

    with pytest.raises(ValueError, match="said twice"):
        sentences.add("accounts.password_set", other)
