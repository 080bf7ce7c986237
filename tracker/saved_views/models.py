"""Views that people saved, and which of them a board opens with for whom."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import User
from tracker.core.db import Base
from tracker.core.types import Document, PrimaryKey, enum_type
from tracker.requisitions.models import Requisition
from tracker.requisitions.states import RoleProfileKey
from tracker.saved_views.states import Reach, ViewKind


class SavedView(Base):
    """A filter and an order under a name."""

    __tablename__ = "saved_views"

    id: Mapped[PrimaryKey]
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    name: Mapped[str]
    #: Lower and upper case are one name.
    key: Mapped[str]
    #: Where it is offered: on this requisition, on those of this role, or (both None) everywhere.
    requisition_id: Mapped[int | None] = mapped_column(ForeignKey("requisitions.id", ondelete="CASCADE"))
    role: Mapped[RoleProfileKey | None] = mapped_column(enum_type(RoleProfileKey, "role"))
    kind: Mapped[ViewKind] = mapped_column(enum_type(ViewKind, "kind"))
    #: The arguments of the page's address, as the page itself writes them.
    arguments: Mapped[dict[str, str]] = mapped_column(Document)
    #: Offered to everybody who sees such a board.
    shared: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]

    owner: Mapped[User] = relationship()
    requisition: Mapped[Requisition | None] = relationship()

    @property
    def reach(self) -> Reach:
        """Where it is offered."""
        if self.requisition_id is not None:
            return Reach.REQUISITION
        return Reach.EVERYWHERE if self.role is None else Reach.ROLE

    __table_args__ = (
        UniqueConstraint("owner_id", "key"),
        CheckConstraint("requisition_id IS NULL OR role IS NULL", name="one_reach"),
        Index("ix_saved_views_requisition", "requisition_id", "role"),
    )


class DefaultView(Base):
    """The view that a board opens with for one person."""

    __tablename__ = "default_views"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    #: `requisition/7`, `role/ml_engineer`, `mine`: what saved_views.queries.Board calls it.
    board: Mapped[str] = mapped_column(primary_key=True)
    view_id: Mapped[int] = mapped_column(ForeignKey("saved_views.id", ondelete="CASCADE"))

    __table_args__ = (Index("ix_default_views_view", "view_id"),)
