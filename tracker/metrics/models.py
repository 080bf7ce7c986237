"""Stored results: what the worker computed, so that pages and mails need not."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db import Base
from tracker.core.types import Document


class HireFigures(Base):
    """The day counts of one hire (metrics.md); absent for a hire that is voided."""

    __tablename__ = "hire_figures"

    hire_id: Mapped[int] = mapped_column(
        ForeignKey("hires.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    requisition_id: Mapped[int] = mapped_column(ForeignKey("requisitions.id", ondelete="CASCADE"))
    accepted_at: Mapped[datetime]
    days_to_hire: Mapped[int]
    #: From the person's earliest linked application, along the chain of transfers.
    days_from_first_contact: Mapped[int]
    days_from_response: Mapped[int | None]
    days_to_fill_gross: Mapped[int]
    days_to_fill_net: Mapped[int]
    #: Days by who held the ball; they sum to days_to_hire.
    waiting: Mapped[dict[str, Any]] = mapped_column(Document)
    computed_at: Mapped[datetime]

    __table_args__ = (
        Index("ix_hire_figures_requisition", "requisition_id"),
        Index("ix_hire_figures_accepted_at", "accepted_at"),
    )
