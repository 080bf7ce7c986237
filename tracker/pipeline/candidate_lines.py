"""What lists of people say of their applications."""

from collections.abc import Iterable, Sequence

from flask import url_for
from sqlalchemy import select

from tracker.accounts.models import User
from tracker.core.db import db
from tracker.core.registry import CandidateLine
from tracker.pipeline.models import Application
from tracker.pipeline.policy import visible_applications
from tracker.pipeline.states import ApplicationStatus
from tracker.requisitions.models import Requisition, Stage


def lines(candidate_ids: Sequence[int], reader: User) -> Iterable[CandidateLine]:
    """The applications of these people that the reader may see, newest first; one statement."""
    rows = db.session.execute(
        select(Application.candidate_id, Application.status, Requisition.number, Requisition.role, Stage.name)
        .join(Requisition, Requisition.id == Application.requisition_id)
        .join(Stage, Stage.id == Application.stage_id)
        .where(Application.candidate_id.in_(candidate_ids), visible_applications(reader))
        .order_by(Application.id.desc())
    )
    for row in rows:
        live = row.status is ApplicationStatus.ACTIVE
        yield CandidateLine(
            row.candidate_id,
            row.number,
            row.role.value,
            row.name if live else row.status.value,
            url_for("desk.candidate", candidate_id=row.candidate_id),
            live,
        )
