"""The timeline reads events as sentences, newest first, with a fixed number of statements."""

from dataclasses import dataclass
from typing import ClassVar

import pytest
from flask import Flask

from tests.factories.accounts import make_user
from tracker.accounts.operations import change_roles, create_user, disable_user, enable_user, set_password
from tracker.accounts.states import Role
from tracker.core.db import db, transaction
from tracker.history import sentences
from tracker.history.models import Event
from tracker.history.operations import EventData, Subject, record
from tracker.history.queries import timeline


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
