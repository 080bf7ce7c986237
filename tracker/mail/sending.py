"""The sender: claims one mail at a time, renders it, keeps the bytes, sends, marks. A kill anywhere loses nothing."""

import random
import re
import secrets
import time
from datetime import UTC, datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from urllib.parse import urlsplit

import structlog
from flask import current_app
from sqlalchemy import and_, or_, select, update

from tracker.accounts.models import User
from tracker.config import Settings
from tracker.core import clock
from tracker.core.db import db, transaction
from tracker.core.registry import MailKind, RenderedMail, get_registry
from tracker.core.trying import pause_after
from tracker.mail.models import OutboxMessage
from tracker.mail.states import MailState
from tracker.mail.transports import Never, NotNow, Transport, Unsure, make_transport

log = structlog.get_logger(__name__)

#: How long a claim holds. Longer than the slowest delivery; a killed sender's mail is taken up again after it.
LEASE = timedelta(seconds=150)
#: One run of the tick ends after so long; the next goes on.
RUN_SECONDS = 45.0
#: Headers are not folded below the limit of RFC 5322: a long subject would begin on a line of its own.
POLICY = SMTP.clone(max_line_length=998)
NO_FILE_NAME = re.compile(r"[^A-Za-z0-9_]+")
#: After so long a mail that was put off again and again is failed, and visible.
GIVE_UP_AFTER = timedelta(days=3)
BODIES_KEPT = timedelta(days=30)


def send_due() -> int:
    """Send what is due; returns how many mails were dealt with. Safe to run in many processes at once."""
    settings: Settings = current_app.extensions["settings"]
    transport = make_transport(settings)
    done, ends = 0, time.monotonic() + RUN_SECONDS
    while time.monotonic() < ends:
        claimed = _claim()
        if claimed is None:
            break
        _deliver(*claimed, transport=transport, settings=settings)
        done += 1
    return done


def empty_old_bodies() -> int:
    """Empty the bodies of mail that was sent 30 days ago or more; returns how many."""
    with transaction():
        result = db.session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.body.is_not(None), OutboxMessage.sent_at < clock.due_now() - BODIES_KEPT)
            .values(body=None)
            .execution_options(synchronize_session=False)
        )
        return int(result.rowcount)  # type: ignore[attr-defined]


def _claim() -> tuple[int, str] | None:
    """Take the mail that is due first: its id and the token of the claim."""
    real_now = datetime.now(UTC)
    due = and_(
        OutboxMessage.state == MailState.QUEUED,
        OutboxMessage.due_at <= clock.due_now(),
        or_(OutboxMessage.leased_until.is_(None), OutboxMessage.leased_until < real_now),
    )
    abandoned = and_(OutboxMessage.state == MailState.SENDING, OutboxMessage.leased_until < real_now)
    with transaction():
        message = db.session.scalar(
            select(OutboxMessage)
            .where(or_(due, abandoned))
            .order_by(OutboxMessage.due_at, OutboxMessage.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if message is None:
            return None
        kind = get_registry().mail_kinds[message.kind]
        if message.state == MailState.SENDING and not kind.internal:
            # Whoever claimed it died, perhaps after the server took it; a candidate must not get it twice unasked.
            message.state, message.lease_token, message.leased_until = MailState.UNCERTAIN, None, None
            return message.id, ""
        message.state = MailState.SENDING
        message.lease_token = secrets.token_hex(8)
        message.leased_until = real_now + LEASE
        message.attempts += 1
        return message.id, message.lease_token


def _deliver(message_id: int, token: str, *, transport: Transport, settings: Settings) -> None:
    if not token:
        return
    message = db.session.get_one(OutboxMessage, message_id)
    kind = get_registry().mail_kinds[message.kind]
    user = db.session.get(User, message.user_id) if message.user_id else None
    try:
        if user is None or not user.is_active or not kind.still_true(message):
            _mark(message_id, token, state=MailState.CANCELLED, error="no longer true")
            return
        name = name_of(message)
        recipient, raw = user.email, message.body or _written(message, kind, user, settings, token)
    except Exception as fault:
        # A mail that cannot be written holds up no other; it is seen, and goes once the fault is mended.
        db.session.rollback()
        said = f"Mail {message_id} ({kind.name}) cannot be written, and is tried again later."
        log.error("mail.fault", outbox_id=message_id, kind=kind.name, exc_info=fault, said=said)
        _put_off(message_id, token, f"cannot be written: {type(fault).__name__}")
        return
    if raw is None:
        return
    # No transaction is open while a server is waited for.
    db.session.rollback()
    try:
        transport.send(raw, sender=parseaddr(settings.mail_from)[1], recipient=recipient, name=name)
    except NotNow as failure:
        _put_off(message_id, token, failure.detail)
    except Never as failure:
        _mark(message_id, token, state=MailState.FAILED, error=failure.detail)
    except Unsure as failure:
        if kind.internal:
            _put_off(message_id, token, failure.detail)
        else:
            _mark(message_id, token, state=MailState.UNCERTAIN, error=failure.detail)
    else:
        _mark(message_id, token, state=MailState.SENT, sent_at=clock.now(), error=None)
        log.info("mail.sent", outbox_id=message_id, kind=kind.name)


def name_of(message: OutboxMessage) -> str:
    """What a mail is called where it becomes a file: when it was queued (UTC), its kind, its number; and nobody's name.

    "20261123T093012Z-vetting-shortlist_submitted-000042": by name is by time.
    """
    queued = message.created_at.astimezone(UTC)
    return f"{queued:%Y%m%dT%H%M%SZ}-{NO_FILE_NAME.sub('-', message.kind)}-{message.id:06}"


def _written(message: OutboxMessage, kind: MailKind, user: User, settings: Settings, token: str) -> bytes | None:
    """The bytes of a mail, kept before they go: another try sends the very same. None when the claim is lost."""
    mail = _compose(message, kind, user, settings)
    raw = mail.as_bytes(policy=POLICY)
    subject, header = str(mail["Subject"]), str(mail["Message-ID"])
    return raw if _keep(message.id, token, message_id_header=header, subject=subject, raw=raw) else None


def _compose(message: OutboxMessage, kind: MailKind, user: User, settings: Settings) -> EmailMessage:
    rendered: RenderedMail = kind.render(message)
    sender_name, sender_address = parseaddr(settings.mail_from)
    mail = EmailMessage(policy=POLICY)
    mail["Subject"] = rendered.subject
    mail["From"] = Address(sender_name, addr_spec=sender_address)
    mail["To"] = Address(user.name, addr_spec=user.email)
    mail["Date"] = format_datetime(clock.now())
    host = urlsplit(settings.base_url).hostname or "localhost"
    mail["Message-ID"] = f"<firsthire-{message.id}-{secrets.token_hex(6)}@{host}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Firsthire-Kind"] = kind.name
    mail.set_content(rendered.text)
    mail.add_alternative(rendered.html, subtype="html")
    return mail


def _keep(message_id: int, token: str, *, message_id_header: str, subject: str, raw: bytes) -> bool:
    with transaction():
        result = db.session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.id == message_id, OutboxMessage.lease_token == token)
            .values(message_id=message_id_header, subject=subject, body=raw)
            .execution_options(synchronize_session=False)
        )
        return result.rowcount == 1  # type: ignore[attr-defined,no-any-return]


def _put_off(message_id: int, token: str, detail: str) -> None:
    message = db.session.get_one(OutboxMessage, message_id)
    if clock.now() - message.created_at > GIVE_UP_AFTER:
        _mark(message_id, token, state=MailState.FAILED, error=detail)
        return
    pause = pause_after(message.attempts)
    # Jitter, so that mail which failed together does not come back together.
    pause *= random.uniform(0.8, 1.2)  # noqa: S311 - not for secrets
    _mark(message_id, token, state=MailState.QUEUED, leased_until=datetime.now(UTC) + pause, error=detail)


def _mark(message_id: int, token: str, **values: object) -> None:
    with transaction():
        db.session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.id == message_id, OutboxMessage.lease_token == token)
            .values({"lease_token": None, "leased_until": None} | values)
            .execution_options(synchronize_session=False)
        )
