"""Interviews, scorecards, shortlists and the evidence frozen with them."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import User
from tracker.core.db import Base
from tracker.core.types import Document, PrimaryKey, enum_type
from tracker.pipeline.models import Application
from tracker.requisitions.models import ChecklistItem, Requisition, Stage
from tracker.vetting.states import EntryState, InterviewState, Rating, Recommendation, SnapshotMoment


class Interview(Base):
    """A conversation or an assessment of one application; with a time, or without one (a take-home)."""

    __tablename__ = "interviews"

    id: Mapped[PrimaryKey]
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id", ondelete="CASCADE"))
    title: Mapped[str]
    starts_at: Mapped[datetime | None]
    minutes: Mapped[int | None]
    place: Mapped[str] = mapped_column(default="")
    state: Mapped[InterviewState] = mapped_column(enum_type(InterviewState, "state"), default=InterviewState.PLANNED)
    held_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str] = mapped_column(Text, default="")
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    application: Mapped[Application] = relationship()
    seats: Mapped[list["InterviewSeat"]] = relationship(
        back_populates="interview", order_by="InterviewSeat.id", cascade="all, delete-orphan", passive_deletes=True
    )

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        CheckConstraint("(state = 'held') = (held_at IS NOT NULL)", name="held_has_time"),
        CheckConstraint("(state = 'cancelled') = (cancelled_at IS NOT NULL)", name="cancelled_has_time"),
        Index("ix_interviews_application", "application_id", "starts_at"),
        Index("ix_interviews_starts_at", "starts_at"),
    )


class InterviewSeat(Base):
    """Somebody who sits on an interview, and until when their scorecard is due (None: none is asked for)."""

    __tablename__ = "interview_seats"

    id: Mapped[PrimaryKey]
    interview_id: Mapped[int] = mapped_column(ForeignKey("interviews.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    scorecard_due_at: Mapped[datetime | None]

    interview: Mapped[Interview] = relationship(back_populates="seats")
    user: Mapped[User] = relationship()
    scorecard: Mapped["Scorecard | None"] = relationship(back_populates="seat", uselist=False)

    __table_args__ = (
        UniqueConstraint("interview_id", "user_id"),
        Index("ix_interview_seats_user", "user_id", "scorecard_due_at"),
    )


class Scorecard(Base):
    """One assessor's ratings of one application against the checklist; a draft until it is submitted."""

    __tablename__ = "scorecards"

    id: Mapped[PrimaryKey]
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id", ondelete="CASCADE"))
    #: The seat it answers; None for a card that somebody wrote unasked.
    seat_id: Mapped[int | None] = mapped_column(ForeignKey("interview_seats.id", ondelete="SET NULL"), unique=True)
    assessor_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    recommendation: Mapped[Recommendation | None] = mapped_column(enum_type(Recommendation, "recommendation"))
    summary: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    application: Mapped[Application] = relationship()
    assessor: Mapped[User] = relationship()
    seat: Mapped[InterviewSeat | None] = relationship(back_populates="scorecard")
    ratings: Mapped[list["ScorecardRating"]] = relationship(
        back_populates="scorecard", cascade="all, delete-orphan", passive_deletes=True
    )

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        CheckConstraint("submitted_at IS NULL OR recommendation IS NOT NULL", name="submitted_recommends"),
        Index("ix_scorecards_application", "application_id", "submitted_at"),
        Index("ix_scorecards_assessor", "assessor_id", "submitted_at"),
    )


class ScorecardRating(Base):
    """The rating of one skill, with the evidence in the assessor's words."""

    __tablename__ = "scorecard_ratings"

    id: Mapped[PrimaryKey]
    scorecard_id: Mapped[int] = mapped_column(ForeignKey("scorecards.id", ondelete="CASCADE"))
    item_id: Mapped[int] = mapped_column(ForeignKey("checklist_items.id"))
    rating: Mapped[Rating] = mapped_column(enum_type(Rating, "rating"), default=Rating.NOT_ASSESSED)
    evidence: Mapped[str] = mapped_column(Text, default="")

    scorecard: Mapped[Scorecard] = relationship(back_populates="ratings")
    item: Mapped[ChecklistItem] = relationship()

    __table_args__ = (
        UniqueConstraint("scorecard_id", "item_id"),
        Index("ix_scorecard_ratings_item", "item_id"),
    )


class Shortlist(Base):
    """Applications submitted for a decision; it names the stage that an approval opens."""

    __tablename__ = "shortlists"

    id: Mapped[PrimaryKey]
    requisition_id: Mapped[int] = mapped_column(ForeignKey("requisitions.id", ondelete="CASCADE"))
    opens_stage_id: Mapped[int] = mapped_column(ForeignKey("stages.id"))
    submitted_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    submitted_at: Mapped[datetime]
    #: Who is asked: the hiring manager; a deputy may decide as well.
    decider_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    note: Mapped[str] = mapped_column(Text, default="")

    requisition: Mapped[Requisition] = relationship()
    opens_stage: Mapped[Stage] = relationship()
    submitted_by: Mapped[User] = relationship(foreign_keys=[submitted_by_id])
    decider: Mapped[User] = relationship(foreign_keys=[decider_id])
    entries: Mapped[list["ShortlistEntry"]] = relationship(
        back_populates="shortlist", order_by="ShortlistEntry.id", cascade="all, delete-orphan", passive_deletes=True
    )

    __table_args__ = (
        Index("ix_shortlists_requisition", "requisition_id", "id"),
        Index("ix_shortlists_decider", "decider_id", "id"),
    )


class ShortlistEntry(Base):
    """One application on a shortlist. After "more wanted" it can be put forward again, which raises `round`."""

    __tablename__ = "shortlist_entries"

    id: Mapped[PrimaryKey]
    shortlist_id: Mapped[int] = mapped_column(ForeignKey("shortlists.id", ondelete="CASCADE"))
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id", ondelete="CASCADE"))
    state: Mapped[EntryState] = mapped_column(enum_type(EntryState, "state"), default=EntryState.PENDING)
    round: Mapped[int] = mapped_column(default=1)
    #: The recruiter's words on this person.
    note: Mapped[str] = mapped_column(Text, default="")
    pending_since: Mapped[datetime]
    #: When it stopped waiting without a decision; of one that lapsed with an ending, when that was recorded.
    lapsed_at: Mapped[datetime | None]
    #: Who put this round forward; they do not decide on it, unless the organisation allows that.
    put_forward_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    #: The order of preference among the approved ones, from 1.
    preference: Mapped[int | None]
    version: Mapped[int] = mapped_column(default=1)

    shortlist: Mapped[Shortlist] = relationship(back_populates="entries")
    application: Mapped[Application] = relationship()
    put_forward_by: Mapped[User] = relationship()
    decisions: Mapped[list["EntryDecision"]] = relationship(
        back_populates="entry", order_by="EntryDecision.round", cascade="all, delete-orphan", passive_deletes=True
    )
    waivers: Mapped[list["Waiver"]] = relationship(
        back_populates="entry", order_by="Waiver.id", cascade="all, delete-orphan", passive_deletes=True
    )

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        UniqueConstraint("shortlist_id", "application_id"),
        CheckConstraint("(state = 'lapsed') = (lapsed_at IS NOT NULL)", name="lapsed_has_time"),
        Index(
            "uq_shortlist_entries_pending", "application_id", unique=True,
            sqlite_where=text("state = 'pending'"), postgresql_where=text("state = 'pending'"),
        ),
        Index("ix_shortlist_entries_application", "application_id", "id"),
    )  # fmt: skip


class EntryDecision(Base):
    """The decision on one round of an entry; a second one cannot be."""

    __tablename__ = "entry_decisions"

    id: Mapped[PrimaryKey]
    entry_id: Mapped[int] = mapped_column(ForeignKey("shortlist_entries.id", ondelete="CASCADE"))
    round: Mapped[int]
    state: Mapped[EntryState] = mapped_column(enum_type(EntryState, "state"))
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime]
    #: The decider had submitted it (where the organisation allows that).
    own: Mapped[bool] = mapped_column(default=False)
    comment: Mapped[str] = mapped_column(Text, default="")

    entry: Mapped[ShortlistEntry] = relationship(back_populates="decisions")
    decided_by: Mapped[User] = relationship()

    __table_args__ = (
        UniqueConstraint("entry_id", "round"),
        CheckConstraint("state IN ('approved', 'declined', 'more_wanted')", name="is_decision"),
    )


class Waiver(Base):
    """A must-have that need not be assessed for this entry: which, by whom, why."""

    __tablename__ = "waivers"

    id: Mapped[PrimaryKey]
    entry_id: Mapped[int] = mapped_column(ForeignKey("shortlist_entries.id", ondelete="CASCADE"))
    item_id: Mapped[int] = mapped_column(ForeignKey("checklist_items.id"))
    waived_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    waived_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Text)

    entry: Mapped[ShortlistEntry] = relationship(back_populates="waivers")
    item: Mapped[ChecklistItem] = relationship()
    waived_by: Mapped[User] = relationship()

    __table_args__ = (UniqueConstraint("entry_id", "item_id"),)


class EvidenceSnapshot(Base):
    """What was known of an application, as submitted and as decided. Erased with the candidate."""

    __tablename__ = "evidence_snapshots"

    id: Mapped[PrimaryKey]
    entry_id: Mapped[int] = mapped_column(ForeignKey("shortlist_entries.id", ondelete="CASCADE"))
    round: Mapped[int]
    moment: Mapped[SnapshotMoment] = mapped_column(enum_type(SnapshotMoment, "moment"))
    taken_at: Mapped[datetime]
    #: A digest of the evidence: what the page showed is compared with what is true now.
    digest: Mapped[str]
    evidence: Mapped[dict[str, Any]] = mapped_column(Document)

    __table_args__ = (UniqueConstraint("entry_id", "round", "moment"),)
