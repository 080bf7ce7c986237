"""The outbox."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db import Base
from tracker.core.types import Document, PrimaryKey, enum_type
from tracker.mail.states import MailState


class OutboxMessage(Base):
    """One mail to one recipient: its kind, ids and frozen facts; the bytes once rendered."""

    __tablename__ = "outbox_messages"

    id: Mapped[PrimaryKey]
    kind: Mapped[str]
    #: Names the recipient and the occasion, such as `summary:7:2026-W48`; the same mail is never queued twice.
    dedupe_key: Mapped[str] = mapped_column(unique=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    candidate_id: Mapped[int | None] = mapped_column(ForeignKey("candidates.id", ondelete="CASCADE"))
    #: The stage change that queued it: an undo cancels what has not gone.
    stage_change_id: Mapped[int | None] = mapped_column(ForeignKey("stage_changes.id", ondelete="SET NULL"))
    #: A resend is a new row that names the old one.
    resend_of_id: Mapped[int | None] = mapped_column(ForeignKey("outbox_messages.id", ondelete="SET NULL"))
    facts: Mapped[dict[str, Any]] = mapped_column(Document)
    state: Mapped[MailState] = mapped_column(enum_type(MailState, "state"), default=MailState.QUEUED)
    created_at: Mapped[datetime]
    #: Not to be sent before.
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    lease_token: Mapped[str | None]
    #: While sending: the end of the claim. While queued: the end of the pause after a failed try. On the real clock.
    leased_until: Mapped[datetime | None]
    message_id: Mapped[str | None]
    subject: Mapped[str | None]
    #: The message as sent, RFC 5322 bytes; emptied 30 days after sending.
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    sent_at: Mapped[datetime | None]
    error: Mapped[str | None]

    __table_args__ = (
        Index(
            "ix_outbox_messages_due", "due_at", "id",
            sqlite_where=text("state IN ('queued', 'sending', 'uncertain')"),
            postgresql_where=text("state IN ('queued', 'sending', 'uncertain')"),
        ),
        Index("ix_outbox_messages_user", "user_id", "id"),
        Index("ix_outbox_messages_stage_change", "stage_change_id"),
    )  # fmt: skip
