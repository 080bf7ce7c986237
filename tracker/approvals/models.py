"""Approvals."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.approvals.states import ApprovalKind, ApprovalState
from tracker.core.db import Base
from tracker.core.types import PrimaryKey, enum_type


class Approval(Base):
    """One person's agreement to one thing, asked for by another."""

    __tablename__ = "approvals"

    id: Mapped[PrimaryKey]
    kind: Mapped[ApprovalKind] = mapped_column(enum_type(ApprovalKind, "kind"))
    requisition_id: Mapped[int] = mapped_column(ForeignKey("requisitions.id", ondelete="CASCADE"))
    offer_version_id: Mapped[int | None] = mapped_column(ForeignKey("offer_versions.id", ondelete="CASCADE"))
    step: Mapped[int] = mapped_column(default=1)
    approver_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    state: Mapped[ApprovalState] = mapped_column(enum_type(ApprovalState, "state"), default=ApprovalState.PENDING)
    requested_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    requested_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None]
    comment: Mapped[str] = mapped_column(Text, default="")

    __table_args__ = (
        CheckConstraint("(kind = 'offer') = (offer_version_id IS NOT NULL)", name="offer_has_version"),
        CheckConstraint("(state IN ('approved', 'declined')) = (decided_at IS NOT NULL)", name="decided_has_time"),
        Index(
            "uq_approvals_pending_requisition", "requisition_id", "step", unique=True,
            sqlite_where=text("state = 'pending' AND kind = 'requisition'"),
            postgresql_where=text("state = 'pending' AND kind = 'requisition'"),
        ),
        Index(
            "uq_approvals_pending_offer", "offer_version_id", "step", unique=True,
            sqlite_where=text("state = 'pending' AND kind = 'offer'"),
            postgresql_where=text("state = 'pending' AND kind = 'offer'"),
        ),
        Index("ix_approvals_approver", "approver_id", "state"),
        Index("ix_approvals_requisition", "requisition_id"),
    )  # fmt: skip
