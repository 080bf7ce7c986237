"""Writing to the outbox: mail is part of the transaction that causes it."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import update

from tracker.accounts.models import User
from tracker.core import bell, clock
from tracker.core.db import db, insert_or_ignore
from tracker.core.errors import Refused
from tracker.core.registry import get_registry
from tracker.history.operations import Subject, record
from tracker.mail.events import MailResent
from tracker.mail.models import OutboxMessage
from tracker.mail.states import MailState

if TYPE_CHECKING:
    from tracker.candidates.models import Candidate
    from tracker.pipeline.models import StageChange

TICK = "outbox"

#: Mail in one of these may be sent again by a person; what is queued or on its way goes by itself.
RESENDABLE = frozenset({MailState.SENT, MailState.FAILED, MailState.UNCERTAIN, MailState.CANCELLED})


def queue_mail(
    kind: str,
    *,
    dedupe_key: str,
    facts: dict[str, Any],
    user: User | None = None,
    candidate: "Candidate | None" = None,
    due_at: datetime | None = None,
    stage_change: "StageChange | None" = None,
) -> bool:
    """Queue one mail to one recipient, to leave at `due_at` (aware; default: at once) after this commits.

    `dedupe_key` names the occasion and the recipient; when that mail is there already, nothing happens and the answer
    is False. `facts` are ids, numbers and dates as JSON, never what people wrote. Raises KeyError for an unknown kind.
    """
    if kind not in get_registry().mail_kinds:
        raise KeyError(f"No domain renders mail of the kind {kind!r}.")
    now = clock.now()
    statement = insert_or_ignore(OutboxMessage).values(
        kind=kind,
        dedupe_key=dedupe_key,
        user_id=user.id if user else None,
        candidate_id=candidate.id if candidate else None,
        stage_change_id=stage_change.id if stage_change else None,
        facts=facts,
        state=MailState.QUEUED,
        created_at=now,
        due_at=due_at or now,
        attempts=0,
    )
    new = db.session.scalar(statement.returning(OutboxMessage.id)) is not None
    if new:
        bell.ring(TICK)
    return new


def cancel_for_changes(change_ids: Sequence[int]) -> int:
    """Cancel mail that these stage changes queued and that has not gone; returns how many."""
    if not change_ids:
        return 0
    result = db.session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.stage_change_id.in_(change_ids), OutboxMessage.state == MailState.QUEUED)
        .values(state=MailState.CANCELLED, error="undone")
        .execution_options(synchronize_session=False)
    )
    return int(result.rowcount)  # type: ignore[attr-defined]


def resend(message: OutboxMessage, *, actor: User) -> OutboxMessage:
    """Send a mail once more, as a new row that names the old one. Raises Refused while the old one is on its way."""
    if message.state not in RESENDABLE:
        raise Refused("This mail is still on its way; it is tried again by itself.")
    now = clock.now()
    again = OutboxMessage(
        kind=message.kind,
        dedupe_key=f"{message.dedupe_key}:resend:{actor.id}:{now.timestamp():.6f}",
        user_id=message.user_id,
        candidate_id=message.candidate_id,
        resend_of_id=message.id,
        facts=message.facts,
        state=MailState.QUEUED,
        created_at=now,
        due_at=now,
    )
    db.session.add(again)
    # The event names the row by its id.
    db.session.flush()
    subject = Subject(candidate_id=message.candidate_id, table=User.__tablename__, id=message.user_id)
    record(MailResent(message_id=again.id), subject, actor=actor)
    bell.ring(TICK)
    return again
