"""The organisation's stages for each role profile: written once, then read by every new requisition."""

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from tracker.core.db import db, insert_or_ignore
from tracker.requisitions.models import Stage, StageTemplate, TemplateStage
from tracker.requisitions.stage_defaults import DEFAULT_STAGES
from tracker.requisitions.stage_rules import entered
from tracker.requisitions.states import RoleProfileKey


def ensure_templates() -> None:
    """Write the default stages of both roles where the organisation's template has none yet."""
    present = set(db.session.scalars(select(StageTemplate.role)))
    for role in RoleProfileKey:
        if role in present:
            continue
        # Somebody else may write them at the same moment; theirs are the same.
        db.session.execute(insert_or_ignore(StageTemplate).values(role=role))
        template_id = db.session.scalar(select(StageTemplate.id).where(StageTemplate.role == role))
        db.session.execute(insert_or_ignore(TemplateStage).values(_rows(template_id)))


def find_template(role: RoleProfileKey) -> StageTemplate | None:
    """The organisation's template for a role, with its stages; None where it was never written."""
    return db.session.scalar(
        select(StageTemplate).where(StageTemplate.role == role).options(selectinload(StageTemplate.stages))
    )


def template_stages(role: RoleProfileKey) -> list[TemplateStage]:
    """The stages that a new requisition of the role begins with, in order; none where no template was written."""
    template = find_template(role)
    return entered(template.stages) if template else []


def copies_of(role: RoleProfileKey) -> list[Stage]:
    """New stages for a requisition, as the template has them now; the defaults are written first when there is none."""
    ensure_templates()
    return [copy_of(stage, position) for position, stage in enumerate(template_stages(role), start=1)]


def copy_of(stage: TemplateStage, position: int) -> Stage:
    """A new stage for a requisition, as the template has it now."""
    return Stage(
        position=position,
        key=stage.key,
        name=stage.name,
        phase=stage.phase,
        kind=stage.kind,
        limit_days=stage.limit_days,
        requires_approval=stage.requires_approval,
    )


def _rows(template_id: int | None) -> list[dict[str, object]]:
    return [
        {
            "template_id": template_id,
            "position": position,
            "key": stage.key,
            "name": stage.name,
            "phase": stage.phase,
            "kind": stage.kind,
            "limit_days": stage.limit_days,
            "requires_approval": stage.requires_approval,
            "version": 1,
        }
        for position, stage in enumerate(DEFAULT_STAGES, start=1)
    ]
