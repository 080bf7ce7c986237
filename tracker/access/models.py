"""Links that let somebody set a password."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db import Base
from tracker.core.types import PrimaryKey, enum_type


class LinkPurpose(StrEnum):
    """Why the link was made."""

    INVITATION = "invitation"
    RESET = "reset"


class AccessLink(Base):
    """A link whose token is this row's id, signed; good once, until it expires."""

    __tablename__ = "access_links"

    id: Mapped[PrimaryKey]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    purpose: Mapped[LinkPurpose] = mapped_column(enum_type(LinkPurpose, "purpose"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    #: The admin who sent it; None when its owner asked for it on the sign-in page.
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    __table_args__ = (Index("ix_access_links_user", "user_id"),)
