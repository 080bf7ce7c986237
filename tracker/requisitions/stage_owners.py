"""Whose stages they are, a requisition's or the organisation's: locking them, and telling what became of them."""

from typing import TypeAlias

from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from tracker.accounts.models import User
from tracker.core.db import db
from tracker.core.errors import NotVisible
from tracker.core.registry import get_registry
from tracker.history.models import Event
from tracker.history.operations import Subject, record
from tracker.requisitions import events
from tracker.requisitions.models import Requisition, Stage, StageTemplate, TemplateStage
from tracker.requisitions.operations import announce, lock_requisition, refuse_while_pending
from tracker.requisitions.stage_rules import entered
from tracker.requisitions.states import Phase

#: Whose stages they are: a requisition's, or the organisation's for a role.
Owner: TypeAlias = Requisition | StageTemplate
AnyStage: TypeAlias = Stage | TemplateStage

#: How far back somebody's change of a stage is looked for, to say who was faster.
RECENT = 50


def stages_in(owner: Owner) -> list[AnyStage]:
    """The stages of the owner that people can enter, in order."""
    every: list[AnyStage] = [*owner.stages]
    return entered(every)


def stage_of(owner: Owner, stage_id: int) -> AnyStage:
    """A stage of the owner, be it retired; raises NotVisible when it has none with that id."""
    for stage in owner.stages:
        if stage.id == stage_id:
            return stage
    raise NotVisible("This stage is not there.")


def owner_of(stage: AnyStage) -> Owner:
    """Whose stage it is."""
    return stage.requisition if isinstance(stage, Stage) else stage.template


def people_in(stage: AnyStage) -> int:
    """How many people are in a stage now, as the pipeline says."""
    if isinstance(stage, TemplateStage):
        return 0
    for figures in get_registry().pipeline_figures:
        found = figures([stage.requisition_id], None).get(stage.requisition_id)
        if found is not None:
            return found.active.get(stage.id, 0)
    return 0


def lock_owner(owner: Owner) -> Owner:
    """The owner with its stages as they are now, locked. Raises Refused while a requisition cannot be changed."""
    if isinstance(owner, Requisition):
        owner = lock_requisition(owner.id)
        refuse_while_pending(owner)
    else:
        template = db.session.scalar(
            select(StageTemplate)
            .where(StageTemplate.id == owner.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        if template is None:
            raise NotVisible
        owner = template
    rows = (
        select(Stage).where(Stage.requisition_id == owner.id)
        if isinstance(owner, Requisition)
        else select(TemplateStage).where(TemplateStage.template_id == owner.id)
    )
    # What was read before the lock may have changed since.
    db.session.scalars(rows.execution_options(populate_existing=True)).all()
    db.session.refresh(owner, ["stages"])
    return owner


def edit(
    owner: Owner,
    stage: AnyStage,
    *,
    actor: User,
    name: str,
    limit_days: int | None,
    requires_approval: bool,
    phase: Phase | None = None,
) -> bool:
    """Write what was judged to be right, and the event that says so; whether anything was different."""
    phase = phase or stage.phase
    before = (stage.name, stage.limit_days, stage.requires_approval, stage.phase)
    if before == (name, limit_days, requires_approval, phase):
        return False
    kind = events.StageEdited if isinstance(stage, Stage) else events.TemplateStageEdited
    data = kind(
        stage_id=stage.id,
        name_before=stage.name,
        name=name,
        limit_before=stage.limit_days,
        limit=limit_days,
        gate_before=stage.requires_approval,
        gate=requires_approval,
        phase_before=stage.phase,
        phase=phase,
    )
    stage.name, stage.limit_days, stage.requires_approval, stage.phase = name, limit_days, requires_approval, phase
    stage.version += 1
    record(data, subject_of(owner), actor=actor)
    return True


def changed(owner: Owner) -> None:
    """Raise the owner's version, and tell whoever derived something from a requisition's stages."""
    if isinstance(owner, Requisition):
        flag_modified(owner, "title")
        announce(owner)
    else:
        flag_modified(owner, "role")
    # The relationship is read in the order of positions, which have to be written for that.
    db.session.flush()
    db.session.expire(owner, ["stages"])


def subject_of(owner: Owner) -> Subject:
    """What events about the owner's stages are about."""
    if isinstance(owner, Requisition):
        return events.about(owner)
    return Subject(table=StageTemplate.__tablename__, id=owner.id)


def last_event_of(owner: Owner, stage: AnyStage | None) -> Event | None:
    """The last event that speaks of this stage (None: of any stage of the owner)."""
    subject = subject_of(owner)
    kinds = (
        (events.StagesChanged.kind, events.StageEdited.kind)
        if isinstance(owner, Requisition)
        else (events.TemplateStagesChanged.kind, events.TemplateStageEdited.kind)
    )
    query = select(Event).where(Event.kind.in_(kinds)).order_by(Event.id.desc()).limit(RECENT)
    if isinstance(owner, Requisition):
        query = query.where(Event.requisition_id == subject.requisition_id)
    else:
        query = query.where(Event.subject_table == subject.table, Event.subject_id == subject.id)
    for event in db.session.scalars(query):
        data = event.data
        ids = [data["stage_id"]] if "stage_id" in data else [*data["added"], *data["removed"], *data["restored"]]
        if stage is None or stage.id in ids:
            return event
    return None
