"""The outbox: queued once, sent by claims, tried again or given up as the server says."""

from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from flask import Flask
from sqlalchemy import select

from tests.factories.accounts import make_user
from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.core import clock
from tracker.core.db import db, transaction
from tracker.core.errors import Refused
from tracker.core.registry import MailKind, RenderedMail
from tracker.history.queries import timeline
from tracker.mail import operations, sending
from tracker.mail.models import OutboxMessage
from tracker.mail.states import MailState
from tracker.mail.transports import Never, NotNow, Unsure

TRUE = {"answer": True}


def render(message: OutboxMessage) -> RenderedMail:
    return RenderedMail(subject="Ünïcode subject", text="Plain words\n", html="<p>Plain words</p>")


class Postman:
    """Takes mail, or refuses it as told."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, bytes]] = []
        self.refuse_with: Exception | None = None

    def send(self, message: bytes, *, sender: str, recipient: str, name: str) -> None:
        if self.refuse_with is not None:
            raise self.refuse_with
        self.taken.append((recipient, message))


@pytest.fixture
def postman(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Postman:
    registry = app.extensions["registry"]
    postman = Postman()
    monkeypatch.setitem(registry.mail_kinds, "note", MailKind("note", render, lambda _message: TRUE["answer"]))
    monkeypatch.setitem(
        registry.mail_kinds, "letter", MailKind("letter", render, lambda _message: True, internal=False)
    )
    monkeypatch.setattr(sending, "make_transport", lambda _settings: postman)
    TRUE["answer"] = True
    return postman


def queue(user: User, key: str = "note:1", kind: str = "note") -> bool:
    with transaction():
        return operations.queue_mail(kind, dedupe_key=key, user=user, facts={"n": 1})


def only_message() -> OutboxMessage:
    db.session.rollback()
    return db.session.scalars(select(OutboxMessage)).one()


def test_a_mail_is_queued_once_and_sent_once(postman: Postman) -> None:
    maya = make_user(Role.HIRING_MANAGER, name="Maya Lindqvist", email="maya@example.com")
    assert queue(maya) is True
    assert queue(maya) is False
    assert sending.send_due() == 1
    assert sending.send_due() == 0
    [(recipient, raw)] = postman.taken
    mail = message_from_bytes(raw, policy=default)
    assert recipient == "maya@example.com"
    assert mail["To"] == "Maya Lindqvist <maya@example.com>"
    assert mail["Subject"] == "Ünïcode subject"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    message = only_message()
    assert message.state is MailState.SENT
    assert message.message_id == mail["Message-ID"]


def test_a_long_subject_stays_on_one_line(postman: Postman, monkeypatch: pytest.MonkeyPatch, app: Flask) -> None:
    subject = "Reminder: 1 offer, 16 late candidates, 3 decisions and 1 requisition past its target"
    wordy = MailKind("note", lambda _message: RenderedMail(subject, "Words\n", "<p>Words</p>"), lambda _message: True)
    monkeypatch.setitem(app.extensions["registry"].mail_kinds, "note", wordy)
    queue(make_user(Role.RECRUITER))
    sending.send_due()
    [(_recipient, raw)] = postman.taken
    assert f"Subject: {subject}\r\n".encode() in raw


def test_what_is_not_due_stays(postman: Postman) -> None:
    user = make_user(Role.RECRUITER)
    with transaction():
        operations.queue_mail("note", dedupe_key="later", user=user, facts={}, due_at=clock.now() + timedelta(hours=1))
    assert sending.send_due() == 0
    with clock.due_at(clock.now() + timedelta(hours=2)):
        assert sending.send_due() == 1


def test_what_is_no_longer_true_is_cancelled(postman: Postman) -> None:
    queue(make_user(Role.RECRUITER))
    TRUE["answer"] = False
    sending.send_due()
    assert postman.taken == []
    assert only_message().state is MailState.CANCELLED


def test_nobody_writes_to_a_disabled_user(postman: Postman) -> None:
    user = make_user(Role.RECRUITER)
    queue(user)
    with transaction():
        user.disabled_at = clock.now()
    sending.send_due()
    assert postman.taken == []
    assert only_message().state is MailState.CANCELLED


@pytest.mark.parametrize(
    ("failure", "kind", "state"),
    [
        (NotNow("put off with 451"), "note", MailState.QUEUED),
        (Never("refused with 550"), "note", MailState.FAILED),
        (Unsure("SMTPServerDisconnected"), "note", MailState.QUEUED),
        (Unsure("SMTPServerDisconnected"), "letter", MailState.UNCERTAIN),
    ],
)
def test_what_a_failure_leaves(postman: Postman, failure: Exception, kind: str, state: MailState) -> None:
    queue(make_user(Role.RECRUITER), kind=kind)
    postman.refuse_with = failure
    assert sending.send_due() == 1
    message = only_message()
    assert message.state is state
    assert message.error == str(failure)


def test_a_mail_that_cannot_be_written_holds_up_no_other(
    postman: Postman, monkeypatch: pytest.MonkeyPatch, app: Flask
) -> None:
    def fail(_message: OutboxMessage) -> RenderedMail:
        raise LookupError("a name is missing")

    monkeypatch.setitem(
        app.extensions["registry"].mail_kinds, "letter", MailKind("letter", fail, lambda _message: True)
    )
    queue(make_user(Role.RECRUITER), key="broken", kind="letter")
    queue(make_user(Role.RECRUITER, email="maya@example.com"), key="whole")
    assert sending.send_due() == 2
    assert [recipient for recipient, _raw in postman.taken] == ["maya@example.com"]
    db.session.rollback()
    broken = db.session.scalars(select(OutboxMessage).where(OutboxMessage.dedupe_key == "broken")).one()
    assert (broken.state, broken.error) == (MailState.QUEUED, "cannot be written: LookupError")
    assert broken.leased_until is not None


def test_a_mail_that_was_put_off_pauses_and_goes_again_with_the_same_bytes(postman: Postman) -> None:
    queue(make_user(Role.RECRUITER))
    postman.refuse_with = NotNow("put off with 451")
    sending.send_due()
    kept = only_message().body
    postman.refuse_with = None
    assert sending.send_due() == 0, "it pauses on the real clock"
    with transaction():
        only = db.session.scalars(select(OutboxMessage)).one()
        only.leased_until = datetime.now(UTC) - timedelta(seconds=1)
    assert sending.send_due() == 1
    assert [raw for _, raw in postman.taken] == [kept]


def test_a_mail_that_is_put_off_for_days_is_failed(postman: Postman) -> None:
    queue(make_user(Role.RECRUITER))
    with transaction():
        db.session.scalars(select(OutboxMessage)).one().created_at = clock.now() - timedelta(days=4)
    postman.refuse_with = NotNow("put off with 451")
    sending.send_due()
    assert only_message().state is MailState.FAILED


@pytest.mark.parametrize(("kind", "state"), [("note", MailState.SENT), ("letter", MailState.UNCERTAIN)])
def test_what_a_killed_sender_leaves(postman: Postman, kind: str, state: MailState) -> None:
    queue(make_user(Role.RECRUITER), kind=kind)
    with transaction():
        message = db.session.scalars(select(OutboxMessage)).one()
        message.state, message.lease_token = MailState.SENDING, "of-the-killed"
        message.leased_until = datetime.now(UTC) + timedelta(seconds=60)
    assert sending.send_due() == 0, "its claim still holds"
    with transaction():
        db.session.scalars(select(OutboxMessage)).one().leased_until = datetime.now(UTC) - timedelta(seconds=1)
    assert sending.send_due() == 1
    assert only_message().state is state


def test_a_resend_is_a_new_row_and_only_of_what_has_gone(postman: Postman) -> None:
    user = make_user(Role.ADMIN)
    queue(user)
    with pytest.raises(Refused, match="on its way"), transaction():
        operations.resend(only_message(), actor=user)
    sending.send_due()
    with transaction():
        again = operations.resend(db.session.scalars(select(OutboxMessage)).one(), actor=user)
    assert again.resend_of_id is not None
    assert timeline(subject=("users", user.id))[0].sentence == "sent a mail once more"
    sending.send_due()
    assert len(postman.taken) == 2


def test_old_bodies_are_emptied(postman: Postman) -> None:
    queue(make_user(Role.RECRUITER))
    sending.send_due()
    assert sending.empty_old_bodies() == 0
    with clock.due_at(clock.now() + timedelta(days=31)):
        assert sending.empty_old_bodies() == 1
    message = only_message()
    assert message.body is None
    assert message.subject == "Ünïcode subject"
