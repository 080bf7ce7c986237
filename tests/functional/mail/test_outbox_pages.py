"""The outbox as admins read it."""

from flask import Flask

from tests.conftest import Client
from tests.factories.accounts import make_user
from tracker.accounts.states import Role
from tracker.core import clock
from tracker.core.db import db, transaction
from tracker.mail.models import OutboxMessage
from tracker.mail.states import MailState

RAW = (
    b"Subject: Two people wait on you\r\nFrom: Firsthire <f@example.com>\r\nTo: Maya <maya@example.com>\r\n"
    b'MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="b"\r\n\r\n'
    b"--b\r\nContent-Type: text/plain\r\n\r\nIngrid waits.\r\n"
    b"--b\r\nContent-Type: text/html\r\n\r\n<p>Ingrid <b>waits</b>.</p>\r\n--b--\r\n"
)


def make_message(state: MailState = MailState.SENT, *, body: bytes | None = RAW) -> OutboxMessage:
    with transaction():
        message = OutboxMessage(
            kind="vetting/shortlist_submitted",
            dedupe_key=f"test:{state}",
            facts={},
            state=state,
            created_at=clock.now(),
            due_at=clock.now(),
            subject="Two people wait on you" if body else None,
            body=body,
            sent_at=clock.now() if state is MailState.SENT else None,
            error="refused with 550" if state is MailState.FAILED else None,
        )
        db.session.add(message)
    return message


def test_an_admin_reads_what_went_out(app: Flask, client: Client) -> None:
    message = make_message()
    client.sign_in(make_user(Role.ADMIN))
    assert b"Two people wait on you" in client.get("/mail").data
    page = client.get(f"/mail/{message.id}")
    assert b"Ingrid waits." in page.data
    body = client.get(f"/mail/{message.id}/body")
    assert b"<b>waits</b>" in body.data
    assert "sandbox" in body.headers["Content-Security-Policy"]


def test_a_refused_mail_says_why_and_can_be_sent_again(app: Flask, client: Client) -> None:
    message = make_message(MailState.FAILED)
    client.sign_in(make_user(Role.ADMIN))
    assert b"refused with 550" in client.get("/mail?state=failed").data
    assert client.post(f"/mail/{message.id}/resends").status_code == 303
    assert b"Waiting" in client.get("/mail?state=queued").data


def test_what_is_on_its_way_is_not_sent_twice(app: Flask, client: Client) -> None:
    message = make_message(MailState.QUEUED, body=None)
    client.sign_in(make_user(Role.ADMIN))
    answer = client.post(f"/mail/{message.id}/resends")
    assert answer.status_code == 422
    assert b"still on its way" in answer.data


def test_others_do_not_read_it(app: Flask, client: Client) -> None:
    message = make_message()
    client.sign_in(make_user(Role.RECRUITER, Role.HIRING_MANAGER))
    assert client.get("/mail").status_code == 403
    assert client.get(f"/mail/{message.id}/body").status_code == 403
