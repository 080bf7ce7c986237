"""Offers, their versions, and hires."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import User
from tracker.core.db import Base
from tracker.core.types import PrimaryKey, enum_type
from tracker.offers.states import OfferState, PayPeriod
from tracker.pipeline.models import Application
from tracker.requisitions.models import Spell


class Offer(Base):
    """What one application is offered; its terms are in versions, the last of which counts."""

    __tablename__ = "offers"

    id: Mapped[PrimaryKey]
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id", ondelete="CASCADE"))
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    application: Mapped[Application] = relationship()
    versions: Mapped[list["OfferVersion"]] = relationship(
        back_populates="offer", order_by="OfferVersion.number", cascade="all, delete-orphan", passive_deletes=True
    )

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (UniqueConstraint("application_id"),)


class OfferVersion(Base):
    """One version of the terms, and what became of it."""

    __tablename__ = "offer_versions"

    id: Mapped[PrimaryKey]
    offer_id: Mapped[int] = mapped_column(ForeignKey("offers.id", ondelete="CASCADE"))
    number: Mapped[int]
    state: Mapped[OfferState] = mapped_column(enum_type(OfferState, "state"), default=OfferState.DRAFT)
    salary: Mapped[int]
    currency: Mapped[str]
    period: Mapped[PayPeriod] = mapped_column(enum_type(PayPeriod, "period"), default=PayPeriod.YEAR)
    starts_on: Mapped[date | None] = mapped_column(Date)
    #: The last day on which it can be accepted ends at this instant.
    expires_at: Mapped[datetime | None]
    terms: Mapped[str] = mapped_column(Text, default="")
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
    extended_at: Mapped[datetime | None]
    #: Accepted, declined, expired, rescinded or superseded at (as it happened).
    resolved_at: Mapped[datetime | None]
    resolved_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    reason: Mapped[str] = mapped_column(Text, default="")
    #: Why more offers were out than openings were free.
    overcommit_reason: Mapped[str] = mapped_column(Text, default="")

    offer: Mapped[Offer] = relationship(back_populates="versions")
    created_by: Mapped[User | None] = relationship(foreign_keys=[created_by_id])

    __table_args__ = (
        UniqueConstraint("offer_id", "number"),
        CheckConstraint("salary > 0", name="salary"),
        CheckConstraint(
            "(state IN ('accepted', 'declined', 'expired', 'rescinded', 'superseded')) = (resolved_at IS NOT NULL)",
            name="resolved_has_time",
        ),
        Index(
            "uq_offer_versions_live", "offer_id", unique=True,
            sqlite_where=text("state IN ('draft', 'pending_approval', 'approved', 'extended')"),
            postgresql_where=text("state IN ('draft', 'pending_approval', 'approved', 'extended')"),
        ),
        Index("ix_offer_versions_expiry", "state", "expires_at"),
    )  # fmt: skip


class Hire(Base):
    """An accepted offer that filled an opening's spell; an unhire voids it."""

    __tablename__ = "hires"

    id: Mapped[PrimaryKey]
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id", ondelete="CASCADE"))
    spell_id: Mapped[int] = mapped_column(ForeignKey("spells.id", ondelete="CASCADE"))
    offer_version_id: Mapped[int] = mapped_column(ForeignKey("offer_versions.id", ondelete="CASCADE"))
    accepted_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    voided_at: Mapped[datetime | None]
    voided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    void_reason: Mapped[str] = mapped_column(Text, default="")

    application: Mapped[Application] = relationship()
    spell: Mapped[Spell] = relationship()
    offer_version: Mapped[OfferVersion] = relationship()

    __table_args__ = (
        Index(
            "uq_hires_spell", "spell_id", unique=True,
            sqlite_where=text("voided_at IS NULL"), postgresql_where=text("voided_at IS NULL"),
        ),
        Index(
            "uq_hires_application", "application_id", unique=True,
            sqlite_where=text("voided_at IS NULL"), postgresql_where=text("voided_at IS NULL"),
        ),
    )  # fmt: skip
