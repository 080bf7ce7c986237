"""Requisitions and what belongs to them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import User
from tracker.core.db import Base
from tracker.core.types import PrimaryKey, enum_type
from tracker.requisitions.states import (
    Engagement,
    Need,
    Phase,
    RequisitionState,
    RoleProfileKey,
    SpellEnd,
    StageKind,
    TeamPart,
    Workplace,
)


class RequisitionCounter(Base):
    """The last number given, per prefix; locked while a number is taken."""

    __tablename__ = "requisition_counters"

    prefix: Mapped[str] = mapped_column(primary_key=True)
    last: Mapped[int] = mapped_column(default=0)


class Requisition(Base):
    """A request to hire for one role."""

    __tablename__ = "requisitions"

    id: Mapped[PrimaryKey]
    #: `MLE-1`, `MLOPS-3`; an imported requisition keeps its own.
    number: Mapped[str] = mapped_column(unique=True)
    role: Mapped[RoleProfileKey] = mapped_column(enum_type(RoleProfileKey, "role"))
    title: Mapped[str]
    team: Mapped[str] = mapped_column(default="")
    state: Mapped[RequisitionState] = mapped_column(
        enum_type(RequisitionState, "state"), default=RequisitionState.DRAFT
    )
    workplace: Mapped[Workplace] = mapped_column(enum_type(Workplace, "workplace"), default=Workplace.REMOTE)
    #: The place of the office, or the regions of remote work, as people say it.
    location: Mapped[str] = mapped_column(default="")
    regions: Mapped[str] = mapped_column(default="")
    #: The zone that working hours are compared with, and the hours of overlap asked for.
    overlap_timezone: Mapped[str] = mapped_column(default="")
    overlap_hours: Mapped[int | None]
    engagement: Mapped[Engagement] = mapped_column(enum_type(Engagement, "engagement"), default=Engagement.EMPLOYEE)
    #: Per year, in whole units of the currency.
    salary_from: Mapped[int | None]
    salary_to: Mapped[int | None]
    currency: Mapped[str] = mapped_column(default="EUR")
    #: Days from opening to an accepted offer that are aimed at.
    target_days: Mapped[int] = mapped_column(default=45)
    description: Mapped[str] = mapped_column(Text, default="")
    confidential: Mapped[bool] = mapped_column(default=False)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
    #: First opened; None while it never was.
    opened_at: Mapped[datetime | None]
    #: Filled or cancelled since; None while it is neither.
    closed_at: Mapped[datetime | None]
    close_reason: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)

    created_by: Mapped[User | None] = relationship(foreign_keys=[created_by_id])
    stages: Mapped[list["Stage"]] = relationship(
        back_populates="requisition", order_by="Stage.position", cascade="all, delete-orphan", passive_deletes=True
    )
    checklist: Mapped[list["ChecklistItem"]] = relationship(
        back_populates="requisition",
        order_by="ChecklistItem.position",
        cascade="all, delete-orphan",
        passive_deletes=True,
    )
    team_members: Mapped[list["TeamMember"]] = relationship(
        back_populates="requisition", cascade="all, delete-orphan", passive_deletes=True
    )
    openings: Mapped[list["Opening"]] = relationship(
        back_populates="requisition", order_by="Opening.position", cascade="all, delete-orphan", passive_deletes=True
    )
    holds: Mapped[list["Hold"]] = relationship(
        back_populates="requisition", order_by="Hold.held_at", cascade="all, delete-orphan", passive_deletes=True
    )

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        CheckConstraint("salary_from IS NULL OR salary_to IS NULL OR salary_from <= salary_to", name="salary_range"),
        CheckConstraint("target_days > 0", name="target_days"),
        CheckConstraint("(state IN ('filled', 'cancelled')) = (closed_at IS NOT NULL)", name="closed_has_time"),
        Index("ix_requisitions_state", "state", "id"),
    )


class TeamMember(Base):
    """A row of the hiring team: somebody's part in one requisition."""

    __tablename__ = "team_members"

    id: Mapped[PrimaryKey]
    requisition_id: Mapped[int] = mapped_column(ForeignKey("requisitions.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    part: Mapped[TeamPart] = mapped_column(enum_type(TeamPart, "part"))

    requisition: Mapped[Requisition] = relationship(back_populates="team_members")
    user: Mapped[User] = relationship()

    __table_args__ = (
        UniqueConstraint("requisition_id", "user_id", "part"),
        Index("ix_team_members_user", "user_id", "part", "requisition_id"),
    )


class Opening(Base):
    """One seat of a requisition."""

    __tablename__ = "openings"

    id: Mapped[PrimaryKey]
    requisition_id: Mapped[int] = mapped_column(ForeignKey("requisitions.id", ondelete="CASCADE"))
    position: Mapped[int]

    requisition: Mapped[Requisition] = relationship(back_populates="openings")
    spells: Mapped[list["Spell"]] = relationship(
        back_populates="opening", order_by="Spell.id", cascade="all, delete-orphan", passive_deletes=True
    )

    __table_args__ = (UniqueConstraint("requisition_id", "position"),)


class Spell(Base):
    """One stretch of an opening being open. `ended_at` of a filled spell is the acceptance that filled it."""

    __tablename__ = "spells"

    id: Mapped[PrimaryKey]
    opening_id: Mapped[int] = mapped_column(ForeignKey("openings.id", ondelete="CASCADE"))
    opened_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    end: Mapped[SpellEnd | None] = mapped_column(enum_type(SpellEnd, "end"))
    #: When a filled spell was voided by an unhire; its figures drop out, a new spell begins.
    voided_at: Mapped[datetime | None]

    opening: Mapped[Opening] = relationship(back_populates="spells")

    __table_args__ = (
        CheckConstraint('(ended_at IS NULL) = ("end" IS NULL)', name="end_has_time"),
        CheckConstraint("(\"end\" = 'voided') = (voided_at IS NOT NULL) OR \"end\" IS NULL", name="voided_has_time"),
        Index(
            "uq_spells_open", "opening_id", unique=True,
            sqlite_where=text("ended_at IS NULL"), postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_spells_opening", "opening_id"),
    )  # fmt: skip


class Hold(Base):
    """An interval in which a requisition was on hold."""

    __tablename__ = "holds"

    id: Mapped[PrimaryKey]
    requisition_id: Mapped[int] = mapped_column(ForeignKey("requisitions.id", ondelete="CASCADE"))
    held_at: Mapped[datetime]
    resumed_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(Text, default="")

    requisition: Mapped[Requisition] = relationship(back_populates="holds")

    __table_args__ = (
        CheckConstraint("resumed_at IS NULL OR resumed_at >= held_at", name="order"),
        Index(
            "uq_holds_open", "requisition_id", unique=True,
            sqlite_where=text("resumed_at IS NULL"), postgresql_where=text("resumed_at IS NULL"),
        ),
        Index("ix_holds_requisition", "requisition_id"),
    )  # fmt: skip


class ChecklistItem(Base):
    """One skill of a requisition's checklist, copied from a role profile's responsibility, then edited."""

    __tablename__ = "checklist_items"

    id: Mapped[PrimaryKey]
    requisition_id: Mapped[int] = mapped_column(ForeignKey("requisitions.id", ondelete="CASCADE"))
    position: Mapped[int]
    #: The role profile's responsibility that it was copied from; empty for one that was added by hand.
    key: Mapped[str] = mapped_column(default="")
    role: Mapped[RoleProfileKey | None] = mapped_column(enum_type(RoleProfileKey, "role"))
    title: Mapped[str]
    description: Mapped[str] = mapped_column(Text, default="")
    need: Mapped[Need] = mapped_column(enum_type(Need, "need"), default=Need.MUST_HAVE)
    #: Items that were assessed stay readable after they leave the checklist.
    removed_at: Mapped[datetime | None]

    requisition: Mapped[Requisition] = relationship(back_populates="checklist")

    __table_args__ = (Index("ix_checklist_items_requisition", "requisition_id", "position"),)


class StageMixin:
    """What a stage is, in a template and in a requisition."""

    position: Mapped[int]
    #: Groups figures across requisitions; stays when the stage is renamed.
    key: Mapped[str]
    name: Mapped[str]
    phase: Mapped[Phase] = mapped_column(enum_type(Phase, "phase"))
    kind: Mapped[StageKind] = mapped_column(enum_type(StageKind, "kind"))
    #: Working days after which somebody in this stage is late; None: no limit.
    limit_days: Mapped[int | None]
    #: Entering asks for an approved shortlist entry.
    requires_approval: Mapped[bool] = mapped_column(default=False)
    #: No longer entered; its history stays.
    retired_at: Mapped[datetime | None]
    #: Goes up when somebody changes this stage, and not when it only gets another place.
    version: Mapped[int] = mapped_column(default=1)


class StageTemplate(Base):
    """The organisation's stages for one role profile; a new requisition copies them."""

    __tablename__ = "stage_templates"

    id: Mapped[PrimaryKey]
    role: Mapped[RoleProfileKey] = mapped_column(enum_type(RoleProfileKey, "role"), unique=True)
    version: Mapped[int] = mapped_column(default=1)

    stages: Mapped[list["TemplateStage"]] = relationship(
        back_populates="template",
        order_by="TemplateStage.position",
        cascade="all, delete-orphan",
        passive_deletes=True,
    )

    __mapper_args__ = {"version_id_col": version}


class TemplateStage(StageMixin, Base):
    """A stage of the organisation's template for one role profile."""

    __tablename__ = "template_stages"

    id: Mapped[PrimaryKey]
    template_id: Mapped[int] = mapped_column(ForeignKey("stage_templates.id", ondelete="CASCADE"))

    template: Mapped[StageTemplate] = relationship(back_populates="stages")

    __table_args__ = (
        UniqueConstraint("template_id", "key"),
        Index("ix_template_stages_template", "template_id", "position"),
    )


class Stage(StageMixin, Base):
    """A stage of one requisition."""

    __tablename__ = "stages"

    id: Mapped[PrimaryKey]
    requisition_id: Mapped[int] = mapped_column(ForeignKey("requisitions.id", ondelete="CASCADE"))

    requisition: Mapped[Requisition] = relationship(back_populates="stages")

    __table_args__ = (
        UniqueConstraint("requisition_id", "key"),
        Index("ix_stages_requisition", "requisition_id", "position"),
    )
