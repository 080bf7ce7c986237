"""Requisitions that are open for work, people, and their applications."""

from datetime import datetime, timedelta
from itertools import count

from sqlalchemy import insert

from tests.factories.requisitions import make_requisition
from tracker.accounts.models import User
from tracker.candidates.models import Candidate
from tracker.core import clock
from tracker.core.db import db, transaction
from tracker.pipeline.bulk_start import Start, start_many
from tracker.pipeline.details import update_details
from tracker.pipeline.models import Application
from tracker.pipeline.operations import start_application
from tracker.pipeline.states import SourceKind
from tracker.requisitions.models import Requisition, Stage
from tracker.requisitions.operations import lock_requisition
from tracker.requisitions.states import RequisitionState, StageKind

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
    """A requisition that people have been worked on in for a year; the rest is as make_requisition() makes it."""
    return make_requisition(
        state=state,
        recruiter=recruiter,
        hiring_manager=hiring_manager,
        openings=openings,
        opened_at=ago(days=365),
        title=title,
        confidential=confidential,
    )


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


def give_to(application: Application, recruiter: User | None, *, actor: User) -> None:
    """Say who looks after an application, as the form of its details does; None: the requisition's first recruiter."""
    update_details(application, actor=actor, expected=None, recruiter_id=recruiter.id if recruiter else None)


def stage_of(requisition: Requisition, kind: StageKind) -> Stage:
    """The requisition's stage of that kind."""
    return next(stage for stage in requisition.stages if stage.kind is kind)


def ago(**parts: float) -> datetime:
    """The instant so long ago: `ago(days=3)`."""
    return clock.now() - timedelta(**parts)


def fill_pipeline(requisition: Requisition, count: int, *, actor: User | None = None) -> list[Application]:
    """So many people, spread over the stages in turn, who entered them a day apart."""
    stages = [stage for stage in requisition.stages if not stage.requires_approval]
    names = [f"Person Number{next(_numbers)}" for _ in range(count)]
    people = [{"name": name, "search_name": name.casefold(), "created_at": clock.now()} for name in names]
    with transaction():
        ids = db.session.scalars(insert(Candidate).returning(Candidate.id), people).all()
        starts = [
            Start(
                candidate_id=candidate_id,
                stage=stages[number % len(stages)],
                source_kind=SourceKind.SOURCED,
                source="LinkedIn",
                at=ago(days=number + 0.5),
            )
            for number, candidate_id in enumerate(ids)
        ]
        return start_many(lock_requisition(requisition.id), starts, actor=actor)
