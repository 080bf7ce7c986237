"""Events. They refer by id; what people wrote lives in erasable columns elsewhere, never here."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db import Base
from tracker.core.types import Document, PrimaryKey


class Event(Base):
    """Who did what to what, when. `data` is the typed record of its kind, as JSON, free of personal data."""

    __tablename__ = "events"

    id: Mapped[PrimaryKey]
    kind: Mapped[str]
    at: Mapped[datetime]
    #: None when the product itself acted, or for imports.
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    requisition_id: Mapped[int | None] = mapped_column(ForeignKey("requisitions.id", ondelete="CASCADE"))
    candidate_id: Mapped[int | None] = mapped_column(ForeignKey("candidates.id", ondelete="CASCADE"))
    application_id: Mapped[int | None] = mapped_column(ForeignKey("applications.id", ondelete="CASCADE"))
    #: The row that the event speaks of, when it is none of the three: its table and id.
    subject_table: Mapped[str | None]
    subject_id: Mapped[int | None]
    data: Mapped[dict[str, Any]] = mapped_column(Document)

    __table_args__ = (
        Index("ix_events_requisition", "requisition_id", "id"),
        Index("ix_events_candidate", "candidate_id", "id"),
        Index("ix_events_application", "application_id", "id"),
        Index("ix_events_subject", "subject_table", "subject_id", "id"),
        # What happened lately on a requisition, with nothing of the others in between.
        Index("ix_events_requisition_at", "requisition_id", "at"),
    )
