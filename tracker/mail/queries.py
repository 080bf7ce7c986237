"""Reading the outbox."""

from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.message import EmailMessage, MIMEPart
from email.parser import BytesParser

from sqlalchemy import func, select

from tracker.accounts.models import User
from tracker.core.db import db
from tracker.core.errors import NotVisible
from tracker.core.registry import get_registry
from tracker.mail.models import OutboxMessage
from tracker.mail.states import MailState

PAGE = 50
#: Stands where a secret was.
CONCEALED = "••••••••"


@dataclass(frozen=True)
class Line:
    """A mail as the list shows it."""

    message: OutboxMessage
    recipient: str


def outbox_page(*, state: MailState | None = None, before: int | None = None) -> tuple[list[Line], int | None]:
    """The newest mails, and the cursor of the next page (None at the end)."""
    query = (
        select(OutboxMessage, User.name)
        .outerjoin(User, User.id == OutboxMessage.user_id)
        .order_by(OutboxMessage.id.desc())
        .limit(PAGE + 1)
    )
    if state is not None:
        query = query.where(OutboxMessage.state == state)
    if before is not None:
        query = query.where(OutboxMessage.id < before)
    rows = [Line(message, name or "") for message, name in db.session.execute(query)]
    return rows[:PAGE], rows[PAGE - 1].message.id if len(rows) > PAGE else None


def counts() -> dict[MailState, int]:
    """How many mails are in each state."""
    rows = db.session.execute(select(OutboxMessage.state, func.count()).group_by(OutboxMessage.state))
    return {row[0]: row[1] for row in rows}


@dataclass(frozen=True)
class PutOff:
    """Mail that was tried in vain and is tried again: how many, and why the last of it was put off."""

    count: int
    reason: str


def put_off() -> PutOff:
    """What waits for another try."""
    waits = (OutboxMessage.state == MailState.QUEUED, OutboxMessage.error.is_not(None))
    count = db.session.scalar(select(func.count()).where(*waits)) or 0
    latest = select(OutboxMessage.error).where(*waits).order_by(OutboxMessage.leased_until.desc()).limit(1)
    return PutOff(count, (db.session.scalar(latest) or "") if count else "")


def oldest_unsent() -> datetime | None:
    """When the oldest mail that should have gone was due; None when none waits."""
    return db.session.scalar(
        select(func.min(OutboxMessage.due_at)).where(OutboxMessage.state.in_([MailState.QUEUED, MailState.SENDING]))
    )


def message_or_404(message_id: int) -> OutboxMessage:
    """The mail of that id; raises NotVisible."""
    message = db.session.get(OutboxMessage, message_id)
    if message is None:
        raise NotVisible
    return message


@dataclass(frozen=True)
class Content:
    """A sent mail's parts as the page shows them."""

    sender: str
    recipient: str
    text: str
    html: str
    concealed: bool = False


def content_of(message: OutboxMessage) -> Content | None:
    """The parts of the stored bytes, without what only the recipient may read.

    None before rendering and after the bodies are emptied.
    """
    if message.body is None:
        return None
    mail = BytesParser(EmailMessage, policy=policy.default).parsebytes(message.body)
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    kind = get_registry().mail_kinds.get(message.kind)

    def shown(part: MIMEPart | None) -> str:
        content = str(part.get_content()) if part else ""
        return kind.secret.sub(CONCEALED, content) if kind and kind.secret else content

    return Content(
        sender=str(mail["From"]),
        recipient=str(mail["To"]),
        text=shown(text),
        html=shown(html),
        concealed=kind is not None and kind.secret is not None,
    )
