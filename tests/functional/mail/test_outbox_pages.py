"""The outbox as admins read it."""

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.conftest import Client
from tests.factories.accounts import make_user
from tracker.access.operations import send_link
from tracker.access.tokens import token_of
from tracker.accounts.states import Role
from tracker.core import clock, ticks
from tracker.core.db import db, transaction
from tracker.mail import sending
from tracker.mail.models import OutboxMessage
from tracker.mail.queries import put_off
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


def test_a_link_that_opens_an_account_is_read_by_its_recipient_alone(app: Flask, client: Client) -> None:
    """The mail has it, what admins see under Outgoing mail has not; a page of its own hands an admin's links over."""
    maya = make_user(Role.HIRING_MANAGER, name="Maya Lindqvist")
    with transaction():
        maya.password_hash = "a hash"
        asked = send_link(maya, actor=None)
    sending.send_due()
    message = db.session.scalars(select(OutboxMessage)).one()
    token = token_of(asked)
    assert message.body is not None
    assert token.encode() in message.body
    client.sign_in(make_user(Role.ADMIN))
    for page in (f"/mail/{message.id}", f"/mail/{message.id}/body"):
        shown = client.get(page).text
        assert "/set-password/" in shown
        assert token not in shown


def test_an_admin_hands_over_what_they_sent_and_where_mail_is_files_all(
    app: Flask, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    maya, admin = make_user(Role.HIRING_MANAGER), make_user(Role.ADMIN)
    with transaction():
        own, sent = send_link(maya, actor=None), send_link(maya, actor=admin)
    client.sign_in(admin)
    shown = client.get(f"/users/{maya.id}/links").text
    assert (token_of(own) in shown, token_of(sent) in shown) == (True, True)
    with_server = replace(app.extensions["settings"], smtp_url="smtp://mail.example.com")
    monkeypatch.setitem(app.extensions, "settings", with_server)
    shown = client.get(f"/users/{maya.id}/links").text
    assert (token_of(own) in shown, token_of(sent) in shown) == (False, True)


def test_mail_that_cannot_leave_is_seen_and_goes_once_it_can(
    app: Flask, client: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The folder cannot be made, because a file is in its way: no tick fails, and nothing is lost."""
    monkeypatch.setitem(app.extensions, "settings", replace(app.extensions["settings"], data_dir=tmp_path))
    (tmp_path / "mail").write_text("in the way")
    maya = make_user(Role.HIRING_MANAGER, name="Maya Lindqvist")
    with transaction():
        send_link(maya, actor=None)
    assert ticks.run("outbox") == 1
    client.sign_in(make_user(Role.ADMIN))
    assert "1 mail waits for another try: the mail folder cannot be written: File exists." in client.get("/mail").text
    assert put_off().count == 1
    (tmp_path / "mail").unlink()
    with transaction():
        db.session.execute(update(OutboxMessage).values(leased_until=None))
    assert ticks.run("outbox") == 1
    message = db.session.scalars(select(OutboxMessage)).one()
    [file] = (tmp_path / "mail").iterdir()
    assert file.name == f"{message.created_at:%Y%m%dT%H%M%SZ}-access-invitation-{message.id:06}.eml"
    assert put_off().count == 0
    assert "waits for another try" not in client.get("/mail").text
