"""Retiring a stage while people are in it: they go where somebody says, or stay until they move on."""

from dataclasses import dataclass
from secrets import token_hex

from sqlalchemy import select

from tracker.accounts.models import User
from tracker.core.db import db
from tracker.core.errors import Conflict, TrackerError
from tracker.core.templating import plural
from tracker.pipeline.models import Application
from tracker.pipeline.operations import move_application
from tracker.pipeline.states import ApplicationStatus
from tracker.requisitions.models import Stage
from tracker.requisitions.operations import lock_requisition
from tracker.requisitions.operations_stages import retire_stage
from tracker.requisitions.stage_owners import people_in


@dataclass(frozen=True)
class Retired:
    """How it went: the batch of the moves, how many were moved, and who was left with the reason why."""

    batch: str
    moved: int
    left: tuple[tuple[str, str], ...]


def retire_with_people(stage: Stage, to_stage: Stage | None, *, seen: int | None, actor: User) -> Retired:
    """Retire a stage; its people go to `to_stage`, or stay until they move on (None).

    `seen` is how many people the page named (None: however many). Somebody whom a gate keeps stays, and is named.
    Raises Conflict when there are others by now, and Refused as retiring does.
    """
    lock_requisition(stage.requisition_id)
    there = people_in(stage)
    if seen is not None and there != seen:
        raise Conflict(f"{plural(there, 'person is', 'people are')} in {stage.name} by now, not {seen}.")
    batch = token_hex(8)
    left: list[tuple[str, str]] = []
    moved = 0
    if to_stage is not None:
        for application in _people(stage):
            try:
                move_application(application, to_stage, actor=actor, expected=None, batch=batch)
                moved += 1
            except TrackerError as error:
                left.append((application.candidate.name, error.message))
    retire_stage(stage, actor=actor, people_stay=True)
    return Retired(batch, moved, tuple(left))


def _people(stage: Stage) -> list[Application]:
    return list(
        db.session.scalars(
            select(Application)
            .where(Application.stage_id == stage.id, Application.status == ApplicationStatus.ACTIVE)
            .order_by(Application.id)
        )
    )
