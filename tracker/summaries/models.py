"""Who gets a summary when, and what each said."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db import Base
from tracker.core.types import Document, PrimaryKey


class SummarySchedule(Base):
    """The next Monday 08:00 of a person's zone, as an instant."""

    __tablename__ = "summary_schedules"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    next_due_at: Mapped[datetime]
    #: The zone it was computed for; a change of zone computes it again.
    timezone: Mapped[str]

    __table_args__ = (Index("ix_summary_schedules_due", "next_due_at"),)


class Summary(Base):
    """One summary of one person, as of an instant; the window of the next begins there."""

    __tablename__ = "summaries"

    id: Mapped[PrimaryKey]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    #: `2026-W48`, by the person's own calendar.
    iso_week: Mapped[str]
    window_from: Mapped[datetime]
    as_of: Mapped[datetime]
    #: Ids and numbers as of then; names are looked up when it is rendered.
    facts: Mapped[dict[str, Any]] = mapped_column(Document)
    outbox_id: Mapped[int | None] = mapped_column(ForeignKey("outbox_messages.id", ondelete="SET NULL"))

    __table_args__ = (UniqueConstraint("user_id", "iso_week"),)
