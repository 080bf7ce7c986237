"""The people of requisitions in figures, for pages of the domain below: four statements for any number of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import case, func, literal, null, select

from tracker.accounts.models import User
from tracker.core import clock
from tracker.core.db import db
from tracker.core.registry import PipelineFigures
from tracker.core.types import Instant
from tracker.pipeline.limits import late_if_entered_before, organisation_zone
from tracker.pipeline.models import Application, ApplicationCard
from tracker.pipeline.states import ApplicationStatus
from tracker.requisitions.models import Requisition, Stage
from tracker.requisitions.states import RequisitionState


@dataclass
class _Tally:
    active: dict[int, int] = field(default_factory=dict)
    late: dict[int, int] = field(default_factory=dict)
    on_reader: int = 0
    hired: int = 0
    ended: int = 0


def figures(requisition_ids: Sequence[int], reader: User | None) -> Mapping[int, PipelineFigures]:
    """Active and late people by stage, how many wait on the reader, were hired or ended, by requisition id.

    A requisition that nobody was ever considered for is left out.
    """
    if not requisition_ids:
        return {}
    tallies: dict[int, _Tally] = {}
    _count_active(tallies, requisition_ids)
    if tallies and reader is not None:
        _count_on_reader(tallies, reader)
    _count_over(tallies, requisition_ids)
    return {
        number: PipelineFigures(
            active=tally.active,
            late=tally.late,
            waits_on_reader=tally.on_reader,
            hired=tally.hired,
            ended=tally.ended,
        )
        for number, tally in tallies.items()
    }


def _count_active(tallies: dict[int, _Tally], requisition_ids: Sequence[int]) -> None:
    """Stage by stage, each two stretches of the board's index: all, and those who entered before the limit, which is
    how the board sees who is late. A walk over everybody that looks up each one's stage takes four times as long."""
    now, zone = clock.now(), organisation_zone()
    given = db.session.scalars(select(Stage.limit_days).where(Stage.requisition_id.in_(requisition_ids)).distinct())
    entered_before = {limit: late_if_entered_before(now, limit, zone) for limit in given if limit is not None}
    people = (
        select(func.count())
        .select_from(Application)
        .where(
            Application.requisition_id == Stage.requisition_id,
            Application.status == ApplicationStatus.ACTIVE,
            Application.stage_id == Stage.id,
        )
        .correlate(Stage)
    )
    limits = [(Stage.limit_days == limit, literal(before, Instant())) for limit, before in entered_before.items()]
    # Without a limit there is no instant, and no comparison with it holds.
    before = case(*limits, else_=null()) if limits else null()
    # While a requisition is on hold nobody is late, here as on its board.
    held = select(Requisition.id).where(Requisition.state == RequisitionState.ON_HOLD)
    late = people.where(Application.stage_entered_at < before, Stage.requisition_id.not_in(held))
    rows = db.session.execute(
        select(Stage.requisition_id, Stage.id, people.scalar_subquery(), late.scalar_subquery()).where(
            Stage.requisition_id.in_(requisition_ids)
        )
    )
    for requisition_id, stage_id, active, late_people in rows:
        if active:
            tallies.setdefault(requisition_id, _Tally()).active[stage_id] = active
        if late_people:
            tallies[requisition_id].late[stage_id] = late_people


def _count_on_reader(tallies: dict[int, _Tally], reader: User) -> None:
    """By the index of those who wait on somebody: it may be a few of very many."""
    rows = db.session.execute(
        select(ApplicationCard.requisition_id, func.count())
        .where(ApplicationCard.waits_on_user_id == reader.id)
        .group_by(ApplicationCard.requisition_id)
    )
    for requisition_id, people in rows:
        if requisition_id in tallies:
            tallies[requisition_id].on_reader = people


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
