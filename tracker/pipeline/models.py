"""Applications and their records."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import User
from tracker.candidates.models import Candidate
from tracker.core.db import Base
from tracker.core.trying import TriedAgain
from tracker.core.types import Document, PrimaryKey, enum_type
from tracker.pipeline.states import (
    ApplicationStatus,
    BatchKind,
    BatchOutcome,
    ChangeKind,
    ContactChannel,
    ContactDirection,
    SourceKind,
    WaitReason,
)
from tracker.requisitions.models import Requisition, Stage
from tracker.requisitions.states import RoleProfileKey


def _only(column: str) -> dict[str, Any]:
    """For an index of the rows that hold something in `column`."""
    condition = text(f"{column} IS NOT NULL")
    return {"sqlite_where": condition, "postgresql_where": condition}


class Application(Base):
    """One candidate considered for one requisition. Holds only what a person decides on: its version changes then."""

    __tablename__ = "applications"

    id: Mapped[PrimaryKey]
    requisition_id: Mapped[int] = mapped_column(ForeignKey("requisitions.id", ondelete="CASCADE"))
    candidate_id: Mapped[int] = mapped_column(ForeignKey("candidates.id", ondelete="CASCADE"))
    stage_id: Mapped[int] = mapped_column(ForeignKey("stages.id"))
    status: Mapped[ApplicationStatus] = mapped_column(
        enum_type(ApplicationStatus, "status"), default=ApplicationStatus.ACTIVE
    )
    #: Entered the pipeline: sourced, referred or applied.
    started_at: Mapped[datetime]
    source_kind: Mapped[SourceKind] = mapped_column(enum_type(SourceKind, "source_kind"))
    #: Where from, in words: "LinkedIn", "careers page", "J. Okoye".
    source: Mapped[str] = mapped_column(default="")
    applied_at: Mapped[datetime | None]
    #: The first answer, application or screening.
    responded_at: Mapped[datetime | None]
    #: By happened_at of the change that entered the stage.
    stage_entered_at: Mapped[datetime]
    #: Ended (or hired) at; None while active.
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str] = mapped_column(default="")
    #: When the candidate was told of the ending.
    told_at: Mapped[datetime | None]
    recruiter_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    transferred_from_id: Mapped[int | None] = mapped_column(ForeignKey("applications.id", ondelete="SET NULL"))
    #: Per year, in the currency beside it.
    salary_wish: Mapped[int | None]
    salary_currency: Mapped[str] = mapped_column(default="")
    #: "3 months", "can start at once".
    notice: Mapped[str] = mapped_column(default="")
    work_permit: Mapped[str] = mapped_column(default="")
    #: A deadline that another offer sets.
    competing_deadline: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    requisition: Mapped[Requisition] = relationship()
    candidate: Mapped[Candidate] = relationship()
    stage: Mapped[Stage] = relationship()
    recruiter: Mapped[User | None] = relationship()
    card: Mapped["ApplicationCard"] = relationship(
        back_populates="application", uselist=False, cascade="all, delete-orphan", passive_deletes=True
    )

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        CheckConstraint("(status = 'active') = (ended_at IS NULL)", name="ended_has_time"),
        Index(
            "uq_applications_active", "candidate_id", "requisition_id", unique=True,
            sqlite_where=text("status = 'active'"), postgresql_where=text("status = 'active'"),
        ),
        Index(
            "ix_applications_column",
            "requisition_id", "status", "stage_id", "stage_entered_at", "id",
        ),
        Index("ix_applications_candidate", "candidate_id"),
        Index("ix_applications_stage", "stage_id"),
        Index("ix_applications_transferred", "transferred_from_id"),
    )  # fmt: skip


class StageChange(Base):
    """The append-only record of each move and ending. Never updated, except to erase a reason's words."""

    __tablename__ = "stage_changes"

    id: Mapped[PrimaryKey]
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id", ondelete="CASCADE"))
    seq: Mapped[int]
    kind: Mapped[ChangeKind] = mapped_column(enum_type(ChangeKind, "kind"))
    from_stage_id: Mapped[int | None] = mapped_column(ForeignKey("stages.id"))
    to_stage_id: Mapped[int] = mapped_column(ForeignKey("stages.id"))
    from_status: Mapped[ApplicationStatus | None] = mapped_column(enum_type(ApplicationStatus, "from_status"))
    to_status: Mapped[ApplicationStatus] = mapped_column(enum_type(ApplicationStatus, "to_status"))
    #: What an undo restores.
    from_stage_entered_at: Mapped[datetime | None]
    #: When it happened, as people say; metrics use this.
    happened_at: Mapped[datetime]
    #: When it was recorded; undo uses this.
    recorded_at: Mapped[datetime]
    #: None only for imports.
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    #: The key of a reason of that kind of ending, or of an override.
    reason: Mapped[str] = mapped_column(default="")
    #: What somebody added in words; erasable.
    comment: Mapped[str] = mapped_column(Text, default="")
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("stage_changes.id", ondelete="CASCADE"), unique=True)
    #: One mark for all changes of one bulk action, so that one undo takes all back.
    batch: Mapped[str | None]

    application: Mapped[Application] = relationship()
    actor: Mapped[User | None] = relationship()
    from_stage: Mapped[Stage | None] = relationship(foreign_keys=[from_stage_id])
    to_stage: Mapped[Stage] = relationship(foreign_keys=[to_stage_id])

    __table_args__ = (
        UniqueConstraint("application_id", "seq"),
        CheckConstraint("(kind = 'undo') = (undoes_id IS NOT NULL)", name="undo_names_change"),
        Index("ix_stage_changes_batch", "batch"),
        Index("ix_stage_changes_happened", "happened_at"),
    )


class Batch(TriedAgain, Base):
    """A bulk action: what was asked for, of whom, and what became of each; one undo takes it back."""

    __tablename__ = "batches"

    id: Mapped[PrimaryKey]
    #: Made with the form, so that a form that is sent twice is one batch. Stage changes carry it.
    mark: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[BatchKind] = mapped_column(enum_type(BatchKind, "kind"))
    actor_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
    #: Everybody in it was worked on.
    finished_at: Mapped[datetime | None]
    #: The key of the stage that people are moved to, which is the same in every requisition.
    stage_key: Mapped[str] = mapped_column(default="")
    #: The key of a reason of that kind of ending.
    reason: Mapped[str] = mapped_column(default="")
    #: What somebody added in words. Each change gets it, and it is emptied here when the batch is finished.
    comment: Mapped[str] = mapped_column(Text, default="")
    told: Mapped[bool] = mapped_column(default=False)
    happened_at: Mapped[datetime | None]
    recruiter_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    tags: Mapped[list[str]] = mapped_column(Document, default=list)
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    actor: Mapped[User] = relationship(foreign_keys=[actor_id])
    recruiter: Mapped[User | None] = relationship(foreign_keys=[recruiter_id])
    undone_by: Mapped[User | None] = relationship(foreign_keys=[undone_by_id])

    __table_args__ = (
        # What a tick looks for every minute.
        Index(
            "ix_batches_unfinished", "created_at",
            sqlite_where=text("finished_at IS NULL"), postgresql_where=text("finished_at IS NULL"),
        ),
        Index(
            "ix_batches_undone", "undone_at",
            sqlite_where=text("undone_at IS NOT NULL"), postgresql_where=text("undone_at IS NOT NULL"),
        ),
    )  # fmt: skip


class BatchItem(Base):
    """One application in a bulk action."""

    __tablename__ = "batch_items"

    batch_id: Mapped[int] = mapped_column(
        ForeignKey("batches.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    application_id: Mapped[int] = mapped_column(
        ForeignKey("applications.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    #: The version of the application that somebody saw.
    seen: Mapped[int]
    outcome: Mapped[BatchOutcome] = mapped_column(enum_type(BatchOutcome, "outcome"), default=BatchOutcome.WAITING)
    #: Why it was refused or left alone, as a sentence, and when what it speaks of happened.
    why: Mapped[str] = mapped_column(Text, default="")
    why_at: Mapped[datetime | None]
    #: What an undo restores of what is no stage change: the recruiter before, the ids of the tags that were new.
    before: Mapped[dict[str, Any] | None] = mapped_column(Document)

    application: Mapped[Application] = relationship()

    __table_args__ = (
        Index("ix_batch_items_outcome", "batch_id", "outcome", "application_id"),
        Index("ix_batch_items_application", "application_id"),
    )


class ApplicationCard(Base):
    """Derived facts for cards and filters, one row per application, kept in the same transaction as their causes."""

    __tablename__ = "application_cards"

    application_id: Mapped[int] = mapped_column(
        ForeignKey("applications.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    #: Where it lies on boards across requisitions: the requisition, its role, the key that its stage shares with those
    #: of others, and since when. None when it is over.
    requisition_id: Mapped[int | None] = mapped_column(ForeignKey("requisitions.id", ondelete="CASCADE"))
    role: Mapped[RoleProfileKey | None] = mapped_column(enum_type(RoleProfileKey, "role"))
    stage_key: Mapped[str | None]
    entered_at: Mapped[datetime | None]
    must_haves: Mapped[int] = mapped_column(default=0)
    must_haves_assessed: Mapped[int] = mapped_column(default=0)
    #: Whom it waits on; None when it is over.
    waits_on: Mapped[WaitReason | None] = mapped_column(enum_type(WaitReason, "waits_on"))
    waits_on_user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    waits_since: Mapped[datetime | None]
    #: The first instant at which the stage's limit is passed.
    late_from: Mapped[datetime | None]
    next_interview_at: Mapped[datetime | None]
    offer_expires_at: Mapped[datetime | None]
    last_contact_at: Mapped[datetime | None]
    contacts_out: Mapped[int] = mapped_column(default=0)
    #: They answered after our last word, and nobody moved them since.
    new_reply_at: Mapped[datetime | None]
    #: Their shortlist entry was decided, and nobody moved them since.
    decided_at: Mapped[datetime | None]

    application: Mapped[Application] = relationship(back_populates="card")

    __table_args__ = (
        # Of these rows most are of people for whom it is over: they wait on nobody and are left out. By the second of
        # these Today counts and names whoever is late, and counts the others, without looking at a card.
        Index("ix_application_cards_waits_on_user", "waits_on_user_id", "waits_since", **_only("waits_on_user_id")),
        Index(
            "ix_application_cards_late_on_user",
            "waits_on_user_id", "waits_on", "late_from", "requisition_id", "stage_key", "waits_since", "application_id",
            **_only("waits_on_user_id"),
        ),
        Index("ix_application_cards_late_from", "late_from", **_only("late_from")),
        # A column of such a board is the head of a stretch of one of these; all else is for counting by it alone.
        Index(
            "ix_application_cards_role",
            "role", "stage_key", "entered_at", "application_id", "requisition_id", "late_from", "waits_on_user_id",
            **_only("role"),
        ),
        Index(
            "ix_application_cards_desk",
            "waits_on_user_id", "stage_key", "entered_at", "application_id", "requisition_id", "late_from",
            **_only("waits_on_user_id"),
        ),
        Index(
            "ix_application_cards_news_on_user", "waits_on_user_id", "waits_on",
            sqlite_where=text("new_reply_at IS NOT NULL OR decided_at IS NOT NULL"),
            postgresql_where=text("new_reply_at IS NOT NULL OR decided_at IS NOT NULL"),
        ),
    )  # fmt: skip


class Contact(Base):
    """One word between us and a candidate; what makes "waits on the candidate" true."""

    __tablename__ = "contacts"

    id: Mapped[PrimaryKey]
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id", ondelete="CASCADE"))
    direction: Mapped[ContactDirection] = mapped_column(enum_type(ContactDirection, "direction"))
    channel: Mapped[ContactChannel] = mapped_column(enum_type(ContactChannel, "channel"))
    at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    note: Mapped[str] = mapped_column(Text, default="")

    actor: Mapped[User | None] = relationship()

    __table_args__ = (Index("ix_contacts_application", "application_id", "at"),)


class Wait(Base):
    """An interval: whom an application waits on, why, since, until. At most one is open per application."""

    __tablename__ = "waits"

    id: Mapped[PrimaryKey]
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id", ondelete="CASCADE"))
    reason: Mapped[WaitReason] = mapped_column(enum_type(WaitReason, "reason"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    since: Mapped[datetime]
    until: Mapped[datetime | None]

    user: Mapped[User | None] = relationship()

    __table_args__ = (
        CheckConstraint("until IS NULL OR until >= since", name="order"),
        Index(
            "uq_waits_open", "application_id", unique=True,
            sqlite_where=text("until IS NULL"), postgresql_where=text("until IS NULL"),
        ),
        Index("ix_waits_application", "application_id", "since"),
    )  # fmt: skip


class SetWait(Base):
    """A wait that a person set: "take-home until Thursday", "backup". It holds the ball until it ends or is lifted."""

    __tablename__ = "set_waits"

    id: Mapped[PrimaryKey]
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id", ondelete="CASCADE"))
    set_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    #: On whom, when it is one of us.
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    note: Mapped[str] = mapped_column(Text)
    since: Mapped[datetime]
    #: The instant it ends by itself; None: until it is lifted.
    ends_at: Mapped[datetime | None]
    lifted_at: Mapped[datetime | None]

    __table_args__ = (
        Index(
            "uq_set_waits_open", "application_id", unique=True,
            sqlite_where=text("lifted_at IS NULL"), postgresql_where=text("lifted_at IS NULL"),
        ),
    )  # fmt: skip


class BoardPulse(Base):
    """A counter per requisition, raised last in every transaction that changes its board; what boards poll."""

    __tablename__ = "board_pulses"

    requisition_id: Mapped[int] = mapped_column(
        ForeignKey("requisitions.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    n: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime | None]
