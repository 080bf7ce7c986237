"""What must always be true of applications, for `tracker verify`."""

from collections.abc import Iterator

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from tracker.core.db import db
from tracker.core.registry import Registry
from tracker.pipeline.models import Application, ApplicationCard, StageChange, Wait
from tracker.pipeline.states import ApplicationStatus


def register(registry: Registry) -> None:
    """Contribute to `tracker verify`."""
    registry.add_check("applications stand where their last change left them", _stands_where_left)
    registry.add_check("stage changes are numbered without gaps", _numbered)
    registry.add_check("every active application waits on somebody", _waits)
    registry.add_check("waits follow each other and do not overlap", _waits_tile)


def _stands_where_left() -> Iterator[str]:
    last = (
        select(StageChange.application_id, func.max(StageChange.seq).label("seq"))
        .group_by(StageChange.application_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Application.id)
        .join(last, last.c.application_id == Application.id, isouter=True)
        .join(
            StageChange,
            (StageChange.application_id == Application.id) & (StageChange.seq == last.c.seq),
            isouter=True,
        )
        .where(
            or_(
                StageChange.id.is_(None),
                StageChange.to_stage_id != Application.stage_id,
                StageChange.to_status != Application.status,
            )
        )
    )
    for (application_id,) in rows:
        yield f"application {application_id} does not stand where its last change left it"


def _numbered() -> Iterator[str]:
    rows = db.session.execute(
        select(StageChange.application_id)
        .group_by(StageChange.application_id)
        .having(or_(func.min(StageChange.seq) != 1, func.max(StageChange.seq) != func.count()))
    )
    for (application_id,) in rows:
        yield f"the stage changes of application {application_id} are not numbered 1, 2, 3 …"


def _waits() -> Iterator[str]:
    rows = db.session.execute(
        select(Application.id, Application.status, Wait.id, ApplicationCard.waits_on)
        .join(Wait, (Wait.application_id == Application.id) & Wait.until.is_(None), isouter=True)
        .join(ApplicationCard, ApplicationCard.application_id == Application.id, isouter=True)
        .where(
            or_(
                (Application.status == ApplicationStatus.ACTIVE)
                & (Wait.id.is_(None) | ApplicationCard.waits_on.is_(None) | (ApplicationCard.waits_on != Wait.reason)),
                (Application.status != ApplicationStatus.ACTIVE)
                & (Wait.id.is_not(None) | ApplicationCard.waits_on.is_not(None)),
            )
        )
    )
    for application_id, status, *_rest in rows:
        yield f"application {application_id} is {status.value}, and its wait does not say so"


def _waits_tile() -> Iterator[str]:
    following = aliased(Wait)
    rows = db.session.execute(
        select(Wait.application_id)
        .join(following, (following.application_id == Wait.application_id) & (following.id > Wait.id))
        .where(or_(Wait.until.is_(None), following.since < Wait.until))
        .distinct()
    )
    for (application_id,) in rows:
        yield f"the waits of application {application_id} overlap"
