"""Reminder occurrences."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Date, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db import Base
from tracker.core.types import PrimaryKey, enum_type


class ReminderRule(StrEnum):
    """What is reminded of, most urgent first."""

    OFFER_EXPIRING = "offer_expiring"
    SHORTLIST_WAITING = "shortlist_waiting"
    SCORECARD_DUE = "scorecard_due"
    STAGE_LATE = "stage_late"
    REQUISITION_LATE = "requisition_late"


class ReminderOccurrence(Base):
    """The n-th reminder of one thing to one person, since it began to wait."""

    __tablename__ = "reminder_occurrences"

    id: Mapped[PrimaryKey]
    rule: Mapped[ReminderRule] = mapped_column(enum_type(ReminderRule, "rule"))
    #: The id of the offer version, entry, seat, application or requisition that the rule speaks of.
    subject_id: Mapped[int]
    waiting_since: Mapped[datetime]
    n: Mapped[int]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    requisition_id: Mapped[int] = mapped_column(ForeignKey("requisitions.id", ondelete="CASCADE"))
    application_id: Mapped[int | None] = mapped_column(ForeignKey("applications.id", ondelete="CASCADE"))
    #: The working day, in the person's zone, on whose mail it stands.
    local_date: Mapped[date] = mapped_column(Date)
    outbox_id: Mapped[int | None] = mapped_column(ForeignKey("outbox_messages.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("rule", "subject_id", "waiting_since", "n", "user_id", name="uq_reminder_occurrences_once"),
        Index("ix_reminder_occurrences_user", "user_id", "local_date"),
    )
