"""Retiring a stage while people are in it: they go where somebody says, or stay until they move on."""

from secrets import token_hex

from sqlalchemy import select

from tracker.accounts.models import User
from tracker.core.db import db
from tracker.core.errors import Conflict
from tracker.core.templating import plural
from tracker.pipeline.bulk import start_batch
from tracker.pipeline.bulk_judging import Order
from tracker.pipeline.models import Application, Batch
from tracker.pipeline.states import ApplicationStatus, BatchKind
from tracker.requisitions.models import Stage
from tracker.requisitions.operations import lock_requisition
from tracker.requisitions.operations_stages import retire_stage


def retire_with_people(stage: Stage, to_stage: Stage | None, *, seen: int | None, actor: User) -> Batch | None:
    """Retire a stage; its people go to `to_stage`, or stay until they move on (None).

    `seen` is how many people the page named (None: however many). Returns the bulk action that moves them, which is to
    be worked off; None when nobody is moved. Raises Conflict when there are others by now, and Refused as retiring does
    and as a bulk action does.
    """
    lock_requisition(stage.requisition_id)
    rows = db.session.execute(
        select(Application.id, Application.version)
        .where(Application.stage_id == stage.id, Application.status == ApplicationStatus.ACTIVE)
        .order_by(Application.id)
    )
    people = {row.id: row.version for row in rows}
    if seen is not None and len(people) != seen:
        there = plural(len(people), "person is", "people are")
        raise Conflict(f"{there} in {stage.name} by now, not {seen}.")
    batch = None
    if to_stage is not None and people:
        order = Order(kind=BatchKind.MOVE, stage_key=to_stage.key)
        batch = start_batch(token_hex(16), order, people, actor=actor)
    retire_stage(stage, actor=actor, people_stay=True)
    return batch
