"""Requisitions that are open for work, people, and their applications."""

from datetime import datetime, timedelta
from itertools import count

from tests.factories.accounts import make_user
from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.candidates.models import Candidate
from tracker.core import clock
from tracker.core.db import db, transaction
from tracker.pipeline.models import Application
from tracker.pipeline.operations import start_application
from tracker.pipeline.states import SourceKind
from tracker.requisitions.models import Opening, Requisition, Spell, Stage, TeamMember
from tracker.requisitions.stage_defaults import DEFAULT_STAGES
from tracker.requisitions.states import RequisitionState, RoleProfileKey, StageKind, TeamPart

_numbers = count(1)


def make_open_requisition(
    recruiter: User | None = None,
    *,
    hiring_manager: User | None = None,
    state: RequisitionState = RequisitionState.OPEN,
    confidential: bool = False,
    openings: int = 1,
    title: str = "MLOps Engineer, platform",
) -> Requisition:
    """A requisition with the default stages, a recruiter and a hiring manager, opened a year ago."""
    number = next(_numbers)
    recruiter = recruiter or make_user(Role.RECRUITER)
    hiring_manager = hiring_manager or make_user(Role.HIRING_MANAGER)
    opened = clock.now() - timedelta(days=365)
    closed = state in {RequisitionState.FILLED, RequisitionState.CANCELLED}
    with transaction():
        requisition = Requisition(
            number=f"MLOPS-{9000 + number}",
            role=RoleProfileKey.MLOPS_ENGINEER,
            title=title,
            state=state,
            confidential=confidential,
            created_at=opened,
            opened_at=opened,
            closed_at=clock.now() if closed else None,
            stages=[
                Stage(
                    position=position,
                    key=stage.key,
                    name=stage.name,
                    phase=stage.phase,
                    kind=stage.kind,
                    limit_days=stage.limit_days,
                    requires_approval=stage.requires_approval,
                )
                for position, stage in enumerate(DEFAULT_STAGES, start=1)
            ],
            openings=[
                Opening(position=position, spells=[Spell(opened_at=opened)]) for position in range(1, openings + 1)
            ],
            team_members=[
                TeamMember(user_id=recruiter.id, part=TeamPart.RECRUITER),
                TeamMember(user_id=hiring_manager.id, part=TeamPart.HIRING_MANAGER),
            ],
        )
        db.session.add(requisition)
    return requisition


def make_person(name: str = "", **facts: str) -> Candidate:
    """Somebody, with a name and no more than that."""
    number = next(_numbers)
    name = name or f"Person Number{number}"
    with transaction():
        candidate = Candidate(name=name, search_name=name.casefold(), created_at=clock.now(), **facts)
        db.session.add(candidate)
    return candidate


def make_application(
    requisition: Requisition | None = None,
    *,
    candidate: Candidate | None = None,
    stage: StageKind = StageKind.IDENTIFIED,
    source_kind: SourceKind = SourceKind.SOURCED,
    source: str = "LinkedIn",
    days_ago: float = 10,
    actor: User | None = None,
) -> Application:
    """An active application that entered the pipeline in that stage so many days ago."""
    requisition = requisition or make_open_requisition()
    candidate = candidate or make_person()
    with transaction():
        return start_application(
            requisition,
            candidate,
            actor=actor,
            source_kind=source_kind,
            source=source,
            stage=stage_of(requisition, stage),
            happened_at=ago(days=days_ago),
        )


def stage_of(requisition: Requisition, kind: StageKind) -> Stage:
    """The requisition's stage of that kind."""
    return next(stage for stage in requisition.stages if stage.kind is kind)


def ago(**parts: float) -> datetime:
    """The instant so long ago: `ago(days=3)`."""
    return clock.now() - timedelta(**parts)
