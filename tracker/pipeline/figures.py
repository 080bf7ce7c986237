"""The people of requisitions in figures, for pages of the domain below: two statements for any number of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select

from tracker.accounts.models import User
from tracker.core import clock
from tracker.core.db import db
from tracker.core.registry import PipelineFigures
from tracker.pipeline.models import Application, ApplicationCard
from tracker.pipeline.states import ApplicationStatus
from tracker.requisitions.models import Requisition
from tracker.requisitions.states import RequisitionState


@dataclass
class _Tally:
    active: dict[int, int] = field(default_factory=dict)
    late: dict[int, int] = field(default_factory=dict)
    waits: dict[str, int] = field(default_factory=dict)
    on_reader: int = 0
    hired: int = 0
    ended: int = 0


def figures(requisition_ids: Sequence[int], reader: User | None) -> Mapping[int, PipelineFigures]:
    """Active and late people by stage, whom they wait on, how many were hired or ended, by requisition id.

    A requisition that nobody was ever considered for is left out.
    """
    if not requisition_ids:
        return {}
    tallies: dict[int, _Tally] = {}
    _count_active(tallies, requisition_ids, reader)
    _count_over(tallies, requisition_ids)
    return {
        number: PipelineFigures(
            active=tally.active,
            late=tally.late,
            waits=tally.waits,
            waits_on_reader=tally.on_reader,
            hired=tally.hired,
            ended=tally.ended,
        )
        for number, tally in tallies.items()
    }


def _count_active(tallies: dict[int, _Tally], requisition_ids: Sequence[int], reader: User | None) -> None:
    # While a requisition is on hold nobody is late, here as on its board.
    late = func.count().filter(ApplicationCard.late_from <= clock.now(), Requisition.state != RequisitionState.ON_HOLD)
    mine = func.count().filter(ApplicationCard.waits_on_user_id == (reader.id if reader else 0))
    rows = db.session.execute(
        select(Application.requisition_id, Application.stage_id, ApplicationCard.waits_on, func.count(), late, mine)
        .join(Requisition, Requisition.id == Application.requisition_id)
        .join(ApplicationCard, ApplicationCard.application_id == Application.id, isouter=True)
        .where(Application.requisition_id.in_(requisition_ids), Application.status == ApplicationStatus.ACTIVE)
        .group_by(Application.requisition_id, Application.stage_id, ApplicationCard.waits_on)
    )
    for requisition_id, stage_id, waits_on, people, late_people, on_reader in rows:
        tally = tallies.setdefault(requisition_id, _Tally())
        tally.active[stage_id] = tally.active.get(stage_id, 0) + people
        if late_people:
            tally.late[stage_id] = tally.late.get(stage_id, 0) + late_people
        if waits_on is not None:
            tally.waits[waits_on.value] = tally.waits.get(waits_on.value, 0) + people
        tally.on_reader += on_reader


def _count_over(tallies: dict[int, _Tally], requisition_ids: Sequence[int]) -> None:
    rows = db.session.execute(
        select(Application.requisition_id, Application.status, func.count())
        .where(Application.requisition_id.in_(requisition_ids), Application.status != ApplicationStatus.ACTIVE)
        .group_by(Application.requisition_id, Application.status)
    )
    for requisition_id, status, people in rows:
        tally = tallies.setdefault(requisition_id, _Tally())
        if status is ApplicationStatus.HIRED:
            tally.hired += people
        else:
            tally.ended += people
